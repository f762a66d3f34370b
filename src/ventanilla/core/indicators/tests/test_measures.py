"""Measures equal a recount after random writes in several processes, with folds in between; reads say the
same."""

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.indicators import reading
from ventanilla.core.indicators.folding import fold, rebuild
from ventanilla.core.indicators.registry import Measure, measure, measures, register
from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import Source, local_day, measure_triggers, recount
from ventanilla.core.indicators.tests import writer
from ventanilla.core.orgs.models import Institution, Unit

FAR = (date(2020, 1, 1), date(2030, 12, 31))


def dsn() -> str:
    """Where the test database is."""
    values = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        **{k: values[k] for k in ("dbname", "user", "host", "port", "password") if values.get(k)}
    )


def small() -> list[int]:
    """An institution of four units that number; returns the units."""
    institution = Institution.objects.create(slug="medidas", name="Medidas", short_name="M")
    units = [Unit.objects.create(institution=institution, name=f"Unidad {n}") for n in range(4)]
    for unit in units:
        FolioSeries.objects.create(institution=institution, unit=unit, slug="incoming")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_state VALUES ('letter', 'registered', FALSE), ('letter', 'zz_end', TRUE) "
            "ON CONFLICT DO NOTHING"
        )
    return [unit.pk for unit in units]


def fetch(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(cursor.fetchall())


def kept(table: str = "indicator_base", day: str = "day") -> list[Any]:
    """Base plus deltas."""
    columns = "institution_id, unit_id, {}, measure, part"
    return fetch(
        f"SELECT {columns.format('day')}, sum(amount)::bigint FROM ("
        f"SELECT {columns.format('day')}, amount FROM {table} UNION ALL "
        f"SELECT {columns.format(day)}, amount FROM indicator_delta) t GROUP BY 1,2,3,4,5 HAVING sum(amount) <> 0"
    )


def recounted() -> list[Any]:
    """Afresh from their tables: every measure that triggers keep, those of modules over these tables too."""
    found: Counter[Any] = Counter()
    for source in (s for m in measures() for s in m.sources if s.main):
        for *key, amount in fetch(recount(source)):
            found[tuple(key)] += amount
    return sorted((*key, amount) for key, amount in found.items() if amount)


@pytest.mark.django_db(transaction=True)
def test_equal_to_a_recount_after_random_writes_in_several_processes() -> None:
    units = small()
    before = len(recounted())
    assert before == 0
    processes = [
        subprocess.Popen(
            [sys.executable, str(Path(writer.__file__)), dsn(), str(seed), "80"], stdout=subprocess.PIPE
        )
        for seed in range(1, 4)
    ]
    while any(process.poll() is None for process in processes):
        fold(50, 25)
    assert all(process.returncode == 0 for process in processes)
    assert sum(int(process.communicate()[0]) for process in processes) > 80
    assert {row[3] for row in recounted()} >= {source.measure for source in SOURCES}
    assert kept() == recounted()
    before_fold = [_reads(units, m) for m in measures()]
    fold()
    assert not fetch("SELECT 1 FROM indicator_delta LIMIT 1")
    assert kept() == recounted() and before_fold == [_reads(units, m) for m in measures()]
    rebuild()
    assert kept() == recounted() and before_fold == [_reads(units, m) for m in measures()]


def _reads(units: list[int], one: Measure) -> Any:
    if one.event == "period":
        return reading.total(one.slug, units, *FAR)
    days = reading.series(one.slug, units, *FAR, period="day")
    months = reading.series(one.slug, units, *FAR, period="month")
    total = reading.total(one.slug, units, *FAR)
    values = [p.value for p in days]
    assert total == ((values or [0])[-1] if one.event == "stock" else sum(values))
    if one.event == "flow":
        assert (
            total
            == sum(p.value for p in months)
            == sum(p.value for p in reading.series(one.slug, units, *FAR, period="between", by="part"))
        )
        odd = date(2026, 1, 13), date(2026, 6, 11)
        assert reading.total(one.slug, units, *odd) == sum(
            p.value for p in days if odd[0] <= p.start <= odd[1]
        )
        if not one.live:
            _as_cells(units, one.slug, odd)
    return days, months, total, reading.series(one.slug, units, *FAR, period="year", by="unit")


def _as_cells(units: list[int], slug: str, odd: tuple[date, date]) -> None:
    """Many measures at once say what each says alone."""
    for period, by in (("between", "part"), ("week", "unit"), ("day", "unit"), ("year", "part")):
        found = [
            (c.start, c.unit if by == "unit" else c.part, c.value)
            for c in reading.cells([slug, "turns_sent"], units, *odd, period=period, by=[by])
            if c.measure == slug
        ]
        alone = reading.series(slug, units, *odd, period=period, by=by)
        assert sorted(found) == sorted((p.start, p.key, p.value) for p in alone)


def _case(unit: int, received: str, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO cases_case (institution_id, uuid, kind, state, series_id, year, number, folio,
            unit_id, subject, priority, level, received_at, created_at, source)
            SELECT institution_id, gen_random_uuid(), 'letter', 'registered', id, 2026, %s, 'x', unit_id,
            'x', 3, 0, %s,
            now(), 'test' FROM cases_folioseries WHERE unit_id = %s""",
            [n, received, unit],
        )


@pytest.mark.django_db
def test_days_are_local_and_periods_compare() -> None:
    unit, other, *_rest = small()
    for n, moment in enumerate(
        ("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-30T23:00:00Z", "2026-12-01T07:00:00Z")
    ):
        _case(unit, moment, n + 1)
    november = date(2026, 11, 1), date(2026, 11, 30)
    assert [(p.start, p.value) for p in reading.series("cases_registered", [unit], *november)] == [
        (date(2026, 11, 1), 1),
        (date(2026, 11, 30), 1),
    ]
    compared = reading.compare_with_previous("cases_registered", [unit], *november)
    assert (compared.current, compared.previous, compared.percent) == (2, 1, 100.0)
    assert (compared.previous_start, compared.previous_end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert reading.total("cases_registered", [other], *november) == 0
    assert [
        (p.start, p.key)
        for p in reading.series("cases_registered", [unit], *november, period="week", by="unit")
    ] == [(date(2026, 10, 26), unit), (date(2026, 11, 30), unit)]


@pytest.mark.django_db
def test_one_read_is_one_query(django_assert_num_queries: Any) -> None:
    units = small()
    with django_assert_num_queries(1):
        reading.series("turns_received", units, *FAR, period="year", by="part")


@pytest.mark.django_db
def test_a_module_declares_a_measure_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE things (id int PRIMARY KEY, unit_id bigint, at timestamptz, type text)")
        small()
        institution = str(Institution.objects.get(slug="medidas").pk)
        source = Source(
            "things",
            "things",
            f"SELECT {institution}, r.unit_id, {local_day('r.at', institution)}, r.type, 1 FROM {{rows}} r",
            ("unit_id", "at", "type"),
        )
        forward, backward = measure_triggers("test", [source])
        cursor.execute(forward)
        cursor.execute(
            "INSERT INTO things SELECT n, mod(n, 2), '2026-03-01T12:00Z', 'a' FROM generate_series(1, 10) n"
        )
        cursor.execute("UPDATE things SET type = 'b' WHERE id <= 3")
        cursor.execute("DELETE FROM things WHERE id = 1")
        assert fetch(
            "SELECT part, unit_id, sum(amount) FROM indicator_delta WHERE measure = 'things' GROUP BY 1, 2"
        ) == fetch("SELECT type, unit_id, count(*) FROM things GROUP BY 1, 2")
        cursor.execute(backward)
        cursor.execute("DELETE FROM things")


def test_only_kept_flows_are_read_together() -> None:
    with pytest.raises(ValueError, match="only flows"):
        reading.cells(["turns_sent", "turns_pending"], [1], *FAR)
    with pytest.raises(KeyError):
        reading.cells(["turns_sent"], [1], *FAR, by=["person"])


def test_the_registry_refuses_two_meanings() -> None:
    with pytest.raises(ValueError, match="exists already"):
        register(Measure("turns_sent", "otro", "otro", "otro"))
    assert measure("turns_sent").definition
