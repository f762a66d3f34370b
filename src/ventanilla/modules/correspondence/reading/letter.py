"""A letter's fields from its pages: the one entry of the package."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ventanilla.core.documents.text import PageText
from ventanilla.modules.correspondence.reading.assurance import assured
from ventanilla.modules.correspondence.reading.dates import LOW, read_closing_date, read_date, read_day, undated
from ventanilla.modules.correspondence.reading.extras import read_annexes, read_reference, read_term
from ventanilla.modules.correspondence.reading.lines import Line, lines_of
from ventanilla.modules.correspondence.reading.model import Catalogue, Field, Reading
from ventanilla.modules.correspondence.reading.number import read_number
from ventanilla.modules.correspondence.reading.people import read_addressee
from ventanilla.modules.correspondence.reading.sender import read_sender
from ventanilla.modules.correspondence.reading.signing import read_signatory
from ventanilla.modules.correspondence.reading.spelling import respelt
from ventanilla.modules.correspondence.reading.subject import read_subject
from ventanilla.modules.correspondence.reading.witness import (
    DOUBT,
    numbered_again,
    numbers_in,
    numbers_said_again,
    said_nearly,
    spelt_again,
)

MAX_PAGES, MAX_LINES = 40, 4000
LAST = "2059"  # a year beyond was misread


def read_letter(pages: Sequence[PageText], catalogue: Catalogue) -> Reading:
    """The proposals for a letter's registration; fields that are not there are None. Never raises on odd
    pages.

    Only the first 40 pages and 4,000 lines are looked at; head fields come from page 1, the signature from
    any.
    """
    lines = [line for page in pages[:MAX_PAGES] for line in lines_of(page)][:MAX_LINES]
    if not lines:
        return Reading()
    first = [line for line in lines if line.page == lines[0].page]
    day = _day(first, lines)
    signatory, post = read_signatory(lines, catalogue)
    number = read_number(first, catalogue, day.value[:4] if day else "", lines[len(first) :])
    day = day or read_day(first, number.value if number else "")
    sender, unit, order = read_sender(first, catalogue, signatory, number)
    addressee, addressee_post = read_addressee(first, catalogue)
    if sender and number and order.value == "citizen":  # numbered letters have a letterhead; it was not read
        sender = replace(sender, confidence=min(sender.confidence, 0.5))
    reading = Reading(
        number=number,
        date=day,
        sender=sender,
        sender_unit=unit,
        signatory=signatory,
        signatory_post=post,
        addressee=addressee,
        addressee_post=addressee_post,
        subject=_spelt(read_subject(undated(first, day), numbers_in(lines)), lines),
        reference=read_reference(lines, catalogue),
        term=read_term(lines),
        annexes=read_annexes(lines),
        order=order,
    )
    return assured(reading, lines, catalogue) if upright(pages[0]) else _doubted(reading)


def _day(first: Sequence[Line], lines: Sequence[Line]) -> Field | None:
    """The date of the head; where only the text mentions one, that over the closing formula."""
    day = read_date(first)
    day = day if day and day.confidence > LOW else read_closing_date(lines) or day
    return _of_our_time(day, first) if day and day.value[:4] > LAST else day


def _of_our_time(day: Field, first: Sequence[Line]) -> Field:
    """A day far ahead with the one year that the page says and differs in a digit: `2094` for 2024; to be confirmed."""
    year = day.value[:4]
    years = {one for line in first for one in re.findall(r"(?<!\d)20[0-4]\d(?!\d)", line.text)}
    said = [one for one in years if sum(a != b for a, b in zip(one, year, strict=True)) == 1]
    value = said[0] + day.value[4:] if len(said) == 1 else day.value
    return replace(day, value=value, confidence=min(day.confidence, 0.6))


def _spelt(subject: Field | None, lines: Sequence[Line]) -> Field | None:
    """The subject with the accents that the text writes on its words; asked where that changed it or nothing confirms its numbers."""
    if subject is None:
        return None
    if not numbers_said_again(subject.value, lines):
        subject = replace(subject, confidence=min(subject.confidence, DOUBT))
    value = numbered_again(respelt(spelt_again(said_nearly(subject.value, lines), lines, names=True)), lines)
    if value == subject.value:
        return subject
    return replace(subject, value=value, confidence=min(subject.confidence, DOUBT), alternatives=(subject.value,))


def upright(page: PageText) -> bool:
    """Whether most longer words are wider than tall; boxes of a page wrongly turned say nothing about its
    order.
    """
    longer = [w for w in page.words if len(w.text) >= 4]
    wide = sum((w.x1 - w.x0) * page.width > (w.y1 - w.y0) * page.height for w in longer)
    return wide * 2 >= len(longer)


def _doubted(reading: Reading) -> Reading:
    return replace(
        reading,
        **{name: replace(field, confidence=round(field.confidence / 2, 3)) for name, field in reading.items()},
    )
