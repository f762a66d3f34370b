"""Every figure of the board leads to the list that counts the same: of a unit, and of a unit with everything below it; files too."""
import random
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Attachment, Case, Turn
from ventanilla.core.documents.models import Blob
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.units import move_unit
from ventanilla.modules.correspondence.models import Letter, LetterType
from ventanilla.modules.correspondence.screens import board
from ventanilla.modules.correspondence.screens.board_figures import SHOWN, board_of
from ventanilla.modules.correspondence.screens.board_links import Links
from ventanilla.modules.correspondence.services import LetterDraft, cancel, register
from ventanilla.modules.correspondence.services.registration import Sender
from ventanilla.web.api import scopes
from ventanilla.web.api.services import create_token
from ventanilla.web.screens.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def below(unit):
    """The unit and what hangs from it, by walking from parent to parent."""
    def above(one):
        while one is not None:
            yield one.pk
            one = one.parent

    return {u.pk for u in Unit.objects.select_related("parent__parent__parent") if unit.pk in set(above(u))}


def lived(w, seed):
    """Letters of every direction and type in several units: turned, answered, cancelled, with files of letters, turns and answers."""
    chance, other = random.Random(seed), LetterType.objects.create(institution=w.institution, name="Memorando")
    heads = {w.root: w.head, w.north: w.north_head, w.north_1: w.north_1_head, w.south: w.south_head}
    for n in range(14):
        unit = chance.choice(list(heads))
        sender = chance.choice([Sender("state", "Finanzas", "Ana"), Sender("internal", signatory="Ana Ríos", unit=w.south_1)])
        case = register(actor=heads[unit], drafts=[LetterDraft(
            unit, chance.choice([w.oficio, other]), f"Asunto {n}", sender,
            direction="internal" if sender.unit and chance.random() < 0.5 else "incoming", documents=[make.document(w)])])[0]
        what = chance.randrange(4)
        if what == 0:
            cancel(actor=heads[unit], case=case, reason="Error")
        elif unit == w.root:
            turn = make.turn(case, w.head, chance.choice([w.north, w.south]))[0]
            spine.attach(actor=w.head, case=case, turn_id=turn.pk, documents=[make.document(w)])
            if what > 1:
                holder = w.north_head if turn.unit == w.north else w.south_head
                spine.answer(actor=holder, turn=turn, draft=spine.AnswerDraft("Va", documents=[make.document(w)]))
                if n % 2 and what == 2:
                    spine.withdraw_answer(actor=holder, turn=Turn.objects.get(pk=turn.pk), reason="Faltó un anexo")
                if what > 2:
                    spine.approve(actor=w.head, turn=Turn.objects.get(pk=turn.pk))


def listed(client, url):
    """How many rows the list of an address has, on all its pages."""
    path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
    answer, found = client.get(path.rstrip("/") + ".json", query).json(), 0
    while True:
        found += len(answer["filas"])
        if not answer["siguiente"]:
            return found
        answer = client.get(answer["siguiente"]).json()


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_leads_to_exactly_its_rows(w, seed):
    lived(w, seed)
    client = as_(w.head)
    for chosen in (w.root, w.north, w.south_1):
        params = QueryDict(f"periodo=dia&unidad={chosen.pk}")
        shown = board_of(w.head, params)
        links, figures = Links(shown), {f["label"]: f for f in board._figures(shown)}
        assert shown.cover == [(chosen.pk, True)] and len(figures) == len(SHOWN)
        for slug in SHOWN:
            assert listed(client, links.whole(slug)) == shown.figure(slug)[0], (slug, chosen)
        for f in figures.values():
            assert f["url"] == "#unidades" if not f["value"] else listed(client, f["url"]) == f["value"]
        for name, urls in (("tipos", links.types()), ("sentidos", links.sides())):
            counts = [row[1] for row in board.SHEETS[name].rows(shown)]
            assert [listed(client, url) for url in urls] == counts, name
        files = shown.now["files_attached", None, None]
        assert listed(client, links.whole("files_attached")) == files == Attachment.objects.filter(
            pk__in=[a.pk for a in Attachment.objects.all() if (Turn.objects.get(pk=a.turn_id).unit_id if a.turn_id else a.case.unit_id) in below(chosen)]).count()
        for unit, _href, values, _share in board.per_unit(params, shown, {})["rows"]:
            assert [listed(client, url) for value, url in values if url] == [value for value, url in values if url], unit
    page = text(client.get("/correspondencia/tablero/", {"periodo": "dia"}))
    assert "Ver los archivos del periodo" in page and "documentacion=internal" in page.replace("&amp;", "&")


def test_a_board_whose_units_are_no_subtree_leads_to_the_same_units(w):
    """Whole parts of the tree with what hangs below, other units alone: together exactly those counted."""
    lived(w, 1)
    client = as_(w.head)
    shown = board_of(w.head, QueryDict("periodo=dia"))
    shown.units = [u for u in shown.units if u.pk != w.north_1.pk]
    assert (w.north.pk, False) in shown.cover and (w.south.pk, True) in shown.cover and w.south_1.pk not in dict(shown.cover)
    links, counted = Links(shown), 0
    for slug in SHOWN:
        assert listed(client, links.whole(slug)) == shown.figure(slug)[0], slug
        counted += shown.figure(slug)[0]
    assert counted and [listed(client, url) for url in links.types()] == [row[1] for row in board.SHEETS["tipos"].rows(shown)]
    shown.cover = [(pk, False) for pk in range(500)]
    assert links.whole("letters") == ""


def test_each_point_of_a_line_leads_to_the_rows_of_its_step(w):
    lived(w, 2)
    client, today = as_(w.head), timezone.localdate()
    shown = board_of(w.head, QueryDict(f"periodo=entre&desde={today - timedelta(days=10)}&hasta={today}&paso=week"))
    links = Links(shown)
    assert shown.period.spans[0][0] == shown.period.start and shown.period.spans[-1][1] == today
    for slug in board.DRAWN:
        assert [listed(client, url) if url else 0 for url in links.points(slug)] == shown.steps[slug], slug
    assert listed(client, links.stored()[-1]) == [row[3] for row in board.SHEETS["acervo"].rows(shown)][-1] > 0
    page = text(client.get("/correspondencia/tablero/", {"periodo": "dia"}))
    assert links.points("letters")[-1].split("?")[0] in page and page.count("<circle") > page.count("Espacio ocupado")


def test_a_unit_with_its_areas_in_every_list(w):
    lived(w, 2)
    client = as_(w.head)
    for chosen in (w.root, w.north, w.north_1):
        under = below(chosen)
        expected = {
            "correspondencia": ("unidad", Case.objects.filter(kind="letter", unit__in=under).count()),
            "turnos": ("para", Turn.objects.filter(unit__in=under).count()),
            "respuestas": ("de", Turn.objects.filter(unit__in=under, answers__isnull=False).count())}
        for slug, (name, count) in expected.items():
            assert listed(client, f"/listas/{slug}/?{name}={chosen.pk}&{name}_areas=si") == count, (slug, chosen)
        assert listed(client, f"/listas/correspondencia/?unidad={chosen.pk}") == Case.objects.filter(unit=chosen).count()
        inside = Letter.objects.filter(sender_unit__in=under).count()
        assert listed(client, f"/listas/correspondencia/?interna={chosen.pk}&interna_areas=si") == inside
    for query, chosen in ((f"unidad={w.north_1.pk}&unidad={w.south.pk}&unidad_areas={w.south.pk}", {w.north_1.pk} | below(w.south)),
                          (f"unidad={w.north_1.pk}&unidad={w.south.pk}", {w.north_1.pk, w.south.pk}),
                          (f"unidad={w.south.pk}&unidad={w.north.pk}&unidad_areas=si", {w.south.pk} | below(w.north)),
                          (f"unidad={w.north.pk}&unidad_areas={w.south.pk}", {w.north.pk})):
        assert listed(client, f"/listas/correspondencia/?{query}") == Case.objects.filter(kind="letter", unit__in=chosen).count(), query
    assert listed(client, "/listas/correspondencia/?unidad=nada") == 0
    assert listed(client, "/listas/correspondencia/?unidad_areas=si") == Case.objects.filter(kind="letter").count()
    for slug, name in (("enviados", "unidad"), ("circulares", "unidad"), ("expedientes", "unidad"), ("tickets", "unidad"), ("configuracion", "unidad")):
        answer = client.get(f"/listas/{slug}/", {name: w.root.pk, f"{name}_areas": "si", "filtros": "1"})
        assert answer.status_code == 404 or f'name="{name}_areas" value="{w.root.pk}" checked' in text(answer), slug


def test_the_tree_of_today_counts_on_the_board_and_in_the_list(w):
    make.letter(w, actor=w.north_1_head, unit=w.north_1)
    for parent, count in ((w.north, 1), (w.south, 0)):
        assert listed(as_(w.head), f"/listas/correspondencia/?unidad={parent.pk}&unidad_areas=si") == count
    move_unit(actor=w.admin, unit=w.north_1, parent=w.south)
    for parent, count in ((w.north, 0), (w.south, 1)):
        shown = board_of(w.head, QueryDict(f"periodo=dia&unidad={parent.pk}"))
        assert listed(as_(w.head), Links(shown).whole("letters")) == shown.figure("letters")[0] == count


def test_the_box_is_a_chip_goes_into_views_and_files_and_costs_the_same(w):
    lived(w, 3)
    client, asked = as_(w.head), {"unidad": w.north.pk, "unidad_areas": "si"}
    page = text(client.get("/listas/correspondencia/", asked))
    assert f"{w.north.name} con sus áreas" in page and 'name="unidad_areas" value="si"' in page
    two = text(client.get("/listas/correspondencia/", {"unidad": [w.north.pk, w.south.pk], "unidad_areas": w.south.pk}))
    assert f"{w.north.name}, {w.south.name} con sus áreas" in two
    assert 'checked' not in text(client.get("/listas/correspondencia/filtros", {"unidad": w.north.pk}))
    query = f"unidad={w.north.pk}&unidad_areas=si"
    client.post(reverse("screen_save_view", args=["correspondencia"]), {"nombre": "Norte", "consulta": query})
    assert SavedView.objects.get().query == query
    rows = b"".join(client.get(reverse("screen_export", args=["correspondencia", "csv"]), asked).streaming_content).decode().splitlines()
    assert len(rows) - 1 == listed(client, f"/listas/correspondencia/?{query}") == Case.objects.filter(unit__in=below(w.north)).count()

    def count(**asked):
        client.get("/listas/correspondencia/", asked)
        with CaptureQueriesContext(connection) as seen:
            client.get("/listas/correspondencia/", asked)
        return len(seen)

    assert count(**asked) <= count(unidad=w.north.pk) + 1 <= 14


def test_files_are_listed_with_what_they_are_and_only_to_who_may_read(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    document = make.document(w, "Plano del predio.pdf")
    blob = Blob.objects.create(sha256="ab" * 32, size=12_345, media_type="application/pdf")
    document.versions.create(number=1, blob=blob, filename="plano.pdf", page_count=3)
    spine.attach(actor=w.head, case=case, turn_id=turn.pk, documents=[document])
    private = make.document(w, "Reservado.pdf")
    spine.attach(actor=w.head, case=case, documents=[private], private=True)
    row = next(r for r in as_(w.head).get("/listas/archivos.json").json()["filas"] if r["document.title"] == "Plano del predio.pdf")
    assert (row["case.folio"], row["unit"], row["size"], row["pages"]) == (case.folio, w.north.name, 12.3, 3)
    titles = {p: {r["document.title"] for r in as_(p).get("/listas/archivos.json").json()["filas"]} for p in (w.head, w.north_head, w.south_head)}
    assert "Reservado.pdf" in titles[w.head] and "Reservado.pdf" not in titles[w.north_head] and "Plano del predio.pdf" in titles[w.north_head]
    assert titles[w.south_head] == set()
    assert listed(as_(w.head), "/listas/archivos/?de=turno") == 1 and listed(as_(w.head), "/listas/archivos/?clase=annex&q=nada") == 0


def test_files_and_their_days_are_read_by_an_index_with_as_many_queries(w):
    client = as_(w.head)

    def count():
        client.get("/listas/archivos/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/listas/archivos/", {"agregado": "mes", "unidad": w.root.pk, "unidad_areas": "si"}).status_code == 200
        return len(seen)

    make.letter(w, documents=[make.document(w)])
    few = count()
    for _n in range(5):
        make.letter(w, documents=[make.document(w), make.document(w)])
    assert count() == few <= 14
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        rows = Attachment.objects.readable_by(w.head).filter(case__kind="letter", at__lte=timezone.now()).order_by("-at", "-pk")[:51]
        assert "cases_attachment_at" in rows.explain()


def test_the_api_lists_a_unit_with_what_hangs_below_it(w):
    lived(w, 4)
    _token, secret = create_token(actor=w.head, name="Prueba", days=1, scopes=[scopes.READ])
    client, headers = as_(w.head), {"Authorization": f"Bearer {secret}"}
    for asked, units in (("", {w.north.pk}), ("&below=true", below(w.north))):
        answer = client.get(f"/api/v1/cases?kind=letter&limit=200&unit={w.north.uuid}{asked}", headers=headers)
        assert len(answer.json()["items"]) == Case.objects.filter(unit__in=units).count()
    assert client.get(f"/api/v1/cases?unit={make.world().root.uuid}&below=true", headers=headers).json()["items"] == []
