"""The catalogue kept by a service manager: what serves their teams, and nothing of what serves the teams of others."""

import pytest
from django.urls import reverse

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import (
    CannedAnswer,
    Cause,
    Objective,
    Offering,
    OfferingVersion,
    Service,
    ServiceFamily,
    ServiceLevel,
)
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.modules.servicedesk.services.levels import drop_objective
from ventanilla.modules.servicedesk.services.offering import OfferingDraft, retire, save_draft
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.keepers import holder, save, two_desks
from ventanilla.modules.servicedesk.tests.test_fields import as_, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return two_desks()


def test_a_service_manager_keeps_what_serves_their_teams_from_draft_to_retirement(d: Desk) -> None:
    manager, family = holder(d, "desk_manager"), ServiceFamily(institution=d.world.institution)
    family = save(manager, "familias-de-servicios", family, name="Correo", order=3, active=True)
    service = save(manager, "servicios", Service(institution=d.world.institution), name="Correo electrónico", family=family)
    level = save(manager, "niveles-de-servicio", ServiceLevel(institution=d.world.institution), name="Urgente", active=True)
    goal = save(manager, "metas-de-servicio", Objective(), level=level, metric="resolve", kind="", priority=0, minutes=90, team=None)
    text_row = save(manager, "respuestas-preparadas", CannedAnswer(institution=d.world.institution), title="Saludo", text="Buen día",
                    team=d.first)
    draft = save_draft(actor=manager, draft=OfferingDraft("Cuenta nueva", service, d.first, {"description": "Se abre", "level": level}))
    assert publish(actor=manager, version=draft).state == "published"
    client = as_(manager)
    page = text(client.get(reverse("offerings")))
    assert "Cuenta nueva" in page and "Un nodo de red" not in page
    assert client.get(reverse("offering", args=[draft.offering_id])).status_code == 200
    assert client.get(reverse("admin_area:catalogue_row", args=["respuestas-preparadas", text_row.pk])).status_code == 200
    assert client.get(reverse("admin_area:history", args=["respuestas-preparadas", text_row.pk])).status_code == 200
    home = text(client.get(reverse("admin_area:home")))
    assert "Catálogo de servicios" in home and "Niveles de servicio" in home and "Organigrama" not in home
    retire(actor=manager, offering=draft.offering, reason="Ya no se da")
    assert draft.offering in keeping.offerings(manager), "what was theirs stays theirs, so that it can be offered again"
    drop_objective(actor=manager, objective=goal)


def test_what_serves_the_teams_of_others_is_as_if_it_were_not_there(d: Desk) -> None:
    manager, w = holder(d, "desk_manager"), d.world
    theirs = Offering.objects.get(slug="un-nodo-de-red")
    family, level = theirs.service.family, ServiceLevel.objects.get(name="De redes")
    client, program = as_(manager), Program(manager)
    kept = {"familias-de-servicios": family, "servicios": theirs.service, "niveles-de-servicio": level,
            "metas-de-servicio": Objective.objects.get(team=d.second), "causas": d.cause, "motivos-de-espera": d.hold}
    for slug, row in kept.items():
        assert client.get(reverse("admin_area:catalogue_row", args=[slug, row.pk])).status_code == 404, slug
        with pytest.raises(NotAllowed):
            save(manager, slug, row, active=False) if hasattr(row, "active") else save(manager, slug, row, minutes=1)
    assert client.get(reverse("admin_area:catalogue", args=["modelos-de-cambio"])).status_code == 404
    assert client.get(reverse("offering", args=[theirs.pk])).status_code == 404
    assert program.no("GET", "/catalogue/offerings/un-nodo-de-red")[0] == 404
    assert "Red de voz" not in str(program.ok("GET", "/catalogue/services")) and program.no("GET", "/catalogue/change-models")[0] == 404
    with pytest.raises(NotAllowed):
        start_version(actor=manager, offering=theirs)
    own = Service.objects.get(slug="portal")
    for service, team, field in ((own, d.second, "team"), (theirs.service, d.first, "service")):
        with pytest.raises(Refused) as refused:
            save_draft(actor=manager, draft=OfferingDraft("Otra cosa", service, team))
        assert refused.value.field == field
    mine = CannedAnswer.objects.create(institution=w.institution, title="De la mesa", text="Hola", team=d.first)
    for team in (d.second, None):
        with pytest.raises(Refused, match="fuera de lo que usted lleva"):
            save(manager, "respuestas-preparadas", mine, team=team)
    assert CannedAnswer.objects.get(pk=mine.pk).team == d.first and not OfferingVersion.objects.filter(state="draft").exists()


def test_lists_that_every_team_shares_are_kept_by_who_keeps_all_teams(d: Desk) -> None:
    manager = holder(d, "desk_manager")
    with pytest.raises(Refused):
        save(manager, "causas", Cause(institution=d.world.institution), name="Usuario", order=1, active=True)
    d.second.active = False
    d.second.save()
    assert save(manager, "causas", d.cause, name="Configuración").name == "Configuración"
    assert save(manager, "motivos-de-espera", d.hold, order=4).order == 4


@pytest.mark.parametrize("role", ["desk_agent", "desk_engineer", "head"])
def test_agents_engineers_and_heads_stay_out(d: Desk, role: str) -> None:
    person = holder(d, role)
    client = as_(person)
    for address in (reverse("offerings"), reverse("offering_new"), reverse("admin_area:catalogue", args=["servicios"])):
        assert client.get(address).status_code == 404, address
    assert Program(person).no("GET", "/catalogue/services")[0] == 404
    with pytest.raises(NotAllowed):
        save(person, "causas", d.cause, name="Otra")
    with pytest.raises(NotAllowed):
        save_draft(actor=person, draft=OfferingDraft("Otra", Service.objects.get(slug="portal"), d.first))
