"""A register of an institution holds what arrived, what was sent and what went from unit to unit: each comes as what it was."""
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import reorganisation
from ventanilla.core.orgs.models import Unit, UnitCode
from ventanilla.modules.correspondence.models import ImportMapping, ImportRun
from ventanilla.modules.correspondence.services.legacy import Job, Mapping, columns_of, run_import, suggest

pytestmark = pytest.mark.django_db
BOTH = """Folio,Fecha,Entrada/Salida,Asunto,Dependencia,Remitente,Destinatario,Área remitente,Estatus,Fecha de acuse,Turnado a
12/2021,04/03/2021,Entrada,Pide informe,Secretaría de Finanzas,María Peña,Dirección General,,Concluido,,Dirección Norte
12/2021,04/03/2021,SALIDA,Se rinde informe,Secretaría de Finanzas,José Ruiz,María Peña,Dirección Norte,,09/03/2021,
13/2021,05/03/2021,S,Invitación,H. Ayuntamiento de Metepec,,,,Enviado,,
14/2021,06/03/2021,Interno,Pide vehículo,,Ana Soto,Dirección Sur,Dirección Norte,Turnado,,Dirección Sur
15/2021,07/03/2021,Girado,Otro,,Ana Soto,Archivo,Dirección Norte,Cancelado,,
16/2021,08/03/2021,e,Invitación,Secretaría de Finanzas,María Peña,,Subsecretaría de Ingresos,,,
"""


@pytest.fixture
def w():
    return make.world()


def command(w, path, **more):
    out = StringIO()
    call_command("import_legacy", str(path), institution=w.institution.slug, person=w.clerk.email, stdout=out, **more)
    return out.getvalue()


def test_a_book_of_what_came_and_what_went_brings_each_its_way(w, tmp_path):
    path = tmp_path / "libro.csv"
    path.write_text(BOTH, encoding="utf-8")
    assert '--means "sentido:Girado=…"' in command(w, path)
    told = command(w, path, means=["sentido:Girado=enviado"], write=True)
    assert "6 se registraron" in told and ImportRun.objects.last().counts["words"] == []
    arrived, sent = Case.objects.filter(folio="12/2021").order_by("letter__direction")
    assert (arrived.letter.direction, arrived.letter.organisation, arrived.state, arrived.unit) == (
        "incoming", "Secretaría de Finanzas", "concluded", w.root)
    assert (sent.letter.direction, sent.letter.sender_unit, sent.letter.signatory, sent.letter.addressee, sent.unit, sent.state) == (
        "outgoing", w.north, "José Ruiz", "María Peña · Secretaría de Finanzas", w.north, "concluded")
    assert sent.letter.delivered_at and sent.letter.delivered_at == sent.closed_at and (arrived.number, sent.number) == (12, 12)
    waiting = Case.objects.get(folio="13/2021")
    assert (waiting.state, waiting.letter.sender_unit, waiting.letter.addressee) == ("sent", w.root, "H. Ayuntamiento de Metepec")
    inside = Case.objects.get(folio="14/2021")
    assert (inside.letter.direction, inside.letter.sender_unit, inside.letter.addressee_unit, inside.state) == (
        "internal", w.north, w.south, "routed")
    cancelled = Case.objects.get(folio="15/2021")
    assert (cancelled.letter.direction, cancelled.state) == ("outgoing", "cancelled")
    assert Case.objects.get(folio="16/2021").letter.direction == "incoming"


def test_what_was_sent_stands_in_its_list(w, tmp_path, client):
    path = tmp_path / "libro.csv"
    path.write_text(BOTH, encoding="utf-8")
    command(w, path, write=True)
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get("/listas/enviados/").content.decode()
    assert "Se rinde informe" in shown and "13/2021" in shown and "Pide informe" not in shown
    shown = client.get("/listas/correspondencia/?sentido=internal").content.decode()
    assert "Pide vehículo" in shown and "Se rinde informe" not in shown


def test_a_column_of_types_may_say_the_way_and_a_memorandum_in_it_is_a_type(w, tmp_path):
    path = tmp_path / "tipos.csv"
    path.write_text("Folio,Fecha,Tipo,Asunto,Dependencia\n1,04/03/2021,Salida,Uno,Finanzas\n2,04/03/2021,Oficio,Dos,Finanzas\n"
                    "3,04/03/2021,Memorándum,Tres,Finanzas\n", encoding="utf-8")
    tally = run_import(Job(path, Mapping(suggest(columns_of(path)[0])), w.root, w.clerk, dry=False))
    assert dict(Case.objects.values_list("folio", "letter__direction")) == {"1": "outgoing", "2": "incoming", "3": "incoming"}
    assert dict(tally.words) == {("type", "Memorándum"): 1}


def test_a_register_of_what_was_sent_is_said_to_be_so(w, tmp_path, client, settings):
    text = "No_Oficio,Fecha de envío,Asunto,Dependencia\nDG/1/2021,04/03/2021,Se remite,Secretaría de Finanzas\n"
    path = tmp_path / "salidas.csv"
    path.write_text(text, encoding="utf-8")
    assert "1 se registraron" in command(w, path, direction="enviado", write=True)
    assert Case.objects.get().letter.direction == "outgoing" and ImportMapping.objects.get().options["direction"] == "outgoing"
    settings.DATA_DIR = tmp_path
    client.force_login(w.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("letter_imports"), {"file": SimpleUploadedFile("memos.csv", text.encode()), "unit": w.north.pk})
    run = ImportRun.objects.order_by("pk").last()
    columns = {f"col-{name}": column for name, column in run.mapping.columns.items()}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), columns | {"direction": "internal"}, follow=True)
    assert '<option value="internal" selected>Interna</option>' in shown.content.decode()
    assert "Importar 1 documento" in shown.content.decode()


def test_what_came_and_what_went_may_have_a_date_each(w, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("Folio,Sentido,Fecha_entrada,Fecha_salida,Asunto\n1,E,04/03/2021,09/03/2021,Uno\n2,S,,05/03/2021,Dos\n3,E,,06/03/2021,Tres\n",
                    encoding="utf-8")
    tally = run_import(Job(path, Mapping(suggest(columns_of(path)[0])), w.root, w.clerk, dry=False))
    assert {c.folio: f"{c.received_at:%d/%m}" for c in Case.objects.all()} == {"1": "04/03", "2": "05/03"}
    assert tally.problems == [(4, "Falta la fecha de recepción.")]


def test_the_same_folio_and_subject_both_ways_are_two_letters(w, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("Folio,Fecha,Sentido,Asunto\n1,04/03/2021,Recibido,Informe\n1,04/03/2021,Enviado,Informe\n", encoding="utf-8")
    run_import(Job(path, Mapping(suggest(columns_of(path)[0])), w.root, w.clerk, dry=False))
    again = run_import(Job(path, Mapping(suggest(columns_of(path)[0])), w.root, w.clerk, dry=False))
    assert sorted(Case.objects.values_list("letter__direction", flat=True)) == ["incoming", "outgoing"] and again.known == 2


AREAS = """CREATE TABLE `documentos` (`id_documento` int, `folio` varchar(20), `fecha` date, `asunto` text, `recibe` int, `turnada` int);
CREATE TABLE `areas` (`id_area` int, `nombre` varchar(80));
INSERT INTO `documentos` VALUES (1,'7','2020-02-03','Uno',10,11),(2,'8','2020-02-04','Dos',11,12);
INSERT INTO `areas` VALUES (10,'Dirección General'),(11,'Dirección Norte'),(12,'Dirección Sur');
"""


def test_a_table_of_areas_may_be_tied_by_two_columns(w, tmp_path):
    path = tmp_path / "viejo.sql"
    path.write_text(AREAS, encoding="utf-8")
    told = command(w, path, join=["areas.id_area=recibe", "areas.id_area=turnada"], write=True,
                   map=["unit=areas: nombre", "turn_unit=areas (2): nombre"])
    assert "2 se registraron" in told and "2 turnos" in told
    assert {(c.folio, c.unit, c.turns.get().unit) for c in Case.objects.select_related("unit")} == {
        ("7", w.root, w.north), ("8", w.north, w.south)}


def test_on_the_page_a_tied_table_is_offered_once_more(w, tmp_path, client, settings):
    settings.DATA_DIR = tmp_path
    client.force_login(w.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("letter_imports"), {"file": SimpleUploadedFile("viejo.sql", AREAS.encode()), "unit": w.root.pk})
    run = ImportRun.objects.get()
    ties = reverse("letter_import_action", args=[run.pk, "tablas"])
    sides = {"table": "documentos", "side": ["areas"], "side-column": ["id_area"], "side-to": ["recibe"]}
    shown = client.post(ties, sides, follow=True).content.decode()
    assert "areas, por otra columna" in shown and "areas (2): nombre" not in shown
    sides = {"table": "documentos", "side": ["areas"] * 2, "side-column": ["id_area"] * 2, "side-to": ["recibe", "turnada"]}
    shown = client.post(ties, sides, follow=True).content.decode()
    assert "<legend>areas (2)</legend>" in shown and "<option>areas (2): nombre</option>" in shown
    columns = {f"col-{name}": column for name, column in ImportRun.objects.get().mapping.columns.items()}
    columns |= {"col-unit": "areas: nombre", "col-turn_unit": "areas (2): nombre"}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), columns, follow=True).content.decode()
    assert "Importar 2 documentos" in shown and "Todo el registro se entiende" in shown


def test_the_past_of_a_merged_unit_stays_with_it_and_its_open_turns_go_to_the_one_that_took_over(w, tmp_path):
    reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.south_1)
    path = tmp_path / "r.csv"
    path.write_text("Folio,Fecha,Asunto,Estatus,Turnado a\n1,04/03/2021,Uno,Concluido,Departamento Norte Uno\n"
                    f"2,05/03/2021,Dos,Turnado,{w.north_1.code}\n", encoding="utf-8")
    assert "2 se registraron" in command(w, path, write=True)
    assert reorganisation.finish(w.institution.pk) == 1
    assert {c.folio: c.turns.get(state__in=("cancelled", "sent")).unit for c in Case.objects.all()} == {"1": w.north_1, "2": w.south_1}


def test_what_is_open_in_a_unit_that_nobody_took_over_is_told_and_can_be_said(w, tmp_path):
    reorganisation.close(actor=w.admin, unit=w.north_1)
    path = tmp_path / "r.csv"
    path.write_text("Folio,Fecha,Asunto,Estatus,Turnado a\n1,04/03/2021,Uno,Concluido,Departamento Norte Uno\n"
                    "2,05/03/2021,Dos,Turnado,Departamento Norte Uno\n", encoding="utf-8")
    told = command(w, path)
    assert "1 se registrarían" in told and "línea 3: «Departamento Norte Uno» está cerrada" in told
    assert '--means "unidad:Departamento Norte Uno=…"' in told
    assert "2 se registraron" in command(w, path, means=[f"unidad:Departamento Norte Uno={w.south_1.code}"], write=True)


def test_a_code_that_went_to_another_unit_is_that_of_the_unit_that_had_it_then(w, tmp_path):
    code = w.north_1.code
    UnitCode.objects.filter(unit__in=[w.north_1, w.north_2]).delete()
    UnitCode.objects.create(unit=w.north_1, code=code, valid_from="2020-01-01", valid_to="2022-01-01")
    UnitCode.objects.create(unit=w.north_2, code=code, valid_from="2022-01-01")
    Unit.objects.filter(pk=w.north_1.pk).update(code="OTRA")
    Unit.objects.filter(pk=w.north_2.pk).update(code=code)
    path = tmp_path / "r.csv"
    path.write_text(f"Folio,Fecha,Asunto,Turnado a\n1,04/03/2019,Uno,{code}\n2,05/03/2021,Dos,{code}\n3,05/03/2023,Tres,{code}\n",
                    encoding="utf-8")
    assert "3 se registraron" in command(w, path, write=True)
    assert {c.folio: c.turns.get().unit for c in Case.objects.all()} == {"1": w.north_1, "2": w.north_1, "3": w.north_2}
