"""The record of a letter: its pages, its history by parts, what is not possible now and why, and where else it leads."""
import io
import re
from datetime import timedelta
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Turn
from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.orgs.services.grants import AbsenceDraft, declare_absence
from ventanilla.modules.correspondence.services import conclude
from ventanilla.modules.correspondence.specimens.build import images, specimen
from ventanilla.web.ui.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def page(person, case, **query):
    return " ".join(as_(person).get(reverse("letter", args=[case.pk]), query).content.decode().split())


def stored(w, content, name="escaneo.pdf"):
    version = store(actor=w.clerk, files=[FileDraft(name, io.BytesIO(content))])[0]
    process(version.pk)
    return version.document


def test_pages_are_seen_in_the_record_and_search_leads_to_them(w):
    letter = specimen(11)
    case = make.letter(w)
    first, second = stored(w, specimen(3).pdf, "oficio.pdf"), stored(w, letter.pdf, "anexo.pdf")
    services.attach(actor=w.clerk, case=case, documents=[first, second], role="annex")
    for one in (first, second):
        process(one.latest.pk)
    html = page(w.clerk, case)
    assert all(f'id="pagina-{one.pk}-1"' in html and reverse("file_preview", args=[one.uuid, 1]) in html for one in (first, second))
    word = letter.truth["subject"].split()[0]
    assert any(h.kind == "page" and h.ref == second.pk for h in search(w.head, Wanted(word)).hits)
    for address in (reverse("search"), reverse("palette")):
        found = as_(w.head).get(address, {"q": word}).content.decode()
        assert f"#pagina-{second.pk}-1" in found and "Página 1 de anexo.pdf" in found
    for days in ({"desde": "9999-12-31"}, {"hasta": "1899-12-31"}):
        assert case.folio not in as_(w.head).get(reverse("search"), {"q": word, **days}).content.decode()


def test_who_stands_in_for_an_absent_head_is_asked_at_the_top_what_the_head_would_be(w):
    case = make.letter(w)
    named = services.route(actor=w.head, case=case, drafts=[TurnDraft(w.north, w.north_head, "action")])[0]
    answer = reverse("turn_action", args=[named.pk, "answer"])
    today = timezone.localdate()

    def top(person):
        return page(person, case).split("data-steps=")[1].split("</details>")[0]

    assert answer in top(w.north_head)
    declare_absence(actor=w.north_head, person=w.north_head, draft=AbsenceDraft(today, today + timedelta(days=3), w.south_head))
    assert answer in top(w.south_head)


def test_a_long_subject_leaves_room_for_the_steps(w):
    """Its beginning is the title; the whole of it is one click away."""
    subject = "Solicita el padrón de beneficiarios y sus anexos. " * 40
    case = make.letter(w, subject=subject)
    html = page(w.head, case)
    title = html.split("<h1>")[1].split("</h1>")[0]
    assert title.startswith("Solicita el padrón") and len(title) <= 310
    assert subject.strip() in html.split("Ver el asunto completo")[1].split("</details>")[0]
    assert "Ver el asunto completo" not in page(w.head, make.letter(w))


def test_what_a_step_is_about_is_read_beside_its_form(w):
    case = make.letter(w)
    route = reverse("letter_action", args=[case.pk, "route"])
    assert "scan-pages" not in as_(w.head).get(route).content.decode()
    letter, evidence = stored(w, specimen(3).pdf, "oficio.pdf"), stored(w, specimen(11).pdf, "dictamen.pdf")
    services.attach(actor=w.clerk, case=case, documents=[letter], role="letter")
    turn = make.turn(case, w.head, w.north)[0]
    answering, judging = (reverse("turn_action", args=[turn.pk, step]) for step in ("answer", "approve"))
    for person, address in ((w.head, route), (w.north_head, answering)):
        assert reverse("file_preview", args=[letter.uuid, 1]) in as_(person).get(address).content.decode()
    services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va el dictamen", [evidence]))
    shown = as_(w.head).get(judging).content.decode()
    assert reverse("file_preview", args=[evidence.uuid, 1]) in shown and reverse("file_preview", args=[letter.uuid, 1]) not in shown


def test_how_a_matter_was_attended_is_what_concluding_asks_for(w):
    case = make.letter(w)
    shown = as_(w.head).get(reverse("letter_action", args=[case.pk, "conclude"])).content.decode()
    assert "Cómo se atendió" in shown and "Motivo" not in shown


def test_what_was_recognised_is_handed_out_as_a_pdf_with_text(w):
    letter, scanned = specimen(11, quality="clean"), io.BytesIO()
    images(letter)[0].save(scanned, "PDF", resolution=300)
    case = make.letter(w)
    document = stored(w, scanned.getvalue())
    services.attach(actor=w.clerk, case=case, documents=[document], role="scan")
    address = f"{reverse('file_download', args=[document.uuid])}?texto=1"
    assert address in page(w.clerk, case)
    got = as_(w.clerk).get(address)
    made = pypdfium2.PdfDocument(b"".join(got.streaming_content))
    assert letter.truth["subject"].split()[0] in made[0].get_textpage().get_text_range()
    assert "escaneo-con-texto.pdf" in got["Content-Disposition"]
    assert as_(w.south_head).get(address).status_code == 404


def test_history_by_parts(w):
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    services.add_note(actor=w.head, case=case, text="Hablé con la oficina del gobernador", uuid=uuid4())
    assert "oficina del gobernador" in page(w.head, case) and "registró el documento" in page(w.head, case)
    notes = page(w.head, case, historia="notas")
    assert "oficina del gobernador" in notes and "registró el documento" not in notes
    assert "registró el documento" in page(w.head, case, historia="nada")


def test_a_step_that_is_not_possible_says_why(w):
    case = make.letter(w)
    assert "Primero hay que concluirlo." in page(w.head, case)
    turn = make.turn(case, w.head, w.north)[0]
    assert "Falta que se atienda 1 turno." in page(w.head, case)
    assert "Falta que se atienda" not in page(w.north_head, case), "only who could conclude is told"
    services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Listo"))
    services.approve(actor=w.head, turn=turn)
    case.refresh_from_db()
    conclude(actor=w.head, case=case, reason="Atendido")
    assert "Está concluido: reábralo antes." in page(w.head, case)


def head_of(person, case):
    """The labels of the buttons at the top of the record, and where they lead."""
    top = page(person, case).split('<div class="actions cluster"')[1].split("<details")[0]
    return [(words, address) for address, words in re.findall(r'<a class="btn[^"]*" href="([^"]+)">([^<]+)</a>', top)]


def test_at_the_top_stands_what_is_ones_own_to_do(w):
    """Not what one may do over other units; the letter is concluded, not routed once more, when its turns are attended."""
    case = make.letter(w)
    assert [label for label, _url in head_of(w.head, case)] == ["Turnar"]
    north, south = make.turn(case, w.head, w.north)[0], make.turn(case, w.head, w.south)[0]
    assert head_of(w.north_head, case) == [("Responder", reverse("turn_action", args=[north.pk, "answer"])),
                                           ("Turnar", reverse("turn_action", args=[north.pk, "subroute"]))]
    assert head_of(w.head, case) == []
    for turn, holder in ((north, w.north_head), (south, w.south_head)):
        services.answer(actor=holder, turn=turn, draft=AnswerDraft(f"Respuesta de {turn.unit.name}"))
    assert head_of(w.head, case) == [("Atender los turnos (2)", "#turns")] and head_of(w.north_head, case) == []
    judging = as_(w.head).get(reverse("turn_action", args=[north.pk, "approve"])).content.decode()
    assert f"Respuesta de {w.north.name}" in judging and f"Respuesta de {w.south.name}" not in judging
    services.send_back(actor=w.head, turn=Turn.objects.get(pk=north.pk), reason="Falta el plano")
    assert [label for label, _url in head_of(w.head, case)] == ["Aceptar la respuesta", "Devolver la respuesta"]
    correcting = as_(w.north_head).get(reverse("turn_action", args=[north.pk, "answer"])).content.decode()
    assert "Falta el plano" in correcting and f"Respuesta de {w.north.name}" in correcting
    services.answer(actor=w.north_head, turn=Turn.objects.get(pk=north.pk), draft=AnswerDraft("Con el plano"))
    for turn in (north, south):
        services.approve(actor=w.head, turn=Turn.objects.get(pk=turn.pk))
    assert [label for label, _url in head_of(w.head, case)] == ["Concluir"]


def test_link_and_print(w):
    case = make.letter(w)
    html = page(w.head, case)
    assert f'data-copy="http://testserver{reverse("letter", args=[case.pk])}"' in html and "data-print" in html


def test_a_saved_note_lets_go_of_its_draft(w):
    case = make.letter(w)
    Draft.objects.create(person=w.head, key=f"case-{case.pk}-note", data={"text": "Hablé con"})
    data = {"uuid": "6b0e8a0e-0000-4000-8000-0000000000ab", "text": "Hablé con ellos"}
    assert as_(w.head).post(reverse("letter_note", args=[case.pk]), data).status_code == 302
    assert not Draft.objects.filter(person=w.head).exists()


def test_a_letter_that_answers_leads_to_what_it_answers(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    data = {"uuid": "6b0e8a0e-0000-4000-8000-0000000000ac", "text": "Procede.", "letter": "on"}
    assert as_(w.north_head).post(reverse("turn_action", args=[turn.pk, "answer"]), data).status_code == 302
    answer = turn.answers.get().letter
    assert "Responde a" in page(w.north_head, answer) and reverse("letter", args=[case.pk]) in page(w.north_head, answer)
