"""What is no form, half a form, two forms, too much, or meant to harm: a reading that says so, never an error of ours."""
import pytest

from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.reading import RESIDUES, SENTENCES, read_all, read_text
from ventanilla.modules.practices.reading.decoding import MAX_CHARS
from ventanilla.modules.practices.reading.specimens import specimen

OTHER = """SOLICITUD DE LICENCIA DE CONSTRUCCIÓN

I. Datos del solicitante
1.1. Nombre\tPersona Ejemplo\t
1.2. Domicilio\tCalle Ficticia 1\t
Teléfono 1\t5550000101\tExtensión 1\t1
II. Datos del predio
2.1. Superficie\t120\tm2
Sí\tX\tNo
"""


def form(seed: int = 4) -> str:
    generation, values = specimen(seed)
    return write_text(values, generation)


@pytest.mark.parametrize(("text", "code"), [
    ("", "archivo_vacio"), ("\n \n\t\n", "archivo_vacio"), (b"", "archivo_vacio"), ("hola", "no_es_formulario"), (OTHER, "no_es_formulario"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "no_es_formulario"), ("\t" * 5000, "archivo_vacio"), ("<" * 5000, "no_es_formulario"),
    ("\x00\ufffe\u202e" * 50, "no_es_formulario"),
])
def test_no_form_gives_a_reading_that_says_so(text: str | bytes, code: str) -> None:
    reading = read_text(text)
    assert not reading.is_form and code in reading.warnings and reading.values() == {} and reading.original == text


def test_half_a_form_keeps_its_half() -> None:
    generation, values = specimen(4)
    text = write_text(values, generation)
    half = read_text(text[text.index("IV. Medición"):])
    assert "formulario_incompleto" in half.warnings
    assert half.values().items() <= values.items() and half.values()["dependencia"] == values["dependencia"]
    untitled = read_text("\n".join(line for line in text.split("\n") if not line.startswith(("V. ", "VI. "))))
    assert "seccion_sin_titulo" in untitled.warnings and untitled.values() == values


def test_two_forms_in_one_file_are_two_readings_and_nothing_of_one_is_in_the_other() -> None:
    text = form(4) + form(5)
    readings = list(read_all(text))
    assert [one.values() for one in readings] == [specimen(4)[1], specimen(5)[1]]
    assert "varios_formularios" in readings[0].warnings and [r.why for r in readings[0].residue if not r.explained] == ["otro_formulario"]
    first = read_text(text)
    assert (first.values(), [one.values() for one in first.others]) == (specimen(4)[1], [specimen(5)[1]])
    assert not [r for one in (first, *first.others) for r in one.residue if not r.explained]
    assert all("varios_formularios" in one.warnings for one in (first, *first.others))
    late = read_text("Formulario para documentar una buena práctica de la administración pública estatal\nOficio 12\n" + text)
    assert late.values() == specimen(4)[1] and len(late.others) == 1


def test_scripts_are_taken_out_and_kept_as_residue() -> None:
    hostile = form().replace("1.1. Nombre", '<script>alert(1)</script><style>a{}</style>1.1. Nombre<img src=x onerror="alert(2)">', 1)
    reading = read_text(hostile)
    assert "html_activo" in reading.warnings and reading.values() == specimen(4)[1]
    assert ["<script>" in r.text for r in reading.residue if r.why == "html_activo"] == [True, False]
    assert not any("<script" in str(value) for value in reading.values().values())


def test_entities_do_not_become_tags() -> None:
    reading = read_text(write_text({"nombre": "<script>alert(1)</script> & <table><tr><td>X</td></tr></table>"} | {"dependencia": "A"}, "2024"))
    assert reading.values()["nombre"] == "<script>alert(1)</script> & <table><tr><td>X</td></tr></table>"


def test_a_text_of_100_mb_is_read_to_its_limit() -> None:
    generation, values = specimen(4)
    reading = read_text(write_text(values, generation).encode() + b"relleno sin fin " * 6_500_000)
    assert "texto_cortado" in reading.warnings and reading.values()["nombre"] == values["nombre"]
    junk = read_text("a\tb\n" * (MAX_CHARS // 2))
    assert not junk.is_form and "texto_cortado" in junk.warnings and len(junk.residue[0].text) <= 2_000


@pytest.mark.parametrize("text", ["(" * 4000, "Sí X " * 3000, "<table>" * 2000, "<p>" * 3000, "&" * 5000, "2.1. " * 2000, '"' * 5000, "a " * 9000])
def test_nothing_takes_long(text: str) -> None:
    """Texts that make careless patterns slow, as an answer."""
    reading = read_text(form().replace("2.1. ¿En qué consiste la práctica?\n", f"2.1. ¿En qué consiste la práctica?\n{text}\n"))
    assert reading.is_form


def test_every_code_has_its_sentence() -> None:
    for seed in range(3):
        for notice in read_text(form(seed)).notices:
            assert notice.code in SENTENCES
    assert all(text.endswith(".") for text in SENTENCES.values()) and len(set(SENTENCES.values())) == len(SENTENCES) and RESIDUES
