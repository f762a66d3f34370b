"""Indicators filled by measures of the platform: bound, computed with proof, compared with what somebody wrote, held against targets."""
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import canonical, record
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.indicators import reading
from ventanilla.core.indicators.registry import Measure, measure, measures
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.flow import AUTHOR
from ventanilla.modules.practices.models import Indicator, IndicatorValue, Practice, StatedValue, Target
from ventanilla.modules.practices.periods import Period, between
from ventanilla.modules.practices.services.lifecycle_relations import must

FIELDS: Final = ("medicion_indicadores", "resultados_cuantitativos", "resultados_indicadores")
PLACES: Final = Decimal("0.0001")
MOST_PERIODS: Final = 240


@dataclass(frozen=True)
class IndicatorDraft:
    """An indicator to keep. Without a `measure` its values are written by hand; with `per_measure` it is a percentage of that one."""

    name: str
    frequency: str = "month"
    measure: str = ""
    part: str = ""
    per_measure: str = ""
    per_part: str = ""
    units: Sequence[Unit] = ()
    since: date = field(default_factory=lambda: timezone.localdate().replace(month=1, day=1))
    unit_label: str = ""
    backs: str = ""
    uuid: UUID = field(default_factory=uuid4)


def bindable() -> list[Measure]:
    """The measures that an indicator can be bound to, in order of registration."""
    return list(measures())


def parts_of(found: Measure) -> dict[str, str]:
    """The values by which a measure is narrowed, with their labels; those counted by kind of case name every kind."""
    named = {key: str(label) for key, label in found.parts.items()}
    if not named and any(s.table == "cases_case" and "kind" in s.watch for s in found.sources):
        return {k.slug: str(k.plural) for k in kinds()}
    return named


@transaction.atomic
def save_indicator(*, actor: Person, practice: Practice, draft: IndicatorDraft, indicator: Indicator | None = None) -> Indicator:
    """Keep an indicator of the practice; a bound one is computed at once. Idempotent by uuid.

    Raises NotAllowed (also for units whose figures the actor may not see), Refused (unknown measure or part).
    """
    must(actor, practice, AUTHOR)
    known = indicator or Indicator.objects.filter(uuid=draft.uuid, practice=practice).first()
    _check(actor, practice, draft, known)
    row = known or Indicator(institution_id=practice.institution_id, practice=practice, uuid=draft.uuid, created_by=actor,
                             created_at=timezone.now())
    row.name, row.frequency, row.since = draft.name.strip()[:200], draft.frequency, draft.since
    row.unit_label = draft.unit_label.strip()[:60]
    row.measure, row.part, row.per_measure, row.per_part = draft.measure, draft.part, draft.per_measure, draft.per_part
    row.units, row.field = sorted(u.pk for u in draft.units), draft.backs
    row.save()
    record("practices.indicator", actor=actor, institution_id=row.institution_id, subject=f"practice:{practice.pk}",
           detail={"indicator": row.pk, "name": row.name, "spec": spec_of(row)})
    refresh_indicators([row])
    return row


def _check(actor: Person, practice: Practice, draft: IndicatorDraft, known: Indicator | None) -> None:
    if not draft.name.strip():
        raise Refused(_("Escriba qué se cuenta."), "name")
    if draft.backs and draft.backs not in FIELDS:
        raise Refused(_("Ese campo no lleva indicadores."), "field")
    _known(draft.measure, draft.part, "source")
    _known(draft.per_measure, draft.per_part, "per")
    if draft.measure and not draft.units:
        raise Refused(_("Elija al menos una unidad."), "units")
    seen = {*reach_of(actor).within(cap.MEASURE), *(known.units if known else ())}
    if draft.measure and any(u.institution_id != practice.institution_id or u.pk not in seen for u in draft.units):
        raise NotAllowed(_("Solo puede contar las unidades cuyos indicadores ve."))


def _known(slug: str, part: str, where: str) -> None:
    """Raise Refused unless the measure exists and is divided like that."""
    if slug and slug not in {m.slug for m in measures()}:
        raise Refused(_("Esa medida no existe."), where)
    if part and part not in parts_of(measure(slug)) and not part.startswith("type:"):
        raise Refused(_("Esa medida no se divide así."), where)


@transaction.atomic
def end_indicator(*, actor: Person, indicator: Indicator) -> Indicator:
    """Stop filling an indicator; its values stay. Raises NotAllowed."""
    must(actor, indicator.practice, AUTHOR)
    Indicator.objects.filter(pk=indicator.pk).update(active=False)
    indicator.active = False
    record("practices.indicator_end", actor=actor, institution_id=indicator.institution_id, subject=f"practice:{indicator.practice_id}",
           detail={"indicator": indicator.pk})
    return indicator


def spec_of(row: Indicator) -> dict[str, Any]:
    """The query of an indicator as JSON: what is counted, of which units, divided by what."""
    per = {"measure": row.per_measure, "part": row.per_part} if row.per_measure else None
    return {"measure": row.measure, "part": row.part, "units": row.units, "per": per}


@dataclass(frozen=True)
class Computed:
    """A value with what it was made of: `rows` are the sums of the measure (and of its divisor) by part."""

    value: Decimal | None
    spec: dict[str, Any]
    rows: list[list[Any]]
    digest: str


def compute(row: Indicator, period: Period) -> Computed:
    """The value of a bound indicator in a period (local days), with its digest: SHA-256 of the canonical JSON of query, period and rows."""
    start, end = period
    spec = {**spec_of(row), "start": start.isoformat(), "end": end.isoformat()}
    found = _rows(row.measure, row.units, period)
    over = _rows(row.per_measure, row.units, period) if row.per_measure else []
    rows = [*(["value", part, n] for part, n in found), *(["per", part, n] for part, n in over)]
    value: Decimal | None = Decimal(_sum(found, row.part))
    if row.per_measure:
        below = _sum(over, row.per_part)
        value = (100 * Decimal(_sum(found, row.part)) / below).quantize(PLACES) if below else None
    digest = hashlib.sha256(canonical({"spec": spec, "rows": rows}).encode()).hexdigest()
    return Computed(value, spec, rows, digest)


def _rows(slug: str, units: Sequence[int], period: Period) -> list[tuple[str, int]]:
    """(part, sum), by part; of a stock, what there was at the end of the last day."""
    start = reading.BEGINNING if measure(slug).event == "stock" else period[0]
    points = reading.series(slug, units, start, period[1], period="between", by="part")
    newest: dict[str, int] = {}
    for point in points:
        newest[str(point.key or "")] = point.value
    return sorted(newest.items())


def _sum(rows: Iterable[tuple[str, int]], part: str) -> int:
    return sum(n for name, n in rows if not part or name == part)


@transaction.atomic
def refresh_indicators(rows: Iterable[Indicator], until: date | None = None) -> int:
    """Compute every period that has ended (local day `until`, today) and keep those that are new or changed; returns how many.

    Periods older than MOST_PERIODS before the newest are left as they are. Nothing that a person wrote is touched.
    """
    today, fresh = until or timezone.localdate(), []
    for row in [r for r in rows if r.measure and r.active]:
        newest = {v.start: v.digest for v in values_of(row)}
        for period in list(between(row.frequency, row.since, today))[-MOST_PERIODS:]:
            found = compute(row, period)
            if newest.get(period[0]) != found.digest:
                fresh.append(IndicatorValue(institution_id=row.institution_id, indicator=row, start=period[0], end=period[1],
                                            value=found.value,
                                            spec=found.spec, rows=found.rows, digest=found.digest, computed_at=timezone.now()))
    IndicatorValue.objects.bulk_create(fresh)
    _mark({value.indicator.practice_id for value in fresh})
    return len(fresh)


def _mark(practices: set[int]) -> None:
    Practice.objects.filter(pk__in=practices, with_evidence=False).update(with_evidence=True, updated_at=timezone.now())


def values_of(indicator: Indicator) -> QuerySet[IndicatorValue]:
    """The newest value of each period, in order."""
    return IndicatorValue.objects.filter(indicator=indicator).order_by("start", "-pk").distinct("start")


@transaction.atomic
def state_value(*, actor: Person, indicator: Indicator, period: Period, value: Decimal, source: str = "") -> StatedValue:
    """Write a value by hand; again to correct it (the log keeps what it was). Raises NotAllowed, Refused."""
    must(actor, indicator.practice, AUTHOR)
    if period[1] < period[0]:
        raise Refused(_("El periodo termina antes de empezar."), "end")
    before = StatedValue.objects.select_for_update().filter(indicator=indicator, start=period[0], end=period[1]).first()
    row = before or StatedValue(institution_id=indicator.institution_id, indicator=indicator, start=period[0], end=period[1])
    was = str(before.value) if before else None
    row.value, row.source, row.person, row.at = value, source.strip()[:300], actor, timezone.now()
    row.save()
    record("practices.state_value", actor=actor, institution_id=indicator.institution_id, subject=f"practice:{indicator.practice_id}",
           detail={"indicator": indicator.pk, "start": period[0], "end": period[1], "before": was, "value": str(value)})
    return row


@dataclass(frozen=True)
class Reported:
    """A period of an indicator: what the platform counted, what a person wrote, and whether they differ."""

    start: date
    end: date
    computed: IndicatorValue | None
    stated: StatedValue | None

    @property
    def differs(self) -> bool:
        """Both are there and are not the same number."""
        return bool(self.computed and self.stated and self.computed.value is not None and self.computed.value != self.stated.value)

    @property
    def n(self) -> int | None:
        """Of how many it is a percentage, as it was counted; None of a plain count or of what was written."""
        per = self.computed.spec.get("per") if self.computed else None
        if not self.computed or not per:
            return None
        return sum(int(n) for what, part, n in self.computed.rows if what == "per" and per["part"] in ("", part))

    @property
    def value(self) -> Decimal | None:
        """What counts: the platform's, else what was written."""
        if self.computed and self.computed.value is not None:
            return self.computed.value
        return self.stated.value if self.stated else None


def reported(indicator: Indicator) -> list[Reported]:
    """Every period with a value, in order."""
    computed = {(v.start, v.end): v for v in values_of(indicator)}
    stated = {(v.start, v.end): v for v in StatedValue.objects.filter(indicator=indicator).select_related("person")}
    return [Reported(*key, computed.get(key), stated.get(key)) for key in sorted(computed.keys() | stated.keys())]


@dataclass(frozen=True)
class TargetDraft:
    """A goal: an indicator, a value and a period (local days); or only prose, which waits for a person."""

    prose: str = ""
    indicator: Indicator | None = None
    value: Decimal | None = None
    direction: str = "least"
    period: Period | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def save_target(*, actor: Person, practice: Practice, draft: TargetDraft, target: Target | None = None) -> Target:
    """Keep a goal, or give structure to one that was prose. Idempotent by uuid. Raises NotAllowed, Refused (half a structure)."""
    must(actor, practice, AUTHOR)
    given = [draft.indicator, draft.value, draft.period]
    if any(v is not None for v in given) and any(v is None for v in given):
        raise Refused(_("Una meta lleva indicador, valor y periodo; si todavía no los tiene, escríbala solo con palabras."), "value")
    if draft.indicator is None and not draft.prose.strip():
        raise Refused(_("Escriba la meta."), "prose")
    if draft.indicator and draft.indicator.practice_id != practice.pk:
        raise NotAllowed
    row = target or Target.objects.filter(uuid=draft.uuid, practice=practice).first() or Target(practice=practice, uuid=draft.uuid)
    row.institution_id, row.prose = practice.institution_id, draft.prose.strip() or row.prose
    row.indicator, row.value = draft.indicator, draft.value
    row.direction, (row.start, row.end) = draft.direction, draft.period or (None, None)
    decided = draft.indicator is not None
    row.decided_by, row.decided_at = (actor, timezone.now()) if decided else (None, None)
    row.save()
    record("practices.target", actor=actor, institution_id=practice.institution_id, subject=f"practice:{practice.pk}",
           detail={"target": row.pk, "indicator": row.indicator_id, "value": str(row.value), "period": draft.period})
    return row


@transaction.atomic
def drop_target(*, actor: Person, target: Target) -> None:
    """Take a goal away; the log keeps it. Raises NotAllowed."""
    must(actor, target.practice, AUTHOR)
    record("practices.target_drop", actor=actor, institution_id=target.institution_id, subject=f"practice:{target.practice_id}",
           detail={"target": target.pk, "prose": target.prose, "value": str(target.value)})
    target.delete()


@dataclass(frozen=True)
class Fulfilment:
    """A goal against what was reached in its period. `percent` (6.2) is None while the goal is prose or nothing was counted."""

    target: Target
    reached: Decimal | None
    percent: Decimal | None

    @property
    def waits(self) -> bool:
        """It is prose: a person must say indicator, value and period."""
        return self.target.value is None


def fulfilment(target: Target) -> Fulfilment:
    """How far a goal was reached: the indicator over the goal's period, as a percentage of the goal (of "no more than": the inverse)."""
    if target.indicator is None or target.value is None or target.start is None or target.end is None:
        return Fulfilment(target, None, None)
    reached = _reached(target.indicator, (target.start, target.end))
    return Fulfilment(target, reached, _percent(target, reached))


def _reached(indicator: Indicator, period: Period) -> Decimal | None:
    if indicator.measure:
        return compute(indicator, period).value
    inside = [v.value for v in StatedValue.objects.filter(indicator=indicator, start__gte=period[0], end__lte=period[1])]
    return sum(inside, Decimal()) if inside else None


def _percent(target: Target, reached: Decimal | None) -> Decimal | None:
    assert target.value is not None
    if reached is None or (target.value == 0 and target.direction == Target.Direction.AT_LEAST):
        return None
    if target.direction == Target.Direction.AT_LEAST:
        return (100 * reached / target.value).quantize(Decimal("0.01"))
    return Decimal(100) if reached <= target.value else (100 * target.value / reached).quantize(Decimal("0.01"))


def fulfilled(practice: Practice) -> Decimal | None:
    """6.2 of the form, computed: the mean over the goals with structure, none above 100; None while there is no such goal."""
    found = [fulfilment(t).percent for t in practice.targets.select_related("indicator")]
    known = [min(p, Decimal(100)) for p in found if p is not None]
    return (sum(known, Decimal()) / len(known)).quantize(Decimal("0.01")) if known else None
