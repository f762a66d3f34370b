"""Running deadlines after a calendar changed: what would flip, applying it, and the times that was done."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import foreseeing, recomputing
from ventanilla.core.cases.services.recomputing import Preview
from ventanilla.core.cases.shifts import Shift
from ventanilla.core.orgs.models import Person
from ventanilla.web.api import shapes, validators
from ventanilla.web.api.auth import actor
from ventanilla.web.api.calendars.reading import detail
from ventanilla.web.api.calendars.schemas import ApplyIn, CountedAgainOut, DueWaitingOut, RecomputationOut
from ventanilla.web.api.calendars.shared import FORESEE, READS, WRITE, calendars_of, router
from ventanilla.web.api.steps import CHECKED

MOST = 200


def effects_of(person: Person, found: Preview) -> dict[str, Any]:
    """DueEffectsOut: counts of all, and of those that flip what the person may read."""
    late = found.foreseen
    shifts = {s.case_id: s for s in (*late.become_late, *late.stop_being_late)}
    rows = Case.objects.visible_to(person).filter(pk__in=list(shifts)).order_by("pk")[:MOST]
    return {"looked_at": found.looked_at, "moved": found.moved, "become_late": found.become_late,
            "stop_being_late": found.stop_being_late,
            "lights": [{"before": a, "after": b, "count": n} for (a, b), n in sorted(found.flips.items())],
            "cases": [_shift(case, shifts[case.pk]) for case in rows]}


def _shift(case: Case, shift: Shift) -> dict[str, Any]:
    return {"case": case.uuid, "kind": case.kind, "folio": case.folio, "due_before": shift.due_before, "due_after": shift.due_after,
            "before": shift.before.value, "after": shift.after.value}


@router.get("/calendars/{uuid}/effects", response={200: DueWaitingOut, **READS}, auth=FORESEE, operation_id="foresee_recomputation",
            summary="Qué plazos que corren cambiarían con la versión vigente; no cambia nada")
def effects(request: HttpRequest, uuid: UUID) -> Any:
    """Those that still run by an older version, or by another calendar where this one holds now. `effects` null: a job computes them;
    ask again, or wait for its notice. What it found is told for an hour."""
    person = actor(request)
    row = calendars_of(person).get(uuid=uuid)
    kept = foreseeing.foreseen(actor=person, calendar=row)
    return {"waiting": recomputing.waiting(row), "applying": bool(recomputing.running(row)),
            "effects": effects_of(person, kept.found) if kept else None}


@router.post("/calendars/{uuid}/apply", response={200: CountedAgainOut, **CHECKED}, auth=WRITE, operation_id="apply_calendar",
             summary="Aplicar la versión vigente a los plazos que corren")
def apply(request: HttpRequest, uuid: UUID, data: ApplyIn) -> Any:
    """At once, or as a job when there are many; one line in the log and one in each matter. Twice is once.
    `If-Match` refuses (412) when another version was published meanwhile."""
    person = actor(request)
    row = calendars_of(person).get(uuid=uuid)
    validators.check(request, lambda: detail(person, uuid))
    if recomputing.running(row):
        return {"done": False, "effects": None}
    if not recomputing.waiting(row):
        return {"done": True, "effects": None}
    done = recomputing.order(actor=person, calendar=row, reason=data.reason)
    return {"done": done is not None, "effects": effects_of(person, done) if done else None}


@router.get("/calendars/{uuid}/recomputations", response={200: list[RecomputationOut], **READS}, auth=FORESEE,
            operation_id="list_recomputations", summary="Las últimas diez veces que se recalcularon sus plazos")
def recomputations(request: HttpRequest, uuid: UUID) -> Any:
    """The newest first."""
    done = recomputing.history(calendars_of(actor(request)).get(uuid=uuid))
    people = Person.objects.in_bulk([one["actor_id"] for one in done if one["actor_id"]])
    return [{**one, "by": shapes.person_ref(people.get(one["actor_id"] or 0))} for one in done]
