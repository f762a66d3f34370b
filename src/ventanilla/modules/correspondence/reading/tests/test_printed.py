"""How print stands beside, under and over other print: sizes, lines drawn under capitals, seals at the end of a subject, torn dates."""

from collections.abc import Sequence

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, read_letter
from ventanilla.modules.correspondence.reading.model import SURE

#: x, y, height (the words' own), confidence, text
Printed = tuple[float, float, float, float, str]
BODY: Printed = (0.1, 0.06, 0.011, 0.97, "Registro Agrario Nacional")
NUMBER: Printed = (0.5, 0.14, 0.010, 0.97, "Oficio núm. DT/12/2024")
SUBJECT: Printed = (0.5, 0.16, 0.010, 0.97, "Asunto: Regularización de la tenencia de la tierra")
DATE: Printed = (0.1, 0.22, 0.010, 0.97, "Toluca, México; a 5 de marzo de 2024")
REST: Sequence[Printed] = (
    (0.1, 0.26, 0.010, 0.97, "Lic. Ana Ruiz Soto"), (0.1, 0.28, 0.010, 0.97, "P R E S E N T E"),
    (0.1, 0.36, 0.010, 0.97, "Remito a usted lo que solicitó en su momento a esta área, según consta en el archivo"),
    (0.3, 0.55, 0.010, 0.97, "A T E N T A M E N T E"), (0.3, 0.62, 0.010, 0.97, "Lic. Hugo Trejo Alvarado"))


def read(*printed: Printed) -> Reading:
    """The fields of one page; a word is as wide as its letters are high."""
    words = []
    for i, (left, top, tall, sure, text) in enumerate((*printed, *REST)):
        x = left
        for part in text.split():
            wide = 0.9 * tall * len(part)
            words.append(Word(part, round(x, 5), top, round(x + wide, 5), top + tall, sure, i, i))
            x += wide + 0.6 * tall
    return read_letter([PageText(1, 612, 792, tuple(words))], Catalogue())


def test_a_small_address_beside_a_large_name_is_a_column_of_its_own() -> None:
    """The engine gives both as one line; the gap between them is hardly wider than that of a line set wide."""
    words, x = [], 0.1
    for text, tall in (("Comisión de Derechos Humanos del Estado de", 0.014), ("Calle Leona Vicario 1, Toluca", 0.006)):
        for part in text.split():
            wide = 0.75 * tall * len(part)
            words.append(Word(part, round(x, 4), 0.07, round(x + wide, 4), 0.07 + tall, 0.97, 1, 1))
            x += wide + 0.6 * tall
        x += 0.012
    words.append(Word("México", 0.1, 0.098, 0.163, 0.112, 0.97, 2, 1))
    for i, text in enumerate(("Oficio núm. DT/12/2024", "Lic. Ana Ruiz Soto", "P R E S E N T E"), start=3):
        words += [Word(part, 0.1 + 0.1 * k, 0.05 * i, 0.18 + 0.1 * k, 0.05 * i + 0.01, 0.97, i, i) for k, part in enumerate(text.split())]
    sender = read_letter([PageText(1, 612, 792, tuple(words))], Catalogue()).sender
    assert sender and sender.value == "Comisión de Derechos Humanos del Estado de México"


def test_capitals_with_a_line_under_them_go_on_in_capitals_whose_box_has_the_line() -> None:
    first: Printed = (0.5, 0.163, 0.010, 0.97, "ASUNTO: ALTA DE PERSONAL EN EL ÁREA")
    subject = read(BODY, NUMBER, first, (0.5, 0.179, 0.019, 0.97, "DE APOYO"), DATE).subject
    assert subject and subject.value == "ALTA DE PERSONAL EN EL ÁREA DE APOYO"


def test_what_only_its_size_keeps_from_going_on_is_asked() -> None:
    subject = read(BODY, NUMBER, SUBJECT, (0.5, 0.175, 0.019, 0.97, "comunal del pueblo"), DATE).subject
    assert subject and subject.confidence < SURE


@pytest.mark.parametrize("after", [
    "Cuautitlán Izcalli, Estado de México, a 20 de julio", "Toluca, Estado de México, julio 22 de", "Ixtapan de la Sal, México; a 18 de",
    "22-08-2024 10:00",
])
def test_a_date_without_its_year_and_a_seals_moment_are_no_end_of_a_subject(after: str) -> None:
    subject = read(BODY, NUMBER, SUBJECT, (0.5, 0.175, 0.010, 0.97, after)).subject
    assert subject and subject.value == "Regularización de la tenencia de la tierra"


def test_a_label_that_was_read_twice_takes_the_value_of_the_second() -> None:
    alone: Printed = (0.5, 0.158, 0.010, 0.97, "Asunto:")
    subject = read(BODY, NUMBER, alone, (0.52, 0.162, 0.010, 0.97, "Asunto: Entrega de planos"), DATE).subject
    assert subject and subject.value == "Entrega de planos"


def test_a_scrawl_before_the_end_of_a_subject_is_left_out_and_asked() -> None:
    first: Printed = (0.3, 0.16, 0.010, 0.97, "Asunto: Regularización de la tenencia de la tierra en")
    scrawl: Printed = (0.4, 0.176, 0.010, 0.3, "CIAARMO l")
    subject = read(BODY, NUMBER, first, scrawl, (0.53, 0.1765, 0.010, 0.97, "Texcoco"), DATE).subject
    assert subject and subject.value == "Regularización de la tenencia de la tierra en Texcoco" and subject.confidence < SURE


@pytest.mark.parametrize(("written", "value"), [
    ("ASUNTO: MANTENIMIENTO DE VEHÍCUT.OS OFICIALES", "MANTENIMIENTO DE VEHÍCULOS OFICIALES"),
    ("ASUNTO: CLASIFICACIÓN DF. INEORMACIÓN RESERVADA", "CLASIFICACIÓN DE INFORMACIÓN RESERVADA"),
    ("ASUNTO: ENTREGA DE ET. PLANO FEDERAL", "ENTREGA DE EL PLANO FEDERAL"),
])
def test_capitals_whose_feet_a_line_under_them_took(written: str, value: str) -> None:
    subject = read(BODY, NUMBER, (0.5, 0.16, 0.010, 0.97, written), DATE).subject
    assert subject and subject.value == value and subject.confidence < SURE


def test_a_name_that_breaks_off_at_a_comma_is_asked() -> None:
    name: Printed = (0.1, 0.06, 0.011, 0.97, "Colegio de Ingenieros Civiles del Estado de México,")
    sender = read(name, NUMBER, SUBJECT, DATE, (0.1, 0.8, 0.008, 0.97, "Colegio de Ingenieros Civiles del Estado de México, A.C.")).sender
    assert sender and sender.value == "Colegio de Ingenieros Civiles del Estado de México" and sender.confidence < SURE


def test_a_name_goes_on_from_an_open_line_or_is_asked() -> None:
    over, name = (0.1, 0.06, 0.011, 0.97, "Sistema Mexiquense de"), (0.1, 0.075, 0.011, 0.97, "Medios Públicos")
    below = ((0.1, 0.09, 0.009, 0.97, "Coordinación de Noticias"), NUMBER, SUBJECT, DATE, (0.1, 0.8, 0.008, 0.97, "Sistema Mexiquense de Medios Públicos"))
    whole = read(over, name, *below).sender
    torn = read((0.1, 0.055, 0.017, 0.5, "Sislema Mexiq~ense de"), name, *below).sender
    assert whole and whole.value == "Sistema Mexiquense de Medios Públicos"
    assert torn and torn.confidence < SURE


def test_a_comma_that_stands_alone_in_a_name_is_a_speck() -> None:
    sender = read((0.1, 0.06, 0.011, 0.97, "Juzgado Tercero de Distrito en Materia , Administrativa"), NUMBER, SUBJECT, DATE).sender
    assert sender and sender.value == "Juzgado Tercero de Distrito en Materia Administrativa"


def test_two_strokes_of_a_cell_before_a_number_are_no_part_of_it() -> None:
    number = read(BODY, (0.5, 0.14, 0.010, 0.97, "Oficio núm. Il JTD-1152-2024"), SUBJECT, DATE).number
    assert number and number.value == "JTD-1152-2024"
