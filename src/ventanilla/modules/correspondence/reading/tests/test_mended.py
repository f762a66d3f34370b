"""What seals, strokes and narrow columns break in dates, numbers and names, and how the letter itself mends it."""

import pytest

from ventanilla.modules.correspondence.reading import correct_code
from ventanilla.modules.correspondence.reading.companies import with_form
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.reading.people import name_in
from ventanilla.modules.correspondence.reading.tests.test_rules import HEAD, letter
from ventanilla.modules.correspondence.reading.tests.test_torn import TEXT, placed
from ventanilla.modules.correspondence.reading.witness import acronym


@pytest.mark.parametrize("lines", [
    ("Cuautitlán Izcalli, Estado de México, a los 29", "días del mes de octubre de 2025"),
    ("Tlax.; a los veintinueve días del mes", "de octubre del año dos mil veinticinco"),
    ("Pachuca de Soto, Hidalgo, 29", "de octubre de 2025"),
])
def test_dates_that_break_behind_the_day_or_the_month(lines: tuple[str, ...]) -> None:
    day = letter(*HEAD[:3], *lines, "", *HEAD[5:]).date
    assert day and day.value == "2025-10-29"


@pytest.mark.parametrize(("written", "number"), [
    ("No. de Oficio: B00.7.03 735.2024", "B00.7.03.735.2024"),
    ("No. Oficio RVG OF 2801 2024", "RVG/OF/2801/2024"),
    ("Oficio núm. ED-3363/2024-!", "ED-3363/2024-I"),
    ("RE, No. Ref. ED-4700/2024-Q", "ED-4700/2024-Q"),
    ("TI. núm. TI-838/2024", "TI-838/2024"),
])
def test_numbers_whose_marks_or_labels_were_lost(written: str, number: str) -> None:
    found = letter(*HEAD[:2], written, *HEAD[3:]).number
    assert found and found.value == number


def test_a_speck_is_neither_the_value_of_a_label_nor_the_part_beside_it() -> None:
    beside = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio:"), (0.3, 0.1, "DT/12/2024"), (0.85, 0.1, "Ml"), *TEXT, faint=("Ml",))
    behind = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio: 1”"), (0.3, 0.1, "DT/12/2024"), *TEXT, faint=("1”",))
    assert beside.number and behind.number and beside.number.value == behind.number.value == "DT/12/2024"


def test_a_figure_among_the_letters_of_the_heads_own_acronym_goes() -> None:
    assert acronym("3JST", ("JST", "ISEM")) == "JST" and acronym("3ST", ("JST",)) == "JST"
    assert acronym("42JST", ("JST",)) is None


def test_a_code_with_a_stroke_in_it_is_that_of_the_catalogue_and_asked() -> None:
    codes = ("212C0101020101S", "212C0101020100S")
    assert correct_code("2I20C0I0I020I0I5", codes).code == "212C0101020101S"
    assert correct_code("2I20C0I0I020I0I5", ("212C0101020100S",)).code is None


@pytest.mark.parametrize(("read", "name"), [
    ("Hilaria Bolaños O Farrill", "Hilaria Bolaños O'Farrill"), ("Eloísa Elizondo Argü elles", "Eloísa Elizondo Argüelles"),
    ("“.PRocío Zepeda Arriaga", "Rocío Zepeda Arriaga"),
])
def test_pieces_of_a_name(read: str, name: str) -> None:
    assert name_in(read)[0] == name


@pytest.mark.parametrize(("confidence", "name"), [(0.3, "Gerardo Gómez García"), (0.97, "Gerardo Gómez-García")])
def test_a_hyphen_that_was_hardly_read_is_a_stroke(confidence: float, name: str) -> None:
    faint = ("Gómez-García",) if confidence < 0.5 else ()
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio: DT/12/2024"), *TEXT, (0.1, 0.5, "Atentamente"),
                   (0.1, 0.56, "Lic. Gerardo Gómez-García"), (0.1, 0.58, "Director de Enlace"), faint=faint).signatory
    assert found and found.value == name


def test_a_copy_signs_nothing_and_a_last_page_of_copies_hides_no_signature() -> None:
    copy = "Profra. Eloisa Ucán Caamal, Enlace de Administración.- Para su conocimiento.- Presente."
    found = letter(*HEAD, "Atentamente", "", "Hugo Xool Trejo", "Coordinador Técnico", "", copy).signatory
    assert found and found.value == "Hugo Xool Trejo"


def test_a_legal_form_goes_on_in_one_way_only() -> None:
    assert with_form("Inmobiliaria Tepeyolotl, S.A.P.I. de") == "Inmobiliaria Tepeyolotl, S.A.P.I. de C.V."
    assert with_form("Centro de") == "Centro de"
    assert with_form("Colonos de Metepec, LA.C.") == "Colonos de Metepec, A.C."
    assert with_form("Rancho la Joya, S.P.R. DER.L") == "Rancho la Joya, S.P.R. de R.L."


def test_a_cell_that_breaks_off_gives_way_to_the_letterhead() -> None:
    found = placed((0.1, 0.05, "Juzgado Tercero de Distrito en Materia Administrativa"), (0.5, 0.1, "DEPENDENCIA Juzgado Tercero de Distrito"),
                   (0.5, 0.14, "Oficio: JTD/12/2024"), *TEXT).sender
    assert found and found.value == "Juzgado Tercero de Distrito en Materia Administrativa" and found.confidence < SURE


def test_an_addressee_in_capitals_right_under_a_subject_is_none_of_it() -> None:
    lines = ("Objeto: Avance del programa en Chalco", "DIRECTORA DE DIRECCIÓN TÉCNICA", "INSTITUTO DE LA VIVIENDA SOCIAL", "L.C. HUGO TRUJILLO ROJAS")
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), *((0.3, 0.1 + 0.015 * i, line) for i, line in enumerate(lines)), *TEXT[1:]).subject
    assert found and found.value == "Avance del programa en Chalco"


@pytest.mark.parametrize("written", ["Toluca, México; a 5’ de marzo de 2024", "Toluca, México; a 5 de marzo. de 2024", "Toluca, México; a 5 de ´marzo de 2024"])
def test_specks_inside_a_date(written: str) -> None:
    day = letter(*HEAD[:3], written, *HEAD[4:]).date
    assert day and day.value == "2024-03-05"


@pytest.mark.parametrize("written", [
    "Instituto. Mexiquense de la Vivienda", "Instituto’ Mexiquense de la Vivienda", "Instituto Mexiquense, de la Vivienda",
    "Instituto Mexiquense de la Vivienda IFAA.DPP/26/01203/24", "Instituto Mexiquense de la ViviendaCoordinación de Enlace",
])
def test_what_is_no_part_of_a_bodys_name(written: str) -> None:
    found = letter(written, *HEAD[2:]).sender
    assert found and found.value == "Instituto Mexiquense de la Vivienda" and found.confidence < SURE


def test_a_town_takes_its_accent_from_where_the_letter_writes_it() -> None:
    found = letter("Municipio de Puerto Cenizaro", *HEAD[2:], "Los vecinos de Puerto Cenízaro piden que se atienda lo solicitado en su momento.").sender
    assert found and found.value == "Municipio de Puerto Cenízaro" and found.confidence < SURE


@pytest.mark.parametrize(("number", "value"), [("IVG/OF/12/2024", "1VG/OF/12/2024"), ("Ul.2314.24", "UI.2314.24")])
def test_acronyms_with_an_ordinal_and_small_letters_among_capitals(number: str, value: str) -> None:
    found = letter("Comisión de Derechos Humanos", "Primera Visitaduría General", f"Oficio núm. {number}", *HEAD[3:]).number
    assert found and found.value == value and found.confidence < SURE


@pytest.mark.parametrize(("read", "name"), [("Dra: Inés Cisneros Aguirre", "Inés Cisneros Aguirre"), ("Inés, Cisneros Aguirre", "Inés Cisneros Aguirre")])
def test_marks_that_no_name_has(read: str, name: str) -> None:
    assert name_in(read)[0] == name


def test_a_heading_keeps_its_numeral() -> None:
    heading = (0.3, 0.34, "OPINIÓN DEL PREDIO LA LOMA Il")
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), *TEXT[:2], heading, (0.1, 0.38, TEXT[2][2])).subject
    assert found and found.value == "OPINIÓN DEL PREDIO LA LOMA II" and found.confidence < SURE


def test_a_line_of_a_cell_that_begins_like_a_label_goes_on() -> None:
    cell = ((0.5, 0.1, "ASUNTO.-"), (0.66, 0.1, "Se remiten"), (0.66, 0.12, "expedientes para"), (0.66, 0.14, "escrituración"))
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), *cell, *TEXT).subject
    assert found and found.value == "Se remiten expedientes para escrituración"


def test_a_name_that_another_line_begins_earlier_is_not_said_again() -> None:
    signed = ("Atentamente", "", "Lic. Ana Ruiz Soto", "Directora")
    whole = letter(*HEAD, *signed, HEAD[0]).sender
    cut = letter("Nacional de Aguas", *HEAD[2:], *signed, "Comité Nacional de Aguas").sender
    assert whole and whole.confidence >= SURE and cut and (cut.value != "Nacional de Aguas" or cut.confidence < SURE)


@pytest.mark.parametrize("written", ["5 de juio de 2024", "5 de juiio de 2024"])
def test_a_month_that_is_not_read_as_it_is_spelt_is_asked(written: str) -> None:
    day = letter(*HEAD[:3], f"Toluca, México; a {written}", *HEAD[4:]).date
    assert day is None or day.confidence < SURE


def test_a_stroke_between_an_acronym_of_the_head_and_the_next_part_is_a_slash() -> None:
    found = letter("Dirección de Asuntos Generales", *HEAD[1:2], "Oficio núm. DAGICG/12/2024", *HEAD[3:]).number
    other = letter("Registro Agrario Nacional", *HEAD[1:2], "Oficio núm. DAGICG/12/2024", *HEAD[3:]).number
    assert found and found.value == "DAG/CG/12/2024" and found.confidence < SURE and other and other.value == "DAGICG/12/2024"


def test_a_secretariat_with_an_ordinal_is_a_unit_of_its_court() -> None:
    found = letter("Juzgado Sexto Civil de Toluca", "Segunda Secretaría", *HEAD[2:])
    assert found.sender and found.sender.value == "Juzgado Sexto Civil de Toluca"
    assert found.sender_unit and found.sender_unit.value == "Segunda Secretaría"


def test_a_number_under_its_label_is_no_end_of_the_cell_beside_it() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.42, 0.1, "ASUNTO"), (0.66, 0.1, "Oficio No."), (0.42, 0.12, "Invitación a la entrega"),
                   (0.665, 0.12, "OF.UPCP.338-2024"), (0.42, 0.14, "de escrituras"), *TEXT)
    assert found.number and found.number.value == "OF.UPCP.338-2024"
    assert found.subject and found.subject.value == "Invitación a la entrega de escrituras"


@pytest.mark.parametrize(("written", "faint"), [("Mtra. Patricia Gómez -Z Guzmán", "-Z"), ("Mtra. E/Patricia Gómez Guzmán", "E/Patricia")])
def test_what_a_stroke_leaves_inside_a_name(written: str, faint: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio: DT/12/2024"), *TEXT, (0.1, 0.5, "Atentamente"), (0.1, 0.56, written),
                   (0.1, 0.58, "Directora de Enlace"), faint=(faint,)).signatory
    assert found and found.value == "Patricia Gómez Guzmán" and found.confidence < SURE


@pytest.mark.parametrize(("text", "value"), [
    ("Le informo que los trabajos de La Loma II se terminaron en su momento.", "Obras en La Loma II"),
    ("Le informo que los trabajos de La Loma y de La Loma II se terminaron.", "Obras en La Loma"),
])
def test_a_numeral_at_the_end_of_a_name_is_that_of_the_text(text: str, value: str) -> None:
    found = letter(*HEAD[:4], "Asunto: Obras en La Loma", *HEAD[5:9], text).subject
    misread = letter(*HEAD[:4], "Asunto: Obras en La Loma HI", *HEAD[5:9], text).subject
    assert found and found.value == value and misread and (misread.value == value or not value.endswith("II"))
