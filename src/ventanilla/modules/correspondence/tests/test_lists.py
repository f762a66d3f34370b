"""The list of letters by who sends them; and a form that comes back says which files have to be chosen again."""
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Turn
from ventanilla.modules.correspondence.screens.lists import TurnFilters
from ventanilla.modules.correspondence.services import LetterDraft, cancel, register
from ventanilla.modules.correspondence.services.registration import Sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def folios(person, **query):
    rows = as_(person).get(reverse("screen_json", args=["correspondencia"]), query).json()["filas"]
    return {row["folio"] for row in rows}


def sent_by(w, sender, **extra):
    return register(actor=w.head, drafts=[LetterDraft(w.root, w.oficio, "Asunto", sender, **extra)])[0].folio


def test_by_part_of_the_name_or_of_the_institution(w):
    peña = sent_by(w, Sender("state", "Secretaría de Educación", "Íñigo Peña Ávila"))
    pena = sent_by(w, Sender("citizen", "", "Luz Pena"))
    assert folios(w.head, envia="peña íñigo") == folios(w.head, envia="EDUCACION") == {peña}
    assert folios(w.head, envia="pena") == {pena} and folios(w.head, envia="peña luz") == set()


def test_by_the_unit_inside(w):
    inside = sent_by(w, Sender("internal", unit=w.north), direction="internal")
    sent_by(w, Sender("citizen", "", "Luz Pena"))
    assert folios(w.head, interna=w.north.pk) == {inside}


def test_days_of_a_filter_are_said_in_words(w):
    page = as_(w.head).get(reverse("screen", args=["correspondencia"]), {"recibido_after": "2026-02-05", "recibido_before": "2026-03-01"})
    assert "del 5 de febrero de 2026 al 1 de marzo de 2026" in page.content.decode()
    page = as_(w.head).get(reverse("screen", args=["correspondencia"]), {"recibido_after": "2026-02-05"})
    assert "desde el 5 de febrero de 2026" in page.content.decode()


def test_an_empty_list_offers_only_what_one_may_do(w):
    def page(person, slug):
        return as_(person).get(reverse("screen", args=[slug])).content.decode()

    assert "Registrar la primera" in page(w.clerk, "correspondencia") and "Registrar la primera" not in page(w.staff, "correspondencia")
    assert "Escribir la primera" in page(w.head, "circulares") and "Escribir la primera" not in page(w.admin, "circulares")


def test_what_was_not_done_never_says_that_it_was_concluded(w):
    """On the page, in its twin for programs and in its files; the rows of Mi bandeja say it of the turn."""
    gone, kept = make.letter(w, subject="Con folio de más"), make.letter(w, subject="Con turno de más")
    cancel(actor=w.head, case=gone, reason="Folio de más")
    (turn,) = make.turn(kept, w.head, w.north)
    spine.withdraw(actor=w.head, turn=turn, reason="No era para ella")
    for slug, word in (("correspondencia", "Cancelado"), ("turnos", "Retirado")):
        page = as_(w.head).get(reverse("screen", args=[slug])).content.decode()
        assert f"</svg>{word}</span>" in page and 'class="light light-ended"' in page and "</svg>Concluido" not in page
        rows = as_(w.head).get(reverse("screen_json", args=[slug])).json()["filas"]
        assert [row["light"] for row in rows].count(word) == 1
        lines = as_(w.head).get(reverse("screen_export", args=[slug, "csv"])).getvalue().decode("utf-8-sig").splitlines()
        assert len([line for line in lines if line.count(word) == 2]) == 1 and not [line for line in lines if "Concluido" in line]
    tray = as_(w.head).get(reverse("inbox"), {"pestana": "concluidos"}).content.decode()
    assert "</svg>Cancelado</span>" in tray and 'class="light light-ended"' in tray and "</svg>Concluido</span>" not in tray
    export = as_(w.head).get(reverse("screen_export", args=["bandeja", "csv"]), {"pestana": "concluidos"})
    assert export.getvalue().decode("utf-8-sig").count("Cancelado") == 2


def test_what_is_missing_is_told_at_once(w):
    page = as_(w.clerk).post(reverse("letter_register"), {
        "uuid": uuid4(), "subject": "", "direction": "incoming", "order": "state"}).content.decode()
    assert 'href="#id_subject"' in page and 'href="#id_organisation"' in page


ALONE = """SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
DO $$ DECLARE gone text; BEGIN
  FOR gone IN SELECT conname FROM pg_constraint WHERE conrelid = 'cases_turn'::regclass AND contype IN ('p', 'u') LOOP
    EXECUTE format('ALTER TABLE cases_turn DROP CONSTRAINT %I CASCADE', gone); END LOOP;
  FOR gone IN SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'cases_turn'::regclass AND indexrelid <> 'cases_turn_open'::regclass LOOP
    EXECUTE 'DROP INDEX ' || gone; END LOOP;
END $$"""


@pytest.mark.parametrize("wanted", [{"abiertos": "si"}, {"luz": "red"}, {"luz": "amber"}, {"luz": "green"}])
def test_open_turns_are_counted_and_walked_by_an_index_of_their_own(w, wanted):
    """They are few among all: any other way to them passes by everything that was ever concluded. The others are taken away, until the
    test ends, so that what a table of few rows would cost does not choose."""
    make.turn(make.letter(w), w.head, w.north)
    found = TurnFilters(wanted, queryset=Turn.objects.listed_to(w.head)).qs
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    for rows in (found.order_by("-pk").values("pk")[:51], found.order_by().values("pk")[:1001]):
        plan = rows.explain()
        assert "Index Only Scan" in plan and "cases_turn_open" in plan and "Sort" not in plan, plan


def test_turns_and_their_answers_lead_to_each_other(w):
    for shown, other in (("turnos", "respuestas"), ("respuestas", "turnos")):
        page = as_(w.head).get(f"/listas/{shown}/").content.decode()
        assert f'<a href="/listas/{shown}/" aria-current="page">' in page and f'<a href="/listas/{other}/">' in page
