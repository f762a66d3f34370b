"""The pages of the life cycle, each for whoever it is for: what they say, what they offer, and what posting to them does."""
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.modules.practices.models import (
    Campaign,
    Evaluation,
    ExternalResult,
    Indicator,
    Observation,
    PackageInstallation,
    PracticePackage,
    Review,
    Target,
    Transfer,
)
from ventanilla.modules.practices.services import evidence
from ventanilla.modules.practices.tests.life import Registry, marks, registry
from ventanilla.modules.practices.tests.taking import other_registry

pytestmark = pytest.mark.django_db


class Browser:
    """A person in a browser."""

    def __init__(self, person: Any) -> None:
        self.client = Client()
        self.client.force_login(person.user)

    def see(self, name: str, *args: Any, status: int = 200) -> str:
        """What a page says."""
        answer = self.client.get(reverse(name, args=args))
        assert answer.status_code == status, (name, answer.status_code)
        return answer.content.decode()

    def do(self, name: str, /, *args: Any, status: int = 302, **data: Any) -> Any:
        """Post to it."""
        answer = self.client.post(reverse(name, args=args), data)
        assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[-3000:])
        return answer


@pytest.fixture
def r() -> Registry:
    return registry()


def test_from_presenting_to_the_number_through_the_pages(r: Registry) -> None:
    author, reviewer, keeper, practice = Browser(r.author), Browser(r.reviewer), Browser(r.keeper), r.practice()
    letter = make.letter(r.world, actor=r.author, unit=r.world.north)
    assert "Presentar la práctica" in author.see("practice", practice.pk)
    author.do("practice_present", practice.pk, letter="", status=422)
    author.do("practice_present", practice.pk, letter=letter.folio, uuid="00000000-0000-4000-8000-0000000000aa")
    review = Review.objects.get(practice=practice)
    page = reviewer.see("practice_review", review.pk)
    assert "Falta que alguien tome la revisión" in page
    reviewer.do("practice_review_step", review.pk, "take")
    reviewer.do("practice_review_observe", review.pk, campo="meta_programada", texto="¿De cuánto es la meta?")
    assert "¿De cuánto es la meta?" not in author.see("practice_review", review.pk), "not sent yet"
    reviewer.do("practice_review_step", review.pk, "observe")
    one = Observation.objects.get(review=review)
    assert "¿De cuánto es la meta?" in author.see("practice_review", review.pk)
    author.do("practice_observation", one.pk, "responder", texto="De 90 por ciento")
    author.do("practice_review_step", review.pk, "respond")
    reviewer.do("practice_observation", one.pk, "aceptar")
    people = {"people": [r.first.pk, r.second.pk], "due_on": (timezone.localdate() + timedelta(days=9)).isoformat()}
    assert r.author.name not in reviewer.see("practice_review_step", review.pk, "evaluate")
    reviewer.do("practice_review_step", review.pk, "evaluate", **people)
    for person, points in ((r.first, 4), (r.second, 2)):
        browser, row = Browser(person), Evaluation.objects.get(review=review, evaluator=person)
        assert str(practice) in browser.see("practice_evaluations")
        browser.do("practice_evaluation", row.pk, status=422)
        browser.do("practice_evaluation", row.pk, **{f"q-{k}": v for k, v in marks(points).items()} | marks(points))
        assert "ya no cambia" in browser.see("practice_evaluation", row.pk)
    shown = keeper.see("practice_review", review.pk)
    assert "Promedio: 75.0 de 100" in shown
    assert "Kappa ponderada" in shown
    keeper.do("practice_review_step", review.pk, "enrol", ruling="Procede su registro")
    practice.refresh_from_db()
    assert practice.registry_number
    assert practice.registry_number in author.see("practice", practice.pk)
    assert "Procede su registro" in author.see("practice_review", review.pk)
    assert "revisiones" in reviewer.client.get("/listas/revisiones-practicas/").content.decode()
    author.do("practice_plan", practice.pk, frequency="quarter", since=timezone.localdate().isoformat(), days=10)
    author.do("practice_withdraw", practice.pk, reason="Ya no opera")


def test_evidence_is_added_shown_and_taken_away(r: Registry) -> None:
    practice, author = r.practice(), Browser(r.author)
    assert "Todavía no hay indicadores" in author.see("practice_evidence", practice.pk)
    before = timezone.localdate().replace(day=1) - timedelta(days=70)
    author.see("practice_evidence_add", practice.pk, "indicador")
    author.do("practice_evidence_add", practice.pk, "indicador", name="Oficios recibidos", source="letters|incoming", per="",
              units=[r.world.north.pk],
              frequency="month", since=before.isoformat(), field="", uuid="00000000-0000-4000-8000-0000000000a1")
    one = Indicator.objects.get(practice=practice)
    period = evidence.reported(one)[0]
    author.do("practice_indicator_change", one.pk, "valor", start=period.start.isoformat(), end=period.end.isoformat(), value="7",
              source="Libreta")
    page = author.see("practice_evidence", practice.pk)
    assert "la plataforma cuenta 0 y está escrito 7" in page
    assert "SHA-256" in author.see("practice_indicator", one.pk)
    for what in ("editar", "contar", "terminar"):
        author.see("practice_indicator_change", one.pk, what)
    author.do("practice_indicator_change", one.pk, "contar")
    author.do("practice_evidence_add", practice.pk, "meta", prose="Atender todo", direction="least",
              uuid="00000000-0000-4000-8000-0000000000a2")
    goal = Target.objects.get(practice=practice)
    assert "Falta darle indicador" in author.see("practice_evidence", practice.pk)
    author.do("practice_target", goal.pk, prose="Atender todo", indicator=one.pk, direction="least", value="4",
              start=period.start.isoformat(),
              end=period.end.isoformat(), uuid=str(goal.uuid))
    assert "según las metas" in author.see("practice_evidence", practice.pk)
    proof = SimpleUploadedFile("diploma.txt", b"Primer lugar")
    author.do("practice_evidence_add", practice.pk, "resultado", kind="award", title="Premio", body="Asociación", year=2024, place=1,
              of=32, file=proof,
              uuid="00000000-0000-4000-8000-0000000000a3")
    author.do("practice_evidence_add", practice.pk, "archivo", uuid=uuid4(), kind="picture", caption="La fila de antes", order=1, public="on",
              file=SimpleUploadedFile("foto.txt", b"una foto"))
    page = author.see("practice_evidence", practice.pk)
    assert "lugar 1 de 32" in page
    assert "La fila de antes" in page
    author.do("practice_evidence_remove", "resultado", ExternalResult.objects.get().pk)
    author.do("practice_evidence_remove", "meta", goal.pk)
    assert not Target.objects.exists()
    Browser(r.first).see("practice_evidence", practice.pk, status=404)


def test_campaign_pages(r: Registry) -> None:
    keeper, author, day = Browser(r.keeper), Browser(r.author), timezone.localdate()
    assert "Todavía no hay convocatorias" in author.see("practice_campaigns")
    dates = {name: day.isoformat() for name in ("opens_on", "closes_on", "evaluates_until", "publishes_on")}
    keeper.do("practice_campaign_new", name="Campaña", text="Se convoca", requirements="Un oficio </script>", reminders="5, 1", uuid="00000000-0000-4000-8000-0000000000b1",
              **dates)
    row = Campaign.objects.get()
    author.see("practice_campaign", row.pk, status=404)
    anybody, place = Client(), reverse("public_call", args=[row.uuid])
    assert anybody.get(place).status_code == 404 and "Campaña" not in anybody.get(reverse("public_practices")).content.decode()
    keeper.do("practice_campaign_step", row.pk, "publicar")
    assert "Se convoca" in author.see("practice_campaign", row.pk)
    told = anybody.get(place).content.decode()
    assert "Se convoca" in told and "Un oficio &lt;/script&gt;" in told and "Se reciben prácticas del" in told
    assert place in anybody.get(reverse("public_practices")).content.decode()
    linked = json.loads(told.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert [one["@type"] for one in linked["@graph"]] == ["Event"] and linked["@graph"][0]["startDate"] == day.isoformat()
    case = r.presented(campaign=Campaign.objects.get())
    assert "Ventanilla única" not in anybody.get(place).content.decode(), "what is not registered is nobody's to see"
    r.evaluated(case, 4, 4)
    Browser(r.keeper).do("practice_review_step", case.pk, "enrol", ruling="Procede")
    assert "Prácticas ya registradas" in anybody.get(place).content.decode()
    keeper.do("practice_campaign_step", row.pk, "cerrar")
    assert "Clasificación hasta ahora" in keeper.see("practice_campaign", row.pk)
    keeper.do("practice_campaign_step", row.pk, "clasificar")
    told = anybody.get(place).content.decode()
    assert "Ventanilla única" in told and "Lugar" in told and '"ItemList"' in told
    keeper.see("practice_desk")


def test_packages_one_after_the_other_are_each_made_and_wait_on_the_page(r: Registry) -> None:
    practice = r.registered()
    address, client = reverse("practice_package_new", args=[practice.pk]), Browser(r.author).client
    for parts in (["calendars"], ["calendars", "instructions"]):
        key = next(line for line in client.get(address).content.decode().split('name="uuid" value="')[1:]).split('"')[0]
        page = client.post(address, {"uuid": key, "parte": parts}, follow=True)
        assert page.status_code == 200 and "El paquete quedó hecho y firmado." in page.content.decode()
    assert [reverse("practice_package_file", args=[p.uuid]) in page.content.decode() for p in PracticePackage.objects.all()] == [True, True]


def test_a_transfer_with_its_package_through_the_pages(r: Registry) -> None:
    practice, taker = r.registered(), other_registry()
    giver, there = Browser(r.author), Browser(taker.author)
    day = timezone.localdate().isoformat()
    assert "Solicitar esta práctica" in there.see("practice", practice.pk)
    there.do("practice_ask_transfer", practice.pk, unit=taker.world.north.pk, sphere="municipality", level="total", letter="PM/1",
             uuid="00000000-0000-4000-8000-0000000000c1")
    row = Transfer.objects.get()
    giver.do("practice_transfer_step", row.pk, "accept")
    there.do("practice_transfer_requirements", row.adoption_id, **{one.key: "si" for one in row.requirements.all()})
    giver.do("practice_transfer_add", row.pk, text="Entregar el paquete", due_on=day, by_taker="",
             uuid="00000000-0000-4000-8000-0000000000c2")
    giver.do("practice_transfer_step", row.pk, "agree", uuid=uuid4(), agreement="Convenio 1", agreed_on=day)
    giver.do("practice_step_done", row.steps.get().pk, hecho="1")
    page = giver.see("practice_package_new", practice.pk)
    assert "Calendarios y horarios" in page
    giver.do("practice_package_new", practice.pk, parte=["calendars", "instructions", "letter-types"], transferencia=row.pk,
             uuid="00000000-0000-4000-8000-0000000000c3")
    made = PracticePackage.objects.get()
    assert there.client.get(reverse("practice_package_file", args=[made.uuid])).content[:2] == b"PK"
    give(actor=None, person=taker.author, role="admin", unit=taker.world.root)
    forget(taker.author)
    assert "Ver qué instalaría" in there.see("practice_adoption", row.adoption_id)
    there.do("practice_package_bring", row.pk, made.uuid)
    brought = PackageInstallation.objects.get()
    assert "Ya están, iguales" in there.see("practice_package", brought.pk)
    there.do("practice_package", brought.pk)
    assert PackageInstallation.objects.get().installed_at
    there.do("practice_packages", archivo=SimpleUploadedFile("otro.zip", b"nada"), status=422)
    there.do("practice_packages", archivo=SimpleUploadedFile("paquete.zip", io.BytesIO(bytes(made.content)).read()))
    giver.do("practice_transfer_step", row.pk, "deliver")
    there.do("practice_transfer_step", row.adoption_id, "adopt", result="Opera", since=day)
    assert "Adoptada" in giver.see("practice_transfer", row.pk)
    assert taker.world.institution.name in giver.see("practice", practice.pk)
    assert taker.world.institution.name in giver.see("practice_network")
    assert "La adoptamos" in there.client.get("/listas/transferencias-practicas/").content.decode()
