"""From rows to what the API says of tickets, and from names and uuids to rows that the person may use."""
import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import allowed_steps, lock_case
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.services import values_of
from ventanilla.modules.servicedesk.api import rows
from ventanilla.modules.servicedesk.api.rows import TicketRow
from ventanilla.modules.servicedesk.flow import FLOWS, HELD
from ventanilla.modules.servicedesk.models import ChangeModel, OfferingVersion, Team
from ventanilla.modules.servicedesk.services.catalogue import offered
from ventanilla.modules.servicedesk.services.family import survivor_of
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts
from ventanilla.modules.servicedesk.services.major import usable
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.web.api import schemas, shapes, steps

KINDS = tuple(f.slug for f in FLOWS)
PLAIN = ("uuid", "kind", "folio", "state", "subject", "priority", "level", "received_at", "due_at", "amber_at", "closed_at",
         "requester_name", "beneficiary_name", "channel", "impact", "urgency", "major", "owned_at", "resolved_at", "reopened",
         "service", "offering", "team")
READS = {n: schemas.Problem for n in (401, 403, 404)}
CHANGES, CHECKED = steps.ERRORS, steps.CHECKED


def tickets_of(person: Person) -> QuerySet[Case]:
    """The tickets that the person may read."""
    return Case.objects.visible_to(person).filter(kind__in=KINDS)


def ticket_of(person: Person, uuid: UUID) -> Case:
    """One of them, to do something with it. Raises Case.DoesNotExist."""
    return tickets_of(person).select_related("ticket", "unit").get(uuid=uuid)


def staff_of(person: Person, case: Case) -> bool:
    """Whether the private side is theirs."""
    return is_staff(reach_of(person), case)


def desk_ticket(person: Person, uuid: UUID) -> Case:
    """A ticket whose private side is theirs. Raises Case.DoesNotExist and NotAllowed."""
    case = ticket_of(person, uuid)
    if not staff_of(person, case):
        raise NotAllowed
    return case


def ticket_out(row: TicketRow) -> dict[str, Any]:
    """TicketOut."""
    return {name: getattr(row, name) for name in PLAIN} | {
        "state_label": state_of(row), "unit": _unit(row.unit), "asking_unit": _unit(row.asking_unit),
        "assignee": _person(row.assignee), "requester": _person(row.requester), "beneficiary": _person(row.beneficiary)}


def _unit(found: tuple[UUID | None, str, str]) -> dict[str, Any] | None:
    return dict(zip(("uuid", "code", "name"), found, strict=True)) if found[0] else None


def _person(found: tuple[UUID | None, str]) -> dict[str, Any] | None:
    return dict(zip(("uuid", "name"), found, strict=True)) if found[0] else None


def ticket_detail(row: TicketRow, person: Person, case: Case) -> dict[str, Any]:
    """TicketDetail, as this person may see it; `case` is the row's."""
    parent = tickets_of(person).filter(pk=row.parent_id).values_list("uuid", flat=True).first() if row.parent_id else None
    return ticket_out(row) | {
        "description": row.description, "solution": row.solution, "held_for": row.held_for,
        "held_until": row.held_until if row.state == HELD else None, "cause": row.cause, "parent": parent,
        "values": values_of(case, private=staff_of(person, case)) if row.form_id else {}, "merged_into": _merged_into(case, person),
        "actions": shapes.actions_out(tuple(usable(allowed_steps(person, case), row.major)))}


def _merged_into(case: Case, person: Person) -> UUID | None:
    """Where a merged ticket goes on, if the person may read it."""
    survivor = survivor_of(case) if case.state == "merged" else None
    return tickets_of(person).filter(pk=survivor.pk).values_list("uuid", flat=True).first() if survivor else None


_SEEN = """
SELECT (SELECT max(id) FROM cases_move WHERE case_id = %(id)s),
       (SELECT max(id) FROM cases_note WHERE case_id = %(id)s AND (%(staff)s OR NOT private)),
       (SELECT max(id) FROM cases_attachment WHERE case_id = %(id)s AND (%(staff)s OR NOT private)),
       max(id), max(at) FROM servicedesk_approval WHERE case_id = %(id)s
"""


def etag_of(case: Case, person: Person) -> str:
    """A strong validator of a ticket that the person may read; what of it they may not read does not change it."""
    seen = (case.pk, person.pk, *(plans.first(_SEEN, {"id": case.pk, "staff": staff_of(person, case)}) or ()))
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:24]}"'


def changed(request: HttpRequest, response: HttpResponse, case: Case, person: Person, verb: Callable[[], object]) -> dict[str, Any]:
    """Hold the ticket, check `If-Match` (412), do it, and tell the new state with its ETag.

    Who acted may not see it any more (a ticket that was assigned elsewhere): what they could see before is told without actions.
    """
    with transaction.atomic():
        held = lock_case(case.pk)
        shapes.unless_changed(request, lambda: etag_of(held, person))
        verb()
        (fresh,) = rows.by_id([case.pk])
        told = fresh.case
        response.headers["ETag"] = etag_of(told, person)
        return ticket_detail(fresh, person, told)


def version_of(person: Person, slug: str) -> OfferingVersion:
    """What is offered under that key to this person. Raises Refused naming the field."""
    row = offered(person, slug)
    if row is None:
        raise Refused(_("Eso no está en el catálogo, o no lo puede pedir usted."), "offering")
    return row


def team_of(person: Person, name: str) -> Team:
    """An active team of the institution. Raises Refused naming the field."""
    row = Team.objects.select_related("unit").filter(institution_id=person.institution_id, name=name, active=True).first()
    if row is None:
        raise Refused(_("Ese equipo no existe o no está activo."), "team")
    return row


def change_facts(person: Person, risk: int | None, impact_text: str, model: str | None) -> ChangeFacts | None:
    """What a change asks for from the beginning; None when nothing of it was said. Raises Refused for a model that there is not."""
    if not (risk or impact_text or model):
        return None
    row = ChangeModel.objects.filter(institution_id=person.institution_id, name=model, active=True).first() if model else None
    if model and row is None:
        raise Refused(_("Ese modelo de cambio no existe o no está activo."), "model")
    return ChangeFacts(risk, impact_text, row)


def people_of(person: Person, uuids: Iterable[UUID], field: str = "people") -> list[Person]:
    """Active people of the institution, all of them. Raises Refused naming the field."""
    wanted = list(dict.fromkeys(uuids))
    found = {p.uuid: p for p in Person.objects.filter(institution_id=person.institution_id, uuid__in=wanted, active=True)}
    if len(found) != len(wanted):
        raise Refused(_("Alguna persona no existe."), field)
    return [found[u] for u in wanted]


def documents_of(person: Person, uuids: Iterable[UUID]) -> list[Document]:
    """Files that the person uploaded and that belong to nothing yet. Raises Refused naming the field."""
    wanted = set(uuids)
    if not wanted:
        return []
    mine = list(Document.objects.filter(uuid__in=wanted, institution_id=person.institution_id, created_by=person, attachment=None))
    if len(mine) != len(wanted):
        raise Refused(_("Algún documento no existe, no es suyo o ya está en un asunto."), "documents")
    return mine
