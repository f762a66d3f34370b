"""An institution's colours and logo: data in `Institution.tokens`, served as a style sheet of its own."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from ventanilla.core.orgs.models import Institution, InstitutionLogo

COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
ALLOWED: Final = frozenset(
    {"primary", "primary-strong", "accent", "accent-line", "canvas", "surface", "text", "quiet"}
)


def sheet(tokens: dict[str, Any]) -> str:
    """CSS from {"light": {"primary": "#8A1538"}, "dark": {…}}; all else is dropped."""
    light, dark = _rules(tokens.get("light")), _rules(tokens.get("dark"))
    parts = [f":root{{{light}}}"] if light else []
    if dark:
        parts.append(f'[data-theme="dark"]{{{dark}}}')
        parts.append(f'@media (prefers-color-scheme:dark){{[data-theme="auto"]{{{dark}}}}}')
    return "".join(parts)


def _rules(values: Any) -> str:
    if not isinstance(values, dict):
        return ""
    return "".join(
        f"--v-{k}:{v};"
        for k, v in sorted(values.items())
        if k in ALLOWED and isinstance(v, str) and COLOUR.fullmatch(v)
    )


def digest(text: str) -> str:
    """Twelve hexadecimal digits that change with the sheet."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def address(institution: Institution) -> str:
    """Address of the institution's sheet; empty when it overrides nothing."""
    text = sheet(institution.tokens or {})
    return reverse("ui:theme", args=(institution.slug, digest(text))) if text else ""


@dataclass(frozen=True)
class ShownLogo:
    """Where the logo is, and its size in CSS pixels in the top bar (at most 28 high)."""

    url: str
    width: int
    height: int


def logo_shown(institution: Institution) -> ShownLogo | None:
    """The institution's logo for the top bar; None when it has none. No query."""
    kept = (institution.tokens or {}).get("logo")
    if not isinstance(kept, dict):
        return None
    width, height = max(int(kept.get("width", 1)), 1), max(int(kept.get("height", 1)), 1)
    scale = min(28 / height, 140 / width)
    address = reverse("ui:logo", args=(institution.slug, kept["digest"]))
    return ShownLogo(address, max(round(width * scale), 1), max(round(height * scale), 1))


def logo(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    """The PNG that we made, kept a year by browsers because its address changes with it; 404 for another digest."""
    found = InstitutionLogo.objects.filter(institution__slug=slug, digest=mark).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.png), content_type="image/png", headers={
        "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"})


def theme(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    """The sheet, kept a year by browsers because its address changes with it; 404 for another digest."""
    institution = Institution.objects.filter(slug=slug).only("tokens").first()
    text = sheet(institution.tokens or {}) if institution else ""
    if not text or digest(text) != mark:
        raise Http404
    return HttpResponse(
        text,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
