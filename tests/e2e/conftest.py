"""Chromium, signed-in pages, axe and screenshots. A console error or a policy report fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.make import PASSWORD, World, world

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in this thread
expect.set_options(timeout=60_000)

SIZES = {"390": (390, 844), "1280": (1280, 800)}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORTER = """
window.__csp = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.__csp.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def chromium() -> str:
    """The system's browser; its absence is an error that names the package."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise RuntimeError("Chromium is missing: install the package `chromium`.")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself, once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def problems() -> list[str]:
    """What the console and the content policy complained about; tests may remove what they expect."""
    return []


@pytest.fixture
def new_page(browser: Browser, live_server: Any, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own: new_page(width=390, dark=True, script=False)."""
    contexts: list[BrowserContext] = []

    def open_page(*, width: int = 1280, dark: bool = False, script: bool = True, **options: Any) -> Page:
        height = next((h for w, h in SIZES.values() if w == width), 800)
        context = browser.new_context(
            base_url=live_server.url,
            locale="es-MX",
            timezone_id="America/Mexico_City",
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            service_workers="block",
            **options,
        )
        contexts.append(context)
        if script:
            context.add_init_script(REPORTER)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is not an error
        page.on("console", lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: problems.append(f"script: {e}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [p for p in problems if "Failed to load resource" not in p], problems


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of 1,280 px in the light theme; nobody signed in."""
    return new_page()


@pytest.fixture
def w(live_server: Any) -> World:
    """A small institution with people in every part."""
    return world()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[..., Page]:
    """sign_in(page, person, path): opens the path as that person (a session, without the form)."""

    def enter(page: Page, person: Any, path: str = "/perfil/") -> Page:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(path)
        return page

    return enter


@pytest.fixture
def password() -> str:
    """The password of everybody in `w`."""
    return PASSWORD


AXE = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(
  (v) => `${v.id}: ${v.help} ${JSON.stringify(v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)))}`)"""


def violations(page: Page) -> list[str]:
    """What axe finds, in words; no rule disabled. A document gets its half a megabyte once, and only violations come back."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    return list(page.evaluate(AXE))


def reports(page: Page) -> list[str]:
    """Reports of the content policy on this page."""
    return list(page.evaluate("window.__csp || []"))


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """axe(page) fails with every violation and every report of the content policy."""

    def check(page: Page) -> None:
        assert not reports(page), reports(page)
        found = violations(page)
        assert not found, "\n".join(found)

    return check


@pytest.fixture
def shots() -> Callable[..., None]:
    """shots(page, name): for who asks for them, pictures at 390 and 1,280 px in both themes into VENTANILLA_SHOTS.

    Nothing is concluded from them, so none is taken for nobody; the page ends wide and dark either way, and what is checked next is the same.
    """
    folder = os.environ.get("VENTANILLA_SHOTS", "")

    def take(page: Page, name: str, full: bool = True) -> None:
        if folder:
            _pictures(page, Path(folder), name, full)
        else:
            page.set_viewport_size(dict(zip(("width", "height"), SIZES["1280"], strict=True)))  # type: ignore[arg-type]
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")

    return take


def _pictures(page: Page, folder: Path, name: str, full: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for label, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.wait_for_timeout(250)
            page.screenshot(path=folder / f"{name}-{label}-{theme}.png", full_page=full)


STICKING_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const clipped = (e) => e && e !== root && (getComputedStyle(e).overflowX !== "visible" || clipped(e.parentElement));
  const wide = (e) => e.getBoundingClientRect().right > root.clientWidth || e.scrollWidth > e.clientWidth + 1;
  const out = [...document.body.querySelectorAll("*")].filter((e) => wide(e) && !clipped(e.parentElement));
  const inner = out.filter((e) => !out.some((o) => o !== e && e.contains(o)));
  return [`${root.scrollWidth} > ${root.clientWidth}`, ...inner.map((e) => e.outerHTML.slice(0, 120))];
}"""


def overflow(page: Page) -> list[str]:
    """What sticks out of the window at the right: an empty list when the page does not scroll sideways."""
    return list(page.evaluate(STICKING_OUT))
