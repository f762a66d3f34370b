"""Whom a ticket's verbs tell: who asked learns what happens to it, the desk what comes to it.

The kind of a notice says how it is mailed to who chose nothing (`core.notices.kinds`): at once what who asked waits for and what
somebody has to act on, the rest (kind "ticket") in the daily digest.
"""
from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import override

from ventanilla.core.cases.kinds import Teller, kind_of
from ventanilla.core.cases.models import Case, Move, Note, Party
from ventanilla.core.cases.telling import people
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap

Told = tuple[Iterable[int], str, str, str]


def outside(case: Case) -> set[int]:
    """Who asked, benefits, asks for the unit, or follows."""
    return set(Party.objects.filter(case=case).exclude(role=Party.Role.APPROVER).values_list("person_id", flat=True))


def inside(case: Case) -> set[int]:
    """Who has it in hand, else the people of the team's unit who may take or route it."""
    return {case.assignee_id} if case.assignee_id else people.people_of(case.unit_id, case.level, cap.ANSWER, cap.ROUTE)


def _opened(move: Move) -> Iterator[Told]:
    yield inside(move.case), "ticket", _("Llegó a la mesa de servicio"), move.case.subject[:300]
    yield outside(move.case), "ticket_asked", _("Se recibió"), move.case.subject[:300]


def _assigned(move: Move) -> Iterator[Told]:
    yield inside(move.case), "ticket_assigned", _("Le asignaron un ticket"), move.case.subject[:300]


def _to_askers(title: str, reasoned: bool = False, kind: str = "ticket") -> Teller:
    def told(move: Move) -> Iterator[Told]:
        text = move.case.subject[:300]
        yield outside(move.case), kind, _(title), f"{text}\n{move.reason[:500]}" if reasoned and move.reason else text

    return told


def _both(title: str) -> Teller:
    def told(move: Move) -> Iterator[Told]:
        yield outside(move.case) | inside(move.case), "ticket", _(title), f"{move.case.subject[:300]}\n{move.reason[:500]}".strip()

    return told


def _merged(move: Move) -> Iterator[Told]:
    """Who waited for the duplicate learns where it goes on."""
    yield outside(move.case), "ticket", _("Se unió a otro ticket"), _("Se atiende junto con %(folio)s.\n%(subject)s") % {
        "folio": move.detail.get("folio", ""), "subject": move.case.subject[:300]}


def _reclassified(move: Move) -> Iterator[Told]:
    """Who asked learns what it is now: its steps, its service and its deadlines are others."""
    detail, text = move.detail, f"{move.case.subject[:300]}\n{move.reason[:500]}".strip()
    if detail.get("kind") != detail.get("kind_before"):
        label = str(kind_of(move.case.kind if detail.get("kind") is None else detail["kind"]).label)
        yield outside(move.case), "ticket", _("Ahora se atiende como «%(kind)s»") % {"kind": label}, text
    elif detail.get("service") != detail.get("service_before"):
        yield outside(move.case), "ticket", _("Ahora se atiende como otro servicio"), text


def _nobody(_move: Move) -> Iterator[Told]:
    return iter(())


TELLING: Final[dict[str, Teller]] = {
    "register": _opened, "assign": _assigned, "take": _to_askers(noop("Ya la está atendiendo una persona")),
    "hold": _to_askers(noop("Quedó en espera"), reasoned=True), "resume": _to_askers(noop("Se reanudó la atención")),
    "resolve": _to_askers(noop("Se resolvió"), kind="ticket_asked"), "close": _nobody, "reopen": _both(noop("Se reabrió")),
    "cancel": _both(noop("Se canceló")),
    "merge": _merged, "absorb": _nobody, "release": _nobody, "split": _nobody,
    "reclassify": _reclassified, "unmerge": _both(noop("Vuelve a atenderse por separado")),
    "approve": _both(noop("Se autorizó")), "reject": _both(noop("No se autorizó")),
}


def tell_entry(note: Note, by_staff: bool, theirs: bool = True) -> None:
    """A public entry is told to the other side: by the desk to who asked, by them to who has it in hand.

    `theirs`: the words are of the note's person, who is not told of them; else that person only registered them.
    """
    case = note.case
    to = (outside(case) if by_staff else inside(case)) - ({note.person_id} if theirs else set())
    with override(SPANISH):
        title = _("Nueva respuesta: %(folio)s") % {"folio": case.folio}
    notify(recipients=sorted(to), draft=NoticeDraft(
        "ticket_asked" if by_staff else "ticket", title, f"entry:{note.pk}", note.text[:500],
        kind_of(case.kind).detail_url(case.pk), case.pk))
