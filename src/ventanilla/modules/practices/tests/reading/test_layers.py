"""A text layer over pictures of the pages: that of another engine, with its errors, is taken; that of another form waits with both readings."""
import io
import json
import re
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import pytest
import typst

from ventanilla.modules.practices.form import definition, write_text
from ventanilla.modules.practices.reading import read_file, read_text, read_unrecognised
from ventanilla.modules.practices.reading.layers import AGREE, agreement, checked, disputed
from ventanilla.modules.practices.reading.specimens import specimen
from ventanilla.modules.practices.tests.reading.test_files import PAGE

SEEDS = range(10)


@cache
def sentences() -> list[str]:
    """Invented prose of one vocabulary of 1,500 words, some of which come up everywhere, as in the forms of one administration."""
    chance = Random(0)
    words = ["".join(chance.choice("bcdfglmnprstv") + chance.choice("aeiou") for _ in range(chance.choice((2, 3, 4, 4, 5)))) for _ in range(1500)]
    often = [1 / (rank + 40) for rank in range(len(words))]
    return [" ".join(chance.choices(words, often, k=chance.randint(6, 14))).capitalize() for _ in range(400)]


def told(seed: int, long: int = 3) -> tuple[str, dict[str, Any]]:
    """A specimen whose answers are written in prose of many words, as people do."""
    generation, values = specimen(seed)
    chance, asked = Random(seed), definition(generation).fields
    prose = {key: ". ".join(chance.sample(sentences(), long)) + "." for key in values if asked[key].type == "long_text"}
    return generation, values | {k: v for k, v in prose.items() if k not in ("medicion_frecuencia", "meta_programada")}


def misread(text: str, chance: Random, rate: float) -> str:
    """As another engine reads it: letters taken for others, dropped or added, now and then a word lost."""
    def one(found: re.Match[str]) -> str:
        word, at = found[0], chance.randrange(len(found[0]))
        if chance.random() > rate:
            return word
        return chance.choice([word[:at] + chance.choice("eoclni") + word[at + 1:], word[:at] + word[at + 1:], word[:at] + "l" + word[at:], "|||"])

    return "\n".join("\t".join(re.sub(r"\w{4,}", one, cell) if len(cell) > 60 else cell for cell in line.split("\t")) for line in text.split("\n"))


def form(seed: int) -> str:
    generation, values = told(seed)
    return write_text(values, generation)


def test_every_layer_with_errors_passes_and_every_layer_of_another_form_fails() -> None:
    own = [agreement(read_text(misread(form(n), Random(n), 0.25)), misread(form(n), Random(-n), 0.08)) for n in SEEDS]
    other = [agreement(read_text(form(n)), form(m)) for n in SEEDS for m in SEEDS if m != n]
    assert min(own) > AGREE + 0.1 and max(other) < AGREE - 0.05, (min(own), max(other))
    assert agreement(read_text("nada"), "") == 1.0


def test_what_the_page_does_not_say_waits_with_both_readings() -> None:
    layer, seen = read_text(form(3)), read_text(form(6))
    both = disputed(layer, seen)
    name = both.fields["nombre"]
    assert name.value is None and name.waiting and "imagen" in name.alternatives[-1].why and "no dice lo que se ve" in name.question
    assert [a.value for a in name.alternatives] == [layer.values()["nombre"], seen.values()["nombre"]]
    same = [key for key, value in layer.values().items() if seen.values().get(key) == value]
    assert same and all(both.values()[key] == layer.values()[key] for key in same)
    assert set(both.values()) == set(same) and "capa_distinta" in both.warnings


def test_one_answer_that_the_pages_do_not_show_waits_by_itself() -> None:
    tried = 0
    for n in SEEDS:
        generation, values = told(n)
        shown = write_text(values, generation)
        for m in SEEDS:
            foreign = told(m)[1]["objetivo"]
            if any(sentence in shown for sentence in foreign.rstrip(".").split(". ")):
                continue
            found = checked(read_text(write_text(values | {"objetivo": foreign}, generation)), shown, lambda: read_text(shown))  # noqa: B023
            assert [key for key, one in found.fields.items() if one.waiting] == ["objetivo"] and "capa_distinta" in found.warnings, (n, m)
            tried += 1
    assert tried > len(SEEDS) * len(SEEDS) / 2, "most specimens share no sentence"
    for seed in SEEDS:
        own = read_text(misread(form(seed), Random(seed), 0.2))
        assert checked(own, misread(form(seed), Random(-seed), 0.08), lambda: read_text("")) is own, "errors alone make nothing wait"


def over_pictures(shown: str, layer: str) -> bytes:
    """The pages of one text as pictures, the other as a text over them that nobody sees; both begin at the top of the same sheets."""
    def compiled(source: str, text: str, folder: Path) -> bytes:
        rows = [line.replace("<p>", "").replace("</p>", "").replace("<br/>", " ").split("\t") for line in text.split("\n") if line.strip()]
        (folder / "page.typ").write_text(source)
        made = typst.compile(str(folder / "page.typ"), sys_inputs={"rows": json.dumps(rows)})
        assert isinstance(made, bytes)
        return made

    with TemporaryDirectory() as name:
        folder = Path(name)
        with pypdfium2.PdfDocument(compiled(PAGE, shown, folder)) as pages:
            for n, page in enumerate(pages):
                picture = io.BytesIO()
                page.render(scale=170 / 72).to_pil().convert("L").save(picture, "PNG")
                (folder / f"{n + 1}.png").write_bytes(picture.getvalue())
            last = len(pages)
        hidden = (f"#set page(background: context image(str(calc.min(here().page(), {last})) + \".png\", width: 100%, height: 100%))\n"
                  "#set text(fill: rgb(0, 0, 0, 0))\n")
        return compiled(hidden + PAGE.replace("stroke: 0.5pt", "stroke: rgb(0, 0, 0, 0)"), layer, folder)


@pytest.mark.parametrize("true", [True, False])
def test_the_layer_of_a_scan_is_believed_while_its_pages_show_the_same(true: bool) -> None:
    generation, values = told(4, long=1)
    short = {k: v for k, v in values.items() if len(str(v)) < 400}
    other = {k: v for k, v in told(7, long=1)[1].items() if k in definition(generation).fields}
    text = write_text(short, generation)
    data = over_pictures(text, misread(text, Random(1), 0.1) if true else write_text(other, generation))
    assert read_unrecognised("escaneado.pdf", data) is None, "it waits for the job that recognises"
    reading = read_file("escaneado.pdf", data)
    assert reading.is_form and ("capa_distinta" in reading.warnings) is not true
    name = reading.fields["nombre"]
    if true:
        assert name.value == short["nombre"] and not name.waiting
    else:
        assert name.waiting and short["nombre"] in [a.value for a in name.alternatives] and other["nombre"] in [a.value for a in name.alternatives]
