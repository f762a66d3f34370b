"""Event logs of another service desk: a small one with each trap, and the real extract, read back to the letter."""
import csv
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, FolioSeries, Move, Pause, SearchRow, Tray
from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import (
    Cause,
    HoldReason,
    ImportedEvent,
    ImportedLog,
    Objective,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.importing import IncidentJob, Tally, import_incidents, running
from ventanilla.modules.servicedesk.services.importing.eventlog import moment, read_log
from ventanilla.modules.servicedesk.services.promising import clocks_of

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
REAL = Path(__file__).resolve().parents[7] / "shared/data/incidents/incident-event-log.csv"
COLUMNS = ("number", "incident_state", "active", "sys_mod_count", "opened_at", "sys_updated_by", "sys_updated_at", "caller_id", "contact_type",
           "category", "impact", "urgency", "assignment_group", "assigned_to", "closed_code", "resolved_at", "closed_at")
TABLES = (Case, Ticket, Move, Clock, Pause, ImportedEvent, ImportedLog, Team, Service, ServiceFamily, Cause, HoldReason, FolioSeries, Entry,
          SearchRow, Tray)


def row(number: str, state: str, at: str, count: int, **extra: str) -> dict[str, str]:
    """An event; opened on Monday the 9th of November 2026 at 10:00."""
    base = dict.fromkeys(COLUMNS, "?") | {
        "number": number, "incident_state": state, "sys_mod_count": str(count), "opened_at": "09-11-2026 10:00", "sys_updated_at": at,
        "active": "TRUE", "caller_id": "Caller  8", "contact_type": "Phone", "category": "Category 55", "impact": "2 - Medium",
        "urgency": "2 - Medium", "assignment_group": "Group 56", "resolved_at": "09-11-2026 16:00", "closed_at": "14-11-2026 12:00"}
    return base | extra


PLAIN = [row("INC0000045", "New", "09-11-2026 10:05", 0), row("INC0000045", "Active", "09-11-2026 11:00", 1, assigned_to="Resolver 31"),
         row("INC0000045", "Awaiting User Info", "09-11-2026 12:00", 2), row("INC0000045", "Active", "09-11-2026 14:00", 3),
         row("INC0000045", "Resolved", "09-11-2026 16:00", 4, closed_code="code 5"),
         row("INC0000045", "Closed", "14-11-2026 12:00", 5, closed_code="code 5", active="FALSE")]


def written(folder: Path, rows: list[dict[str, str]], encoding: str = "utf-8", name: str = "registro.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def w() -> make.World:
    return make.world()


def level(w: make.World) -> ServiceLevel:
    made = ServiceLevel.objects.create(institution=w.institution, name="Prometido")
    Objective.objects.bulk_create([Objective(level=made, metric="own", minutes=30), Objective(level=made, metric="resolve", minutes=240)])
    return made


def brought(w: make.World, path: Path, **extra: Any) -> Tally:
    return import_incidents(IncidentJob(path, w.north, w.north_head, **{"dry": False, **extra}))


def ticket(number: str) -> Ticket:
    return Ticket.objects.select_related("case").get(external_key=f"servicenow:{number}")


def flags_of(number: str) -> list[list[str]]:
    return [e.flags for e in ImportedEvent.objects.filter(case=ticket(number).case)]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def test_every_event_is_kept_in_order_with_all_its_columns(w: make.World, tmp_path: Path) -> None:
    tally = brought(w, written(tmp_path, PLAIN))
    assert (tally.rows, tally.tickets, tally.written, tally.events, tally.moves, tally.flags) == (6, 1, 1, 6, 6, {})
    kept = ImportedEvent.objects.select_related("log").filter(case=ticket("INC0000045").case)
    assert [e.as_dict() for e in kept] == PLAIN
    assert [list(e.as_dict()) for e in kept] == [list(COLUMNS)] * 6
    assert kept[0].at == datetime(2026, 11, 9, 10, 5, tzinfo=ZONE)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.update(state="x")


def test_states_are_mapped_and_clocks_counted_from_the_events(w: make.World, tmp_path: Path) -> None:
    brought(w, written(tmp_path, PLAIN), level=level(w))
    found = ticket("INC0000045")
    moves = Move.objects.filter(case=found.case).order_by("id")
    assert [(m.verb, m.from_state, m.to_state) for m in moves] == [
        ("register", "", "new"), ("take", "new", "in_progress"), ("hold", "in_progress", "pending"), ("resume", "pending", "in_progress"),
        ("resolve", "in_progress", "resolved"), ("close", "resolved", "closed")]
    assert {m.source for m in moves} == {"import"}
    assert (found.case.state, found.case.folio, found.case.source) == ("closed", "INC0000045", "import")
    assert (found.resolved_at, found.case.closed_at) == (
        datetime(2026, 11, 9, 16, tzinfo=ZONE), datetime(2026, 11, 14, 12, tzinfo=ZONE))
    own, resolve = clocks_of(found.case)
    opened = datetime(2026, 11, 9, 10, tzinfo=ZONE)
    assert (own.due_at, own.stopped_at) == (opened + timedelta(minutes=30), datetime(2026, 11, 9, 11, tzinfo=ZONE))
    assert resolve.due_at == opened + timedelta(hours=6)
    told = explain(resolve)
    assert (told.used, told.total, told.late, told.by_cause()["paused"]) == (4 * 3600, 6 * 3600, False, 2 * 3600)
    assert Pause.objects.get(clock=resolve).reason == "Awaiting User Info"


def test_without_a_promise_the_clock_has_no_term(w: make.World, tmp_path: Path) -> None:
    brought(w, written(tmp_path, PLAIN))
    clock = Clock.objects.get(case=ticket("INC0000045").case)
    assert (clock.kind, clock.amount, clock.due_at, clock.state) == ("resolve", None, None, "stop")


def test_unknown_people_teams_and_categories_are_kept(w: make.World, tmp_path: Path) -> None:
    brought(w, written(tmp_path, PLAIN))
    found = ticket("INC0000045")
    assert (found.requester, found.requester_name, found.channel) == (None, "Caller  8", "phone")
    assert found.team and found.team.name == "Group 56" and found.team.unit_id == w.north.pk
    assert found.service and (found.service.name, found.service.active) == ("Category 55", False)
    assert found.cause and (found.cause.name, found.cause.active) == ("code 5", False)
    assert search(w.north_head, Wanted("INC0000045")).hits[0].case_id == found.case_id
    assert search(w.north_head, Wanted("Resolver 31")).hits
    assert not search(w.south_head, Wanted("INC0000045")).hits


def test_who_is_known_by_name_or_mail_is_that_person(w: make.World, tmp_path: Path) -> None:
    rows = [r | {"caller_id": w.staff.email.upper(), "assigned_to": w.north_1_head.name} for r in PLAIN[:4]]
    brought(w, written(tmp_path, rows))
    found = ticket("INC0000045")
    assert (found.requester_id, found.case.assignee_id) == (w.staff.pk, w.north_1_head.pk)


def test_states_that_go_backwards_are_kept_and_flagged(w: make.World, tmp_path: Path) -> None:
    rows = [row("INC1", "Active", "09-11-2026 11:00", 1), row("INC1", "New", "09-11-2026 12:00", 2),
            row("INC1", "Resolved", "09-11-2026 16:00", 3), row("INC1", "Active", "10-11-2026 10:00", 4),
            row("INC1", "Closed", "10-11-2026 12:00", 5)]
    tally = brought(w, written(tmp_path, rows), level=level(w))
    assert flags_of("INC1") == [["starts_late"], ["backwards", "skips"], ["skips"], ["backwards"], ["skips"]]
    assert tally.flags == {"starts_late": 1, "backwards": 2, "skips": 3}
    moves = list(Move.objects.filter(case=ticket("INC1").case).order_by("id"))
    assert [m.to_state for m in moves] == ["in_progress", "new", "resolved", "in_progress", "closed"]
    assert moves[1].detail["flags"] == ["backwards", "skips"]
    assert ticket("INC1").reopened == 1
    resolve = clocks_of(ticket("INC1").case)[1]
    assert [p.reason for p in resolve.pauses.all()] == ["Cerrado antes de reabrirse"]
    assert resolve.due_at == datetime(2026, 11, 9, 14, tzinfo=ZONE)


def test_times_that_go_backwards_are_written_as_they_were_and_counted_in_order(w: make.World, tmp_path: Path) -> None:
    rows = [row("INC2", "New", "09-11-2026 09:00", 0), row("INC2", "Awaiting Vendor", "09-11-2026 15:00", 2),
            row("INC2", "Active", "09-11-2026 13:00", 1), row("INC2", "Resolved", "09-11-2026 17:00", 3)]
    brought(w, written(tmp_path, rows), level=level(w))
    assert flags_of("INC2") == [["before_opening"], ["skips"], ["earlier", "counter"], ["other_end"]]
    moves = Move.objects.filter(case=ticket("INC2").case).order_by("id")
    assert [m.at.astimezone(ZONE).hour for m in moves] == [9, 15, 13, 17]
    pause = Pause.objects.filter(clock__case=ticket("INC2").case, clock__kind="resolve").get()
    assert pause.since == pause.until == datetime(2026, 11, 9, 15, tzinfo=ZONE)


def test_an_unknown_state_keeps_the_one_before(w: make.World, tmp_path: Path) -> None:
    rows = [row("INC3", "New", "09-11-2026 10:05", 0), row("INC3", "-100", "mañana", 1), row("INC3", "Active", "09-11-2026 12:00", 2)]
    brought(w, written(tmp_path, rows))
    assert flags_of("INC3") == [[], ["unknown_state", "no_moment"], []]
    assert list(Move.objects.filter(case=ticket("INC3").case).order_by("id").values_list("to_state", flat=True)) == [
        "new", "new", "in_progress"]


def test_the_same_rows_twice_and_apart_are_one_incident(w: make.World, tmp_path: Path) -> None:
    other = [row("INC4", "New", "09-11-2026 10:05", 0)]
    tally = brought(w, written(tmp_path, PLAIN[:3] + other + PLAIN[3:] + PLAIN))
    assert (tally.rows, tally.repeated, tally.tickets, tally.events) == (13, 6, 2, 7)
    assert ImportedEvent.objects.filter(case=ticket("INC0000045").case).count() == 6
    assert [line for line, _reason in tally.problems] == [9, 10, 11, 12, 13, 14]


def test_broken_rows_are_told_with_their_line(w: make.World, tmp_path: Path) -> None:
    path = written(tmp_path, [*PLAIN, row("INC5", "New", "09-11-2026 10:05", 0, opened_at="ayer"), row("?", "New", "09-11-2026 10:05", 0)])
    path.write_text(path.read_text() + "INC6,New\n")
    tally = brought(w, path)
    assert (tally.written, tally.refused) == (1, 1)
    assert sorted(line for line, _reason in tally.problems) == [8, 9, 10]


def test_a_second_run_changes_no_row(w: make.World, tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    brought(w, path)
    before = counts()
    kept = list(ImportedLog.objects.values())
    tally = brought(w, path)
    assert (tally.written, tally.known) == (0, 1)
    assert counts() == before and list(ImportedLog.objects.values()) == kept


def test_a_longer_log_of_a_known_incident_is_told_and_leaves_it(w: make.World, tmp_path: Path) -> None:
    brought(w, written(tmp_path, PLAIN[:4]))
    tally = brought(w, written(tmp_path, PLAIN, name="otro.csv"))
    assert (tally.written, tally.known) == (0, 1) and "ya estaba, con 4 eventos" in tally.problems[0][1]
    assert ImportedEvent.objects.count() == 4


def test_a_dry_run_counts_the_same_and_writes_nothing(w: make.World, tmp_path: Path) -> None:
    path, before = written(tmp_path, [*PLAIN, row("INC1", "Active", "09-11-2026 11:00", 1)]), counts()
    dry = brought(w, path, dry=True)
    assert counts() == before
    real = brought(w, path)
    assert dry == real and real.made == {"teams": 1, "services": 1, "causes": 1, "holds": 1}


def test_killed_in_the_middle_it_leaves_whole_incidents_and_goes_on(
        w: make.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [r | {"number": f"INC{n}"} for n in range(5) for r in PLAIN]
    path = written(tmp_path, rows)
    monkeypatch.setattr(running, "BATCH", 2)

    def killed(tally: Tally) -> None:
        if tally.written == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_incidents(IncidentJob(path, w.north, w.north_head, dry=False), killed)
    assert Counter(ImportedEvent.objects.values_list("case__folio", flat=True)) == {f"INC{n}": 6 for n in range(4)}
    tally = brought(w, path)
    assert (tally.known, tally.written) == (4, 1)
    assert ImportedEvent.objects.count() == 30


def test_files_that_cannot_be_read_are_refused_in_words(w: make.World, tmp_path: Path) -> None:
    (tmp_path / "otro.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match="faltan columnas: number"):
        brought(w, tmp_path / "otro.csv")
    (tmp_path / "vacío.csv").write_text("")
    with pytest.raises(Refused, match="faltan columnas"):
        brought(w, tmp_path / "vacío.csv")
    with pytest.raises(Refused, match="No existe"):
        brought(w, tmp_path / "nada.csv")
    (tmp_path / "enorme.csv").write_text(",".join(COLUMNS) + "\n" + "x" * 200_000 + "\n")
    with pytest.raises(Refused, match="CSV legible"):
        brought(w, tmp_path / "enorme.csv")


def test_latin_letters_semicolons_and_other_dates_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, [PLAIN[0] | {"caller_id": "Muñoz"}], encoding="cp1252")
    path.write_bytes(path.read_bytes().replace(b",", b";"))
    log = read_log(path)
    assert log.cell(log.tickets["INC0000045"][0], "caller_id") == "Muñoz"
    assert moment("2026-11-09 10:00:30", ZONE) == datetime(2026, 11, 9, 10, 0, 30, tzinfo=ZONE) == moment("09/11/2026 10:00:30", ZONE)
    assert [moment(text, ZONE) for text in ("31-02-2026 10:00", "", "9999-12-31", "x")] == [None] * 4


def test_who_may_not_register_there_imports_nothing(w: make.World, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        import_incidents(IncidentJob(written(tmp_path, PLAIN), w.north, w.nobody, dry=False))


def test_the_command_tells_what_it_did(w: make.World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    level(w)
    path = written(tmp_path, [*PLAIN, row("INC1", "Active", "09-11-2026 11:00", 1)])
    call_command("import_incidents", path, institution=w.institution.slug, unit=w.north.code, level="Prometido", dry_run=True)
    call_command("import_incidents", path, institution=w.institution.slug, unit=w.north.code, level="Prometido")
    told = capsys.readouterr().out
    assert "2 se traerían con 7 eventos" in told and "2 se trajeron con 7 eventos" in told
    assert "1 evento: El registro no comienza en «Nueva»" in told and "1 equipo, 1 servicio, 1 causa, 1 motivo de espera" in told


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL.exists(), reason="the real material is not beside the checkout")
def test_the_real_log_is_kept_without_loss(w: make.World) -> None:
    tally = brought(w, REAL, level=level(w))
    with REAL.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        columns = next(reader)
        rows = list(reader)
    assert (tally.rows, tally.tickets, tally.written, tally.events, tally.refused) == (4285, 623, 623, 4285, 0)
    log = ImportedLog.objects.get()
    assert log.columns == columns
    kept = ImportedEvent.objects.order_by("line").values_list("values", flat=True)
    assert [list(v) for v in kept] == rows
    wanted = Counter(r[0] for r in rows)
    assert Counter(ImportedEvent.objects.values_list("case__folio", flat=True)) == wanted
    assert Counter(Move.objects.filter(source="import").values_list("case__folio", flat=True)) == wanted
    rank = {"New": 0, "Active": 1, "Awaiting User Info": 1, "Awaiting Problem": 1, "Resolved": 2, "Closed": 3}
    back = sum(a[0] == b[0] and rank[b[1]] < rank[a[1]] for a, b in pairwise(rows))
    assert tally.flags["backwards"] == back == 8
    assert Case.objects.filter(source="import", state="closed").count() == 623
    for case in Case.objects.filter(source="import").order_by("id")[::60]:
        for clock in clocks_of(case):
            assert explain(clock).total == int((clock.stopped_at - clock.start).total_seconds())  # type: ignore[operator]
