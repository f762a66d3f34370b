"""Lists of letters and tickets against the plain reading of what opens to a person: each page, each order, people of every kind."""
import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.pages import as_
from ventanilla.core.cases import listing
from ventanilla.core.cases.listing import Whole, whole
from ventanilla.core.cases.models import Case, Party, Turn
from ventanilla.core.cases.places import refresh
from ventanilla.core.orgs.services import give
from ventanilla.modules.servicedesk.tests.desk import desk
from ventanilla.web.screens.keys import Order, Page, pack
from ventanilla.web.screens.screen import screen_of
from ventanilla.web.screens.views import _total

pytestmark = pytest.mark.django_db
LISTS = {"correspondencia": ["letter"],
         "tickets": ["request", "incident", "problem", "known_error", "change", "simple_change", "emergency_change"]}
WAYS = ("few", "named", "walked")
ORDERS = ("-pk", "pk", "received_at", "-received_at", "due_at", "-due_at")
DIFFER = """
SELECT count(*) FROM cases_access a JOIN cases_case c ON c.id = a.case_id
WHERE a.kind <> c.kind COLLATE "C"
"""
MANY = """
INSERT INTO cases_case (institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, subject, priority, level,
  received_at, created_at, source)
SELECT c.institution_id, gen_random_uuid(), c.kind, c.state, c.series_id, c.year, 1000000 + n, 'M/' || n, c.unit_id, c.registrar_id,
  c.subject, c.priority, c.level, c.received_at - n * interval '1 minute', c.created_at, c.source
FROM cases_case c, generate_series(%s, %s) n WHERE c.id = %s RETURNING id
"""


@pytest.fixture
def d():
    """Letters and tickets of all units, some reserved, some addressed to people by name, some with parties, one of another institution."""
    w, chance = make.world(), random.Random(11)
    d = desk(w)
    seniors = [("north", "north_head"), ("south", "south_head"), ("root", "clerk"), ("north_1", "north_1_head")]
    cases = []
    for n in range(24):
        unit, actor = chance.choice(seniors)
        case = make.letter(w, actor=w.people[actor], unit=getattr(w, unit), subject=f"Asunto {n}")
        if unit == "north" and n % 2:
            make.turn(case, w.north_head, w.north_1, person=w.staff) if n % 4 == 1 else make.turn(case, w.north_head, w.north_1)
        cases.append(case.pk)
    cases += [d.ticket(subject=f"Falla {n}", version=d.version if n % 3 else d.incident).pk for n in range(14)]
    for pk in cases:
        moved = {"received_at": Case.objects.get(pk=pk).received_at - timedelta(hours=chance.randrange(6))}
        Case.objects.filter(pk=pk).update(level=chance.choice([0, 0, 1, 2]), **moved, **({"due_at": None} if chance.random() < 0.3 else {}))
    elsewhere = make.world()
    other = make.letter(elsewhere)
    make.turn(other, elsewhere.head, elsewhere.north)
    Party.objects.create(case=other, person=w.staff, role="watcher", since=other.received_at)
    Party.objects.create(case_id=cases[0], person=w.nobody, role="watcher", since=other.received_at)
    refresh([*cases, other.pk])
    give(actor=None, person=w.south_1_head, role="head", unit=w.north)
    return d


def taken_by(monkeypatch, way):
    """Lists by the keys of what is seen, or as those who see much have them: by what opens, or by asking each case."""
    if way != "few":
        monkeypatch.setattr(listing, "_HELD", listing._HELD.replace(f"<= {2 * listing.MOST}", "< 0"))
    monkeypatch.setattr(Whole, "walked", lambda self, rows: way == "walked")


def people(d):
    w = d.world
    return {name: w.people[name] for name in ("head", "clerk", "north_head", "south_head", "north_1_head", "south_1_head", "staff", "nobody",
                                              "admin")} | {"agent": d.agent, "engineer": d.engineer, "asker": d.asker}


def plain(person, kinds, order):
    """What the list should be: `visible_to`, in order, with what is missing last."""
    wanted, down = order.lstrip("-"), order.startswith("-")
    rows = sorted(Case.objects.visible_to(person).filter(kind__in=kinds), key=lambda c: c.pk, reverse=down)
    full = sorted((c for c in rows if getattr(c, wanted) is not None), key=lambda c: getattr(c, wanted), reverse=down)
    return [c.pk for c in [*full, *(c for c in rows if getattr(c, wanted) is None)]]


def walked_pages(screen, person, order):
    """The pages from the first to the last, and from the last back to the first."""
    ways = []
    for start, step, link in (({}, "after", "next"), ({"last": True}, "before", "previous")):
        pages, where = [], start
        while True:
            found = screen.page(screen.queryset(person), Order.of(order), screen.shown(()), **where)
            pages.append([row.pk for row in found.rows])
            if not getattr(found, link):
                break
            where = {step: getattr(found, link)}
        ways.append([pk for one in (pages if link == "next" else reversed(pages)) for pk in one])
    return ways


@pytest.mark.parametrize("slug", LISTS)
@pytest.mark.parametrize("way", WAYS)
def test_every_page_both_ways_is_what_the_person_may_read_in_its_order(d, monkeypatch, slug, way):
    taken_by(monkeypatch, way)
    screen = screen_of(slug)
    monkeypatch.setattr(type(screen), "per_page", 5)
    seen = 0
    for name, person in people(d).items():
        for order in ORDERS:
            expected = plain(person, LISTS[slug], order)
            assert walked_pages(screen, person, order) == [expected, expected], (name, order)
            seen += len(expected)
    assert seen > 300


@pytest.mark.parametrize("way", WAYS)
def test_a_list_that_is_filtered_or_counted_is_what_the_person_may_read(d, monkeypatch, way):
    taken_by(monkeypatch, way)
    for kinds in LISTS.values():
        for name, person in people(d).items():
            rows, readable = Case.objects.listed_to(person, kinds), Case.objects.visible_to(person).filter(kind__in=kinds)
            assert rows.whole.total == (readable.count() if way == "few" else None) and rows.count() == readable.count(), name
            for chosen in ({"state": "registered"}, {"unit": d.world.north}, {"assignee": d.agent}, {"kind": "incident"}, {"level": 2}):
                narrowed = rows.filter(**chosen)
                assert narrowed.whole is None and narrowed.count() == readable.filter(**chosen).count(), (name, chosen)
                assert list(narrowed.order_by("due_at", "pk")) == list(readable.filter(**chosen).order_by("due_at", "pk")), (name, chosen)


@pytest.mark.parametrize("way", WAYS)
def test_turns_are_those_of_the_cases_that_the_person_may_read(d, monkeypatch, way):
    taken_by(monkeypatch, way)
    seen = 0
    for name, person in people(d).items():
        rows, readable = Turn.objects.listed_to(person), Turn.objects.visible_to(person)
        assert list(rows.order_by("-pk")) == list(readable.order_by("-pk")) and rows.count() == readable.count(), name
        assert rows.filter(unit=d.world.north_1, state="sent").count() == readable.filter(unit=d.world.north_1, state="sent").count(), name
        seen += rows.count()
    assert seen > 5


def test_how_many_is_told_without_counting_and_counted_where_that_is_not_known(d, rf, monkeypatch):
    monkeypatch.setattr(Whole, "walked", lambda self, rows: True)
    rows = Case.objects.listed_to(d.world.north_head, ["letter"])
    for known, few, total, statements in ((7, tuple(range(7)), 7, 0), (1001, None, 1001, 0), (900, None, rows.count(), 1)):
        rows.whole = Whole(d.world.north_head, ("letter",), known, few)
        with CaptureQueriesContext(connection) as sent:
            assert _total(rf.get("/"), rows, Page([], next="x")) == total
        assert len(sent) == statements


def test_any_page_of_anybody_takes_as_many_statements(d, monkeypatch):
    screen = screen_of("correspondencia")
    monkeypatch.setattr(type(screen), "per_page", 3)
    taken = set()
    for person in (d.world.head, d.world.north_head, d.world.south_1_head, d.agent):
        middle = screen.page(screen.queryset(person), Order.of("-pk"), screen.shown(())).next
        for where in ({}, {"last": True}, {"after": middle}, {"before": middle}):
            with CaptureQueriesContext(connection) as sent:
                screen.page(screen.queryset(person), Order.of("-pk"), screen.shown(()), **where)
            taken.add(len(sent))
    assert max(taken) <= 4 and len(taken) <= 2, "the first time a page is asked for also reads what a person reaches"


def test_what_opens_a_case_tells_its_kind_whatever_becomes_of_it(d):
    def differ():
        with connection.cursor() as cursor:
            cursor.execute(DIFFER)
            return cursor.fetchone()[0]

    ticket = Case.objects.filter(kind="incident", institution=d.world.institution).first()
    assert differ() == 0
    Case.objects.filter(pk=ticket.pk).update(kind="request")
    assert differ() == 0 and set(ticket.access.values_list("kind", flat=True)) == {"request"}


@pytest.mark.parametrize("place", [pack(None, 2**70), pack(None, -1), "nada"])
def test_a_place_that_was_not_made_here_is_no_page(d, place):
    for way in ("despues", "antes"):
        assert as_(d.world.head).get(reverse("screen", args=["correspondencia"]), {way: place}).status_code == 404


def buffers(sql, values):
    """Blocks that the statement looks at, and its plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values)
        plan = cursor.fetchone()[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] + plan["Local Hit Blocks"]


def many(case, first, last):
    """So many more like it, with what opens them."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, [first, last, case.pk])
        cursor.execute("SELECT public.cases_place(%s::bigint[])", [[pk for (pk,) in cursor.fetchall()]])
        cursor.execute("ANALYZE cases_access, cases_case")


@pytest.mark.parametrize("kind", ["request", "letter"])
def test_a_page_looks_at_as_much_however_many_there_are_of_another_kind(d, kind):
    """A head whose unit holds hardly a letter among thousands of tickets, and the reverse."""
    case, person = Case.objects.filter(kind=kind, unit=d.world.north)[0], d.world.north_head
    other = LISTS["tickets" if kind == "letter" else "correspondencia"]
    Case.objects.filter(pk=case.pk).update(level=0)
    refresh([case.pk])
    looked = []
    for first, last in ((1, 300), (301, 3000)):
        many(case, first, last)
        values = listing._values(person, other) | {"limit": 51}
        ends = {listing._DOWN: listing.TOP, listing._UP: listing.FIRST}
        rows = Case.objects.listed_to(person, other).filter(level=0).order_by("due_at")
        looked.append([
            *(buffers(sql, values | {"key": key}) for sql, key in ends.items()),
            buffers(*rows.values_list("pk").query.sql_with_params()), buffers(listing._HELD, values)])
        assert whole(person, other).few and (whole(person, [kind]).few is None) == (last > 2000)
    assert all(now <= 2 * before + 60 for before, now in zip(*looked, strict=True)), looked
