"""From rows to what the API says of tickets, and from names and uuids to rows that the person may use."""
import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import allowed_steps, lock_case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.services import values_of
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import OfferingVersion, Team, Ticket
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.web.api import schemas, shapes
from ventanilla.web.api.problems import Changed
from ventanilla.web.api.steps import ERRORS

KINDS = tuple(f.slug for f in FLOWS)
SHOWN = ("unit", "assignee", "ticket__service", "ticket__version__offering", "ticket__team", "ticket__requester", "ticket__beneficiary",
         "ticket__unit")
DETAILED = (*SHOWN, "ticket__held_for", "ticket__cause", "ticket__parent", "institution")
PLAIN = ("requester_name", "beneficiary_name", "channel", "impact", "urgency", "major", "owned_at", "resolved_at", "reopened")
READS = {n: schemas.Problem for n in (401, 403, 404)}
CHANGES = ERRORS


def tickets_of(person: Person) -> QuerySet[Case]:
    """The tickets that the person may read."""
    return Case.objects.visible_to(person).filter(kind__in=KINDS)


def ticket_of(person: Person, uuid: UUID) -> Case:
    """One of them, with what its detail shows. Raises Case.DoesNotExist."""
    return tickets_of(person).select_related(*DETAILED).get(uuid=uuid)


def staff_of(person: Person, case: Case) -> bool:
    """Whether the private side is theirs."""
    return is_staff(reach_of(person), case)


def ticket_out(case: Case) -> dict[str, Any]:
    """TicketOut; the ticket and what it names are at hand."""
    ticket: Ticket = case.ticket
    return shapes.case_out(case) | {name: getattr(ticket, name) for name in PLAIN} | {
        "service": ticket.service.name if ticket.service else None, "team": ticket.team.name if ticket.team else None,
        "offering": ticket.version.offering.slug if ticket.version else None, "assignee": shapes.person_ref(case.assignee),
        "requester": shapes.person_ref(ticket.requester), "beneficiary": shapes.person_ref(ticket.beneficiary),
        "asking_unit": shapes.unit_ref(ticket.unit)}


def ticket_detail(case: Case, person: Person) -> dict[str, Any]:
    """TicketDetail, as this person may see it."""
    ticket: Ticket = case.ticket
    values = values_of(case, private=staff_of(person, case)) if ticket.version and ticket.version.form_id else {}
    parent = tickets_of(person).filter(pk=ticket.parent_id).values_list("uuid", flat=True).first() if ticket.parent_id else None
    return ticket_out(case) | {
        "description": ticket.description, "solution": ticket.solution, "values": values, "parent": parent,
        "held_for": ticket.held_for.text if ticket.held_for else None, "cause": ticket.cause.name if ticket.cause else None,
        "actions": shapes.actions_out(allowed_steps(person, case))}


_SEEN = """
SELECT (SELECT max(id) FROM cases_move WHERE case_id = %(id)s),
       (SELECT max(id) FROM cases_note WHERE case_id = %(id)s AND (%(staff)s OR NOT private)),
       (SELECT max(id) FROM cases_attachment WHERE case_id = %(id)s AND (%(staff)s OR NOT private)),
       max(id), max(at) FROM servicedesk_approval WHERE case_id = %(id)s
"""


def etag_of(case: Case, person: Person) -> str:
    """A strong validator of a ticket that the person may read; what of it they may not read does not change it."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"id": case.pk, "staff": staff_of(person, case)})
        seen = (case.pk, person.pk, *cursor.fetchone())
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:24]}"'


def changed(request: HttpRequest, response: HttpResponse, case: Case, person: Person, verb: Callable[[], object]) -> dict[str, Any]:
    """Hold the ticket, check `If-Match` (412), do it, and tell the new state with its ETag.

    Who acted may not see it any more (a ticket that was assigned elsewhere): what they could see before is told without actions.
    """
    with transaction.atomic():
        wanted = request.headers.get("If-Match", "")
        held = lock_case(case.pk)
        if wanted and wanted != "*" and etag_of(held, person) not in [part.strip() for part in wanted.split(",")]:
            raise Changed
        verb()
        fresh = Case.objects.select_related(*DETAILED).get(pk=case.pk)
        response.headers["ETag"] = etag_of(fresh, person)
        return ticket_detail(fresh, person)


def version_of(person: Person, slug: str) -> OfferingVersion:
    """What is offered under that key to this person. Raises Refused naming the field."""
    row = offered_to(person).filter(offering__slug=slug).first()
    if row is None:
        raise Refused("Eso no está en el catálogo, o no lo puede pedir usted.", "offering")
    return row


def team_of(person: Person, name: str) -> Team:
    """An active team of the institution. Raises Refused naming the field."""
    row = Team.objects.select_related("unit").filter(institution_id=person.institution_id, name=name, active=True).first()
    if row is None:
        raise Refused("Ese equipo no existe o no está activo.", "team")
    return row


def people_of(person: Person, uuids: Iterable[UUID], field: str = "people") -> list[Person]:
    """Active people of the institution, all of them. Raises Refused naming the field."""
    wanted = list(dict.fromkeys(uuids))
    found = {p.uuid: p for p in Person.objects.filter(institution_id=person.institution_id, uuid__in=wanted, active=True)}
    if len(found) != len(wanted):
        raise Refused("Alguna persona no existe.", field)
    return [found[u] for u in wanted]


def documents_of(person: Person, uuids: Iterable[UUID]) -> list[Document]:
    """Files that the person uploaded and that belong to nothing yet. Raises Refused naming the field."""
    wanted = set(uuids)
    if not wanted:
        return []
    mine = list(Document.objects.filter(uuid__in=wanted, institution_id=person.institution_id, created_by=person, attachment=None))
    if len(mine) != len(wanted):
        raise Refused("Algún documento no existe, no es suyo o ya está en un asunto.", "documents")
    return mine
