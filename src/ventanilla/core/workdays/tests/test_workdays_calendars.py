"""Calendars: publishing, immutability, which one holds where, and due moments with their derivation."""
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused, UnitDraft
from ventanilla.core.workdays.bench import bench
from ventanilla.core.workdays.models import Calendar, CalendarVersion, CoverageRange, DayException
from ventanilla.core.workdays.services import (
    VersionDraft,
    compiled,
    create_calendar,
    derivation,
    draft_of,
    due,
    due_many,
    in_words,
    period,
    publish_version,
    standard_calendar,
    version_for,
    versions_for,
)
from ventanilla.lib.worktime import NAT, Amber, Coverage, Day, DayCount, Kind, Pause, stamp

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
LUNCH = Coverage.office((540, 840), (960, 1080))


def moment(day, hour=12, month=11, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def institution():
    return create_institution(slug="vivienda", name="Instituto de Vivienda", short_name="IV")


@pytest.fixture
def units(institution):
    root = add_unit(actor=None, institution=institution, draft=UnitDraft("Dirección General"))
    middle = add_unit(actor=None, institution=institution, draft=UnitDraft("Finanzas", parent=root))
    leaf = add_unit(actor=None, institution=institution, draft=UnitDraft("Tesorería", parent=middle))
    return root, middle, leaf


@pytest.fixture
def admin(institution, units):
    return somebody(institution, units[0], "admin")


def somebody(institution, unit, role):
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Peña", unit=unit))
    if role:
        give(actor=None, person=person, role=role, unit=unit)
    return person


def entries(verb):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE verb = %s", [verb])
        return cursor.fetchone()[0]


def test_the_standard_calendar_is_made_once(institution):
    version = standard_calendar(institution)
    assert standard_calendar(institution) == version and version.number == 1
    assert version.days.get(day=date(2026, 11, 16)).source == "LFT art. 74-VI"
    assert compiled(version.pk).is_working(date(2026, 11, 17))
    assert entries("workdays.publish_version") == 1


def test_the_nearest_calendar_holds(institution, units, admin, django_assert_num_queries):
    root, middle, leaf = units
    general = version_for(leaf)
    calendar = create_calendar(actor=admin, institution=institution, name="Finanzas", unit=middle)
    assert version_for(leaf) == general, "a calendar without a published version does not hold"
    own = publish_version(actor=admin, calendar=calendar, draft=VersionDraft(LUNCH))
    with django_assert_num_queries(1):
        found = versions_for(units)
    assert found == {root.pk: general, middle.pk: own, leaf.pk: own}
    newer = publish_version(actor=admin, calendar=calendar, draft=VersionDraft(LUNCH, note="otra"))
    assert version_for(leaf) == newer and newer.number == 2


def test_two_institutions_never_share(institution, units):
    other = create_institution(slug="otra", name="Otra", short_name="O")
    unit = add_unit(actor=None, institution=other, draft=UnitDraft("Raíz"))
    found = versions_for([units[0], unit])
    assert {v.institution_id for v in found.values()} == {institution.pk, other.pk}
    stranger = somebody(other, unit, "admin")
    with pytest.raises(NotAllowed):
        create_calendar(actor=stranger, institution=institution, name="Ajeno")
    with pytest.raises(NotAllowed):
        create_calendar(actor=None, institution=institution, name="Ajeno", unit=unit)
    assert Calendar.objects.visible_to(stranger).get().institution_id == other.pk
    assert CalendarVersion.objects.visible_to(stranger).get().institution_id == other.pk


def test_only_calendar_administrators_publish(institution, units, admin):
    clerk = somebody(institution, units[0], "clerk")
    calendar = create_calendar(actor=admin, institution=institution, name="Institucional")
    with pytest.raises(NotAllowed):
        publish_version(actor=clerk, calendar=calendar, draft=VersionDraft(LUNCH))
    with pytest.raises(Refused):
        create_calendar(actor=admin, institution=institution, name="Otra vez")


def test_a_draft_comes_back_as_it_was_published(institution, admin):
    calendar = create_calendar(actor=admin, institution=institution, name="Institucional")
    draft = VersionDraft(
        Coverage({0: ((540, 840), (960, 1080)), 4: ((1320, 1800),)}),
        (
            Day(date(2026, 11, 18), Kind.CONTINGENCY, "contingencia", "Gaceta", ((540, 720),)),
            *period(date(2026, 12, 21), date(2026, 12, 23), kind=Kind.VACATION, name="pausa", source="G"),
        ),
        "Calendario oficial 2026", Amber(days=3), DayCount(close="midnight"),
    )
    version = publish_version(actor=admin, calendar=calendar, draft=draft)
    version.refresh_from_db()
    assert replace(draft_of(version), uuid=draft.uuid) == draft
    assert version.published_by == admin and version.day_count == {"close": "midnight"}


def test_publishing_twice_is_publishing_once(institution, admin):
    calendar = create_calendar(actor=admin, institution=institution, name="Institucional")
    draft = VersionDraft(LUNCH)
    first = publish_version(actor=admin, calendar=calendar, draft=draft)
    assert publish_version(actor=admin, calendar=calendar, draft=draft) == first
    assert calendar.versions.count() == 1


@pytest.mark.parametrize(("draft", "words"), [
    (VersionDraft(Coverage({})), "ningún horario"),
    (VersionDraft(Coverage({0: ((540, 700), (600, 800))})), "lunes se enciman"),
    (VersionDraft(Coverage({6: ((1320, 1800),), 0: ((300, 500),)})), "lunes se enciman"),
    (VersionDraft(LUNCH, (Day(date(2026, 1, 5), Kind.LOCAL, "fiesta", "G"),) * 2), "aparece dos veces"),
    (VersionDraft(LUNCH, (Day(date(2026, 1, 5), Kind.LOCAL, "fiesta", " "),)), "fuente del 5 de enero de"),
])
def test_mistakes_are_told_in_words(institution, admin, draft, words):
    calendar = create_calendar(actor=admin, institution=institution, name="Institucional")
    with pytest.raises(Refused) as refused:
        publish_version(actor=admin, calendar=calendar, draft=draft)
    assert words in refused.value.message
    assert not calendar.versions.exists()


def test_a_period_in_disorder_is_refused():
    with pytest.raises(Refused):
        period(date(2026, 12, 31), date(2026, 12, 1), kind=Kind.VACATION, name="v", source="G")


@pytest.mark.parametrize("change", [
    lambda v: CalendarVersion.objects.filter(pk=v.pk).update(note="otra"),
    lambda v: CalendarVersion.objects.filter(pk=v.pk).update(published_at=None),
    lambda v: v.delete(),
    lambda v: v.days.update(name="otro"),
    lambda v: DayException.objects.filter(version=v).first().delete(),
    lambda v: v.days.create(day=date(2026, 6, 1), kind="local", name="x", source="y"),
    lambda v: v.coverage.update(end_minute=1100),
    lambda v: CoverageRange.objects.create(version=v, weekday=6, start_minute=0, end_minute=10),
    lambda v: v.coverage.all().delete(),
])
def test_the_database_refuses_to_change_what_was_published(institution, change):
    version = standard_calendar(institution)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(version)


def test_the_database_refuses_overlaps_and_strangers(institution, admin):
    other = create_institution(slug="otra", name="Otra", short_name="O")
    calendar = create_calendar(actor=admin, institution=institution, name="Institucional")
    version = CalendarVersion.objects.create(institution=institution, calendar=calendar, number=1)
    CoverageRange.objects.create(version=version, weekday=0, start_minute=540, end_minute=840)
    CoverageRange.objects.create(version=version, weekday=1, start_minute=540, end_minute=840)
    CoverageRange.objects.create(version=version, weekday=0, start_minute=840, end_minute=900)
    for weekday, start, end in ((0, 600, 610), (7, 0, 1), (None, 0, 1), (3, 5, 5), (3, 0, 1500)):
        with pytest.raises(IntegrityError), transaction.atomic():
            CoverageRange.objects.create(version=version, weekday=weekday, start_minute=start, end_minute=end)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarVersion.objects.create(institution=other, calendar=calendar, number=2)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_due_in_working_days_with_its_derivation(units):
    version = version_for(units[2])
    found = due(start=moment(13, 16, minute=40), amount=15, version=version)
    assert found.due_at == moment(7, 18, month=12) and not found.capped
    assert found.amber_at == moment(2, 9, month=12)
    text = " ".join(found.derivation)
    assert "lunes 16 de noviembre (conmemoración del 20 de noviembre, LFT art. 74-VI)" in text
    assert derivation(found.inputs.as_json(), version.pk) == found.derivation


def test_due_by_hand_capped_paused_and_without_a_term(units):
    version = version_for(units[0])
    by_hand = due(start=moment(13), amount=None, term_unit="by_hand", version=version, by_hand=moment(20, 15))
    assert by_hand.due_at == moment(20, 15) and by_hand.amber_at < by_hand.due_at
    capped = due(start=moment(13), amount=15, version=version, cap_at=moment(20, 15), cap_name="turno T-1")
    assert capped.capped and capped.due_at == moment(20, 15) and "(turno T-1)" in " ".join(capped.derivation)
    later = due(start=moment(13), amount=1, version=version, cap_at=moment(20, 15))
    assert not later.capped and later.due_at == moment(17, 18)
    free = due(start=moment(13), amount=None, version=version)
    assert (free.due_at, free.amber_at, free.capped) == (None, None, False)
    assert due(start=moment(13), amount=None, version=version, cap_at=moment(20)).due_at == moment(20)
    paused = due(start=moment(13), amount=5, version=version, pauses=[Pause(moment(18), None, "espera")])
    assert paused.due_at is None and "mientras dure la pausa" in paused.derivation[-1]


def test_impossible_dates_are_refused_in_words(units):
    version = version_for(units[0])
    usual, last = moment(13), moment(13).replace(year=9999, month=12, day=31)
    for start, by_hand in ((usual, last), (usual, usual.replace(year=1899)), (last, None)):
        with pytest.raises(Refused, match="fuera del calendario, que va de 2000 a 2049"):
            due(start=start, amount=5, version=version, by_hand=by_hand)
    assert due(start=moment(13).replace(year=1899), amount=5, version=version).due_at is None


@pytest.mark.parametrize(("now", "words"), [
    (moment(18, 9), "Vence hoy"), (moment(17, 20), "Vence el siguiente día hábil"),
    (moment(13, 20), "Vence en 2 días hábiles"), (moment(18, 19), "Ya venció"),
    (moment(19, 8), "Vencido hace 1 día hábil"), (moment(24, 8), "Vencido hace 4 días hábiles"),
])
def test_the_light_in_words(units, now, words):
    version = version_for(units[0])
    assert in_words(moment(18, 18), now, version.pk) == words
    assert in_words(None, now, version.pk) == "Sin plazo"


def test_the_bench_measures_what_it_says():
    rows = bench(500)
    assert {"what", "size", "p50", "p95", "per_second", "ratio"} <= set(rows[0])
    assert rows[0]["ratio"] == 1 and all(row["size"] == 500 for row in rows)


def test_many_are_as_many_times_one(units):
    version = version_for(units[0])
    starts = [moment(day, hour) for day in range(10, 20) for hour in (8, 12, 19)]
    amounts = np.arange(len(starts)) % 7
    caps = [moment(18, 12) if n % 3 == 0 else None for n in range(len(starts))]
    amber, moments = due_many(
        starts=np.array([stamp(s) for s in starts]), amounts=amounts, version=version,
        caps=np.array([stamp(c) if c else NAT for c in caps]),
    )
    for n, start in enumerate(starts):
        one = due(start=start, amount=int(amounts[n]), version=version, cap_at=caps[n])
        assert (stamp(one.amber_at), stamp(one.due_at)) == (amber[n], moments[n])


def test_the_zone_is_the_institution_s():
    border = create_institution(slug="t", name="Tijuana", short_name="T", time_zone="America/Tijuana")
    calendar = compiled(standard_calendar(border).pk)
    assert calendar.zone.key == "America/Tijuana"


def test_compiled_calendars_of_equal_contents_are_one(institution):
    other = create_institution(slug="otra", name="Otra", short_name="O")
    assert compiled(standard_calendar(institution).pk) is compiled(standard_calendar(other).pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_standard_calendar_and_two_numbers():
    institution = create_institution(slug="dos", name="Dos", short_name="D")

    def standard(_n):
        try:
            return standard_calendar(institution).pk
        finally:
            connection.close()

    def publish(calendar):
        try:
            return publish_version(actor=None, calendar=calendar, draft=VersionDraft(LUNCH)).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(standard, range(4)))) == 1
        calendar = Calendar.objects.get(institution=institution)
        assert sorted(pool.map(publish, [calendar] * 4)) == [2, 3, 4, 5]
