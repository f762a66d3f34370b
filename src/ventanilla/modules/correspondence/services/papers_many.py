"""Papers of several letters in one document: labels, receipts, and the list that whoever receives them signs."""
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import Receipt
from ventanilla.modules.correspondence.services.papers import in_spanish, label_data, qrs_of, receipt_data, with_logo

PLACES: Final = 12
"""Labels on a sheet: two columns of six."""
LONGEST: Final = 300
"""Characters of a subject in the list that is signed; some have thousands."""


@in_spanish
def labels_pdf(receipts: Sequence[Receipt], first: int = 0) -> bytes:
    """A label for each: on its own paper of 9 x 4 cm or, with `first` (1 to PLACES), on letter sheets from that place of the first one."""
    labels = [{**label_data(receipt), "qr": f"qr-{n}.svg"} for n, receipt in enumerate(receipts)]
    return typeset("letters/labels.typ", {"labels": labels, "sheet": bool(first), "first": first}, qrs_of(receipts))


@in_spanish
def receipts_pdf(receipts: Sequence[Receipt]) -> bytes:
    """The receipt of each, a sheet for each."""
    data = {"receipts": [{**receipt_data(receipt), "qr": f"qr-{n}.svg"} for n, receipt in enumerate(receipts)]}
    return typeset("letters/receipts.typ", *with_logo(receipts[0].case.institution, data, qrs_of(receipts)))


@in_spanish
def relation_pdf(person: Person, cases: Sequence[Case]) -> bytes:
    """The list that goes with the papers: a page for each unit or person that has an open turn of them, and one for those that nobody has.

    It travels in sight of whoever carries it: of what is not ordinary it says neither who sends it nor about what.
    """
    groups = [{"to": to, "rows": [_row(n, case) for n, case in enumerate(rows, 1)], "sheets": sum(case.letter.sheets for case in rows)}
              for to, rows in _by_holder(cases)]
    record("letter.relation", actor=person, institution_id=cases[0].institution_id, subject=f"person:{person.pk}",
           detail={"cases": [case.pk for case in cases]})
    froms = sorted({case.unit.name for case in cases})
    return typeset("letters/relation.typ", *with_logo(cases[0].institution, {
        "institution": cases[0].institution.name, "from": "; ".join(froms), "by": str(person), "groups": groups,
        "made": f"{timezone.localtime():%d/%m/%Y %H:%M}"}))


def _by_holder(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    """To whom each letter goes, by the turns that its unit sent and that are open; those without any come last."""
    turns = Turn.objects.filter(case__in=[case.pk for case in cases], parent=None).open().select_related("unit", "person")
    to: dict[int, list[str]] = {}
    for turn in turns.order_by("unit__sort_key", "pk"):
        to.setdefault(turn.case_id, []).append(f"{turn.unit.name} · {turn.person}" if turn.person else turn.unit.name)
    found: dict[str, list[Case]] = {name: [] for names in to.values() for name in names}
    for name, rows in found.items():
        rows.extend(case for case in cases if name in to.get(case.pk, ()))
    waiting = [case for case in cases if case.pk not in to]
    return [*sorted(found.items()), *([(_("Todavía sin turnar"), waiting)] if waiting else [])]


def _row(number: int, case: Case) -> dict[str, Any]:
    letter = case.letter
    said = {"sender": letter.sender, "number": letter.number, "subject": Truncator(case.subject).chars(LONGEST)} if not case.level else {
        "sender": case.get_level_display(), "number": "", "subject": _("Documento que no es ordinario: va en sobre cerrado.")}
    return {"n": str(number), "folio": case.folio, "received": f"{timezone.localtime(case.received_at):%d/%m/%Y}",
            "sheets": _sheets(letter.sheets, letter.annexes if not case.level else ""), **said}


def _sheets(sheets: int, annexes: str) -> str:
    return f"{sheets} + {annexes}" if annexes else str(sheets)


def papers(kind: str, person: Person, receipts: Sequence[Receipt], first: int) -> bytes:
    """The document that a form of printing asks for, by the word it has there."""
    if kind == "receipts":
        return receipts_pdf(receipts)
    if kind == "relation":
        return relation_pdf(person, [receipt.case for receipt in receipts])
    return labels_pdf(receipts, first if kind == "sheet" else 0)


def folios(cases: Iterable[Case]) -> str:
    """The name of a file of these letters: the first folio, and how many more."""
    listed = list(cases)
    more = f"-y-{len(listed) - 1}-mas" if len(listed) > 1 else ""
    return f"{listed[0].folio}{more}"
