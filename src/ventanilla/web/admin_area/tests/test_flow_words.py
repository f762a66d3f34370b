"""The page on which an institution says its own words for states and steps."""
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import FlowWord
from ventanilla.core.cases.services.naming import name_flow
from ventanilla.core.cases.words import every_flow

pytestmark = pytest.mark.django_db
PAGE = ("admin_area:flow_words", ["letter"])


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_every_flow_has_its_page_and_only_for_who_keeps_the_catalogues(w):
    admin, head = signed_in(w.admin), signed_in(w.head)
    listed = admin.get(reverse("admin_area:flows")).content.decode()
    for slug in every_flow():
        address = reverse("admin_area:flow_words", args=[slug])
        assert address in listed
        assert admin.get(address).status_code == 200
        assert head.get(address).status_code == head.get(reverse("admin_area:flow_history", args=[slug])).status_code == 404
    assert head.get(reverse("admin_area:flows")).status_code == 404
    assert admin.get(reverse("admin_area:flow_words", args=["nada"])).status_code == 404


def test_a_word_is_said_kept_and_taken_back(w):
    admin, address = signed_in(w.admin), reverse(*PAGE[:1], args=PAGE[1])
    assert admin.post(address, {"state.routed": " En  camino ", "step.route": "Mandar"}).status_code == 302
    page = admin.get(address).content.decode()
    assert 'value="En camino"' in page and 'placeholder="Turnado"' in page and re.search(r"<label[^>]*>\s*Turnado\s*<", page)
    history = admin.get(reverse("admin_area:flow_history", args=["letter"])).content.decode()
    assert "En camino" in history and w.admin.name in history
    assert ">2<" in admin.get(reverse("admin_area:flows")).content.decode(), "how many words of its own"
    assert admin.post(address, {"state.routed": "", "step.route": "Mandar"}).status_code == 302
    assert list(FlowWord.objects.values_list("kind", "code", "label")) == [("step", "route", "Mandar")]


@pytest.mark.parametrize(("word", "told"), [("<b>x</b>", "signos que no se admiten"), ("x" * 61, "60"), ("concluido", "Dos estados se llamarían")])
def test_what_is_refused_stands_at_its_field_and_keeps_what_was_written(w, word, told):
    name_flow(actor=w.admin, institution=w.institution, flow="letter", given={("state", "routed"): "En camino"})
    answer = signed_in(w.admin).post(reverse(*PAGE[:1], args=PAGE[1]), {"state.routed": word, "step.route": "Mandar"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page and 'value="Mandar"' in page and "<b>x</b>" not in page
    assert list(FlowWord.objects.values_list("label", flat=True)) == ["En camino"]


def test_anothers_words_are_neither_shown_nor_changed(w):
    other = make.world()
    name_flow(actor=None, institution=other.institution, flow="letter", given={("state", "routed"): "Palabra ajena"})
    admin, address = signed_in(w.admin), reverse(*PAGE[:1], args=PAGE[1])
    assert "Palabra ajena" not in admin.get(address).content.decode()
    admin.post(address, {"state.routed": "En camino"})
    assert set(FlowWord.objects.values_list("institution_id", "label")) == {
        (other.institution.pk, "Palabra ajena"), (w.institution.pk, "En camino")}
    assert "Palabra ajena" not in admin.get(reverse("admin_area:flow_history", args=["letter"])).content.decode()
