"""What the sign-in pages show: identity providers of the configuration, browsers in words."""

import re
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from ventanilla.web.ui.navigation import address

BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    (r"iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def oidc_providers(request: Any = None) -> list[dict[str, str]]:
    """Name and address of each OpenID Connect provider in SOCIALACCOUNT_PROVIDERS; no query."""
    configured = getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}).get("openid_connect", {}).get("APPS", [])
    found = [
        {
            "name": app.get("name") or app["provider_id"],
            "url": address("openid_connect_login", "", app["provider_id"]),
        }
        for app in configured
    ]
    return [p for p in found if p["url"]]


def browser(agent: str) -> str:
    """ "Chrome en Windows" from a User-Agent header."""
    name = next((label for part, label in BROWSERS if part in agent), _("Navegador"))
    system = next((label for part, label in SYSTEMS if re.search(part, agent)), "")
    return _("%(browser)s en %(system)s") % {"browser": name, "system": system} if system else name


def sends_mail() -> bool:
    """Whether mails leave this installation: without a server no link is promised."""
    return bool(settings.EMAIL_HOST)
