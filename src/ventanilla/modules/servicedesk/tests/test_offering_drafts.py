"""Drafts of the catalogue: nobody sees one before it is published, looking makes none; and the trial of the whole, which writes nothing."""
import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.forms import OfferingForm
from ventanilla.modules.servicedesk.models import Approval, Offering, OfferingVersion, Service
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import history_of, next_version, publish, start_version
from ventanilla.modules.servicedesk.services.rehearsing import Trial, newest, rehearse
from ventanilla.modules.servicedesk.services.reports.satisfaction import survey_ids
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
ASKS = {"sections": [{"title": "Datos", "fields": [
    {"key": "tramo", "type": "choice", "label": "Tramo", "required": True,
     "choices": [{"value": "a", "label": "Alta"}, {"value": "b", "label": "Baja"}]}]}]}
SURVEY = {"sections": [{"title": "Trato", "fields": [{"key": "trato", "type": "yes_no", "label": "¿Fue bueno el trato?"}]}]}


@pytest.fixture
def d() -> Desk:
    return made()


def page_of(d: Desk, offering: Offering, **changed: Any) -> dict[str, Any]:
    """What the page sends, with some things changed."""
    filled = OfferingForm(instance=next_version(offering), institution_id=d.world.institution.pk)
    return {f.html_name: f.value() if f.value() is not None else "" for f in filled} | changed


def rows_of() -> dict[str, int]:
    """How many rows every table has."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
        return found


def test_nothing_of_a_draft_is_seen_before_it_is_published(d: Desk) -> None:
    offering, admin = d.version.offering, as_(d.world.admin)
    hidden = Service.objects.create(institution=d.world.institution, family=offering.service.family, slug="interno", name="Interno", internal=True)
    survey, case = published(d.world.institution, SURVEY, "opinion"), d.ticket()
    url = reverse("offering", args=[offering.pk])
    told = admin.post(url, page_of(d, offering, name="CANARIO nuevo", service=hidden.pk, survey=survey.pk, description="Otra cosa"), follow=True)
    assert "nadie lo ve" in text(told)
    draft = OfferingVersion.objects.get(offering=offering, state="draft")
    assert (draft.name, draft.service) == ("CANARIO nuevo", hidden)
    asker, program = as_(d.asker), Program(d.asker)
    for page in (reverse("portal"), reverse("ask", args=[offering.slug]), reverse("ticket", args=[case.pk])):
        assert "CANARIO" not in text(asker.get(page))
    assert "CANARIO" not in str(program.ok("GET", "/offerings")) and survey_ids(d.world.institution) == []
    assert "CANARIO" not in text(as_(d.agent).get(reverse("screen", args=["tickets"]), {"filtros": "1"}))
    kept = Program(d.world.admin).ok("GET", f"/catalogue/offerings/{offering.slug}/draft")
    assert (kept["offering"]["name"], kept["version"]["name"], kept["version"]["service"]) == ("Actualización del sitio", "CANARIO nuevo", "interno")
    assert {"nombre", "servicio"} <= {row["field"] for row in kept["differences"]}
    publish(actor=d.world.admin, version=draft)
    offering.refresh_from_db()
    assert (offering.name, offering.service, offering.slug) == ("CANARIO nuevo", hidden, "actualizacion-del-sitio")
    assert asker.get(reverse("ask", args=[offering.slug])).status_code == 404, "internal from now on"


def test_looking_makes_no_draft_and_saving_the_same_neither(d: Desk) -> None:
    offering, admin, program = d.version.offering, as_(d.world.admin), Program(d.world.admin)
    OfferingVersion.objects.filter(pk=d.version.pk).update(state="retired")
    again = OfferingVersion.objects.create(institution=d.world.institution, offering=offering, number=2, state="published", team=d.first,
                                           level=d.level, description="Cambios", published_at=d.version.published_at)
    url, path = reverse("offering", args=[offering.pk]), f"/catalogue/offerings/{offering.slug}/draft"
    assert "Así está ahora" in text(admin.get(url)) and admin.get(reverse("offering_try", args=[offering.pk])).status_code == 200
    assert "no hay nada que guardar" in text(admin.post(url, page_of(d, offering), follow=True))
    assert program.ok("PATCH", path, {"hours": again.hours})["version"]["number"] == 3
    assert program.no("PATCH", path, {"team": "No existe"})[0] == 422
    assert not OfferingVersion.objects.filter(state="draft").exists() and program.no("GET", path)[0] == 404
    assert program.ok("PATCH", path, {"hours": "De 9 a 18"})["version"]["hours"] == "De 9 a 18"
    assert OfferingVersion.objects.filter(offering=offering, state="draft").count() == 1


def test_a_new_offering_goes_by_its_draft_until_it_is_published(d: Desk) -> None:
    program = Program(d.world.admin)
    first = program.ok("POST", "/catalogue/offerings", {"name": "Correo", "service": "portal", "team": d.first.name, "description": "Cuenta"})
    path = f"/catalogue/offerings/{first['offering']['slug']}"
    renamed = program.ok("PATCH", f"{path}/draft", {"name": "Cuentas de correo"})
    assert (renamed["offering"]["slug"], renamed["offering"]["name"]) == ("cuentas-de-correo", "Cuentas de correo")
    assert not [o for o in Program(d.asker).ok("GET", "/offerings") if "orreo" in o["name"]]


def ready(d: Desk) -> OfferingVersion:
    """A draft with everything: form, routing, an authorisation, steps, a survey."""
    draft = next_version(d.version.offering)
    draft.name, draft.description, draft.tasks = "Cambios al sitio", "Lo que se ofrece", ["Revisar", "Publicar"]
    draft.form, draft.survey = published(d.world.institution, ASKS, "datos", "request_form"), published(d.world.institution, SURVEY, "opinion")
    draft.routing = [{"field": "tramo", "value": "b", "team": d.second.pk}]
    draft.approvals = [{"label": "La jefatura de quien lo pide", "who": "head", "quorum": 1}]
    draft.save()
    found = newest(OfferingVersion.objects.filter(offering=d.version.offering))
    assert found == draft
    return found  # type: ignore[return-value]


def test_the_trial_says_what_happens_and_writes_nothing(d: Desk) -> None:
    draft, before = ready(d), rows_of()
    trial = Trial(d.asker, "Publicar la convocatoria", values={"tramo": "b"})
    found = rehearse(actor=d.world.admin, version=draft, trial=trial)
    draft.approvals = []
    draft.save()
    free = rehearse(actor=d.world.admin, version=draft, trial=trial)
    assert rows_of() == before and not Case.objects.exists()
    assert (found.team, found.person, found.state, found.level) == ("Redes", "", "En autorización", "Estándar")
    assert found.why_team == "Lo dice lo que se contestó: «Tramo: Baja»." and found.why_person == "Se reparte cuando esté autorizado."
    assert [(a.label, list(a.people)) for a in found.approvals] == [("La jefatura de quien lo pide", [d.asker_head.name])]
    assert [p.waits for p in found.promises] == [True] * 3 and any(n.person == d.asker_head.name for n in found.notices)
    assert list(free.tasks) == ["Revisar", "Publicar"] and free.survey == "Opinion" and list(free.questions) == ["¿Fue bueno el trato?"]
    with pytest.raises(Invalid):
        rehearse(actor=d.world.admin, version=draft, trial=Trial(d.asker, "Sin contestar"))
    with pytest.raises(NotAllowed):
        rehearse(actor=d.agent, version=draft, trial=trial)
    with pytest.raises(Refused, match="futuro"):
        rehearse(actor=d.world.admin, version=draft, trial=Trial(d.asker, "x", values={"tramo": "a"}, at=d.version.published_at.replace(year=2999)))
    version = publish(actor=d.world.admin, version=draft)
    case = open_ticket(actor=d.asker, draft=TicketDraft(trial.subject, version=version, requester=d.asker, values=trial.values))
    tell_moves(list(Move.objects.filter(case=case).select_related("case")))
    assert {p.minutes for p in free.promises} == set(Clock.objects.filter(case=case).values_list("amount", flat=True))
    assert all(p.due_at and p.derivation and p.later for p in free.promises)
    assert sorted(n.person for n in free.notices) == sorted(n.person.name for n in Notice.objects.filter(case_id=case.pk).select_related("person"))
    assert case.ticket.team.name == free.team and not Approval.objects.exists()


def tried(client: Client, offering: Offering, person: Person, **more: Any) -> tuple[int, str]:
    said = client.post(reverse("offering_try", args=[offering.pk]), {"person": person.pk, "subject": "Prueba", **more})
    return said.status_code, html.unescape(said.content.decode())


def test_it_is_tried_on_its_page_and_by_api_as_who_asks_sees_it(d: Desk) -> None:
    draft, admin = ready(d), as_(d.world.admin)
    status, page = tried(admin, draft.offering, d.asker)
    assert status == 422 and "Esto pasaría" not in page and "Tramo" in page
    status, page = tried(admin, draft.offering, d.asker, **{"q-tramo": "b"})
    assert status == 200 and all(word in page for word in ("Esto pasaría", "Redes", "Revisar", "¿Fue bueno el trato?", "Probar «Cambios al sitio»"))
    assert as_(d.agent).get(reverse("offering_try", args=[draft.offering.pk])).status_code == 404
    program, path = Program(d.world.admin), f"/catalogue/offerings/{draft.offering.slug}/trial"
    found = program.ok("POST", path, {"person": str(d.asker.uuid), "values": {"tramo": "b"}})
    assert (found["team"], found["approvals"][0]["people"]) == ("Redes", [d.asker_head.name])
    assert program.no("POST", path, {"person": str(d.asker.uuid)})[0] == 422 and not Case.objects.exists()
    OfferingVersion.objects.filter(pk=draft.pk).update(audience="liaisons")
    assert "sólo lo pide el enlace" in tried(admin, draft.offering, d.asker, **{"q-tramo": "b"})[1]


def test_each_version_says_what_it_changed_of_the_one_before(d: Desk) -> None:
    offering = d.version.offering
    for said in ("Primera redacción", "Segunda redacción"):
        draft = start_version(actor=d.world.admin, offering=offering)
        draft.description = said
        draft.save()
        publish(actor=d.world.admin, version=draft)
    told = [(v.number, [(old, new) for _label, old, new in changes]) for v, changes in history_of(offering)]
    assert told == [(3, [("Primera redacción", "Segunda redacción")]), (2, [("", "Primera redacción")]), (1, [])]
    page = text(as_(d.world.admin).get(reverse("offering", args=[offering.pk])))
    assert "Qué cambió en la versión 3" in page and "Qué cambió en la versión 1" not in page and "Retirar del catálogo" in page
