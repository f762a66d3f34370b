"""What narrow columns tear apart, what a logo or a seal leaves beside a value, and what one evidence alone cannot settle."""

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Reading, read_letter
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.reading.tests.test_rules import HEAD, OWN, letter


def placed(*lines: tuple[float, float, str], faint: tuple[str, ...] = (), unread: tuple[str, ...] = ()) -> Reading:
    """The fields of a page of lines, each at its own place; words of `faint` were hardly read, those of `unread` not at all."""
    words = []
    for i, (x, y, text) in enumerate(lines):
        for part in text.split():
            wide = 0.0095 * len(part)
            words.append(Word(part, x, y, x + wide, y + 0.012, 0.1 if part in unread else 0.4 if part in faint else 0.96, i, i))
            x += wide + 0.008
    return read_letter([PageText(1, 612, 792, tuple(words))], OWN)


TEXT = ((0.1, 0.3, "Lic. Ana Ruiz Soto"), (0.1, 0.32, "P R E S E N T E"),
        (0.1, 0.36, "Remito lo solicitado en su momento a esta área para que resuelva lo que proceda."))


def test_a_number_torn_over_three_cells_is_one() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "Oficio No."), (0.7, 0.1, "RAN-DT-"), (0.7, 0.12, "SG-"),
                   (0.7, 0.14, "1121-2024"), *TEXT).number
    assert found and found.value == "RAN-DT-SG-1121-2024"


def test_the_rule_of_a_cell_is_not_the_value_beside_a_label() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "Oficio No."), (0.62, 0.1, "|"), (0.66, 0.1, "DT/12/2024"), *TEXT)
    assert found.number and found.number.value == "DT/12/2024"


@pytest.mark.parametrize(("head", "number"), [("Instituto Municipal de la Juventud de Chalco", "IMJ/12/2024"), ("Visitaduría General", "1MJ/12/2024")])
def test_a_stroke_before_letters_is_an_i_where_the_head_begins_so(head: str, number: str) -> None:
    found = letter(head, *HEAD[1:2], "Oficio núm. 1MJ/12/2024", *HEAD[3:]).number
    assert found and found.value == number and found.confidence < SURE


@pytest.mark.parametrize("lines", [
    ("FECHA: Metepec, Méx., a los tres", "días de noviembre de 2025"),
    ("Fecha: Metepec, Anáhuac, a veintiuno de", "noviembre de dos mil veinticinco"),
    ("Metepec, Anáhuac; alos tres días del mes de noviembre del año dos mil veinticinco.",),
    ("Núm. de oficio DT/1/2025 Fecha de elaboración: noviembre 3, 2025",),
])
def test_dates_in_words_that_a_column_tears(lines: tuple[str, ...]) -> None:
    day = letter(*HEAD[:2], *lines, "", *HEAD[4:]).date
    assert day and day.value in ("2025-11-03", "2025-11-21")


def test_the_date_of_the_letter_that_is_answered_gives_way_to_one_under_the_formula() -> None:
    text = "En alcance al diverso DGAJ/406/2025 del 3 de agosto de 2025, hago de su conocimiento"
    day = letter(*HEAD[:3], *HEAD[5:9], text, "lo siguiente para los efectos a que haya lugar.", "Atentamente", "25/AGO/2025",
                 "Mtro. Hugo Trejo Alvarado", "Coordinador Técnico").date
    assert day and day.value == "2025-08-25" and day.confidence < SURE


def test_the_date_behind_de_fecha_is_another_letters() -> None:
    text = "En respuesta a su oficio DGAJ/406/2024 de fecha 3 de agosto de 2024"
    day = letter(*HEAD[:3], *HEAD[5:9], text, "Atentamente", "Mtro. Hugo Trejo Alvarado", "Coordinador Técnico").date
    assert day is None or day.confidence < 0.5


def test_a_date_under_a_subject_is_no_part_of_it() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.45, 0.1, "Oficio No. DT/12/2024"), (0.45, 0.12, "Asunto: Programa anual de"),
                   (0.45, 0.134, "capacitación y desarrollo"), (0.45, 0.148, "Xalapa-Enríquez,"), (0.45, 0.162, "Veracruz, a 24 de julio de"),
                   (0.45, 0.176, "2024"), *TEXT)
    assert found.date and found.date.value == "2024-07-24"
    assert found.subject and found.subject.value == "Programa anual de capacitación y desarrollo"


@pytest.mark.parametrize("name", [
    ("MTRO. HUGO TREJO ALVARADO, El Coordinador Técnico",), ("Mtro. Hugo Trejo Alvarado, LA SECRETARIA DE ACUERDOS",),
    ("Mtro. Hugo Trejo Alvarado, El", "Coordinador Técnico"), ("Cap. Hugo Trejo Alvarado, AGENTE", "DEL MINISTERIO PÚBLICO"),
    ("Mtro. Hugo Trejo", "Alvarado, Coordinador Técnico"), ("MTRO. HUGO TREJO ALVARADO", "LA SECRETARIA DE ACUERDOS"),
    ("Dra Hugo Trejo Alvarado", "Coordinador Técnico"),
])
def test_a_post_behind_a_name_is_no_part_of_it(name: tuple[str, ...]) -> None:
    signatory = letter(*HEAD, "Reciba un cordial saludo.", "Atentamente", "", *name).signatory
    assert signatory and signatory.value == "Hugo Trejo Alvarado"


@pytest.mark.parametrize(("lines", "name"), [
    (("C. JEAN PIERRE BIANCHI", "ZEMPOALTECA", "", "Toluca, México, 3 de junio de 2024"), "Jean Pierre Bianchi Zempoalteca"),
    (("M. en D. Hermenegildo Poot San", "Román, Coordinador Técnico"), "Hermenegildo Poot San Román"),
    (("Lic. Ana Sofía de los", "Remedios Sáenz de Miera Chuc"), "Ana Sofía de los Remedios Sáenz de Miera Chuc"),
    (("Lic. Hugo Trejo Alvarado", "Propietario", "", "Toluca"), "Hugo Trejo Alvarado"),
    (("Lic. Hugo Argiielles Alvarado", "Coordinador Técnico"), "Hugo Argüelles Alvarado"),
])
def test_surnames_in_the_next_line_of_a_narrow_column(lines: tuple[str, ...], name: str) -> None:
    signatory = letter(*HEAD, "Atentamente", "", *lines).signatory
    assert signatory and signatory.value == name and signatory.confidence < SURE


def test_a_sentence_that_begins_like_a_closing_formula_does_not_hide_who_signs() -> None:
    lines = ["Reciba un cordial saludo de parte del pueblo y gobierno municipal que me honro en representar.", *["Se informa lo que procede."] * 16]
    signatory = letter(*HEAD, *lines, "", "Mtro. Hugo Trejo Alvarado", "Coordinador Técnico").signatory
    assert signatory and signatory.value == "Hugo Trejo Alvarado"


def test_a_number_in_the_subject_that_a_space_broke_is_the_one_of_the_text() -> None:
    found = letter(*HEAD[:4], "Asunto: Recurso de revisión 05 141/VS/2024", "", *HEAD[6:9], "Me refiero al folio 05141/VS/2024 de esta área.").subject
    assert found and found.value == "Recurso de revisión 05141/VS/2024" and found.confidence < SURE


def test_marks_of_a_seal_spoil_neither_date_nor_town() -> None:
    found = letter("H. Ayuntamiento de Texcoco. en A", "Dirección de Obras", HEAD[2], "Toluca, México; a 10'de agosto de 2024", *HEAD[4:])
    assert found.date and found.date.value == "2024-08-10"
    assert found.sender and found.sender.value == "H. Ayuntamiento de Texcoco" and found.sender.confidence < SURE


def test_a_heading_keeps_its_last_word() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio No. DT/12/2024"), *TEXT[:2],
                   (0.25, 0.36, "APOYO PARA MEJORAMIENTO DE VIVIENDA EN NICOLÁS"), (0.45, 0.38, "ROMERO"),
                   (0.1, 0.42, "Remito lo solicitado en su momento a esta área para que resuelva lo que proceda."))
    assert found.subject and found.subject.value == "APOYO PARA MEJORAMIENTO DE VIVIENDA EN NICOLÁS ROMERO"


def test_a_logo_read_as_a_word_is_no_part_of_the_letterhead() -> None:
    found = placed((0.064, 0.05, "cen"), (0.1, 0.05, "DESARROLLOS DEL ALTIPLANO, S.A. DE C.V."), (0.1, 0.1, "Oficio No. DT/12/2024"), *TEXT,
                   faint=("cen",))
    assert found.sender and found.sender.value == "Desarrollos del Altiplano, S.A. de C.V."


@pytest.mark.parametrize(("said", "sure"), [("del crédito 04139/VS/2024", True), ("del crédito 04130/VS/2024", False), ("de su crédito", False)])
def test_a_number_in_the_subject_is_sure_only_where_the_text_says_it_again(said: str, sure: bool) -> None:
    found = letter(*HEAD[:4], "Asunto: Estado de cuenta del crédito 04139/VS/2024", "", *HEAD[6:9], f"Solicito el estado de cuenta {said}.").subject
    assert found and (found.confidence >= SURE) is sure
