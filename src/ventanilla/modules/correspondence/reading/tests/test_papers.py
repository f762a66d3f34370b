"""Rules learnt from papers of other families: cells, stacked letterheads, typewriters, seals beside a name."""

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.lines import Line, line_of
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue, Reading
from ventanilla.modules.correspondence.reading.people import name_in, person_field
from ventanilla.modules.correspondence.reading.tails import without_tail
from ventanilla.modules.correspondence.reading.tests.test_rules import HEAD, letter
from ventanilla.modules.correspondence.reading.tests.test_torn import TEXT, placed
from ventanilla.modules.correspondence.reading.witness import repeated

BODY = (0.1, 0.05, "Registro Agrario Nacional")


def typed(*texts: tuple[str, float], y: float = 0.05, gap: float = 0.008) -> Line:
    """A line of words, each with its confidence."""
    words, x = [], 0.1
    for text, confidence in texts:
        wide = 0.0095 * len(text)
        words.append(Word(text, x, y, x + wide, y + 0.012, confidence, 1, 1))
        x += wide + gap
    return line_of(1, words)


@pytest.mark.parametrize("label", [("NÚMERO DE", "OFICIO"), ("No. DE", "OFICIO"), ("Clave del", "oficio")])
def test_a_label_that_a_narrow_cell_wrapped_is_one(label: tuple[str, str]) -> None:
    found = placed(BODY, (0.5, 0.15, label[0]), (0.5, 0.167, label[1]), (0.64, 0.153, "RAN/SGA/3832-2024"), *TEXT).number
    assert found and found.value == "RAN/SGA/3832-2024"


@pytest.mark.parametrize("opening", [
    "Con relación al oficio DGX/13/2024, y en alcance a lo señalado en el mismo:",
    "Con motivo de la visita realizada el pasado lunes a las oficinas regionales:",
    "En cumplimiento a lo dispuesto por el artículo quinto del reglamento interior:",
])
def test_a_text_that_opens_with_a_formula_is_not_the_end_of_the_subject(opening: str) -> None:
    lines = ((0.1, 0.3, "Lic. Ana Ruiz Soto"), (0.1, 0.32, "Presente"), (0.1, 0.36, "Asunto: Entrega de planos y escrituras del conjunto habitacional Rancho de San Pablo"),
             (0.1, 0.376, opening), (0.1, 0.41, "Remito lo solicitado en su momento a esta área para que resuelva lo que proceda."))
    found = placed(BODY, (0.1, 0.1, "Oficio núm. DT/12/2024"), *lines).subject
    assert found and found.value == "Entrega de planos y escrituras del conjunto habitacional Rancho de San Pablo"


def test_a_subject_that_ends_open_goes_on_though_its_line_had_room() -> None:
    found = placed(BODY, (0.1, 0.1, "Oficio núm. DT/12/2024"), (0.1, 0.2, "Asunto: Invitación a la entrega en"), (0.1, 0.2225, "Jilotepec"), *TEXT).subject
    assert found and found.value == "Invitación a la entrega en Jilotepec"


def test_a_subject_that_ends_open_never_takes_the_addressee() -> None:
    found = placed(BODY, (0.1, 0.1, "Oficio núm. DT/12/2024"), (0.1, 0.28, "Asunto: Invitación a la entrega en"), *TEXT).subject
    assert found and "Ana" not in found.value


@pytest.mark.parametrize(("read", "subject"), [
    ("Asunto: [Alta de personal en el área", "Alta de personal en el área"),
    ("Asunto: Inicio de la auditoría 03133//S/2024", "Inicio de la auditoría 03133/VS/2024"),
])
def test_a_bracket_and_a_leaning_v_are_mended_and_asked(read: str, subject: str) -> None:
    found = letter(*HEAD[:4], read, *HEAD[5:]).subject
    assert found and found.value == subject and found.confidence < SURE


def test_two_hardly_read_pieces_behind_a_full_stop_are_noise() -> None:
    line = typed(("CAPACITACIÓN", 0.96), ("DE", 0.96), ("2024.", 0.8), ("5", 0.24), ("ed", 0.14))
    assert [w.text for w in without_tail(line.words, ())] == ["CAPACITACIÓN", "DE", "2024."]
    read = typed(("Lote", 0.96), ("2024.", 0.8), ("5", 0.9), ("ed", 0.9))
    assert without_tail(read.words, ()) == read.words


def test_what_a_seal_leaves_before_a_whole_name_goes_and_is_asked() -> None:
    found = person_field(typed(("ASE", 0.17), ("EDGAR", 0.97), ("RANGEL", 0.97), ("ÁVILA", 0.97)), Catalogue())
    assert found and found.value == "Edgar Rangel Ávila" and found.confidence < SURE
    read = person_field(typed(("Xanath", 0.2), ("Edgar", 0.97), ("Rangel", 0.97)), Catalogue())
    assert read and read.value == "Xanath Edgar Rangel"


@pytest.mark.parametrize("unit", [
    "Administración Desconcentrada Jurídica de México", "Oficina Registral de Lerma", "Octava Regiduría", "Subdelegación de Prestaciones",
])
def test_a_unit_under_its_body_is_no_end_of_its_name(unit: str) -> None:
    found = letter("Registro Agrario Nacional", unit, *HEAD[2:])
    assert found.sender and found.sender.value == "Registro Agrario Nacional"
    assert found.sender_unit and found.sender_unit.value == unit


def _typewriter() -> Reading:
    """A letterhead by typewriter: as much room between words as a letter, and an accent that makes the first word higher."""
    words = [Word("JUZGADO", 0.16, 0.068, 0.26, 0.08, 0.96, 1, 1), Word("SEGUNDO", 0.275, 0.068, 0.37, 0.08, 0.96, 1, 1)]
    unit = (("DELEGACIÓN", 0.16, 0.2553, 0.0115), ("VALLE", 0.2667, 0.3145, 0.0085), ("DE", 0.3267, 0.344, 0.0085), ("MÉXICO", 0.3557, 0.4126, 0.0109))
    words += [Word(text, x0, 0.098 - tall, x1, 0.098, 0.96, 2, 2) for text, x0, x1, tall in unit]
    return read_letter([PageText(1, 612, 792, tuple(words))], Catalogue())


def test_the_wide_room_of_a_typewriter_parts_no_letterhead() -> None:
    found = _typewriter()
    assert found.sender_unit and found.sender_unit.value == "Delegación Valle de México"


def test_a_letterhead_down_the_margin_names_the_sender() -> None:
    found = placed((0.55, 0.07, "Toluca, México; a 5 de marzo de 2024"), (0.65, 0.09, "Oficio núm. DT/12/2024"), (0.32, 0.12, "Lic. Ana Ruiz Soto"),
                   (0.02, 0.15, "Comisión de Vivienda"), (0.02, 0.167, "del Altiplano"), (0.32, 0.14, "P R E S E N T E"),
                   (0.32, 0.2, "Remito lo solicitado en su momento a esta área para que resuelva."),
                   (0.32, 0.222, "Quedo a la espera de sus comentarios sobre el particular mencionado.")).sender
    assert found and found.value == "Comisión de Vivienda del Altiplano"


def test_a_municipal_government_over_its_units_is_the_sender() -> None:
    found = letter("Gobierno Municipal de Chalco", "Dirección de Obras", *HEAD[2:])
    assert found.sender and found.sender.value == "Gobierno Municipal de Chalco"
    house = letter("Gobierno Municipal de Chalco", "Instituto de la Juventud", "Dirección de Becas", *HEAD[2:]).sender
    assert house and house.value == "Instituto de la Juventud"


def test_a_number_under_a_unit_of_contracts_is_the_letters_own() -> None:
    found = letter("Registro Agrario Nacional", "Departamento de Contratos", *HEAD[2:]).number
    assert found and found.value == "DT/12/2024"
    counted = letter(*HEAD[:4], "Asunto: Reestructura de crédito", "número 06412/VS/2024", *HEAD[5:]).number
    assert counted and counted.value == "DT/12/2024"


@pytest.mark.parametrize(("read", "number"), [
    ("OFICIO NUM, DT/12/2024", "DT/12/2024"), ("Oficio No. BNO/GET/30€/251/2025", "BNO/GET/30C/251/2025"),
])
def test_a_comma_behind_the_label_and_a_currency_sign_for_c(read: str, number: str) -> None:
    found = letter(*HEAD[:2], read, *HEAD[3:]).number
    assert found and found.value == number


def test_a_faint_legal_form_is_no_noise() -> None:
    found = placed((0.1, 0.05, "Patronato de San Pedro, A.C,"), (0.1, 0.1, "Oficio núm. DT/12/2024"), *TEXT, faint=("A.C,",)).sender
    assert found and found.value == "Patronato de San Pedro, A.C." and found.confidence < SURE


@pytest.mark.parametrize(("read", "name"), [
    ("Banco Nacional de Obras, S.N.C.", "Banco Nacional de Obras, S.N.C."),
    ("Comisión de Derechos Humanos 1 de Querétaro", "Comisión de Derechos Humanos de Querétaro"),
    ("Protectora de Bosques", "Protectora de Bosques"),
])
def test_names_of_bodies(read: str, name: str) -> None:
    found = letter(read, *HEAD[1:]).sender
    assert found and found.value == name


def test_the_rest_of_a_seals_word_beside_a_faint_one_goes() -> None:
    line = typed(("CALIDAD", 0.96), ("AGROALIMENTARIA", 0.96), ("QS", 0.36), ("PARTES", 0.91))
    assert [w.text for w in without_tail(line.words, ())] == ["CALIDAD", "AGROALIMENTARIA"]
    unit = typed(("OFICIALÍA", 0.96), ("DE", 0.96), ("PARTES", 0.91))
    assert without_tail(unit.words, ()) == unit.words


def test_a_title_glued_to_a_name_is_none_of_it() -> None:
    assert name_in("MTRONÉSTOR GALINDO CABALLERO")[0] == "Néstor Galindo Caballero"
    assert name_in("Licinio Galindo Caballero")[0] == "Licinio Galindo Caballero"


@pytest.mark.parametrize(("read", "subject"), [
    ("Asunto: Visita a la obra Lomás de San Juan", "Visita a la obra Lomas de San Juan"),
    ("Asunto: Enláce de planos", "Enlace de planos"), ("Asunto: ALTA D DE PERSONAL", "ALTA DE PERSONAL"),
])
def test_an_accent_that_no_word_has_and_a_doubled_initial_go_and_are_asked(read: str, subject: str) -> None:
    found = letter(*HEAD[:4], read, *HEAD[5:]).subject
    assert found and found.value == subject and found.confidence < SURE


def test_a_date_torn_behind_an_abbreviated_state() -> None:
    found = letter(*HEAD[:3], "Tlaxcala de Xicohténcatl, Tlax., 18", "de mayo de 2025.", *HEAD[4:]).date
    assert found and found.value == "2025-05-18"


def test_a_subject_across_the_cells_above_it_is_one() -> None:
    cells = ((0.1, 0.12, "Número: DT/12/2024"), (0.452, 0.12, "Fecha: 02/11/2024"), (0.1, 0.14, "Para: Lic. Ana Ruiz Soto"), (0.452, 0.14, "De: Lic. Luz Ríos Paz"))
    found = placed(BODY, *cells, (0.1, 0.16, "Asunto: Petición para la mejora de la"), (0.452, 0.16, "vivienda en Lerma"), *TEXT).subject
    assert found and found.value == "Petición para la mejora de la vivienda en Lerma"


@pytest.mark.parametrize(("read", "name"), [
    ("Fundación Casa Digna, I1.A.P.", "Fundación Casa Digna, I.A.P."), ("Instituto Electoral de México ¿7", "Instituto Electoral de México"),
])
def test_hardly_read_ends_of_a_body(read: str, name: str) -> None:
    found = placed((0.1, 0.05, read), (0.1, 0.1, "Oficio núm. DT/12/2024"), *TEXT, unread=("I1.A.P.", "¿7")).sender
    assert found and found.value == name and found.confidence < SURE


def test_a_turned_mark_before_letters_is_an_i() -> None:
    found = letter(*HEAD[:2], "Oficio núm. ¡EEM/DO/2525/2024", *HEAD[3:]).number
    assert found and found.value == "IEEM/DO/2525/2024" and found.confidence < SURE


def test_an_accent_that_no_name_has_goes_and_is_asked() -> None:
    found = person_field(typed(("Juan", 0.96), ("Ibarróla", 0.96), ("Cocom", 0.96)), Catalogue())
    assert found and found.value == "Juan Ibarrola Cocom" and found.confidence < SURE


@pytest.mark.parametrize("lines", [
    ("Nezahualcóyotl, México, a 07.de marzo del 2024",), ("Ixtapan de la Sal, Estado de México; 07", "de marzo del 2024"),
])
def test_dates_with_a_speck_behind_the_day_or_torn_behind_a_semicolon(lines: tuple[str, ...]) -> None:
    found = letter(*HEAD[:3], *lines, *HEAD[4:]).date
    assert found and found.value == "2024-03-07"


def test_a_body_wrapped_with_wide_leading_is_one() -> None:
    found = placed((0.1, 0.05, "Instituto de la Función Pública"), (0.1, 0.0795, "Registral del Altiplano"), (0.1, 0.12, "Oficio núm. DT/12/2024"), *TEXT)
    assert found.sender and found.sender.value == "Instituto de la Función Pública Registral del Altiplano"


def test_hardly_read_words_behind_the_full_stop_of_a_subject_go() -> None:
    line = typed(("a", 0.96), ("Tultitlán.", 0.8), ("oriciaa", 0.09), ("PE", 0.2), ("pi", 0.1))
    assert [w.text for w in without_tail(line.words, ())] == ["a", "Tultitlán."]


def test_a_subject_goes_on_before_the_word_of_a_seal() -> None:
    found = placed(BODY, (0.1, 0.1, "Oficio núm. DT/12/2024"), (0.1, 0.2, "Asunto: Avance del programa en"),
                   (0.1, 0.218, "Almoloya de Juárez / RECIBIDO A"), *TEXT).subject
    assert found and found.value == "Avance del programa en Almoloya de Juárez" and found.confidence < SURE


@pytest.mark.parametrize("read", ["06713/VSS/2024", "06713/V5S/2024"])
def test_one_character_too_many_in_a_number_that_the_text_writes(read: str) -> None:
    assert repeated(f"Cobro del crédito {read}", ("06713/VS/2024",)) == "Cobro del crédito 06713/VS/2024"
    assert repeated("Cobro del crédito 06713/VT/2024", ("06713/VS/2024",)) is None


def test_the_first_words_of_a_sentence_are_nobody() -> None:
    assert name_in("Para Cualquier") == ("", 0.0)
