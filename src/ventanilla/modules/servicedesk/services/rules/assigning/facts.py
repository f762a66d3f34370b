"""What rules of assignment look at: the facts of a ticket that is being asked for, each read when a rule asks for it.

The same facts are made of a draft that is being opened and, for a rehearsal, of a ticket that there is. The language of conditions
is that of notification rules (`core.questionnaires.definition.conditions`).
"""
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core import plans
from ventanilla.core.orgs.models import Unit
from ventanilla.core.questionnaires.definition.conditions import Condition
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models import OfferingVersion, ServiceLevel, Team
from ventanilla.modules.servicedesk.services.items import keys_of
from ventanilla.modules.servicedesk.services.promising import open_then, version_of
from ventanilla.modules.servicedesk.services.routing import ASKED, options_given
from ventanilla.modules.servicedesk.services.rules.facts import condition_of

ONE: Final = {
    "kind": lazy("Tipo"), "family": lazy("Familia"), "service": lazy("Servicio"), "offering": lazy("Se pide como"),
    "priority": lazy("Prioridad"), "channel": lazy("Llegó por"), "team": lazy("Equipo que dice el catálogo"),
    "hours": lazy("Horario de atención"), "weekday": lazy("Día en que llega")}
"""Facts that are one text, or None."""
MANY: Final = {"unit": lazy("Unidad que pide, o de la que depende"), "item": lazy("Elemento"), "item_type": lazy("Tipo de elemento")}
"""Facts that are a list of texts."""
WORDS: Final = "words"
MINUTE: Final = "minute"
ANSWER: Final = "campo-"
"""Prefix of facts that are answers of the form, each a list of the options that were chosen."""
LABELS: Final = {**ONE, **MANY, WORDS: lazy("Palabras del asunto"), MINUTE: lazy("Hora en que llega")}
OPS: Final = frozenset({"in", "contains", "ge", "lt"})
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass
class Lookups:
    """What facts need of the database, each thing read once however many tickets ask: units above, types of items, open hours."""

    units: dict[int, list[str]] = field(default_factory=dict)
    types: dict[int, list[str]] = field(default_factory=dict)
    calendars: dict[tuple[int | None, int], CalendarVersion] = field(default_factory=dict)

    def above(self, unit_id: int) -> list[str]:
        """The unit and those it depends on, from the root down."""
        if unit_id not in self.units:
            found = plans.first("SELECT path FROM orgs_unit WHERE id = %s", [unit_id])
            self.units[unit_id] = [str(pk) for pk in found[0]] if found else []
        return self.units[unit_id]

    def kinds_of(self, items: Sequence[int]) -> list[str]:
        """The types of the items, and those above these."""
        if missing := [pk for pk in items if pk not in self.types]:
            self.types |= {pk: [] for pk in missing}
            for pk, kind in plans.rows(_KINDS, [missing]):
                self.types[pk].append(str(kind))
        return sorted({kind for pk in items for kind in self.types[pk]})

    def open_at(self, level: ServiceLevel | None, unit: Unit, at: datetime) -> bool:
        """Whether the desk works then, by the hours of the promise."""
        return open_then(self.hours(level, unit).pk, at)

    def hours(self, level: ServiceLevel | None, unit: Unit) -> CalendarVersion:
        """`version_of`, asked once: rules look at the hours, and the promise counts them."""
        place = (level.pk if level else None, unit.pk)
        if place not in self.calendars:
            self.calendars[place] = version_of(level, unit)
        return self.calendars[place]


_KINDS = """
WITH RECURSIVE above (item, id, parent_id) AS (
  SELECT i.id, t.id, t.parent_id FROM servicedesk_configurationitem i JOIN servicedesk_citype t ON t.id = i.type_id
  WHERE i.id = ANY (%s::bigint[])
  UNION ALL SELECT a.item, t.id, t.parent_id FROM above a JOIN servicedesk_citype t ON t.id = a.parent_id
) SELECT item, id FROM above
"""


@dataclass(frozen=True)
class Wanted:
    """A ticket that is asked for. `team` is the one that the catalogue, or its answers, chose; `values` are answers, raw or clean."""

    institution_id: int
    kind: str
    subject: str
    at: datetime
    priority: int
    channel: str
    team: Team
    level: ServiceLevel | None = None
    unit_id: int | None = None
    service_id: int | None = None
    family_id: int | None = None
    version: OfferingVersion | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Facts(Mapping[str, Any]):
    """The facts of one ticket; what no rule asks for is never read."""

    def __init__(self, wanted: Wanted, lookups: Lookups) -> None:
        self.wanted, self.lookups = wanted, lookups
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            read = _READ.get(name)
            self._known[name] = read(self) if read else self._answer(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(LABELS)

    def __len__(self) -> int:
        return len(LABELS)

    def _answer(self, name: str) -> list[str]:
        version, key = self.wanted.version, name.removeprefix(ANSWER)
        fields = version.form.form.fields if version and version.form else {}
        asked = key in fields and fields[key].type in ASKED
        return list(options_given(fields[key], self.wanted.values.get(key))) if asked else []

    def named(self) -> list[int]:
        """Ids of the items that the form's answers name."""
        version = self.wanted.version
        keys = keys_of(version.form) if version and version.form else ()
        given = (str(self.wanted.values.get(key) or "") for key in keys)
        return sorted({number for one in given if (number := whole(one)) is not None})

    @property
    def local(self) -> datetime:
        """When it came, on the clock of the wall."""
        return timezone.localtime(self.wanted.at)


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)


def padded(text: str) -> str:
    """Folded words between single spaces, so that whole words and phrases are found in it."""
    return f" {' '.join(_WORD.findall(fold(text).lower()))} "


def _hours(facts: Facts) -> str:
    wanted = facts.wanted
    return "open" if facts.lookups.open_at(wanted.level, wanted.team.unit, wanted.at) else "closed"


_READ: Final[dict[str, Callable[[Facts], Any]]] = {
    "kind": lambda f: f.wanted.kind, "family": lambda f: _text(f.wanted.family_id), "service": lambda f: _text(f.wanted.service_id),
    "offering": lambda f: _text(f.wanted.version.offering_id if f.wanted.version else None), "priority": lambda f: str(f.wanted.priority),
    "channel": lambda f: f.wanted.channel, "team": lambda f: str(f.wanted.team.pk), "hours": _hours,
    "weekday": lambda f: str(f.local.weekday()), MINUTE: lambda f: f.local.hour * 60 + f.local.minute,
    "unit": lambda f: f.lookups.above(f.wanted.unit_id) if f.wanted.unit_id else [], WORDS: lambda f: padded(f.wanted.subject),
    "item": lambda f: [str(pk) for pk in f.named()], "item_type": lambda f: f.lookups.kinds_of(f.named())}


# --- conditions ----------------------------------------------------------------------------------------------


def known(name: str) -> bool:
    """Whether rules can look at that."""
    return name in LABELS or (name.startswith(ANSWER) and len(name) > len(ANSWER))


def ready(data: Any) -> Condition:
    """The condition of a rule's JSON, its words as they are compared. Raises Refused for anything that is none."""
    return _worded(condition_of(data, knows=known, ops=OPS))


def _worded(one: Condition) -> Condition:
    """Words are compared folded and whole; with an asterisk at the end, as beginnings."""
    if one.parts:
        return replace(one, parts=tuple(_worded(part) for part in one.parts))
    if one.field != WORDS:
        return one
    text = padded(str(one.value))
    return replace(one, value=text.rstrip() if str(one.value).rstrip().endswith("*") else text)


def tree_of(chosen: Mapping[str, Sequence[str]], minutes: tuple[int | None, int | None] = (None, None)) -> dict[str, Any]:
    """The tree that holds when each fact is (or names) one of those chosen; what has no choice does not matter.

    `minutes` of the local day from, to (not included); when the first is the later one, it goes over midnight.
    """
    parts = [_part(name, sorted(values)) for name, values in chosen.items() if values]
    parts += _between(*minutes)
    return {"all": parts} if parts else {}


def _part(name: str, values: Sequence[str]) -> dict[str, Any]:
    if name in ONE:
        return {"field": name, "op": "in", "value": list(values)}
    return {"any": [{"field": name, "op": "contains", "value": value} for value in values]}


def _between(since: int | None, until: int | None) -> list[dict[str, Any]]:
    edges = [{"field": MINUTE, "op": op, "value": value} for op, value in (("ge", since), ("lt", until)) if value is not None]
    if since is not None and until is not None and since > until:
        return [{"any": edges}]
    return edges


def chosen_of(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """The lists that a tree was made from (see `tree_of`), without the hours."""
    found: dict[str, list[str]] = {}
    for part in tree.get("all", ()):
        tests = part.get("any", [part])
        name = tests[0].get("field", "") if tests else ""
        if name != MINUTE:
            found[name] = [str(v) for t in tests for v in (t["value"] if t["op"] == "in" else [t["value"]])]
    return found


def minutes_of(tree: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The hours that a tree was made from."""
    tests = [t for part in tree.get("all", ()) for t in part.get("any", [part]) if t.get("field") == MINUTE]
    by_op = {t["op"]: t["value"] for t in tests}
    return by_op.get("ge"), by_op.get("lt")
