"""The register of an earlier system: read, looked at, brought with its history, once."""
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from tests import make

from ventanilla.core.cases.models import Answer, Attachment, Case, Move, Tray, Turn
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import ImportMapping, ImportRun, Letter, LetterType
from ventanilla.modules.correspondence.services.legacy import Job, Mapping, columns_of, rows_of, run_import, structure_of, suggest
from ventanilla.modules.correspondence.services.legacy.joining import columns_with, likely, main_of
from ventanilla.modules.correspondence.services.legacy.mapping import Unreadable, moment
from ventanilla.modules.correspondence.specimens import specimen

pytestmark = pytest.mark.django_db
HEAD = ("Folio,Fecha de recepción,Asunto,No_Oficio,Procedencia,Remitente,Estatus,Fecha_conclusion,Turnado a,Fecha_turno,"
        "Fecha_respuesta,Respuesta,Archivo\n")
FIRST = ("MCS/0012/2022,14/03/2022 10:30,Solicitud de escrituración,SF/12/2022,Secretaría de Finanzas,María Peña Ríos,"
         "Concluido,28/03/2022,")
CSV = HEAD + FIRST + "Dirección Norte,14/03/2022,22/03/2022,Se remite,uno.pdf\n" + FIRST + """212C0101000200S,15/03/2022,,,uno.pdf
MCS/0013/2022,15/03/2022,Invitación al foro,,H. Ayuntamiento de Metepec,José Ruiz,Turnado,,Dirección Sur,16/03/2022,,,
MCS/0014/2022,15/03/2022,,,,,Cancelado,,,,,,
MCS/0015/2022,31/02/2022,Fecha que no existe,,,,Recibido,,,,,,
MCS/0016/2022,16/03/2022,Unidad desconocida,,,,Turnado,,Dirección Lunar,16/03/2022,,,
MCS/0017/2022,17/03/2022,Archivo perdido,,,,Archivado,20/03/2022,,,,,no-esta.pdf
"""


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "registro.csv").write_text(CSV, encoding="cp1252")
    (tmp_path / "archivos").mkdir()
    (tmp_path / "archivos" / "uno.pdf").write_bytes(specimen(3, "estatal").pdf)
    (tmp_path / "secreto.pdf").write_bytes(b"%PDF-1.4 fuera de la carpeta")
    return tmp_path


def job(w, folder, **more):
    source = folder / "registro.csv"
    mapping = Mapping(suggest(columns_of(source)[0]), name="registro")
    return Job(source, mapping, w.root, w.clerk, folder=folder / "archivos", **more)


def test_a_dry_run_tells_what_would_be_done_and_writes_nothing(w, folder):
    tally = run_import(job(w, folder))
    assert (tally.rows, tally.letters, tally.written, tally.known) == (7, 6, 4, 0)
    assert {line for line, _reason in tally.problems} == {6, 7, 8}
    assert any("31/02/2022" in reason for _line, reason in tally.problems)
    assert any("Dirección Lunar" in reason for _line, reason in tally.problems)
    assert not Case.objects.exists() and not Attachment.objects.exists()


def test_folios_turns_answers_and_states_come_as_they_were(w, folder):
    run_import(job(w, folder, dry=False))
    case = Case.objects.get(folio="MCS/0012/2022")
    assert (case.state, case.number, case.source, case.series.slug) == ("concluded", 12, "import", "legacy")
    assert [t.state for t in case.turns.order_by("pk")] == ["closed", "cancelled"]
    assert Answer.objects.get(turn__case=case).text == "Se remite"
    assert case.letter.organisation == "Secretaría de Finanzas" and case.letter.number == "SF/12/2022"
    assert set(Move.objects.filter(case=case).values_list("source", flat=True)) == {"import"}
    assert Case.objects.get(folio="MCS/0013/2022").state == "routed"
    cancelled = Case.objects.get(folio="MCS/0014/2022")
    assert (cancelled.state, cancelled.subject) == ("cancelled", "Folio cancelado en el registro anterior")
    assert Case.objects.get(folio="MCS/0017/2022").state == "archived"
    assert Tray.objects.get(case__folio="MCS/0013/2022", side="holder").unit == w.south
    assert Attachment.objects.get().case == case


def test_importing_again_changes_nothing_and_a_killed_import_goes_on(w, folder):
    def stop(tally):
        return False

    run_import(job(w, folder, dry=False), stop)
    Attachment.objects.all().delete()
    before = Case.objects.count()
    tally = run_import(job(w, folder, dry=False))
    assert (tally.written, tally.known) == (0, 4) and Case.objects.count() == before
    assert Attachment.objects.count() == 1 and Turn.objects.count() == 3


def test_the_numbering_goes_on_after_the_old_one(w, folder):
    run_import(job(w, folder, dry=False))
    (folder / "registro.csv").write_text("Asunto,Fecha\nSin folio,18/03/2022\nOtro,19/03/2022\n", encoding="utf-8")
    run_import(job(w, folder, dry=False))
    assert sorted(Case.objects.filter(subject__in=["Sin folio", "Otro"]).values_list("number", flat=True)) == [18, 19]


SCATTERED = """Folio,Fecha,Asunto,No_Oficio,Turnado a,Fecha_turno,Fecha_respuesta,Respuesta,Estatus
1/2019,07/01/2019,Pide informe,A/1,Dirección Norte,07/01/2019,10/01/2019,Un avance,Turnado
2/2019,08/01/2019,Invitación,,,,,,Recibido
1/2019,07/01/2019,Otro asunto con el mismo folio,B/9,,,,,Recibido
1/2019,07/01/2019,PIDE  INFORME,,Dirección Sur,08/01/2019,,,Turnado
1/2019,07/01/2019,Pide informe,A/1,Dirección Norte,07/01/2019,12/01/2019,Lo definitivo,Turnado
1/2019,07/01/2019,Pide informe,A/1,Dirección Norte,07/01/2019,12/01/2019,Lo definitivo,Turnado
,09/01/2019,Sin folio uno,,,,,,
,09/01/2019,Sin folio dos,,Dirección Norte,,,,Turnado
,,,,Dirección Sur,10/01/2019,,,
"""


def test_the_rows_of_a_letter_are_brought_together_and_a_folio_given_twice_is_two_letters(w, folder):
    (folder / "registro.csv").write_text(SCATTERED, encoding="utf-8")
    looked = run_import(job(w, folder))
    tally = run_import(job(w, folder, dry=False))
    assert looked.counts() == tally.counts() and (tally.rows, tally.letters, tally.written, tally.turns) == (9, 5, 5, 4)
    assert tally.problems == [(4, "El folio o la clave es también del documento de la línea 2: se registran los dos.")]
    first, other = Case.objects.filter(folio="1/2019").order_by("pk")
    assert sorted(t.unit.name for t in first.turns.all()) == [w.north.name, w.south.name] and not other.turns.exists()
    answers = Answer.objects.filter(turn__case=first).order_by("at")
    assert [(a.text, a.partial) for a in answers] == [("Un avance", True), ("Lo definitivo", False)]
    assert Case.objects.get(subject="Sin folio dos").turns.count() == 2 and not Case.objects.get(subject="Sin folio uno").turns.exists()
    again = run_import(job(w, folder, dry=False))
    assert (again.written, again.known) == (0, 5) and Case.objects.count() == 5


def test_a_file_outside_of_the_folder_is_never_taken(w, folder):
    rows = "Folio,Fecha,Asunto,Archivo\n1,18/03/2022,Prueba,../secreto.pdf\n2,18/03/2022,Prueba,/etc/passwd\n"
    (folder / "registro.csv").write_text(rows, encoding="utf-8")
    tally = run_import(job(w, folder, dry=False))
    assert tally.files == 0 and len(tally.problems) == 2 and not Attachment.objects.exists()


def test_files_are_found_by_the_end_of_a_path_of_windows_in_any_case(w, folder):
    files = folder / "archivos"
    (files / "2019").mkdir()
    (files / "2020").mkdir()
    for path in ("2019/OF_1.PDF", "2019/dos.pdf", "2020/dos.pdf"):
        (files / path).write_bytes(specimen(4, "estatal").pdf + path.encode())
    (files / "2019" / "fuera.pdf").symlink_to(folder / "secreto.pdf")
    names = ("C:\\SIRECO\\DOCS\\2019\\of_1.pdf", "D:\\OTRO\\dos.pdf", "\\\\servidor\\2020\\DOS.pdf", "2019/fuera.pdf")
    rows = "".join(f"{n},18/03/2022,Prueba {n},{name}\n" for n, name in enumerate(names, start=1))
    (folder / "registro.csv").write_text(f"Folio,Fecha,Asunto,Archivo\n{rows}", encoding="utf-8")
    tally = run_import(job(w, folder, dry=False))
    assert {(a.case.folio, a.document.title) for a in Attachment.objects.all()} == {("1", "OF_1.PDF"), ("3", "dos.pdf")}
    assert tally.problems == [(3, "Hay 2 archivos que podrían ser «D:\\OTRO\\dos.pdf»: 2019/dos.pdf, 2020/dos.pdf."),
                              (5, "No está el archivo «2019/fuera.pdf».")]
    assert run_import(job(w, folder, dry=False)).files == 0


def test_who_may_not_register_may_not_import(w, folder):
    with pytest.raises(NotAllowed):
        run_import(Job(folder / "registro.csv", Mapping({"subject": "Asunto", "received": "Folio"}), w.root, w.nobody))
    with pytest.raises(Refused, match="Fecha de recepción"):
        run_import(Job(folder / "registro.csv", Mapping({"subject": "Asunto"}), w.root, w.clerk))


MYSQL = """-- MySQL dump
CREATE TABLE `oficios` (
  `id` int NOT NULL AUTO_INCREMENT,
  `asunto` text,
  `fecha` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `oficios` VALUES (1,'Solicitud; con ''comillas'' y (paréntesis)','2021-05-06 10:00:00'),(2,'Con salto
de línea y \\'escape\\'',NULL);
INSERT INTO `otra` VALUES (9,'x');
"""
POSTGRES = """COPY public.oficios (id, asunto, fecha) FROM stdin;
1\tAsunto con\\ttabulador\t2021-05-06
2\t\\N\t2021-05-07
\\.
"""


def test_dumps_are_read_as_text_and_never_run(tmp_path):
    mysql, postgres = tmp_path / "m.sql", tmp_path / "p.sql"
    mysql.write_text(MYSQL, encoding="utf-8")
    postgres.write_text(POSTGRES, encoding="utf-8")
    assert structure_of(mysql) == {"oficios": ["id", "asunto", "fecha"], "otra": ["columna 1", "columna 2"]}
    rows = [row for _line, row in rows_of(mysql, "oficios")]
    assert rows[0] == {"id": "1", "asunto": "Solicitud; con 'comillas' y (paréntesis)", "fecha": "2021-05-06 10:00:00"}
    assert rows[1] == {"id": "2", "asunto": "Con salto\nde línea y 'escape'", "fecha": ""}
    assert [row["asunto"] for _line, row in rows_of(postgres, "oficios")] == ["Asunto con\ttabulador", ""]


@pytest.mark.parametrize("table", [
    "(id int, importe decimal(8,2), estado enum('a','b'), asunto text, PRIMARY KEY (id));",
    "(\n  id int,\n  importe decimal(8,2),\n  estado enum('a','b'),\n  asunto text);"])
def test_a_table_that_ends_in_the_line_of_a_column_does_not_swallow_its_rows(tmp_path, table):
    rows = "INSERT INTO oficios VALUES (1,2.5,'a','Pide informe');"
    (tmp_path / "d.sql").write_text(f"CREATE TABLE oficios {table}\n{rows}\n", encoding="utf-8")
    assert structure_of(tmp_path / "d.sql") == {"oficios": ["id", "importe", "estado", "asunto"]}
    assert [row["asunto"] for _line, row in rows_of(tmp_path / "d.sql")] == ["Pide informe"]


def test_a_title_above_the_names_of_the_columns_is_no_name(tmp_path):
    (tmp_path / "r.csv").write_text("SIRECO, relación de correspondencia;;\n\nFolio;Asunto;Fecha\n7;Uno; 07/01/2019\n", encoding="cp1252")
    assert list(rows_of(tmp_path / "r.csv")) == [(4, {"Folio": "7", "Asunto": "Uno", "Fecha": "07/01/2019"})]
    (tmp_path / "una.csv").write_text("Asunto\nUno\n", encoding="utf-8")
    assert list(rows_of(tmp_path / "una.csv")) == [(2, {"Asunto": "Uno"})]


RELATED = """CREATE TABLE `areas` (
  `id_area` int NOT NULL,
  `nombre` varchar(200),
  PRIMARY KEY (`id_area`)
);
INSERT INTO `areas` VALUES (1,'Dirección Norte'),(2,'Dirección Sur');
INSERT INTO `correspondencia` (id_correspondencia, folio, fecha_recepcion, asunto, estatus, archivo) VALUES
(7,'S/7/2020','2020-02-03 10:00:00','Con dos turnos','3',NULL),(8,'S/7/2020','2020-02-04 10:00:00','Con dos archivos','1',NULL),
(9,'S/9/2020','2020-02-05 10:00:00','Sin nada','1',NULL);
INSERT INTO `turnos` (id_turno, id_correspondencia, id_area, fecha_turno) VALUES (1,7,1,'2020-02-03'),(2,7,2,'2020-02-04'),(3,8,1,'2020-02-05');
INSERT INTO `respuestas` (id_respuesta, id_turno, fecha_respuesta, respuesta) VALUES (1,1,'2020-02-10','Primera'),(2,1,'2020-02-11','Segunda'),
(3,2,'2020-02-12','Enterados');
INSERT INTO `archivos` (id, correspondencia_id, ruta) VALUES (1,8,'uno.pdf'),(2,8,'dos.pdf');
INSERT INTO `bitacora` (n, texto) VALUES (1,'nada que ver');
"""


def test_the_tables_of_a_dump_are_tied_and_bring_turns_answers_and_files(w, folder):
    dump = folder / "sireco.sql"
    dump.write_text(RELATED, encoding="cp1252")
    (folder / "archivos" / "dos.pdf").write_bytes(specimen(4, "estatal").pdf)
    tables = structure_of(dump)
    main = main_of(tables)
    joins = likely(tables, main)
    assert (main, {j.table: (j.column, j.to) for j in joins}) == ("correspondencia", {
        "turnos": ("id_correspondencia", "id_correspondencia"), "areas": ("id_area", "turnos: id_area"),
        "respuestas": ("id_turno", "turnos: id_turno"), "archivos": ("correspondencia_id", "id_correspondencia")})
    columns = suggest(columns_with(tables, main, joins))
    assert columns["turn_unit"] == "areas: nombre" and columns["key"] == "id_correspondencia" and columns["file"] == "archivo" and columns["turn_answer"] == "respuestas: respuesta"
    mapping = Mapping(columns | {"file": "archivos: ruta"}, states={"3": "concluded", "1": "turnado"})
    tally = run_import(Job(dump, mapping, w.root, w.clerk, main, folder / "archivos", dry=False, joins=joins))
    assert (tally.rows, tally.written, tally.turns, tally.answers, tally.files, tally.problems) == (6, 3, 3, 2, 2, [])
    first, second = Case.objects.filter(folio="S/7/2020").order_by("received_at")
    assert first.state == "concluded" and second.state == "routed" and Attachment.objects.filter(case=second).count() == 2
    assert [(a.text, a.partial) for a in Answer.objects.filter(turn__case=first, turn__unit=w.north).order_by("at")] == [
        ("Primera", True), ("Segunda", False)]


def test_words_that_nobody_explained_are_counted_and_what_they_stand_for_is_kept(w, folder):
    rows = "".join(f"{n},18/03/2022,Prueba {n},{kind},{state},{unit}\n" for n, (kind, state, unit) in enumerate((
        ("Oficio", "DESAHOGADO", ""), ("Of.", "Desahogado", "DIR. NORTE"), ("Oficio", "", "Dir. Norte"), ("Oficio", "", "")), start=1))
    (folder / "registro.csv").write_text(f"Folio,Fecha,Asunto,Tipo,Estatus,Turnado a\n{rows}", encoding="utf-8")
    out = StringIO()
    common = {"institution": w.institution.slug, "person": w.clerk.email, "stdout": out}
    call_command("import_legacy", str(folder / "registro.csv"), **common)
    assert '--means "estado:DESAHOGADO=…"' in out.getvalue() and "1 se registrarían" in out.getvalue()
    assert sorted(map(tuple, ImportRun.objects.get().counts["words"])) == [
        ("state", "DESAHOGADO", 1), ("state", "Desahogado", 1), ("type", "Of.", 1), ("unit", "DIR. NORTE", 1), ("unit", "Dir. Norte", 1)]
    with pytest.raises(CommandError, match="No se entiende"):
        call_command("import_legacy", str(folder / "registro.csv"), means=["estado Desahogado"], **common)
    LetterType.objects.create(institution=w.institution, name="Memorándum", order=9)
    means = ["estado:Desahogado=concluido", f"unidad:dir. norte={w.north.code}", "tipo:Of.=Memorándum"]
    call_command("import_legacy", str(folder / "registro.csv"), means=means, **common)
    assert "4 se registrarían" in out.getvalue() and ImportRun.objects.last().counts["words"] == []
    call_command("import_legacy", str(folder / "registro.csv"), write=True, **common)
    case = Case.objects.get(folio="2")
    assert (case.state, case.turns.get().unit, case.letter.type.name) == ("concluded", w.north, "Memorándum")


def test_the_first_accent_may_stand_far_into_the_file(tmp_path):
    rows = "".join(f"{n};Sin acentos\n" for n in range(9000))
    for encoding in ("cp1252", "utf-8"):
        (tmp_path / "r.csv").write_text(f"Folio;Asunto\n{rows}9;Peña Núñez\n", encoding=encoding)
        assert [row["Asunto"] for _line, row in rows_of(tmp_path / "r.csv")][-1] == "Peña Núñez"


def test_workbooks_are_read_by_sheet(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"))
    sheet = book.add_worksheet("Entradas")
    for n, row in enumerate([["Folio", "Asunto", "Folio"], [7, "Prueba", 8.5]]):
        sheet.write_row(n, 0, row)
    book.close()
    assert structure_of(tmp_path / "r.xlsx") == {"Entradas": ["Folio", "Asunto", "Folio (3)"]}
    assert list(rows_of(tmp_path / "r.xlsx", "Entradas")) == [(2, {"Folio": "7", "Asunto": "Prueba", "Folio (3)": "8.5"})]
    (tmp_path / "malo.xlsx").write_bytes(b"no es un libro")
    with pytest.raises(Refused, match="dañado"):
        list(rows_of(tmp_path / "malo.xlsx"))


@pytest.mark.parametrize(("text", "hour", "found"), [
    ("14/03/2022", "", "2022-03-14 09:00"), ("2022-03-14 17:05:00", "", "2022-03-14 17:05"), ("2022-03-14T17:05:00.0", "", "2022-03-14 17:05"),
    ("14/03/22 05:05 p. m.", "", "2022-03-14 17:05"), ("14-mar-22", "", "2022-03-14 09:00"), ("9 de enero de 2019, 10:30 hrs.", "", "2019-01-09 10:30"),
    ("Lunes 7 de Enero del 2019", "", "2019-01-07 09:00"), ("14.set.2021", "", "2021-09-14 09:00"), ("44634", "", "2022-03-14 09:00"),
    ("44634.75", "", "2022-03-14 18:00"), ("20220314", "", "2022-03-14 09:00"), ("14/03/2022", "1:15 p.m.", "2022-03-14 13:15"),
    ("14/03/2022 00:00:00", "13.15 h", "2022-03-14 13:15"), ("14/03/2022 08:00", "13:15", "2022-03-14 08:00"),
    ("14/03/2022", "S/H", "2022-03-14 09:00")])
def test_dates_are_read_day_first_however_the_register_writes_them(text, hour, found):
    from django.utils import timezone

    assert f"{timezone.localtime(moment(text, hour)):%Y-%m-%d %H:%M}" == found


@pytest.mark.parametrize("text", ["31/02/2022", "mañana", "01/01/9999", "10/10/2022 25:00", "31-feb-22", "3 de marte de 2022", "201911"])
def test_what_is_no_date_is_said_so(text):
    with pytest.raises(Unreadable):
        moment(text)


def test_the_command_looks_first_and_keeps_mapping_and_run(w, folder):
    out = StringIO()
    common = {"institution": w.institution.slug, "person": w.clerk.email, "files": folder / "archivos", "stdout": out}
    call_command("import_legacy", str(folder / "registro.csv"), **common)
    assert "4 se registrarían" in out.getvalue() and "línea 6" in out.getvalue() and not Letter.objects.exists()
    call_command("import_legacy", str(folder / "registro.csv"), mapping="registro", write=True, **common)
    assert Letter.objects.count() == 4 and ImportMapping.objects.get().columns["folio"] == "Folio"
    assert [r.dry for r in ImportRun.objects.order_by("pk")] == [True, False]
    assert ImportRun.objects.last().counts["written"] == 4 and ImportRun.objects.last().finished_at
