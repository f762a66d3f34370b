"""From a seed to a letter: content, layout, typst, and the same page clean, scanned or photographed."""

import json
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import pypdfium2
import typst
from PIL import Image

from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import LetterData, truth_of
from ventanilla.modules.correspondence.specimens.degrade import DPI, degrade
from ventanilla.modules.correspondence.specimens.layouts import LAYOUTS, Layout, template


@dataclass(frozen=True, slots=True)
class Specimen:
    """A letter as PDF with text, and what it truly says (`data.TRUTH` names the keys; None = not printed)."""

    pdf: bytes
    truth: dict[str, Any]
    seed: int
    layout: str
    quality: str
    data: LetterData


def render_letter(data: LetterData, layout: Layout | str) -> bytes:
    """The PDF of a letter whose content comes from outside. Deterministic; the text is data, never markup."""
    chosen = LAYOUTS[layout] if isinstance(layout, str) else layout
    source = f"{template('prelude')}\n{chosen.source}".encode()
    inputs = {"data": json.dumps(data.as_inputs(), ensure_ascii=False)}
    return bytes(typst.compile(source, format="pdf", sys_inputs=inputs, timestamp=0))


def specimen(seed: int, layout: Layout | str | None = None, quality: str = "clean", day: date | None = None) -> Specimen:
    """Without `layout` the seed chooses among `LAYOUTS`, and without `day` the day of the letter. `quality` is used by `images`."""
    rng = Random(seed)
    drawn = LAYOUTS[rng.choice(sorted(LAYOUTS))]
    chosen = drawn if layout is None else LAYOUTS[layout] if isinstance(layout, str) else layout
    length = rng.choice((2, 2, 3, 3, 4, 5, 14))
    data = FAMILIES[chosen.family](rng, length, day)
    data = replace(data, number_label=rng.choice(chosen.labels)).with_date_text()
    return Specimen(
        render_letter(data, chosen), truth_of(data, chosen.hides), seed, chosen.name, quality, data
    )


def images(letter: Specimen, quality: str | None = None) -> list[Image.Image]:
    """The pages as pictures (300 dpi clean and scan, 200 dpi photo), degraded deterministically by the
    letter's seed.
    """
    kind = quality or letter.quality
    document = pypdfium2.PdfDocument(letter.pdf)
    pages = [page.render(scale=DPI[kind] / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return [degrade(page, kind, letter.seed * 31 + i) for i, page in enumerate(pages)]
