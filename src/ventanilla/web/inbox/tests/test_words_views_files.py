"""Mi bandeja by words, against plain Python; its saved views and its files, which hold what it shows; constant queries."""
import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook
from tests import make, pseudo
from tests.pages import as_, text

from ventanilla.core.cases import inbox, search
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Tray
from ventanilla.core.exports.models import ExportJob
from ventanilla.core.exports.services import run
from ventanilla.core.orgs.models import Grant, User
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services import give
from ventanilla.lib.spanish import fold
from ventanilla.modules.correspondence.services import cancel
from ventanilla.web.inbox import views
from ventanilla.web.screens import exports
from ventanilla.web.screens.models import SavedView

pytestmark = pytest.mark.django_db
SUBJECTS = ("Bacheo de la avenida Juárez", "Alumbrado de la avenida Hidalgo", "Bacheo y alumbrado", "Peritaje", "Avenida nueva")


@pytest.fixture
def w():
    return make.world()


def busy(w):
    """Letters of the root in every tab: waiting, routed for action and for information, answered, cancelled."""
    found = [make.letter(w, subject=s) for s in SUBJECTS for _twice in range(2)]
    for n, case in enumerate(found):
        if n % 5 in (1, 2):
            turn = make.turn(case, w.head, w.north)[0]
            if n % 5 == 2:
                spine.answer(actor=w.north_head, turn=turn, draft=spine.AnswerDraft("Va"))
        elif n % 5 == 3:
            make.turn(case, w.head, w.north, purpose="information")
        elif n % 5 == 4:
            cancel(actor=w.head, case=case, reason="Error")
    return found


def oracle(person, units, tab, words):
    """Row by row, without any statement of the inbox or of the search."""
    wanted = fold(words.lower()).split()
    return {t.pk for t in Tray.objects.filter(tab=tab).select_related("case") if (t.unit_id in units or t.person_id == person.pk)
            and all(any(said.startswith(word) for said in re.findall(r"\w+", fold(f"{t.case.subject} {t.case.folio}".lower()))) for word in wanted)}


@pytest.mark.parametrize("common", [20_000, 1, 0])
def test_words_in_every_tab_equal_plain_python(w, monkeypatch, common):
    """Listed from the index, and walked in the tray, when more cases than COMMON say them: the same rows and counts."""
    busy(w)
    monkeypatch.setattr(search, "COMMON", common)
    for person in (w.head, w.north_head):
        units = set(reach_of(person).within(*inbox.WORK))
        for words in ("bacheo", "avenida", "BACHEO alumbrado", "juarez", "avenida hid", "nada de eso"):
            for tab in Tray.Tab.values:
                look = inbox.look(person, inbox.Place(tab, words=words), timezone.now())
                expected = oracle(person, units, tab, words.replace(" de eso", ""))
                assert set(look.keys) == expected and look.counts[tab] == len(expected), (words, tab)
                assert inbox.keys(person, inbox.Place(tab, words=words, limit=1000), timezone.now()) == look.keys
    assert inbox.look(w.nobody, inbox.Place(words="bacheo"), timezone.now()).keys == []


def test_the_page_finds_by_words_and_keeps_them_from_tab_to_tab(w):
    busy(w)
    client = as_(w.head)
    page = client.get("/bandeja/", {"q": "bacheo"})
    html = page.content.decode()
    assert "Bacheo" in html and "Peritaje" not in html and 'value="bacheo"' in html
    assert re.findall(r'href="\?pestana=espera([^"]*)"', html) == ["&amp;q=bacheo"]
    empty = text(client.get("/bandeja/", {"q": "jacarandas"}))
    assert "Nada coincide con estos filtros" in empty and "Buscar en todo lo que usted puede consultar" in empty
    for wrong in ("%", "' OR 1=1 --", "a" * 5000, "(((", "&|!:*"):
        assert client.get("/bandeja/", {"q": wrong}).status_code == 200


def test_several_units_each_with_or_without_what_hangs_below(w):
    """Against the rows of the trays; kept from tab to tab, from page to page and in views, with one query more for what hangs below."""
    every = (w.root, w.north, w.north_1, w.south, w.south_1)
    give(actor=None, person=w.head, role="head", unit=w.root, subtree=True)
    for unit in every:
        make.letter(w, unit=unit, subject=f"Asunto de {unit.pk}")
    client = as_(w.head)
    for asked, units in (({"unidad": [w.north_1.pk, w.south.pk]}, {w.north_1, w.south}), ({"unidad": [w.north.pk]}, {w.north}),
                         ({"unidad": [w.north_1.pk, w.south.pk], "unidad_areas": [w.south.pk]}, {w.north_1, w.south, w.south_1}),
                         ({"unidad": [w.root.pk, w.north.pk], "unidad_areas": ["si"]}, {w.root, w.north, w.north_1}),
                         ({"unidad": ["nada", "9" * 30]}, {w.root}), ({"ambito": ["dependen"]}, set(every) - {w.root})):
        html = client.get("/bandeja/", asked).content.decode()
        assert {u for u in every if f"Asunto de {u.pk}<" in html} == units, asked
    html = client.get("/bandeja/", {"unidad": [w.north_1.pk, w.south.pk], "unidad_areas": [w.south.pk]}).content.decode()
    kept = f"unidad={w.north_1.pk}&amp;unidad={w.south.pk}&amp;unidad_areas={w.south.pk}"
    assert re.findall(r'href="\?pestana=espera([^"]*)"', html) == [f"&amp;{kept}"] and f'name="consulta" value="{kept}"' in html
    assert html.count('name="unidad"') == 3, "the chosen ones, and a list left for another"

    def count(**asked):
        client.get("/bandeja/", asked)
        with CaptureQueriesContext(connection) as seen:
            client.get("/bandeja/", asked)
        return len(seen)

    one = count(unidad=w.north.pk)
    assert count(unidad=[w.north.pk, w.south.pk, w.south_1.pk]) == one
    assert count(unidad=[w.north.pk, w.south.pk], unidad_areas=[w.north.pk, w.south.pk]) == one + 1


def test_the_filter_by_units_is_drawn_anew_for_other_units_another_choice_or_another_language():
    units = ((1, "Norte <1>"), (2, "Sur"))
    plain, chosen, fewer = (views._units_drawn(*asked, "es-mx") for asked in ((units, ()), (units, (("2", True),)), (units[:1], ())))
    assert "Norte &lt;1&gt;" in plain and 'value="2">Sur' in plain and "checked" not in plain
    assert '<option value="2" selected>Sur' in chosen and "checked" in chosen and "Sur" not in fewer
    with translation.override("en"):
        assert views._units_drawn(units, (), "en") != plain
    assert views._units_drawn(units, (), "es-mx") == plain


def test_pages_by_key_keep_the_words(w):
    for n in range(60):
        make.letter(w, subject=f"Bacheo {n}")
        if n % 6 == 0:
            make.letter(w, subject="Otra cosa")
    client = as_(w.head)
    first = client.get("/bandeja/", {"q": "bacheo"}).content.decode()
    following = re.search(r'href="([^"]+)" rel="next"', first)
    second = client.get(following.group(1).replace("&amp;", "&")).content.decode()
    assert first.count("data-row-link") == 50 and second.count("data-row-link") == 10 and "Otra cosa" not in first + second


def view_of(client, **asked):
    """The folios that all pages of the inbox show, in their order."""
    found, address = [], "/bandeja/?" + "&".join(f"{k}={v}" for k, v in asked.items())
    while address:
        html = client.get(address).content.decode()
        found += re.findall(r'data-row-link>([^<]+)</a>', html)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        address = following.group(1).replace("&amp;", "&") if following else ""
    return found


def test_files_hold_exactly_what_is_shown(w):
    busy(w)
    now = timezone.now()
    late = Tray.objects.filter(tab=Tray.Tab.TO_DO).first()
    Tray.objects.filter(pk=late.pk).update(due_at=now - timedelta(days=2), amber_at=now - timedelta(days=3), order_at=now - timedelta(days=2))
    make.turn(make.letter(w, subject="Dentro"), w.head, w.root, person=w.head)
    for n in range(55):
        make.letter(w, subject=f"Número {n}")
    client = as_(w.head)
    for asked in ({}, {"pestana": "espera"}, {"pestana": "concluidos"}, {"q": "bacheo"}, {"luz": "rojo"}, {"luz": "verde", "q": "avenida"},
                  {"unidad": str(w.north.pk)}, {"pestana": "evaluar"}, {"atiende": "yo"}):
        shown = view_of(client, **asked)
        streamed = client.get(reverse("screen_export", args=["bandeja", "csv"]), asked)
        rows = list(csv.reader(io.StringIO(b"".join(streamed.streaming_content).decode("utf-8-sig"))))
        assert sorted(r[0] for r in rows[1:]) == sorted(shown), asked
        assert rows[0][:5] == ["Folio", "Asunto", "Semáforo", "Vence", "Estado"]
        book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("screen_export", args=["bandeja", "xlsx"]), asked).content))
        assert [str(r[0]) for r in book.get_sheet_by_index(0).to_python()[1:]] == [r[0] for r in rows[1:]]
        if len(shown) < 50:  # on one page the lights stand together, each where its first row stands
            assert set(shown) == {r[0] for r in rows[1:]}
    assert client.get(reverse("screen_export", args=["bandeja", "pdf"]), {"q": "bacheo"}).content[:4] == b"%PDF"
    line = next(r for r in rows_of(client, q="dentro") if r["Persona"])
    assert line["Asunto"] == "Dentro" and line["Persona"] == w.head.name and line["Finalidad"] == "Para atención" and line["Estado"]


def rows_of(client, **asked):
    answer = client.get(reverse("screen_export", args=["bandeja", "csv"]), asked)
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_file_says_which_part_of_the_inbox_it_holds(w):
    said = exports.table_of(exports.screen_of("bandeja"), w.head, f"pestana=espera&q=agua&luz=rojo&unidad={w.north.pk}").filters
    assert said == f"Pestaña: En espera; Búsqueda: agua; Semáforo: Vencido; Unidad: {w.north.name}"
    assert exports.table_of(exports.screen_of("bandeja"), w.head, "").filters == "Pestaña: Por atender"


def test_a_large_tray_is_a_job_of_what_waits_then(w, monkeypatch):
    busy(w)
    monkeypatch.setattr(exports, "LARGE", {"csv": 3, "xlsx": 3, "pdf": 3})
    client = as_(w.head)
    answer = client.get(reverse("screen_export", args=["bandeja", "xlsx"]), {"pestana": "espera"})
    assert answer.status_code == 302 and answer.url == reverse("exports")
    expected = len(view_of(client, pestana="espera"))
    job = ExportJob.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows) == ("done", expected) and expected > 3
    assert client.get(reverse("screen_export", args=["bandeja", "csv"]), {"q": "peritaje"}).status_code == 200


def test_files_are_for_who_may_export_and_of_ones_own_tray(w):
    busy(w)
    assert as_(w.nobody).get(reverse("screen_export", args=["bandeja", "csv"])).status_code == 404
    mine = {r["Asunto"] for r in rows_of(as_(w.south_1_head))}
    assert mine == set(), "nothing waits in the south"
    for wrong in ({"pestana": "otra"}, {"equipo": "7"}):
        assert as_(w.head).get(reverse("screen_export", args=["bandeja", "csv"]), wrong).status_code == 404
    Grant.objects.filter(person=w.north_head).delete()
    assert as_(w.north_head).get(reverse("screen_export", args=["bandeja", "csv"])).status_code == 404


def test_views_are_ones_own_and_lead_back_to_the_inbox(w):
    busy(w)
    client = as_(w.head)
    kept = client.post(reverse("screen_save_view", args=["bandeja"]), {"nombre": "Bacheos", "consulta": "pestana=espera&q=bacheo"})
    view = SavedView.objects.get()
    assert kept.url == f"/bandeja/?pestana=espera&q=bacheo&vista={view.pk}"
    page = client.get(kept.url).content.decode()
    assert f'href="?pestana=espera&amp;q=bacheo&amp;vista={view.pk}" aria-current="page"' in page
    assert "Guardar cambios en «Bacheos»" in client.get(f"/bandeja/?pestana=espera&q=agua&vista={view.pk}").content.decode()
    assert "Bacheos" not in as_(w.clerk).get("/bandeja/").content.decode()
    assert "Vista de Mi bandeja" in client.get(reverse("palette"), {"q": "Bacheos"}).content.decode()
    assert client.get("/listas/bandeja/?pestana=espera").url == "/bandeja/?pestana=espera"
    assert client.get("/listas/bandeja.json").status_code == client.get("/listas/bandeja/filtros").status_code == 404
    assert "Quitar" in client.get(reverse("screen_save_view", args=["bandeja"])).content.decode()
    assert client.post(reverse("screen_drop_view", args=["bandeja", view.pk])).url == reverse("screen_save_view", args=["bandeja"])
    assert "Bacheos" not in client.get("/bandeja/").content.decode()


def test_the_inbox_opens_with_the_view_that_was_chosen_and_not_for_its_news(w):
    busy(w)
    view, client = SavedView.objects.create(person=w.head, screen="bandeja", name="Bacheos", query="pestana=atender&q=bacheo"), as_(w.head)
    client.post(reverse("screen_open_view", args=["bandeja"]), {"vista": view.pk})
    assert client.get("/bandeja/").url == f"/bandeja/?pestana=atender&q=bacheo&vista={view.pk}"
    make.letter(w, subject="Otra cosa")
    assert "Otra cosa" in client.get("/bandeja/", {"pestana": "atender"}).content.decode()
    assert client.get("/bandeja/", headers={"HX-Request": "true"}).status_code == 200
    assert client.post("/bandeja/", {"paso": "accept"}).status_code == 302


def test_a_view_of_the_inbox_that_asks_for_what_is_gone_says_so_and_shuts_nobody_out(w):
    make.letter(w, subject="Lo que espera")
    client = as_(w.head)
    view = SavedView.objects.create(person=w.head, screen="bandeja", name="Equipo viejo", query="pestana=atender&equipo=987654321")
    client.post(reverse("screen_open_view", args=["bandeja"]), {"vista": view.pk})
    page = client.get("/bandeja/", follow=True).content.decode()
    assert "La vista «Equipo viejo» pide un equipo o una pestaña que ya no existe" in page and "Lo que espera" in page
    assert client.get("/bandeja/?pestana=atender&equipo=987654321").status_code == 302, "the view by its filters alone"
    assert client.get("/bandeja/?pestana=atender&equipo=98765432").status_code == 404
    for wanted, gone in ((w.south.pk, True), (w.root.pk, False)):
        assert ("Las unidades que se piden ya no existen" in client.get(f"/bandeja/?pestana=atender&unidad={wanted}").content.decode()) == gone


@pytest.mark.parametrize("asked", [{}, {"q": "bacheo"}, {"q": "bacheo", "luz": "verde", "pestana": "espera"}])
def test_the_page_asks_as_much_of_many_matters_as_of_few(w, asked):
    client = as_(w.head)
    SavedView.objects.create(person=w.head, screen="bandeja", name="Una", query="q=una")

    def count():
        client.get("/bandeja/", asked)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/bandeja/", asked).status_code == 200
        return len(seen)

    busy(w)
    few = count()
    busy(w)
    SavedView.objects.create(person=w.head, screen="bandeja", name="Dos", query="q=dos")
    assert count() == few <= 12


def test_groups_are_named_in_the_readers_language(w, settings, monkeypatch):
    make.turn(make.letter(w), w.head, w.north)
    heading = re.compile(r'<h2 id="group-\w+">([^<]+)</h2>')
    usual = heading.findall(as_(w.north_head).get("/bandeja/").content.decode())
    pseudo.speak(settings, monkeypatch)
    User.objects.filter(pk=w.north_head.user_id).update(language=pseudo.PSEUDO)
    assert heading.findall(as_(w.north_head).get("/bandeja/").content.decode()) == [pseudo.wide(word) for word in usual] != []
