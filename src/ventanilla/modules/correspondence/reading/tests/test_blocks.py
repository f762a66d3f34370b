"""Whose a line of the first page is, wherever it stands: letterhead, references, addressee, text; and what the reader makes of it."""

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading.blocks import addressee, head_of, referring, text_begins
from ventanilla.modules.correspondence.reading.companies import to_form
from ventanilla.modules.correspondence.reading.lines import Line, line_of, lines_of
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue
from ventanilla.modules.correspondence.reading.parts import looked_at
from ventanilla.modules.correspondence.reading.people import person_field
from ventanilla.modules.correspondence.reading.tests.test_layouts import HEAD, TEXT, Placed, page, read

SENTENCE: Placed = (0.1, 0.4, "Remito a usted lo que solicitó en su momento a esta área según consta en el archivo")
NUMBER: Placed = (0.5, 0.12, "Oficio No. RAN/DT/00124/2024")


def lines(*placed: Placed) -> list[Line]:
    sheet: PageText = page(1, placed)
    return lines_of(sheet)


@pytest.mark.parametrize("block", [
    ((0.1, 0.24, "Lic. Ana Ruiz Soto"), (0.1, 0.26, "Directora General"), (0.1, 0.28, "Instituto de la Vivienda")),
    ((0.5, 0.24, "Directora General"), (0.5, 0.26, "Instituto de la Vivienda"), (0.5, 0.28, "Lic. Ana Ruiz Soto")),
    ((0.3, 0.24, "Ana Ruiz Soto"), (0.3, 0.26, "Directora General"), (0.3, 0.28, "Instituto de la Vivienda")),
    ((0.1, 0.24, "A las y los titulares de las unidades"), (0.1, 0.26, "PRESENTES")),
    ((0.1, 0.24, "PARA: Ana Ruiz Soto"),),
])
def test_an_addressee_needs_no_place_and_no_presente(block: tuple[Placed, ...]) -> None:
    some = lines(*HEAD, NUMBER, *block, SENTENCE)
    assert [some[i].text for i in addressee(some)] == [text for _, _, text in block]
    assert [line.text for line in head_of(some)] == [HEAD[0][2], HEAD[1][2], NUMBER[2]]


def test_the_end_of_a_sentence_is_no_presente_and_a_value_no_text() -> None:
    subject = ((0.1, 0.2, "ASUNTO:"), (0.25, 0.2, "Terminación de los trabajos que se le encargaron en San Mateo"))
    some = lines(*HEAD, *subject, SENTENCE, (0.1, 0.42, "presente."))
    assert some[text_begins(some)].text == SENTENCE[2]
    assert not addressee(some)


def test_values_of_labels_are_no_names_of_bodies() -> None:
    cells = ((0.1, 0.14, "ASUNTO"), (0.5, 0.14, "Oficio No."), (0.1, 0.155, "Entrega de papeles para la"), (0.1, 0.17, "auditoría financiera"))
    some = lines(*HEAD, *cells)
    assert [line.text for line in referring(some)] == ["ASUNTO", "Entrega de papeles para la", "auditoría financiera", "Oficio No."]


@pytest.mark.parametrize(("head", "sender"), [
    (((0.1, 0.06, "Gobierno de México"), (0.1, 0.08, "Talleres Gráficos de México"), (0.1, 0.1, "Subdirección de Ventas")), "Talleres Gráficos de México"),
    (((0.1, 0.06, "Universidad Autónoma del Valle Facultad de Derecho"),), "Universidad Autónoma del Valle"),
    (((0.1, 0.06, "Caja Popular San Rafael, S.C. DIRECCIÓN"),), "Caja Popular San Rafael, S.C."),
])
def test_a_sender_that_no_first_word_gives_away_and_one_on_a_line_with_its_unit(head: tuple[Placed, ...], sender: str) -> None:
    block = ((0.1, 0.24, "Lic. Ana Ruiz Soto"), (0.1, 0.26, "Directora General"), (0.1, 0.28, "Instituto de la Vivienda"))
    found = read(*head, NUMBER, *block, SENTENCE)
    assert found.sender and found.sender.value == sender and found.sender.confidence < SURE


def test_a_bar_parts_a_body_and_its_unit() -> None:
    found = read((0.1, 0.06, "Universidad del Valle | Facultad de Derecho"), NUMBER, SENTENCE)
    assert found.sender and found.sender_unit
    assert (found.sender.value, found.sender_unit.value) == ("Universidad del Valle", "Facultad de Derecho")


def test_the_addressees_own_institute_is_never_the_sender() -> None:
    block = ((0.1, 0.2, "DIRECTORA GENERAL"), (0.1, 0.22, "INSTITUTO DE LA VIVIENDA"), (0.1, 0.24, "ANA RUIZ SOTO"))
    found = read((0.1, 0.06, "Agua y Saneamiento de Metepec"), (0.1, 0.08, "Gerencia Comercial"), NUMBER, *block, SENTENCE)
    assert found.sender and found.sender.value == "Agua y Saneamiento de Metepec"


@pytest.mark.parametrize("label", ["Objeto:", "MOTIVO.-", "A S U N T O:", "Tema:", "ASUNTO.-"])
def test_subjects_by_any_label_beside_or_under_it(label: str) -> None:
    beside = read(*HEAD, (0.1, 0.2, f"{label} Entrega de planos"), *TEXT).subject
    under = read(*HEAD, (0.1, 0.2, label.rstrip(".-:") + ":"), (0.5, 0.2, "Oficio No."), (0.1, 0.215, "Entrega de planos"),
                 (0.5, 0.215, "RAN/DT/00124/2024"), *TEXT).subject
    assert beside and under and (beside.value, under.value) == ("Entrega de planos", "Entrega de planos")


def test_a_subject_ends_where_a_place_and_a_date_or_another_label_begin() -> None:
    for after in ("Toluca, México; a 3 de mayo de 2024", "Sección: Obras"):
        found = read(*HEAD, (0.1, 0.2, "Asunto: Avance de la obra en Metepec"), (0.1, 0.213, after), *TEXT).subject
        assert found and found.value == "Avance de la obra en Metepec"


@pytest.mark.parametrize(("written", "number"), [
    ("No. MEMO-3287-2024", "MEMO-3287-2024"), ("Clave de oficio: UI/M-4147", "UI/M-4147"), ("Oficio # DGA/12/2024", "DGA/12/2024"),
    ("Oficio núm. |2882/2025", "2882/2025"), ("No. 02/09/2024", None), ("No. 3247 HORA ____ FIRMA ____", None),
])
def test_numbers_by_any_label_and_what_is_none(written: str, number: str | None) -> None:
    found = read(*HEAD, (0.5, 0.12, written), SENTENCE).number
    assert (found and found.value) == number


def test_two_numbers_in_one_head_are_asked() -> None:
    found = read(*HEAD, (0.5, 0.12, "No. RAN/EXP/7/2024"), (0.5, 0.14, "Oficio: RAN/DT/124/2024"), (0.5, 0.16, "Toluca, a 3 de mayo de 2024"), SENTENCE).number
    assert found and found.value == "RAN/DT/124/2024" and found.confidence < SURE
    assert looked_at("JFD/454/2025", {"JTDMA"}, "2025").doubt and not looked_at("JTD/454/2025", {"JTDMA"}, "2025").doubt


@pytest.mark.parametrize("rows", [
    ((0.5, 0.7, "Toluca de Lerdo, México, a 3 de mayo de 2024"),),
    ((0.5, 0.12, "Villa de Allende, México; a los"), (0.5, 0.135, "tres días del mes de mayo del año dos"), (0.5, 0.15, "mil veinticuatro")),
])
def test_a_date_at_the_end_and_one_over_three_lines(rows: tuple[Placed, ...]) -> None:
    found = read(*HEAD, *rows, SENTENCE).date
    assert found and found.value == "2024-05-03"


@pytest.mark.parametrize("close", ["Atte.", "Quedo de usted.", "Le saluda atentamente", "Reciba un cordial saludo."])
def test_whoever_gets_a_copy_does_not_sign(close: str) -> None:
    copies = ((0.1, 0.78, "Con copia para: Sergio Moreno Salgado. Para su conocimiento."), (0.1, 0.8, "cc: Lucía Ruiz Becerril."))
    found = read(*HEAD, SENTENCE, (0.42, 0.6, close), (0.38, 0.68, "Lic. Hugo Trejo Alvarado"), *copies).signatory
    assert found and found.value == "Hugo Trejo Alvarado"


def test_a_name_over_two_lines_is_whole_or_asked() -> None:
    name = ((0.4, 0.68, "C. MARÍA DEL CARMEN BERNAL"), (0.49, 0.695, "TECPA"))
    found = read(*HEAD, SENTENCE, (0.42, 0.6, "ATENTAMENTE"), *name).signatory
    assert found and found.value == "María del Carmen Bernal Tecpa" and found.confidence < SURE


def test_a_name_ends_with_its_legal_form() -> None:
    assert to_form("Grupo Lomas, S.A. de C.V. RECIBIDO") == "Grupo Lomas, S.A. de C.V."
    assert to_form("Grupo Lomas, S. de R.L. de C.V.") == "Grupo Lomas, S. de R.L. de C.V."


def test_figures_of_a_seal_beside_a_name_are_no_part_of_it() -> None:
    words = [Word(text, 0.4 + 0.08 * n, 0.6, 0.47 + 0.08 * n, 0.612, 0.95) for n, text in enumerate(["Mtro.", "Benjamín", "Hurtado", "Macedo"])]
    found = person_field(line_of(1, [*words, Word("20312024", 0.75, 0.6, 0.8, 0.612, 0.08)]), Catalogue())
    assert found and found.value == "Benjamín Hurtado Macedo" and found.confidence < SURE


def test_a_copy_with_a_misread_letter_signs_nothing() -> None:
    copy = (0.1, 0.7, "ec: Noé Jiménez de la Cruz, Director de Obras. Para su conocimiento.")
    assert read(*HEAD, SENTENCE, (0.4, 0.5, "ATENTAMENTE"), copy).signatory is None


def test_a_day_in_the_text_is_not_the_letters_own() -> None:
    head = [line for line in HEAD if "de 2024" not in line[2]]
    text = (0.1, 0.35, "En cumplimiento a lo ordenado en proveído de diecinueve de febrero de dos mil veinticuatro,")
    found = read(*head, text, SENTENCE, (0.4, 0.6, "Oaxaca de Juárez, Oax., a 4 (cuatro) de marzo de 2024")).date
    assert found and found.value == "2024-03-04"


def test_a_name_that_ends_open_takes_the_short_line_under_it() -> None:
    found = read((0.1, 0.05, "Secretaría de Desarrollo Agrario, Territorial y"), (0.1, 0.065, "Urbano"), *HEAD[1:], SENTENCE).sender
    assert found and found.value == "Secretaría de Desarrollo Agrario, Territorial y Urbano"
