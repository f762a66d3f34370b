"""The demo institution: complete, in every state, once; and a small load by the same writing."""
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ventanilla.config.demo_data import lives, scale
from ventanilla.config.demo_data.calendars import easter
from ventanilla.config.demo_data.institution import SIGN_INS, SLUG, build
from ventanilla.config.demo_data.loading import load
from ventanilla.config.demo_data.practices import OWN
from ventanilla.config.demo_data.signins import signins
from ventanilla.config.demo_data.tables import table
from ventanilla.config.demo_data.worktime import DAY, OfficeTime
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.routing import check_route, rules_of
from ventanilla.core.cases.services import TurnDraft
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import ArchivePlace, Circular, LetterTemplate
from ventanilla.modules.correspondence.services.adoption import adoption
from ventanilla.modules.correspondence.services.templates import check_body
from ventanilla.modules.practices.models import Campaign, Comment, Evaluation, Observation, Practice, RankedPractice
from ventanilla.modules.practices.services.evidence import fulfilled, reported
from ventanilla.modules.practices.services.naming import offers
from ventanilla.web.ui.demo import DEMO_PASSWORD

pytestmark = pytest.mark.django_db


def test_the_tables_are_whole():
    units = table("units")
    assert len(units) == 109 and len({row["code"] for row in units}) == 109
    assert len(table("municipalities")) == 125
    for name in ("units", "agencies"):
        codes = [row["code"] for row in table(name)]
        assert all(row["parent"] in ("", *codes[:n]) for n, row in enumerate(table(name)))


@pytest.mark.parametrize(("year", "day"), [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5))])
def test_easter(year, day):
    assert easter(year) == day


def test_everything_happens_in_office_hours():
    office = OfficeTime(date(2026, 1, 1), date(2026, 2, 1), {date(2026, 1, 1)})
    assert office.moment(0).isoformat() == "2026-01-02T15:00:00+00:00"
    assert office.place(office.moment(3 * DAY + 77)) == 3 * DAY + 77
    night = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)  # three in the morning of a Tuesday
    assert [office.before(night, s).isoformat() for s in (60, DAY + 60)] == ["2026-01-05T23:58:59+00:00", "2026-01-02T23:58:59+00:00"]


def test_the_tour_meets_a_rule_that_refuses():
    """README: from Escrituración down its own branch, to its peers and up; not into another directorate."""
    units = build(Random(1)).units
    origin, rules = units["212C0101040100T"], rules_of(units["212C0101040100T"].institution_id)
    for code in ("212C0101040101S", "212C0101040200T", "212C0101040000L"):
        check_route(origin, TurnDraft(units[code]), None, timezone.now(), rules)
    with pytest.raises(Refused, match="hacia otra dirección, turne por conducto de su dirección"):
        check_route(origin, TurnDraft(units["212C0101010300T"]), None, timezone.now(), rules)


@pytest.mark.slow
def test_the_demo_is_complete_and_a_load_adds_three_turns_a_case(settings):
    settings.DEMO = True
    assert load(letters=500, recent=4, items=0) and not load()
    assert Unit.objects.filter(institution__slug=SLUG).count() == 109
    assert set(Case.objects.filter(kind="letter").values_list("state", flat=True)) == {"registered", "routed", "attended", "concluded", "archived", "cancelled"}
    assert {"sent", "accepted", "answered", "closed", "returned", "cancelled"} <= set(Turn.objects.values_list("state", flat=True))
    assert ArchivePlace.objects.exists() and Circular.objects.count() == 12
    assert all(check_body(one.body) is None and one.body for one in LetterTemplate.objects.all())
    sent = Turn.objects.filter(case__letter__circular__isnull=False)
    assert sent.count() == Case.objects.filter(letter__circular__isnull=False).count() > 100
    assert 0.5 < sent.filter(state="read").count() / sent.count() < 1
    rows = signins()
    assert len(rows) == len(SIGN_INS) + len(OWN) == len({row.role for row in rows}) + 2
    assert all(authenticate(None, email=row.email, password=DEMO_PASSWORD) for row in rows[:2])
    head = Person.objects.get(email=f"titular@{SLUG}.example")
    assert Case.objects.visible_to(head).count() > 400
    archivist = Person.objects.get(email=f"archivo@{SLUG}.example")
    assert any(s.name == "archive" for c in Case.objects.visible_to(archivist).filter(state="concluded")[:3] for s in allowed_steps(archivist, c))
    staff = Person.objects.get(email=f"personal@{SLUG}.example")
    assert Turn.objects.filter(unit=staff.unit, state="sent", parent__parent__isnull=False).exists()
    arrived = [timezone.localtime(at) for at in Case.objects.filter(kind="letter", source="web").values_list("received_at", flat=True)]
    assert arrived and all(9 <= at.hour < 18 and at.weekday() < 5 for at in arrived)
    papers = Case.objects.filter(kind="letter", source="web", attachments__isnull=False).distinct()
    assert all(0 < (timezone.localdate(c.received_at) - c.letter.dated).days < 15 for c in papers) and papers
    _adopted()
    _practices()
    _out, before = call_command("demo_signins", stdout=StringIO()), Case.objects.count()
    _scaled(before)


def _adopted() -> None:
    """What people did in the two years is use of the platform: units started one after another, and some have not."""
    today = timezone.localdate()
    units = list(Unit.objects.filter(institution__slug=SLUG).values_list("pk", flat=True))
    rows = adoption(units, today - timedelta(days=700), today)
    started = sorted(row.first for row in rows if row.first)
    assert len(rows) == 109 and 30 < len(started) < 100
    assert timezone.localdate(started[len(started) // 2]) < today - timedelta(days=30) and any(row.head_used for row in rows)


def _practices() -> None:
    """A practice in each interesting state, with evidence counted from the demo itself."""
    states = Counter(Practice.objects.values_list("state", flat=True))
    assert states == {"draft": 3, "observed": 1, "evaluation": 1, "registered": 3, "withdrawn": 1}
    assert Comment.objects.filter(practice__state="draft", resolved_at=None).exists() and Practice.objects.filter(pending__gt=0).exists()
    assert sorted(Observation.objects.values_list("state", flat=True)) == ["answered", "open"]
    assert Evaluation.objects.filter(review__practice__state="evaluation", finished_at=None).count() == 1
    assert Evaluation.objects.filter(review__practice__state="evaluation", finished_at__isnull=False).count() == 1
    desk = Practice.objects.get(title__startswith="Mesa")
    for one in desk.indicators.exclude(name__startswith="Personas"):
        rows = reported(one)
        assert len(rows) >= 23 and sum(1 for r in rows if r.value) >= 12, one
    assert sum(1 for one in desk.indicators.all() for r in reported(one) if r.differs) == 1
    assert desk.results.count() == 3 and desk.evidence.count() == 1 and fulfilled(desk)
    assert {c.state for c in Case.objects.filter(kind="practice_measurement")} == {"due", "measured"}
    assert {c.state for c in Case.objects.filter(kind="practice_transfer")} == {"running", "concluded"}
    assert [c.stage for c in Campaign.objects.order_by("year")] == ["published", "open"] and RankedPractice.objects.count() == 2
    ended = Practice.objects.get(title__startswith="Citas")
    assert ended.basis_until and ended.basis_until < timezone.localdate() and ended.basis_told == 2
    assert Notice.objects.filter(title__contains="ya no está vigente", person=ended.owner).exists()
    keeper = Person.objects.get(email=f"registro@{SLUG}.example")
    assert any("post_part" in pair.reasons for pair in offers(keeper, limit=200))


def _scaled(before):
    share = scale.Share(seed=3, cases=200, batch=100)
    done = list(scale.grind(share))
    assert sum(cases for cases, _turns in done) == 200 and 560 <= sum(turns for _cases, turns in done) <= 640
    assert Case.objects.count() == before + 200
    assert [turns for _cases, turns in scale.grind(share)] == [0, 0]
    root = Unit.objects.get(institution__slug=SLUG, parent=None)
    assert 0.2 <= Case.objects.filter(source="load", unit=root).count() / 200 <= 0.4
    assert lives.MINUTE == 60 and not _orphans()


def _orphans():
    """Rows of the load that refer to nothing: what foreign keys would have refused."""
    with connection.cursor() as cursor:
        cursor.execute("""SELECT count(*) FROM cases_turn t LEFT JOIN cases_case c ON c.id = t.case_id
            LEFT JOIN orgs_unit u ON u.id = t.unit_id LEFT JOIN orgs_person p ON p.id = t.from_person_id
            WHERE c.id IS NULL OR u.id IS NULL OR p.id IS NULL""")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_the_search_index_as_it_was():
    def options():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'cases_search_gin'")
            return cursor.fetchone()[0]

    with pytest.raises(ZeroDivisionError), scale.late_index():
        assert "fastupdate=on" in options()
        _ = 1 / 0
    assert options() == ["fastupdate=off"]
