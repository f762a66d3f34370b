"""One step on several ticked letters or turns: done to each that allows it, never twice, each refusal told."""
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_

from ventanilla.core.cases.models import Move, RoutingRule, Turn
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.services import give
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace, ArchiveSeries
from ventanilla.modules.correspondence.services import PlaceDraft, archive, conclude
from ventanilla.modules.correspondence.services.archiving import FileDraft, open_drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def post(person, name, cases, **data):
    rows = {"fila": [c.pk for c in cases], "consulta": "luz=red"}
    return as_(person).post(reverse(name), {**rows, **data}, follow=True)


def words(response):
    return " ".join(response.content.decode().split())


def test_routed_in_one_go_and_once(w):
    cases = [make.letter(w), make.letter(w)]
    asked = post(w.head, "letters_route", cases)
    assert asked.status_code == 200 and all(c.folio in words(asked) for c in cases)
    data = {"hacer": 1, "uuid": uuid4(), "units": [w.north.pk, w.south.pk], "purpose": "action", "text": "Revisar"}
    for _twice in range(2):
        done = post(w.head, "letters_route", cases, **data)
    assert done.redirect_chain[0][0].endswith("?luz=red")
    assert sorted(Turn.objects.values_list("case_id", "unit_id")) == sorted((c.pk, u.pk) for c in cases for u in (w.north, w.south))


def test_what_is_missing_stands_at_its_field_and_nothing_is_done(w):
    answer = post(w.head, "letters_route", [make.letter(w)], hacer=1, uuid=uuid4(), purpose="action")
    assert answer.status_code == 422 and "Elija al menos una unidad o una persona." in words(answer)
    assert not Turn.objects.exists()


def test_concluded_where_the_state_allows_it_and_the_others_told(w):
    free, routed = make.letter(w), make.letter(w)
    make.turn(routed, w.head, w.north)
    done = post(w.head, "letters_conclude", [free, routed], hacer=1, uuid=uuid4(), reason="Sólo para conocimiento")
    free.refresh_from_db(), routed.refresh_from_db()
    assert (free.state, routed.state) == ("concluded", "routed")
    assert "Quedó hecho en 1 asunto." in words(done) and f"{routed.folio}: su estado" in words(done)


def test_archived_together_in_a_new_expediente_opened_once(w):
    cases = [conclude(actor=w.head, case=make.letter(w, sheets=n), reason="Listo") for n in (3, 4)]
    data = {"hacer": 1, "uuid": uuid4(), "series": ArchiveSeries.objects.get(institution=w.institution).pk, "title": "Escrituración 2026"}
    for _twice in range(2):
        post(w.head, "letters_archive", cases, **data)
    assert ArchiveFile.objects.count() == 1
    assert list(ArchivePlace.objects.order_by("position").values_list("case_id", "position", "sheets")) == [
        (cases[0].pk, 1, 3), (cases[1].pk, 2, 4)]


def test_what_lies_in_the_wrong_expediente_is_moved_together_from_its_page_and_what_does_not_move_is_told(w):
    series = ArchiveSeries.objects.get(institution=w.institution)
    wrong, right = (open_drafted(actor=w.head, draft=FileDraft(w.root, series, title)) for title in ("Escrituras", "Convenios"))
    cases = [conclude(actor=w.head, case=make.letter(w, sheets=n), reason="Listo") for n in (3, 4, 5)]
    for case in cases:
        archive(actor=w.head, case=case, draft=PlaceDraft(wrong, case.letter.sheets))
    page = words(as_(w.head).get(reverse("archive_file", args=[wrong.pk])))
    assert f'action="{reverse("letters_refile")}"' in page and page.count('name="fila"') == 3
    asked = words(post(w.head, "letters_refile", cases[:2], de=wrong.pk))
    with CaptureQueriesContext(connection) as few:
        post(w.head, "letters_refile", cases[:2], de=wrong.pk)
    for n in range(5):
        open_drafted(actor=w.head, draft=FileDraft(w.root, series, f"Otro {n}"))
    with CaptureQueriesContext(connection) as many:
        post(w.head, "letters_refile", cases[:2], de=wrong.pk)
    assert len(many) == len(few), "one statement however many expedientes are offered"
    assert f'value="{right.pk}"' in asked and f'<option value="{wrong.pk}"' not in asked, "where it lies is no other"
    assert "Falta corregir" in words(post(w.head, "letters_refile", cases[:2], de=wrong.pk, hacer=1, uuid=uuid4(), file=right.pk))
    open_one = make.letter(w)
    done = post(w.head, "letters_refile", [*cases[:2], open_one], de=wrong.pk, hacer=1, uuid=uuid4(), file=right.pk, reason="Son convenios")
    assert done.redirect_chain[-1][0] == reverse("archive_file", args=[wrong.pk])
    assert "Quedó hecho en 2 asuntos." in words(done) and f"{open_one.folio}: su estado" in words(done)
    assert list(ArchivePlace.objects.order_by("file", "position").values_list("file", "case", "sheets")) == [
        (wrong.pk, cases[2].pk, 5), (right.pk, cases[0].pk, 3), (right.pk, cases[1].pk, 4)]
    assert post(w.staff, "letters_refile", cases[:1]).status_code == 404


def test_letters_of_another_unit_are_told_before_they_are_archived(w):
    give(actor=None, person=w.head, role="head", unit=w.north)
    mine, other = (conclude(actor=w.head, case=make.letter(w, unit=unit), reason="Listo") for unit in (w.root, w.north))
    asked = words(post(w.head, "letters_archive", [mine, other]))
    assert "1 asunto marcado" in asked and "archívelo aparte, en un expediente de esa unidad." in asked
    data = {"hacer": 1, "uuid": uuid4(), "series": ArchiveSeries.objects.get(institution=w.institution).pk, "title": "Escrituración"}
    done = words(post(w.head, "letters_archive", [mine, other], **data))
    assert "Quedó hecho en 1 asunto." in done and f"{other.folio}: lo tiene a cargo Dirección Norte" in done
    assert list(ArchivePlace.objects.values_list("case_id", flat=True)) == [mine.pk]


def test_archiving_one_again_leaves_no_empty_expediente(w):
    case = conclude(actor=w.head, case=make.letter(w), reason="Listo")
    data = {"series": ArchiveSeries.objects.get(institution=w.institution).pk, "title": "Escrituración", "sheets": 1}
    for _twice in range(2):
        as_(w.head).post(reverse("letter_action", args=[case.pk, "archive"]), {"uuid": uuid4(), **data})
    assert ArchiveFile.objects.count() == 1


def test_a_rule_refuses_one_and_the_rest_is_done(w):
    mine, other = make.letter(w), make.letter(w, unit=w.north, actor=w.north_head)
    give(actor=None, person=w.head, role="head", unit=w.north)
    RoutingRule.objects.create(institution=w.institution, order=1, relation="peer", allowed=False, reason="Pase por la Dirección General.")
    done = post(w.head, "letters_route", [mine, other], hacer=1, uuid=uuid4(), units=[w.south.pk], purpose="information")
    assert list(Turn.objects.values_list("case_id", flat=True)) == [mine.pk]
    assert "Quedó hecho en 1 asunto." in words(done) and f"{other.folio}:" in words(done) and "Pase por la Dirección General." in words(done)


def test_nobody_does_to_others_what_they_may_not(w):
    case = make.letter(w)
    for name in ("letters_route", "letters_conclude", "letters_archive"):
        data = {"hacer": 1, "uuid": uuid4(), "units": [w.south.pk], "purpose": "action", "reason": "x"}
        assert post(w.staff, name, [case], **data).status_code == 404
        assert case.folio not in words(post(w.south_head, name, [case], **data))
    case.refresh_from_db()
    assert case.state == "registered" and not Turn.objects.exists()


def test_turns_are_accepted_and_read_from_their_list(w):
    case = make.letter(w)
    act, info = make.turn(case, w.head, w.north)[0], make.turn(make.letter(w), w.head, w.north, purpose="information")[0]
    assert "Se aceptó 1 turno." in words(post(w.north_head, "turns_accept", [act, info]))
    assert "Se marcó 1 turno como leído." in words(post(w.north_head, "turns_acknowledge", [info]))
    act.refresh_from_db(), info.refresh_from_db()
    assert (act.state, info.state) == ("accepted", "read")
    page = words(as_(w.north_head).get(reverse("screen", args=["turnos"])))
    assert reverse("turns_accept") in page and reverse("turns_accept") not in words(as_(w.nobody).get(reverse("screen", args=["turnos"])))


def test_who_comes_back_after_signing_in_again_is_led_to_the_list(w):
    answer = as_(w.head).get(reverse("letters_route"), follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("screen", args=["correspondencia"])) and "Marque al menos una fila." in words(answer)


def test_turns_are_sent_on_together_and_once_and_what_may_not_go_is_told(w):
    first, second = (make.turn(make.letter(w), w.head, w.north)[0] for _n in range(2))
    mine = make.turn(make.letter(w), w.head, w.south)[0]
    told = make.turn(make.letter(w), w.head, w.north, purpose="information")[0]
    make.turn(second.case, w.north_head, w.north_1, parent=second)
    asked = post(w.north_head, "turns_subroute", [first, second, mine, told])
    assert asked.status_code == 200 and first.case.folio in words(asked) and mine.case.folio not in words(asked)
    assert f"{told.case.folio}" in words(asked) and "no se turna" in words(asked)
    data = {"hacer": 1, "uuid": uuid4(), "units": [w.north_1.pk, w.north_2.pk], "purpose": "action", "text": "Para su atención"}
    done = post(w.north_head, "turns_subroute", [first, second, told], **data)
    assert "Quedó hecho en 1 asunto." in words(done) and done.redirect_chain[0][0].endswith("?luz=red")
    assert f"{second.case.folio}: Departamento Norte Uno ya tiene un turno abierto de este asunto." in words(done)
    assert f"{told.case.folio}: es para conocimiento" in words(done)
    post(w.north_head, "turns_subroute", [first, second, told], **data)
    assert sorted(Turn.objects.filter(parent=first).values_list("unit_id", flat=True)) == [w.north_1.pk, w.north_2.pk]
    assert Turn.objects.filter(parent=second).count() == 1
    first.refresh_from_db()
    assert first.state == "accepted"


def test_a_form_of_turns_sent_again_to_others_is_told_and_sends_nothing(w):
    turns = [make.turn(make.letter(w), w.head, w.north)[0] for _n in range(2)]
    data = {"hacer": 1, "uuid": uuid4(), "purpose": "action"}
    post(w.north_head, "turns_subroute", turns, **data, units=[w.north_1.pk])
    answer = post(w.north_head, "turns_subroute", turns, **data, units=[w.north_2.pk])
    assert answer.status_code == 422 and "Este formulario ya se envió" in words(answer)
    assert set(Turn.objects.exclude(parent=None).values_list("unit_id", flat=True)) == {w.north_1.pk}


def test_letters_that_a_place_has_already_are_left_out(w):
    had, new = make.letter(w), make.letter(w)
    make.turn(had, w.head, w.north)
    done = post(w.head, "letters_route", [had, new], hacer=1, uuid=uuid4(), units=[w.north.pk], purpose="action")
    assert "Quedó hecho en 1 asunto." in words(done) and f"{had.folio}: Dirección Norte ya tiene un turno abierto" in words(done)
    assert list(Turn.objects.values_list("case_id", flat=True)) == [had.pk, new.pk]


def test_the_steps_on_turns_are_offered_to_whom_they_belong(w):
    make.turn(make.letter(w), w.head, w.north_1)
    pages = {person: words(as_(w.people[person]).get(reverse("screen", args=["turnos"]))) for person in ("north_1_head", "staff")}
    assert reverse("turns_subroute") in pages["north_1_head"] and reverse("turns_subroute") not in pages["staff"]
    assert post(w.staff, "turns_subroute", []).status_code == 404


def test_from_the_inbox_letters_and_turns_are_sent_on_by_one_form(w):
    give(actor=None, person=w.north_head, role="head", unit=w.root)
    own, held = make.letter(w), make.turn(make.letter(w), w.head, w.north)[0]
    with connection.cursor() as cursor:  # a letter and a turn of one number: nothing that is sent may take one for the other
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_turn', 'id'), %s)", [max(own.pk, held.pk) + 1000])
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [max(own.pk, held.pk) + 1000])
    own, held = make.letter(w), make.turn(make.letter(w), w.head, w.north)[0]
    assert own.pk == held.pk
    tray = words(as_(w.north_head).get("/bandeja/"))
    assert f'name="asunto" value="{own.pk}"' in tray and f'name="turno" value="{held.pk}"' in tray and reverse("turns_subroute") in tray
    assert "Turnar</button>" in tray
    data = {"asunto": [own.pk], "turno": [held.pk], "de": "bandeja", "consulta": "pestana=atender"}
    client = as_(w.north_head)
    assert all(folio in words(client.post(reverse("turns_subroute"), data)) for folio in (own.folio, held.case.folio))
    data |= {"hacer": 1, "uuid": uuid4(), "units": [w.north_1.pk], "purpose": "action"}
    for _twice in range(2):
        done = client.post(reverse("turns_subroute"), data, follow=True)
        assert done.redirect_chain[0][0] == "/bandeja/?pestana=atender"
    assert "Quedó hecho en 2 asuntos." in words(done)
    assert sorted(Turn.objects.filter(unit=w.north_1).values_list("case_id", "parent_id")) == sorted([(own.pk, None), (held.case_id, held.pk)])
    wrong = words(client.post("/bandeja/", {"paso": "accept", "asunto": [own.pk]}, follow=True))
    assert "1 asunto no lleva ese paso." in wrong


def test_who_does_not_turn_ticks_no_matters_in_the_inbox(w):
    make.letter(w)
    role = w.clerk.grants.get().role
    role.capabilities = [c for c in role.capabilities if c != "cases.route"]
    role.save()
    tray = words(as_(w.clerk).get("/bandeja/"))
    assert 'name="asunto"' not in tray and reverse("turns_subroute") not in tray


def test_the_form_and_the_step_ask_no_more_for_many(w):
    client = as_(w.north_head)

    def statements(rows, **data):
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("turns_subroute"), {"fila": [t.pk for t in rows], **data})
        return len(asked)

    def held(n):
        return [make.turn(make.letter(w), w.head, w.north)[0] for _n in range(n)]

    def both(n):
        rows = held(n)
        return statements(rows), statements(rows, hacer=1, uuid=uuid4(), units=[w.north_1.pk, w.north_2.pk], purpose="action")

    both(1)
    assert both(2) == both(8)


def test_several_turns_go_to_somebody_else_and_what_may_not_is_told(w):
    first, second = (make.turn(make.letter(w), w.head, w.north)[0] for _n in range(2))
    told = make.turn(make.letter(w), w.head, w.north, purpose="information")[0]
    foreign = make.turn(make.letter(w, unit=w.south, actor=w.south_head), w.south_head, w.south_1)[0]
    asked = post(w.head, "turns_reassign", [first, second, told, foreign])
    assert "2 asuntos marcados" in words(asked) and f"{told.case.folio}" in words(asked) and "no lleva ese paso" in words(asked)
    missing = post(w.head, "turns_reassign", [first, second], hacer=1, uuid=uuid4(), unit=w.south.pk)
    assert missing.status_code == 422 and not Turn.objects.filter(unit=w.south).exists()
    data = {"hacer": 1, "uuid": uuid4(), "unit": w.south.pk, "reason": "Es de su competencia"}
    done = post(w.head, "turns_reassign", [first, second, told], **data)
    assert "Quedó hecho en 2 asuntos." in words(done) and done.redirect_chain[0][0].endswith("?luz=red")
    assert set(Turn.objects.filter(unit=w.south).values_list("pk", flat=True)) == {first.pk, second.pk}
    again = post(w.head, "turns_reassign", [first, second, told], **data)
    assert f"{first.case.folio}: El turno ya está con esa unidad o persona." in words(again)
    assert Move.objects.filter(turn_id=first.pk, verb="reassign").count() == 1


def test_several_turns_get_more_time_each_within_what_it_hangs_from(w):
    day = timezone.localdate() + timedelta(days=20)
    free, bound = make.letter(w), make.letter(w, term=Term(due_at=timezone.now() + timedelta(days=5)))
    turns = [make.turn(case, w.head, w.north)[0] for case in (free, bound)]
    done = post(w.head, "turns_extend", turns, hacer=1, uuid=uuid4(), due=day.isoformat(), reason="Falta el dictamen")
    assert "Quedó hecho en 1 asunto." in words(done) and f"{bound.folio}: No puede vencer después del" in words(done)
    due = [turn.due_at for turn in Turn.objects.order_by("pk")]
    assert timezone.localdate(due[0]) == day and due[1] != due[0]
    assert "quien lo envió" in words(post(w.north_head, "turns_extend", turns))


def test_several_turns_are_given_back_or_taken_away_with_one_reason_and_what_hangs_from_them_first(w):
    mine = [make.turn(make.letter(w), w.head, w.north)[0] for _n in range(2)]
    derived = make.turn(mine[1].case, w.north_head, w.north_1, parent=mine[1])[0]
    back = post(w.north_head, "turns_return", mine, hacer=1, uuid=uuid4(), reason="No es de esta dirección")
    assert "Quedó hecho en 1 asunto." in words(back) and f"{mine[1].case.folio}: Quedan turnos derivados sin atender" in words(back)
    away = post(w.head, "turns_withdraw", [mine[0], mine[1]], hacer=1, uuid=uuid4(), reason="Se turnó por error")
    assert "Quedó hecho en 1 asunto." in words(away) and f"{mine[0].case.folio}: su turno está en «Devuelto»." in words(away)
    assert list(Turn.objects.order_by("pk").values_list("state", flat=True)) == ["returned", "cancelled", "cancelled"]
    assert derived.pk and post(w.staff, "turns_withdraw", mine).status_code == 404


def test_the_steps_on_several_turns_ask_no_more_for_many_before_they_are_sent(w):
    client = as_(w.head)

    def asked(name, n):
        rows = [make.turn(make.letter(w), w.head, w.north)[0].pk for _n in range(n)]
        with CaptureQueriesContext(connection) as found:
            client.post(reverse(name), {"fila": rows})
        return len(found)

    for name in ("turns_reassign", "turns_extend", "turns_withdraw", "turns_slips"):
        asked(name, 1)
        assert asked(name, 2) == asked(name, 7), name
