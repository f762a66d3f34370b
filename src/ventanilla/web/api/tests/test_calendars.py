"""Calendars by program: every page has its route, the computations are the kernel's, and nothing is done that the person may not do."""
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import tasks
from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.services import recomputing
from ventanilla.core.cases.terms import Term
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import Revision, draft_of, due, publish_version, revised, version_for
from ventanilla.lib.worktime import Pause
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.web.admin_area import urls
from ventanilla.web.admin_area.views import calendars as pages
from ventanilla.web.api.scopes import CALENDARS_WRITE, CATALOGUES
from ventanilla.web.api.urls import api

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
OFFICE = "09:00-18:00"
PAGES = {
    "calendars": {"GET /calendars", "GET /unit-calendars"}, "new_calendar": {"GET /calendar-preview", "POST /calendars"},
    "calendar": {"GET /calendars/{uuid}", "GET /calendars/{uuid}/versions/{number}", "GET /calendars/{uuid}/recomputations"},
    "new_version": {"POST /calendars/{uuid}/versions/preview", "POST /calendars/{uuid}/versions"},
    "edit_calendar": {"GET /calendars/{uuid}/end-preview", "PATCH /calendars/{uuid}"},
    "recompute": {"GET /calendars/{uuid}/effects", "POST /calendars/{uuid}/apply"},
}


@pytest.fixture
def w() -> Any:
    return make.world()


@pytest.fixture
def row(w: Any) -> Calendar:
    return Calendar.objects.get(institution=w.institution)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, which begins on a Sunday; the third Monday (16) is a holiday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def asked(path: str, **query: Any) -> str:
    said = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in query.items()}
    return f"{path}?{urlencode(said, doseq=True)}"


def ten_days(**more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {"note": "Contingencia", "add": [{"first": str(today + timedelta(1)), "last": str(today + timedelta(10)), "kind": "contingency",
                                            "name": "Contingencia", "source": "Decreto"}], **more}


def test_every_page_of_calendars_has_its_routes() -> None:
    named = {p.name for p in urls.urlpatterns if getattr(p, "callback", None) and p.callback.__module__ == pages.__name__}
    assert named == set(PAGES), "say which route does the same"
    said = {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, item in api.get_openapi_schema()["paths"].items() for method in item}
    assert set().union(*PAGES.values()) - said == set(), "no such route"


def test_what_holds_is_read_by_everybody_with_the_source_of_each_day(w: Any, row: Calendar) -> None:
    staff = Program(w.staff, (CATALOGUES,))
    assert [(c["name"], c["unit"], c["version"]) for c in staff.ok("GET", "/calendars")] == [("Calendario institucional", None, 1)]
    path = f"/calendars/{row.uuid}"
    assert [v["number"] for v in staff.ok("GET", path)["versions"]] == [1]
    told = staff.ok("GET", f"{path}/versions/1?year=2026")
    assert told["week"] | {"saturday": "", "monday": OFFICE} == told["week"] and told["amber"] == {"rule": "fraction", "value": 0.75}
    assert ("2026-11-16", "federal", None) in [(d["day"], d["kind"], d["hours"]) for d in told["days"]]
    assert all(d["source"] and d["day"].startswith("2026") for d in told["days"])
    assert staff.no("GET", f"{path}/versions/2")[0] == staff.no("GET", f"{path}/versions/99999999999999999999")[0] == 404
    tag = staff.send("GET", path)["ETag"]
    assert staff.send("GET", path, **{"If-None-Match": tag}).status_code == 304


def test_another_institution_has_no_such_calendar(w: Any, row: Calendar) -> None:
    other = Program(make.world(slug="otra").admin)
    for method, path in (("GET", ""), ("GET", "/versions/1"), ("GET", "/effects"), ("POST", "/apply"), ("GET", "/recomputations"),
                         ("GET", asked("/due", start=at(3, 10), amount=1))):
        assert other.no(method, f"/calendars/{row.uuid}{path}")[0] == 404
    assert other.no("POST", "/calendars", {"unit": str(w.north.uuid), "name": "Ajeno"}) == (422, "unit")
    assert str(row.uuid) not in str(other.ok("GET", "/calendars"))


def test_who_does_not_keep_calendars_changes_and_foresees_nothing(w: Any, row: Calendar) -> None:
    head, path = Program(w.head), f"/calendars/{row.uuid}"
    before = CalendarVersion.objects.count()
    for method, where, data in (("POST", "/calendars", {"unit": str(w.north.uuid), "name": "Mío"}),
                                ("GET", asked("/calendar-preview", unit=w.north.uuid), None), ("POST", f"{path}/versions", ten_days()),
                                ("POST", f"{path}/versions/preview", ten_days()), ("GET", f"{path}/effects", None),
                                ("POST", f"{path}/apply", {}), ("GET", f"{path}/recomputations", None), ("POST", f"{path}/versions", {}),
                                ("PATCH", path, {"name": "Mío"}), ("GET", f"{path}/end-preview", None)):
        assert head.no(method, where, data)[0] == 404, where
    reader = Program(w.admin, (CATALOGUES,))
    assert reader.no("POST", f"{path}/versions", ten_days())[0] == reader.no("POST", f"{path}/apply")[0] == 403
    assert Program(w.admin, (CALENDARS_WRITE,)).no("GET", path)[0] == 403
    assert CalendarVersion.objects.count() == before


def test_foreseen_published_once_foreseen_again_and_applied_once(w: Any, row: Calendar) -> None:
    case, admin, path = make.letter(w, term=Term(3)), Program(w.admin), f"/calendars/{row.uuid}"
    told = admin.ok("POST", f"{path}/versions/preview", ten_days())
    assert told["days_added"] >= 9 and (told["days_removed"], told["weekdays_changed"]) == (0, 0)
    assert (told["effects"]["looked_at"], told["effects"]["moved"]) == (1, 1) and row.versions.count() == 1
    key = {"Idempotency-Key": str(uuid4())}
    tag = admin.send("GET", path)["ETag"]
    made = admin.send("POST", f"{path}/versions", ten_days(), **key, **{"If-Match": tag})
    assert made.status_code == 201 and made.json()["version"] == 2 and made["ETag"] != tag
    assert admin.send("POST", f"{path}/versions", ten_days(), **key)["Idempotency-Replayed"] == "true" and row.versions.count() == 2
    assert admin.no("POST", f"{path}/versions", ten_days(), **{"If-Match": tag})[0] == 412
    assert Case.objects.get(pk=case.pk).due_at == case.due_at
    waiting = admin.ok("GET", f"{path}/effects")
    assert (waiting["waiting"], waiting["effects"]["moved"]) == (1, 1)
    assert admin.no("POST", f"{path}/apply", {}, **{"If-Match": tag})[0] == 412
    done = admin.ok("POST", f"{path}/apply", {"reason": "Decreto"})
    assert done == {"done": True, "effects": waiting["effects"]}
    assert Case.objects.get(pk=case.pk).due_at > case.due_at
    assert admin.ok("POST", f"{path}/apply", {}) == {"done": True, "effects": None}
    assert Move.objects.filter(case=case, verb="recompute", reason="Decreto").count() == 1
    assert Entry.objects.filter(verb="cases.recompute").count() == 1
    assert [(r["version"], r["moved"], r["by"]["name"]) for r in admin.ok("GET", f"{path}/recomputations")] == [(2, 1, w.admin.name)]


def test_a_large_calendar_is_left_to_a_job_and_its_draft_untold(w: Any, row: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    make.letter(w, term=Term(3))
    admin, path = Program(w.admin), f"/calendars/{row.uuid}"
    monkeypatch.setattr(recomputing, "LARGE", 0)
    assert admin.ok("POST", f"{path}/versions/preview", ten_days())["effects"] is None
    assert admin.ok("GET", asked("/calendar-preview", unit=w.root.uuid)) is None
    admin.ok("POST", f"{path}/versions", ten_days())
    assert admin.ok("GET", f"{path}/effects") == {"waiting": 1, "applying": False, "effects": None}
    tasks.foresee(w.admin.pk, row.pk)
    assert admin.ok("GET", f"{path}/effects")["effects"]["moved"] == 1
    for _again in range(2):
        assert admin.ok("POST", f"{path}/apply") == {"done": False, "effects": None}
    assert admin.ok("GET", f"{path}/effects")["applying"]


def test_a_version_changes_hours_days_light_and_count_and_keeps_the_rest(w: Any, row: Calendar) -> None:
    admin, path = Program(w.admin), f"/calendars/{row.uuid}"
    sent = {"note": "Guardias", "week": {"saturday": "09:00-13:00", "friday": "22:00-06:00"}, "remove": ["2026-11-16"],
            "add": [{"first": "2026-11-18", "kind": "contingency", "name": "Cierre al mediodía", "source": "Acuerdo 7", "hours": "09:00-12:00"}],
            "amber": {"rule": "days", "value": 2}, "day_count": {"late": "same_day"}}
    admin.ok("POST", f"{path}/versions", sent)
    told = admin.ok("GET", f"{path}/versions/2?year=2026")
    assert told["week"] == {**dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), OFFICE), "friday": "22:00-06:00",
                            "saturday": "09:00-13:00", "sunday": ""}
    assert told["amber"] == {"rule": "days", "value": 2} and told["day_count"]["late"] == "same_day"
    days = {d["day"]: d for d in told["days"]}
    assert "2026-11-16" not in days and days["2026-11-18"]["hours"] == "09:00-12:00" and "2026-05-01" in days
    assert admin.ok("GET", f"{path}/versions/1?year=2026")["week"]["saturday"] == ""


@pytest.mark.parametrize(("sent", "field"), [
    ({"week": {"monday": "9 a 6"}}, "week.monday"), ({"week": {"monday": "09:00-12:00, 11:00-13:00"}}, "week.monday"),
    ({"week": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "")}, "days"),
    ({"week": {"monday": "20:00-12:00", "tuesday": "09:00-18:00"}}, "days"), ({"remove": ["2026-11-17"]}, "remove"),
    ({"add": [{"first": "2026-12-10", "last": "2026-12-01", "kind": "local", "name": "x", "source": "y"}]}, "last"),
    ({"add": [{"first": "2026-12-10", "kind": "local", "name": " ", "source": "y"}]}, "days"),
    ({"add": [{"first": "2026-12-10", "kind": "local", "name": "x", "source": "y", "hours": "25:00-26:00"}]}, "add.hours"),
    ({"add": [{"first": "2026-12-10", "kind": "local", "name": "x", "source": "y"}] * 2}, "days"),
    ({"add": [{"first": f"{y}-01-01", "last": f"{y}-12-31", "kind": "local", "name": "x", "source": "y"} for y in range(2026, 2041)]}, "days"),
    ({"note": ""}, ""), ({"amber": {"rule": "never", "value": 1}}, ""),
])
def test_what_cannot_be_published_is_refused_in_words(w: Any, row: Calendar, sent: dict[str, Any], field: str) -> None:
    admin = Program(w.admin)
    for path in ("versions/preview", "versions"):
        assert admin.no("POST", f"/calendars/{row.uuid}/{path}", {"note": "Prueba", **sent}) == (422, field)
    assert row.versions.count() == 1


def test_a_unit_gets_its_calendar_once_and_passes_it_down(w: Any, row: Calendar) -> None:
    turn, admin = make.turn(make.letter(w), w.head, w.north)[0], Program(w.admin)
    before = admin.ok("GET", asked("/calendar-preview", unit=w.north.uuid))
    made = admin.ok("POST", "/calendars", {"unit": str(w.north.uuid), "name": "Ventanilla norte"})
    assert (made["unit"]["code"], made["version"]) == (w.north.code, 1)
    assert admin.no("POST", "/calendars", {"unit": str(w.north.uuid), "name": "Otro"}) == (422, "unit")
    held = {u["unit"]["code"]: u for u in admin.ok("GET", "/unit-calendars")}
    assert (held[w.north.code]["calendar"]["name"], held[w.north.code]["inherited_from"]) == ("Ventanilla norte", None)
    assert held[w.north_1.code]["inherited_from"]["code"] == w.north.code
    assert held[w.south.code]["calendar"]["name"] == row.name and held[w.south.code]["inherited_from"] is None
    assert [u["unit"]["code"] for u in admin.ok("GET", asked("/unit-calendars", unit=w.south.uuid))] == [w.south.code]
    assert admin.ok("GET", f"/calendars/{made['uuid']}/effects")["effects"] == before
    assert before["looked_at"] == 1 and Turn.objects.get(pk=turn.pk).due_at == turn.due_at


def test_a_term_is_due_as_every_matter_with_its_reasons_and_its_inverse(w: Any, row: Calendar) -> None:
    staff, version = Program(w.staff), version_for(w.root)
    pause = Pause(at(11, 10), at(12, 12))
    for unit, amount in (("workdays", 5), ("workhours", 12.5), ("workminutes", 90), ("calendar_days", 6)):
        for pauses in ((), (pause,)):
            query = {"amount": amount, "term_unit": unit, "pause": [f"{p.start.isoformat()}/{p.end.isoformat()}" for p in pauses if p.end]}
            told = staff.ok("GET", asked(f"/calendars/{row.uuid}/due", start=at(10, 10), **query))
            wanted = due(start=at(10, 10), amount=amount, version=version, term_unit=unit, pauses=pauses)
            assert wanted.due_at and datetime.fromisoformat(told["due_at"]) == wanted.due_at and told["derivation"] == wanted.derivation
            start = staff.ok("GET", asked(f"/calendars/{row.uuid}/latest-start", due_at=wanted.due_at, **query))["start"]
            latest = datetime.fromisoformat(start)
            assert latest >= at(10, 10)
            again = due(start=latest, amount=amount, version=version, term_unit=unit, pauses=pauses).due_at
            after = due(start=latest + timedelta(seconds=1), amount=amount, version=version, term_unit=unit, pauses=pauses).due_at
            assert again and after and again <= wanted.due_at < after, (unit, pauses)
    told = staff.ok("GET", asked(f"/calendars/{row.uuid}/due", start=at(13, 10), amount=1))
    assert told["due_at"] == "2026-11-18T00:00:00Z" and any("20 de noviembre" in line for line in told["derivation"])
    paused = staff.ok("GET", asked(f"/calendars/{row.uuid}/due", start=at(10, 10), amount=5, pause=f"{at(11, 10).isoformat()}/"))
    assert paused["due_at"] is None


def test_what_a_stretch_holds_sums_to_the_second_with_its_causes(w: Any, row: Calendar) -> None:
    staff = Program(w.staff)
    told = staff.ok("GET", asked(f"/calendars/{row.uuid}/elapsed", since=at(13, 10), until=at(17, 11),
                                 pause=f"{at(13, 11).isoformat()}/{at(13, 12).isoformat()}"))
    assert told["open_seconds"] == (1 + 6 + 2) * 3600 == sum(s["seconds"] for s in told["stretches"] if s["cause"] == "counted")
    assert sum(s["seconds"] for s in told["stretches"]) == (at(17, 11) - at(13, 10)).total_seconds()
    assert [s["cause"] for s in told["stretches"]] == ["counted", "paused", "counted", "closed", "special", "closed", "counted"]
    assert "20 de noviembre" in told["stretches"][4]["name"]
    version = version_for(w.root)
    for unit in ("workdays", "calendar_days"):
        ends = [due(start=at(13, 10), amount=told[unit] + n, version=version, term_unit=unit, pauses=[Pause(at(13, 11), at(13, 12))]).due_at
                for n in (0, 1)]
        assert ends[1] and ends[1] > at(17, 11) and (not told[unit] or (ends[0] and ends[0] <= at(17, 11))), unit


@pytest.mark.parametrize(("path", "query", "field"), [
    ("due", {"start": at(3, 10), "amount": 1.5}, "amount"), ("due", {"start": at(3, 10), "amount": -1}, ""),
    ("due", {"start": at(3, 10), "amount": "inf"}, ""), ("due", {"start": "0001-01-01T00:00:00", "amount": 1}, "start"),
    ("due", {"start": at(3, 10), "amount": 1, "pause": "ayer/hoy"}, "pause"),
    ("due", {"start": at(3, 10), "amount": 1, "pause": "2026-11-05T10:00:00-06:00/2026-11-04T10:00:00-06:00"}, "pause"),
    ("latest-start", {"due_at": "9999-12-31T23:59:59", "amount": 1}, "start"), ("due", {"start": at(3, 10), "amount": 1, "term_unit": "x"}, ""),
    ("elapsed", {"since": at(5, 10), "until": at(4, 10)}, "until"), ("elapsed", {"since": "2020-01-01T00:00:00Z", "until": at(4, 10)}, "until"),
    ("elapsed", {"since": "1950-01-01T00:00:00Z", "until": "1950-02-01T00:00:00Z"}, "since"),
])
def test_impossible_moments_and_amounts_are_refused(w: Any, row: Calendar, path: str, query: dict[str, Any], field: str) -> None:
    assert Program(w.staff).no("GET", asked(f"/calendars/{row.uuid}/{path}", **query)) == (422, field)


def test_an_older_version_still_computes_as_it_did(w: Any, row: Calendar) -> None:
    staff, path = Program(w.staff), f"/calendars/{row.uuid}/due"
    old = staff.ok("GET", asked(path, start=at(3, 10), amount=8, term_unit="workhours"))
    draft = revised(draft_of(version_for(w.root)), Revision("Medio día", {n: ((540, 780),) for n in range(5)}))
    publish_version(actor=w.admin, calendar=row, draft=draft)
    new = staff.ok("GET", asked(path, start=at(3, 10), amount=8, term_unit="workhours"))
    assert (old["version"], new["version"]) == (1, 2) and new["due_at"] > old["due_at"]
    assert staff.ok("GET", asked(path, start=at(3, 10), amount=8, term_unit="workhours", version=1)) == old
    assert staff.no("GET", asked(path, start=at(3, 10), amount=8, version=3))[0] == 404


def test_a_calendar_is_renamed_ended_and_holds_again(w: Any, row: Calendar) -> None:
    case = make.letter(w, unit=w.north, actor=w.north_head, term=Term(3))
    admin, today = Program(w.admin), timezone.localdate().isoformat()
    path = f"/calendars/{admin.ok('POST', '/calendars', {'unit': str(w.north.uuid), 'name': 'Del norte'})['uuid']}"
    admin.ok("POST", f"{path}/versions", ten_days())
    admin.ok("POST", f"{path}/apply")
    moved = Case.objects.get(pk=case.pk).due_at
    tag = admin.send("GET", path)["ETag"]
    told = admin.ok("PATCH", path, {"name": " De la dirección norte "}, **{"If-Match": tag})
    assert (told["name"], told["valid_to"]) == ("De la dirección norte", None)
    assert admin.no("PATCH", path, {"valid_to": today}, **{"If-Match": tag})[0] == 412
    assert admin.no("PATCH", path, {"name": "  "}) == (422, "name") and admin.no("PATCH", path, {"valid_to": "2026-01-01"}) == (422, "valid_to")
    assert admin.no("PATCH", f"/calendars/{row.uuid}", {"valid_to": today}) == (422, "valid_to"), "the institution's does not end"
    assert admin.ok("GET", f"{path}/end-preview")["looked_at"] == 0 and admin.ok("GET", asked(f"{path}/end-preview", valid_to=today))["moved"] == 1
    assert admin.ok("PATCH", path, {"valid_to": today})["valid_to"] == today and Case.objects.get(pk=case.pk).due_at == moved
    held = admin.ok("GET", asked("/unit-calendars", unit=w.north.uuid))
    assert held[0]["calendar"]["name"] == "Calendario institucional"
    assert admin.ok("POST", f"/calendars/{row.uuid}/apply")["effects"]["moved"] == 1 and Case.objects.get(pk=case.pk).due_at < moved
    assert admin.no("POST", f"{path}/versions", ten_days())[0] == 409, "one that ended is not changed"
    assert admin.ok("GET", f"{path}/end-preview")["moved"] == 1
    assert admin.ok("PATCH", path, {"valid_to": None})["valid_to"] is None
    assert admin.ok("GET", f"{path}/effects")["effects"]["moved"] == 1
