"""Options of the form in words, over all generations: for facets, lists, charts and open data."""
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


def labels(column: str, values: list[str]) -> str:
    """The options in words, with commas."""
    known = dict(choices_of(column))
    return ", ".join(_(known.get(v, v)) for v in values)
