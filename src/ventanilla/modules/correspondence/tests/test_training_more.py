"""The twelve layouts of `training_more`: each draws a letter, and what its truth says is printed on it."""

from datetime import date

import pypdfium2
import pytest

from ventanilla.modules.correspondence.specimens.archive import KINDS, in_words, written
from ventanilla.modules.correspondence.specimens.build import Specimen, specimen
from ventanilla.modules.correspondence.specimens.layouts import LAYOUTS
from ventanilla.modules.correspondence.specimens.training import TRAINING
from ventanilla.modules.correspondence.specimens.training_more import TRAINING_MORE

FIELDS = ("number", "sender", "signatory", "signatory_post", "addressee", "subject", "reference")


def flat(text: str) -> str:
    """Without case, spaces and line ends: a field may be broken over lines or set in capitals."""
    return "".join(text.casefold().split())


def pages(letter: Specimen) -> list[str]:
    document = pypdfium2.PdfDocument(letter.pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def printed(letter: Specimen) -> str:
    """The text of all pages without the marks of hyphenation."""
    return flat("\n".join(pages(letter)).translate(dict.fromkeys((0x02, 0xAD, 0xFFFE))))


@pytest.mark.parametrize("name", TRAINING_MORE)
def test_what_the_truth_says_is_on_the_page(name: str) -> None:
    letter = specimen(7, TRAINING_MORE[name])
    text = printed(letter)
    assert not {k: letter.truth[k] for k in FIELDS if letter.truth[k] is not None and flat(letter.truth[k]) not in text}
    assert flat(letter.data.date_text) in text
    assert letter.truth["date"] and letter.truth["sender"] and letter.truth["signatory"]


def test_names_are_their_own_and_some_fields_are_absent() -> None:
    assert tuple(TRAINING_MORE) == KINDS
    assert not set(TRAINING_MORE) & (set(LAYOUTS) | set(TRAINING))
    assert specimen(1, TRAINING_MORE["universitaria"]).truth["subject"] is None
    assert specimen(1, TRAINING_MORE["peticion"]).truth["number"] is None


def test_one_seed_is_one_letter_and_the_divided_one_runs_over_pages() -> None:
    first, again = specimen(5, TRAINING_MORE["partido"]), specimen(5, TRAINING_MORE["partido"])
    assert first.pdf == again.pdf
    assert first.data.extra["number_head"] + first.data.extra["number_tail"] == first.truth["number"]
    assert len(pages(first)) > 1


@pytest.mark.parametrize(("form", "day", "text"), [
    ("{dd}-{r}-{y}", date(2026, 11, 21), "21-XI-2026"),
    ("{p}, {W} del mes de {m} de {y}", date(2026, 11, 21), "Toluca, a los veintiún días del mes de noviembre de 2026"),
    ("{W} de {m} de {yw}", date(2025, 5, 31), "a los treinta y un días de mayo de dos mil veinticinco"),
    ("{W} de {m}", date(2025, 5, 1), "al primer día de mayo"),
    ("{w} de {m} de {yw}", date(2024, 2, 16), "dieciséis de febrero de dos mil veinticuatro"),
    ("{T} {d}, {y}", date(2026, 11, 21), "Noviembre 21, 2026"),
])  # fmt: skip
def test_dates_are_written_as_people_write_them(form: str, day: date, text: str) -> None:
    assert written(form, "Toluca", day) == text


def test_numbers_in_words() -> None:
    assert [in_words(n) for n in (1, 10, 20, 22, 30, 31, 99)] == [
        "uno", "diez", "veinte", "veintidós", "treinta", "treinta y uno", "noventa y nueve"]  # fmt: skip
