"""Periods without changes, and the clearance of a change that collides: refused, or with a reason, or by a named exception."""
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Blackout, CIType, Clearance, ConfigurationItem
from ventanilla.modules.servicedesk.services.blackouts import Repeat, first_time, read_rule, times
from ventanilla.modules.servicedesk.services.collisions import Collision, Window, collisions_of, window_of
from ventanilla.modules.servicedesk.services.managing import manages

EMERGENCY = "emergency_change"


@dataclass(frozen=True)
class BlackoutDraft:
    """A period without changes; moments are aware. With neither `type` nor `item` it is of everything.

    With `repeat` the moments are the earliest time it may begin and when that time is over: the first one is looked for from there.
    """

    name: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    type: CIType | None = None
    item: ConfigurationItem | None = None
    uuid: UUID = field(default_factory=uuid4)
    repeat: Repeat | None = None


def may_keep(person: Person) -> bool:
    """Who keeps the periods: managers of the desk."""
    return manages(person)


@transaction.atomic
def save_blackout(*, actor: Person, draft: BlackoutDraft, blackout: Blackout | None = None) -> Blackout:
    """Declare a period, or change one. Idempotent by uuid. Raises NotAllowed and Refused."""
    if not may_keep(actor) or (blackout and blackout.institution_id != actor.institution_id):
        raise NotAllowed
    _check(actor, draft)
    known = blackout or Blackout.objects.filter(institution_id=actor.institution_id, uuid=draft.uuid).first()
    if known and not known.active:
        raise Refused(_("Ese periodo se quitó; registre otro."))
    row = known or Blackout(institution_id=actor.institution_id, uuid=draft.uuid, by=actor)
    row.name, row.reason = clean_text(draft.name)[:120], clean_text(draft.reason)[:500]
    row.starts_at, row.ends_at, row.type, row.item = draft.starts_at, draft.ends_at, draft.type, draft.item
    _repeat(row, draft.repeat)
    row.save()
    record("blackout.edit" if known else "blackout.declare", actor=actor, institution_id=row.institution_id, subject=f"blackout:{row.pk}",
           detail={"name": row.name, "reason": row.reason, "starts_at": row.starts_at, "ends_at": row.ends_at, "type": row.type_id,
                   "item": row.item_id, "rule": row.rule, "last_at": row.last_at})
    return row


def _repeat(row: Blackout, repeat: Repeat | None) -> None:
    row.rule, row.workdays, row.skipped, row.last_at = "", False, [], None
    if repeat:
        (row.starts_at, row.ends_at), row.last_at = first_time(row.institution_id, row.starts_at, row.ends_at, repeat)
        row.rule, row.zone, row.workdays, row.skipped = read_rule(repeat.rule).text, repeat.zone, repeat.workdays, sorted(repeat.skipped)


@transaction.atomic
def skip_date(*, actor: Person, blackout: Blackout, day: date, skipped: bool = True) -> Blackout:
    """A period that repeats does not begin on that local date, or does after all.

    Raises NotAllowed, and Refused when it is none of its dates.
    """
    if not may_keep(actor) or blackout.institution_id != actor.institution_id:
        raise NotAllowed
    row = Blackout.objects.select_for_update(of=("self",)).get(pk=blackout.pk)
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(row.zone))
    if skipped and not any(t.day == day for t in times([row], noon - timedelta(days=1), noon + timedelta(days=1))):
        raise Refused(_("Ese periodo no empieza ese día."))
    row.skipped = sorted({*row.skipped, day} if skipped else set(row.skipped) - {day})
    row.save(update_fields=["skipped"])
    record("blackout.skip" if skipped else "blackout.unskip", actor=actor, institution_id=row.institution_id, subject=f"blackout:{row.pk}",
           detail={"day": day})
    return row


def _check(actor: Person, draft: BlackoutDraft) -> None:
    if not clean_text(draft.name):
        raise Refused(_("Escriba cómo se llama el periodo."), "name")
    if not clean_text(draft.reason):
        raise Refused(_("Escriba por qué no se hacen cambios en esas fechas."), "reason")
    if draft.ends_at <= draft.starts_at:
        raise Refused(_("Debe terminar después de comenzar."), "ends_at")
    if draft.type and draft.item:
        raise Refused(_("Elija un tipo o un elemento, no los dos."), "item")
    if any(scope and scope.institution_id != actor.institution_id for scope in (draft.type, draft.item)):
        raise NotAllowed


@transaction.atomic
def call_off(*, actor: Person, blackout: Blackout) -> Blackout:
    """The period does not hold any more; it stays in the list. Raises NotAllowed."""
    if not may_keep(actor) or blackout.institution_id != actor.institution_id:
        raise NotAllowed
    row = Blackout.objects.select_for_update().get(pk=blackout.pk)
    if row.active:
        row.active = False
        row.save(update_fields=["active"])
        record("blackout.call_off", actor=actor, institution_id=row.institution_id, subject=f"blackout:{row.pk}")
    return row


# --- clearance -----------------------------------------------------------------------------------------------


def asked_of(case: Case, step: str, person: Person | None) -> list[Collision]:
    """What has to be answered for before this step of a change: of the plan when it is sent, of now when it begins.

    An authorised change was answered for when it was sent: when it begins, only what forbids it counts.
    """
    if step == "submit":
        return [c for c in collisions_of(case, person) if c.asks]
    if step != "implement":
        return []
    found = collisions_of(case, person, _from_now(case))
    return [c for c in found if c.kind == "blackout" or (c.asks and case.kind == "simple_change")]


def _from_now(case: Case) -> Window:
    now, planned = timezone.now(), window_of(case)
    return now, max(planned[1] if planned else now, now + timedelta(minutes=1))


def clear(*, actor: Person, case: Case, step: str, reason: str = "", exception: str = "") -> Clearance | None:
    """Note with which reason a change goes on although it collides; None when it does not. Inside the step's own transaction.

    Raises Refused: a blackout forbids it (an emergency passes by an exception with a name), or the reason is missing.
    """
    found = asked_of(case, step, actor)
    if not found:
        return None
    forbidden = [c for c in found if c.kind == "blackout"]
    reason, exception = clean_text(reason), clean_text(exception)[:200]
    if forbidden and case.kind != EMERGENCY:
        raise Refused(_("En esas fechas no se hacen cambios (%(name)s). Planéelo para otro momento; si no puede esperar, es un cambio de "
                        "emergencia.") % {"name": forbidden[0].blackout.name if forbidden[0].blackout else ""}, "starts_at")
    if forbidden and not exception:
        raise Refused(_("Hay un periodo sin cambios (%(name)s): diga con qué excepción se hace y quién la autorizó.") % {
            "name": forbidden[0].blackout.name if forbidden[0].blackout else ""}, "exception")
    if not reason:
        raise Refused(_("Este cambio tiene colisiones: escriba por qué se hace de todos modos."), "reason")
    return _cleared(actor, case, step, Clearance(reason=reason, exception=exception if forbidden else "",
                                                 collisions=[c.plain for c in found]))


def _cleared(actor: Person, case: Case, step: str, row: Clearance) -> Clearance:
    row.case, row.step, row.by, row.at = case, step, actor, timezone.now()
    row.save()
    record(f"{case.kind}.clear", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"step": step, "reason": row.reason, "exception": row.exception, "collisions": len(row.collisions)})
    return row
