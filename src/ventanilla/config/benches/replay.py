"""The registration's own SQL without Django: recorded from one real `register`, replayed by bare psycopg.

The recording happens in a unit whose every number stands in nobody else's row, so that each parameter can be
replaced by that of another unit and case: same statements, same order, one transaction each.
"""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from django.utils import timezone

from ventanilla.config.benches import people
from ventanilla.core.cases.models import FolioCounter, FolioSeries
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import add_unit
from ventanilla.core.orgs.services.setup import UnitDraft
from ventanilla.modules.correspondence.models import Letter, LetterType
from ventanilla.modules.correspondence.services import LetterDraft, register
from ventanilla.modules.correspondence.services.registration import Sender

FAR: Final = 1_500_000_000
MARK: Final = "BENCHSAMPLE"
SEQUENCES: Final = ("orgs_unit", "cases_folioseries", "cases_case", "cases_clock", "orgs_person",
                    "correspondence_correspondent")
_GAPS: Final = """
SELECT count(*), coalesce(sum(f.last - n.there), 0) FROM cases_foliocounter f
JOIN (SELECT c.series_id, c.year, count(*) AS there, max(c.number) AS top FROM cases_case c GROUP BY 1, 2) n
  ON n.series_id = f.series_id AND n.year = f.year
WHERE f.series_id = ANY (%s) AND (n.there <> f.last OR n.top <> f.last)
"""


_Cursor: TypeAlias = "psycopg.Cursor[Any] | psycopg.RawCursor[Any]"


@dataclass(frozen=True)
class Target:
    """Where to register: a unit, its series of incoming letters, its code, and the clerk who does it there."""

    unit_id: int
    series_id: int
    code: str
    actor_id: int


@dataclass(frozen=True)
class Recording:
    """Statements with their parameters, and the values of the sample that stand in them."""

    statements: list[tuple[str, Any]]
    case_id: int
    unit_id: int
    series_id: int
    uuid: UUID
    actor_id: int
    sender_id: int

    def run(self, base: "psycopg.Connection[Any]", target: Target, uuid: UUID) -> None:
        """One registration in one transaction.

        Statements are sent ahead (libpq's pipeline) and waited for only where the next one needs an answer.
        """
        swap: dict[Any, Any] = {self.unit_id: target.unit_id, self.series_id: target.series_id, self.actor_id: target.actor_id,
                                self.uuid: uuid}
        swap |= {str(sample): str(value) for sample, value in swap.items()}
        swap |= {self.uuid.int % 2**63: uuid.int % 2**63, MARK: target.code}
        with base.pipeline(), base.transaction(), base.cursor() as usual, psycopg.RawCursor(base) as raw:
            for sql, params in self.statements:
                cursor = raw if numbered(sql) else usual
                cursor.execute(sql, swapped(params, swap))
                self._learn(sql, cursor, swap)

    def _learn(self, sql: str, cursor: "_Cursor", swap: dict[Any, Any]) -> None:
        if "cases_claim" in sql:
            _put(swap, self.case_id, cursor, 1)
        elif "letters_senders" in sql:
            _put(swap, self.sender_id, cursor, 1)


def numbered(sql: str) -> bool:
    """Whether its places are $1, $2 … (`core/plans`)."""
    return bool(re.search(r"\$\d", sql))


def _put(swap: dict[Any, Any], sample: int, cursor: "_Cursor", column: int = 0) -> None:
    found = cursor.fetchone()
    assert found is not None
    swap[sample] = found[column]
    swap[str(sample)] = str(found[column])


def swapped(value: Any, swap: Mapping[Any, Any]) -> Any:
    """The parameters of the sample as those of another registration."""
    if isinstance(value, (list, tuple)):
        return [swapped(v, swap) for v in value]
    if isinstance(value, Mapping):
        return {k: swapped(v, swap) for k, v in value.items()}
    if isinstance(value, str):
        for sample in (s for s in swap if isinstance(s, str)):
            value = value.replace(sample, swap[sample])
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value < -FAR // 2:
        return value
    return swap.get(value, value) if isinstance(value, (int, UUID)) else value


def record(institution: Institution) -> Recording:
    """Register once in a unit of its own and keep what went to the database."""
    _far_away()
    unit = add_unit(actor=None, institution=institution, draft=UnitDraft(f"Medición {uuid4().hex[:8]}", code=MARK))
    series = FolioSeries.objects.create(institution=institution, unit=unit, slug="incoming", mask="{unit}/E/{n}/{year}")
    FolioCounter.objects.create(series=series, year=timezone.localdate().year, last=FAR + 7_000_000)
    actor, _secret = people.writer(institution, [unit])
    draft = letter(unit, LetterType.objects.filter(institution=institution).order_by("order")[0])
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not re.match(r"(RELEASE )?SAVEPOINT", sql):
            seen.extend((sql, p) for p in params) if many else seen.append((sql, params))
        return execute(sql, params, many, context)

    register(actor=actor, drafts=[letter(unit, draft.type)])  # the first one fills caches
    actor.__dict__.pop("_reach", None)
    with connection.execute_wrapper(note):
        case = register(actor=actor, drafts=[draft])[0]
    sender = Letter.objects.get(case=case).correspondent_id or 0
    return Recording(seen, case.pk, unit.pk, series.pk, draft.uuid, actor.pk, sender)


def _far_away() -> None:
    """Each sequence in a range of its own, so that no number of the sample means two things."""
    with connection.cursor() as cursor:
        for n, table in enumerate(SEQUENCES):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(%s, (SELECT max(id) FROM " + table + ")))",
                           [table, FAR + n * 100_000_000])


def letter(unit: Unit, kind: LetterType) -> LetterDraft:
    """A letter as they come: a written sender of the directory, a number, a term."""
    return LetterDraft(unit, kind, "Solicitud de escrituración de vivienda, expediente 4711",
                       Sender("state", f"Secretaría de Finanzas {unit.pk}", "María Peña Ríos", "Directora"),
                       number="SF/12/2026", addressee="Dirección General", term=Term(5))


def targets(institution: Institution, count: int) -> list[Target]:
    """The first `count` series of incoming letters of open units, each with a clerk and a letter of its usual sender."""
    rows = FolioSeries.objects.filter(institution=institution, slug="incoming", active=True, unit__valid_to=None)
    series = list(rows.exclude(unit__code=MARK).select_related("unit").order_by("pk")[:count])
    kind = LetterType.objects.filter(institution=institution).order_by("order")[0]
    register(actor=None, drafts=[letter(s.unit, kind) for s in series])
    return [Target(s.unit_id, s.pk, s.unit.code or s.unit.short_name, people.clerk(institution, [s.unit]).pk) for s in series]


def gaps(series: Sequence[int]) -> tuple[int, int]:
    """How many of these series are not numbered from 1 to their counter, and how many numbers are missing in them."""
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [list(series)])
        broken, missing = cursor.fetchone()
        return broken, int(missing)


def units(institution: Institution, chosen: Sequence[Target]) -> list[Unit]:
    """Their units."""
    return list(Unit.objects.filter(institution=institution, pk__in=[t.unit_id for t in chosen]).order_by("pk"))


def shuffled(chosen: Sequence[Target], seed: int) -> list[Target]:
    """In an order of one's own, so that writers do not march in step."""
    order = list(chosen)
    Random(seed).shuffle(order)
    return order


def anyone(institution: Institution) -> Person:
    """Some person of the institution."""
    return Person.objects.filter(institution=institution).order_by("pk")[0]
