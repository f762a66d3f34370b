"""Letters of other kinds: notaries, schools, town halls, companies, neighbours, federal bodies; each line is what a page was read as."""

import pytest

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.again import once
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.reading.people import name_in
from ventanilla.modules.correspondence.reading.tails import without_tail
from ventanilla.modules.correspondence.reading.tests.test_papers import typed
from ventanilla.modules.correspondence.reading.tests.test_rules import HEAD, letter
from ventanilla.modules.correspondence.reading.tests.test_torn import TEXT, placed


@pytest.mark.parametrize(("head", "sender"), [
    ((("NOTARÍA NÚMERO 46 DEL ESTADO DE", 0.1, 0.05), ("notaria46(Wejemplo.mx", 0.6, 0.055), ("MEXIC O", 0.1, 0.07)),
     "Notaría Número 46 del Estado de México"),
    ((("N OTARÍA PÚBLICA NO. 157 DEL ESTADO DE MÉXICO", 0.1, 0.05),), "Notaría Pública No. 157 del Estado de México"),
    ((("Registro Agrario Nacional", 0.1, 0.05), ("Registro y Asuntos Jurídicos", 0.1, 0.07)), "Registro Agrario Nacional"),
    ((("GOBIERNO MUNICIPAL DE JOCOTITLÁN", 0.3, 0.05), ("Jocotitlán", 0.1, 0.09)), "Gobierno Municipal de Jocotitlán"),
    ((('H. AYUNTAMIENTO CONSTITUCIONAL.DE "LERMA', 0.1, 0.05),), "H. Ayuntamiento Constitucional de Lerma"),
    ((("H. AYUNTAMIENTO CONSTITUCIONAL DE) LERMA", 0.1, 0.05),), "H. Ayuntamiento Constitucional de Lerma"),
    ((("Junta de Asistencia Privada dehEstado de México", 0.1, 0.05),), "Junta de Asistencia Privada del Estado de México"),
])
def test_bodies_beside_addresses_towns_and_strokes(head: tuple[tuple[str, float, float], ...], sender: str) -> None:
    found = placed(*((x, y, text) for text, x, y in head), (0.1, 0.14, "Oficio núm. DT/12/2024"), *TEXT).sender
    assert found and found.value == sender


def test_the_honour_before_a_town_hall_stays_though_hardly_read() -> None:
    found = placed((0.1, 0.05, "H. AYUNTAMIENTO DE JOCOTITLÁN"), (0.1, 0.1, "Oficio núm. DT/12/2024"), *TEXT, faint=("H.",)).sender
    assert found and found.value == "H. Ayuntamiento de Jocotitlán"


@pytest.mark.parametrize(("head", "read", "number"), [
    ("NOTARÍA PÚBLICA NÚMERO 172 DEL ESTADO DE MÉXICO", "NP172/494/2025", "NP172/494/2025"),
    ("COORDINACIÓN MUNICIPAL DE PROTECCIÓN CIVIL", "PMICMPC/1205/2024", "PM/CMPC/1205/2024"),
    ("REGISTRO AGRARIO NACIONAL", "_207C0201A-1109/2025", "207C0201A-1109/2025"),
])
def test_parts_of_a_number_that_the_head_explains(head: str, read: str, number: str) -> None:
    found = placed((0.1, 0.05, head), (0.4, 0.12, f"Oficio No. {read}"), *TEXT).number
    assert found and found.value == number


def test_a_long_part_of_a_number_may_be_two() -> None:
    found = placed((0.1, 0.05, "REGISTRO AGRARIO NACIONAL"), (0.4, 0.12, "Oficio No. PMICMPCB/608/2025"), *TEXT,
                   (0.1, 0.14, "Toluca, México, a 3 de marzo de 2025")).number
    assert found and found.value == "PMICMPCB/608/2025" and found.confidence < SURE


def test_the_tail_of_a_q_is_no_letter() -> None:
    def number(faint: tuple[str, ...]) -> str:
        read = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.1, "Oficio No. QOCW.DGAVP.1625/2024"), *TEXT, faint=faint).number
        return read.value if read else ""

    assert number(("QOCW.DGAVP.1625/2024",)) == "QCW.DGAVP.1625/2024" and number(()) == "QOCW.DGAVP.1625/2024"


def test_a_year_far_ahead_is_the_one_that_the_page_says() -> None:
    def day(legend: str) -> tuple[str, float]:
        read = letter(legend, "Registro Agrario Nacional", "Oficio núm. DT/12", "Toluca, México, a 16 de abril de 2094", *HEAD[4:]).date
        return (read.value, read.confidence) if read else ("", 1.0)

    assert day("2024, Año de las Mujeres") == ("2024-04-16", 0.6) and day("Gobierno de México") == ("2094-04-16", 0.6)


@pytest.mark.parametrize(("under", "subject"), [
    ((0.58, "CORRESPONDENCIA"), "Petición de vecinos de la colonia Las Fuentes"), ((0.53, "1"), "Petición de vecinos de la colonia Las Fuentes"),
    ((0.5, "II"), "Petición de vecinos de la colonia Las Fuentes II"),
])
def test_what_a_seal_leaves_under_a_subject(under: tuple[float, str], subject: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.146, "Asunto.- Petición de vecinos de la colonia Las Fuentes"),
                   (under[0], 0.163, under[1]), *TEXT).subject
    assert found and found.value == subject


@pytest.mark.parametrize(("read", "subject"), [
    ("Asunto: PETICIÓN E DE VECINOS", "PETICIÓN DE VECINOS"), ("Asunto: Papelería para el contro] patrimonial", "Papelería para el control patrimonial"),
])
def test_a_letter_alone_and_a_bracket_for_a_letter(read: str, subject: str) -> None:
    found = letter(*HEAD[:4], read, *HEAD[5:]).subject
    assert found and found.value == subject


def test_the_number_at_the_end_of_a_subject_that_a_seal_cut_is_whole_in_the_text() -> None:
    found = letter(*HEAD[:4], "Asunto: Seguimiento de la auditoría 046", *HEAD[5:], "", "Se inicia la auditoría 04675/VS/2025, cuyo objeto es verificar.").subject
    assert found and found.value == "Seguimiento de la auditoría 04675/VS/2025"


def test_the_word_of_a_seal_does_not_end_the_search_for_who_signs() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.1, "Oficio núm. DT/12/2025"), *TEXT, (0.4, 0.5, "ATENTAMENTE"), (0.7, 0.58, "ANEXOS"),
                   (0.34, 0.59, "DR. ALEJANDRO RIVERA CASTILLO"), (0.35, 0.61, "DIRECTOR DE ENLACE")).signatory
    assert found and found.value == "Alejandro Rivera Castillo"


@pytest.mark.parametrize(("head", "sender"), [
    ((("COLEGIO CUMBRES DE AMEYALLI, S.C.", 0.24, 0.086), ("Incorporado a la SEP. Clave 15PCC1911X", 0.24, 0.106)), "Colegio Cumbres de Ameyalli, S.C."),
    ((("VECINOS DE LA COLONIA LOMAS DEL CARMEN", 0.3, 0.07),), "Vecinos de la Colonia Lomas del Carmen"),
    ((("EJIDO SANTA MARÍA DEL MONTE", 0.3, 0.07), ("MUNICIPIO DE. JILOTEPEC, ESTADO DE MÉXICO", 0.3, 0.09)), "Ejido Santa María del Monte"),
    ((("Comisión Federal de Electricidad", 0.3, 0.07), ("División Valle de México Sur", 0.3, 0.09), ("INSTITUTO BEE", 0.35, 0.12)),
     "Comisión Federal de Electricidad"),
    ((("Secretaría de Desarrollo Urbano", 0.5, 0.06), ("Poder Ejecutivo del Estado", 0.1, 0.067)), "Secretaría de Desarrollo Urbano"),
    ((("Secretaría de Agricultura", 0.3, 0.06), ("Representación Estatal en Hidalgo", 0.3, 0.08)), "Secretaría de Agricultura"),
    ((("Escuela Secundaria No.", 0.2, 0.06), ("33 “José María Morelos”", 0.2, 0.08)), "Escuela Secundaria No. 33 “José María Morelos”"),
    ((("Escuela Primaria “Niños", 0.2, 0.06), ("Héroes”", 0.3, 0.08)), "Escuela Primaria “Niños Héroes”"),
    ((("Universidad lberolatina de Toluca, A.C.", 0.2, 0.06),), "Universidad Iberolatina de Toluca, A.C."),
    ((("PATRONATO PRO OBRAS DE SAN JUAN COAPANOAYA,.A.C.", 0.2, 0.06),), "Patronato Pro Obras de San Juan Coapanoaya, A.C."),
    ((("Lic. Araceli Colín López", 0.37, 0.055), ("Abogada Postulante", 0.43, 0.08)), "Araceli Colín López"),
])
def test_bodies_of_other_kinds(head: tuple[tuple[str, float, float], ...], sender: str) -> None:
    signed = ((0.1, 0.5, "ATENTAMENTE"), (0.1, 0.6, "Lic. Araceli Colín López"))
    found = placed(*((x, y, text) for text, x, y in head), (0.1, 0.16, "Oficio núm. DT/12/2024"), *TEXT, *signed, faint=("COAPANOAYA,.A.C.",),
                   unread=("BEE",)).sender
    assert found and found.value == sender


def test_the_company_of_a_letter_without_head_or_number_is_the_one_at_its_foot() -> None:
    text = ((0.5, 0.12, "Toluca, México, a 19 de octubre de 2024"), *TEXT, (0.1, 0.5, "Atentamente"), (0.1, 0.58, "Mtra. Irma Núñez Vázquez"),
            (0.1, 0.6, "Representante Legal de Obras Lomas, S.A. de C.V."), (0.1, 0.64, "C.c.p. Otra Compañía, S.A. de C.V."))
    company = placed(*text, (0.3, 0.92, "PAPELERA Y SUMINISTROS IXTLA, S.A. DE C.V.")).sender
    alone = placed(*text).sender
    assert company and company.value == "Papelera y Suministros Ixtla, S.A. de C.V." and alone and alone.value == "Irma Núñez Vázquez"


@pytest.mark.parametrize(("line", "number"), [
    ("Oficio N° 16 90 01 14 020/0658/2025", "16 90 01 14 020/0658/2025"), ("Número deoficio: DDUM/1898/24", "DDUM/1898/24"),
    ("Oficio: NOT-48/0401/2025", "NOT-48/0401/2025"), ("núm. 137, Col. La Purísima", ""),
])
def test_numbers_of_groups_and_glued_labels(line: str, number: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, line), *TEXT).number
    assert (found.value if found else "") == number


def test_the_number_of_a_file_that_ends_a_subject_is_not_the_letters_own() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.14, "Asunto: Petición de materiales dentro del expediente"),
                   (0.1, 0.157, "00085/VS/2025"), *TEXT)
    assert found.number is None and found.subject and found.subject.value == "Petición de materiales dentro del expediente 00085/VS/2025"


def test_a_number_that_may_end_in_a_numeral_is_not_sure() -> None:
    found = letter("Registro Agrario Nacional", "Oficio núm. RAN/DRF-11/3084/2024", *HEAD[3:]).number
    assert found and found.value == "RAN/DRF-11/3084/2024" and found.confidence < SURE


@pytest.mark.parametrize(("cells", "subject"), [
    (((0.36, 0.14, "LASUNTO:"), (0.53, 0.14, "Invitación a la instalación del comité")), "Invitación a la instalación del comité"),
    (((0.36, 0.14, "Asunto: NE"), (0.53, 0.14, "Invitación a la instalación del comité")), "Invitación a la instalación del comité"),
    (((0.36, 0.14, "Asuíto:"), (0.53, 0.14, "Invitación a la instalación")), "Invitación a la instalación"),
    (((0.53, 0.1, "ASUNTO:"), (0.66, 0.1, "Invitación a la instalación del"), (0.66, 0.116, "comité de vivienda"), (0.53, 0.134, "LUGAR Y"),
      (0.66, 0.136, "Lerma, Estado de México,"), (0.53, 0.15, "FECHA:"), (0.66, 0.152, "27 de enero del 2025")), "Invitación a la instalación del comité de vivienda"),
    (((0.53, 0.07, "Asunto:"), (0.65, 0.07, "Apoyo con material para"), (0.65, 0.086, "mejoramiento de vivienda"), (0.23, 0.09, "Área de Trabajo Social")),
     "Apoyo con material para mejoramiento de vivienda"),
    (((0.48, 0.19, "ASUNTO: Corrección de datos registrales"), (0.5, 0.21, "(_CorresPoNDENCIA")), "Corrección de datos registrales"),
])
def test_cells_of_a_subject(cells: tuple[tuple[float, float, str], ...], subject: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), *cells, *TEXT, faint=("NE",), unread=("(_CorresPoNDENCIA",)).subject
    assert found and found.value == subject


def test_a_letter_of_a_stroke_behind_a_line_that_goes_on_is_no_word() -> None:
    line = typed(("comité", 0.96), ("municipal", 0.96), ("de", 0.96), ("E", 0.26))
    assert [w.text for w in without_tail(line.words, ())] == ["comité", "municipal", "de"]


def test_a_second_reading_of_single_words_is_left_out() -> None:
    def word(text: str, x: float, confidence: float, line: int) -> Word:
        return Word(text, x, 0.05, x + 0.09, 0.062, confidence, line, line)

    lines = [[word("COMISIÓN", 0.1, 0.96, 1), word("DEL", 0.2, 0.96, 1)], [word("COMISIÓN", 0.1, 0.31, 2)], [word("TOLUCA", 0.1, 0.96, 3)]]
    assert [[w.text for w in line] for line in once(lines)] == [["COMISIÓN", "DEL"], ["TOLUCA"]]


def test_a_title_may_end_with_a_stroke_and_a_motto_is_no_name() -> None:
    assert name_in("DRA/ TERESA DE JESÚS BERNAL RAMÍREZ")[0] == "Teresa de Jesús Bernal Ramírez"
    assert name_in("“TIERRA Y LIBERTAD”")[0] == "" and name_in("“LIC. ANA RUIZ SOTO”")[0] == ""


@pytest.mark.parametrize(("head", "sender"), [
    ((("SOCIEDAD DE PADRES DE LA ESCUELA", 0.13, 0.07), ("PRIMARIA “NINOS HEROES”", 0.2, 0.09)), "Sociedad de Padres de la Escuela Primaria “Niños Héroes”"),
    ((("DIRECCIÓN GENERAL DE EDUCACIÓN BÁSICA", 0.3, 0.06), ("Jardín de Niños “Rosaura Zapata”", 0.3, 0.08)), "Jardín de Niños “Rosaura Zapata”"),
    ((("Comisión de Arbitraje Médico", 0.2, 0.07), ("Subcomisión Jurídica", 0.2, 0.086)), "Comisión de Arbitraje Médico"),
    ((("F. AYUNTAMIENTO DE TONATICO", 0.2, 0.05),), "H. Ayuntamiento de Tonatico"),
    ((("H. AYUNTAMIENTO DE", 0.22, 0.05), ("M mainaLco", 0.16, 0.066)), "H. Ayuntamiento de Malinalco"),
    ((("Secretaría de Infraestructura", 0.2, 0.05), ("Centro SICT Estado de México", 0.2, 0.08)), "Secretaría de Infraestructura"),
    ((("SECRETARÍA DEL TRABAJO Tl a", 0.2, 0.05),), "Secretaría del Trabajo"),
    ((("SECRETARÍA DE DESARROLLO y hh", 0.2, 0.05), ("ECONÓMICO", 0.2, 0.064)), "Secretaría de Desarrollo Económico"),
    ((("SECRETARÍA DE FINANZAS Y NW", 0.2, 0.05), ("ADMINISTRACIÓN", 0.2, 0.064)), "Secretaría de Finanzas y Administración"),
    ((("Secretaría de Ordenamiento 4 EN", 0.2, 0.05), ("Territorial y Vivienda", 0.2, 0.064)), "Secretaría de Ordenamiento Territorial y Vivienda"),
    ((("(e) HERRERÍA EL YUNQUE, S.A.S. DE C.V.", 0.2, 0.05),), "Herrería el Yunque, S.A.S. de C.V."),
    ((("Urbanizadora Tres Hermanos, S.A. de €", 0.2, 0.05), ("Vivienda de interés social", 0.2, 0.064)), "Urbanizadora Tres Hermanos, S.A. de C.V."),
    ((("CONCRETOS NEVADO, S.A. DE C.v. i", 0.2, 0.05), ("Concreto premezclado", 0.2, 0.064)), "Concretos Nevado, S.A. de C.V."),
    ((("Comisión Reguladora de los Servicios Deagua", 0.2, 0.05),), "Comisión Reguladora de los Servicios de Agua"),
    ((("Comisión del Valle de Teotihuacan", 0.2, 0.05),), "Comisión del Valle de Teotihuacán"),
    ((("Escuela Preparatoria Oficial Num. 74", 0.2, 0.05),), "Escuela Preparatoria Oficial Núm. 74"),
])
def test_what_logos_and_narrow_columns_do_to_names(head: tuple[tuple[str, float, float], ...], sender: str) -> None:
    faint = ("M", "mainaLco", "Tl", "y", "hh", "NW", "EN", "C.v.", "i", "C.V.")
    found = placed(*((x, y, text) for text, x, y in head), (0.1, 0.16, "Oficio núm. DT/12/2024"), *TEXT, faint=faint if "HERRERÍA" not in head[0][0] else (),
                   unread=("a",)).sender
    assert found and found.value == sender


def test_a_body_in_a_margin_is_no_label_beside_its_addressee() -> None:
    found = placed((0.63, 0.07, "Núm. de oficio: OOCC/1949/2025"), (0.32, 0.174, "ARQ. LUIS VALDÉS SOTO"), (0.067, 0.186, "ORGANISMO"),
                   (0.32, 0.19, "JEFE DEL DEPARTAMENTO DE ASUNTOS"), (0.067, 0.204, "OPERADOR DE"), (0.32, 0.208, "INSTITUTO DE VIVIENDA"),
                   (0.067, 0.222, "CARRETERAS"), (0.32, 0.226, "PRESENTE"),
                   (0.32, 0.264, "En atención a su oficio número DGV/603/2025, me permito comunicarle lo siguiente en respuesta.")).sender
    assert found and found.value == "Organismo Operador de Carreteras"


def test_the_seal_beside_an_addressee_takes_no_line_of_the_margin() -> None:
    found = placed((0.63, 0.085, "Oficio: IFREM/3141/2024"), (0.32, 0.153, "Lic. Mónica Romero Ruiz"), (0.607, 0.154, "ACUSE"),
                   (0.32, 0.17, "Directora de Control"), (0.067, 0.186, "Instituto de la"), (0.32, 0.187, "Instituto de Vivienda"),
                   (0.067, 0.2, "Función Registral del"), (0.32, 0.204, "PRESENTE"), (0.067, 0.214, "Estado de México"),
                   (0.32, 0.234, "En atención a su oficio número DGV/603/2025, me permito comunicarle lo siguiente en respuesta.")).sender
    assert found and found.value == "Instituto de la Función Registral del Estado de México"


@pytest.mark.parametrize(("line", "faint", "number"), [
    ("CARINO Of. núm. FGeo/437/25", ("CARINO",), "FGeo/437/25"), ("Oficio: o SLP-1567-2025", ("o",), "SLP-1567-2025"),
    ("Oficio No. SPIO984I2024", (), "SP/0984/2024"), ("Oficio No. SIPIO/984/2024", (), "SIPIO/984/2024"),
])
def test_numbers_behind_seals_and_with_strokes_for_slashes(line: str, faint: tuple[str, ...], number: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, line), *TEXT, faint=faint).number
    assert found and found.value == number


@pytest.mark.parametrize(("cells", "subject"), [
    (((0.44, 0.14, "ASUNTO..-"), (0.59, 0.14, "Requerimiento de información")), "Requerimiento de información"),
    (((0.44, 0.14, "ASUNTO: Entrega de documentos de 295"), (0.42, 0.156, "IDt solicitantes")), "Entrega de documentos de 295 solicitantes"),
    (((0.44, 0.14, "Asunto."), (0.53, 0.14, "El Autorización para el uso del"), (0.56, 0.156, "predio Lomas")), "Autorización para el uso del predio Lomas"),
    (((0.53, 0.1, "ASUNTO:"), (0.66, 0.1, "Citatorio para desahogo de"), (0.66, 0.116, "diligencia"), (0.53, 0.13, "LUGARY"),
      (0.66, 0.132, "Otumba, Méx., a 09 de junio de")), "Citatorio para desahogo de diligencia"),
])
def test_cells_and_strokes_of_a_subject(cells: tuple[tuple[float, float, str], ...], subject: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), *cells, *TEXT, faint=("IDt",), unread=("El",)).subject
    assert found and found.value == subject


def test_titles_without_a_space_or_with_a_comma() -> None:
    assert name_in("DRA/PATRICIA CHÁVEZ ESTRADA")[0] == "Patricia Chávez Estrada"
    assert name_in("MTRO, NOÉ PICHARDO LARA")[0] == "Noé Pichardo Lara"


def test_marks_between_words_are_no_part_of_a_name() -> None:
    assert name_in("OSA > SOS")[0] == "Osa Sos"


def test_a_reference_with_brackets_for_its_year_is_read_all_the_same() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.12, "Oficio No. DT/12/2024"), *TEXT[:2],
                   (0.1, 0.36, "En atención a su oficio 1GV/751/((25, remito lo solicitado a esta área.")).number
    assert found and found.value == "DT/12/2024"


def test_the_word_of_a_seal_is_no_sender_of_a_citizens_letter() -> None:
    found = placed((0.7, 0.05, "INSTITUTO"), (0.5, 0.1, "Toluca, México, a 19 de octubre de 2024"), *TEXT, (0.1, 0.5, "Atentamente"),
                   (0.1, 0.58, "Rosa Isela Monroy Mejía")).sender
    assert found and found.value == "Rosa Isela Monroy Mejía"


def test_a_numeral_read_in_small_letters_is_still_in_capitals() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, "ASUNTO: ESCRITURACIÓN DEL CONJUNTO"), (0.5, 0.136, "LA LOMA Il."), *TEXT).subject
    assert found and found.value == "ESCRITURACIÓN DEL CONJUNTO LA LOMA II"


@pytest.mark.parametrize(("read", "subject"), [
    ("Apoyo para mejoramiehto de vivienda", "Apoyo para mejoramiento de vivienda"), ("Designación de represéntante", "Designación de representante"),
    ("Obra en Xochipilla", "Obra en Xochipilla"), ("Apoyo para proyectas", "Apoyo para proyectas"),
])
def test_a_long_word_is_spelt_as_the_letter_writes_it_elsewhere(read: str, subject: str) -> None:
    text = (0.1, 0.38, "El mejoramiento y el representante de Xochipilli; proyecta")
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, f"ASUNTO: {read}"), *TEXT, text, faint=("mejoramiehto", "represéntante")).subject
    assert found and found.value == subject


@pytest.mark.parametrize(("read", "name"), [
    ("Dr. Vi tor Manuel Quiroz Camacho", "Víctor Manuel Quiroz Camacho"), ("LIC. BEA RIZ DÍAZ ZEPEDA", "Beatriz Díaz Zepeda"), ("Uc Pa Ek Soto", "Uc Pa Ek Soto"),
])
def test_a_given_name_of_which_a_letter_is_lost(read: str, name: str) -> None:
    assert name_in(read)[0] == name


def test_the_hour_of_a_seal_behind_who_signs_is_no_part_of_the_name() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.12, "Oficio No. DT/12/2024"), *TEXT, (0.4, 0.5, "ATENTAMENTE"),
                   (0.4, 0.58, "C.P. ERICK NÚÑEZ NÚÑEZ “2022 00:00"), (0.4, 0.6, "SUBDIRECTOR"), faint=("“2022",)).signatory
    assert found and found.value == "Erick Núñez Núñez"


@pytest.mark.parametrize(("read", "subject"), [
    ("INCONFORMIDAD|POR COBRO INDEBIDO", "INCONFORMIDAD POR COBRO INDEBIDO"), ("Requisición de equipos de.cómputo/", "Requisición de equipos de cómputo"),
    ("SOLICITUD DB ESTADO DE CUENTA", "SOLICITUD DE ESTADO DE CUENTA"), ("Petición de mejoramiehto", "Petición de mejoramiento"),
])
def test_marks_and_letters_of_strokes_in_a_subject(read: str, subject: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, f"ASUNTO: {read}"), *TEXT, faint=("mejoramiehto",), unread=("SOLICITUD",)).subject
    assert found and found.value == subject


@pytest.mark.parametrize(("line", "number"), [
    ("OFICIO: 1:5.2240/2024", "1.5.2240/2024"), ("Oficio Nos 212C0101030300T/828/2025", "212C0101030300T/828/2025"), ("Oficio NOSA/12/2025", "NOSA/12/2025"),
])
def test_a_colon_for_a_stop_and_a_letter_behind_a_label(line: str, number: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.5, 0.12, line), *TEXT).number
    assert found and found.value == number


@pytest.mark.parametrize("read", ["C. Juan Carlos Mendoza Zepeda.. «e» 2025", "Ing. Juan Carlos Mendoza Zepeda VIVIENDA"])
def test_words_and_years_of_a_seal_behind_who_signs(read: str) -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.12, "Oficio No. DT/12/2024"), *TEXT, (0.4, 0.5, "ATENTAMENTE"),
                   (0.4, 0.58, read), (0.4, 0.6, "Subdirector"), faint=("«e»", "VIVIENDA")).signatory
    assert found and found.value == "Juan Carlos Mendoza Zepeda"


def test_a_capital_alone_behind_a_subject_is_a_stroke() -> None:
    found = placed((0.1, 0.05, "Registro Agrario Nacional"), (0.1, 0.12, "Asunto: Inicio del programa de vivienda E"), *TEXT, faint=("E",)).subject
    assert found and found.value == "Inicio del programa de vivienda"
