"""The traffic light: a shape for every colour, and always its word."""

from typing import Final

from markupsafe import Markup, escape

from ventanilla.web.ui.words import gettext as _

SHAPES: Final = {
    "green": '<circle cx="6" cy="6" r="5"/>',
    "amber": '<path d="M6 .8 11.6 11H.4z"/>',
    "red": '<path d="M1 1h10v10H1z"/>',
    "none": '<circle cx="6" cy="6" r="4.2"/>',
    "done": '<path d="m1.5 6.5 3 3 6-7"/>',
    "ended": '<path d="m2 2 8 8M10 2 2 10"/>',
}


def light(colour: str, words: str = "", url: str = "", title: str = "") -> Markup:
    """A light with its words (by default the colour's own); with `url` a link to how the deadline was computed."""
    colour = colour if colour in SHAPES else "none"
    shape = (
        f'<svg width="12" height="12" aria-hidden="true">{SHAPES[colour]}</svg>'
        f"{escape(words or _usual(colour))}"
    )
    if url:
        told = escape(title or _("Ver cómo se calculó el plazo"))
        return Markup(f'<a class="light light-{colour}" href="{escape(url)}" title="{told}">{shape}</a>')
    said = f' title="{escape(title)}"' if title else ""
    return Markup(f'<span class="light light-{colour}"{said}>{shape}</span>')


def _usual(colour: str) -> str:
    return {
        "green": _("En tiempo"),
        "amber": _("Por vencer"),
        "red": _("Vencido"),
        "none": _("Sin plazo"),
        "done": _("Concluido"),
        "ended": _("Concluido"),
    }[colour]
