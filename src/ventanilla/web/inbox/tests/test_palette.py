"""Ctrl+K: a letter found by its words is named by its folio, and its subject stands once."""
import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.web.screens.models import SavedView

pytestmark = pytest.mark.django_db


def asked(person, text=""):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/buscar/paleta", {"q": text}).content.decode()


def test_it_jumps_to_verbs_places_lists_and_own_views():
    w = make.world()
    page = asked(w.clerk, "registrar")
    assert f'href="{reverse("letter_register")}"' in page and f'href="{reverse("letter_stack_many")}"' in page
    assert reverse("letter_register") not in asked(w.staff, "registrar")
    assert f'href="{reverse("ui:profile")}"' in asked(w.staff, "PERFÍL")
    for words, path in (("ausencias", "/perfil/suplencias/"), ("preferencias", "/avisos/preferencias/"), ("claves api", "/perfil/api/")):
        assert f'href="{path}"' in asked(w.staff, words)
    assert asked(w.head, "enviados").count(f'href="{reverse("letters_sent")}"') == 1
    view = SavedView.objects.create(person=w.staff, screen="turnos", name="Los de Peña", query="luz=red")
    assert f'href="{reverse("screen", args=["turnos"])}?luz=red&amp;vista={view.pk}"' in asked(w.staff, "peña")
    assert "Los de Peña" not in asked(w.staff, "pena") and "Los de Peña" not in asked(w.head, "peña")


def test_parts_of_the_administration_only_for_who_administers():
    w = make.world()
    units = f'href="{reverse("admin_area:units")}"'
    assert units in asked(w.admin, "unidades") and units not in asked(w.staff, "unidades")


def test_opened_with_nothing_written_it_offers_what_may_be_done():
    w = make.world()
    page = asked(w.clerk)
    assert reverse("letter_register") in page and reverse("inbox") in page and "Nada coincide" not in page


def test_a_result_says_folio_and_subject_once():
    w = make.world()
    case = make.letter(w, subject="Lotificación del predio Esmeralda")
    client = Client()
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/buscar/paleta", {"q": "Esmeralda"}).content.decode()
    assert case.folio in page and page.count("Lotificación del predio Esmeralda") == 1
    assert reverse("letter", args=[case.pk]) in page


def test_the_beginning_of_a_word_finds_it_where_no_whole_word_does():
    w = make.world()
    one, other = make.letter(w, subject="Compra de zafiros azules"), make.letter(w, subject="Visita al taller Zafirelda")
    assert one.folio in asked(w.head, "zafir") and other.folio in asked(w.head, "taller zafirel")
    assert one.folio not in asked(w.nobody, "zafir")
    client = Client()
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def found(text, **more):
        page = client.get(reverse("search"), {"q": text, **more}).content.decode()
        return [case.folio in page for case in (one, other)], "empiezan así" in page

    assert found("zafirel") == ([False, True], True) and found("zafirel", estado="concluded") == ([False, False], False)
    assert found("zafiro") == ([True, False], False)  # a whole word is that word
    assert found('"zafirel"') == found("zafirel -visita") == found("compra zafirel") == ([False, False], False)


def test_a_state_asked_of_the_search_is_said_kept_and_taken_away():
    w = make.world()
    make.letter(w, subject="Compra de zafiros")
    client = Client()
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("search"), {"q": "zafiros", "estado": "registered", "tipo": "letter"}).content.decode()
    assert "Estado: Registrado" in page and '<input type="hidden" name="estado" value="registered">' in page
    assert f'href="{reverse("search")}?q=zafiros&amp;tipo=letter"' in page
    assert "Estado: nada&lt;" in client.get(reverse("search"), {"q": "zafiros", "estado": "nada<"}).content.decode()
    assert "chip" not in client.get(reverse("search"), {"q": "zafiros"}).content.decode().split("<main")[1]
