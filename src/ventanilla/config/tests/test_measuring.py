"""The benches' own arithmetic: scripts for pgbench, files of killed clients, and the exhaustive answer to many searches."""
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from psycopg.types.json import Jsonb
from tests import make

from ventanilla.config.benches import kill_client, pgbench, program, replay, scratch
from ventanilla.config.benches.exhausting import Everything
from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, FolioSeries
from ventanilla.core.cases.search import Wanted, search

KEY = UUID("af571023-1090-498a-b805-d7846d102563")


def script(*statements):
    recording = replay.Recording(list(statements), case_id=1700000002, unit_id=1500000001, series_id=1600000001,
                                 uuid=KEY, actor_id=2000000001, sender_id=2100000001)
    return pgbench.Script(recording, [replay.Target(7, 8, "A", 9), replay.Target(17, 18, "B", 19)])


@pytest.mark.parametrize(("value", "written"), [
    (1500000001, ":unit"), (5, "5"), (True, "true"), (None, "NULL"), (KEY, ":c_key::uuid"), ([1700000002, None], "ARRAY[:c_id, NULL]"),
    ("it's 10:30 for :unit\\", "E'it''s 10\\x3A30 for \\x3Aunit\\\\'"), (b"\x01\xff", "decode('01ff', 'hex')"),
    ("case:1700000002", "(E'case\\x3A' || :c_id::text || E'')"), (Jsonb({"a": 1}), "E'{\"a\"\\x3A 1}'::jsonb"),
    (datetime(2026, 11, 21, tzinfo=UTC), "'2026-11-21T00:00:00+00:00'::timestamptz")])
def test_a_parameter_becomes_sql_with_variables(value, written):
    assert script().written(value) == written


def test_answers_that_matter_end_a_pipeline():
    text = script(("SELECT 1 WHERE %s = 'a%%'", ("a",)), ("SELECT public.cases_claim(%(s)s, 1)", {"s": 1600000001}),
                  ("INSERT INTO t VALUES ($1, $2)", ["1500000001", "5"])).text()
    assert "\\set unit case when :n = 1 then 7 when :n = 2 then 17 end" in text
    assert text.endswith("SELECT 1 WHERE E'a' = 'a%';\n\\endpipeline\nSELECT public.cases_claim(:series, 1)\n\\gset c_\n"
                         "\\startpipeline\nINSERT INTO t VALUES (:unit, 5);\nCOMMIT;\n\\endpipeline\n")


@pytest.mark.django_db(transaction=True)
def test_a_recorded_registration_can_be_registered_again():
    w = make.world()
    recording, (target,) = replay.record(w.institution), replay.targets(w.institution, 1)
    with scratch.bare() as base:
        for _n in range(3):
            recording.run(base, target, uuid4())
    series = FolioSeries.objects.get(pk=target.series_id)
    assert Case.objects.filter(series=series, folio__startswith=f"{target.code}/E/").count() == 1 + 3
    told = pgbench.run(pgbench.Script(recording, [target]).text(), clients=2, seconds=1)
    assert told["count"] and not told["failed"]
    assert Case.objects.filter(series=series).count() == 1 + 3 + told["count"] and replay.gaps([series.pk]) == (0, 0)
    last = Case.objects.filter(series=series).order_by("-number")[0]
    assert Clock.objects.filter(case=last).exists() and Entry.objects.filter(case_id=last.pk).exists()


def test_half_a_line_of_a_killed_client_counts_for_nothing():
    asked, done = kill_client.said("ask a 1,2.\ngot a F/1|F/2.\nask b 3.\ngot b F/\nask c 4,\n")
    assert asked == {"a": [1, 2], "b": [3]} and done == {"a": ["F/1", "F/2"]}
    job = {"each": 30, "letters": [None] * 109}
    sizes = [len(places) for places in kill_client.left(job, 1, 4)]
    assert sum(sizes) == 26 and all(1 <= size <= kill_client.MOST for size in sizes)


def test_at_a_pace_a_slow_answer_delays_none_of_the_moments_from_which_the_next_ones_count():
    def wanted(slow):
        start, found = time.monotonic(), []
        for moment in program.moments(start, start + 0.2, 100.0, 3):
            assert time.monotonic() >= moment
            found.append(moment - start)
            time.sleep(slow)
        return found

    quick, late = wanted(0.0), wanted(0.02)
    assert 5 < len(quick) < 50 and late == pytest.approx(quick)


@pytest.mark.django_db
def test_one_look_at_every_row_answers_what_the_search_answers():
    w = make.world()
    for subject in ("Expediente de vivienda", "Vivienda digna", "Presupuesto de la obra", "Obra y expediente"):
        make.letter(w, subject=subject)
    make.turn(make.letter(w, subject="Expediente turnado"), w.head, w.north)
    people, texts = [w.head, w.north_head, w.nobody], ["expediente", "vivienda expediente", "obra", "zzzqx"]
    with transaction.atomic():
        rows = Everything(people, texts, ("registered", "routed"))
    found = {(n, text, state): rows.newest(n, Wanted(text, state=state))
             for n in range(3) for text in texts for state in ("", "registered", "routed")}
    assert found == {(n, text, state): [h.id for h in search(people[n], Wanted(text, state=state)).hits] for n, text, state in found}
    assert len(found[0, "expediente", ""]) == 3 and len(found[1, "expediente", ""]) == 1
