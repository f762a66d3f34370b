"""What stands beside, over or under a field is no part of it, and what is part of it is not lost."""

from dataclasses import replace

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.again import once
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue
from ventanilla.modules.correspondence.reading.people import name_in, person_field
from ventanilla.modules.correspondence.reading.tails import without_tail
from ventanilla.modules.correspondence.reading.tests.test_papers import typed
from ventanilla.modules.correspondence.reading.tests.test_rules import HEAD, OWN, letter, page
from ventanilla.modules.correspondence.reading.tests.test_torn import TEXT, placed


@pytest.mark.parametrize("label", ["NÚMERO DE OFICIO:", "No. de Oficio:", "NO. OFICIO"])
def test_a_label_under_a_section_called_audit_is_a_label(label: str) -> None:
    found = placed((0.1, 0.05, "H. AYUNTAMIENTO DE TEXCOCO"), (0.4, 0.1, "SECCIÓN:"), (0.55, 0.1, "AUDITORÍA"),
                   (0.4, 0.12, f"{label} CIM/478/2024"), *TEXT).number
    assert found and found.value == "CIM/478/2024"


def test_a_number_under_what_it_counts_is_not_the_letters_own() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "Asunto: Reestructura del crédito"), (0.5, 0.12, "número 06412"), *TEXT)
    assert found.number is None


def test_a_unit_that_a_cell_names_is_no_body_under_its_town_hall() -> None:
    found = placed((0.1, 0.05, "H. AYUNTAMIENTO DE TEXCOCO"), (0.4, 0.1, "DEPENDENCIA:"), (0.55, 0.1, "SINDICATURA MUNICIPAL"),
                   (0.4, 0.12, "NÚMERO DE OFICIO: SIND/478/2024"), *TEXT).sender
    assert found and found.value == "H. Ayuntamiento de Texcoco"


@pytest.mark.parametrize(("read", "number"), [
    ("Z0601000000000L/1698/2024", "20601000000000L/1698/2024"),
    ("Q0601000000000L/1698/2024", "00601000000000L/1698/2024"),
])
def test_a_code_of_another_body_has_digits_from_its_first_character(read: str, number: str) -> None:
    found = letter(*HEAD[:2], f"Oficio núm. {read}", *HEAD[3:]).number
    assert found and found.value == number and found.confidence < 0.9


def test_the_number_that_a_seal_writes_beside_its_hour_is_not_the_letters_own() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.6, 0.1, "Of. RAN/CSS-2256/2024-Q"), (0.6, 0.14, "No."),
                   (0.68, 0.14, "759 HORA 10:15"), *TEXT, faint=("RAN/CSS-2256/2024-Q",)).number
    assert found and found.value == "RAN/CSS-2256/2024-Q"


@pytest.mark.parametrize(("written", "iso"), [
    ("Toluca, México, a los 17 días e mes de abril de 2024", "2024-04-17"),
    ("Lugar y fecha: Toluca, 05/VSI1/2025", "2025-08-05"),
    ("FECHA: Atlacomulco, Estado de México; a 18 de lmarzd de/2024", "2024-03-18"),
    ("Valle de Bravo, México; a 15 de junio de'2024", "2024-06-15"),
])
def test_dates_with_a_letter_lost(written: str, iso: str) -> None:
    day = letter(*HEAD[:3], written, *HEAD[4:]).date
    assert day and day.value == iso


def test_the_date_of_the_letter_before_is_not_this_ones() -> None:
    """The line begins inside a sentence; what the closing lines give is the letter's own."""
    given = "Dado en la sede de la Presidencia Municipal, en San Bartolo Xochitepec de la Cruz, a 31 de mayo de 2025"
    before = page(*HEAD[:3], "", *HEAD[4:-2], "En alcance al diverso PM/SA-2622-2025 de esa", "del 10 de abril de 2025, hago de su conocimiento:")
    after = page(given, "", "ATENTAMENTE", "", "Mtro. Hugo Trejo Alvarado", number=2)
    day = read_letter([before, after], OWN).date
    assert day and day.value == "2025-05-31"


def test_a_seals_date_under_its_lower_words_is_none() -> None:
    day = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "Oficio núm. DT/12/2025"), *TEXT[:2], (0.7, 0.28, "PARTES"),
                 (0.7, 0.297, "06-03-20"), *TEXT[2:], (0.3, 0.6, "ATENTAMENTE"), (0.3, 0.62, "TEXCOCO, MÉXICO; A 4 DE MARZO DE 2025."),
                 faint=("TEXCOCO,", "MÉXICO;", "A")).date
    assert day and day.value == "2025-03-04"


def test_a_subject_goes_on_behind_the_stroke_that_parts_it() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "ASUNTO: CONVOCATORIA A LA SESIÓN"), (0.5, 0.12, "ORDINARIA NÚMERO"),
                   (0.675, 0.121, "8 DEL COMITÉ!"), *TEXT).subject
    assert found and found.value == "CONVOCATORIA A LA SESIÓN ORDINARIA NÚMERO 8 DEL COMITÉ"


def test_a_subject_ends_where_the_value_of_the_next_label_stands() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "ASUNTO:"), (0.3, 0.1, "Baja de bienes muebles"), (0.1, 0.122, "NÚMERO:"),
                   (0.3, 0.122, "SEA-DRF-899-2025"), *TEXT, faint=("NÚMERO:",)).subject
    assert found and found.value == "Baja de bienes muebles"


def test_a_subject_ends_where_the_text_begins_to_ask() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Presentes"),
                   (0.1, 0.14, "Asunto: Mantenimiento de vehículos oficiales de la delegación Atlacomulco"),
                   (0.1, 0.158, "Agradeceré autorizar la adquisición de 142 bienes conforme a la requisición"),
                   (0.1, 0.176, "anexa, para cumplir lo que se dispone en la materia.")).subject
    assert found and found.value == "Mantenimiento de vehículos oficiales de la delegación Atlacomulco"


def test_who_presents_himself_in_capitals_signs() -> None:
    signed = letter(*HEAD[:-2], "JORGE ALBERTO ESTRADA NAVA, en mi carácter de representante legal de RUBÉN JIMÉNEZ, expongo:", "",
                    "PROTESTO LO NECESARIO", "", "LIC. JORGE ALBERTO oa NAÍA").signatory
    assert signed and signed.value == "Jorge Alberto Estrada Nava" and signed.confidence < 0.9


def test_what_a_stroke_leaves_behind_a_name_is_no_part_of_it() -> None:
    found = placed((0.1, 0.05, "JUNTA DE CAMINOS DEL ESTADO DE MÉXICO «057%»"), (0.5, 0.1, "Oficio núm. DT/12/2024"), *TEXT,
                   unread=("«057%»",)).sender
    assert found and found.value == "Junta de Caminos del Estado de México"


def test_a_line_that_nobody_could_read_does_not_go_on_with_a_name() -> None:
    found = placed((0.1, 0.05, "JUNTA DE CAMINOS DEL ESTADO DE MÉXICO"), (0.1, 0.064, "MA ODA MANNY DO"), (0.5, 0.1, "Oficio núm. DT/12/2024"),
                   *TEXT, faint=("MA", "ODA", "MANNY", "DO")).sender
    assert found and found.value == "Junta de Caminos del Estado de México"


@pytest.mark.parametrize(("head", "sender"), [
    ("ESCUELA PRIMARIA “BENITO JUÁREZ”", "Escuela Primaria “Benito Juárez”"),
    ("ESCUELA PRIMARIA “LIC. ADOLFO LÓPEZ MATEOS”", "Escuela Primaria “Lic. Adolfo López Mateos”"),
    ("Escuela Primaria “Benito Juárez”", "Escuela Primaria “Benito Juárez”"),
])
def test_a_school_keeps_the_quotation_of_its_name(head: str, sender: str) -> None:
    found = letter(head, "Dirección Escolar", *HEAD[2:]).sender
    assert found and found.value == sender and found.confidence > 0.8


def test_the_municipality_under_an_ejido_only_says_where_it_is() -> None:
    found = letter("COMISARIADO EJIDAL DE SANTA MARÍA TENANCINGO", "Municipio de Tenancingo, Estado de México", *HEAD[2:]).sender
    assert found and found.value == "Comisariado Ejidal de Santa María Tenancingo"


def test_a_municipality_that_stands_alone_writes() -> None:
    found = letter("Municipio de Tenancingo", "Dirección de Catastro", *HEAD[2:]).sender
    assert found and found.value == "Municipio de Tenancingo"


@pytest.mark.parametrize("read", ["207C0401010000SS", "207C0401010000S5"])
def test_the_letter_that_ends_a_code_is_read_as_two(read: str) -> None:
    found = letter(*HEAD[:2], f"Oficio núm. {read}/1467/2024", *HEAD[3:]).number
    assert found and found.value == "207C0401010000S/1467/2024" and found.confidence < 0.9


def test_a_day_with_its_month_in_words_is_no_number() -> None:
    reading = letter(*HEAD[:2], "Asunto: Entrega de planos", "14/MAYO/2024", *HEAD[5:])
    assert reading.number is None and reading.date and reading.date.value == "2024-05-14"


def test_what_a_logo_leaves_is_no_body() -> None:
    found = placed((0.1, 0.05, "A Il"), (0.5, 0.1, "Ref.: HPS/DG-147-24"), *TEXT, (0.3, 0.9, "Hospital Privado de la Sierra, S.A. de C.V.")).sender
    assert found and found.value == "Hospital Privado de la Sierra, S.A. de C.V."


def test_the_hour_of_a_seal_behind_a_body_is_no_part_of_it() -> None:
    found = placed((0.1, 0.05, "H. AYUNTAMIENTO DE JILOTEPEC 09720Zs 10:00"), (0.2, 0.08, "Tesorería Municipal"), (0.1, 0.12, "Oficio TM/1385/2024"),
                   *TEXT).sender
    assert found and found.value == "H. Ayuntamiento de Jilotepec"


def test_the_upper_edge_of_letters_is_no_reading_of_them() -> None:
    whole = typed(("H.", 0.91), ("AYUNTAMIENTO", 0.96), ("DE", 0.96), ("LERMA", 0.9)).words
    edge = [replace(w, text="VIVIENDA", y1=w.y0 + 0.003, confidence=0.97) for w in whole]
    again = typed(("VIVIENDA", 0.97), ("SOCIAL", 0.97), y=0.5).words
    assert [[w.text for w in line] for line in once([list(edge), list(whole), list(again)])] == [
        ["H.", "AYUNTAMIENTO", "DE", "LERMA"], ["VIVIENDA", "SOCIAL"]]


@pytest.mark.parametrize("noise", [[("yu", 0.39), ("No?", 0.63), ("Á", 0.34)], [("Y", 0.42)]])
def test_a_stroke_that_looks_like_a_small_word_does_not_keep_the_noise_before_it(noise: list[tuple[str, float]]) -> None:
    line = typed(("vivienda", 0.96), ("en", 0.96), ("Tenancingo." if len(noise) == 1 else "Tenancingo", 0.93), *noise)
    assert [w.text for w in without_tail(line.words, ())] == [w.text for w in line.words[:3]]
    open_end = typed(("vivienda", 0.96), ("en", 0.3))
    assert without_tail(open_end.words, ()) == open_end.words


def test_a_misread_title_is_no_given_name() -> None:
    assert name_in("Vitro. Oscar Gutiérrez Núñez")[0] == "Oscar Gutiérrez Núñez"
    assert name_in("Ismael. Gutiérrez Núñez")[0] == "Ismael Gutiérrez Núñez"


@pytest.mark.parametrize(("read", "subject"), [
    ("Asunto: OPINIÓN TÉCNICA DEL PREDIO LA LOMA IL", "OPINIÓN TÉCNICA DEL PREDIO LA LOMA II"),
    ("Asunto: Visita a Santá Cruz Ayotuzco", "Visita a Santa Cruz Ayotuzco"),
])
def test_a_numeral_and_a_saint_are_spelt_one_way(read: str, subject: str) -> None:
    found = letter(*HEAD[:4], read, *HEAD[5:]).subject
    assert found and found.value == subject


def test_a_seal_behind_who_writes_a_memorandum_does_not_take_the_name() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "MEMORÁNDUM: RAN/12/2025"), (0.1, 0.12, "DE: C.P. Jesús Reyes Moreno - RECIBIDO"),
                   (0.2, 0.14, "Director de Enlace"), *TEXT).signatory
    assert found and found.value == "Jesús Reyes Moreno" and found.confidence < SURE


def test_beside_a_label_the_first_at_its_height_stands_though_another_is_nearer_by_a_hair() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "MEMORÁNDUM: RAN/12/2025"), (0.1, 0.12, "DE:"), (0.29, 0.121, "Jesús Reyes Moreno"),
                   (0.66, 0.12, "RECIBIDO"), (0.29, 0.14, "Director de Enlace"), *TEXT).signatory
    assert found and found.value == "Jesús Reyes Moreno"


def test_a_label_ends_with_any_mark() -> None:
    found = letter(*HEAD[:2], "No. de oficio; PM/SA/1533/2024", *HEAD[3:]).number
    assert found and found.value == "PM/SA/1533/2024"


def test_a_letter_read_twice_in_a_hardly_read_number_counts_once() -> None:
    def subject(confidence: float) -> str:
        words = typed(("Asunto:", 0.96), ("Requerimiento", 0.96), ("05505/VSS/2024", confidence)).words
        found = read_letter([PageText(1, 2550, 3300, words)], OWN).subject
        return found.value if found else ""

    assert subject(0.37) == "Requerimiento 05505/VS/2024" and subject(0.93) == "Requerimiento 05505/VSS/2024"


@pytest.mark.parametrize(("read", "number"), [
    ("OficioNo. 411.-1179/2024", "411.-1179/2024"), ("No, Oficio: 411.-0725/2024", "411.-0725/2024"), ("ficio Núm. DGOT/3363/2025", "DGOT/3363/2025"),
    ("RECIBIDO piicio Núm. UI/2024/03316", "UI/2024/03316"),
])
def test_labels_that_were_half_read(read: str, number: str) -> None:
    found = letter(*HEAD[:2], read, *HEAD[3:]).number
    assert found and found.value == number


def test_the_number_of_a_file_is_none_of_the_letter() -> None:
    assert letter(*HEAD[:2], "Expediente con núm. UI/2024/03316", *HEAD[3:]).number is None


def test_a_stroke_before_a_number_in_its_cell_goes() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "OFICIO No."), (0.3, 0.1, "im 49/2024"), *TEXT, faint=("im",)).number
    assert found and found.value == "49/2024"


def test_two_letters_of_a_seal_are_not_what_stands_beside_a_label() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "ASUNTO:"), (0.25, 0.101, "EC"), (0.34, 0.1, "COPIAS CERTIFICADAS"), *TEXT).subject
    assert found and found.value == "COPIAS CERTIFICADAS"


@pytest.mark.parametrize(("words", "subject"), [
    ((("F", 0.63), ("RECIB¡p.", 0.3), ("SE", 0.96), ("SOLICITA", 0.96), ("INFORME.", 0.96)), "SE SOLICITA INFORME"),
    ((("oree", 0.0), ("REQUERIMIENTO", 0.96), ("DE", 0.96), ("COPIAS.", 0.96)), "REQUERIMIENTO DE COPIAS"),
    ((("ejercicio", 0.96), ("anterior", 0.84), ("y,", 0.43), ("00025", 0.43)), "ejercicio anterior"),
    ((("predio", 0.96), ("Arenal»", 0.96), ("“4", 0.63)), "predio Arenal»"),
    ((("INVITACIÓNA", 0.96), ("LA", 0.96), ("ENTREGA", 0.96)), "INVITACIÓN A LA ENTREGA"),
    ((("CRÉDITO-03954/VS/2025", 0.96),), "CRÉDITO 03954/VS/2025"),
])
def test_what_stands_round_a_subject_and_words_that_ran_together(words: tuple[tuple[str, float], ...], subject: str) -> None:
    found = read_letter([PageText(1, 2550, 3300, typed(("Asunto:", 0.96), *words).words)], OWN).subject
    assert found and found.value == subject


@pytest.mark.parametrize(("read", "name"), [
    ("TC-IWVAN CASTILLO ORTIZ", "Iwvan Castillo Ortiz"), ("InovGabriela García López", "Gabriela García López"), ("LICIESÚS RIVERA GARCÍA", "Iesús Rivera García"),
    ("DRA. CLAUDIA ORDÓÑEZ RIVERA /", "Claudia Ordóñez Rivera"), ("MIGUEL ÁN GELAGUILAR MARTÍNEZ", "Miguel Ángel Aguilar Martínez"),
    ("Primer Visitador General", ""), ("Sáenz-Madrazo Ortiz", "Sáenz-Madrazo Ortiz"), ("Ana García-Rulfo Soto", "Ana García-Rulfo Soto"),
])
def test_titles_that_ran_into_a_name_and_names_that_were_torn(read: str, name: str) -> None:
    assert name_in(read)[0] == name


def test_two_letters_hardly_read_are_no_part_of_a_name() -> None:
    found = person_field(typed(("Karla", 0.96), ("Gutiérrez", 0.96), ("Gi", 0.6), ("Guzmán", 0.9)), Catalogue())
    assert found and found.value == "Karla Gutiérrez Guzmán"
    short = person_field(typed(("Karla", 0.96), ("Gutiérrez", 0.96), ("Uc", 0.6), ("Guzmán", 0.9)), Catalogue())
    assert short and short.value == "Karla Gutiérrez Uc Guzmán"


@pytest.mark.parametrize(("head", "sender"), [
    ("+ ) Instituto de Sal ud del Estado de México", "Instituto de Salud del Estado de México"),
    ("Hospital Regional de Alta Especialidad de. Zumpango", "Hospital Regional de Alta Especialidad de Zumpango"),
    ("Organismo de Agua Potable y Alcan Tarillado de Lerma", "Organismo de Agua Potable y Alcantarillado de Lerma"),
    ("Salgado, Bernal y Asociados, 5. C.", "Salgado, Bernal y Asociados, S.C."),
])
def test_specks_in_the_name_of_a_body(head: str, sender: str) -> None:
    found = placed((0.1, 0.05, head), (0.1, 0.1, "Oficio núm. DT/12/2024"), *TEXT).sender
    assert found and found.value == sender


def test_the_presidency_that_a_cell_names_is_a_unit_of_its_town_hall() -> None:
    found = placed((0.1, 0.05, "H. AYUNTAMIENTO DE ZUMPANGO"), (0.4, 0.1, "DEPENDENCIA:"), (0.55, 0.1, "PRESIDENCIA MUNICIPAL"),
                   (0.4, 0.12, "NÚMERO DE OFICIO: PMA/478/2024"), *TEXT).sender
    assert found and found.value == "H. Ayuntamiento de Zumpango"
    state = placed((0.1, 0.05, "PODER EJECUTIVO DEL ESTADO"), (0.4, 0.1, "DEPENDENCIA:"), (0.55, 0.1, "SECRETARÍA DE FINANZAS"),
                   (0.4, 0.12, "NÚMERO DE OFICIO: SF/478/2024"), *TEXT).sender
    assert state and state.value == "Secretaría de Finanzas"


def test_a_name_signed_clearly_stands_over_the_same_one_misread_in_the_text() -> None:
    text = ["El que suscribe, Miguel Xn Gelxguilar Martínez, por mi propio derecho", "comparezco.", "", "ATENTAMENTE", "", "Miguel Ángel Aguilar Martínez"]
    found = letter(*HEAD, *text).signatory
    assert found and found.value == "Miguel Ángel Aguilar Martínez" and found.confidence < SURE


@pytest.mark.parametrize(("head", "sender"), [
    ("Constructora Lomas, SS.A. de C.V.", "Constructora Lomas, S.A. de C.V."), ("Constructora Lomas, A. de C.V.", "Constructora Lomas, S.A. de C.V."),
    ("Constructora Lomas, S.A. DE C.V. 12 MAR", "Constructora Lomas, S.A. de C.V."),
    ("Instituto Nacional Electoral- de México", "Instituto Nacional Electoral de México"),
    ("Instituto ¡Nacional Electoral", "Instituto Nacional Electoral"),
])
def test_misread_forms_and_specks_of_senders(head: str, sender: str) -> None:
    found = placed((0.1, 0.05, head), (0.1, 0.1, "Oficio núm. DT/12/2024"), *TEXT).sender
    assert found and found.value == sender


def test_the_centre_of_a_national_institute_is_a_unit_of_it() -> None:
    found = placed((0.1, 0.05, "Instituto Nacional de Antropología e Historia"), (0.1, 0.07, "Centro INAH Estado de México"),
                   (0.1, 0.12, "Oficio núm. DT/12/2024"), *TEXT).sender
    assert found and found.value == "Instituto Nacional de Antropología e Historia"


def test_a_logo_read_as_one_tall_letter_is_no_part_of_the_name() -> None:
    head = [Word("Ñ", 0.1, 0.05, 0.112, 0.08, 0.9, 5, 5), Word("Instituto", 0.12, 0.05, 0.2, 0.062, 0.96, 5, 5),
            Word("Electoral", 0.21, 0.05, 0.3, 0.062, 0.96, 5, 5)]
    number = typed(("Oficio", 0.96), ("núm.", 0.96), ("DT/12/2024", 0.96), y=0.2).words
    found = read_letter([PageText(1, 2550, 3300, (*head, *number))], OWN).sender
    assert found and found.value == "Instituto Electoral"


def test_a_name_left_open_goes_on_though_a_stroke_makes_its_box_taller() -> None:
    words = (("Instituto", 0.39), ("del", 0.48), ("Fondo", 0.517), ("Nacional", 0.588), ("de", 0.68), ("la", 0.712), ("Vivienda", 0.735), ("para", 0.83))
    above = [Word(text, x, 0.058, x + 0.0095 * len(text), 0.081, 0.96, 5, 5) for text, x in words]
    below = [Word("los", 0.39, 0.0824, 0.419, 0.0945, 0.695, 6, 6), Word("Trabajadores", 0.427, 0.0818, 0.557, 0.097, 0.96, 6, 6)]
    seal = Word("RE", 0.69, 0.08, 0.718, 0.085, 0.57, 7, 7)
    number = typed(("Oficio", 0.96), ("núm.", 0.96), ("DT/12/2024", 0.96), y=0.2).words
    found = read_letter([PageText(1, 2550, 3300, (*above, seal, *below, *number))], OWN).sender
    assert found and found.value == "Instituto del Fondo Nacional de la Vivienda para los Trabajadores"


def test_the_end_that_an_open_name_needs_stays_though_hardly_read() -> None:
    open_name = typed(("Comisión", 0.96), ("Nacional", 0.96), ("del", 0.96), ("Aguax", 0.1))
    assert without_tail(open_name.words, ()) == open_name.words


def test_a_short_date_alone_in_the_head_is_to_be_looked_at() -> None:
    day = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "06-03-2025"), *TEXT).date
    assert day and day.value == "2025-03-06" and day.confidence < 0.8


def test_a_stroke_between_a_word_and_a_figure_is_a_space() -> None:
    found = letter(*HEAD[:4], "Asunto: Entrega de'66 equipos", *HEAD[5:]).subject
    assert found and found.value == "Entrega de 66 equipos"
