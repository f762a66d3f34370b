"""Templates of letters: which fields they may name, their text with simple marks, and how both are checked.

The text of a template (and what a person writes) is data: it becomes blocks that our own typst frame sets, never typst code.
"""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused

FIELDS: Final = {
    "folio": lazy("folio de salida"), "fecha": lazy("fecha del oficio"), "destinatario": lazy("a quién va dirigido"),
    "cargo_destinatario": lazy("cargo de quien lo recibe, si es de la institución"),
    "numero_recibido": lazy("número del documento que se contesta"),
    "asunto": lazy("asunto"), "texto": lazy("lo que se escribe"), "firmante": lazy("quien firma"), "cargo": lazy("cargo de quien firma"),
    "unidad": lazy("unidad que escribe"), "institucion": lazy("institución"),
}
ENGLISH: Final = {"date": "fecha", "subject": "asunto", "addressee": "destinatario", "text": "texto", "unit": "unidad",
                  "institution": "institucion", "signatory": "firmante", "post": "cargo"}
"""Names that Word templates of earlier versions use."""
MOST = 20_000
"""Letters of a template's text."""
_FIELD = re.compile(r"\{([^{}\n]*)\}")
_MARKED = re.compile(r"(\*[^*\n]+\*|_[^_\n]+_)")
_KINDS: Final = (("# ", "title"), (">>", "right"), ("><", "center"), ("- ", "item"))


@dataclass(frozen=True)
class Run:
    """Words of one style; fields in them are not filled yet."""

    text: str
    style: str = ""


def check_names(named: Iterable[str], known: Iterable[str], where: str, *, signs: str = "{%s}") -> None:
    """Raise Refused at the field `where`: for names that do not exist, with those that do; when nothing of them is the text."""
    names = {name.strip() for name in named}
    if unknown := sorted(names - set(known)):
        raise Refused(_("No existen los campos: %(unknown)s. Los que hay son: %(known)s.") % {
            "unknown": ", ".join(signs % name for name in unknown), "known": ", ".join(signs % name for name in FIELDS)}, where)
    if not names & {"texto", "text"}:
        raise Refused(_("Falta el campo %(text)s: ahí va lo que se escribe en cada oficio.") % {"text": signs % "texto"}, where)


def check_body(body: str) -> None:
    """Raise Refused unless the text of a template names only fields that exist, and the letter's text. Empty: our own design."""
    if len(body) > MOST:
        raise Refused(_("El texto de la plantilla admite hasta 20,000 caracteres."), "body")
    if body.strip():
        check_names(_FIELD.findall(body), FIELDS, "body")


def blocks(body: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Blocks `{kind, runs: [{text, style}]}` of a template's text with its fields filled.

    Marks: `*negrita*`, `_cursiva_`; a line that begins with `# ` is a heading, with `- ` an item, with `>>` stands to the right,
    with `><` in the middle; an empty line ends a paragraph. Marks and braces in a value are shown as they are.
    """
    found: list[dict[str, Any]] = []
    for lines in _paragraphs(body):
        if [line.strip() for line in lines] == ["{texto}"]:
            found += plain(values["texto"])
            continue
        kind, first = _kind(lines[0])
        rows = enumerate([first, *lines[1:]])
        found.append({"kind": kind, "runs": [run for n, line in rows for run in _line(line, values, first=n == 0)]})
    return found


def plain(text: str) -> list[dict[str, Any]]:
    """What a person wrote, a paragraph for each line that says something; nothing in it is a mark."""
    return [{"kind": "paragraph", "runs": [{"text": line.strip(), "style": ""}]} for line in text.splitlines() if line.strip()]


def _paragraphs(body: str) -> list[list[str]]:
    """Lines that belong together: up to an empty line, or to one whose beginning says what it is."""
    found: list[list[str]] = [[]]
    for line in body.splitlines():
        alone = line.strip() == "{texto}"
        if not line.strip() or alone or _kind(line)[0] != "paragraph" or (found[-1] and found[-1][-1].strip() == "{texto}"):
            found.append([])
        if line.strip():
            found[-1].append(line)
    return [lines for lines in found if lines]


def _kind(line: str) -> tuple[str, str]:
    for mark, kind in _KINDS:
        if line.startswith(mark):
            return kind, line[len(mark):].strip()
    return "paragraph", line


def _line(line: str, values: Mapping[str, str], *, first: bool) -> list[dict[str, str]]:
    rows = [] if first else [{"text": "\n", "style": ""}]
    return rows + [{"text": _filled(run.text, values), "style": run.style} for run in _runs(line.strip())]


def _runs(line: str) -> Sequence[Run]:
    """Words by style. A mark inside a field's name (`{cargo_destinatario}`) is not one."""
    held = _FIELD.sub(lambda m: m[0].replace("_", "\0"), line)
    parts = [part for part in _MARKED.split(held) if part]
    marks = {"*": "strong", "_": "emph"}
    return [Run(part[1:-1].replace("\0", "_"), marks[part[0]]) if _MARKED.fullmatch(part) else Run(part.replace("\0", "_"))
            for part in parts]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda m: values.get(m[1].strip(), m[0]), text)


def example() -> dict[str, str]:
    """Values with which the catalogue shows what a template looks like."""
    return {
        "folio": "212C0101000000L/123/2026", "fecha": "21 de noviembre de 2026", "destinatario": _("Nombre de quien lo recibe"),
        "cargo_destinatario": _("Cargo de quien lo recibe"), "numero_recibido": "DGA/045/2026", "asunto": _("Ejemplo de asunto"),
        "texto": _("Aquí va el primer párrafo de lo que se escriba.\nY aquí el segundo."), "firmante": _("Nombre de quien firma"),
        "cargo": _("Cargo de quien firma"), "unidad": _("Unidad que escribe"), "institucion": _("Institución")}
