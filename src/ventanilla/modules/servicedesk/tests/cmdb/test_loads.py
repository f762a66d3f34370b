"""Files of items and relations: dry run, diff, all or nothing, the same rows twice, undoing and what stands in its way."""
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIVersion, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb import Group, draft_of, edit_item, end_relation, impact_of
from ventanilla.modules.servicedesk.services.cmdb.loading import apply_load, obstacles, plan_load, undo_load
from ventanilla.modules.servicedesk.services.cmdb.loading.applying import LoadFile
from ventanilla.modules.servicedesk.tests.cmdb.making import Estate, estate

pytestmark = pytest.mark.django_db
ITEMS = """Tipo;Nombre;Número de inventario;Número de serie;Estado;Criticidad;Unidad;Responsable;Dirección IP;Memoria;Respaldo;Color
Servidor;Servidor uno;INV-1;S-1;En uso;Alta;Dirección Norte;{mail};10.0.0.1;64;;rojo
servidor;Servidor dos;INV-2;S-2;;;212C0101000200S;;10.0.0.2;"1,024";;
Aplicación o sistema;Sistema de escrituras;INV-3;;en uso;4;;;;;Nodos: 1; azul
"""
ITEMS = ITEMS.replace("Nodos: 1; azul", '"Nodos: 1; Enlaces: 50 %";azul')
TIES = """origen,relacion,destino,grupo
INV-3,se ejecuta en,INV-1,Nodos
Servidor dos,aloja a,Sistema de escrituras,Nodos
"""


def load(e: Estate, text: str, what: str = "items", **extra: Any) -> CILoad:
    data = text.format(mail=e.world.north_head.email).encode()
    plan = plan_load(e.world.institution, what, data)
    return apply_load(actor=e.keeper, institution=e.world.institution, file=LoadFile(what, "bienes.csv", data, plan.digest, **extra))


def everything(e: Estate) -> list[Any]:
    """Items and relations as they are, without what only says when."""
    items = ConfigurationItem.objects.filter(institution=e.world.institution).order_by("pk")
    ties = Relation.objects.filter(institution=e.world.institution).order_by("pk")
    names = ("pk", "name", "code", "serial", "state", "criticality", "unit", "owner", "attributes", "redundancy", "type")
    return [list(items.values(*names)), list(ties.values("pk", "type", "source", "target", "group", "valid_from", "valid_to"))]


def test_a_dry_run_writes_nothing_and_says_what_would_be() -> None:
    e = estate()
    with CaptureQueriesContext(connection) as seen:
        plan = plan_load(e.world.institution, "items", ITEMS.format(mail=e.world.north_head.email).encode())
    assert not [q for q in seen if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert [(c.what, c.line, c.name) for c in plan.changes] == [
        ("add", 2, "Servidor uno"), ("add", 3, "Servidor dos"), ("add", 4, "Sistema de escrituras")]
    assert plan.problems == [] and list(plan.unused) == ["color"]


def test_a_load_is_applied_logged_and_repeated_without_effect() -> None:
    e = estate()
    made = load(e, ITEMS)
    one = ConfigurationItem.objects.get(code="INV-1")
    assert (one.state, one.criticality, one.unit, one.owner, one.attributes) == (
        "in_use", 3, e.world.north, e.world.north_head, {"ip": "10.0.0.1", "memoria": 64})
    system = ConfigurationItem.objects.get(code="INV-3")
    assert system.redundancy == [{"name": "Nodos", "mode": "count", "amount": 1}, {"name": "Enlaces", "mode": "percent", "amount": 50}]
    assert ConfigurationItem.objects.get(code="INV-2").attributes["memoria"] == 1024
    assert (made.added, made.changed) == (3, 0) and CIVersion.objects.filter(load=made).count() == 3
    assert Entry.objects.filter(verb="cmdb.add", detail__contains=f'"load":{made.pk}').count() == 3 and Entry.objects.filter(verb="cmdb.load").count() == 1
    assert load(e, ITEMS, uuid=made.uuid).pk == made.pk
    with pytest.raises(Refused, match="ya está aplicado"):
        load(e, ITEMS)


def test_what_changed_is_shown_cell_by_cell_and_an_empty_cell_changes_nothing() -> None:
    e = estate()
    load(e, ITEMS)
    text = "tipo,nombre,inventario,memoria,criticidad\nservidor,Servidor 1,INV-1,128,\nservidor,Servidor dos,INV-2,,\n"
    plan = plan_load(e.world.institution, "items", text.encode())
    assert [(c.what, list(c.differences)) for c in plan.changes] == [
        ("change", [("Nombre", "Servidor uno", "Servidor 1"), ("Memoria", "64", "128")])]
    assert plan.unchanged == 1
    load(e, text)
    assert ConfigurationItem.objects.get(code="INV-1").criticality == 3


def test_items_are_known_by_number_then_serial_then_name() -> None:
    e = estate()
    load(e, ITEMS)
    assert load(e, "tipo,nombre,serie,ip\nservidor,Otro nombre,S-1,10.9.9.9\nservidor,Servidor dos,,10.8.8.8\n").changed == 2
    assert ConfigurationItem.objects.get(code="INV-1").name == "Otro nombre" and ConfigurationItem.objects.count() == 3
    e.item("Servidor dos")
    plan = plan_load(e.world.institution, "items", b"tipo,nombre,ip\nservidor,Servidor dos,10.1.1.1\n")
    assert "varios" in plan.problems[0].text


def test_the_same_row_twice_counts_once_and_a_contradiction_is_refused() -> None:
    e = estate()
    twice = "tipo,nombre,inventario\nservidor,A,X-1\nservidor,A,X-1\n"
    assert plan_load(e.world.institution, "items", twice.encode()).repeated == 1 and load(e, twice).added == 1
    plan = plan_load(e.world.institution, "items", b"tipo,nombre,inventario\nservidor,B,X-2\nservidor,C,X-2\n")
    assert [(p.line, "línea 2" in p.text) for p in plan.problems] == [(3, True)] and plan.changes == []


@pytest.mark.parametrize(("line", "words"), [
    ("nave,A,,,,,", "el tipo «nave» no existe"), (",A,,,,,", "falta el tipo"), ("servidor,,,,,,", "falta el nombre"),
    ("servidor,A,roto,,,,", "el estado «roto» no existe"), ("servidor,A,,suma,,,", "la criticidad «suma» no existe"),
    ("servidor,A,,,Oficina 9,,", "la unidad «Oficina 9» no existe"), ("servidor,A,,,,nadie@example.org,", "nadie tiene el correo"),
    ("servidor,A,,,,,mucha", "debe ser un número"), (f"servidor,{'A' * 161},,,,,", "pasa de 160 letras")])
def test_mistakes_are_told_by_line(line: str, words: str) -> None:
    e = estate()
    data = f"tipo,nombre,estado,criticidad,unidad,responsable,memoria\nservidor,Bien,,,,,\n{line}\n".encode()
    plan = plan_load(e.world.institution, "items", data)
    assert [p.line for p in plan.problems] == [3] and words in plan.problems[0].text and plan.changes == []
    with pytest.raises(Refused, match="Línea 3"):
        apply_load(actor=e.keeper, institution=e.world.institution, file=LoadFile("items", "x.csv", data, plan.digest))
    assert not ConfigurationItem.objects.exists() and not CILoad.objects.exists()


@pytest.mark.parametrize("data", [b"", b"  \n ", b"\x00\x01", b"nombre\nA\n", b"tipo;nombre\n" + b"x;y\n" * 60_001, b"tipo,nombre\n\"abc"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    e = estate()
    try:
        assert plan_load(e.world.institution, "items", data).problems
    except Refused as refused:
        assert refused.field == "file" and refused.message


def test_windows_letters_are_read() -> None:
    e = estate()
    load_data = "tipo;nombre\nubicación;Peñón de los Baños\n".encode("cp1252")
    plan = plan_load(e.world.institution, "items", load_data)
    assert plan.changes[0].name == "Peñón de los Baños"


def test_a_plan_that_is_not_the_confirmed_one_is_refused() -> None:
    e = estate()
    data = ITEMS.format(mail=e.world.north_head.email).encode()
    plan = plan_load(e.world.institution, "items", data)
    e.item("Llegó antes", code="INV-2")
    with pytest.raises(Refused, match="cambiaron desde la vista previa"):
        apply_load(actor=e.keeper, institution=e.world.institution, file=LoadFile("items", "x.csv", data, plan.digest))


def test_relations_read_both_ways_and_serve_the_impact() -> None:
    e = estate()
    load(e, ITEMS)
    made = load(e, TIES, "relations")
    assert made.added == 2
    one, system = ConfigurationItem.objects.get(code="INV-1"), ConfigurationItem.objects.get(code="INV-3")
    assert {(r.source_id, r.group) for r in Relation.objects.all()} == {(system.pk, "Nodos")}
    assert [h.level for h in impact_of(e.keeper, [one.pk]).hurt] == ["degraded"]
    with pytest.raises(Refused, match="ya está aplicado"):
        load(e, TIES, "relations")


@pytest.mark.parametrize(("line", "words"), [
    ("INV-1,come,INV-2,", "la relación «come» no existe"), ("INV-9,depende de,INV-2,", "no hay un elemento «INV-9»"),
    ("INV-1,depende de,INV-1,", "consigo mismo"), ("INV-1,depende de,INV-2,Nodos", "no tiene un grupo")])
def test_mistakes_of_relations(line: str, words: str) -> None:
    e = estate()
    load(e, ITEMS)
    plan = plan_load(e.world.institution, "relations", f"origen,relacion,destino,grupo\n{line}\n".encode())
    assert words in plan.problems[0].text


def test_undoing_leaves_everything_as_before_but_the_history() -> None:
    e = estate()
    e.item("Servidor uno", code="INV-1", attributes={"ip": "10.7.7.7"})
    before = everything(e)
    first = load(e, ITEMS)
    second = load(e, TIES, "relations")
    undo_load(actor=e.keeper, load=second)
    undo_load(actor=e.keeper, load=first)
    assert everything(e) == before
    assert [v.facts["attributes"]["ip"] for v in CIVersion.objects.filter(item__code="INV-1").order_by("pk")] == ["10.7.7.7", "10.0.0.1", "10.7.7.7"]
    assert obstacles(CILoad.objects.get(pk=first.pk)) == ["Ya se deshizo."]
    with pytest.raises(Refused):
        undo_load(actor=e.keeper, load=first)
    assert load(e, ITEMS).added == 2


def test_undoing_a_change_of_group_or_end() -> None:
    e = estate()
    load(e, ITEMS)
    system, one = ConfigurationItem.objects.get(code="INV-3"), ConfigurationItem.objects.get(code="INV-1")
    e.tie(system, one, "se-ejecuta-en")
    before = everything(e)
    made = load(e, "origen,relacion,destino,grupo\nINV-3,se ejecuta en,INV-1,Nodos\n", "relations")
    assert sorted(Relation.objects.values_list("group", "valid_to")) == [("", timezone.localdate()), ("Nodos", None)]
    undo_load(actor=e.keeper, load=made)
    assert everything(e) == before


def test_undoing_is_refused_where_something_came_after() -> None:
    e = estate()
    items, ties = load(e, ITEMS), load(e, TIES, "relations")
    with pytest.raises(Refused, match="ya tiene relaciones"):
        undo_load(actor=e.keeper, load=items)
    end_relation(actor=e.keeper, relation=Relation.objects.first())
    with pytest.raises(Refused, match="cambió después"):
        undo_load(actor=e.keeper, load=ties)
    other = estate()
    made = load(other, ITEMS)
    item = ConfigurationItem.objects.get(code="INV-2", institution=other.world.institution)
    edit_item(actor=other.keeper, item=item, draft=draft_of(item, name="A mano", redundancy=[Group("G")]))
    with pytest.raises(Refused, match="«A mano» cambió después"):
        undo_load(actor=other.keeper, load=made)
    assert ConfigurationItem.objects.filter(institution=other.world.institution).count() == 3


def test_loads_are_undone_one_after_another_the_last_first() -> None:
    e = estate()
    old = e.item("Viejo", code="V-1", attributes={"memoria": "8"})
    first = load(e, "tipo,nombre,inventario,memoria\nservidor,Viejo,V-1,16\nservidor,Nuevo,N-1,4\n")
    second = load(e, "tipo,nombre,inventario,memoria\nservidor,Viejo,V-1,32\nservidor,Nuevo,N-1,5\n")
    assert obstacles(first) == ["«Nuevo» cambió después.", "«Viejo» cambió después."]
    undo_load(actor=e.keeper, load=second)
    assert {i.attributes["memoria"] for i in ConfigurationItem.objects.all()} == {16, 4} and obstacles(first) == []
    undo_load(actor=e.keeper, load=first)
    old.refresh_from_db()
    assert list(ConfigurationItem.objects.all()) == [old] and old.attributes == {"memoria": 8}
    assert [v.facts["attributes"]["memoria"] for v in CIVersion.objects.order_by("pk")] == [8, 16, 32, 16, 8]


def test_only_a_keeper_of_the_institution_loads_and_undoes() -> None:
    e, other = estate(), estate()
    made = load(e, ITEMS)
    for who in (e.reader, e.world.admin, other.keeper):
        with pytest.raises(NotAllowed):
            undo_load(actor=who, load=made)
        with pytest.raises(NotAllowed):
            apply_load(actor=who, institution=e.world.institution, file=LoadFile("items", "x.csv", b"tipo,nombre\nservidor,A\n", ""))


def test_a_thousand_rows_cost_few_statements() -> None:
    e = estate()
    text = "tipo,nombre,inventario,memoria\n" + "".join(f"servidor,Servidor {n},C-{n},{n % 64 + 1}\n" for n in range(1000))
    with CaptureQueriesContext(connection) as seen:
        assert load(e, text).added == 1000
    assert len(seen) < 45
