"""The catalogue: steps of authorisation and routing without code, forms renewed, and its paper by who asks for it."""
import html
import io
from datetime import date, timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.tests.kit import again, published
from ventanilla.modules.servicedesk.forms import OfferingForm
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion, Service
from ventanilla.modules.servicedesk.services.catalogue import publish, renew_forms, start_version
from ventanilla.modules.servicedesk.services.printing import in_force, in_minutes, terms_of
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_fields import CANARY, FIELDS, as_, asks, form, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def sent(d: Desk, old: OfferingVersion, **more: Any) -> dict[str, Any]:
    """What the page of the draft sends, with some things changed."""
    draft = start_version(actor=d.world.admin, offering=old.offering)
    filled = OfferingForm(instance=draft, institution_id=d.world.institution.pk)
    return {f.html_name: f.value() if f.value() is not None else "" for f in filled} | {"description": "Cambios al sitio"} | more


def test_steps_and_routing_are_edited_without_code_and_hold(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    admin, url = as_(d.world.admin), reverse("offering", args=[version.offering_id])
    boss = d.world.north_head
    data = sent(d, version, **{
        "paso0-who": "head", "paso1-who": "people", "paso1-people": [boss.pk, d.engineer.pk], "paso1-quorum": "1",
        "ruta0-when": "tramo=b", "ruta0-team": d.second.pk, "ruta1-when": "urge=si", "ruta1-team": d.first.pk})
    wrong = admin.post(url, data | {"paso1-quorum": "3"})
    assert wrong.status_code == 422 and "No pueden bastar más personas" in html.unescape(wrong.content.decode())
    assert admin.post(url, data | {"paso1-people": []}).status_code == 422
    assert admin.post(url, data).status_code == 302
    page = text(admin.get(url))
    assert "Tramo: " not in page and "Paso 2" in page and "Paso 3" not in page and 'value="tramo=b" selected' in page and "reglas de envío a equipos" in page
    draft = OfferingVersion.objects.get(offering=version.offering, state="draft")
    assert draft.approvals == [{"label": "La jefatura de quien lo pide", "who": "head", "quorum": 1},
                               {"label": ", ".join(p.name for p in Person.objects.filter(pk__in=[boss.pk, d.engineer.pk]).order_by(
                                   "given_name", "surname_1")), "who": draft.approvals[1]["who"], "quorum": 1}]
    assert set(draft.approvals[1]["who"]) == {boss.pk, d.engineer.pk}
    new = publish(actor=d.world.admin, version=draft)
    case = d.ticket(version=new, values={"tramo": "b"})
    assert case.ticket.team == d.second and case.unit_id == d.second.unit_id and case.approvals.count() == 3
    assert d.ticket(version=new, values={"tramo": "a"}).ticket.team == d.first
    # an agent of the desk registers what another team will get; a rule about a team that is gone is passed over
    assert d.ticket(actor=d.agent, version=new, values={"tramo": "b"}, channel="phone").ticket.team == d.second
    d.second.active = False
    d.second.save()
    assert d.ticket(version=OfferingVersion.objects.get(pk=new.pk), values={"tramo": "b"}).ticket.team == d.first


def test_rows_come_one_at_a_time_and_an_empty_editor_says_what_happens(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    admin, url = as_(d.world.admin), reverse("offering", args=[version.offering_id])
    page = text(admin.get(url))
    assert "Sin reglas: llega siempre al equipo de arriba." in page and "ruta0-when" not in page and "Regla 1" not in page
    assert "Nadie tiene que autorizarlo" in page and "paso0-who" not in page
    data = sent(d, version) | {"name": ""}
    for n in range(5):  # nothing is checked while rows are asked for, and what was typed stays
        answer = admin.post(url, data | {"_more": "ruta"})
        page = text(answer)
        assert answer.status_code == 200 and "Falta corregir" not in page and page.count("-when") >= n + 1 and f"ruta{n}-when" in page
        data |= {f"ruta{n}-when": "tramo=b", f"ruta{n}-team": d.second.pk}
    assert "Caben cinco reglas." in page and "Agregar regla" not in page and "Cambios al sitio" in page
    assert "ruta5-when" not in text(admin.post(url, data | {"_more": "ruta"}))
    page = text(admin.post(url, data | {"_less": "ruta1"}))
    assert "ruta1-when" not in page and "ruta2-when" in page and "Agregar regla" in page
    assert "paso0-who" in text(admin.post(url, data | {"_more": "paso"}))
    assert not OfferingVersion.objects.get(state="draft", offering=version.offering).routing
    kept = {k: v for k, v in data.items() if not k.startswith(("ruta0", "ruta1", "ruta2", "ruta3"))} | {"name": version.offering.name}
    assert admin.post(url, data).status_code == 422 and admin.post(url, kept).status_code == 302
    page = text(admin.get(url))
    assert 'name="ruta0-when"' in page and "ruta1-when" not in page and 'value="tramo=b" selected' in page
    bare = text(admin.get(reverse("offering", args=[d.incident.offering_id])))
    assert "elija abajo un formulario con preguntas de opciones" in bare and "Agregar regla" not in bare


def test_forms_are_renewed_unless_somebody_is_writing(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    newer = again(version.form.instrument, form(*FIELDS[:3]))  # type: ignore[union-attr]
    start_version(actor=d.world.admin, offering=version.offering)  # whoever only looked at the draft
    renewed = renew_forms(actor=d.world.admin, offering=version.offering)
    assert (renewed.number, renewed.form_id, renewed.state) == (version.number + 1, newer.pk, "published")
    draft = start_version(actor=d.world.admin, offering=version.offering)
    draft.hours = "De noche"
    draft.save()
    with pytest.raises(Refused, match="otros cambios"):
        renew_forms(actor=d.world.admin, offering=version.offering)


def words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_paper_says_what_each_may_know(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    secret = d.incident.offering.service
    inside = type(secret).objects.create(institution=d.world.institution, family=secret.family, slug="respaldos", name="Respaldos internos",
                                         internal=True)
    d.incident.offering.service = inside
    d.incident.offering.save()
    papers = {}
    for name, person in (("desk", d.agent), ("asker", d.asker)):
        response = as_(person).get(reverse("catalogue_pdf"))
        assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
        papers[name] = words(response.content)
        with pikepdf.open(io.BytesIO(response.content)) as pdf:
            assert str(pdf.Root.Lang).lower().startswith("es") and pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
    for paper in papers.values():
        for told in ("Catálogo de servicios", "Contenido", "Sitios web", "Portal institucional", "Actualización del sitio", "Versión 2",
                     "Todo el personal", "8 horas hábiles", "Urgente", "Tramo (obligatoria)", "Opciones: Poniente, Sur", "Una opción",
                     "Se pregunta si «¿Detiene el trabajo?» es igual a Sí", "lunes a viernes"):
            assert told in paper, (told, paper)
    assert "Respaldos internos" in papers["desk"] and "Respaldos internos" not in papers["asker"]
    assert "Clave interna" in papers["desk"] and "Clave interna" not in papers["asker"] and CANARY not in papers["desk"]
    sheet = reverse("offering_pdf", args=[version.offering_id, version.number])
    assert "Actualización del sitio" in words(as_(d.asker).get(sheet).content)
    old = reverse("offering_pdf", args=[version.offering_id, 1])
    assert as_(d.asker).get(old).status_code == 404 and "Hoy hay una versión más nueva" in words(as_(d.agent).get(old).content)
    hidden = reverse("offering_pdf", args=[d.incident.offering_id, 1])
    assert as_(d.asker).get(hidden).status_code == 404 and as_(d.agent).get(hidden).status_code == 200
    start_version(actor=d.world.admin, offering=version.offering)
    draft = reverse("offering_pdf", args=[version.offering_id, version.number + 1])
    assert as_(d.agent).get(draft).status_code == 404 and "Borrador" in words(as_(d.world.admin).get(draft).content)


def test_the_catalogue_of_a_day_holds_what_was_published_then(d: Desk) -> None:
    today, now = timezone.localdate(), timezone.now()
    offering = Offering.objects.create(institution=d.world.institution, service=d.version.offering.service, slug="aviso", name="Aviso")
    common = {"institution": d.world.institution, "offering": offering, "team": d.first, "level": d.level}
    old = OfferingVersion.objects.create(**common, number=1, state="retired", published_at=now - timedelta(days=30))
    new = OfferingVersion.objects.create(**common, number=2, state="published", published_at=now)
    assert [v.pk for v in in_force(d.agent, today)] == [d.version.pk, new.pk, d.incident.pk]
    assert [v.pk for v in in_force(d.asker, today - timedelta(days=1))] == [old.pk] and in_force(d.agent, date(2020, 1, 1)) == []
    service = offering.service
    service.active = False
    service.save()
    assert in_force(d.agent, today) == [] and [v.pk for v in in_force(d.agent, today - timedelta(days=1))] == [old.pk]
    for asked in ("nada", "2026-13-40", "9999-99-99"):
        assert as_(d.asker).get(reverse("catalogue_pdf"), {"al": asked}).status_code == 200
    before = words(as_(d.asker).get(reverse("catalogue_pdf"), {"al": f"{today - timedelta(days=1)}"}).content)
    assert "Hoy ya no se ofrece" in before and "Versión 1" in before
    assert "no había servicios" in words(as_(d.asker).get(reverse("catalogue_pdf"), {"al": "2020-01-01"}).content)


def test_terms_are_told_by_priority_in_working_time(d: Desk) -> None:
    told = {t["priority"]: (t["own"], t["resolve"], t["usual"]) for t in terms_of(d.version)}
    assert next(iter(told.values())) == ("15 minutos hábiles", "2 horas hábiles", False)
    assert ("1 hora hábil", "8 horas hábiles", True) in told.values()
    assert in_minutes(90) == "1 hora y 30 min hábiles" and in_minutes(1) == "1 minuto hábil"


def test_a_service_that_is_offered_now_is_a_filter_of_the_list_at_once(d: Desk) -> None:
    """Nothing of the list's controls is kept from one look to the next."""
    agent, page = as_(d.agent), reverse("screen", args=["tickets"])
    assert "Telefonía móvil" not in text(agent.get(page, {"filtros": "1"}))
    family = d.version.offering.service.family
    service = Service.objects.create(institution=d.world.institution, family=family, slug="movil", name="Telefonía móvil")
    offering = Offering.objects.create(institution=d.world.institution, service=service, slug="alta", name="Alta de línea")
    draft = OfferingVersion.objects.create(institution=d.world.institution, offering=offering, number=1, team=d.first, description="Línea")
    publish(actor=d.world.admin, version=draft)
    shown = text(agent.get(page, {"filtros": "1"}))
    assert f'<option value="{service.pk}">Telefonía móvil</option>' in shown
    assert text(agent.get(page, {"servicio": service.pk})).count("Telefonía móvil") >= 1


def test_what_is_offered_is_retired_with_its_reason_and_comes_back_by_publishing(d: Desk) -> None:
    admin, url = as_(d.world.admin), reverse("offering", args=[d.version.offering_id])
    case = d.ticket()
    assert "Retirar del catálogo" in text(admin.get(url))
    retire = reverse("offering_retire", args=[d.version.offering_id])
    assert "Escriba por qué se retira" in text(admin.post(retire, follow=True))
    assert as_(d.manager).post(retire, {"reason": "x"}).status_code == 404
    assert "ya no se ofrece" in text(admin.post(retire, {"reason": "Lo hace otra área"}, follow=True))
    assert as_(d.asker).get(reverse("ask", args=[d.version.offering.slug])).status_code == 404
    assert "Retirar del catálogo" not in text(admin.get(url)) and case.ticket.version_id == d.version.pk
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.description = "Otra vez"
    draft.save()
    publish(actor=d.world.admin, version=draft)
    assert as_(d.asker).get(reverse("ask", args=[d.version.offering.slug])).status_code == 200
