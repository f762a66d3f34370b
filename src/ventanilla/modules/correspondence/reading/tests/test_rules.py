"""Rules that hold for letters of any body: how dates, senders, signatories, numbers and subjects are written and misread."""

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, correct_code, read_letter
from ventanilla.modules.correspondence.reading.names import known_share, mended, parted, spelt
from ventanilla.modules.correspondence.reading.people import name_in
from ventanilla.modules.correspondence.specimens import specimen
from ventanilla.modules.correspondence.specimens.training import TRAINING

OWN = Catalogue({"212C0101000200S": ("Unidad de Información",)}, own="Instituto Mexiquense de la Vivienda Social")
HEAD = ("Registro Agrario Nacional", "Dirección de Titulación", "Oficio núm. DT/12/2024", "Toluca, México; a 5 de marzo de 2024",
        "Asunto: Entrega de planos", "", "Lic. Ana Ruiz Soto", "P R E S E N T E", "", "Remito lo solicitado en su momento a esta área.", "")


def letter(*lines: str, confidence: float = 0.96) -> Reading:
    """The fields of a page of lines, one under the other; an empty text is a gap."""
    words = []
    for i, text in enumerate(lines):
        x = 0.1
        for part in text.split():
            wide = 0.0095 * len(part)
            words.append(Word(part, x, 0.05 + 0.022 * i, x + wide, 0.062 + 0.022 * i, confidence, i, i))
            x += wide + 0.008
    return read_letter([PageText(1, 612, 792, tuple(words))], OWN)


@pytest.mark.parametrize(("written", "iso"), [
    ("Toluca, México, noviembre 13 de 2025", "2025-11-13"),
    ("Toluca de Lerdo, México, a los 25 días del mes de marzo de 2024", "2024-03-25"),
    ("Toluca, México a 3 de noviembre del 2025", "2025-11-03"),
    ("Metepec, Méx., a veintiuno de mayo de dos mil veinticuatro", "2024-05-21"),
    ("Fecha: 04-11-2024", "2024-11-04"),
    ("Oficio núm. SA/12/0003/2024", None),
])
def test_dates_are_written_in_many_ways(written: str, iso: str | None) -> None:
    day = letter(*HEAD[:3], written, *HEAD[4:]).date
    assert (day.value if day else None) == iso


@pytest.mark.parametrize("between", [
    ("“PATRIA, CIENCIA Y TRABAJO”",), ("POR LA MESA DIRECTIVA",), ("“UNIDOS POR LA COMUNIDAD”",), ("EL DIRECTOR GENERAL", "", ""),
    ("2024. Año de la Vivienda Digna", "", "~ (o"),
])
def test_the_name_is_found_below_mottoes_posts_and_strokes(between: tuple[str, ...]) -> None:
    signatory = letter(*HEAD, "A T E N T A M E N T E", *between, "", "Mtro. Hugo Trejo Alvarado", "Coordinador Técnico").signatory
    assert signatory and signatory.value == "Hugo Trejo Alvarado"


@pytest.mark.parametrize(("read", "name"), [
    ("rq. Rocío Díaz Jiménez", "Rocío Díaz Jiménez"), ("Arq.Rocío Díaz Jiménez", "Rocío Díaz Jiménez"),
    ("LIC-SOFÍA CAMACHO MENDOZA", "Sofía Camacho Mendoza"), ("L.C. HORACIO SUÁREZ MONDRAGÓN 3", "Horacio Suárez Mondragón"),
    ("ZAIRA MEJÍARANGEL", "Zaira Mejía Rangel"), ("POR LA MESA DIRECTIVA", ""), ("Patria, Ciencia y Trabajo", ""),
])
def test_what_a_signature_leaves_of_a_name(read: str, name: str) -> None:
    assert name_in(read)[0] == name


def test_common_names_are_mended_and_others_left() -> None:
    assert (mended("Gutlérrez"), spelt("PENA"), spelt("Xochiquetzalli")) == ("Gutiérrez", "Peña", "Xochiquetzalli")
    assert mended("Zzyzxqa") == "Zzyzxqa" and parted("Villanueva") == ["Villanueva"]
    assert known_share("Ana de la Cruz") == 1 and known_share("Mesa Directiva") == 0


def test_a_mended_name_is_never_sure() -> None:
    signatory = letter(*HEAD, "Atentamente", "", "Lic. Sergio Gutlérrez Nava", "Director de Obra").signatory
    assert signatory and signatory.value == "Sergio Gutiérrez Nava" and signatory.confidence < 0.9 and signatory.corrections


@pytest.mark.parametrize(("lines", "sender"), [
    (("Registro Agrario Nacional", "Dirección de Titulación"), "Registro Agrario Nacional"),
    (("Colegio de Ingenieros Civiles del Estado de", "México, A.C.", "Consejo Directivo"),
     "Colegio de Ingenieros Civiles del Estado de México, A.C."),
    (("Poder Legislativo del Estado de México", "Secretaría de Asuntos Parlamentarios"), "Poder Legislativo del Estado de México"),
    (("Gobierno del Estado de México", "Secretaría de Movilidad", "Junta de Caminos del Estado de México"),
     "Junta de Caminos del Estado de México"),
    (("H. AYUNTAMIENTO DE ALMOLOYA DE J ARREZ", "Tesorería Municipal"), "H. Ayuntamiento de Almoloya de Juárez"),
    (("DEPENDENCIA CAJA POPULAR SAN RAFAEL, S.C.", "SECCIÓN GERENCIA DE CARTERA"), "Caja Popular San Rafael, S.C."),
])
def test_who_writes_by_the_letterhead(lines: tuple[str, ...], sender: str) -> None:
    found = letter(*lines, *HEAD[2:]).sender
    assert found and found.value == sender


def test_a_number_with_our_own_code_is_ours_also_under_a_half_read_letterhead() -> None:
    found = letter("Secretaría de Desarrollo Urbano e Infraestructura", "Circular No. 212C0101000200S/9/2024", *HEAD[3:])
    assert found.sender and found.sender.value == OWN.own and found.sender.confidence < 0.9
    assert found.sender_unit and found.sender_unit.value == "Unidad de Información"


def test_a_letter_without_letterhead_is_surely_a_citizens_only_if_it_says_so() -> None:
    tail = ("Atentamente", "", "C. Ana Ruiz Soto")
    plain = letter("", "", *HEAD[3:], *tail).sender
    said = letter("", "", *HEAD[3:9], "La que suscribe, Ana Ruiz Soto, con domicilio en Toluca, expone lo siguiente:", *tail).sender
    assert plain and said and plain.value == said.value == "Ana Ruiz Soto" and plain.confidence < 0.9 <= said.confidence


@pytest.mark.parametrize(("written", "number"), [
    ("Oficio N?* DGAGF/2533/2025", "DGAGF/2533/2025"), ("Número de oficio: OF.1VG.432-2024", "OF.1VG.432-2024"),
    ("Carta No. 3119/2024", "3119/2024"), ("NÚMERO DE OFICIO | CPSR/OF/582/2025", "CPSR/OF/582/2025"),
    ("OFICIO NÚMERO: DGRC.SA.0630.2025", "DGRC.SA.0630.2025"),
])
def test_labels_and_numbers_of_many_bodies(written: str, number: str) -> None:
    found = letter(*HEAD[:2], written, *HEAD[3:]).number
    assert found and found.value == number


def test_the_number_of_a_file_is_not_the_letters() -> None:
    found = letter(*HEAD[:2], "Expediente: DT/EXP/3/2024", *HEAD[3:]).number
    assert found is None


def test_one_letter_read_as_two_in_a_code() -> None:
    assert correct_code("212C01010002005S", OWN.codes).code == "212C0101000200S"


@pytest.mark.parametrize(("written", "subject", "sure"), [
    ("Asunto: Comisión de-8 personas a Tultitlán", "Comisión de 8 personas a Tultitlán", False),
    ("Asunto: Suelo de la colonia La Loma Il", "Suelo de la colonia La Loma II", False),
    ("Asunto: Requerimiento 07066/V5/2024 recibido", "Requerimiento 07066/VS/2024 recibido", False),
    ("ASUNTO.- Entrega de planos.", "Entrega de planos", True),
])
def test_what_a_subject_cannot_say_is_mended_and_asked(written: str, subject: str, sure: bool) -> None:
    found = letter(*HEAD[:4], written, *HEAD[5:]).subject
    assert found and (found.value, found.confidence >= 0.9) == (subject, sure)


@pytest.mark.parametrize("name", sorted(TRAINING))
def test_layouts_to_develop_on_print_number_and_name(name: str) -> None:
    made = specimen(11, TRAINING[name])
    assert made.pdf == specimen(11, TRAINING[name]).pdf and made.truth["number"] and made.truth["signatory"]
