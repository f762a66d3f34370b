"""The shell, the sign-in pages and the public home as people meet them: looks, keys, drafts, themes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from tests.make import World
from ventanilla.web.ui.models import Draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PUBLIC = [
    "/",
    "/privacidad/",
    "/entrar/",
    "/cuenta/password/reset/",
    "/cuenta/password/reset/done/",
    "/sin-conexion/",
    "/nada/",
]
OWN = [
    "/perfil/",
    "/cuenta/password/change/",
    "/cuenta/sessions/",
    "/cuenta/2fa/",
    "/cuenta/2fa/webauthn/",
    "/salir/",
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_page(
    path: str, dark: bool, new_page: Callable[..., Page], axe: Any, shots: Any, problems: list[str]
) -> None:
    page = new_page(dark=dark)
    page.goto(path)
    assert page.locator("h1").count() == 1
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    if not dark:
        shots(page, "public" + path.replace("/", "_"))


def test_public_home_needs_no_script(new_page: Callable[..., Page]) -> None:
    page = new_page(script=False)
    page.goto("/")
    assert page.locator("script").count() == 0
    page.get_by_label("Código del acuse").fill("IV/E/1/2026")
    page.get_by_role("button", name="Verificar").click()
    expect(page.get_by_role("alert")).to_contain_text("Con el folio solo no se puede")
    page.get_by_label("Código del acuse").fill("7kxm q2wp 9rta")
    page.get_by_role("button", name="Verificar").click()
    page.wait_for_url("**/verificar/7KXM-Q2WP-9RTA/")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", OWN)
def test_own_page(
    path: str,
    dark: bool,
    w: World,
    new_page: Callable[..., Page],
    sign_in: Any,
    axe: Any,
    shots: Any,
    problems: list[str],
) -> None:
    page = sign_in(new_page(dark=dark), w.head, path)
    assert page.locator("h1").count() == 1
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    if not dark:
        shots(page, "own" + path.replace("/", "_"))


def test_sign_in_with_password(w: World, page: Page, password: str) -> None:
    page.goto("/entrar/?next=/perfil/")
    page.get_by_label("Correo").fill(w.head.user.email)
    page.get_by_label("Contraseña").fill("no es esta clave")
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(w.head.name)


def test_keyboard(w: World, page: Page, sign_in: Any, axe: Any) -> None:
    sign_in(page, w.head)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Saltar al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search-field")).to_be_focused()
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_palette_by_keyboard(w: World, page: Page, sign_in: Any, axe: Any) -> None:
    html = (
        '<div role="group" aria-label="Ir a">'
        '<a role="option" aria-selected="false" href="/perfil/#uno">Uno</a>'
        '<a role="option" aria-selected="false" href="/perfil/#dos">Dos</a></div>'
    )
    page.route("**/buscar/paleta?*", lambda route: route.fulfill(body=html, content_type="text/html"))
    sign_in(page, w.head)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Uno")).to_have_attribute("aria-selected", "true")
    axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/perfil/#dos")


def test_theme_and_menu_are_remembered(w: World, page: Page, sign_in: Any) -> None:
    sign_in(page, w.head)
    page.locator("summary.person").click()
    with page.expect_response("**/perfil/apariencia/"):
        page.get_by_role("button", name="Oscuro").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Contraer el menú").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".app")).to_have_attribute("data-menu", "icons")


def test_page_weight(w: World, page: Page, sign_in: Any) -> None:
    """At most 120 KB compressed: style sheet, scripts, icons and page as a compressing server sends them."""
    import gzip

    bodies: list[bytes] = []
    page.on("response", lambda r: bodies.append(r.body()) if r.status == 200 else None)
    sign_in(page, w.head)
    page.wait_for_timeout(500)
    assert sum(len(gzip.compress(b)) for b in bodies) < 120 * 1024


FORM = """<form method="post" action="/perfil/" data-draft="prueba">
<label for="s">Asunto</label><input id="s" name="subject"><span data-saved></span>
<div class="alert" data-draft-note hidden><span data-draft-when></span></div><button>Enviar</button></form>"""


def with_form(page: Page) -> None:
    """Puts a long form into the profile page as htmx would."""
    page.evaluate(
        "html => { const m = document.querySelector('#main .inner'); m.innerHTML = html;"
        " m.dispatchEvent(new CustomEvent('htmx:load', {bubbles: true})); }",
        FORM,
    )


def test_draft_survives_a_lost_session(w: World, page: Page, sign_in: Any, problems: list[str]) -> None:
    sign_in(page, w.clerk)
    with_form(page)
    page.get_by_role("textbox", name="Asunto").fill("Escrituración de la vivienda")
    expect(page.locator("[data-saved]")).to_contain_text("Guardado", timeout=60_000)
    assert Draft.objects.get(person=w.clerk).data["subject"] == ["Escrituración de la vivienda"]
    page.context.clear_cookies()
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.get_by_role("textbox", name="Asunto")).to_have_value("Escrituración de la vivienda")
    sign_in(page, w.clerk)
    with_form(page)
    expect(page.get_by_role("textbox", name="Asunto")).to_have_value("Escrituración de la vivienda")
    expect(page.locator("[data-draft-note]")).to_be_visible()


def test_double_click_sends_once(w: World, page: Page, sign_in: Any) -> None:
    sent: list[str] = []
    sign_in(page, w.head)
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    page.get_by_role("button", name="Guardar preferencias").dblclick()
    expect(page.locator("#messages .alert-success")).to_have_count(1)
    assert len([u for u in sent if u.endswith("/perfil/")]) == 1


def test_passkey(w: World, page: Page, sign_in: Any, password: str) -> None:
    """Add a passkey with Chromium's virtual authenticator, sign out, sign in with it, then with the password and it as second step."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(reverse("account_login") + "?next=" + reverse("mfa_add_webauthn"))
    page.get_by_label("Correo").fill(w.head.user.email)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Confirmar").click()
    page.locator("input[name=passwordless]").check()
    page.get_by_role("button", name="Agregar la llave").click()
    page.wait_for_url(lambda url: "/cuenta/2fa/" in url and reverse("mfa_add_webauthn") not in url)  # the key is kept
    page.context.clear_cookies()
    page.goto("/entrar/?next=/perfil/")
    page.get_by_role("button", name="Entrar con una llave de acceso").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(w.head.name)
    page.context.clear_cookies()
    page.goto("/entrar/?next=/perfil/")
    page.get_by_label("Correo").fill(w.head.user.email)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_role("button", name="Usar una llave de acceso").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(w.head.name)
