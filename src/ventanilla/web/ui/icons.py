"""Icons from the sprite that the asset build makes out of Tabler's set (assets/icons.txt)."""

from functools import lru_cache

from django.templatetags.static import static
from markupsafe import Markup


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", size: int = 20) -> Markup:
    """An SVG of `size` pixels; decorative without `label`, else an image with that name."""
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" width="{0}" height="{0}" {1}><use href="{2}#{3}"/></svg>'
    ).format(size, role, static("built/icons.svg"), name)
