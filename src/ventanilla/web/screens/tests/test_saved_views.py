"""Saved views: renamed, changed, put in order, shared with where one works, opened first; and how each of these ends."""
import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.services.reorganisation import merge
from ventanilla.core.orgs.models import Grant, Person, Unit
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.units import close_unit
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.web.screens import saved
from ventanilla.web.screens.models import SavedView

pytestmark = pytest.mark.django_db
SLUG = "correspondencia"
URL = f"/listas/{SLUG}/"
MANAGE = f"/listas/{SLUG}/vistas"


@pytest.fixture
def w():
    return make.world()


def view_of(person, name="Vencidos", query="luz=red", slug=SLUG, **extra):
    return SavedView.objects.create(person=person, screen=slug, name=name, query=query, **extra)


def tabs(client, address=URL):
    """The names of the views among the tabs, in their order."""
    listed = re.search(r'<ul class="tabs" aria-label="Vistas">(.*?)</ul>', text(client.get(address)), re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)).removeprefix("Compartida:").strip()
            for one in re.findall(r"<li>(.*?)</li>", listed[1], re.S)][1:] if listed else []


def at(name, view, slug=SLUG, *more):
    return reverse(name, args=[slug, view.pk, *more])


def pages_of(client):
    """What somebody can read of views: the list, the page of views and Ctrl+K."""
    return text(client.get(URL)) + text(client.get(MANAGE)) + text(client.get(reverse("palette"), {"q": "vencidos"}))


# --- one's own -----------------------------------------------------------------------------------------------


def test_a_view_is_renamed_and_a_name_that_there_is_comes_back_with_what_was_typed(w):
    view, client = view_of(w.head), as_(w.head)
    view_of(w.head, "Otra", "luz=amber")
    answer = client.post(at("screen_view", view), {"nombre": "Rojos", "con": ""})
    assert answer.url == f"{URL}?luz=red&vista={view.pk}" and tabs(client) == ["Rojos", "Otra"]
    again = client.post(at("screen_view", view), {"nombre": "Otra"})
    assert again.status_code == 422 and "Usted ya tiene otra vista «Otra»" in again.content.decode() and 'value="Otra"' in again.content.decode()
    assert client.post(at("screen_view", view), {"nombre": " "}).status_code == 422
    assert tabs(client) == ["Rojos", "Otra"]


def test_changed_filters_are_told_kept_in_the_view_or_kept_as_another(w):
    view, client = view_of(w.head), as_(w.head)
    same = text(client.get(URL, {"luz": "red", "vista": view.pk}))
    assert "con cambios sin guardar" not in same and "Guardar cambios" not in same
    page = text(client.get(URL, {"luz": "red", "estado": "routed", "vista": view.pk}))
    assert "Guardar cambios en «Vencidos»" in page and "Guardar como otra" in page and "Deshacer los cambios" in page
    assert f'<input type="hidden" name="vista" value="{view.pk}">' in page, "a search stays in the view"
    kept = re.search(r'name="consulta" value="([^"]+)"><button class="btn btn-sm">', page)[1]
    client.post(at("screen_change_view", view), {"consulta": html.unescape(kept)})
    view.refresh_from_db()
    assert view.query == "luz=red&estado=routed" and tabs(client) == ["Vencidos"]
    client.post(MANAGE, {"nombre": "Otra", "consulta": f"luz=amber&vista={view.pk}&despues=x"})
    assert SavedView.objects.get(name="Otra").query == "luz=amber" and tabs(client) == ["Vencidos", "Otra"]


def test_links_of_the_page_stay_in_the_view(w):
    for n in range(60):
        make.letter(w, subject=f"Asunto {n}")
    view, client = view_of(w.head, "Pocos", "q=asunto"), as_(w.head)
    page = html.unescape(text(client.get(URL, {"q": "asunto", "vista": view.pk})))
    for link in re.findall(r'href="([^"]*(?:despues|ultima|orden)=[^"]*)"', page):
        assert dict(parse_qsl(urlsplit(link).query)).get("vista") == str(view.pk), link


def test_the_order_of_the_filters_in_an_address_does_not_matter_but_that_of_their_values_does():
    assert saved.same("luz=red&estado=routed", "estado=routed&luz=red")
    assert not saved.same("unidad=1&unidad=2&unidad_areas=si", "unidad=2&unidad=1&unidad_areas=si")
    assert not saved.same("luz=red", "luz=amber")


def test_a_name_that_there_is_never_loses_what_it_held_and_a_form_sent_twice_keeps_one(w):
    client = as_(w.head)
    for _twice in range(2):
        assert client.post(MANAGE, {"nombre": "Vencidos", "consulta": "luz=red"}).status_code == 302
    refused = client.post(MANAGE, {"nombre": "Vencidos", "consulta": "luz=amber"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "con otros filtros" in page and 'name="consulta" value="luz=amber"' in page
    assert [(v.name, v.query) for v in SavedView.objects.all()] == [("Vencidos", "luz=red")]
    too_long = "&".join(f"columna=extra-{n:060d}" for n in range(40))
    assert client.post(MANAGE, {"nombre": "Larga", "consulta": too_long}).status_code == 422
    assert client.post(MANAGE, {"nombre": "Nada", "consulta": "despues=x"}).status_code == 422
    assert SavedView.objects.count() == 1


def test_views_are_put_in_order_and_the_same_form_again_changes_nothing(w):
    client = as_(w.head)
    first, second, third = (view_of(w.head, name, f"q={name}") for name in ("Uno", "Dos", "Tres"))
    for _twice in range(2):
        client.post(at("screen_move_view", third), {"lugar": "0"})
    assert tabs(client) == ["Tres", "Uno", "Dos"]
    client.post(at("screen_move_view", first), {"lugar": "2"})
    client.post(at("screen_move_view", second), {"lugar": "999"})
    assert tabs(client) == ["Tres", "Uno", "Dos"]
    page = text(client.get(MANAGE))
    assert "Subir «Uno»" in page and "Subir «Tres»" not in page and "Bajar «Dos»" not in page


def test_columns_chosen_in_a_view_are_the_views_and_not_what_the_list_remembers(w):
    view, client = view_of(w.head), as_(w.head)
    answer = client.post(reverse("screen_columns", args=[SLUG]), {"consulta": f"luz=red&vista={view.pk}", "columna": ["folio", "subject"]})
    assert sorted(parse_qsl(urlsplit(answer.url).query)) == sorted(
        [("luz", "red"), ("vista", str(view.pk)), ("columna", "folio"), ("columna", "subject")])
    for query, help_text in (("", "La lista las recuerda"), (f"?luz=red&vista={view.pk}", "Quedan en la dirección de esta vista")):
        assert help_text in text(client.get(reverse("screen_columns", args=[SLUG]) + query))
    assert not SavedView.objects.filter(name="").exists() and "Guardar cambios en «Vencidos»" in text(client.get(answer.url))
    client.post(reverse("screen_columns", args=[SLUG]), {"consulta": "luz=red", "columna": ["folio"]})
    assert SavedView.objects.get(name="").query == "columna=folio"


# --- shared --------------------------------------------------------------------------------------------------


def test_a_view_is_shared_with_a_unit_and_with_what_hangs_below_and_with_nobody_else(w):
    view, author = view_of(w.north_head), as_(w.north_head)
    for chosen, readers in ((f"{w.north.pk}", ()), (f"{w.north.pk}-areas", (w.north_1_head, w.north_2_head, w.staff))):
        author.post(at("screen_view", view), {"nombre": "Vencidos", "con": chosen})
        for person in (w.head, w.clerk, w.south_head, w.south_1_head, w.nobody, *{w.north_1_head, w.staff} - {*readers}):
            assert "Vencidos" not in pages_of(as_(person)).replace('value="vencidos"', ""), (chosen, person)
        for person in readers:
            assert tabs(as_(person)) == ["Vencidos"] and "Vista compartida de Correspondencia" in pages_of(as_(person))
    mate = make.person(w.institution, w.north, "staff")
    page = text(as_(mate).get(f"{URL}?luz=red&vista={view.pk}"))
    assert f"La comparte {w.north_head.name} con «Dirección Norte»" in page and "Guardar cambios" not in page
    author.post(at("screen_view", view), {"nombre": "Vencidos", "con": ""})
    assert tabs(as_(mate)) == [] and tabs(as_(w.staff)) == [] and tabs(author) == ["Vencidos"]


def test_only_units_where_one_works_are_offered_and_accepted(w):
    view, client = view_of(w.north_head), as_(w.north_head)
    page = text(client.get(at("screen_view", view)))
    offered = re.findall(r'<option value="([^"]*)"', page)
    assert offered == ["", f"{w.north.pk}", f"{w.north.pk}-areas"]
    assert "Dirección Sur" not in page and "Departamento Norte" not in page
    for wrong in (w.south.pk, f"{w.root.pk}-areas", f"{w.north_1.pk}", "0", "-areas", "x"):
        assert client.post(at("screen_view", view), {"nombre": "Vencidos", "con": wrong}).status_code == 422
    below = view_of(w.staff)
    assert f"{w.north_1.pk}-areas" not in text(as_(w.staff).get(at("screen_view", below))), "nothing hangs below"
    view.refresh_from_db()
    assert view.unit is None


def test_who_reads_a_shared_view_may_copy_it_and_changes_nothing_of_it(w):
    view, reader = view_of(w.north_head, unit=w.north, below=True), as_(w.staff)
    for name, data in (("screen_view", {"nombre": "Mía"}), ("screen_change_view", {"consulta": "luz=green"}), ("screen_move_view", {"lugar": "0"})):
        assert reader.post(at(name, view), data).status_code == 404
    assert reader.get(at("screen_view", view)).status_code == 404
    assert reader.post(at("screen_lead_view", view, SLUG, "retirar")).status_code == 404
    reader.post(at("screen_drop_view", view))
    assert SavedView.objects.get() == view
    for _twice in range(2):
        made = reader.post(at("screen_copy_view", view))
    own = SavedView.objects.get(person=w.staff)
    assert made.url == f"{URL}?luz=red&vista={own.pk}" and (own.name, own.query, own.unit) == ("Vencidos", "luz=red", None)
    SavedView.objects.filter(pk=view.pk).update(query="luz=amber")
    reader.post(at("screen_copy_view", view))
    assert [v.name for v in SavedView.objects.filter(person=w.staff).order_by("pk")] == ["Vencidos", "Vencidos (2)"]
    for stranger in (w.south_head, make.world().head):
        for name in ("screen_copy_view", "screen_move_view", "screen_change_view"):
            assert as_(stranger).post(at(name, view)).status_code == 404
        assert as_(stranger).post(reverse("screen_open_view", args=[SLUG]), {"vista": view.pk}).status_code == 404


def test_a_shared_view_shows_each_reader_only_what_they_may_see(w):
    make.letter(w, subject="Asunto de la raíz")
    make.letter(w, actor=w.north_1_head, unit=w.north_1, subject="Asunto del norte uno")
    view = view_of(w.head, "Asuntos", f"q=asunto&unidad={w.root.pk}&unidad_areas={w.root.pk}", unit=w.root, below=True)
    seen = {person: re.findall(r"Asunto (?:de la raíz|del norte uno)", text(as_(person).get(f"{URL}?{view.asked}")))
            for person in (w.head, w.staff, w.nobody)}
    assert sorted(set(seen[w.head])) == ["Asunto de la raíz", "Asunto del norte uno"]
    assert set(seen[w.staff]) == {"Asunto del norte uno"} and seen[w.nobody] == []


def test_what_a_reader_may_not_choose_is_not_named(w):
    """A filter by something of another institution: no name of it, and no list without that filter."""
    other = make.world()
    Unit.objects.filter(pk=other.north.pk).update(name="Unidad secreta")
    LetterType.objects.filter(pk=other.oficio.pk).update(name="Tipo secreto")
    make.letter(w, subject="Asunto visible")
    view = view_of(w.head, "Ajena", f"tipo={other.oficio.pk}&unidad={other.north.pk}", unit=w.root)
    page = text(as_(w.clerk).get(f"{URL}?{view.asked}"))
    assert "secret" not in page and "Asunto visible" not in page
    assert page.count("pide algo que ya no existe o que usted no puede consultar") == 2


def test_who_stands_in_for_somebody_has_what_is_shared_with_their_unit(w):
    from ventanilla.core.orgs.models import Absence

    view_of(w.north_head, unit=w.north)
    day = timezone.localdate()
    assert tabs(as_(w.south_1_head)) == []
    away = make.person(w.institution, w.north, "assistant")
    Absence.objects.create(person=away, acting=w.south_1_head, valid_from=day, valid_to=day.replace(year=day.year + 1, day=1))
    assert tabs(as_(w.south_1_head)) == ["Vencidos"]


# --- how it ends ---------------------------------------------------------------------------------------------


def moved_to(person, unit):
    """The person works in that unit alone."""
    Grant.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(unit=unit)
    give(actor=None, person=person, role="staff", unit=unit)
    forget(person)


def test_when_its_author_leaves_the_unit_it_stays_with_the_unit_and_its_head_may_take_it_over(w):
    clerk = make.person(w.institution, w.north_1, "staff", name="Petra")
    view = view_of(clerk, unit=w.north_1)
    assert "que ya no trabaja" not in text(as_(w.staff).get(MANAGE))
    moved_to(clerk, w.south_1)
    assert tabs(as_(clerk)) == [] and as_(clerk).get(at("screen_view", view)).status_code == 404
    assert as_(clerk).post(at("screen_change_view", view), {"consulta": "q=broma"}).status_code == 404
    assert tabs(as_(w.staff)) == ["Vencidos"] == tabs(as_(w.north_1_head))
    page = text(as_(w.staff).get(MANAGE))
    assert "La hizo Petra Prueba López, que ya no trabaja en «Departamento Norte Uno»" in page and "Tomarla a mi cargo" not in page
    assert as_(w.staff).post(at("screen_lead_view", view, SLUG, "tomar")).status_code == 404
    view_of(w.north_1_head, "Vencidos", "luz=red&q=otra")
    assert "Tomarla a mi cargo" in text(as_(w.north_1_head).get(MANAGE))
    as_(w.north_1_head).post(at("screen_lead_view", view, SLUG, "tomar"))
    view.refresh_from_db()
    assert (view.person, view.name, view.unit) == (w.north_1_head, "Vencidos (2)", w.north_1)
    assert tabs(as_(w.staff)) == ["Vencidos (2)"]


@pytest.mark.parametrize("gone", ["inactive", "no grant"])
def test_an_author_without_account_or_grant_is_said_to_have_left(w, gone):
    clerk = make.person(w.institution, w.south_1, "staff")
    give(actor=None, person=clerk, role="staff", unit=w.north_1)
    view_of(clerk, unit=w.north_1)
    assert "que ya no trabaja" not in text(as_(w.staff).get(MANAGE))
    if gone == "inactive":
        Person.objects.filter(pk=clerk.pk).update(active=False)
    else:
        Grant.objects.filter(person=clerk, unit=w.north_1).delete()
    assert "que ya no trabaja en «Departamento Norte Uno»" in text(as_(w.staff).get(MANAGE))


def test_who_answers_for_the_unit_may_stop_sharing_and_not_take_what_somebody_there_keeps(w):
    view, head = view_of(w.staff, unit=w.north_1), as_(w.north_1_head)
    head.post(at("screen_lead_view", view, SLUG, "tomar"))
    view.refresh_from_db()
    assert view.person == w.staff
    assert head.post(at("screen_lead_view", view, SLUG, "regalar")).status_code == 404
    head.post(at("screen_lead_view", view, SLUG, "retirar"))
    assert tabs(head) == [] and tabs(as_(w.staff)) == ["Vencidos"]


def test_a_unit_that_closes_gives_its_views_to_its_successor_and_without_one_back_to_their_author(w):
    view_of(w.north_1_head, unit=w.north_1)
    merge(actor=None, units=[w.north_1], successor=w.north_2, wait=False)
    for person in (w.north_1_head, w.north_2_head, w.staff):
        assert tabs(as_(Person.objects.get(pk=person.pk))) == ["Vencidos"]
    lonely = view_of(w.south_1_head, "Del sur", "luz=amber", unit=w.south_1)
    close_unit(actor=None, unit=w.south_1)
    client = as_(w.south_1_head)
    assert tabs(client) == ["Del sur"] and "«Departamento Sur Uno» cerró" in text(client.get(MANAGE))
    page = text(client.get(at("screen_view", lonely)))
    assert "Elija con quién compartirla ahora" in page and f'value="{w.south_1.pk}"' not in page
    assert client.post(at("screen_view", lonely), {"nombre": "Del sur", "con": ""}).status_code == 302


def test_a_value_that_is_gone_is_said_with_the_way_out_and_never_an_unfiltered_list(w):
    make.letter(w, subject="Asunto visible")
    kind = LetterType.objects.create(institution=w.institution, name="Memorando", amount=5)
    view, client = view_of(w.head, "Memorandos", f"tipo={kind.pk}&q=asunto"), as_(w.head)
    kind.delete()
    page = html.unescape(text(client.get(f"{URL}?{view.asked}")))
    assert "El filtro «Tipo» pide algo que ya no existe" in page and "Asunto visible" not in page
    way_out = re.search(r'<a href="([^"]+)">Quitar el filtro «Tipo»', page)[1]
    assert way_out == f"{URL}?q=asunto&vista={view.pk}" and "Asunto visible" in text(client.get(way_out))
    assert "pide algo que ya" not in text(client.get(URL, {"q": "asunto"}))


def test_a_closed_unit_is_said_with_its_day_and_where_its_matters_went(w):
    day = timezone.localdate()
    Unit.objects.filter(pk=w.north_1.pk).update(valid_to=day, successor=w.north_2)
    page = text(as_(w.head).get(URL, {"unidad": w.north_1.pk}))
    assert "«Departamento Norte Uno» cerró el" in page and "Lo que estaba abierto pasó a «Departamento Norte Dos»." in page
    assert "Unidad: Departamento Norte Uno (cerrada)" in page
    assert "cerró el" not in text(as_(w.head).get(URL, {"unidad": w.north_2.pk}))


# --- opened first --------------------------------------------------------------------------------------------


def test_the_list_opens_with_the_chosen_view_and_whole_where_that_is_asked(w):
    make.letter(w, subject="Asunto visible")
    view, client = view_of(w.head, "Nada", "q=jacaranda"), as_(w.head)
    client.post(reverse("screen_open_view", args=[SLUG]), {"vista": view.pk})
    assert client.get(URL).url == f"{URL}?q=jacaranda&vista={view.pk}"
    page = html.unescape(text(client.get(client.get(URL).url)))
    assert f'<a href="{URL}?todo"' in page and "Con ella se abre la lista" in text(client.get(MANAGE))
    assert "Asunto visible" in text(client.get(f"{URL}?todo"))
    chosen = html.unescape(text(client.get(f"{URL}?luz=green")))
    assert re.search(r'aria-label="Quitar el filtro Semáforo"', chosen) and f'<a href="{URL}?todo" aria-label' in chosen
    for address in re.findall(r'href="(/listas/correspondencia/[^"]*)"', html.unescape(text(client.get(f"{URL}?todo")))):
        if "vista=" not in address:
            assert client.get(address).status_code == 200, address
    assert as_(w.clerk).get(URL).status_code == 200, "for oneself alone"
    assert client.get(f"/listas/{SLUG}.json").json()["filas"], "programs ask for what they say"
    columns = client.post(reverse("screen_columns", args=[SLUG]), {"consulta": "todo", "columna": ["folio"]})
    assert columns.url == f"{URL}?todo"
    client.post(reverse("screen_columns", args=[SLUG]), {"consulta": "todo", "usuales": "1"})
    assert client.get(URL).status_code == 302, "the columns are another thing"
    client.post(reverse("screen_open_view", args=[SLUG]))
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize("how", ["withdrawn", "deleted"])
def test_who_opened_the_list_with_a_view_that_is_gone_is_told_until_they_have_read_it(w, how):
    view, reader = view_of(w.north_head, unit=w.north, below=True), as_(w.staff)
    reader.post(reverse("screen_open_view", args=[SLUG]), {"vista": view.pk})
    assert reader.get(URL).status_code == 302
    if how == "withdrawn":
        as_(w.north_head).post(at("screen_view", view), {"nombre": "Vencidos", "con": ""})
    else:
        as_(w.north_head).post(at("screen_drop_view", view))
    told = "ya no existe o ya no se comparte con usted: ahora se abre completa"
    assert told in text(reader.get(URL)) and told in text(reader.get(MANAGE)) and "Vencidos" not in text(reader.get(URL))
    reader.post(reverse("screen_open_view", args=[SLUG]))
    assert told not in text(reader.get(URL))


def test_forgetting_the_view_one_opens_the_list_with_is_no_surprise(w):
    view, client = view_of(w.head), as_(w.head)
    client.post(reverse("screen_open_view", args=[SLUG]), {"vista": view.pk})
    client.post(at("screen_drop_view", view))
    assert client.get(URL).status_code == 200 and "ahora se abre completa" not in text(client.get(URL))


# --- what it costs -------------------------------------------------------------------------------------------


def test_the_first_answer_costs_the_same_with_views_of_ones_own_and_of_others(w):
    make.letter(w)
    client = as_(w.staff)

    def count(address):
        client.get(address)
        seen = []
        with connection.execute_wrapper(lambda execute, sql, *rest: seen.append(str(sql)) or execute(sql, *rest)):
            assert client.get(address).status_code == 200
        return len(seen), sum("screens_savedview" in sql for sql in seen)

    without = count(URL), count("/bandeja/")
    for n in range(3):
        view_of(w.staff, f"Mía {n}", f"q={n}")
        view_of(w.staff, f"Mía {n}", f"pestana=atender&q={n}", slug="bandeja")
        for slug in (SLUG, "bandeja"):
            view_of(w.north_head, f"De todos {n}", f"q={n}", slug=slug, unit=w.north, below=True)
    assert (count(URL), count("/bandeja/")) == without and {views for _all, views in without} == {1}
    page = text(client.get(URL))
    assert "De todos 2" in page and "Mía 2" in page
