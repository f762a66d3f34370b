"""Units and people in the one search: by name, beginning, old code and post; only of one's institution."""
import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.cases import search
from ventanilla.core.cases.models import SearchRow
from ventanilla.core.orgs.models import Person, Unit, UnitCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def titles(person, text):
    return [hit.title for hit in search.directory(person, text)]


def test_found_by_name_beginning_code_and_post(w):
    assert titles(w.staff, "Norte Uno")[0] == "Departamento Norte Uno"
    assert "Dirección Sur" in titles(w.staff, "direc sur")
    assert titles(w.staff, "212C0101000102S") == ["Departamento Norte Dos"]
    UnitCode.objects.create(unit=w.south, code="VIEJA77", valid_from="2020-01-01")
    assert titles(w.nobody, "vieja77") == ["Dirección Sur"]
    assert w.head.name in titles(w.staff, "titular")
    assert titles(w.staff, w.staff.name.split()[0]) == [w.staff.name]


def test_renamed_moved_and_gone(w):
    Unit.objects.filter(pk=w.south.pk).update(name="Dirección Poniente")
    assert titles(w.staff, "poniente")[0] == "Dirección Poniente"
    assert "Poniente" in search.directory(w.staff, w.south_head.name.split()[0])[0].snippet
    Person.objects.filter(pk=w.nobody.pk).update(active=False)
    assert titles(w.staff, w.nobody.name.split()[0]) == []
    assert not SearchRow.objects.filter(kind="person", ref=w.nobody.pk).exists()


def test_only_of_the_own_institution_and_hostile_words(w):
    other = make.world()
    assert not set(titles(other.staff, "Norte")) & set(titles(w.staff, "xyz"))
    assert all(SearchRow.objects.get(pk=h.id).institution_id == w.institution.pk for h in search.directory(w.staff, "Norte"))
    for text in ("", "'", "a & | !", "\x00", ":*", "ñ" * 500):
        search.directory(w.staff, text.replace("\x00", ""))
    client = signed_in(other.staff)
    for name, pk in (("unit", w.north.pk), ("person", w.staff.pk)):
        assert client.get(reverse(f"directory:{name}", args=[pk])).status_code == 404


def test_pages_palette_and_search(w):
    client = signed_in(w.nobody)
    page = client.get(reverse("directory:unit", args=[w.north.pk])).content.decode()
    assert "Dirección Norte" in page and w.north_head.name in page
    assert w.north_head.name in client.get(reverse("directory:person", args=[w.north_head.pk])).content.decode()
    assert "Dirección Norte" in client.get("/buscar/paleta", {"q": "norte"}).content.decode()
    assert "Unidades y personas" in client.get("/buscar/", {"q": "norte"}).content.decode()
    only = client.get("/buscar/", {"q": "norte", "tipo": "unit"}).content.decode()
    assert reverse("directory:unit", args=[w.north_1.pk]) in only
