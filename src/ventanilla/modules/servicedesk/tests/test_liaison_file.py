"""The liaison's file: papers with number and date, matters of correspondence, our own letter; the account opens with agreement and training."""
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from tests import make
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import FolioCounter
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.exports import typeset
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models import Liaison, LiaisonPaper
from ventanilla.modules.servicedesk.services import liaison_papers as papers
from ventanilla.modules.servicedesk.services import liaisons
from ventanilla.modules.servicedesk.services.liaison_papers import PaperDraft
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def pdf(name: str = "oficio.pdf") -> SimpleUploadedFile:
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def proposed(d: Desk, *, signs_in: bool = True) -> Liaison:
    """A liaison whom the letter proposes; without an account when `signs_in` is not."""
    person = d.asker
    if not signs_in:
        person.user = None
        person.save()
    return liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(d.world.south, person, "DS/12/2026"))


def draft(kind: str, **extra: object) -> PaperDraft:
    given = {"kind": kind, "dated": timezone.localdate(), "number": "DS/12/2026", **({} if "folio" in extra else {"file": pdf()}), **extra}
    return PaperDraft(**given)  # type: ignore[arg-type]


def served(person: Person, row: Liaison, paper: LiaisonPaper) -> int:
    return as_(person).get(reverse("liaison_paper", args=[row.pk, paper.uuid])).status_code


def test_the_account_opens_only_with_validation_agreement_and_training(d: Desk) -> None:
    row = proposed(d, signs_in=False)
    papers.file_paper(actor=d.agent, liaison=row, draft=draft("agreement"))
    papers.file_paper(actor=d.agent, liaison=row, draft=draft("training"))
    row.refresh_from_db()
    assert row.state == "requested" and row.agreement_at and Person.objects.get(pk=d.asker.pk).user is None, "the head has not agreed"
    liaisons.validate(actor=d.asker_head, liaison=row)
    row.refresh_from_db()
    assert row.state == "active" and Person.objects.get(pk=d.asker.pk).user is not None
    for missing in ("agreement_at", "trained_at", "validated_at"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Liaison.objects.filter(pk=row.pk).update(**{missing: None})


@pytest.mark.parametrize("first", ["agreement", "training"])
def test_the_second_of_the_two_papers_opens_it(d: Desk, first: str) -> None:
    row = proposed(d, signs_in=False)
    liaisons.validate(actor=d.asker_head, liaison=row)
    papers.file_paper(actor=d.agent, liaison=row, draft=draft(first, dated=date(2026, 1, 5)))
    row.refresh_from_db()
    assert row.state == "validated" and Person.objects.get(pk=d.asker.pk).user is None
    second = "training" if first == "agreement" else "agreement"
    one = draft(second)
    paper = papers.file_paper(actor=d.agent, liaison=row, draft=one)
    assert papers.file_paper(actor=d.agent, liaison=row, draft=one) == paper and LiaisonPaper.objects.count() == 2
    row.refresh_from_db()
    assert row.state == "active" and Person.objects.get(pk=d.asker.pk).user is not None


def test_who_files_what_who_reads_it_and_the_log_of_every_download(d: Desk) -> None:
    row, other = proposed(d), made()
    mine = papers.file_paper(actor=d.asker_head, liaison=row, draft=draft("request"))
    for who, kind in ((d.asker_head, "agreement"), (d.asker, "request"), (d.world.nobody, "request"), (other.agent, "request")):
        with pytest.raises(NotAllowed):
            papers.file_paper(actor=who, liaison=row, draft=draft(kind))
    DocumentVersion.objects.update(state="ready")
    assert [served(p, row, mine) for p in (d.agent, d.asker_head, d.asker)] == [200, 200, 200]
    assert [served(p, row, mine) for p in (d.world.nobody, d.world.south_1_head, other.agent)] == [404, 404, 404]
    taken = Entry.objects.filter(verb="document.download", subject=f"document:{mine.document_id}")
    assert set(taken.values_list("actor_id", flat=True)) == {d.agent.pk, d.asker_head.pk, d.asker.pk}
    answer = as_(d.agent).get(reverse("liaison_paper", args=[row.pk, mine.uuid]))
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(Refused):
        papers.withdraw_paper(actor=d.agent, paper=mine, reason=" ")
    with pytest.raises(NotAllowed):
        papers.withdraw_paper(actor=d.asker_head, paper=mine, reason="No era")
    papers.withdraw_paper(actor=d.agent, paper=mine, reason="Era de otra unidad")
    assert served(d.agent, row, mine) == 404 and papers.papers_of(d.agent, row) == []
    assert Entry.objects.filter(verb="servicedesk.paper_withdraw").count() == 1


def test_a_matter_of_correspondence_is_tied_by_its_folio_and_named_only_to_its_readers(d: Desk) -> None:
    row = proposed(d)
    letter = make.letter(d.world, actor=d.world.south_head, unit=d.world.south, subject="Cambio de enlace de la Dirección Sur")
    for folio in ("NO/1", letter.folio):
        with pytest.raises(Refused) as refused:
            papers.file_paper(actor=d.agent, liaison=row, draft=draft("change", folio=folio))
        assert refused.value.field == "folio", "the desk does not read it"
    ticket = d.ticket()
    with pytest.raises(Refused):
        papers.file_paper(actor=d.agent, liaison=row, draft=draft("change", folio=ticket.folio))
    with pytest.raises(Refused):
        papers.file_paper(actor=d.asker_head, liaison=row, draft=draft("change", folio=letter.folio, file=pdf()))
    paper = papers.file_paper(actor=d.asker_head, liaison=row, draft=draft("change", folio=letter.folio, number=""))
    assert paper.number == letter.folio and paper.case == letter
    with pytest.raises(Refused):
        papers.file_paper(actor=d.asker_head, liaison=row, draft=draft("change", folio=letter.folio))
    page = reverse("liaison", args=[row.pk])
    assert "Cambio de enlace de la Dirección Sur" in text(as_(d.asker_head).get(page))
    assert "Cambio de enlace de la Dirección Sur" not in (seen := text(as_(d.agent).get(page))) and "que usted no puede consultar" in seen


def test_our_own_appointment_letter_has_a_folio_and_is_made_once(d: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = proposed(d)
    with pytest.raises(Refused):
        papers.issue_appointment(actor=d.agent, liaison=row)
    liaisons.validate(actor=d.asker_head, liaison=row)
    with pytest.raises(NotAllowed):
        papers.issue_appointment(actor=d.asker_head, liaison=row)
    liaisons.complete(actor=d.agent, liaison=row, agreement=date(2026, 11, 3), training=date(2026, 11, 5))
    monkeypatch.setattr(papers, "typeset", _fails)
    agent, step = as_(d.agent), reverse("liaison_step", args=[row.pk, "expedir"])
    agent.post(step)
    paper = LiaisonPaper.objects.get(issued=True)
    year = timezone.localdate().year
    assert paper.number == f"{d.world.north.code}/ENL/1/{year}" and paper.document is None
    assert "Volver a componer el nombramiento" in text(agent.get(reverse("liaison", args=[row.pk])))
    monkeypatch.undo()
    agent.post(step)
    agent.post(step)
    paper.refresh_from_db()
    assert LiaisonPaper.objects.filter(issued=True).count() == 1 == FolioCounter.objects.get(series__slug="appointment").last
    DocumentVersion.objects.update(state="ready")
    body = b"".join(agent.get(reverse("liaison_paper", args=[row.pk, paper.uuid])).streaming_content)
    with pikepdf.open(BytesIO(body)) as document:
        assert len(document.pages) == 1 and paper.number in str(document.docinfo.get("/Title", "")) and document.Root.MarkInfo.Marked
    data, _assets = papers.letter_of(Liaison.objects.get(pk=row.pk), paper, d.world.north)
    said = " ".join(data["paragraphs"])
    assert d.world.south.name in said and "DS/12/2026" in said and "3 de noviembre de 2026" in said and d.asker_head.name in said
    assert data["signatory"] == d.manager.name and data["addressee"] == d.asker.name
    for broken in ({"kind": "other"}, {"number": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LiaisonPaper.objects.filter(pk=paper.pk).update(**broken)


def _fails(*_args: object, **_kwargs: object) -> bytes:
    raise typeset.TypesetError("No se pudo componer el documento.")


def test_the_page_shows_each_step_with_its_papers_and_what_is_missing(d: Desk) -> None:
    row = proposed(d, signs_in=False)
    agent, page = as_(d.agent), reverse("liaison", args=[row.pk])
    first = text(agent.get(page))
    assert "La jefatura de la unidad debe validar a su enlace." in first and "Falta registrar cuándo se firmó." in first
    add = reverse("liaison_papers", args=[row.pk])
    today = f"{timezone.localdate():%Y-%m-%d}"
    uuids = [f"6f1c1f86-7777-4777-8777-77777777777{n}" for n in range(4)]
    wrong = agent.post(add, {"uuid": uuids[0], "kind": "agreement", "dated": f"{timezone.localdate() + timedelta(days=2):%Y-%m-%d}", "file": pdf()})
    assert wrong.status_code == 422 and "La fecha no puede quedar en el futuro." in wrong.content.decode()
    assert agent.post(add, {"uuid": uuids[1], "kind": "agreement", "dated": today}).status_code == 422
    liaisons.validate(actor=d.asker_head, liaison=row)
    for uuid, kind in zip(uuids[2:], ("agreement", "training"), strict=True):
        assert agent.post(add, {"uuid": uuid, "kind": kind, "number": "A-7", "dated": today, "file": pdf()}).status_code == 302
    after = text(agent.get(page))
    assert "Activo" in after and "2 documentos en el expediente" in after and "A-7" in after and "Expedir el nombramiento" in after
    head = as_(d.asker_head)
    assert 'value="agreement"' not in text(head.get(page)) and 'value="change"' in text(head.get(page))
    paper = LiaisonPaper.objects.first()
    assert paper
    out = reverse("liaison_paper_withdraw", args=[row.pk, paper.uuid])
    assert head.get(out).status_code == 404 and "Retirar del expediente" in text(agent.get(out))
    assert agent.post(out, {"reason": ""}).status_code == 422 and agent.post(out, {"reason": "Repetido"}).status_code == 302
    assert as_(d.world.south_1_head).post(add, {"uuid": uuids[0], "kind": "request", "dated": today, "file": pdf()}).status_code == 404
    liaisons.end_liaison(actor=d.agent, liaison=row, letter="DS/99/2026")
    assert "Oficio DS/99/2026" in text(agent.get(page))


def test_who_keeps_liaisons_finds_them_from_the_page_of_the_desk(d: Desk) -> None:
    link = f'href="{reverse("liaisons")}"'
    for person, keeps in ((d.agent, True), (d.asker_head, True), (d.asker, False), (d.world.admin, False)):
        client = as_(person)
        assert (link in client.get(reverse("portal")).content.decode()) == keeps == (client.get(reverse("liaisons")).status_code == 200)


def test_the_list_is_searched_and_says_terms_and_the_desk_extends_one_by_letter(d: Desk) -> None:
    row = proposed(d)
    agent, today, page = as_(d.agent), timezone.localdate(), reverse("liaisons")

    def listed(**asked: str) -> bool:
        return reverse("liaison", args=[row.pk]) in agent.get(page, asked).content.decode()

    name, unit = fold(d.asker.name).upper(), fold(d.world.south.name)
    assert listed() and listed(q=name) and listed(q=unit) and not listed(q="nadie así") and listed(ver="tramite") and not listed(ver="termina")
    step = reverse("liaison_step", args=[row.pk, "prorrogar"])
    until = today + timedelta(days=20)
    assert "Anote el número del oficio" in text(agent.post(step, {"letter": "", "until": str(until)}, follow=True))
    assert "Esa fecha no existe." in text(agent.post(step, {"letter": "P/1", "until": "2026-02-31"}, follow=True))
    assert "termina ahora el" in text(agent.post(step, {"letter": "P/1", "until": str(until)}, follow=True))
    assert listed(ver="termina") and "P/1" in Entry.objects.get(verb="servicedesk.liaison_extend").detail
    assert as_(d.asker_head).post(step, {"letter": "P/2", "until": ""}).status_code == 404
    assert "ya no tiene término" in text(agent.post(step, {"letter": "P/3", "until": ""}, follow=True))


def test_who_is_replaced_and_the_head_are_told(d: Desk) -> None:
    old, other = proposed(d), make.person(d.world.institution, d.world.south, None)
    liaisons.validate(actor=d.asker_head, liaison=old)
    today = timezone.localdate()
    liaisons.complete(actor=d.agent, liaison=old, agreement=today, training=today)
    new = liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(d.world.south, other, "DS/13/2026"))
    assert Notice.objects.filter(person=d.asker_head, url=reverse("liaison", args=[new.pk])).exists(), "the notice leads to what is to be validated"
    liaisons.validate(actor=d.asker_head, liaison=new)
    liaisons.complete(actor=d.agent, liaison=new, agreement=today, training=today)
    assert Notice.objects.get(person=d.asker, title="Dejó de ser enlace de su unidad").body.startswith(f"Desde ahora pide por {d.world.south.name}")
    assert Notice.objects.filter(person=d.asker_head, title="Su unidad tiene enlace").count() == 2


def test_what_is_told_of_a_liaison_is_spanish_whatever_who_acts_reads(d: Desk) -> None:
    today = timezone.localdate()
    with override("en"):
        for person in (d.asker, make.person(d.world.institution, d.world.south, None)):
            row = liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(d.world.south, person, "DS/12/2026"))
            liaisons.validate(actor=d.asker_head, liaison=row)
            liaisons.complete(actor=d.agent, liaison=row, agreement=today, training=today)
        liaisons.end_liaison(actor=d.agent, liaison=row, letter="DS/13/2026")
    rows = Notice.objects.filter(dedupe__startswith="liaison:")
    assert set(rows.values_list("title", flat=True)) == {
        "Valide al enlace de su unidad", "Ya es enlace de su unidad", "Su unidad tiene enlace", "Dejó de ser enlace de su unidad",
        "Concluyó el nombramiento de enlace"}
    for body in ("Puede pedir servicios en nombre", "Desde ahora pide por"):
        assert rows.filter(body__startswith=body).exists()
    for body in ("ya pide servicios por", "dejó de ser enlace de"):
        assert rows.filter(body__contains=body).exists()


def test_agreement_and_training_before_the_validation_open_it_too(d: Desk) -> None:
    row, today = proposed(d, signs_in=False), timezone.localdate()
    liaisons.complete(actor=d.agent, liaison=row, agreement=today, training=None)
    other = liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(
        d.world.south, make.person(d.world.institution, d.world.south, None), "DS/14/2026"))
    head = as_(d.asker_head)
    validate = reverse("liaison_step", args=[other.pk, "validar"])
    assert "Falta el acuerdo y la capacitación." in text(head.post(validate, follow=True))
    liaisons.complete(actor=d.agent, liaison=row, agreement=None, training=today)
    row.refresh_from_db()
    assert row.state == "requested" and row.person.user_id is None
    assert "ya es el enlace de la unidad" in text(head.post(reverse("liaison_step", args=[row.pk, "validar"]), follow=True))
    row.refresh_from_db()
    assert row.state == "active" and Person.objects.get(pk=d.asker.pk).user_id
