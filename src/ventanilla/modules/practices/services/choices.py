"""Options of the form in words, over all generations: for facets, lists, charts and open data."""
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.services.columns import ELECTRONIC

FIELDS: Final = {"category": "categoria", "population": "poblacion", "scope": "ambito"}
"""Columns of `Practice` that hold options, and the field of the form each repeats."""


@cache
def choices_of(column: str) -> tuple[tuple[str, Any], ...]:
    """(value, label) of every option, with the label of the newest generation that has it, in its order."""
    if column == "egov":
        return tuple((slug, label) for slug, label, _pattern in ELECTRONIC)
    found: dict[str, str] = {}
    for generation in reversed(generations()):
        for choice in definition(generation).fields[FIELDS[column]].choices:
            found.setdefault(choice.value, choice.label)
    return tuple(found.items())


@cache
def _words() -> Mapping[str, str]:
    """Every option of every form in words, those of the newest form that has it."""
    fields = (field for generation in generations() for field in definition(generation).all_fields())
    return {choice.value: choice.label for field in fields for choice in field.choices}


def readable(indexed: str) -> str:
    """What people read of the indexed text of a practice, which holds one answer a line: options as words, answers told apart."""
    return " · ".join(_words().get(line, line) for line in indexed.splitlines() if line)


def labels(column: str, values: list[str]) -> str:
    """The options in words, with commas."""
    known = dict(choices_of(column))
    return ", ".join(_(known.get(v, v)) for v in values)
