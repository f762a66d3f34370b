"""Norms with the days on which they were in force, as a reference table, and which of them a citation means.

A norm is known by its name and the day of its publication: a new law often bears the name of the one that it abrogates. The table of the
program (`norms.json`) holds what every institution of the state shares; an institution keeps its own rows, which go first.
Source of the abrogation of 1981: transitory articles of the law in force since 16 September 2023.
"""
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from ventanilla.modules.practices.rules.citations import Citation
from ventanilla.modules.practices.rules.plans import folded

_PLACE: Final = re.compile(r"\s*(?:del estado de mexico(?: y (?:sus )?municipios)?|para el estado de mexico|y municipios)$")
_SMALL: Final = frozenset({"de", "del", "la", "las", "el", "los", "y", "e", "en", "a", "para", "por", "que"})


@dataclass(frozen=True)
class Norm:
    """A norm in force from `since` to `until` (local days, both included; None: still). `replaced_by`: what to cite instead.

    Not `confirmed`: its dates were read in the press and not in the gazette (`source`); a page that uses them says so.
    """

    name: str
    published: date
    since: date
    until: date | None = None
    replaced_by: str = ""
    source: str = ""
    confirmed: bool = True

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return norm_key(self.name)


def norm_key(name: str) -> str:
    """The name without accents, capitals, articles, what stands in brackets and the name of the state: so short citations agree."""
    words = re.sub(r"[^a-z0-9ñ ]", " ", re.sub(r"\([^)]*\)", " ", folded(name)))
    return " ".join(word for word in _PLACE.sub("", " ".join(words.split())).split() if word not in _SMALL)[:200]


@cache
def known_norms() -> tuple[Norm, ...]:
    """The norms that the program knows, in order of publication."""
    data = json.loads((Path(__file__).parent / "norms.json").read_text(encoding="utf-8"))
    return tuple(sorted((Norm(one["name"], date.fromisoformat(one["published"]), date.fromisoformat(one["from"]),
                              date.fromisoformat(one["to"]) if one["to"] else None, one["replaced_by"], one["source"],
                              one["confirmed"]) for one in data),
                        key=lambda n: n.published))


def norm_of(key: str, published: date | None, norms: Iterable[Norm]) -> Norm | None:
    """Which norm a citation means: of those with its name, the newest that was published by the day that it cites.

    A day after the publication is that of a reform. Without a day the newest is meant. None when none fits.
    """
    fitting = [one for one in norms if one.key == key and (published is None or one.published <= published)]
    return max(fitting, key=lambda n: n.published, default=None)


def ends(citation: Citation, norm: Norm | None) -> date | None:
    """The last day of what is cited: what the text itself says, else what is known of the norm; None: no end is known."""
    known = [day for day in (citation.until, norm.until if norm else None) if day]
    return min(known, default=None)
