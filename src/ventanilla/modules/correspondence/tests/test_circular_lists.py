"""Circulars can be found again: their list, their addressees as a list and a file, and the way from each letter."""
import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Turn
from ventanilla.modules.correspondence.models import Circular
from ventanilla.modules.correspondence.screens.circulars import Circulars
from ventanilla.modules.correspondence.services import DeliveryDraft, note_delivery
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def sent(w) -> Circular:
    made = send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Cierre de ejercicio", "Calendario.", [w.north, w.south]))
    spine.acknowledge(actor=w.north_head, turn=Turn.objects.get(case__letter__circular=made, unit=w.north))
    return made


def rows(person, slug, **query):
    return as_(person).get(reverse("screen_json", args=[slug]), query).json()["filas"]


def test_the_list_counts_what_one_may_read(w, sent):
    assert [(r["subject"], r["addressees"], r["read"], r["acknowledged"]) for r in rows(w.head, "circulares")] == [
        ("Cierre de ejercicio", 2, 1, 1)]
    assert [(r["addressees"], r["read"]) for r in rows(w.south_head, "circulares")] == [(1, 0)]
    assert rows(w.staff, "circulares") == [] and rows(make.world().head, "circulares") == []
    assert reverse("circular", args=[sent.pk]) in text(as_(w.head).get(reverse("screen", args=["circulares"])))


def test_who_is_outside_is_not_counted_among_those_who_may_read_it(w):
    made = send_circular(actor=w.head, draft=CircularDraft(
        w.root, w.oficio, "Cierre", "Calendario.", [w.north, w.south], outsiders=["Ana Ruiz, Finanzas", "Notaría 5"]))
    page = reverse("circular", args=[made.pk])
    shown = text(as_(w.head).get(page))
    assert "La han leído 0 de 2 destinatarios." in shown and "Fuera de la institución se entregó a 0 de 2." in shown
    spine.acknowledge(actor=w.north_head, turn=Turn.objects.get(case__letter__circular=made, unit=w.north))
    outside = made.letters.get(addressee="Ana Ruiz, Finanzas").case
    note_delivery(actor=w.head, case=outside, draft=DeliveryDraft(timezone.now(), "personal", "Ana Ruiz"))
    shown = text(as_(w.head).get(page))
    assert "La han leído 1 de 2 destinatarios. Dieron acuse 1." in shown and "Fuera de la institución se entregó a 1 de 2." in shown
    row = Circulars().queryset(w.head).get(pk=made.pk)
    assert (row.addressees, row.read, row.outside, row.delivered, row.acknowledged) == (4, 1, 2, 1, 2)
    assert {answer: {r["to"] for r in rows(w.head, "destinatarios", leida=answer)} for answer in ("si", "no")} == {
        "si": {"Dirección Norte"}, "no": {"Dirección Sur"}}
    only = send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Aviso", "Texto.", [], outsiders=["Notaría 5"]))
    shown = text(as_(w.head).get(reverse("circular", args=[only.pk])))
    assert "La han leído" not in shown and "Fuera de la institución se entregó a 0 de 1." in shown


def test_addressees_by_whether_they_read_it(w, sent):
    assert {r["to"] for r in rows(w.head, "destinatarios", circular=sent.pk)} == {"Dirección Norte", "Dirección Sur"}
    assert [r["to"] for r in rows(w.head, "destinatarios", circular=sent.pk, leida="no")] == ["Dirección Sur"]
    assert [(r["to"], r["reader"]) for r in rows(w.head, "destinatarios", acuse="si")] == [("Dirección Norte", w.north_head.name)]
    assert [r["to"] for r in rows(w.south_head, "destinatarios")] == ["Dirección Sur"]


def test_the_file_holds_what_the_list_shows(w, sent):
    got = as_(w.head).get(reverse("screen_export", args=["destinatarios", "csv"]), {"circular": sent.pk})
    table = list(csv.reader(io.StringIO(b"".join(got.streaming_content).decode("utf-8-sig"))))
    assert table[0][:3] == ["Folio", "Destinatario", "Estado"]
    assert {tuple(line[1:3]) for line in table[1:]} == {("Dirección Norte", "Leído"), ("Dirección Sur", "Sin leer")}


def test_each_letter_leads_to_its_circular(w, sent):
    case = sent.letters.first().case
    address = reverse("circular", args=[sent.pk])
    assert address in text(as_(w.head).get(reverse("letter", args=[case.pk])))
    page = text(as_(w.head).get(address))
    assert f"{reverse('screen', args=['destinatarios'])}?circular={sent.pk}&amp;leida=no" in page
