"""Who sends: suggestions that fill the other fields, and what is refused when nobody is named."""
import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import Correspondent, Letter
from ventanilla.modules.correspondence.services import LetterDraft, register
from ventanilla.modules.correspondence.services.directory import Asked, suggest
from ventanilla.modules.correspondence.services.registration import Sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def arrive(w, sender, **extra):
    return register(actor=w.clerk, drafts=[LetterDraft(w.root, w.oficio, "Solicitud", sender, **extra)])[0]


def test_organisations_people_citizens_and_addressees_are_suggested(w):
    arrive(w, Sender("state", "Secretaría de Finanzas", "María Peña Ríos", "Directora"))
    arrive(w, Sender("citizen", "", "José Nuñez López"))
    found = suggest(w.clerk, "organisation", Asked("finánzas secre"))
    assert [s.value for s in found] == ["Secretaría de Finanzas, María Peña Ríos, Directora"]
    assert dict(found[0].fills) == {"order": "state", "organisation": "Secretaría de Finanzas", "signatory": "María Peña Ríos", "post": "Directora"}
    assert [s.fills["signatory"] for s in suggest(w.clerk, "signatory", Asked("jose"))] == ["José Nuñez López"]
    assert [s.fills["post"] for s in suggest(w.clerk, "signatory", Asked("peña", organisation="finanzas"))] == ["Directora"]
    assert suggest(w.clerk, "signatory", Asked("jose", organisation="finanzas")) == []
    post = w.north_head.appointments.get().post
    assert f"{w.north_head.name}, {post.title}" in [s.value for s in suggest(w.clerk, "addressee", Asked(w.north_head.given_name))]
    assert "Dirección Norte" in [s.value for s in suggest(w.clerk, "addressee", Asked("direccion nor"))]
    assert [s.value for s in suggest(w.clerk, "outside", Asked("peña"))] == ["María Peña Ríos, Directora, Secretaría de Finanzas"]
    assert suggest(make.world().clerk, "organisation", Asked("finanzas")) == []
    client = Client()
    client.force_login(w.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(reverse("letter_suggestions"), {"campo": "organisation", "organisation": "finanzas"}).content.decode()
    assert '<option value="Secretaría de Finanzas, María Peña Ríos, Directora" data-fills=' in html


def test_each_organisation_is_suggested_before_others_who_sign_for_one(w):
    for n in range(9):
        for _use in range(2):
            arrive(w, Sender("state", "Secretaría de Finanzas", f"Firmante {n}"))
    arrive(w, Sender("state", "Subsecretaría de Catastro", "Ana Peña"))
    arrive(w, Sender("federal", "SECRETARIA DE BIENESTAR"))
    found = [s.fills["organisation"] for s in suggest(w.clerk, "organisation", Asked("secretaría de"))]
    assert found[:3] == ["Secretaría de Finanzas", "SECRETARIA DE BIENESTAR", "Subsecretaría de Catastro"]
    assert len(found) == 8 and set(found[3:]) == {"Secretaría de Finanzas"}


@pytest.mark.parametrize(("sender", "field"), [(Sender("state", " ", ""), "organisation"), (Sender("internal"), "sender_unit")])
def test_nobody_is_refused_where_a_person_can_be_asked(w, sender, field):
    for extra in ({}, {"source": "api"}, {"direction": "internal"}):
        with pytest.raises(Refused) as refused:
            arrive(w, sender, **extra)
        assert refused.value.field == field
    assert arrive(w, sender, source="import").letter.organisation == ""


def test_anonymous_is_said_plainly(w):
    client = Client()
    client.force_login(w.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    data = {"uuid": "6b0e8a0e-0000-4000-8000-000000000051", "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "citizen",
            "subject": "Denuncia", "received_at": "2026-01-05T10:00", "sheets": 1, "medium": "paper", "priority": 3, "level": 0}
    refused = client.post(reverse("letter_register"), data)
    assert refused.status_code == 422 and "Escriba de quién viene, o elija «Anónimo»." in refused.content.decode()
    assert client.post(reverse("letter_register"), {**data, "order": "anonymous"}).status_code == 302
    assert Letter.objects.get().sender == "Anónimo" and not Correspondent.objects.exists()
