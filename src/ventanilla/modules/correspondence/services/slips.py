"""The slip of a turn (volante): what goes with the paper to whoever has to attend it, and comes back signed."""
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import listed, long_date
from ventanilla.modules.correspondence.services.papers import in_spanish, qr_of, with_logo

LONG: Final = {"text": 420, "subject": 260, "name": 150, "others": 240}
"""Characters of each that fit on half a sheet; the whole stands in the record, which the code on the slip opens."""


def turns_of_slips(person: Person, *, cases: Sequence[int] = (), turns: Sequence[int] = ()) -> list[Turn]:
    """These turns of letters that the person sees; of these letters the open ones, as `_own` chooses among them."""
    seen = Turn.objects.filter(case__in=Case.objects.visible_to(person).filter(kind="letter")).select_related(
        "case__institution", "case__letter__sender_unit", "from_unit", "from_person", "unit", "person", "instruction")
    found = list((seen.filter(pk__in=turns) if turns else seen.filter(case__in=cases).open()).order_by("case_id", "unit__sort_key", "pk"))
    return found if turns else [turn for _case, rows in groupby(found, lambda turn: turn.case_id) for turn in _own(person, list(rows))]


def _own(person: Person, turns: Sequence[Turn]) -> Sequence[Turn]:
    """Of the open turns of a letter those that the person's unit sent; else those that it holds; else the first level."""
    mine = [turn for turn in turns if turn.from_unit_id == person.unit_id] or [turn for turn in turns if turn.unit_id == person.unit_id]
    return mine or [turn for turn in turns if turn.parent_id is None]


@in_spanish
def slips_pdf(person: Person, turns: Sequence[Turn]) -> bytes:
    """A slip for each turn, two on a sheet; who printed which stands in the log. Of a letter that is not ordinary it says to go sealed."""
    institution = turns[0].case.institution
    others = _others(turns)
    slips = [{**_slip(turn, others), "qr": f"qr-{n}.svg"} for n, turn in enumerate(turns)]
    record("letter.slips", actor=person, institution_id=institution.pk, subject=f"person:{person.pk}",
           detail={"turns": [turn.pk for turn in turns]})
    made = _("Impreso el %(moment)s por %(person)s") % {"moment": f"{timezone.localtime():%d/%m/%Y %H:%M}", "person": person}
    return typeset("letters/slips.typ", *with_logo(institution, {"institution": institution.name, "made": made, "slips": slips}, {
        slip["qr"]: qr_of(slip["url"]) for slip in slips}))


def _slip(turn: Turn, others: dict[int, list[str]]) -> dict[str, Any]:
    case, letter = turn.case, turn.case.letter
    rows = [
        (_("De"), _place(turn.from_unit.name, turn.from_person)), (_("Turnado"), f"{timezone.localtime(turn.sent_at):%d/%m/%Y %H:%M}"),
        (_("Finalidad"), turn.get_purpose_display()),
        (_("Vence"), long_date(timezone.localdate(turn.due_at), weekday=True) if turn.due_at else ""),
        (_("Prioridad"), case.get_priority_display() if case.priority < Priority.NORMAL else ""),
        (_("Instrucción"), str(turn.instruction or "")), (_("Indicaciones"), _cut(turn.text, "text")),
        (_("Documento"), " · ".join(filter(None, (letter.number, long_date(letter.dated) if letter.dated else "")))),
        (_("Remitente"), _cut(letter.sender, "name")), (_("Asunto"), _cut(case.subject, "subject")),
        (_("Hojas y anexos"), _cut(" + ".join(filter(None, (str(letter.sheets), letter.annexes))), "name")),
        (_("También a"), _cut(listed([to for to in others[turn.case_id] if to != _to(turn)]), "others"))]
    return {"folio": case.folio, "to": _cut(_to(turn), "name"), "rows": rows,
            "url": f"{settings.BASE_URL}{reverse('letter', args=[case.pk])}",
            "sealed": _("%(level)s: entréguese en sobre cerrado.") % {"level": case.get_level_display()} if case.level else ""}


def _others(turns: Sequence[Turn]) -> dict[int, list[str]]:
    """Of each letter, to whom it was turned and still is, on the levels of these turns."""
    found: dict[int, list[str]] = {turn.case_id: [] for turn in turns}
    levels = {(turn.case_id, turn.parent_id) for turn in turns}
    rows = Turn.objects.filter(case__in=found).exclude(state__in=("returned", "cancelled")).select_related("unit", "person")
    for turn in rows.order_by("unit__sort_key", "pk"):
        if (turn.case_id, turn.parent_id) in levels and _to(turn) not in found[turn.case_id]:
            found[turn.case_id].append(_to(turn))
    return found


def _to(turn: Turn) -> str:
    return _place(turn.unit.name, turn.person)


def _place(unit: str, person: Person | None) -> str:
    return f"{unit} · {person}" if person else unit


def _cut(text: str, kind: str) -> str:
    return str(Truncator(" ".join(text.split())).chars(LONG[kind]))
