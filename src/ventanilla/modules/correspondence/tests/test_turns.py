"""Routing on the pages: who has a letter, read receipts, due dates that hang from others, people, answers judged by others."""
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.cases import inbox, services
from ventanilla.core.cases.derivation import derivations_of
from ventanilla.core.cases.models import Answer, Attachment, Case, Clock, RoutingRule, Tray, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import AnswerDraft, TurnDraft, recomputing
from ventanilla.core.cases.tasks import follow_judging
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Absence
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.screens.attached import attached
from ventanilla.modules.correspondence.services.papers import _file_data

pytestmark = pytest.mark.django_db
MONDAY = make.at(make.date(2026, 11, 23))


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user)
    return client


def page(person, path, **extra):
    return signed_in(person).get(path, **extra)


def send(who, path, **data):
    return signed_in(who).post(path, {"uuid": uuid4(), "purpose": "action", **data}, follow=True)


def words(response):
    return " ".join(response.content.decode().split())


def read_by(turn):
    turn.refresh_from_db()
    return turn.read_by


# --- read receipts


def test_only_whoever_the_turn_was_sent_to_gives_the_receipt(w):
    case = make.letter(w)
    give(actor=None, person=w.north_head, role="head", unit=w.north, subtree=True)
    north = make.turn(case, w.head, w.north)[0]
    below, named = make.turn(case, w.north_head, w.north_1, parent=north)[0], w.people["staff"]
    hers = services.route(actor=w.north_head, case=case, parent=north, drafts=[TurnDraft(w.north_1, named)])[0]
    address = f"/correspondencia/{case.pk}/"
    page(w.north_head, address)                                     # may answer below too, and sent those turns' letter on
    page(w.head, address)
    assert (read_by(north), read_by(below), read_by(hers)) == (w.north_head, None, None)
    page(w.north_1_head, address, headers={"X-Refetch": "1"})       # an open tab that renews itself
    page(w.north_1_head, address, headers={"Sec-Purpose": "prefetch"})
    assert read_by(below) is None
    page(w.north_1_head, address)
    assert (read_by(below), read_by(hers)) == (w.north_1_head, None)
    page(named, address)
    assert read_by(hers) == named


def test_who_stands_in_gives_the_receipt_and_nobody_of_a_turn_that_is_over(w):
    case, today = make.letter(w), timezone.localdate()
    turn, other = make.turn(case, w.head, w.north, w.south)
    Absence.objects.create(person=w.north_head, acting=w.south_head, valid_from=today, valid_to=today + timedelta(days=3))
    services.withdraw(actor=w.head, turn=other, reason="Por error")
    page(w.south_head, f"/correspondencia/{case.pk}/")
    assert (read_by(turn), read_by(other)) == (w.south_head, None)


# --- due dates


def test_the_page_says_why_each_turn_is_due_and_the_message_names_a_date_that_was_cut(w):
    with time_machine.travel(MONDAY, tick=False):
        case = make.letter(w, term=Term(5), received_at=MONDAY)
        form = words(page(w.head, f"/correspondencia/{case.pk}/route/"))
        assert "A más tardar el lunes 30 de noviembre de 2026" in form
        sent = send(w.head, f"/correspondencia/{case.pk}/route/", units=[w.north.pk], due="2027-02-01")
        assert "El plazo que pidió pasaba" in words(sent) and "quedó para el 30 de noviembre de 2026" in words(sent)
        north = Turn.objects.get(case=case)
        sent = send(w.north_head, f"/correspondencia/turnos/{north.pk}/subroute/", units=[w.north_1.pk], amount=2)
        assert "Vence el 25 de noviembre de 2026." in words(sent)
        shown = words(page(w.north_head, f"/correspondencia/{case.pk}/"))
    below = Turn.objects.get(parent=north)
    assert f'href="#plazo-{north.pk}"' in shown and f'id="plazo-{below.pk}"' in shown
    why = derivations_of(case, [north, below])
    assert any("se limita al lunes 30 de noviembre" in s for s in why[north.pk]) and "2 días hábiles" in " ".join(why[below.pk])


def test_the_margin_of_the_institution_leaves_time_above(w):
    w.institution.policy = {"turn_margin": 2}
    w.institution.save()
    with time_machine.travel(MONDAY, tick=False):
        case = make.letter(w, term=Term(5), received_at=MONDAY)
        north = make.turn(case, w.head, w.north, term=Term(90))[0]
        below = make.turn(case, w.north_head, w.north_1, parent=north)[0]
        last = make.turn(case, w.north_1_head, w.north_2, parent=below)[0]
        days = [timezone.localdate(t.due_at).day for t in (case, north, below, last)]
        assert days == [30, 26, 24, 24]                             # two days before the 24th nothing would be left
        assert any("menos 2 días hábiles de margen" in s for s in derivations_of(case, [north])[north.pk])
        with pytest.raises(Refused, match="después del 26 de noviembre"):
            services.extend(actor=w.head, turn=north, due_at=case.due_at, reason="Más")
        calendar = Clock.objects.get(turn_id=north.pk).version.calendar
        assert recomputing.preview(calendar).moved == 0


# --- people


def offered(form: str) -> list[int]:
    """The people whom a chooser suggests."""
    return [int(n) for n in form.split("?entre=")[1].split('"')[0].split(",")]


def test_several_people_also_of_other_units_and_a_person_by_reassigning(w):
    case = make.letter(w)
    RoutingRule.objects.create(institution=w.institution, order=1, relation="other", allowed=False, reason="Por su dirección")
    form = words(page(w.head, f"/correspondencia/{case.pk}/route/"))
    assert "Departamento Norte Uno" in form and w.staff.pk in offered(form)
    send(w.head, f"/correspondencia/{case.pk}/route/", people=[w.staff.pk, w.south_head.pk], units=[w.north.pk])
    turns = {(t.unit_id, t.person_id) for t in Turn.objects.filter(case=case)}
    assert turns == {(w.north_1.pk, w.staff.pk), (w.south.pk, w.south_head.pk), (w.north.pk, None)}
    north = Turn.objects.get(case=case, unit=w.north)
    done = send(w.head, f"/correspondencia/turnos/{north.pk}/reassign/", person=w.north_2_head.pk, reason="Es de allá")
    north.refresh_from_db()
    assert (north.unit, north.person) == (w.north_2, w.north_2_head) and f"{w.north_2_head.name} (Departamento Norte Dos)" in words(done)
    bad = send(w.head, f"/correspondencia/turnos/{north.pk}/reassign/", person=w.south_head.pk, unit=w.north.pk, reason="No")
    assert bad.status_code == 422 and "no es de esa unidad" in words(bad)


def test_people_of_units_that_the_rules_refuse_are_not_offered(w):
    RoutingRule.objects.create(institution=w.institution, order=1, relation="other", allowed=False)
    case = make.letter(w, actor=w.north_1_head, unit=w.north_1)
    form = words(page(w.north_1_head, f"/correspondencia/{case.pk}/route/"))
    assert w.north_2_head.pk in offered(form) and w.south_1_head.pk not in offered(form)


# --- judging


def test_nobody_judges_the_own_answer(w):
    case = make.letter(w)
    give(actor=None, person=w.head, role="head", unit=w.root, subtree=True)
    turn = make.turn(case, w.head, w.north)[0]
    services.answer(actor=w.head, turn=turn, draft=AnswerDraft("Lo hice yo"))
    turn.refresh_from_db()
    assert not {"approve", "send_back"} & {s.name for s in allowed_steps(w.head, case, turn)}
    for verb in (services.approve, services.send_back):
        with pytest.raises(Refused, match="Usted escribió esta respuesta"):
            verb(actor=w.head, turn=turn, reason="x")
    with pytest.raises(NotAllowed):
        services.approve(actor=w.north_head, turn=turn)
    assert "la evalúa otra persona" in words(page(w.head, f"/correspondencia/{case.pk}/"))
    assert "Usted escribió esta respuesta" in words(page(w.head, f"/correspondencia/turnos/{turn.pk}/approve/", follow=True))
    services.approve(actor=w.clerk, turn=turn)                      # routes there too
    assert Answer.objects.get(turn=turn).verdict_by == w.clerk


def test_with_nobody_else_the_unit_above_judges_and_is_told(w):
    case = make.letter(w)
    north = make.turn(case, w.head, w.north)[0]
    give(actor=None, person=w.north_head, role="head", unit=w.north, subtree=True)
    below = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    services.answer(actor=w.north_head, turn=below, draft=AnswerDraft("Lo hice yo"))
    below.refresh_from_db()
    tell_moves(list(below.case.moves.filter(verb="answer").select_related("case")))
    told = set(Notice.objects.filter(case_id=case.pk, title__contains="falta evaluar").values_list("person_id", flat=True))
    assert told == {w.head.pk, w.clerk.pk}
    assert {"approve", "send_back"} <= {s.name for s in allowed_steps(w.head, case, below)}
    assert [to_evaluate(p) for p in (w.head, w.clerk, w.north_head)] == [[below.pk], [below.pk], []]
    services.approve(actor=w.head, turn=below)
    below.refresh_from_db()
    assert below.state == "closed" and to_evaluate(w.head) == []


def to_evaluate(person):
    """Turns in the tray "Por evaluar", of which the tab counts as many as it shows."""
    tab, now = Tray.Tab.TO_EVALUATE, timezone.now()
    person = type(person).objects.get(pk=person.pk)
    found = inbox.look(person, inbox.Place(tab), now)
    assert found.counts[tab] == len(found.keys)
    turns = dict(Tray.objects.filter(pk__in=found.keys).values_list("pk", "turn_id"))
    return [turns[pk] for pk in found.keys]


def test_what_waits_for_evaluation_follows_who_may_evaluate_and_opens_to_them(w):
    """Two levels below the root, whose people hold nothing there: the unit above reads it; it comes back with a second router, or below a closed unit."""
    case = make.letter(w, actor=w.north_1_head, unit=w.north_1)
    turn = make.turn(case, w.north_1_head, w.south_1)[0]
    Turn.objects.filter(pk=turn.pk).update(from_person=None)
    give(actor=None, person=w.north_1_head, role="head", unit=w.south_1)
    services.answer(actor=w.north_1_head, turn=turn, draft=AnswerDraft("Lo hice yo"))
    assert to_evaluate(w.north_head) == [turn.pk] and to_evaluate(w.north_1_head) == []
    assert Case.objects.visible_to(w.north_head).filter(pk=case.pk).exists()
    second = give(actor=None, person=w.staff, role="head", unit=w.north_1)
    assert follow_judging(0) == 1 and follow_judging(0) == 0
    assert to_evaluate(w.staff) == [turn.pk] and Tray.objects.get(turn_id=turn.pk, side="router").unit == w.north_1
    second.delete()
    assert follow_judging(0) == 1 and to_evaluate(w.north_head) == [turn.pk]


# --- who has it


def test_the_page_says_who_has_it_since_when_and_to_whom_it_went(w):
    with time_machine.travel(MONDAY, tick=False):
        case = make.letter(w, received_at=MONDAY)
        turn = services.route(actor=w.head, case=case, drafts=[TurnDraft(w.north_1, w.staff)])[0]
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        shown = words(page(w.head, f"/correspondencia/{case.pk}/"))
        who = f"Departamento Norte Uno ({w.staff.name})"
        assert f"Lo tiene {who} desde el 23 de noviembre de 2026 (3 días hábiles)." in shown
        assert f"turnó a {who}" in shown
        services.reassign(actor=w.head, turn=turn, unit=w.south, person=None, reason="Es de allá")
        shown = words(page(w.head, f"/correspondencia/{case.pk}/"))
        assert "Lo tiene Dirección Sur desde el 26 de noviembre de 2026 (menos de un día hábil)." in shown
        services.answer(actor=w.south_head, turn=turn, draft=AnswerDraft("Va"))
        shown = words(page(w.head, f"/correspondencia/{case.pk}/"))
        assert "Falta que Dirección General evalúe la respuesta de Dirección Sur" in shown


# --- the same form again


def test_a_second_open_turn_is_confirmed_and_a_resend_with_something_else_says_what_was_sent(w):
    case, key = make.letter(w), uuid4()
    address = f"/correspondencia/{case.pk}/route/"
    send(w.head, address, units=[w.north.pk], uuid=key)
    send(w.head, address, units=[w.north.pk], uuid=key, again="on")
    assert Turn.objects.filter(case=case).count() == 1
    again = send(w.head, address, units=[w.north.pk])
    assert again.status_code == 422 and "Dirección Norte ya tiene un turno abierto" in words(again)
    other = send(w.head, address, units=[w.south.pk], uuid=key)
    assert other.status_code == 422 and "ya se envió" in words(other) and "se turnó a Dirección Norte" in words(other)
    assert str(key) not in words(other)
    more = send(w.head, address, units=[w.north.pk, w.south.pk], uuid=key, again="on")
    assert more.status_code == 422 and Turn.objects.filter(case=case).count() == 1
    send(w.head, address, units=[w.north.pk], again="on")
    assert Turn.objects.filter(case=case).count() == 2


def test_a_broken_key_is_told_and_replaced(w):
    case = make.letter(w)
    broken = send(w.head, f"/correspondencia/{case.pk}/route/", units=[w.north.pk], uuid="no-es")
    assert broken.status_code == 422 and "llegó incompleto y no se guardó nada" in words(broken) and "no-es" not in words(broken)


def test_another_answer_by_the_same_form_is_not_taken_for_the_first(w):
    turn, key = make.turn(make.letter(w), w.head, w.north)[0], uuid4()
    services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Uno", uuid=key))
    assert services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Uno", uuid=key)).text == "Uno"
    with pytest.raises(Refused, match="con otro texto: «Uno»"):
        services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Dos", uuid=key))


# --- the list


def test_turns_for_action_and_for_information_have_words_of_their_own(w):
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    make.turn(case, w.head, w.south, purpose="information")
    export = page(w.head, "/listas/turnos.json")
    states = {row["state"] for row in export.json()["filas"]}
    assert states == {"Por aceptar", "Sin leer"}
    action = page(w.head, "/listas/turnos.json?estado=sent").json()["filas"]
    information = page(w.head, "/listas/turnos.json?estado=information-sent").json()["filas"]
    assert len(action) == len(information) == 1 and action != information
    assert "Estado: Sin leer" in words(page(w.head, "/listas/turnos/?estado=information-sent"))
    assert Case.objects.get(pk=case.pk).state == "routed"


# --- an answer that is a file


def answered_by_file(w, **data):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    scan = SimpleUploadedFile("Dictamen firmado.txt", b"Procede la escritura del lote 4.")
    response = signed_in(w.north_head).post(f"/correspondencia/turnos/{turn.pk}/answer/", {"uuid": uuid4(), "files": scan, **data})
    return case, turn, response


def test_an_answer_may_be_a_file_alone_and_is_read_where_it_is_evaluated(w):
    case, turn, response = answered_by_file(w)
    assert response.status_code == 302
    answer = turn.answers.get()
    document = Attachment.objects.get(answer_id=answer.pk).document
    link = f'href="/archivos/{document.uuid}/"'
    said = words(page(w.head, f"/correspondencia/turnos/{turn.pk}/approve/"))
    assert answer.text == "" and link in said and "Dictamen firmado" in said
    tree = words(page(w.head, f"/correspondencia/{case.pk}/")).split('id="turns"')[1].split('id="log"')[0]
    assert link in tree
    assert _file_data(case)["answers"][0]["files"] == "Dictamen firmado.txt"


def test_who_informs_of_progress_does_not_answer(w):
    """The page of progress asks nothing more than the progress: what is sent by it leaves the turn where it is."""
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    where = f"/correspondencia/turnos/{turn.pk}/report/"
    form = page(w.north_head, where).content.decode()
    assert 'name="text"' in form and 'name="files"' in form and 'name="partial"' not in form and 'name="letter"' not in form
    scan = SimpleUploadedFile("Oficio al archivo.txt", b"Se pidieron los planos.")
    told = signed_in(w.north_head).post(where, {"uuid": uuid4(), "text": "Se pidieron los planos", "files": scan}, follow=True)
    turn.refresh_from_db()
    answer = turn.answers.get()
    assert (turn.state, answer.partial, answer.text) == ("accepted", True, "Se pidieron los planos")
    assert Attachment.objects.filter(answer_id=answer.pk).count() == 1
    assert "El avance quedó registrado." in words(told)
    assert signed_in(w.north_head).post(f"/correspondencia/turnos/{turn.pk}/answer/", {"uuid": uuid4(), "text": "Falta uno", "partial": "on"}).status_code == 302
    turn.refresh_from_db()
    assert turn.state == "accepted" and turn.answers.filter(partial=True).count() == 2


def test_who_may_not_answer_yet_is_told_before_writing(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    where = f"/correspondencia/turnos/{turn.pk}/answer/"
    waits = f"sigue abierto lo que de aquí se turnó a {w.north_1.name}"
    assert waits not in words(page(w.north_head, where))
    make.turn(turn.case, w.north_head, w.north_1, parent=turn)
    assert waits in words(page(w.north_head, where)) and waits in words(page(w.north_head, where.replace("answer", "return")))


def test_the_file_of_an_answer_is_not_taken_for_the_letter(w):
    """A letter without its scan says so, also when an answer brought a file."""
    case, _turn, _response = answered_by_file(w)
    missing = "Todavía no se digitaliza. Agregue el escaneo o una foto."
    said = page(w.head, f"/correspondencia/{case.pk}/").content.decode()
    assert missing in said and "Dictamen firmado" in said and 'class="page-preview' not in said
    scan = SimpleUploadedFile("Oficio recibido.txt", b"Se solicita la escritura del lote 4.")
    signed_in(w.head).post(f"/correspondencia/{case.pk}/archivos/", {"uuid": uuid4(), "files": scan})
    said = page(w.head, f"/correspondencia/{case.pk}/").content.decode()
    assert missing not in said and 'class="page-preview' in said


def test_an_answer_says_something(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    for action, data in (("answer", {}), ("answer", {"text": "  "}), ("report", {})):
        response = signed_in(w.north_head).post(f"/correspondencia/turnos/{turn.pk}/{action}/", {"uuid": uuid4(), **data})
        assert response.status_code == 422 and "Escriba la respuesta o agregue el archivo que la contiene." in words(response)
    assert not Answer.objects.exists()


def test_a_letter_has_its_text_also_when_files_come_with_it(w):
    _case, turn, response = answered_by_file(w, letter="on")
    assert response.status_code == 422 and "Escriba el texto del oficio." in words(response)
    assert not turn.answers.exists()


def test_an_answer_whose_turn_was_taken_away_does_not_wait_for_evaluation(w):
    case, turn, _response = answered_by_file(w, text="Procede")
    pending = "/listas/respuestas/?evaluacion=none"
    assert "por evaluar" in words(page(w.head, f"/correspondencia/{case.pk}/")) and case.folio in words(page(w.head, pending))
    services.withdraw(actor=w.head, turn=turn, reason="Se turnó a otra unidad")
    said = words(page(w.head, f"/correspondencia/{case.pk}/"))
    assert "sin evaluar" in said and "por evaluar" not in said
    assert case.folio not in words(page(w.head, pending))


def test_the_letter_itself_stands_before_the_files_of_its_answers(w):
    case, _turn, _response = answered_by_file(w)
    scan = SimpleUploadedFile("Oficio recibido.txt", b"Se solicita la escritura del lote 4.")
    signed_in(w.head).post(f"/correspondencia/{case.pk}/archivos/", {"uuid": uuid4(), "files": scan})
    assert [one.attachment.document.title for one in attached(case)] == ["Oficio recibido.txt", "Dictamen firmado.txt"]
    DocumentVersion.objects.update(state="clean")
    assert [row["name"] for row in _file_data(case)["files"]] == ["Oficio recibido.txt", "Dictamen firmado.txt"]


def test_who_comes_too_late_reads_the_reason_above_what_they_wrote(w):
    case = make.letter(w)
    turn = services.route(actor=w.clerk, case=case, drafts=[TurnDraft(unit=w.north)])[0]
    services.return_turn(actor=w.north_head, turn=turn, reason="No nos toca")
    late = send(w.north_head, f"/correspondencia/turnos/{turn.pk}/answer/", text="Ya estaba escrito")
    said = words(late)
    assert late.status_code == 422 and "está en «Devuelto»" in said and "Ya estaba escrito" in said
    assert ">Responder</h1>" in said and f'data-draft="turn-{turn.pk}-answer"' in said
    told = services.route(actor=w.clerk, case=case, drafts=[TurnDraft(unit=w.north, purpose="information")])[0]
    assert send(w.north_head, f"/correspondencia/turnos/{told.pk}/answer/", text="No se pide").status_code == 422


def test_where_nobody_may_conclude_the_record_says_so_and_whom_to_ask(w):
    counter = make.unit(w.institution, "Ventanilla", w.root, code="V1")
    clerk = make.person(w.institution, counter, "clerk")
    case = make.letter(w, actor=clerk, unit=counter)
    turn = make.turn(case, clerk, w.north)[0]
    services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
    services.approve(actor=clerk, turn=turn)

    def shown():
        return words(page(clerk, f"/correspondencia/{case.pk}/"))

    assert "falta concluir" in shown() and "En Ventanilla nadie puede concluirlo" in shown()
    give(actor=None, person=w.head, role="assistant", unit=counter)
    assert "falta concluir" in shown() and "nadie puede" not in shown()
