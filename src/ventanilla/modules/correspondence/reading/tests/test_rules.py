"""Rules that hold for letters of any body: how dates, senders, signatories, numbers and subjects are written and misread."""

from dataclasses import replace

import pytest

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading import Catalogue, Reading, correct_code, read_letter
from ventanilla.modules.correspondence.reading.again import once
from ventanilla.modules.correspondence.reading.companies import with_form
from ventanilla.modules.correspondence.reading.names import known_share, mended, parted, spelt
from ventanilla.modules.correspondence.reading.people import name_in
from ventanilla.modules.correspondence.reading.tails import without_tail
from ventanilla.modules.correspondence.specimens import specimen
from ventanilla.modules.correspondence.specimens.training import TRAINING

OWN = Catalogue({"212C0101000200S": ("Unidad de Información",)}, own="Instituto Mexiquense de la Vivienda Social")
HEAD = ("Registro Agrario Nacional", "Dirección de Titulación", "Oficio núm. DT/12/2024", "Toluca, México; a 5 de marzo de 2024",
        "Asunto: Entrega de planos", "", "Lic. Ana Ruiz Soto", "P R E S E N T E", "", "Remito lo solicitado en su momento a esta área.", "")


def letter(*lines: str, confidence: float = 0.96) -> Reading:
    """The fields of a page of lines, one under the other; an empty text is a gap."""
    return read_letter([page(*lines, confidence=confidence)], OWN)


def page(*lines: str, confidence: float = 0.96, number: int = 1) -> PageText:
    """A page of lines, one under the other; an empty text is a gap."""
    words = []
    for i, text in enumerate(lines):
        x = 0.1
        for part in text.split():
            wide = 0.0095 * len(part)
            words.append(Word(part, x, 0.05 + 0.022 * i, x + wide, 0.062 + 0.022 * i, confidence, i, i))
            x += wide + 0.008
    return PageText(number, 612, 792, tuple(words))


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


def test_a_word_of_the_seal_after_a_name_goes_by_the_initials_at_the_foot() -> None:
    signed = ("Atentamente", "", "LIC. SILVIA VELÁZQUEZ GÓMEZ ECIBIDO", "DIRECTORA DE INVERSIÓN", "")
    with_initials, without = (letter(*HEAD, *signed, *foot).signatory for foot in (("SVG/alrr",), ()))
    assert with_initials and with_initials.value == "Silvia Velázquez Gómez" and with_initials.confidence < 0.9
    assert without and without.confidence < 0.9


def test_the_value_beside_a_label_is_found_on_a_page_that_leans() -> None:
    rows = (("DE:", "Lic. Ana Ruiz Soto"), ("FECHA:", "Metepec, Estado de México; a 16 de marzo de 2024"),
            ("ASUNTO:", "Clasificación de la información reservada de la obra"), ("", "Remito a usted lo que solicitó en su momento a esta área"))
    words = []
    for i, (label, value) in enumerate(rows):
        for j, (x, text) in enumerate(((0.1, label), (0.3, value))):
            for part in text.split():
                y = 0.1 + 0.02 * i + 0.08 * (x - 0.1)
                words.append(Word(part, x, y, x + 0.0085 * len(part), y + 0.011, 0.96, i, i * 2 + j))
                x += 0.0085 * len(part) + 0.007
    found = read_letter([PageText(1, 612, 792, tuple(words))], OWN)
    assert found.subject and found.subject.value == rows[2][1] and found.signatory and found.signatory.value == "Ana Ruiz Soto"


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
    (("GRUPO CONSTRUCTOR LOMAS VERDES, $. DE R.L.", "GERENCIA DE OBRA"), "Grupo Constructor Lomas Verdes, S. de R.L."),
    (("Gobierno del Estado de México Tecnológico de Estudios Superiores",), "Tecnológico de Estudios Superiores"),
    (("Colegio de Ingenieros Civiles", "A.C."), "Colegio de Ingenieros Civiles, A.C."),
    (("Colegio de Ingenieros Civiles,fo\"e", "A.C."), "Colegio de Ingenieros Civiles, A.C."),
    (("H. AYUNTAMIENTO", "CONSTITUCIONAL DE LERMA"), "H. Ayuntamiento Constitucional de Lerma"),
    (("PROCURADURÍA DE PROTECCIÓN", "AL AMBIENTE"), "Procuraduría de Protección al Ambiente"),
    (("Juzgado Tercero de Distrito", "Poder Judicial de la Federación"), "Juzgado Tercero de Distrito"),
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
    ("OFICIO NÚMERO: DGRC.SA.0630.2025", "DGRC.SA.0630.2025"), ("Oficio N% DT.12.0630.2024", "DT.12.0630.2024"),
    ("Folio: DT-3166-2024", "DT-3166-2024"), ("Oficio No. DT]12]2024", "DT/12/2024"), ("Oficio No. DT 12 2024", "DT/12/2024"),
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
    ("Asunta: Entrega de planos", "Entrega de planos", True),
    ("Asunto: Terminacián de la obra", "Terminación de la obra", False), ("Asunto: 5 de marzo de 2024", "5 de marzo de 2024", False),
    ("Asunto: Requerimiento de transparencia 09511 VS 2024", "Requerimiento de transparencia 09511/VS/2024", False),
    ("Asunto: Requerimiento de transparencia 09764] VS/2024", "Requerimiento de transparencia 09764/VS/2024", False),
])
def test_what_a_subject_cannot_say_is_mended_and_asked(written: str, subject: str, sure: bool) -> None:
    found = letter(*HEAD[:4], written, *HEAD[5:]).subject
    assert found and (found.value, found.confidence >= 0.9) == (subject, sure)


@pytest.mark.parametrize("name", sorted(TRAINING))
def test_layouts_to_develop_on_print_number_and_name(name: str) -> None:
    made = specimen(11, TRAINING[name])
    assert made.pdf == specimen(11, TRAINING[name]).pdf and made.truth["number"] and made.truth["signatory"]


@pytest.mark.parametrize(("read", "number"), [
    ("DT/120/2024", "DT/120/2024"), ("DT/0F/12/2024", "DT/OF/12/2024"), ("DT/OFI3895/2024", "DT/OF/3895/2024"), ("DT/27O0/2024", "DT/2700/2024"),
    ("1VG/2997-AI2024", "1VG/2997-A/2024"), ("BO0.00.R03/1171-C/2024", "B00.00.R03/1171-C/2024"), ("DT/4312024", "DT/43/2024"),
    ("768.55R.1248/2024", "768.SSR.1248/2024"), ("20705000000000L1317/2024", "20705000000000L/317/2024"),
    ("207O5000000O008/9/2024", "20705000000000S/9/2024"), ("212C01010002008/9/2024", "212C0101000200S/9/2024"),
    ("212C0101000200S/9/2024", "212C0101000200S/9/2024"), ("NP38/12/2024", "NP38/12/2024"),
    ("APS.D5O.SO.37/2024", "APS.D5O.SO.37/2024"),
])
def test_a_misread_part_of_a_number_is_mended_and_asked(read: str, number: str) -> None:
    """What the engine is sure of may be wrong: only numbers whose parts are letters alone or digits alone are sure."""
    found = letter(HEAD[0], "Segunda Sala Regional", f"Oficio núm. {read}", *HEAD[3:]).number
    sure = {"DT/120/2024", "212C0101000200S/9/2024", "212C01010002008/9/2024"}  # of the catalogue: one known code is that code
    assert found and (found.value, found.confidence >= 0.9) == (number, read in sure)


def test_the_subjects_number_is_the_one_the_text_says_again() -> None:
    body = ("Con motivo de la solicitud registrada con el folio 04508/VS/2024, se requiere una búsqueda.",)
    for read in ("04508/V45/2024", "04508/45/2024", "04508/V 58/2024", "04508 V5 2024", "045O8/VS/2024", "04508IVSI2024"):
        found = letter(*HEAD[:4], f"Asunto: Solicitud con folio {read}", *HEAD[5:9], *body).subject
        assert found and found.value == "Solicitud con folio 04508/VS/2024" and found.confidence < 0.9
    other = letter(*HEAD[:4], "Asunto: Solicitud con folio 04503/VS/2024", *HEAD[5:9], *body).subject
    assert other and other.value == "Solicitud con folio 04503/VS/2024", "two files may be named in one letter"


def words_of(text: str, *faint: str) -> list[Word]:
    """Words of one line; the named ones were hardly recognised."""
    return [Word(part, 0.1 * i, 0.1, 0.1 * i + 0.08, 0.112, 0.3 if part in faint else 0.96) for i, part in enumerate(text.split())]


@pytest.mark.parametrize(("text", "faint", "left"), [
    ("auditoría 04906/VS/2024 Ir a ES", ("Ir", "a", "ES"), "auditoría 04906/VS/2024"), ("viviendas en El Mirador / REC Ta", ("Ta",), "viviendas en El Mirador"),
    ("LA OBRA EN TULTITLÁN. 7", (), "LA OBRA EN TULTITLÁN."),
    ("entrega de escrituras. en", ("escrituras.", "en"), "entrega de escrituras. en"), ("la obra La Loma Il", ("Il",), "la obra La Loma Il"),
    ("folio 04906/VS/2024", ("04906/VS/2024",), "folio 04906/VS/2024"), ("obra en Tejupilco", ("Tejupilco",), "obra en Tejupilco"),
])
def test_noise_at_the_end_of_a_subject_goes_and_hardly_read_words_stay(text: str, faint: tuple[str, ...], left: str) -> None:
    assert " ".join(w.text for w in without_tail(words_of(text, *faint), frozenset())) == left


def test_a_line_read_twice_is_one_and_no_longer_sure() -> None:
    good, bad = words_of("Entrega de viviendas terminadas"), words_of("Entrega de viviandac termimadas")
    page = [words_of("Las viviendas terminadas son de la obra"), bad, good]
    page[0] = [replace(w, y0=0.3, y1=0.312) for w in page[0]]
    kept = once(page)
    assert [[w.text for w in line] for line in kept[1:]] == [["Entrega", "de", "viviendas", "terminadas"]]
    assert kept[1][0].confidence == 0.96 and kept[1][2].confidence < 0.75


@pytest.mark.parametrize(("read", "name"), [
    ("Grupo Lomas, $. de R.L", "Grupo Lomas, S. de R.L."), ("Caja Popular, S.G.", "Caja Popular, S.C."), ("Obras del Sur, 5.A. de C.V", "Obras del Sur, S.A. de C.V."),
    ("Fundación Hogar, A.C.", "Fundación Hogar, A.C."), ("Notaría 38", "Notaría 38"), ("Cámara de Obras, Delegación Centro", "Cámara de Obras, Delegación Centro"),
])
def test_legal_forms_are_a_closed_list(read: str, name: str) -> None:
    assert with_form(read) == name


def test_a_date_under_the_closing_formula_is_found_and_asked() -> None:
    day = letter(*HEAD[:3], *HEAD[4:], "A t e n t a m e n t e", "Texcoco, México, septiembre 14 de 2024", "", "Lic. Hugo Trejo Alvarado").date
    assert day and day.value == "2024-09-14"


@pytest.mark.parametrize(("lines", "iso"), [
    (("Oficio núm. DT/12/2024", "Metepec, Estado de México; a 25 de noviembre"), "2024-11-25"),
    (("Oficio núm. DT/12", "2024. Año de la Vivienda Digna", "Metepec, Estado de México; a 25 de noviembre de"), "2024-11-25"),
    (("Oficio núm. DT/12/2023", "2024. Año de la Vivienda Digna", "Metepec, Estado de México; a 25 de noviembre de"), None),
])
def test_a_lost_year_is_that_of_the_number_or_the_legend_and_asked(lines: tuple[str, ...], iso: str | None) -> None:
    day = letter(*HEAD[:2], *lines, "", *HEAD[4:]).date
    assert (day.value if day else None) == iso and (day is None or day.confidence < 0.9)


def test_a_year_alone_is_the_end_of_a_subject() -> None:
    wide = "Asunto: Invitación al foro de vivienda adecuada para personas trabajadoras de toda la región"
    found = letter(*HEAD[:4], wide, "2024", *HEAD[5:]).subject
    assert found and found.value.endswith("región 2024")
