"""A form that was held without network is taken only for its own person, and each person's pages bring a key of their own."""
import re

import pytest
from django.test import Client
from tests.make import world

from ventanilla.web.ui.tests.test_requests import signed_in

pytestmark = pytest.mark.django_db


def test_for_its_own_person_only():
    w = world()
    client, address = signed_in(w.clerk), "/correspondencia/registrar/"
    meant = {"X-Held-For": str(w.clerk.pk)}
    assert client.post(address, {}, headers=meant).status_code == 422
    assert signed_in(w.head).post(address, {}, headers=meant).status_code == 409
    assert Client().post(address, {}, headers=meant).status_code == 401
    assert client.get("/perfil/", headers={"X-Held-For": "otro"}).status_code == 409


def test_each_person_has_a_key_of_their_own():
    w = world()
    keys = [re.search(r'data-hold="([^"]+)"', signed_in(p).get("/perfil/").content.decode())[1] for p in (w.clerk, w.clerk, w.head)]
    assert keys[0] == keys[1] != keys[2] and len(keys[0]) == 44
