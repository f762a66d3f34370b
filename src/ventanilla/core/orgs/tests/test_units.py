"""Editing, moving, closing, recoding and finding units."""
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.models import Unit, UnitCode
from ventanilla.core.orgs.services import (
    add_person,
    add_unit,
    close_unit,
    create_institution,
    find_units,
    give,
    move_unit,
    nearest_code,
    recode,
    update_unit,
)
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused, UnitDraft
from ventanilla.core.orgs.services.units import UnitChange, preview_recoding, shared_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return create_institution(slug="vivienda", name="Instituto de Vivienda", short_name="IV")


def unit(institution, name, parent=None, **extra):
    return add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=parent, **extra))


def person(institution, role=None, on=None, **extra):
    made = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Peña"))
    if role:
        give(actor=None, person=made, role=role, unit=on, **extra)
    return made


def test_only_the_administration_of_that_institution_changes_units(institution):
    root = unit(institution, "Raíz")
    other = create_institution(slug="otra", name="Otra", short_name="O")
    stranger = person(other, "admin", unit(other, "Raíz"))
    for actor in (person(institution, "head", root), stranger):
        with pytest.raises(NotAllowed):
            update_unit(actor=actor, unit=root, change=UnitChange("Nueva"))
        with pytest.raises(NotAllowed):
            move_unit(actor=actor, unit=root, parent=None)
        with pytest.raises(NotAllowed):
            close_unit(actor=actor, unit=root)
        with pytest.raises(NotAllowed):
            recode(actor=actor, institution_id=institution.pk, pairs=[("A", "B")])


def test_an_edit_is_logged_once_and_nothing_when_nothing_changes(institution):
    root = unit(institution, "Raíz")
    admin = person(institution, "admin", root)
    change = UnitChange("Raíz nueva", "RN", "agency", True)
    for _ in range(2):
        update_unit(actor=admin, unit=root, change=change)
    root.refresh_from_db()
    assert (root.name, root.short_name, root.level, root.counter) == ("Raíz nueva", "RN", "agency", True)
    assert Entry.objects.filter(verb="orgs.update_unit", actor_id=admin.pk).count() == 1


def test_a_name_used_beside_it_is_refused_in_spanish(institution):
    unit(institution, "Una")
    other = unit(institution, "Dos")
    with pytest.raises(Refused, match="Ya hay una unidad con ese nombre"):
        update_unit(actor=None, unit=other, change=UnitChange("ÚNA".replace("Ú", "U")))
    with pytest.raises(Refused, match="Ya hay una unidad con ese nombre"):
        unit(institution, "una")


def test_moving_below_itself_is_refused_in_spanish(institution):
    root = unit(institution, "Raíz")
    leaf = unit(institution, "Hoja", unit(institution, "Media", root))
    with pytest.raises(Refused, match="no puede depender de sí misma"):
        move_unit(actor=None, unit=root, parent=leaf)


def test_closing_asks_for_an_order(institution):
    root, other = unit(institution, "Raíz"), unit(institution, "Otra")
    leaf = unit(institution, "Hoja", root)
    with pytest.raises(Refused, match="dependen"):
        close_unit(actor=None, unit=root)
    with pytest.raises(Refused, match="vigente que la sustituya"):
        close_unit(actor=None, unit=leaf, successor=leaf)
    with pytest.raises(Refused, match="futura"):
        close_unit(actor=None, unit=leaf, day=timezone.localdate() + timedelta(days=1))
    close_unit(actor=None, unit=leaf, successor=other)
    assert not Unit.objects.get(pk=leaf.pk).is_open
    with pytest.raises(Refused, match="ya estaba cerrada"):
        close_unit(actor=None, unit=leaf)


def test_codes_swap_in_one_table_and_old_ones_lead_to_their_unit(institution):
    a, b, c = (unit(institution, n, code=k) for n, k in (("Una", "100"), ("Dos", "200"), ("Tres", "300")))
    table = [("100", "200"), ("200", "100"), ("300", "400")]
    day = date(2026, 1, 15)
    assert recode(actor=None, institution_id=institution.pk, pairs=table, day=day, source="Acuerdo 5") == 3
    assert [Unit.objects.get(pk=u.pk).code for u in (a, b, c)] == ["200", "100", "400"]
    assert find_units(institution, "300")[0].pk == c.pk
    assert [(x.code, x.valid_to) for x in UnitCode.objects.filter(unit=c).order_by("pk")] == [("300", day), ("400", None)]
    entry = Entry.objects.get(verb="orgs.recode")
    assert '"300":"400"' in entry.detail


def test_recoding_is_all_or_nothing_and_names_the_line(institution):
    unit(institution, "Una", code="100")
    unit(institution, "Dos", code="200"), unit(institution, "Otra dos", code="200")
    problems = [r.problem for r in preview_recoding(
        institution.pk, [("100", "101"), ("100", "102"), ("200", "9"), ("999", "1"), ("", "1")])]
    assert [bool(p) for p in problems] == [False, True, True, True, True]
    with pytest.raises(Refused, match=r"Línea 2: .*999"):
        recode(actor=None, institution_id=institution.pk, pairs=[("100", "101"), ("999", "1")])
    assert Unit.objects.filter(code="100").exists()


def test_units_of_one_code_are_recoded_by_their_names(institution):
    """Codes are not unique: without the name nobody could ever change one that several units have."""
    north, south = (unit(institution, n, code="200") for n in ("Módulo Norte", "Módulo Sur"))
    assert "2 unidades" in preview_recoding(institution.pk, [("200", "9")])[0].problem
    table = [("200", "201", "MODULO NORTE"), ("200", "202", "Módulo Sur")]
    assert recode(actor=None, institution_id=institution.pk, pairs=table) == 2
    assert [Unit.objects.get(pk=u.pk).code for u in (north, south)] == ["201", "202"]
    assert recode(actor=None, institution_id=institution.pk, pairs=table) == 0, "the second time nothing changes"
    assert {u.pk for u in find_units(institution, "200")} == {north.pk, south.pk}
    detail = Entry.objects.get(verb="orgs.recode").detail
    assert '"200 (Módulo Norte)":"201"' in detail and '"200 (Módulo Sur)":"202"' in detail
    problems = [r.problem for r in preview_recoding(institution.pk, [
        ("201", "1", "Módulo Sur"), ("202", "2", "Módulo Sur"), ("202", "3")])]
    assert "ninguna unidad con la clave 201 se llama «Módulo Sur»" in problems[0]
    assert problems[1] == "" and "ya está en la línea 2" in problems[2]


def test_a_code_that_several_units_would_have_is_named(institution):
    for name, code in (("Una", "100"), ("Dos", "200"), ("Tres", "300"), ("Cuatro", "400")):
        unit(institution, name, code=code)
    shared = [shared_codes(institution.pk, preview_recoding(institution.pk, table)) for table in (
        [("100", "200")], [("100", "200"), ("200", "100")], [("100", "7"), ("200", "7")], [("100", "300"), ("300", "8")])]
    assert shared == [["200"], [], ["7"], []]


def test_the_same_recoding_twice_changes_nothing_the_second_time(institution):
    unit(institution, "Una", code="100")
    assert recode(actor=None, institution_id=institution.pk, pairs=[("100", "101")]) == 1
    assert recode(actor=None, institution_id=institution.pk, pairs=[("100", "101")]) == 0


def test_recoding_again_says_what_became_of_a_code_and_never_dates_ahead(institution):
    row = unit(institution, "Una", code="100", valid_from=date(2026, 3, 1))
    for old, new in (("100", "101"), ("101", "102")):
        recode(actor=None, institution_id=institution.pk, pairs=[(old, new)])
    with pytest.raises(Refused, match="la clave 100 ya cambió; ahora es 102"):
        recode(actor=None, institution_id=institution.pk, pairs=[("100", "101")])
    with pytest.raises(Refused, match="futura"):
        recode(actor=None, institution_id=institution.pk, pairs=[("102", "103")], day=timezone.localdate() + timedelta(days=1))
    recode(actor=None, institution_id=institution.pk, pairs=[("102", "103")], day=date(2026, 1, 1))
    assert all(c.valid_to is None or c.valid_to >= c.valid_from for c in UnitCode.objects.filter(unit=row))


@pytest.mark.parametrize("text", ["arch-01b", "ARCH-01B", "arch-0"])
def test_an_old_code_is_found_as_it_was_written_and_by_its_beginning(institution, text):
    row = unit(institution, "Una", code="Arch-01b")
    recode(actor=None, institution_id=institution.pk, pairs=[("Arch-01b", "900")])
    assert find_units(institution, text) == [row]


@pytest.mark.parametrize(("text", "found"), [
    ("212c0101000200s", "Dirección de Administración"), ("212C01", "Dirección de Administración"),
    ("direccion administracion", "Dirección de Administración"), ("ADMINISTRACIÓN", "Dirección de Administración"),
    ("admnistracion y direcion", "Dirección de Administración"), ("uaj", "Unidad de Asuntos Jurídicos"),
    ("peña", "Oficina Peña"), ("pena", "Oficina Pena"),
])
def test_units_are_found_the_spanish_way(institution, text, found):
    unit(institution, "Dirección de Administración", code="212C0101000200S")
    unit(institution, "Unidad de Asuntos Jurídicos", short_name="UAJ")
    unit(institution, "Oficina Peña"), unit(institution, "Oficina Pena")
    assert find_units(institution, text)[0].name == found


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "\x00", "zzzzzzzz", "a" * 5000, "'; DROP TABLE x;--"])
def test_nothing_is_found_by_nothing(institution, text):
    unit(institution, "Dirección")
    assert find_units(institution, text) == []


def test_closed_units_are_found_only_when_asked(institution):
    gone = unit(institution, "Oficina")
    close_unit(actor=None, unit=gone)
    assert find_units(institution, "oficina") == []
    assert find_units(institution, "oficina", closed=True) == [gone]


@pytest.mark.parametrize(("read", "code", "sure"), [
    ("212C0101000200S", "212C0101000200S", True), ("212C01010002005", "212C0101000200S", True),
    ("212C01010002008", "212C0101000200S", True), ("212 C 0101 000200 S", "212C0101000200S", True),
    ("2I2C0IO1000200S", "212C0101000200S", True), ("212C0101000200", "212C0101000200S", True),
    ("212C010100040OS", "212C0101000400S", True), ("999999999999999", None, False), ("", None, False),
])
def test_a_misread_code_finds_its_unit(institution, read, code, sure):
    unit(institution, "Una", code="212C0101000200S"), unit(institution, "Dos", code="212C0101000400S")
    guess = nearest_code(institution, read)
    assert (guess.code if guess else None, bool(guess and guess.sure)) == (code, sure)


def test_a_code_between_two_is_not_sure(institution):
    unit(institution, "Una", code="100A1"), unit(institution, "Dos", code="100A2")
    guess = nearest_code(institution, "100A3")
    assert guess and not guess.sure


@settings(max_examples=20)
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 6)), max_size=12))
def test_paths_equal_the_chain_of_parents_after_any_moves(moves):
    institution = create_institution(slug=uuid4().hex, name="Otra", short_name="O")
    units = []
    for n in range(7):
        units.append(unit(institution, f"Unidad {n}", units[(n - 1) // 2] if n else None))
    parents = {u.pk: u.parent_id for u in units}
    for index, under in moves:
        moved, target = units[index].pk, units[under].pk if under >= 0 else None
        chain, step = [], target
        while step is not None:
            chain.append(step)
            step = parents[step]
        if moved in chain:
            with pytest.raises(Refused):
                move_unit(actor=None, unit=units[index], parent=units[under])
        else:
            move_unit(actor=None, unit=Unit.objects.get(pk=moved), parent=Unit.objects.get(pk=target) if target else None)
            parents[moved] = target
    for row in Unit.objects.filter(institution=institution):
        chain, step = [], row.pk
        while step is not None:
            chain.insert(0, step)
            step = parents[step]
        assert row.path == chain
