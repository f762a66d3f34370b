"""What was read from a scan, as it stands in the form: in the form's own words, marked until a person confirms or edits it."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext

from ventanilla.modules.correspondence.models import Upload
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.web.ui.formats import long_date


@dataclass(frozen=True)
class Proposed:
    """One value that was read. `value` is what the control holds, `shown` what a person reads; `stands`: it is in the field now.

    `likely`: it was put into the field, else it is only offered. `crop` is page and box of the place it was read from.
    """

    SURE: ClassVar[float] = SURE
    name: str
    value: str
    shown: str
    confidence: float
    likely: bool
    stands: bool
    confirmed: bool
    document: UUID
    page: int
    box: str
    raw: str
    corrected: bool
    others: tuple[tuple[str, str], ...]

    @property
    def sure(self) -> bool:
        """Read so clearly that it is hardly ever wrong."""
        return self.confidence >= SURE

    @property
    def tone(self) -> str:
        """Tone of the word that says how sure it is."""
        return "good" if self.sure else "wait" if self.likely else "bad"

    @property
    def open(self) -> bool:
        """It stands in the field and nobody has confirmed it."""
        return self.stands and not self.confirmed


def initial_of(uploads: list[Upload]) -> dict[str, Any]:
    """What the form begins with: what was read likely enough from the first upload, its unit, and the pages as sheets."""
    if not uploads:
        return {}
    read = {name: found["value"] for name, found in read_of(uploads[0]).items() if found.get("likely")}
    pages = sum(u.document.latest.page_count for u in uploads)
    return {"unit": uploads[0].unit_id, "sheets": max(1, pages), **read}


def proposals_of(form: forms.Form, upload: Upload, confirmed: Iterable[str]) -> dict[str, Proposed]:
    """Everything that was read for a field of this form; the fields are told apart for screen readers too."""
    done, made = set(confirmed), {}
    for name, found in read_of(upload).items():
        if name not in form.fields:
            continue
        made[name] = _proposed(form, name, found, name in done, upload.document.uuid)
        _described(form, name)
    return made


def read_of(upload: Upload) -> Mapping[str, Mapping[str, Any]]:
    """What was read of an upload, by name of the form's field; only what has a value."""
    return {name: found for name, found in (upload.reading or {}).items() if isinstance(found, dict) and found.get("value")}


def _proposed(form: forms.Form, name: str, found: Mapping[str, Any], confirmed: bool, document: UUID) -> Proposed:
    value, field = str(found["value"]), form.fields[name]
    now = form[name].value()
    others = [str(o) for o in found.get("alternatives", ())[:3]]
    return Proposed(
        name, value, shown(field, value), float(found["confidence"]), bool(found.get("likely")),
        str("" if now is None else now).strip() == value.strip(), confirmed, document, int(found["page"]),
        ",".join(str(v) for v in found["box"]), str(found["raw"]), bool(found.get("corrections")),
        tuple((other, shown(field, other)) for other in others))


def _described(form: forms.Form, name: str) -> None:
    """The control names its mark, besides its help and its error."""
    bound = form[name]
    known = bound.aria_describedby or ""
    bound.field.widget.attrs["aria-describedby"] = f"{known} {bound.auto_id}_read".strip()


def shown(field: forms.Field, value: str) -> str:
    """A value as people read it: a date in words, the name of a choice, days as days."""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(field, forms.DateField):
        try:
            return long_date(parse_date(value)) or value
        except ValueError:
            return value
    if isinstance(field, forms.IntegerField) and value.isdecimal():
        return ngettext("%(n)s día hábil", "%(n)s días hábiles", int(value)) % {"n": value}
    return value
