"""Plain rows: what a list shows is what its models would show, and what was not read is told."""
import pytest
from django.db.models import F
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.web.screens.addresses import by_number
from ventanilla.web.screens.cells import Drawing
from ventanilla.web.screens.choosing import boxes
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.keys import Order, page
from ventanilla.web.screens.plain import Plain, is_field, reader
from ventanilla.web.screens.screen import screen_of

pytestmark = pytest.mark.django_db
URL = "/listas/correspondencia/"


@pytest.fixture
def w():
    made = make.world()
    for n in range(3):
        make.letter(made, subject=f"Asunto <{n}>")
    inside = make.letter(made, unit=made.north, actor=made.north_head)
    make.turn(inside, made.north_head, made.north_1)
    return made


@pytest.mark.parametrize("slug", ["correspondencia", "turnos"])
@pytest.mark.parametrize("order", ["-pk", "due_at"])
def test_the_same_cells_addresses_and_keys_as_from_models(w, slug, order):
    screen = screen_of(slug)
    rows, columns = screen.queryset(w.head), screen.shown(())
    plain = screen.page(rows, Order.of(order), columns)
    models = page(rows, Order.of(order))
    assert {type(row).__mro__[1] for row in plain.rows} == {Plain} and isinstance(models.rows[0], rows.model)
    cells = [Drawing(columns).rows(rows, [screen.row_url(r) for r in rows]) for rows in (plain.rows, models.rows)]
    assert cells[0] == cells[1] and [r.pk for r in plain.rows] == [r.pk for r in models.rows]
    assert [[c.plain(r) for c in columns] for r in plain.rows] == [[c.plain(r) for c in columns] for r in models.rows]
    assert (plain.next, plain.previous) == (models.next, models.previous)


@pytest.mark.parametrize("slug", ["correspondencia", "turnos"])
def test_what_is_worked_out_once_for_equal_fields_needs_no_others(w, slug):
    screen = screen_of(slug)
    for column in (c for c in screen.columns if c.source):
        rows = screen.queryset(w.head)
        plain = reader(rows.model, column.reads)(rows.order_by("pk"))
        assert [column.value(row) for row in plain] == [column.value(row) for row in rows.order_by("pk")]


def test_a_column_that_does_not_say_what_it_reads_brings_the_models(w):
    screen = screen_of("correspondencia")
    found = screen.page(screen.queryset(w.head), Order.of("-pk"), screen.shown(["folio", "registrar"]))
    assert isinstance(found.rows[0], Case)


def test_what_is_missing_is_none_and_what_was_not_read_is_an_error(w):
    read = reader(Case, ("assignee__given_name", "letter__type__name", "unit__name"))
    row = read(Case.objects.order_by(F("pk").desc())[:1])[0]
    assert row.assignee is None and row.letter.type.name == "Oficio" and row.unit.name == "Dirección Norte"
    with pytest.raises(LookupError, match="subject"):
        _ = row.subject


@pytest.mark.parametrize(("path", "true"), [
    ("folio", True), ("unit__name", True), ("unit_id", True), ("letter__sheets", True), ("unit", False), ("letter__sender", False),
    ("nothing", False), ("folio__name", False)])
def test_paths_that_end_at_a_column(path, true):
    assert is_field(Case, path) is true


def test_an_address_by_number_is_the_address():
    assert by_number("letter")(41) == reverse("letter", args=[41])


def test_what_narrows_a_whole_list_still_shows_nothing_but_what_one_may_see(w):
    mine = set(Case.objects.visible_to(w.north_1_head).values_list("pk", flat=True))
    assert 0 < len(mine) < Case.objects.count()
    rows = screen_of("correspondencia").queryset(w.north_1_head)
    assert rows.whole is not None
    assert {row.pk for row in rows.filter(pk__gt=0)} == mine == {row.pk for row in rows}
    again = screen_of("correspondencia").queryset(w.north_1_head)
    assert again.count() == len(mine) and {row.pk for row in again | again.filter(pk=0)} == mine and list(again.none()) == []


def test_boxes_of_columns_say_which_are_shown_by_group():
    offered = (Column("a", "A"), Column("x", "<X>", group="Correo"), Column("b", "B"), Column("y", "Y", group="Correo"))
    assert boxes(offered, offered[1:3]) == (("", 1, (("a", "A", False), ("b", "B", True))), ("Correo", 1, (("x", "<X>", True), ("y", "Y", False))))


def test_controls_come_when_they_are_unfolded_with_what_was_chosen(w, client):
    client.force_login(w.head.user)
    folded, unfolded = (client.get(URL, given).content.decode() for given in ({}, {"filtros": "1"}))
    fetched = client.get(reverse("screen_filters", args=["correspondencia"])).content.decode()
    assert "<select" not in folded and "filtros=1" in folded and reverse("screen_filters", args=["correspondencia"]) in folded
    assert unfolded.count("<select") == fetched.count("<select") > 4 and 'value="concluded" selected' not in unfolded + fetched
    chosen = client.get(URL, {"estado": "concluded", "q": "obra"}).content.decode()
    again = client.get(reverse("screen_filters", args=["correspondencia"]), {"estado": "concluded", "q": "obra"}).content.decode()
    assert "<select" not in chosen and '<input type="hidden" name="estado" value="concluded">' in chosen
    assert 'value="concluded" selected' in again and again.count("<select") == fetched.count("<select")


def test_a_filter_that_cannot_be_read_is_told_at_its_control(w, client):
    client.force_login(w.head.user)
    wrong = client.get(URL, {"estado": "concluded", "recibido_after": "no"}).content.decode()
    assert 'value="concluded" selected' in wrong and "field-error" in wrong
