"""Real letters of the demo: generated oficios, some as they come from a scanner or a telephone."""
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from random import Random

from ventanilla.config.demo_data.institution import NAME
from ventanilla.core.documents.services import FileDraft
from ventanilla.modules.correspondence.services.registration import Sender
from ventanilla.modules.correspondence.specimens import Specimen, images, render_letter, specimen
from ventanilla.modules.correspondence.specimens.units import INSTITUTE

QUALITIES = ("clean", "clean", "scan", "clean", "photo", "clean", "scan", "clean")
DPI = {"scan": 300, "photo": 200}


@dataclass(frozen=True)
class Paper:
    """A letter on paper: its file and what a person would read on it."""

    file: FileDraft
    number: str
    dated: date
    subject: str
    sender: Sender
    citizen: bool


def papers(rng: Random, count: int, today: date) -> Iterator[Paper]:
    """Letters from outside, written some days ago; every eighth is a photo, every fourth a scan, the rest PDF with text."""
    seeds = iter(lambda: rng.randrange(1 << 30), None)
    made = 0
    while made < count:
        letter = specimen(next(seeds), day=_workday(today - timedelta(days=6 + made % 5)))
        if letter.data.sender != INSTITUTE and letter.layout not in ("circular", "memorandum"):
            yield _paper(letter, QUALITIES[made % len(QUALITIES)])
            made += 1


def _workday(day: date) -> date:
    """The day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _paper(letter: Specimen, quality: str) -> Paper:
    data = replace(letter.data, addressee_organisation=NAME)
    addressed = replace(letter, pdf=render_letter(data, letter.layout), data=data, quality=quality)
    citizen = data.order == "citizen"
    sender = Sender(data.order, "" if citizen else data.sender, data.signatory, data.signatory_post)
    return Paper(_file(addressed), data.number, data.day, data.subject, sender, citizen)


def _file(letter: Specimen) -> FileDraft:
    name = (letter.data.number or letter.data.signatory).replace("/", "-")
    if letter.quality == "clean":
        return FileDraft(f"{name}.pdf", BytesIO(letter.pdf), role="scan")
    first, *rest = images(letter)
    out = BytesIO()
    if letter.quality == "photo" and not rest:
        first.save(out, "JPEG", quality=82)
        return FileDraft(f"Foto {name}.jpg", _rewound(out), role="scan")
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=DPI[letter.quality], quality=70)
    return FileDraft(f"Digitalizado {name}.pdf", _rewound(out), role="scan")


def _rewound(stream: BytesIO) -> BytesIO:
    stream.seek(0)
    return stream
