"""Days that differ, pasted as lines: a year's gazette comes as a table, not one day at a time."""
import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.orgs.services.tables import Problem, spanish
from ventanilla.core.workdays.models import KINDS
from ventanilla.core.workdays.services.drafts import period
from ventanilla.lib.spanish import fold, long_date, read_date
from ventanilla.lib.worktime import Day, Kind

YEARS: Final = range(1990, 2101)
_HEADING: Final = re.compile(r"(desde|fecha|dia|inicio|primer)\b")
_KINDS: Final = {
    "federal": Kind.FEDERAL, "estatal": Kind.STATE, "local": Kind.LOCAL, "municipal": Kind.LOCAL, "vacaciones": Kind.VACATION,
    "suspension": Kind.SUSPENSION, "contingencia": Kind.CONTINGENCY, "habil": Kind.WORKING,
} | {k.value: k for k in Kind}
MOST_NAME: Final = 160
MOST_SOURCE: Final = 200


def read_days(text: str, taken: Mapping[date, str]) -> tuple[tuple[Day, ...], list[Problem]]:
    """Days of lines «desde, hasta (or empty), tipo, nombre, fuente», and all that is wrong, by line.

    Tab, semicolon or comma part the cells; in a line parted by commas those of the source may stand. A line of headings, the first,
    says nothing. `taken`: days that stand elsewhere already, and where.
    """
    held, days, problems = dict(taken), list[Day](), list[Problem]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or (not days and not problems and _HEADING.match(fold(line).strip().lower())):
            continue
        try:
            found = _period(_cells(line))
            if twice := next((d.day for d in found if d.day in held), None):
                raise Refused(_("el %(day)s ya está en %(where)s") % {"day": long_date(twice), "where": held[twice]})
        except Refused as refused:
            problems.append(Problem(number, refused.message))
            continue
        days += found
        held |= dict.fromkeys([d.day for d in found], _("la línea %(line)s") % {"line": number})
    return tuple(days), problems


def _cells(line: str) -> list[str]:
    """The five cells; who leaves the last day out altogether, and not empty, is understood."""
    mark = next((m for m in "\t;," if m in line), ",")
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark))]
    if len(cells) > 1 and _kind(cells[1]):
        cells.insert(1, "")
    rest = (mark + " ").join(cells[4:]) if mark == "," else " ".join(cells[4:])
    return [*cells[:4], *[""] * (4 - len(cells)), rest.strip()]


def _period(cells: list[str]) -> tuple[Day, ...]:
    since, until, kind, name, source = cells
    if told := list(_missing(cells)):
        raise Refused("; ".join(told))
    first, found = _day(since), _kind(kind)
    last = _day(until) if until else first
    assert first and last and found  # `_missing` said so
    if last < first or (last - first).days > 366:
        raise Refused(_("el periodo termina antes de empezar o dura más de un año"))
    return period(first, last, kind=found, name=name, source=source)


def _missing(cells: list[str]) -> Iterator[str]:
    """What a line lacks or cannot be read in it."""
    since, until, kind, name, source = cells
    for text in filter(None, (since, until)):
        if _day(text) is None:
            yield _("«%(text)s» no es una fecha; escriba 2026-11-21 o 21/11/2026") % {"text": text[:40]}
    if kind and not _kind(kind):
        yield _("el tipo «%(text)s» no existe; puede ser %(known)s") % {
            "text": kind[:40], "known": ", ".join(str(label) for _value, label in KINDS)}
    for value, words in ((since, _("falta el primer día")), (kind, _("falta el tipo")), (name, _("falta el nombre")),
                         (source, _("falta la fuente"))):
        if not value:
            yield words
    if len(name) > MOST_NAME:
        yield _("el nombre pasa de %(n)s caracteres") % {"n": MOST_NAME}
    if len(source) > MOST_SOURCE:
        yield _("la fuente pasa de %(n)s caracteres") % {"n": MOST_SOURCE}


def _kind(text: str) -> Kind | None:
    word = fold(text).lower()
    labels = {fold(said).lower(): Kind(value) for value, label in KINDS for said in (spanish(label), str(label))}
    return _KINDS.get(word) or labels.get(word)


def _day(text: str) -> date | None:
    """A date as a spreadsheet or a person writes it, the day before the month; none outside of the years of a calendar."""
    found = read_date(" ".join(text.split()), last=2099)
    return found[0] if found and not found[1] and found[0].year in YEARS else None
