"""Reading letters whose words are given: labels, seals, wrapped lines, odd pages."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, read_letter

CATALOGUE = Catalogue(
    {"212C0101000200S": ("Unidad de Información",), "212C0101010100T": ("Subdirección de Créditos",)},
    people=("Ana Laura Peña Núñez",),
)
LETTER = (
    "Instituto Mexiquense de la Vivienda Social",
    "Unidad de Información",
    "Oficio No. 212C0101000200S/347/2024",
    "Toluca, México; a 5 de marzo de 2024",
    "Asunto: Entrega de expedientes",
    "",
    "Lic. Juan Carlos Gómez Ruiz",
    "Director de Obra",
    "P R E S E N T E",
    "",
    "En atención a su oficio número DGV/12/2024, le pido que en un plazo de cinco días hábiles",
    "remita lo solicitado.",
    "",
    "A T E N T A M E N T E",
    "",
    "Mtra. Ana Laura Peña Núñez",
    "Subdirectora de Créditos",
    "",
    "ALPN/jcg",
)


def page(lines: Sequence[str], confidence: float = 0.96, number: int = 1) -> PageText:
    """A page of lines, one under the other; an empty text is a gap."""
    words = []
    for i, text in enumerate(lines):
        x = 0.1
        for part in text.split():
            wide = 0.0095 * len(part)
            words.append(Word(part, x, 0.05 + 0.022 * i, x + wide, 0.062 + 0.022 * i, confidence, i, i))
            x += wide + 0.008
    return PageText(number, 612, 792, tuple(words))


def read(lines: Sequence[str], confidence: float = 0.96) -> Reading:
    return read_letter([page(lines, confidence)], CATALOGUE)


def replaced(old: str, new: str) -> list[str]:
    return [line.replace(old, new) for line in LETTER]


def test_every_field_of_a_plain_letter() -> None:
    values = {name: field.value for name, field in read(LETTER).items()}
    assert values == {
        "number": "212C0101000200S/347/2024",
        "date": "2024-03-05",
        "sender": "Instituto Mexiquense de la Vivienda Social",
        "sender_unit": "Unidad de Información",
        "signatory": "Ana Laura Peña Núñez",
        "signatory_post": "Subdirectora de Créditos",
        "addressee": "Juan Carlos Gómez Ruiz",
        "addressee_post": "Director de Obra",
        "subject": "Entrega de expedientes",
        "reference": "DGV/12/2024",
        "term": "5",
        "order": "state",
    }


def test_a_sender_of_no_directory_that_the_letter_does_not_say_again_is_asked() -> None:
    pages = [PageText(1, 612, 792, tuple(Word(w, 0.1 + 0.1 * j, 0.05 + 0.1 * i, 0.19 + 0.1 * j, 0.06 + 0.1 * i, 0.97, i)
                                         for i, text in enumerate(rows) for j, w in enumerate(text.split())))
             for rows in (("Registro Agrario Nacional", "Oficio No. RAN/12/2024", "Atentamente"),
                          ("Registro Agrario Nacional", "Oficio No. RAN/12/2024", "Atentamente", "Registro Agrario Nacional"))]
    once, twice = (read_letter([one], Catalogue()).sender for one in pages)
    assert once and twice and once.value == twice.value == "Registro Agrario Nacional"
    assert once.confidence < 0.9 <= twice.confidence


def test_plain_fields_are_sure_and_have_a_box_to_crop() -> None:
    directory = replace(CATALOGUE, organisations=("Instituto Mexiquense de la Vivienda Social",))
    reading = read_letter([page(LETTER)], directory)
    for field in (reading.number, reading.date, reading.sender, reading.signatory, reading.subject):
        assert field and field.confidence >= 0.9
        x0, y0, x1, y1 = field.box
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
    assert reading.date and reading.date.box[1] == pytest.approx(0.116)


def test_the_unit_code_is_corrected_and_says_so() -> None:
    number = read(replaced("000200S", "0002005")).number
    assert number and number.value == "212C0101000200S/347/2024"
    assert number.raw == "212C01010002005/347/2024" and "corregida" in number.corrections[0]


def test_weak_recognition_is_sure_only_where_the_catalogue_confirms() -> None:
    sure = {name for name, field in read(LETTER, 0.6).items() if field.confidence >= 0.9}
    assert sure == {"signatory", "sender_unit"}


def test_a_year_other_than_the_dates_is_not_sure() -> None:
    number = read(replaced("/347/2024", "/347/2021")).number
    assert number and number.confidence < 0.9


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Oficio No. DGA/123/2024", "DGA/123/2024"),
        ("OF. No. X", None),
        ("No. de oficio: OF-SG-0456-2024", "OF-SG-0456-2024"),
        ("OFICIO NÚMERO: PM/SA/0456/2024", "PM/SA/0456/2024"),
        ("CIRCULAR: 212C0101010100T/12/2024", "212C0101010100T/12/2024"),
        ("Memorándum No. DG/7/2024", "DG/7/2024"),
        ("Oficio Nº 1.4.1393/2024", "1.4.1393/2024"),
        ("", None),
    ],
)
def test_numbers_of_many_kinds(written: str, value: str | None) -> None:
    number = read(replaced("Oficio No. 212C0101000200S/347/2024", written)).number
    assert (number.value if number else None) == value


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("a 5 de marzo de 2024", "2024-03-05"),
        ("Fecha: 05/03/2024", "2024-03-05"),
        ("Toluca, a 1° de mayo del 2024", "2024-05-01"),
        ("a 31 de febrero de 2024", None),
        ("Metepec, a 7 de septienbre de 2O24", "2024-09-07"),
    ],
)
def test_dates_of_many_kinds(written: str, iso: str | None) -> None:
    day = read(replaced("Toluca, México; a 5 de marzo de 2024", written)).date
    assert (day.value if day else None) == iso


def test_a_seals_date_is_not_the_letters() -> None:
    day = read(["RECIBIDO", "09/04/2024 10:22", "OFICIALÍA DE PARTES", "", "", *LETTER]).date
    assert day and day.value == "2024-03-05"


def test_a_lost_accent_of_a_name_is_given_back_to_confirm() -> None:
    field = read(replaced("Juan Carlos Gómez Ruiz", "OSCAR CHAVEZ RUIZ")).addressee
    assert field and field.value == "Óscar Chávez Ruiz" and field.confidence < 0.9


def test_without_letterhead_the_writer_is_the_sender() -> None:
    reading = read([*["" for _ in range(3)], *LETTER[3:5], *LETTER[6:-3]])
    assert reading.sender and reading.sender.value == "Ana Laura Peña Núñez"
    assert reading.order and reading.order.value == "citizen"


def test_a_wrongly_turned_page_makes_everything_doubtful() -> None:
    turned = PageText(
        1,
        612,
        792,
        tuple(Word(w.text, w.y0, w.x0, w.y1, w.x1, 0.96, w.line, w.block) for w in page(LETTER).words),
    )
    assert all(field.confidence < 0.9 for _, field in read_letter([turned], CATALOGUE).items())


def test_no_words_no_fields() -> None:
    assert list(read_letter([], CATALOGUE).items()) == []
    assert list(read_letter([PageText(1, 612, 792, ())], CATALOGUE).items()) == []


_ODD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(_ODD, st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.1), st.integers(0, 9)),
        max_size=40,
    )
)
def test_odd_pages_never_raise(parts: list[tuple[str, float, float, float, float, int]]) -> None:
    words = tuple(Word(t, x, y, x + w, y + h, 0.5, line, 0) for t, x, y, w, h, line in parts)
    for _, field in read_letter([PageText(1, 612, 792, words)], CATALOGUE).items():
        assert 0 <= field.confidence <= 1


_MARKS = ("|", ">", "«", "_", "(", ")", "((", "“", '"', "'", "¡", ".", ",", ":", "/", "-", "-/", "A.C.", "20", "((25", "Q", "º", "#1", "DE:", "RECIBIDO")


def test_damaged_letters_never_raise() -> None:
    """What strokes and seals make of a letter: words lost, marks in the place of words and of letters, boxes grown."""
    rng = Random(7)

    def damaged(word: Word) -> Word:
        text = rng.choice(_MARKS) if rng.random() < 0.5 else "".join(c if rng.random() < 0.7 else rng.choice("|>_.,:;/-'“(1 ") for c in word.text)
        return replace(word, text=text, confidence=rng.random(), x1=word.x1 + rng.uniform(0, 0.05))

    letter = [replace(w, line=i, block=i) for i, w in enumerate(page((*LETTER, "ATENTAMENTE", "OSA > SOS", "Exp. DGV/12/((25")).words)]
    for _ in range(300):
        share = rng.choice((0.05, 0.2, 0.5))
        words = tuple(damaged(w) if rng.random() < share else w for w in letter if rng.random() > share / 4)
        for _, field in read_letter([PageText(1, 612, 792, words)], CATALOGUE).items():
            assert 0 <= field.confidence <= 1
