"""Two letters that may be one."""

from dataclasses import replace
from datetime import date

from ventanilla.modules.correspondence.reading import Sketch, likeness
from ventanilla.modules.correspondence.reading.duplicates import ALIKE, number_key, simhash

OLD = Sketch(
    "DGA/0123/2024",
    date(2024, 3, 5),
    "Secretaría de Finanzas",
    "Entrega de expedientes de obra",
    "aa",
    0,
    "email",
    date(2024, 3, 7),
)
TEXT = "por este medio solicito a usted gire sus instrucciones a quien corresponda para iniciar el trámite " * 3


def test_the_same_letter_says_how_it_came_before() -> None:
    score, reasons = likeness(replace(OLD, number="dga/123/2024", digest="bb", medium="paper"), OLD)
    assert score > 0.9
    assert reasons[-1] == "El mismo oficio llegó por correo el 7 de marzo de 2024."
    assert "Mismo número de documento: DGA/0123/2024." in reasons


def test_the_same_file_is_certain() -> None:
    assert likeness(Sketch(digest="aa"), OLD) == (
        1.0,
        ("Es exactamente el mismo archivo.", "El mismo oficio llegó por correo el 7 de marzo de 2024."),
    )


def test_consecutive_letters_of_one_series_are_two() -> None:
    assert likeness(replace(OLD, number="DGA/124/2024", digest="bb"), OLD)[0] < ALIKE


def test_strangers_and_empty_sketches_are_not_alike() -> None:
    assert likeness(Sketch(), Sketch()) == (0.0, ())
    assert likeness(Sketch("X/1/2024", date(2023, 1, 1), "Otro", "Otra cosa muy distinta"), OLD)[0] == 0.0


def test_likeness_is_symmetric_in_its_score() -> None:
    other = replace(OLD, number="", subject="Entrega de expedientes de la obra", digest="")
    assert likeness(OLD, other)[0] == likeness(other, OLD)[0]


def test_text_with_misread_words_stays_near() -> None:
    assert (simhash(TEXT) ^ simhash(TEXT.replace("usted", "ustod", 1))).bit_count() <= 10
    assert (simhash(TEXT) ^ simhash("otra carta sobre un asunto que nada tiene que ver con la primera de todas")).bit_count() > 12
    assert simhash("muy corto") == 0


def test_number_key_forgets_signs_and_leading_zeros() -> None:
    assert number_key("OF-SG-0456-2024") == number_key("of/sg/456/2024")
