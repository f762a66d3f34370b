"""Correcting the facts of a ticket: who said what before stays in its history, with the reason.

Number, kind, service, team, priority and promises are changed by verbs of their own (reclassify, assign, prioritise).
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.models import Access, Case, Move, Party, SearchRow
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.services import ValuesDraft, record_many_values, values_of
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Liaison, Ticket
from ventanilla.modules.servicedesk.services.items import tie_answers
from ventanilla.modules.servicedesk.services.opening import MAX_SUBJECT, MAX_TEXT, require_addresses

VERB: Final = "correct"
LABELS: Final[dict[str, str]] = {
    "subject": noop("Asunto"), "description": noop("Descripción"), "requester": noop("Lo pidió"),
    "requester_name": noop("Nombre de quien pidió"), "requester_email": noop("Correo de quien pidió"), "beneficiary": noop("Es para"),
    "beneficiary_name": noop("Nombre de para quién es"), "beneficiary_email": noop("Correo de para quién es"), "unit": noop("Unidad"),
    "channel": noop("Llegó por"),
    "values": noop("Respuestas del formulario")}
DESK_ONLY: Final = frozenset({"requester_email", "beneficiary_email"})
"""Facts whose old and new values are told to nobody but the log: the history of a ticket is read by whoever may read the ticket."""
_LENGTHS: Final = {"requester_name": 200, "beneficiary_name": 200, "requester_email": 254, "beneficiary_email": 254}
_PARTIES: Final = ((Party.Role.REQUESTER, "requester"), (Party.Role.BENEFICIARY, "beneficiary"))


@dataclass(frozen=True)
class Correction:
    """The facts of a ticket as they should be; what is not in `facts` stays. Keys are those of `LABELS` but "values".

    `values` are all the raw answers of its form (None: they stay), with `files` that came along.
    """

    facts: Mapping[str, Any]
    values: Mapping[str, Any] | None = None
    files: Sequence[str] = ()


def correct(*, actor: Person, case: Case, draft: Correction, reason: str) -> Case:
    """Correct the facts of an open ticket; the old values stay in its history, for who may read it. By the desk.

    Who asked, or benefits, by mistake does not read it any more; who does instead reads it from now on. Raises NotAllowed, Refused
    naming the field (also when nothing changes), and `Invalid` with the errors of the form by key.
    """
    with moving(case, VERB, actor, reason=reason) as move:
        ticket = Ticket.objects.select_for_update(of=("self",)).select_related(
            "requester", "beneficiary", "unit", "version__form").get(pk=case.pk)
        before, after = facts_of(move.case, ticket), _wanted(move.case, ticket, draft)
        changed = [name for name, value in after.items() if before[name] != value]
        answered = draft.values is not None and _answer(actor, move.case, ticket, draft)
        if not changed and not answered:
            raise Refused(_("Los datos son los mismos: no hay nada que corregir."))
        _tell(move, before, after, changed, answered)
        _write(move.case, ticket, {name: after[name] for name in changed})
        return move.case


def facts_of(case: Case, ticket: Ticket) -> dict[str, Any]:
    """The correctable facts as they stand, but the answers of the form."""
    return {name: case.subject if name == "subject" else getattr(ticket, name) for name in LABELS if name != "values"}


def _wanted(case: Case, ticket: Ticket, draft: Correction) -> dict[str, Any]:
    """What was given, clean. Raises Refused naming the field, and NotAllowed for people and units of another institution."""
    found = {n: clean_text(v)[:_LENGTHS.get(n, MAX_TEXT + 1)] if isinstance(v, str) else v for n, v in draft.facts.items()}
    if unknown := set(found) - set(LABELS):
        raise Refused(_("No es un dato que se corrija."), min(unknown))
    if any(isinstance(v, Person | Unit) and v.institution_id != case.institution_id for v in found.values()):
        raise NotAllowed
    _check(found)
    both = facts_of(case, ticket) | found
    if both["requester"] is None and not both["requester_name"]:
        raise Refused(_("Diga quién lo pidió."), "requester")
    if both["requester"] is not None and "requester" in found:
        found |= {"requester_name": "", "requester_email": ""}
    if both["beneficiary"] is not None and "beneficiary" in found:
        found |= {"beneficiary_name": "", "beneficiary_email": ""}
    return found


def _check(found: Mapping[str, Any]) -> None:
    if found.get("subject") == "" or len(found.get("subject") or "") > MAX_SUBJECT:
        raise Refused(_("Escriba el asunto, de hasta 300 caracteres."), "subject")
    if len(found.get("description") or "") > MAX_TEXT:
        raise Refused(_("La descripción admite hasta 20,000 caracteres."), "description")
    if "channel" in found and found["channel"] not in Ticket.Channel.values:
        raise Refused(_("Elija por dónde llegó."), "channel")
    require_addresses(found)


def _answer(actor: Person, case: Case, ticket: Ticket, draft: Correction) -> bool:
    """Whether the answers of the form changed; the log of the form keeps what they were."""
    form = ticket.version.form if ticket.version else None
    if form is None:
        raise Refused(_("Este ticket no tiene formulario."), "values")
    before = values_of(case, private=True)
    [said] = record_many_values(actor=actor, drafts=[ValuesDraft(case, form, draft.values or {}, draft.files)])
    tie_answers([(said, form)])
    return before != values_of(case, private=True)


def _tell(move: Moving, before: Mapping[str, Any], after: Mapping[str, Any], changed: Sequence[str], answered: bool) -> None:
    """Old and new values: to the history as people read them, to the log as its personal, erasable part. Answers: only that they did."""
    rows = [[name, _shown(name, before[name]), _shown(name, after[name])] for name in changed]
    move.detail["fields"] = [*changed, *(["values"] if answered else [])]
    move.shown["changes"] = [r for r in rows if r[0] not in DESK_ONLY] + ([["values", "", ""]] if answered else [])
    move.personal["changes"] = rows


def _shown(name: str, value: Any) -> str:
    if name == "channel":
        return str(Ticket.Channel(value).label)
    return value.name if isinstance(value, Person | Unit) else str(value or "")


def changes_of(move: Move) -> list[tuple[str, str, str]]:
    """What a correction changed: label, old and new value as people read them; empty for other moves."""
    rows = move.detail.get("changes") or [] if move.verb == VERB else []
    return [(_(LABELS[name]), old, new) for name, old, new in rows if name in LABELS]


def _write(case: Case, ticket: Ticket, facts: Mapping[str, Any]) -> None:
    """Ticket, parties and search row; the case itself is saved by the move."""
    unit = ticket.unit_id
    for name, value in facts.items():
        if name != "subject":
            setattr(ticket, name, value)
    if "unit" not in facts and {"requester", "beneficiary"} & set(facts):
        who = ticket.beneficiary or ticket.requester
        ticket.unit = who.unit if who else ticket.unit
    ticket.save()
    for role, name in _PARTIES:
        if name in facts:
            _party(case, role, [facts[name]] if facts[name] else [])
    if ticket.unit_id != unit:
        rows = Liaison.objects.filter(unit=ticket.unit_id, state=Liaison.State.ACTIVE).select_related("person")
        _party(case, Party.Role.LIAISON, [row.person for row in rows])
    case.subject = facts.get("subject", case.subject)
    SearchRow.objects.filter(case=case, ref=case.pk, page=0).exclude(kind="page").update(
        title=f"{case.folio} {case.subject}", body=words_of(ticket))


def _party(case: Case, role: str, people: Sequence[Person]) -> None:
    """These are it, and nobody else is any more: who was it by mistake does not read the case (the move's end gives back other rights)."""
    gone = Party.objects.filter(case=case, role=role).exclude(person__in=people)
    Access.objects.filter(case=case, token__in=[-pk for pk in gone.values_list("person_id", flat=True)]).delete()
    gone.delete()
    for person in people:
        Party.objects.get_or_create(case=case, role=role, person=person, defaults={"since": timezone.now()})


def words_of(ticket: Ticket) -> str:
    """The further text by which a ticket is found: as when it was opened, and its solution."""
    people = [p.name for p in (ticket.requester, ticket.beneficiary) if p]
    said = (ticket.description, ticket.requester_name, ticket.beneficiary_name, *people, ticket.solution)
    return clean_text(" ".join(filter(None, said)))
