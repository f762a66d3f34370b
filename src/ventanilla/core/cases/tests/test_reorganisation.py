"""Units merge and close while people work: open matters follow, history stays, nothing is lost."""
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from tests import database, make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services
from ventanilla.core.cases.models import Access, Answer, Case, FolioSeries, Move, SearchRow, Tray, Turn
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import AnswerDraft, reorganisation
from ventanilla.core.cases.services.handover import handover
from ventanilla.core.cases.services.numbering import take_folio
from ventanilla.core.orgs.models import Appointment, Grant, Person, Unit
from ventanilla.core.orgs.reach import forget, reach_of, token
from ventanilla.core.orgs.services.setup import NotAllowed, Refused

ONE = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w():
    return make.world()


def open_turn(w, unit, **extra):
    case = make.letter(w, **extra)
    return case, make.turn(case, w.head, unit)[0]


@ONE
def test_open_turns_follow_with_trays_access_and_search(w):
    case, turn = open_turn(w, w.north_1)
    done, finished = open_turn(w, w.north_1)
    services.answer(actor=w.north_1_head, turn=finished, draft=AnswerDraft("Listo"))
    finished.refresh_from_db()
    services.approve(actor=w.head, turn=finished)
    outcome = reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1, reason="Acuerdo 7")
    turn.refresh_from_db(), finished.refresh_from_db()
    assert (outcome.moved, outcome.left) == (1, 0)
    assert (turn.unit_id, finished.unit_id) == (w.south_1.pk, w.north_1.pk)
    assert Tray.objects.get(turn_id=turn.pk, side="holder").unit_id == w.south_1.pk
    assert Access.objects.filter(case=case, token=token(w.south_1.pk, 0)).exists()
    assert token(w.south_1.pk, 0) in SearchRow.objects.get(case=case, kind=case.kind).tokens
    move = Move.objects.get(verb="reorganise")
    assert (move.case_id, move.detail["turns"], move.detail["entry"]) == (case.pk, [turn.pk], outcome.entry_id)
    assert Entry.objects.filter(verb="orgs.merge").count() == 1
    assert done.unit_id == w.root.pk


@ONE
def test_the_new_unit_reads_the_history_and_old_people_go_on_working(w):
    _case, turn = open_turn(w, w.north_1)
    reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1)
    for person in (w.south_1_head, w.north_1_head):
        forget(person)
        assert Case.objects.visible_to(person).exists()
    turn.refresh_from_db()
    services.answer(actor=w.north_1_head, turn=turn, draft=AnswerDraft("Contesto desde la unidad nueva"))
    copied = Grant.objects.get(person=w.north_1_head, unit=w.south_1)
    assert copied.role.slug == "assistant"
    assert Person.objects.get(pk=w.staff.pk).unit_id == w.south_1.pk
    assert not Appointment.objects.filter(post__unit=w.north_1, valid_to=None).exists()


@ONE
def test_who_oversaw_what_hung_below_a_closed_unit_goes_on_and_reaches_nothing_else(w):
    reorganisation.merge(actor=w.admin, units=[w.north], successor=w.south)
    forget(w.north_head)
    reached = reach_of(w.north_head).units["cases.read"]
    assert {w.north_1.pk, w.north_2.pk, w.south.pk} <= reached
    assert w.south_1.pk not in reached


@ONE
def test_cases_in_charge_and_their_numbering_follow(w):
    case = make.letter(w, actor=w.north_head, unit=w.north)
    folio = case.folio
    FolioSeries.objects.filter(unit=w.south, slug="incoming").delete()
    reorganisation.merge(actor=w.admin, units=[w.north], successor=w.south)
    case.refresh_from_db()
    assert (case.unit_id, case.folio) == (w.south.pk, folio)
    assert FolioSeries.objects.get(unit=w.south, slug="incoming").active
    with pytest.raises(Refused):
        make.letter(w, actor=w.north_head, unit=w.north)
    assert make.letter(w, actor=w.south_head, unit=w.south).number == 1


@ONE
def test_children_hang_below_the_successor_even_when_it_was_one_of_them(w):
    reorganisation.merge(actor=w.admin, units=[w.north], successor=w.north_1)
    assert Unit.objects.get(pk=w.north_1.pk).parent_id == w.root.pk
    assert Unit.objects.get(pk=w.north_2.pk).path == [w.root.pk, w.north_1.pk, w.north_2.pk]


@ONE
def test_closing_without_successor_only_when_nothing_waits(w):
    open_turn(w, w.north_1)
    with pytest.raises(Refused, match="asuntos abiertos"):
        reorganisation.close(actor=w.admin, unit=w.north_1)
    assert reorganisation.close(actor=w.admin, unit=w.north_2) is None
    with pytest.raises(Refused, match="dejó de existir"):
        make.turn(make.letter(w), w.head, Unit.objects.get(pk=w.north_2.pk))


@ONE
def test_the_preview_counts_what_will_follow(w):
    open_turn(w, w.north_1), open_turn(w, w.north_1)
    make.letter(w, actor=w.north_head, unit=w.north)
    effects = reorganisation.preview([w.north, w.north_1])
    assert (effects.cases, effects.turns_held, effects.people, effects.children) == (1, 2, 3, 1)
    assert reorganisation.merge(actor=w.admin, units=[w.north, w.north_1], successor=w.south).moved == 3


@ONE
def test_who_may_not_and_what_makes_no_sense(w):
    with pytest.raises(NotAllowed):
        reorganisation.merge(actor=w.head, units=[w.north], successor=w.south)
    with pytest.raises(Refused):
        reorganisation.merge(actor=w.admin, units=[w.north], successor=w.north)
    with pytest.raises(NotAllowed):
        reorganisation.merge(actor=w.admin, units=[w.north], successor=make.world().south)
    assert Unit.objects.get(pk=w.north.pk).is_open


@ONE
def test_a_numbering_that_is_taken_over_goes_on_counting_and_never_doubles_another(w):
    FolioSeries.objects.filter(unit__in=[w.north_1, w.south_1]).delete()
    had = FolioSeries.objects.create(institution=w.institution, unit=w.north_1, slug="incoming", mask="DGN/{n}/{year}")
    day = timezone.localdate()
    assert take_folio(had, day) == f"DGN/1/{day.year}"
    reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1)
    assert take_folio(FolioSeries.objects.get(unit=w.south_1, slug="incoming"), day) == f"DGN/2/{day.year}"
    for unit, mask in ((w.north_2, "{unit}/ÚNICO/{n}/{year}"), (w.south, f"{w.south_1.code or w.south_1.short_name}/ÚNICO/{{n}}/{{year}}")):
        FolioSeries.objects.create(institution=w.institution, unit=unit, slug="other", mask=mask)
    reorganisation.merge(actor=w.admin, units=[w.north_2], successor=w.south_1)
    assert not FolioSeries.objects.filter(unit=w.south_1, slug="other").exists()


@ONE
def test_an_interrupted_reorganisation_is_finished_through_chains(w):
    _case, turn = open_turn(w, w.north_1)
    for gone, successor in ((w.north_1, w.north_2), (w.north_2, w.south_1)):
        reorganisation._let_follow(w.admin, gone, successor, "")
    assert reorganisation.finish(w.institution.pk) == 1
    turn.refresh_from_db()
    assert turn.unit_id == w.south_1.pk and reorganisation.finish() == 0


@ONE
def test_a_merge_costs_the_same_statements_for_many_as_for_few(w, django_assert_max_num_queries):
    for _ in range(12):
        open_turn(w, w.north_1)
    with django_assert_max_num_queries(60):
        reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1)


@ONE
def test_the_hand_over_lists_what_waits_and_hides_what_may_not_be_read(w):
    case, _turn = open_turn(w, w.north_1)
    report = handover(actor=w.north_1_head, person=w.north_1_head)
    assert [(r.folio, r.unit, r.situation) for r in report.rows] == [(case.folio, w.north_1.name, "Por atender")]
    seen_by_admin = handover(actor=w.admin, person=w.north_1_head)
    assert (list(seen_by_admin.rows), seen_by_admin.hidden) == ([], 1) and (report.unread, report.hidden) == ([], 0)
    assert [(u.unit, u.situation, u.mine, u.count) for u in seen_by_admin.unread] == [(w.north_1.name, "Por atender", False, 1)]
    assert f"la saca {w.north_1_head.name} desde su cuenta" in seen_by_admin.who_reads()
    w.north_1_head.user.is_active = False
    assert f"{w.north_1_head.name} ya no puede entrar" in handover(actor=w.admin, person=w.north_1_head).who_reads()
    with pytest.raises(NotAllowed):
        handover(actor=w.staff, person=w.north_1_head)


CLERK = """
import json, sys, time, django
django.setup()
from ventanilla.core.cases.models import Turn
from ventanilla.core.cases.services import AnswerDraft, answer
from ventanilla.core.orgs.models import Person
person, ids, stop = int(sys.argv[1]), json.load(open(sys.argv[2])), sys.argv[3]
import pathlib
done, failed = [], []
print("ready", flush=True); sys.stdin.readline()
for i in ids:
    try:
        answer(actor=Person.objects.get(pk=person), turn=Turn.objects.get(pk=i), draft=AnswerDraft("Atendido"))
        done.append(i)
    except Exception as error:
        failed.append([i, repr(error)])
    if pathlib.Path(stop).exists():
        break
print(json.dumps({"done": done, "failed": failed}), flush=True)
"""


def many_turns(w, count):
    """`count` cases of the root, each with an open turn in north_1, set-based."""
    from ventanilla.modules.correspondence.services import LetterDraft, register
    from ventanilla.modules.correspondence.services.registration import Sender

    sender = Sender("state", "Secretaría de Finanzas", "María Peña Ríos")
    now, ids = timezone.now(), []
    for _ in range(0, count, 2000):
        cases = register(actor=w.head, drafts=[LetterDraft(w.root, w.oficio, "Solicitud", sender) for _ in range(2000)])
        turns = Turn.objects.bulk_create(
            Turn(institution=w.institution, uuid=uuid4(), case=c, from_unit=w.root, from_person=w.head, unit=w.north_1,
                 sent_at=now, state="accepted") for c in cases)
        refresh([c.pk for c in cases])
        ids += [t.pk for t in turns]
    return ids


@REAL
@pytest.mark.slow
def test_eight_clerks_answer_ten_thousand_turns_while_their_unit_is_merged(w, tmp_path):
    ids = many_turns(w, 10_000)
    clerks = [make.person(w.institution, w.north_1, "staff") for _ in range(8)]
    stop = tmp_path / "stop"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "ventanilla.config.settings", "DATABASE_POOL": "1",
                        "PYTHONPATH": str(Path(__file__).parents[4]), "DATABASE_URL": database.url()}
    running = []
    for n, clerk in enumerate(clerks):
        (tmp_path / f"{n}.json").write_text(json.dumps(ids[n::8]))
        running.append(subprocess.Popen(
            [sys.executable, "-c", CLERK, str(clerk.pk), str(tmp_path / f"{n}.json"), str(stop)], env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for clerk in running:
        assert clerk.stdout.readline() == "ready\n"
    for clerk in running:
        clerk.stdin.write("go\n"), clerk.stdin.flush()
    try:
        _until(lambda: Answer.objects.count() >= 40)
        outcome = reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1, reason="Fusión")
        seen = Answer.objects.count()
        _until(lambda: Answer.objects.count() >= seen + 40)
        stop.write_text("")
        told = [json.loads(clerk.communicate(timeout=300)[0]) for clerk in running]
    finally:
        for clerk in running:  # none may go on answering in the next test's database
            clerk.kill()
            clerk.wait()
    assert [t["failed"] for t in told] == [[]] * 8
    done = {i for t in told for i in t["done"]}
    assert outcome.left == 0 and set(Answer.objects.values_list("turn_id", flat=True)) == done
    assert not Turn.objects.filter(unit=w.north_1, closed_at=None).exists()
    assert Turn.objects.filter(unit=w.south_1, closed_at=None).count() == 10_000
    assert set(Tray.objects.filter(side="holder").values_list("unit_id", flat=True)) == {w.south_1.pk}
    assert Move.objects.filter(verb="reorganise").count() == 10_000 == outcome.moved
    assert Turn.objects.filter(state="answered").count() == len(done)


def _until(true, seconds=120):
    import time

    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


