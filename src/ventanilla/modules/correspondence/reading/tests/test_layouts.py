"""Where things stand on pages that nobody prepared for: cells, torn numbers, two who sign, letters without labels."""

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, read_letter
from ventanilla.modules.correspondence.reading.dateforms import dates_in, month_of
from ventanilla.modules.correspondence.reading.lines import fold
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.reading.people import name_in

Placed = tuple[float, float, str]
HEAD: tuple[Placed, ...] = ((0.1, 0.06, "Registro Agrario Nacional"), (0.1, 0.08, "Dirección de Titulación"))
ADDRESSED: tuple[Placed, ...] = ((0.1, 0.24, "Lic. Ana Ruiz Soto"), (0.1, 0.26, "Directora General"), (0.1, 0.28, "P R E S E N T E"))
TEXT: tuple[Placed, ...] = ((0.1, 0.36, "Remito a usted lo que solicitó en su momento a esta área, según consta en el archivo"),)


def read(*placed: Placed, foot: tuple[Placed, ...] = ()) -> Reading:
    """The fields of a first page of texts at (x, y), and of a second page when `foot` has any."""
    pages = [page(1, placed), *([page(2, foot)] if foot else [])]
    return read_letter(pages, Catalogue())


def page(number: int, placed: tuple[Placed, ...]) -> PageText:
    words = []
    for i, (x, y, text) in enumerate(placed):
        for part in text.split():
            words.append(Word(part, x, y, x + 0.009 * len(part), y + 0.011, 0.97, i, i))
            x += 0.009 * len(part) + 0.008
    return PageText(number, 612, 792, tuple(words))


@pytest.mark.parametrize(("written", "iso"), [
    ("14-MAR-2024", "2024-03-14"), ("2-IX-24", "2024-09-02"), ("2-1X-24", "2024-09-02"), ("09.12.25", "2025-12-09"),
    ("2025-11-21", "2025-11-21"), ("a quince de marzo de dos mil veinticinco", "2025-03-15"), ("a 3 (tres) de mayo de 2024", "2024-05-03"),
    ("a los treinta y un días del mes de julio de 2024", "2024-07-31"), ("Toluca, A12 DE NOVIEMBRE DEL 2025", "2025-11-12"),
    ("al primer día del mes de julio del año dos mil veintiuno", "2021-07-01"), ("14 de agosto, 2025", "2025-08-14"),
    ("SAT-300-04/1438/2024", None), ("2025-05-03T12:40", None), ("31/02/2025", None),
])
def test_dates_in_every_form(written: str, iso: str | None) -> None:
    assert next((one.iso for one in dates_in(fold(written))), None) == iso


def test_a_date_in_three_cells_and_a_number_at_the_foot_of_the_last_page() -> None:
    cells = ((0.70, 0.06, "DÍA"), (0.78, 0.06, "MES"), (0.86, 0.06, "AÑO"), (0.70, 0.08, "15"), (0.78, 0.08, "MAR"), (0.86, 0.08, "2024"))
    found = read(*HEAD, *cells, *ADDRESSED, *TEXT, (0.6, 0.15, "RECIBIDO"), (0.6, 0.165, "19 MAR 2024 11:32"),
                 foot=((0.1, 0.1, "Atentamente"), (0.1, 0.2, "Lic. Hugo Trejo Alvarado"), (0.1, 0.96, "Al contestar cite el número DT/OF/12/2024")))
    assert found.date and found.date.value == "2024-03-15"
    assert found.number and found.number.value == "DT/OF/12/2024"


@pytest.mark.parametrize("month", ["²", "٣٣", "9" * 5000])
def test_a_cell_that_only_looks_like_a_month(month: str) -> None:
    cells = ((0.70, 0.06, "DÍA"), (0.78, 0.06, "MES"), (0.86, 0.06, "AÑO"), (0.70, 0.08, "15"), (0.78, 0.08, month), (0.86, 0.08, "2024"))
    assert read(*HEAD, *cells, *ADDRESSED, *TEXT).date is None and not month_of(month)


def test_a_number_torn_behind_a_mark_and_a_number_under_its_label() -> None:
    torn = read(*HEAD, (0.5, 0.12, "Oficio No. RAN/DT/SAJ/"), (0.5, 0.135, "DGCN/00124/2024"), *ADDRESSED, *TEXT)
    below = read(*HEAD, (0.5, 0.12, "No. DE OFICIO"), (0.5, 0.135, "RAN/DT/00124/2024"), *ADDRESSED, *TEXT)
    assert torn.number and torn.number.value == "RAN/DT/SAJ/DGCN/00124/2024"
    assert below.number and below.number.value == "RAN/DT/00124/2024"


def test_the_number_of_another_letter_is_never_this_one() -> None:
    mentions = ((0.1, 0.36, "Por instrucciones de la superioridad y en atención a su"), (0.1, 0.375, "oficio DGJ/SC/512/2024 de fecha 2 de mayo."))
    foot = ((0.1, 0.8, "C.c.p. Archivo. Su oficio CJ/DP/77/2024 del 11/01/2024."), (0.1, 0.4, "Antecedente: oficio TESO/1320/2024"))
    found = read(*HEAD, *ADDRESSED, *mentions, *foot)
    assert found.number is None
    assert found.date is None or found.date.confidence < SURE


SIGNED: tuple[Placed, ...] = ((0.42, 0.6, "FRATERNALMENTE"), (0.12, 0.7, "MTRO. HUGO TREJO ALVARADO"), (0.12, 0.715, "SECRETARIO GENERAL"))
OTHER: tuple[Placed, ...] = ((0.55, 0.7, "LIC. SILVIA VELÁZQUEZ GÓMEZ"), (0.55, 0.715, "SECRETARIA DE ACTAS"))


def test_of_two_who_sign_the_left_one_is_proposed_and_asked() -> None:
    found = read(*HEAD, *ADDRESSED, *TEXT, *SIGNED, *OTHER)
    assert found.signatory and (found.signatory.value, found.signatory.confidence < SURE) == ("Hugo Trejo Alvarado", True)


def test_who_only_checked_does_not_sign() -> None:
    left = ((0.12, 0.64, "Vo. Bo."), *SIGNED[1:])
    found = read(*HEAD, *ADDRESSED, *TEXT, SIGNED[0], *left, *OTHER)
    assert found.signatory and found.signatory.value == "Silvia Velázquez Gómez"


def test_surnames_that_a_narrow_column_wrapped() -> None:
    names = ((0.12, 0.7, "M. EN A.P. SILVIA VELÁZQUEZ"), (0.22, 0.715, "GÓMEZ"), (0.15, 0.73, "SECRETARIA DE ACTAS"))
    found = read(*HEAD, *ADDRESSED, *TEXT, SIGNED[0], *names)
    assert found.signatory and found.signatory.value == "Silvia Velázquez Gómez"


def test_an_electronic_signature_says_who_signs() -> None:
    signed = ((0.1, 0.6, "Firmado electrónicamente por: Lic. Hugo Trejo Alvarado"), (0.1, 0.62, "Agente del Ministerio Público"))
    found = read(*HEAD, *ADDRESSED, *TEXT, *signed)
    assert found.signatory and found.signatory.value == "Hugo Trejo Alvarado"


def test_from_and_to_with_the_post_behind_the_name() -> None:
    rows = ((0.1, 0.15, "DE:"), (0.2, 0.15, "Lic. Hugo Trejo Alvarado, Jefe de Recursos"), (0.1, 0.17, "PARA:"), (0.2, 0.17, "Ing. Ana Ruiz Soto, Directora"))
    found = read(*HEAD, *rows, *TEXT)
    assert found.signatory and found.addressee
    assert (found.signatory.value, found.addressee.value) == ("Hugo Trejo Alvarado", "Ana Ruiz Soto")


def test_a_subject_without_label_is_a_heading_or_what_the_first_sentence_names() -> None:
    heading = read(*HEAD, *ADDRESSED, (0.33, 0.32, "SE SOLICITA AUDIENCIA PÚBLICA"), *TEXT).subject
    sentence = read(*HEAD, *ADDRESSED, (0.1, 0.32, "Me dirijo a usted en relación con el asunto Entrega de planos, sobre el cual digo:"), *TEXT).subject
    assert heading and heading.value == "SE SOLICITA AUDIENCIA PÚBLICA" and heading.confidence < SURE
    assert sentence and sentence.value == "Entrega de planos" and sentence.confidence < SURE


@pytest.mark.parametrize(("read_as", "name"), [
    ("ARQ. YARETZI ABIGAIL O'FARRILL", "Yaretzi Abigail O'farrill"), ("Lic. Jean Pierre López-Portillo", "Jean Pierre López-Portillo"),
    ("C. J. Guadalupe Pech Ek", "J. Guadalupe Pech Ek"), ("Mtra. Ma. del Socorro Ruiz Soto", "Ma. del Socorro Ruiz Soto"),
    ("Ing. Hans Van der Linden", "Hans Van der Linden"), ("L.A.E. J Norma Ruiz Soto", "Norma Ruiz Soto"),
])
def test_names_of_every_origin(read_as: str, name: str) -> None:
    assert name_in(read_as)[0] == name
