"""A field is sure only with a second sign for each of its words, and what is spelt as no Spanish word is never sure."""

from dataclasses import replace

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, read_letter
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.reading.names import GIVEN, SURNAMES
from ventanilla.modules.correspondence.reading.spelling import WORDS, accented, misspelt, respelt
from ventanilla.modules.correspondence.reading.tests.test_rules import OWN

HEAD = ("Registro Agrario Nacional", "Oficio núm. DT/12/2024", "Toluca, México; a 5 de marzo de 2024")
TAIL = ("", "Lic. Ana Ruiz Soto", "P R E S E N T E", "", "Remito lo solicitado en su momento a esta área.", "", "Atentamente", "",
        "Mtro. Hugo Trejo Alvarado", "Coordinador Técnico")


def read(*lines: str, faint: str = "", confidence: float = 0.9, catalogue: Catalogue = OWN) -> Reading:
    """The fields of a page of lines; the first word that reads `faint` has a confidence of its own."""
    words: list[Word] = []
    for i, text in enumerate(lines):
        x = 0.1
        for part in text.split():
            wide = 0.0095 * len(part)
            words.append(Word(part, x, 0.05 + 0.022 * i, x + wide, 0.062 + 0.022 * i, 0.96, i, i))
            x += wide + 0.008
    at = next((i for i, word in enumerate(words) if word.text == faint), None)
    if at is not None:
        words[at] = replace(words[at], confidence=confidence)
    return read_letter([PageText(1, 612, 792, tuple(words))], catalogue)


@pytest.mark.parametrize(("subject", "faint", "sure"), [
    ("Entrega de planos", "", True),
    ("Entrega de planos", "planos", True),  # a word that letters are made of
    ("Entrega de polvorines", "polvorines", False),
    ("Entrega de polvorines", "", True),
    ("Entrega de momento", "momento", True),  # the text says it again
    ("Xilóte de planos", "", False), ("entrega de planos", "", False), ("Entrega de 200. planos", "", False),
])
def test_a_word_below_all_doubt_needs_another_sign(subject: str, faint: str, sure: bool) -> None:
    found = read(*HEAD, f"Asunto: {subject}", *TAIL, faint=faint).subject
    assert found and found.value == subject and (found.confidence >= SURE) is sure


@pytest.mark.parametrize(("confidence", "sure"), [(0.96, True), (0.84, False)])
def test_figures_are_vouched_for_by_nothing(confidence: float, sure: bool) -> None:
    found = read(*HEAD, "Asunto: Entrega de planos", *TAIL, faint="DT/12/2024", confidence=confidence).number
    assert found and found.value == "DT/12/2024" and (found.confidence >= SURE) is sure


def test_the_directory_vouches_for_a_whole_value() -> None:
    known = replace(OWN, organisations=("Registro Agrario Nacional",))
    lines = ("Registro Agrario Nacional", *HEAD[1:], "Asunto: Entrega de planos", *TAIL)
    for catalogue, sure in ((known, True), (OWN, False)):
        found = read(*lines, faint="Registro", confidence=0.82, catalogue=catalogue).sender
        assert found and found.value == "Registro Agrario Nacional" and (found.confidence >= SURE) is sure


@pytest.mark.parametrize(("read_as", "value"), [
    ("Uso de suelo de la colonia Santa Cruz. Ayotuzco", "Uso de suelo de la colonia Santa Cruz Ayotuzco"),
    ("Uso de suelo’ de la colonia Santa Cruz.", "Uso de suelo de la colonia Santa Cruz"),
    ("Opinión tecnica del area", "Opinión técnica del área"),
    ("Entrega-de planos", "Entrega de planos"),
    ("Estado del crédito 08706/V S/2024", "Estado del crédito 08706/VS/2024"),
])
def test_specks_and_lost_accents_of_a_subject_are_mended_and_asked(read_as: str, value: str) -> None:
    found = read(*HEAD, f"Asunto: {read_as}", *TAIL, faint="Cruz.").subject
    assert found and found.value == value and found.confidence < SURE


@pytest.mark.parametrize(("read_as", "value"), [
    ("Oficio con folio 07955V", "Oficio con folio 07955/VS/2025"),
    ("Oficio con folio 07955/", "Oficio con folio 07955/VS/2025"), ("Oficio con folio 07955/4SI2025", "Oficio con folio 07955/VS/2025"),
    ("Revisión 07955/VS/2025 al programa", "Revisión 07955/VS/2025 al programa"),
])
def test_a_number_that_breaks_off_goes_on_as_the_text_says_it(read_as: str, value: str) -> None:
    found = read(*HEAD, f"Asunto: {read_as}", *TAIL[:4], "Remito lo solicitado con el número 07955/VS/2025 a esta área.", *TAIL[5:]).subject
    assert found and found.value == value


def test_a_wide_gap_in_a_subject_is_asked() -> None:
    words = [("Asunto:", 0.1), ("Entrega", 0.18), ("de", 0.26), ("planos", 0.29), ("y", 0.36), ("actas", 0.38)]
    for shift, sure in ((0.0, True), (0.018, False), (0.08, False)):
        line = [Word(t, x + (shift if x > 0.3 else 0), 0.2, x + 0.0095 * len(t) + (shift if x > 0.3 else 0), 0.212, 0.96, 9, 9) for t, x in words]
        text = [Word(t, 0.1 + 0.09 * i, 0.3, 0.18 + 0.09 * i, 0.312, 0.96, 10, 10)
                for i, t in enumerate(("Remito", "lo", "solicitado", "a", "esta", "área", "en", "su", "momento"))]
        found = read_letter([PageText(1, 612, 792, (*line, *text))], OWN).subject
        assert found and found.value.startswith("Entrega de planos") and (found.confidence >= SURE) is sure


@pytest.mark.parametrize("word", ["Enláce", "cónocimiento", "sú", "Cárlos", "Galíndo", "cómúnica"])
def test_no_word_has_its_accent_there(word: str) -> None:
    assert misspelt(word)


@pytest.mark.parametrize("word", ["público", "árbol", "país", "comuníquese", "héroe", "miércoles", "fácilmente", "él", "hidráulica", "Xóchitl"])
def test_words_that_are_spelt_so(word: str) -> None:
    assert not misspelt(word)


def test_no_known_word_is_misspelt_and_names_are_words() -> None:
    assert not [word for word in WORDS if misspelt(word)]
    assert not [name for name in (*GIVEN.values(), *SURNAMES.values()) if misspelt(name)]
    assert {"quintana", "toluca", "escrituración", "autorizaciones"} <= WORDS


def test_accents_come_back_only_where_the_word_has_no_other_form() -> None:
    assert [accented(word) for word in ("Juridico", "AREA", "publica", "secretaria")] == ["Jurídico", "ÁREA", "publica", "secretaria"]
    assert respelt("Se publica la opinion del area") == "Se publica la opinión del área"
    assert respelt("Cortes de agua en Almoloya de Juarez") == "Cortes de agua en Almoloya de Juárez"
