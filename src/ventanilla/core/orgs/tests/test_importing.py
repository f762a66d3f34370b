"""Units and people from CSV: seen before anything is applied, applied once, mistakes by line."""
from pathlib import Path

import pytest

from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.importing import apply_units, plan_units
from ventanilla.core.orgs.services.importing_people import apply_people, plan_people
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused, UnitDraft

pytestmark = pytest.mark.django_db
FILE = "codigo,codigo_padre,nombre,nivel\n100,,Secretaría de Prueba,Secretaría\n110,100,Dirección Año Nuevo,\n120,100,Dirección Sur,\n"
PEOPLE = "nombre;primer apellido;segundo apellido;correo;clave unidad;puesto\nInés;Muñoz;Ríos;ines@example.org;110;Titular\nSaúl;Peña;;;120;\n"


@pytest.fixture
def institution():
    return create_institution(slug="vivienda", name="Instituto de Vivienda", short_name="IV")


def load(institution, text, **extra):
    data = text.encode() if isinstance(text, str) else text
    plan = plan_units(institution, data, **extra)
    return apply_units(actor=None, institution=institution, data=data, digest=plan.digest, **extra)


def sorts(plan):
    return {what: len(plan.of(what)) for what in ("add", "change", "move", "close", "appoint") if plan.of(what)}


def test_a_plan_changes_nothing(institution):
    plan = plan_units(institution, FILE.encode())
    assert sorts(plan) == {"add": 3} and not Unit.objects.exists()


def test_applied_once_the_second_plan_is_empty(institution):
    load(institution, FILE)
    plan = plan_units(institution, FILE.encode())
    assert (sorts(plan), plan.unchanged) == ({}, 3)
    assert Unit.objects.get(code="110").path == [Unit.objects.get(code="100").pk, Unit.objects.get(code="110").pk]
    assert Unit.objects.get(code="100").level == "secretariat"


def test_children_may_stand_before_their_parents(institution):
    load(institution, "codigo,codigo_padre,nombre\n3,2,Tres\n2,1,Dos\n1,,Uno\n")
    assert Unit.objects.get(code="3").depth == 2


def test_added_changed_moved_closed(institution):
    load(institution, FILE)
    text = "codigo,codigo_padre,nombre\n100,,Secretaría Nueva\n130,100,Dirección Este\n120,130,Dirección Sur\n"
    plan = plan_units(institution, text.encode(), close_missing=True)
    assert sorts(plan) == {"add": 1, "change": 1, "move": 1, "close": 1}
    assert plan.of("change")[0].before == "Secretaría de Prueba" and plan.of("close")[0].code == "110"
    load(institution, text, close_missing=True)
    assert not Unit.objects.get(code="110").is_open
    assert Unit.objects.get(code="120").parent.code == "130"
    assert sorts(plan_units(institution, text.encode(), close_missing=True)) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_of_spreadsheets(institution, encoding, delimiter):
    load(institution, FILE.replace(",", delimiter).encode(encoding))
    assert Unit.objects.get(code="110").name == "Dirección Año Nuevo"


def test_line_ends_quotes_and_blank_lines(institution):
    load(institution, 'CÓDIGO,Código padre,Nombre\r\n\r\n1,,"Educación, Ciencia y ""Arte"""\r\n')
    assert Unit.objects.get(code="1").name == 'Educación, Ciencia y "Arte"'


@pytest.mark.parametrize(("text", "line", "words"), [
    ("codigo,nombre\n1,Uno\n1,Otro\n", 3, "ya está en la línea 2"), ("codigo,nombre\n,Uno\n", 2, "falta la clave"),
    ("codigo,nombre\n1,\n", 2, "falta el nombre"), ("codigo,codigo_padre,nombre\n1,9,Uno\n", 2, "no existe"),
    ("codigo,codigo_padre,nombre\n1,1,Uno\n", 2, "sí misma"),
    ("codigo,codigo_padre,nombre\n1,2,Uno\n2,1,Dos\n", 2, "sí misma"),
    ("codigo,nombre,nivel\n1,Uno,Reino\n", 2, "no existe"), ("codigo,nombre\n1," + "x" * 201 + "\n", 2, "200"),
])
def test_mistakes_are_told_by_line(institution, text, line, words):
    plan = plan_units(institution, text.encode())
    assert plan.problems[0].line == line and words in plan.problems[0].text and not plan.changes
    with pytest.raises(Refused, match=f"Línea {line}"):
        apply_units(actor=None, institution=institution, data=text.encode(), digest=plan.digest)


@pytest.mark.parametrize("data", [b"", b"  \n ", b"PK\x03\x04\x00\x00", b"a,b\n1,2\n", b"codigo\n1\n", b"x" * 6_000_000])
def test_what_is_no_table_is_refused(institution, data):
    with pytest.raises(Refused) as error:
        plan_units(institution, data)
    assert error.value.field == "file"


def test_mistakes_of_every_kind_are_told_at_once_in_the_order_of_the_file(institution):
    add_unit(actor=None, institution=institution, draft=UnitDraft("Archivo", code="900"))
    text = ("codigo,codigo_padre,nombre,nivel\n100,,Raíz,\n,100,Sin clave,\n101,999,Sin superior,\n102,100,Igual,\n103,100,IGUAL,\n104,105,A,\n105,104,B,\n"
            "106,106,Sola,\n107,100,Rara,Reino\n108,,Archivo,\n")
    told = [(p.line, p.text) for p in plan_units(institution, text.encode()).problems]
    expected = [(3, "falta la clave"), (4, "999 no existe"), (6, "la línea 5 tiene otra"), (7, "sí misma"), (8, "sí misma"), (9, "sí misma"),
                (10, "puede ser Secretaría"), (11, "ya hay una unidad con ese nombre bajo la misma superior, con la clave 900")]
    assert [line for line, _words in told] == [line for line, _words in expected]
    assert all(words in said for (_line, said), (_same, words) in zip(told, expected, strict=True))


def test_the_root_that_was_created_without_a_code_is_the_one_of_the_file(institution):
    root = add_unit(actor=None, institution=institution, draft=UnitDraft("Instituto de Vivienda"))
    below = add_unit(actor=None, institution=institution, draft=UnitDraft("Oficialía", parent=root))
    text = "codigo,codigo_padre,nombre\n1,,INSTITUTO de vivienda\n2,1,Oficialía\n3,1,Jurídico\n"
    plan = plan_units(institution, text.encode())
    assert ["sin clave" in c.before for c in plan.of("change")] == [True, True]
    assert sorts(plan) == {"add": 1, "change": 2}
    load(institution, text)
    assert {u.code: u.parent_id for u in Unit.objects.all()} == {"1": None, "2": root.pk, "3": root.pk}
    assert Unit.objects.get(code="2") == below and sorts(plan_units(institution, text.encode())) == {}


def test_a_name_that_the_database_finds_taken_is_refused_and_nothing_stays(institution):
    roots = [add_unit(actor=None, institution=institution, draft=UnitDraft(name, code="1")) for name in ("Norte", "Sur")]
    for name, code in (("Archivo", "5"), ("Otra", "6"), ("Tercera", "7")):
        add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=roots[0], code=code))
    with pytest.raises(Refused, match="Ya hay una unidad con ese nombre"):
        load(institution, "codigo,codigo_padre,nombre\n7,1,Nueva\n6,1,Archivo\n")
    assert set(Unit.objects.filter(parent=roots[0]).values_list("name", flat=True)) == {"Archivo", "Otra", "Tercera"}


def test_what_was_not_confirmed_is_not_applied(institution):
    digest = plan_units(institution, FILE.encode()).digest
    add_unit(actor=None, institution=institution, draft=UnitDraft("Secretaría de Prueba", code="100"))
    with pytest.raises(Refused, match="cambiaron desde la vista previa"):
        apply_units(actor=None, institution=institution, data=FILE.encode(), digest=digest)


def test_only_the_administration_imports(institution):
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Peña"))
    with pytest.raises(NotAllowed):
        apply_units(actor=person, institution=institution, data=FILE.encode(), digest="")
    with pytest.raises(NotAllowed):
        apply_people(actor=person, institution=institution, data=PEOPLE.encode(), digest="")


def test_a_row_with_two_mistakes_tells_both_at_once(institution):
    told = plan_units(institution, "codigo,codigo_padre,nombre,nivel\n1,,Raíz,\n2,9,Finanzas,Imperio\n".encode()).problems
    assert [p.line for p in told] == [3, 3] and "«Imperio»" in told[0].text and "superior 9" in told[1].text


def test_a_code_used_twice_is_told_apart_by_name(institution):
    root = add_unit(actor=None, institution=institution, draft=UnitDraft("Raíz", code="1"))
    for name in ("Norte", "Sur"):
        add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=root, code="2"))
    assert sorts(plan_units(institution, b"codigo,codigo_padre,nombre,siglas\n2,1,norte,N\n")) == {"change": 1}
    assert sorts(plan_units(institution, "codigo,codigo_padre,nombre\n1,,Raíz\n2,1,Norte\n2,1,sur\n".encode())) == {"change": 1}
    closing = plan_units(institution, "codigo,codigo_padre,nombre\n1,,Raíz\n2,1,Norte\n".encode(), close_missing=True)
    assert [c.name for c in closing.of("close")] == ["Sur"]


@pytest.mark.parametrize(("rows", "line", "words"), [
    ("2,1,Este\n", 2, "la clave 2 es de «Norte», «Sur»; escriba aquí el nombre"),
    ("2,1,Sur\n2,1,SUR\n", 3, "la clave 2 ya está en la línea 2"),
    ("3,1,Otra\n3,1,Tercera\n", 3, "la clave 3 es de «Otra»"),
    ("9,2,Nueva\n", 2, "la clave superior 2 es de «Norte», «Sur»; agréguela o muévala"),
    ("3,2,Otra\n", 2, "la clave superior 2 es de «Norte», «Sur»"),
])
def test_a_shared_code_that_does_not_say_which_unit_is_told(institution, rows, line, words):
    root = add_unit(actor=None, institution=institution, draft=UnitDraft("Raíz", code="1"))
    for name, code in (("Norte", "2"), ("Sur", "2"), ("Otra", "3")):
        add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=root, code=code))
    told = plan_units(institution, f"codigo,codigo_padre,nombre\n{rows}".encode()).problems
    assert [p.line for p in told] == [line] and words in told[0].text


ROUTES = """codigo,depende de,nombre,ruta,existe desde,cerrada el,oficialía de partes
1,,Raíz,›,2020-01-01,,Sí
2,1,Norte,› Raíz,2020-01-01,,No
2,1,Sur,› raíz,01/02/2021,,
2,2,Archivo,› Raíz › Sur,2021-02-01,,
,1,Sin clave,› Raíz,2020-01-01,,
5,,Debajo,› Raíz › Sin clave,2020-01-01,,
2,1,Sur,› Raíz,2020-01-01,2021-02-01,
9,2,Mesa,› Raíz › Sur,2020-03-01,2020-12-31,
"""


def test_a_route_says_which_of_the_units_of_one_code_is_meant(institution):
    plan = plan_units(institution, ROUTES.encode())
    assert (sorts(plan), list(plan.problems)) == ({"add": 8}, []) and not Unit.objects.exists()
    assert [c.after for c in plan.of("add")][3:] == ["2 Sur", "1", "Sin clave", "1 · existió hasta el 2021-02-01", "2 Sur · existió hasta el 2020-12-31"]
    load(institution, ROUTES)
    root, north, old, south = (Unit.objects.get(name=name, valid_from=day) for name, day in (
        ("Raíz", "2020-01-01"), ("Norte", "2020-01-01"), ("Sur", "2020-01-01"), ("Sur", "2021-02-01")))
    assert (root.counter, north.parent, old.parent, south.parent) == (True, root, root, root)
    assert {u.name: u.parent.pk for u in Unit.objects.filter(name__in=("Archivo", "Mesa"))} == {"Archivo": south.pk, "Mesa": old.pk}
    assert Unit.objects.get(code="5").parent.name == "Sin clave" and str(old.valid_to) == "2021-02-01"
    assert str(old.codes.get().valid_to) == "2021-02-01" and not old.is_open
    again = plan_units(institution, ROUTES.encode(), close_missing=True)
    assert (sorts(again), again.unchanged, list(again.problems)) == ({}, 8, [])


def test_by_its_route_a_unit_moves_between_two_of_one_code(institution):
    load(institution, ROUTES)
    text = ROUTES.replace("2,2,Archivo,› Raíz › Sur", "2,2,Archivo,› Raíz › Norte").replace("5,,Debajo,› Raíz › Sin clave", "5,,Debajo,› Raíz")
    plan = plan_units(institution, text.encode())
    assert [(c.name, c.before, c.after) for c in plan.changes] == [("Archivo", "2 Sur", "2 Norte"), ("Debajo", "Sin clave", "1")]
    load(institution, text)
    assert Unit.objects.get(name="Archivo").parent.name == "Norte" and sorts(plan_units(institution, text.encode())) == {}
    renamed = text.replace("1,,Raíz", "1,,Raíz nueva").replace(",Sí\n", ",No\n", 1)
    assert [(c.what, c.after) for c in plan_units(institution, renamed.encode()).changes] == [("change", "Raíz nueva · no es oficialía de partes")]
    load(institution, renamed)
    assert sorts(plan_units(institution, renamed.encode())) == {}, "routes of names that were, still say the same"


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("2,2,Archivo,› Raíz › Sur", "2,2,Archivo,› Raíz › Este", 5, "la clave superior 2 es de «Norte», «Sur»; agréguela o muévala en Unidades, o diga su Ruta"),
    ("2,2,Archivo,› Raíz › Sur", "2,2,Archivo,", 5, "la clave 2 ya está en la línea 3"),
    ("5,,Debajo,› Raíz › Sin clave", "5,,Debajo,› Raíz › Nadie", 7, "la ruta «› Raíz › Nadie» no lleva"),
    (",1,Sin clave,› Raíz", ",1,Sin clave,", 6, "falta la clave"), ("01/02/2021", "ayer", 4, "«ayer» no es una fecha"),
    ("2020-12-31", "2020-02-31", 9, "no es una fecha"), ("2020-12-31", "2999-12-31", 9, "no ha llegado"),
    ("2020-03-01,2020-12-31", ",2020-12-31", 9, "desde cuándo"), ("2020-03-01,2020-12-31", "2021-01-01,2020-12-31", 9, "antes de empezar"),
    (",,No\n", ",,Quizá\n", 3, "Sí o No"), ("2,1,Norte", "2,1,Sur", 4, "la línea 3 tiene otra unidad con ese nombre"),
])
def test_what_routes_and_days_do_not_say_is_told(institution, old, new, line, words):
    assert ROUTES.count(old) == 1
    told = plan_units(institution, ROUTES.replace(old, new).encode()).problems
    assert told[0].line == line and words in told[0].text


def test_a_unit_that_exists_is_not_closed_by_the_day_in_its_row(institution):
    load(institution, ROUTES)
    told = plan_units(institution, ROUTES.replace("5,,Debajo,› Raíz › Sin clave,2020-01-01,,", "5,,Debajo,› Raíz › Sin clave,2020-01-01,2022-01-01,").encode())
    assert [(p.line, p.text) for p in told.problems] == [(7, "la unidad existe todavía; ciérrela en Unidades, o deje vacío el día en que se cerró")]


def test_people_come_in_once_with_their_posts(institution):
    load(institution, FILE)
    for expected in ({"add": 2, "appoint": 1}, {}):
        plan = plan_people(institution, PEOPLE.encode("cp1252"))
        assert sorts(plan) == expected
        apply_people(actor=None, institution=institution, data=PEOPLE.encode("cp1252"), digest=plan.digest)
    ines = Person.objects.get(email="ines@example.org")
    assert (ines.name, ines.unit.code) == ("Inés Muñoz Ríos", "110")
    assert Appointment.objects.get(person=ines).post.kind == "head"


def test_people_change_and_move(institution):
    load(institution, FILE)
    apply_people(actor=None, institution=institution, data=PEOPLE.encode(),
                 digest=plan_people(institution, PEOPLE.encode()).digest)
    text = PEOPLE.replace("Ríos", "Ruiz").replace("110;Titular", "120;Titular")
    plan = plan_people(institution, text.encode())
    assert sorts(plan) == {"change": 1, "move": 1, "appoint": 1}


def test_a_role_comes_with_an_account_and_only_once(institution):
    load(institution, FILE)
    text = "nombre,primer apellido,correo,clave unidad,puesto,función\nAna,Ruiz,ana@example.org,110,Titular,titular de UNIDAD\nLuz,Gil,luz@example.org,120,,Oficialía de partes\n"
    plan = plan_people(institution, text.encode())
    assert sorts(plan) == {"add": 2, "appoint": 1} and len(plan.of("give")) == 2
    assert [(c.line, c.name, c.after) for c in plan.of("appoint")] == [(2, "Ana Ruiz", "Titular")]
    apply_people(actor=None, institution=institution, data=text.encode(), digest=plan.digest)
    assert not plan_people(institution, text.encode()).changes
    ana = Person.objects.get(email="ana@example.org")
    assert (ana.grants.get().role.slug, ana.grants.get().unit.code, ana.grants.get().subtree) == ("head", "110", False)
    assert ana.user and not ana.user.has_usable_password() and Person.objects.get(email="luz@example.org").user


def test_nobody_gives_themselves_a_role_by_a_file(institution):
    load(institution, FILE)
    admin = add_person(actor=None, institution=institution, draft=PersonDraft("Eva", "Sol", email="eva@example.org", sign_in=True))
    give(actor=None, person=admin, role="admin", unit=Unit.objects.get(code="100"), subtree=True)
    text = "nombre,primer apellido,correo,clave unidad,función\nEva,Sol,eva@example.org,110,Titular de unidad\n".encode()
    with pytest.raises(Refused, match="darse permisos a usted"):
        apply_people(actor=admin, institution=institution, data=text, digest=plan_people(institution, text).digest)


def test_a_second_head_is_told_by_line(institution):
    load(institution, FILE)
    data = PEOPLE.encode()
    apply_people(actor=None, institution=institution, data=data, digest=plan_people(institution, data).digest)
    text = "nombre,primer apellido,correo,clave unidad,puesto\nAna,Ruiz,,110,Titular\nLuz,Gil,,120,Titular\nSol,Paz,,120,Titular\n"
    told = [(p.line, p.text) for p in plan_people(institution, text.encode()).problems]
    assert [line for line, _words in told] == [2, 4] and "Inés Muñoz Ríos" in told[0][1] and "línea 3" in told[1][1]


@pytest.mark.parametrize(("line", "words"), [
    (";Peña;;;;", "falta el nombre"), ("Ana;;;;;", "primer apellido"), ("Ana;Peña;;;999;", "clave 999"),
    ("Ana;Peña;;no-es-correo;;", "correo"), ("Ana;Peña;;;;Titular", "necesita la clave"), ("Ana;Peña;;;;Rey", "puede ser Titular"),
    ("Ana;Peña;;a@example.org;;;Rey", "puede ser Administración de la plataforma"), ("Ana;Peña;;;;;Titular de unidad", "necesita el correo"),
    ("Ana;Peña;;a@example.org;;;Titular de unidad", "necesita la clave"),
])
def test_mistakes_of_people_by_line(institution, line, words):
    text = "nombre;primer apellido;segundo apellido;correo;clave unidad;puesto;función\n" + line + "\n"
    assert any(p.line == 2 and words in p.text for p in plan_people(institution, text.encode()).problems)


@pytest.mark.shared_data
def test_the_real_list_of_units(institution):
    path = next((p / "shared/data/agencies/unidades.csv" for p in Path(__file__).resolve().parents
                 if (p / "shared/data/agencies/unidades.csv").exists()), None)
    if path is None:
        pytest.skip("no está el material de agencias")
    load(institution, path.read_bytes())
    assert Unit.objects.count() == 132
    assert sorts(plan_units(institution, path.read_bytes(), close_missing=True)) == {}
