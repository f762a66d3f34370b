"""Problems proposed from repeated incidents: with what justifies them; accepted or dismissed by the desk."""
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS
from ventanilla.modules.servicedesk.models import Candidate, ConfigurationItem
from ventanilla.modules.servicedesk.services import candidates
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import CaseOut, PersonRef, ReasonIn
from ventanilla.web.api.validators import small

router = Router(tags=["Mesa: problemas"])
READ, WRITE = Bearer(scopes.DESK_READ, works_somewhere), Bearer(scopes.DESK_WRITE, works_somewhere)
MOST = 1000


class Weighed(Schema):
    """Something that the incidents share, and in how many of them it is."""

    what: str
    count: int


class CandidateOut(Schema):
    """A proposed problem: its incidents, when, how many were expected, and what they share (weeks by their Monday)."""

    id: int
    state: Literal["open", "accepted", "dismissed"]
    tickets: list[UUID]
    first_at: datetime
    last_at: datetime
    found_at: datetime
    strength: float
    expected: float
    words: list[Weighed]
    items: list[Weighed]
    units: list[Weighed]
    causes: list[Weighed]
    weeks: list[Weighed]
    problem: UUID | None
    reason: str
    decided_by: PersonRef | None
    decided_at: datetime | None


class CandidatesAsked(Schema):
    """Which ones."""

    state: Literal["open", "accepted", "dismissed"] = "open"
    limit: int = Field(100, ge=1, le=200)


class AcceptIn(Schema):
    """How the problem is called."""

    subject: str = Field("", max_length=300, examples=["El portal deja de responder los lunes"])


def _out(person: Person, rows: Sequence[Candidate]) -> list[dict[str, Any]]:
    """CandidateOut of each; things that the person may not see by name are left out. Four queries, however many there are."""
    uuids = dict(Case.objects.visible_to(person).filter(pk__in={pk for r in rows for pk in r.tickets}).values_list("pk", "uuid"))
    seen_items = ConfigurationItem.objects.visible_to(person).filter(pk__in=_named(rows, "cis")).values_list("pk", "name")
    units = Unit.objects.filter(institution_id=person.institution_id, pk__in=_named(rows, "units")).values_list("pk", "name")
    seen = dict(Case.objects.visible_to(person).filter(pk__in=[r.problem_id for r in rows if r.problem_id]).values_list("pk", "uuid"))
    return [_one(r, uuids, {"cis": dict(seen_items), "units": dict(units)}, seen) for r in rows]


def _named(rows: Sequence[Candidate], what: str) -> set[int]:
    return {pk for r in rows for pk, _n in r.evidence.get(what, [])}


def _one(row: Candidate, tickets: dict[int, UUID], names: dict[str, dict[int, str]], problems: dict[int, UUID]) -> dict[str, Any]:
    plain = ("state", "first_at", "last_at", "found_at", "strength", "reason", "decided_at")
    said = {n: [{"what": str(w), "count": k} for w, k in row.evidence.get(n, [])] for n in ("words", "causes", "weeks")}
    for there, here in (("cis", "items"), ("units", "units")):
        said[here] = [{"what": names[there][pk], "count": k} for pk, k in row.evidence.get(there, []) if pk in names[there]]
    return {n: getattr(row, n) for n in plain} | said | {
        "id": row.pk, "tickets": [tickets[pk] for pk in row.tickets if pk in tickets], "problem": problems.get(row.problem_id or 0),
        "expected": float(row.evidence.get("expected") or 0), "decided_by": shapes.person_ref(row.decided_by)}


@router.get("/problem-candidates", response={200: list[CandidateOut], **READS}, auth=READ, operation_id="list_problem_candidates",
            summary="Problemas propuestos por incidentes que se repiten, los más claros primero")
def listed(request: HttpRequest, asked: Query[CandidatesAsked]) -> Any:
    """Only those whose every incident the person may read."""
    person = actor(request)
    return _out(person, candidates.visible(person, asked.state, asked.limit))


def _of(person: Person, number: int) -> Candidate:
    """One in any state, when every incident of it may be read. Raises Candidate.DoesNotExist."""
    for state in ("open", "accepted", "dismissed"):
        row = next((c for c in candidates.visible(person, state, MOST) if c.pk == small(number)), None)
        if row:
            return row
    raise Candidate.DoesNotExist


@router.get("/problem-candidates/{int:candidate}", response={200: CandidateOut, **READS}, auth=READ, operation_id="get_problem_candidate",
            summary="Un problema propuesto")
def one(request: HttpRequest, candidate: int) -> Any:
    """Also after it was decided."""
    person = actor(request)
    return _out(person, [_of(person, candidate)])[0]


@router.post("/problem-candidates/{int:candidate}/accept", response={201: CaseOut, **CHANGES}, auth=WRITE,
             operation_id="accept_problem_candidate", summary="Abrir el problema, con sus incidentes ligados")
def accept(request: HttpRequest, candidate: int, data: AcceptIn) -> Any:
    """409 when somebody decided already."""
    person = actor(request)
    made = candidates.accept(actor=person, candidate=_of(person, candidate), subject=data.subject)
    return 201, shapes.case_out(Case.objects.select_related("unit").get(pk=made.pk))


@router.post("/problem-candidates/{int:candidate}/dismiss", response={200: CandidateOut, **CHANGES}, auth=WRITE,
             operation_id="dismiss_problem_candidate", summary="Descartar la propuesta, con el motivo")
def dismiss(request: HttpRequest, candidate: int, data: ReasonIn) -> Any:
    """It is not proposed again for the same incidents."""
    person = actor(request)
    candidates.dismiss(actor=person, candidate=_of(person, candidate), reason=data.reason)
    return _out(person, [_of(person, candidate)])[0]
