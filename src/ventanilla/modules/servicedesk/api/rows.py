"""Tickets as the API tells them, read by one narrow statement: exactly the columns that are told, and no model behind them.

The same through the models is a join of thirteen tables with two hundred columns, which Django writes and PostgreSQL plans anew
for each ticket: some thirty milliseconds for a row that is read in half a one.
"""
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of


class TicketRow(NamedTuple):
    """A case with its ticket and the names of what it names; empty names where there is none. Moments are aware."""

    id: int
    institution_id: int
    unit_id: int
    assignee_id: int | None
    uuid: UUID
    kind: str
    folio: str
    state: str
    subject: str
    priority: int
    level: int
    received_at: datetime
    due_at: datetime | None
    amber_at: datetime | None
    closed_at: datetime | None
    requester_name: str
    beneficiary_name: str
    channel: str
    impact: int
    urgency: int
    major: bool
    owned_at: datetime | None
    resolved_at: datetime | None
    reopened: int
    description: str
    solution: str
    held_until: datetime | None
    parent_id: int | None
    form_id: int | None
    service: str | None
    offering: str | None
    team: str | None
    held_for: str | None
    cause: str | None
    unit: tuple[UUID, str, str]
    asking_unit: tuple[UUID | None, str, str]
    assignee: tuple[UUID | None, str]
    requester: tuple[UUID | None, str]
    beneficiary: tuple[UUID | None, str]

    @property
    def case(self) -> Case:
        """As much of its case as the rules about who may do what look at."""
        return Case(id=self.id, institution_id=self.institution_id, unit_id=self.unit_id, assignee_id=self.assignee_id,
                    uuid=self.uuid, kind=self.kind, state=self.state)


_CASE: Final = "id institution_id unit_id assignee_id uuid kind folio state subject priority level received_at due_at amber_at closed_at"
_TICKET: Final = ("requester_name beneficiary_name channel impact urgency major owned_at resolved_at reopened description solution "
                  "held_until parent_id")
_UNITS: Final = ("u", "k")
_PEOPLE: Final = ("a", "r", "b")
_SELECT: Final = "SELECT " + ", ".join([
    *(f"c.{name}" for name in _CASE.split()), *(f"t.{name}" for name in _TICKET.split()), "v.form_id",
    "s.name, o.slug, m.name, h.text, w.name", *(f"{n}.uuid, {n}.code, {n}.name" for n in _UNITS),
    *(f"{n}.uuid, concat_ws(' ', {n}.given_name, {n}.surname_1, nullif({n}.surname_2, ''))" for n in _PEOPLE)]) + """
FROM cases_case c JOIN servicedesk_ticket t ON t.case_id = c.id JOIN orgs_unit u ON u.id = c.unit_id
LEFT JOIN orgs_unit k ON k.id = t.unit_id
LEFT JOIN orgs_person a ON a.id = c.assignee_id
LEFT JOIN orgs_person r ON r.id = t.requester_id
LEFT JOIN orgs_person b ON b.id = t.beneficiary_id
LEFT JOIN servicedesk_service s ON s.id = t.service_id
LEFT JOIN servicedesk_offeringversion v ON v.id = t.version_id
LEFT JOIN servicedesk_offering o ON o.id = v.offering_id
LEFT JOIN servicedesk_team m ON m.id = t.team_id
LEFT JOIN servicedesk_holdreason h ON h.id = t.held_for_id
LEFT JOIN servicedesk_cause w ON w.id = t.cause_id
"""
# Behind a subquery the planner takes the number of keys for the same each time, so one plan is kept for any number of them.
_BY_ID: Final = _SELECT + "WHERE c.id = ANY (ARRAY(SELECT unnest(%s::bigint[])))"
_VISIBLE: Final = _SELECT + """
WHERE c.uuid = %(uuid)s AND c.institution_id = %(institution)s AND c.kind = ANY (%(kinds)s::text[])
  AND EXISTS (SELECT 1 FROM cases_access x WHERE x.case_id = c.id AND x.token = ANY (%(tokens)s::bigint[]))
"""
_PLAIN: Final = len(TicketRow._fields) - len(_UNITS) - len(_PEOPLE)


def _row(found: tuple[object, ...]) -> TicketRow:
    n = _PLAIN
    return TicketRow(*found[:n], found[n:n + 3], found[n + 3:n + 6], found[n + 6:n + 8], found[n + 8:n + 10],  # type: ignore[arg-type, call-arg]
                     found[n + 10:n + 12])


def by_id(ids: Sequence[int]) -> list[TicketRow]:
    """These tickets, in this order. Whether they may be seen was asked before."""
    found = {row[0]: _row(row) for row in plans.rows(_BY_ID, [list(ids)])}
    return [found[pk] for pk in ids]


def visible(person: Person, uuid: UUID, kinds: Sequence[str]) -> TicketRow:
    """The ticket, when the person may read it (`CaseQuerySet.visible_to`). Raises Case.DoesNotExist."""
    row = plans.first(_VISIBLE, {"uuid": uuid, "institution": person.institution_id, "kinds": list(kinds),
                                 "tokens": reach_of(person).tokens})
    if row is None:
        raise Case.DoesNotExist
    return _row(row)
