"""How exactly letters are read: fields of generated letters through the real recognition, per quality.

Every specimen is drawn, degraded, recognised by `core.documents.workshop.ocr` and read; nothing is kept
between runs.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from time import process_time
from typing import Any

from ventanilla.core.documents.text import PageText
from ventanilla.core.documents.workshop import ocr
from ventanilla.core.documents.workshop.images import without_ink
from ventanilla.modules.correspondence.reading.letter import read_letter
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue, Reading
from ventanilla.modules.correspondence.specimens import LAYOUTS, Layout, Specimen, images, specimen
from ventanilla.modules.correspondence.specimens.degrade import DPI
from ventanilla.modules.correspondence.specimens.units import INSTITUTE, UNITS

FIELDS = ("number", "date", "sender", "signatory", "subject")
QUALITIES = ("clean", "scan", "photo")
FIRST_SEED = 70_000  # apart from the seeds that were looked at while the readers were written


def bench(
    size: int, layouts: Sequence[Layout] = tuple(LAYOUTS.values()), qualities: Sequence[str] = QUALITIES
) -> list[dict[str, Any]]:
    """One row per quality and field for `size` letters: exact share, share sure, sure and wrong (share of all
    fields).

    About 2 to 3 CPU seconds per page and quality.
    """
    return [row for quality in qualities for row in _rows(quality, size, layouts)]


def _rows(quality: str, size: int, layouts: Sequence[Layout]) -> Iterator[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    begun = process_time()
    for i in range(size):
        letter = specimen(FIRST_SEED + i, layouts[i % len(layouts)], quality)
        reading = read_letter(recognised(letter), known_units())
        for name in FIELDS:
            counts.update((name, kind) for kind in judged(reading, letter, name))
    seconds = round((process_time() - begun) / max(size, 1), 2)
    for name in FIELDS:
        shares = {kind: round(counts[name, kind] / max(size, 1), 4) for kind in ("exact", "sure", "sure_and_wrong")}
        yield {
            "what": f"letter field: {name}",
            "quality": quality,
            "size": size,
            **shares,
            "cpu_s_per_letter": seconds,
        }


def known_units() -> Catalogue:
    """The catalogue of the invented institute; its people are not in it, so that names are truly read."""
    return Catalogue({code: (name,) for code, name in UNITS.items()}, organisations=(INSTITUTE,), own=INSTITUTE)


def recognised(letter: Specimen) -> list[PageText]:
    """The words of the first and the last two pages, as the documents pipeline recognises them."""
    pictures = images(letter)
    chosen = sorted({0, max(len(pictures) - 2, 0), len(pictures) - 1})
    return [PageText(k + 1, 612, 792, ocr.recognise(without_ink(pictures[k]), DPI[letter.quality]).words) for k in chosen]


def judged(reading: Reading, letter: Specimen, name: str) -> Iterator[str]:
    """`exact`, `sure`, `sure_and_wrong` as they apply to one field."""
    field = getattr(reading, name)
    exact = same(field.value if field else None, letter.truth[name])
    if exact:
        yield "exact"
    if field and field.confidence >= SURE:
        yield "sure"
        if not exact:
            yield "sure_and_wrong"


def same(read: str | None, true: object) -> bool:
    """Equal but for capitals, spaces, the shape of an apostrophe and a final full stop; accents count."""
    if read is None or true is None:
        return read is None and true is None
    return _plain(read) == _plain(str(true))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".")
