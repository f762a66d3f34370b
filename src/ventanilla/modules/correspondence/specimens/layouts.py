"""How letters look: eight layouts as typst source, and the interface for adding one.

A layout is typst text that reads the letter as `d` (see `LetterData.as_inputs`) and may use the helpers of
`templates/prelude.typ`: `d`, `serif`, `sans`, `up(text)`, `rubric(w, h)` (signature, takes no room),
`copies()`,
`body()`, `who(title, name)`. Text of a letter is data and never becomes markup. The seal is drawn by the
prelude.

To add one: `Layout("my-layout", "state", source)` and pass it to `specimen(seed, layout=…)`; name in `hides`
the
truth fields that it does not print (their truth is then None).
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Layout:
    """`family` is a key of `content.FAMILIES`; `label` is what may stand before the number."""

    name: str
    family: str
    source: str
    labels: tuple[str, ...] = ("Oficio No.",)
    hides: tuple[str, ...] = ()


@cache
def template(name: str) -> str:
    """The text of one of this package's typst templates."""
    return files(__package__).joinpath("templates", f"{name}.typ").read_text(encoding="utf-8")


def _layout(name: str, family: str, *labels: str, hides: tuple[str, ...] = ()) -> Layout:
    return Layout(name, family, template(name), labels or ("Oficio No.",), hides)


LAYOUTS: dict[str, Layout] = {
    item.name: item
    for item in (
        _layout("estatal", "state", "Oficio No.", "Oficio:", "Oficio núm.", "OFICIO NÚMERO:"),
        _layout("tabla", "state", "Número de oficio:", "Oficio:", "Núm. de oficio:", hides=("annexes",)),
        _layout("federal", "federal", "Oficio No.", "Oficio núm.", "OFICIO:", "Oficio Nº"),
        _layout("municipal", "municipal", "Oficio No.", "No. de oficio:", "Oficio Núm.:", hides=("annexes",)),
        _layout("organizacion", "organisation", "Oficio No.", "No. de oficio:", "Ref.:", hides=("annexes",)),
        _layout(
            "ciudadano",
            "citizen",
            hides=("number", "sender_unit", "reference", "term", "annexes", "signatory_post"),
        ),
        _layout(
            "circular",
            "state",
            "Circular No.",
            "CIRCULAR:",
            "Circular núm.",
            hides=("addressee", "addressee_post", "annexes"),
        ),
        _layout("memorandum", "state", "Memorándum No.", "MEMORÁNDUM:", "No.", hides=("annexes",)),
    )
}
