"""From rows to what the API says, and from uuids to rows that the person may see."""
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.judging import keep_authors
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import state_of, turn_state_of
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.flow import Step
from ventanilla.web.api.problems import Changed, NotModified

_VERSION = """
SELECT (SELECT max(id) FROM cases_move WHERE case_id = %(id)s), (SELECT max(id) FROM cases_note WHERE case_id = %(id)s),
       (SELECT max(id) FROM cases_attachment WHERE case_id = %(id)s),
       (SELECT max(read_at) FROM cases_turn WHERE case_id = %(id)s)
"""


def case_of(person: Person, uuid: UUID) -> Case:
    """The case, when visible. Raises Case.DoesNotExist."""
    return Case.objects.visible_to(person).select_related("unit").get(uuid=uuid)


def turn_of(person: Person, uuid: UUID) -> Turn:
    """The turn, when its case is visible. Raises Turn.DoesNotExist."""
    return Turn.objects.visible_to(person).select_related("case", "unit").get(uuid=uuid)


def unit_of(person: Person, uuid: UUID) -> Unit:
    """A unit of the person's institution. Raises Refused naming the field."""
    row = Unit.objects.filter(institution_id=person.institution_id, uuid=uuid).first()
    if row is None:
        raise Refused(_("No existe esa unidad."), "unit")
    return row


def units_of(person: Person, uuids: Sequence[UUID]) -> list[Unit]:
    """Units of the person's institution, by one query, in no order. Raises Refused naming the field."""
    rows = list(Unit.objects.filter(institution_id=person.institution_id, uuid__in=uuids))
    if len(rows) != len(set(uuids)):
        raise Refused(_("No existe esa unidad."), "units")
    return rows


def person_of(person: Person, uuid: UUID | None) -> Person | None:
    """An active person of the same institution, or None. Raises Refused naming the field."""
    if uuid is None:
        return None
    row = Person.objects.filter(institution_id=person.institution_id, uuid=uuid, active=True).first()
    if row is None:
        raise Refused(_("No existe esa persona."), "person")
    return row


def aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is one of Mexico City."""
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def unit_ref(unit: Unit | None) -> dict[str, Any] | None:
    """UnitRef."""
    return {"uuid": unit.uuid, "code": unit.code, "name": unit.name} if unit else None


def person_ref(person: Person | None) -> dict[str, Any] | None:
    """PersonRef."""
    return {"uuid": person.uuid, "name": person.name} if person else None


def case_out(case: Case) -> dict[str, Any]:
    """CaseOut."""
    plain = ("uuid", "kind", "folio", "state", "subject", "priority", "level", "received_at", "due_at", "amber_at",
             "closed_at")
    return {name: getattr(case, name) for name in plain} | {
        "unit": unit_ref(case.unit), "state_label": state_of(case)}


def actions_out(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Actions from the flow's steps."""
    return [{"name": s.name, "label": str(s.label), "needs": list(s.needs)} for s in steps]


def turn_out(turn: Turn, person: Person, uuids: dict[int, UUID]) -> dict[str, Any]:
    """TurnOut; `turn.case` is at hand."""
    plain = ("uuid", "purpose", "state", "text", "sent_at", "read_at", "due_at", "answered_at", "closed_at")
    return {name: getattr(turn, name) for name in plain} | {
        "parent": uuids.get(turn.parent_id or 0), "from_unit": unit_ref(turn.from_unit), "unit": unit_ref(turn.unit),
        "person": person_ref(turn.person), "state_label": turn_state_of(turn),
        "actions": actions_out(allowed_steps(person, turn.case, turn))}


def case_detail(case: Case, person: Person) -> dict[str, Any]:
    """CaseDetail."""
    turns = list(Turn.objects.filter(case=case).select_related("case", "unit", "from_unit", "person").order_by("id"))
    keep_authors(turns)
    uuids = {t.pk: t.uuid for t in turns}
    return case_out(case) | {"actions": actions_out(allowed_steps(person, case)),
                             "turns": [turn_out(t, person, uuids) for t in turns]}


def etag_of(case: Case, person: Person) -> str:
    """A strong validator (RFC 9110, 8.8.3): changes with every move, note, file and read receipt; one per person."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"id": case.pk})
        seen = (case.pk, person.pk, *cursor.fetchone())
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:24]}"'


def check_newer(request: HttpRequest, etag: str) -> None:
    """`If-None-Match`: raises NotModified when the client has this one, or asks only for what is not there yet (`*`)."""
    wanted = request.headers.get("If-None-Match", "")
    if wanted.strip() == "*" or names(wanted, etag):
        raise NotModified(etag)


def names(validators: str, etag: str) -> bool:
    """Whether a header lists this validator, also as a weak one: compression marks it so on its way out."""
    return etag in [part.strip().removeprefix("W/") for part in validators.split(",")]


def check_match(request: HttpRequest, case: Case, person: Person) -> None:
    """`If-Match` of a case or what is one. Call it holding the case. Raises Changed (412)."""
    unless_changed(request, lambda: etag_of(case, person))


def unless_changed(request: HttpRequest, etag: Callable[[], str]) -> None:
    """`If-Match`: raises Changed (412) unless it names the present state; nothing is read when it is not sent.

    Every operation that comes here answers `steps.CHECKED`, and is so the only one whose reference names the header.
    """
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted != "*" and not names(wanted, etag()):
        raise Changed
