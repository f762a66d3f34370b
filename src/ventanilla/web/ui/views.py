"""The public home, the profile, and what browsers ask for: manifest, service worker, offline page."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.orgs.models import Person, User
from ventanilla.lib.numbers import whole
from ventanilla.web.ui import navigation
from ventanilla.web.ui.errors import page
from ventanilla.web.ui.forms import ProfileForm, VerifyForm
from ventanilla.web.ui.middleware import SESSION_PERSON

YEAR: Final = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the check of a receipt by its code, and the way in. No script, no query for visitors."""
    form = VerifyForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return HttpResponseRedirect(verification_address(form.cleaned_data["code"]))
    return render(request, "ui/home.html", {"form": form})


def verification_address(code: str) -> str:
    """Where the module that owns receipts shows the check; that page reveals nothing personal."""
    base = navigation.address("correspondence:verify_lookup", "/verificar/")
    return f"{base}?{urlencode({'codigo': code})}"


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, appearance, language, second factor, passkeys, sessions, notice preferences."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, initial={"theme": user.theme, "language": user.language})
    if request.method == "POST" and form.is_valid():
        save_preferences(user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Sus preferencias quedaron guardadas."))
        return redirect("ui:profile")
    return render(request, "ui/profile.html", {"form": form, "factors": factors(user), **links()})


def links() -> dict[str, str]:
    """Addresses of pages that other parts bring."""
    return {"preferences_url": navigation.address("inbox:preferences", "/avisos/preferencias/"),
            "deputies_url": navigation.address("own:deputies", "/perfil/suplencias/"),
            "tokens_url": navigation.address("api_pages:tokens", "/perfil/api/")}


def factors(user: User) -> dict[str, Any]:
    """Which second factors the account has: totp (bool), passkeys (list), codes (left, or None)."""
    mine = list(Authenticator.objects.filter(user=user))
    codes = next((a.wrap() for a in mine if a.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "totp": any(a.type == Authenticator.Type.TOTP for a in mine),
        "passkeys": [a for a in mine if a.type == Authenticator.Type.WEBAUTHN],
        "codes": len(codes.get_unused_codes()) if codes else None,
    }


def save_preferences(user: User, *, theme: str = "", language: str = "") -> None:
    """Store what was given and is allowed; anything else is left as it is."""
    wanted = {
        "theme": theme if theme in {"light", "dark", "auto"} else "",
        "language": language if language in dict(settings.LANGUAGES) else "",
    }
    changed = {k: v for k, v in wanted.items() if v}
    if changed:
        User.objects.filter(pk=user.pk).update(**changed)


@require_POST
@login_required
def appearance(request: HttpRequest) -> HttpResponse:
    """The theme, chosen in the person's menu."""
    save_preferences(request.user, theme=request.POST.get("theme", ""))  # type: ignore[arg-type]
    return HttpResponse(status=204)


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a visitor's language in a cookie and go back to where they were."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(back if safe else "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
@login_required
def institution(request: HttpRequest) -> HttpResponse:
    """Act as the user's person of another institution; 404 for anybody else's.

    Pages of the first one that stay open in other tabs may not send their forms into the second: their token ends.
    """
    chosen = whole(request.POST.get("person"))
    if not Person.objects.filter(user=request.user.pk, active=True, pk=chosen or 0).exists():
        raise Http404
    request.session[SESSION_PERSON] = chosen
    rotate_token(request)
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_required
def back(request: HttpRequest) -> HttpResponse:
    """Where the sign-in of a second tab ends: the form waits in the first one."""
    return render(request, "ui/back.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The one page the service worker keeps; self-contained."""
    return page(
        request,
        200,
        _("Sin conexión"),
        _(
            "Este equipo no tiene conexión con la plataforma. "
            "Nada se perdió: vuelva a intentarlo cuando regrese la red."
        ),
    )


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web application manifest (W3C Application Manifest), so that it can be installed."""
    sizes = [(size, f"{size}x{size}") for size in (192, 512)]
    icons = [
        {
            "src": staticfiles_storage.url(f"built/app-{n}.png"),
            "sizes": text,
            "type": "image/png",
            "purpose": purpose,
        }
        for n, text in sizes
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "name": "Ventanilla",
            "short_name": "Ventanilla",
            "lang": "es-MX",
            "start_url": "/bandeja/",
            "scope": "/",
            "id": "/",
            "display": "standalone",
            "background_color": "#FBF8F4",
            "theme_color": "#8A1538",
            "icons": icons,
            "description": _("Correspondencia y atención: recibir, turnar, responder y archivar."),
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root so that it covers every page."""
    source = worker_source()
    return HttpResponse(
        source, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@lru_cache(maxsize=1)
def worker_source() -> str:
    """The built script with a version that changes when it or the style sheet changes."""
    found = finders.find("built/sw.js")
    if not found:
        raise Http404
    text = Path(str(found)).read_text(encoding="utf-8")
    mark = hashlib.sha256((text + staticfiles_storage.url("built/main.css")).encode()).hexdigest()[:12]
    return text.replace("__VERSION__", mark).replace("/estaticos/", settings.STATIC_URL)
