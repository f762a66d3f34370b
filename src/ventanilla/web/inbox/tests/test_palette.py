"""Ctrl+K: a letter found by its words is named by its folio, and its subject stands once."""
import pytest
from django.test import Client
from django.urls import reverse
from tests import make

pytestmark = pytest.mark.django_db


def test_a_result_says_folio_and_subject_once():
    w = make.world()
    case = make.letter(w, subject="Lotificación del predio Esmeralda")
    client = Client()
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/buscar/paleta", {"q": "Esmeralda"}).content.decode()
    assert case.folio in page and page.count("Lotificación del predio Esmeralda") == 1
    assert reverse("letter", args=[case.pk]) in page
