"""The stack in one go: each ticked scan its folio, one that fails leaves the others, and nothing is done twice or lost."""
import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import TooManyFilesSent
from django.test import RequestFactory
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.models import Case
from ventanilla.core.indicators.reading import total
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.forms_stack import offered
from ventanilla.modules.correspondence.models import Letter, LetterType, StackRow, StackRun, Upload
from ventanilla.modules.correspondence.screens import stacking
from ventanilla.modules.correspondence.services import stack_runs
from ventanilla.modules.correspondence.services.stack_runs import MOST, RowDraft, begin_run, perform_run
from ventanilla.modules.correspondence.services.uploads import discard_upload, keys_of
from ventanilla.modules.correspondence.tests.test_capture import READ, found, of, waiting
from ventanilla.web.ui.errors import bad_request
from ventanilla.web.ui.models import Draft

pytestmark = pytest.mark.django_db
SURE = {name: READ[name] for name in ("subject", "number", "organisation")}


@pytest.fixture
def w():
    return make.world()


def sent(w, uploads, key=None, ticked=None, **changes):
    """The form of these rows as a browser sends it; `changes` are of the first row."""
    data = {"uuid": str(key or uuid4()), "received_at": "2026-03-06T10:00", "medium": "paper", "level": 0, "rows": [str(u.uuid) for u in uploads]}
    for n, upload in enumerate(uploads):
        row = {"subject": f"Asunto {n}", "order": "state", "organisation": "Secretaría de Finanzas", "type": w.oficio.pk, "sheets": 2,
               "number": f"SF/{n}/2026", "dated": "2026-03-05", **(changes if n == 0 else {})}
        if ticked is None or upload in ticked:
            row["chosen"] = "1"
        data |= {f"{upload.uuid}-{name}": value for name, value in row.items()}
    return data


def facts(w, **changes):
    return {"number": "", "subject": "Uno", "type": w.oficio.pk, "addressee": "", "annexes": "", "sheets": 1, "amount": None, "dated": None,
            "sender": {"order": "state", "organisation": "Secretaría de Finanzas"}, "received_at": "2026-03-06T10:00:00+00:00",
            "medium": "paper", "level": 0, **changes}


def test_a_row_for_each_scan_doubtful_ones_marked_and_not_ticked(w, django_assert_max_num_queries):
    sure, doubtful, known, nothing = (waiting(w, r) for r in (SURE, {**SURE, "dated": found("2026-03-05", 0.7)}, SURE, {}))
    make.letter(w, number="otro 0001/2026")
    Upload.objects.filter(pk=known.pk).update(reading={**SURE, "number": found("OTRO/01/2026")})
    client = as_(w.clerk)
    with django_assert_max_num_queries(60) as asked:
        page = text(client.get(reverse("letter_stack_many")))
    rows = dict(zip((sure, doubtful, known, nothing), page.split('<li class="card">')[1:], strict=True))
    ticked = {u: "data-tick checked" in row for u, row in rows.items()}
    assert ticked == {sure: True, doubtful: False, known: False, nothing: False}
    assert "data-proposal" not in rows[sure] and "TOL/12/2026" in rows[sure] and "Propuesto: 5 de marzo de 2026" in rows[doubtful]
    assert "Quizá ya está registrado" in rows[known] and "no se leyó ningún dato" in rows[nothing]
    few = len(asked)
    for _n in range(6):
        waiting(w, {**SURE, "number": found("OTRO/1/2026")})
    with django_assert_max_num_queries(few) as asked:
        client.get(reverse("letter_stack_many"))
    assert f"hasta {MOST} documentos por vez" in page


def test_the_ticked_ones_get_their_folios_and_one_that_fails_leaves_the_others(w):
    uploads = [waiting(w) for _n in range(4)]
    form, client = sent(w, uploads, ticked=uploads[:3], dated="1899-12-31"), as_(w.clerk)
    answers = [client.post(reverse("letter_stack_many"), form) for _n in range(2)]  # a double click, or a resend
    assert {a["Location"] for a in answers} == {reverse("letter_stack_run", args=[form["uuid"]])}
    assert [(c.subject, c.number) for c in Case.objects.order_by("number")] == [("Asunto 1", 1), ("Asunto 2", 2)]
    letter = Letter.objects.get(case__subject="Asunto 1")
    assert (letter.organisation, letter.sheets, str(letter.dated)) == ("Secretaría de Finanzas", 2, "2026-03-05")
    assert letter.case.attachments.get().document == uploads[1].document and letter.case.receipts.exists()
    page = text(client.get(answers[0]["Location"]))
    assert letter.case.folio in page and "anterior a 1900" in page and "Corregir y volver a enviar" in page
    again = text(client.get(reverse("letter_stack_many")))
    assert again.count('<li class="card">') == 2 and "No se registró: La fecha del documento es anterior a 1900" in again
    assert f"{uploads[0].uuid}-subject" in Draft.objects.get().data  # what was typed comes back
    assert as_(w.head).get(answers[0]["Location"]).status_code == 404
    corrected = sent(w, [uploads[0]])
    assert client.post(reverse("letter_stack_many"), corrected).status_code == 302
    assert Case.objects.count() == 3 and Upload.objects.filter(case=None).count() == 1


def test_a_row_that_is_not_valid_says_why_and_nothing_ticked_is_told(w):
    uploads, client = [waiting(w), waiting(w)], as_(w.clerk)
    client.post(reverse("letter_stack_many"), sent(w, uploads, subject="", sheets="muchas"))
    row = StackRow.objects.exclude(problem="").get()
    assert "Asunto:" in row.problem and "Hojas:" in row.problem and Case.objects.count() == 1
    answer = client.post(reverse("letter_stack_many"), sent(w, [uploads[0]], ticked=[], subject="Lo que escribí"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Marque al menos un documento" in page and "Lo que escribí" in of(page, f"{uploads[0].uuid}-subject")
    nobody = client.post(reverse("letter_stack_many"), sent(w, [uploads[0]], order="anonymous", organisation=""))
    assert nobody.status_code == 302 and Letter.objects.get(case__subject="Asunto 0").signatory == "Anónimo"


def test_killed_in_the_middle_it_goes_on_where_it_was(w, monkeypatch):
    uploads = [waiting(w) for _n in range(12)]
    client, form = as_(w.clerk), sent(w, uploads)
    client.post(reverse("letter_stack_many"), form)
    run = StackRun.objects.get()
    assert run.rows.count() == 12 and not Case.objects.exists()  # many: left to the task
    assert 'hx-trigger="every 2s"' in text(client.get(reverse("letter_stack_run", args=[run.uuid])))
    done = []

    def killed(**kwargs):
        done.append(1)
        if len(done) == 5:
            raise SystemExit
        return real(**kwargs)

    real = stack_runs.register_with_uploads
    monkeypatch.setattr(stack_runs, "register_with_uploads", killed)
    with pytest.raises(SystemExit):
        perform_run(run.pk)
    assert Case.objects.count() == 4
    monkeypatch.setattr(stack_runs, "register_with_uploads", real)
    for _time in range(2):
        perform_run(run.pk)
    run.refresh_from_db()
    assert sorted(Case.objects.values_list("number", flat=True)) == list(range(1, 13)) and run.finished_at
    assert Notice.objects.get(person=w.clerk).title == "Se registraron 12 documentos de la pila"
    assert not run.rows.filter(case=None).exists()


def test_what_changed_meanwhile_is_told_in_its_row(w):
    gone, taken, retired, mine = (waiting(w) for _n in range(4))
    other = LetterType.objects.create(institution=w.institution, name="Memorando")
    rows = [RowDraft(gone, facts(w)), RowDraft(taken, facts(w)), RowDraft(retired, facts(w, type=other.pk)), RowDraft(mine, facts(w))]
    run = begin_run(actor=w.clerk, uuid=uuid4(), rows=rows)
    discard_upload(actor=w.clerk, upload_uuid=gone.uuid)
    Upload.objects.filter(pk=taken.pk).update(case=make.letter(w))
    LetterType.objects.filter(pk=other.pk).update(active=False)
    perform_run(run.pk)
    assert [(bool(r.case), r.problem.split(";")[0][-30:]) for r in run.rows.order_by("pk")] == [
        (False, "Se quitó de la pila."), (False, "» ya se registró con otro folio."[-30:]),
        (False, "tipo de documento ya no se usa"), (True, "")]
    with pytest.raises(Refused, match=f"hasta {MOST}"):
        begin_run(actor=w.clerk, uuid=uuid4(), rows=rows * (MOST // 4 + 1))


def test_too_many_files_in_one_go_are_told(w):
    page = bad_request(RequestFactory().post("/"), TooManyFilesSent())
    assert page.status_code == 400 and "hasta 100 archivos por vez" in page.content.decode()
    assert "Hasta 100 archivos por vez" in text(as_(w.clerk).get(reverse("letter_stack")))


def test_a_folder_holds_what_arrives_what_leaves_and_what_stays_inside(w):
    """Each document has what its direction asks for and a folio of that series; an internal sender counts as internal."""
    arrived, left, inside, from_inside = uploads = [waiting(w) for _n in range(4)]
    form = sent(w, uploads) | {"direction": "outgoing", f"{left.uuid}-addressee": "Ana Ruiz, Finanzas", f"{left.uuid}-signatory": "Luis Mora", f"{left.uuid}-amount": "15",
                               f"{arrived.uuid}-direction": "incoming", f"{inside.uuid}-direction": "internal",
                               f"{from_inside.uuid}-direction": "incoming", f"{from_inside.uuid}-order": "internal"}
    for upload in (inside, from_inside):
        form[f"{upload.uuid}-sender_unit"] = f"  {w.north.name.upper()} "
    as_(w.clerk).post(reverse("letter_stack_many"), form)
    letters = {u.pk: Letter.objects.get(case__uuid=stack_runs.letter_key(u)) for u in uploads}
    assert [(letters[u.pk].direction, letters[u.pk].case.series.slug, letters[u.pk].case.number) for u in uploads] == [
        ("incoming", "incoming", 1), ("outgoing", "outgoing", 1), ("internal", "internal", 1), ("incoming", "incoming", 2)]
    gone = letters[left.pk]
    assert (gone.sender_unit, gone.addressee, gone.signatory, gone.case.state, gone.case.due_at) == (
        w.root, "Ana Ruiz, Finanzas", "Luis Mora", "sent", None)
    assert letters[inside.pk].sender_unit == letters[from_inside.pk].sender_unit == w.north
    today = date(2026, 3, 6)
    assert {part: total("letters", [w.root.pk], today, today, part=part) for part in ("incoming", "internal", "outgoing")} == {
        "incoming": 1, "internal": 2, "outgoing": 1}


def test_what_a_direction_asks_for_is_told_in_its_row(w):
    left, inside, unknown, fine = uploads = [waiting(w) for _n in range(4)]
    form = sent(w, uploads) | {f"{left.uuid}-direction": "outgoing", f"{inside.uuid}-direction": "internal",
                               f"{unknown.uuid}-direction": "internal", f"{unknown.uuid}-sender_unit": "Dirección que no existe"}
    as_(w.clerk).post(reverse("letter_stack_many"), form)
    told = {row.upload_id: row.problem for row in StackRow.objects.all()}
    assert told[left.pk] == "Dirigido a: Escriba a quién va dirigido."
    assert told[inside.pk] == "Unidad interna que lo envía: Elija la unidad interna que lo envía."
    assert told[unknown.pk] == "Unidad interna que lo envía: No hay una unidad con ese nombre; elija una de la lista."
    assert told[fine.pk] == "" and Case.objects.count() == 1
    run = begin_run(actor=w.clerk, uuid=uuid4(), rows=[RowDraft(inside, facts(w, direction="internal", sender={
        "order": "internal", "unit": make.world("Otra institución").root.pk}))])
    perform_run(run.pk)
    assert "ya no existe" in run.rows.get().problem and Case.objects.count() == 1


def test_units_of_one_name_are_told_apart_by_the_one_above(w):
    for above in (w.north, w.south):
        make.unit(w.institution, "Archivo", above)
    units = offered(w.institution).units
    assert {f"Archivo ({u.name})" for u in (w.north, w.south)} <= set(units) and "Archivo" not in units


def test_a_folder_of_hundreds_is_looked_over_in_pages_and_registered_in_one_run(w, monkeypatch):
    """Every page that was left is kept; one run registers what is ticked on them, and no page that was not seen."""
    monkeypatch.setattr(stacking, "PAGE", 4)
    uploads, client = [waiting(w, {}) for _n in range(14)], as_(w.clerk)
    address, key = reverse("letter_stack_many"), uuid4()
    pages = [uploads[n:n + 4] for n in range(0, 14, 4)]
    for number, here in enumerate(pages[:2], 1):
        shown = text(client.get(f"{address}?pagina={number}"))
        assert [str(u.uuid) in shown for u in uploads] == [u in here for u in uploads]
        kept = sent(w, here, key, ticked=here[1:], subject=f"No marcado {number}") | {"ir": number + 1, "medium": "email"}
        answer = client.post(f"{address}?pagina={number}", kept)
        assert answer["Location"] == f"{address}?pagina={number + 1}" and not StackRun.objects.exists()
    third = text(client.get(f"{address}?pagina=3"))
    assert "Y 6 marcados en otras páginas." in third and "Página 3 de 4, 14 documentos" in third
    assert 'value="email" selected' in third  # what holds for all is that of the page before
    back = text(client.get(address))
    assert "No marcado 1" in of(back, f"{uploads[0].uuid}-subject") and back.count("data-tick checked") == 3
    assert [bool(d.data.get("medium")) for d in Draft.objects.order_by("key")] == [False, True]
    answer = client.post(f"{address}?pagina=3", sent(w, pages[2], key))
    run = StackRun.objects.get(uuid=key)
    assert answer["Location"] == reverse("letter_stack_run", args=[key]) and run.rows.count() == 10
    perform_run(run.pk)
    assert Case.objects.count() == 10 and Case.objects.order_by("number").values_list("number", flat=True)[9] == 10
    result = text(client.get(f"{answer['Location']}?pagina=3"))
    assert "10" in result and result.count("<tr>") == 3  # the head and the last two of ten
    again = text(client.get(address))
    assert again.count('<li class="card">') == 4 and "No marcado 1" in again and "No marcado 2" in again
    assert all(str(u.uuid) in " ".join(k for d in Draft.objects.all() for k in d.data) for u in (uploads[0], uploads[4]))


def test_a_full_page_stays_below_what_one_request_may_carry(w, settings):
    """Every control of a page, counted as a browser sends it with each box ticked."""
    waiting(w)
    page = as_(w.clerk).get(reverse("letter_stack_many")).content.decode()
    row = page.split('<li class="card">')[1].split("</li>")[0]
    assert len(re.findall(r'name="', row)) * stacking.PAGE < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - 50
    assert len(keys_of(",".join(str(uuid4()) for _n in range(200)))) >= stacking.PAGE
