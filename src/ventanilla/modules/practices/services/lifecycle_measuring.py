"""Periodic measurement: a plan per registered practice, a task when a period has ended, handed in by its author with deadline and light."""
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import CaseDraft, open_cases, take_step
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.practices.flow import AUTHOR, KEEPER
from ventanilla.modules.practices.models import Indicator, Measurement, MeasurementPlan, Practice, PracticeState
from ventanilla.modules.practices.periods import between, following, starting
from ventanilla.modules.practices.services.evidence import refresh_indicators, reported
from ventanilla.modules.practices.services.lifecycle_relations import let_in, must, numbering

SERIES, MASK = "practice-measurement", "BP-MED-{unit}-{n:03}/{year}"
MOST: int = 500


@transaction.atomic
def plan_measurement(*, actor: Person, practice: Practice, frequency: str, days: int, since: date) -> MeasurementPlan:
    """Say how often a registered practice is measured; the first period is the one of `since` (a local day). Raises NotAllowed, Refused."""
    must(actor, practice, AUTHOR, KEEPER)
    if practice.state != PracticeState.REGISTERED:
        raise Refused(_("Se programa la medición de una práctica registrada."))
    if frequency not in ("month", "quarter", "year") or not 1 <= days <= 120:
        raise Refused(_("Elija cada cuánto se mide, y de 1 a 120 días hábiles para entregarla."), "days")
    last = Measurement.objects.filter(practice=practice).order_by("-end").first()
    start = max(starting(frequency, since)[0], starting(frequency, last.end)[0] if last else date.min)
    if last and start <= last.end:
        start = following(frequency, starting(frequency, last.end))[0]
    plan = MeasurementPlan.objects.update_or_create(practice=practice, defaults={
        "institution_id": practice.institution_id, "frequency": frequency, "days": days, "next_start": start})[0]
    record("practices.plan", actor=actor, institution_id=practice.institution_id, subject=f"practice:{practice.pk}",
           detail={"frequency": frequency, "days": days, "next": start})
    return plan


@transaction.atomic
def open_measurements(today: date | None = None) -> list[Case]:
    """Open the task of every period that has ended by yesterday and has none; what killed it halfway is done the next time.

    On another day than today (a local day that passed) the tasks arrive on that morning, and their term runs from there.
    """
    day = today or timezone.localdate()
    plans = MeasurementPlan.objects.select_for_update(of=("self",), skip_locked=True).filter(
        next_start__lt=day, practice__state=PracticeState.REGISTERED).select_related("practice__unit", "practice__owner")
    return [case for plan in plans.order_by("next_start", "pk")[:MOST] for case in _due(plan, day)]


def _due(plan: MeasurementPlan, day: date) -> list[Case]:
    """One task for each ended period, the newest twelve at most: nobody measures ten years back."""
    ended = [p for p in between(plan.frequency, plan.next_start, day) if p[1] < day]
    if not ended:
        return []
    cases = [_task(plan, *period, day) for period in ended[-12:]]
    plan.next_start = following(plan.frequency, ended[-1])[0]
    plan.save(update_fields=["next_start"])
    return cases


def _task(plan: MeasurementPlan, start: date, end: date, day: date) -> Case:
    practice = plan.practice
    if known := Measurement.objects.select_related("case").filter(practice=practice, start=start, end=end).first():
        return known.case
    numbering(practice.unit, SERIES, MASK)

    def details(ids: Sequence[int], _drafts: Sequence[CaseDraft]) -> None:
        Measurement.objects.bulk_create(Measurement(case_id=i, institution_id=practice.institution_id, practice=practice, start=start,
                                                    end=end)
                                        for i in ids)

    draft = CaseDraft("practice_measurement", practice.unit, _("Medir: %(name)s") % {"name": practice.title}, _morning(day), SERIES,
                      goals=(Goal("measure", Term(plan.days)),), assignee=practice.owner)
    return open_cases(actor=None, drafts=[draft], details=details, checked=True)[0]


def _morning(day: date) -> datetime:
    """Now, or half past six of a day that passed."""
    return timezone.now() if day >= timezone.localdate() else timezone.make_aware(datetime.combine(day, time(6, 30)))


@transaction.atomic
def hand_in(*, actor: Person, case: Case, text: str) -> Case:
    """Hand in the measurement of its period. Its bound indicators are counted first. Raises NotAllowed; Refused without any value."""
    row = Measurement.objects.select_related("practice").get(case=case)
    must(actor, row.practice, AUTHOR)
    indicators = list(Indicator.objects.filter(practice=row.practice, active=True))
    refresh_indicators(indicators)
    if not any(_filled(one, row) for one in indicators):
        raise Refused(_("Falta al menos un valor de este periodo: ligue un indicador a la plataforma o escríbalo en la evidencia."), "text")
    moved = take_step(actor=actor, case=case, step="submit")
    row.text = text.strip()[:8000]
    row.save(update_fields=["text"])
    Practice.objects.filter(pk=row.practice_id).update(measured_at=timezone.now(), updated_at=timezone.now())
    return moved


def _filled(indicator: Indicator, row: Measurement) -> Decimal | None:
    """A value whose period touches that of the measurement."""
    return next((r.value for r in reported(indicator) if r.value is not None and r.start <= row.end and r.end >= row.start), None)


@transaction.atomic
def waive(*, actor: Person, case: Case, reason: str) -> Case:
    """This period need not be measured, with the reason. Raises NotAllowed, Refused."""
    let_in(case, actor)
    return take_step(actor=actor, case=case, step="waive", reason=reason)


@transaction.atomic
def give_back(*, actor: Person, case: Case, reason: str) -> Case:
    """A measurement that was handed in must be corrected, with the reason. Raises NotAllowed, Refused."""
    let_in(case, actor)
    return take_step(actor=actor, case=case, step="reopen", reason=reason)
