"""The one place in which every app says what it keeps of people: whose, which fields, for what, by which law, how long, how to find it
by person, and how it is erased or why it is not.

The core's apps are declared in `declared/`, since they may not import this room; modules and pages register their own from `ready()`.
`tests/test_personal_fields.py` walks all models and fails when a field that looks personal is declared nowhere.
"""
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ventanilla.lib.spanish import fold

if TYPE_CHECKING:
    from ventanilla.core.cases.models import Case
    from ventanilla.core.orgs.models import Person

Words = str | Promise
GONE: Final = "[dato cancelado]"
"""What stands in the place of a personal datum that was erased."""


@dataclass(frozen=True)
class Asked:
    """Under which words a person may stand: names (all their words, in any order), addresses of mail, and codes (CURP)."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: str, emails: str, codes: str) -> "Asked":
        """From what was typed, one a line."""
        return cls(*(tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if len(line.strip()) > 2))
                     for text in (names, emails, codes)))

    def __bool__(self) -> bool:
        return bool(self.names or self.emails or self.codes)

    @cached_property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Each a set of folded, lower-case pieces that have to stand together in a text."""
        named = tuple(tuple(re.findall(r"\w+", fold(name).lower())) for name in self.names)
        return tuple(a for a in (*named, *((fold(c).lower(),) for c in (*self.emails, *self.codes))) if a)

    def within(self, text: str) -> bool:
        """Whether one of them stands in the text."""
        said = fold(text).lower()
        return any(all(piece in said for piece in pieces) for pieces in self.alternatives)

    def stands(self, text: str) -> bool:
        """Whether one of them stands in the text as a person is named: whole words in any turn, with up to three others in between."""
        said = fold(text).lower()
        return any(pattern.search(said) for pattern in self._loose)

    def hidden(self, text: str) -> str:
        """The text without them: names as they were typed or with their words turned round, addresses and codes."""
        said = fold(text).lower()
        if len(said) != len(text):  # a letter that folds to two: then the whole text goes, rather than a wrong part of it
            return GONE if self.within(text) else text
        spans = sorted({m.span() for pattern in self._patterns for m in pattern.finditer(said)})
        parts, at = [], 0
        for start, end in spans:
            if start >= at:
                parts += [text[at:start], GONE]
                at = end
        return "".join([*parts, text[at:]])

    def hidden_in(self, value: Any) -> Any:
        """The same of whatever JSON holds: every text of it."""
        if isinstance(value, dict):
            return {key: self.hidden_in(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.hidden_in(one) for one in value]
        return self.hidden(value) if isinstance(value, str) else value

    @cached_property
    def _patterns(self) -> list["re.Pattern[str]"]:
        """The longest first: the words of a name one after the other, begun at any of them; addresses and codes as they were typed."""
        return self._turned(r"[\s,.]+")

    @cached_property
    def _loose(self) -> list["re.Pattern[str]"]:
        return self._turned(r"\W+(?:\w+\W+){0,3}?")

    def _turned(self, between: str) -> list["re.Pattern[str]"]:
        turned = {tuple(p[n:] + p[:n]) for p in self.alternatives for n in range(len(p))}
        return [re.compile(r"(?<!\w)" + between.join(map(re.escape, p)) + r"(?!\w)") for p in sorted(turned, key=lambda p: -len(p))]


class Folded(Func):
    """A text as it is compared: lower case, without accents (ñ stays)."""

    function = "public.norm"
    output_field = TextField()


def folded(*columns: str) -> Any:
    """The expression of columns, one or several together (each may join some by "+"), to be compared with folded words."""
    names = [name for column in columns for name in column.split("+")]
    return Folded(Func(Value(" "), *(Cast(F(name), TextField()) for name in names), function="concat_ws", output_field=TextField()))


class LikeAny(Func):
    """Whether one of the patterns stands in a text, which is worked out once, however many there are."""

    template, arg_joiner = "(%(expressions)s))", " LIKE ANY ("
    output_field = BooleanField()

    def __init__(self, text: Any, words: Iterable[str]) -> None:
        patterns = ["%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in words]
        super().__init__(text, Value(patterns, output_field=ArrayField(TextField())))


@dataclass(frozen=True)
class Erasing:
    """By whom, for which request (its folio), and under which words the person stands."""

    actor: "Person"
    folio: str
    asked: Asked


Eraser = Callable[[Sequence[Any], Erasing], None]
"""Erases the person from these rows, inside the caller's transaction, so that a second time changes nothing."""


@dataclass(frozen=True)
class PersonalData:
    """What an app keeps of people in one table.

    `fields`: the columns and what they are called. `looked`: columns, or columns joined by "+", in which a name, an address or a code is
    looked for (none: it is found with the row that it belongs to, as `kept` or `erase` of that one says). `owner` is the path to the
    institution's id (or `every(institution id)` gives its rows), `case` that to the case whose rights and retention hold. `title(row)`
    names it for the officer, `url(row)` opens it, `correct(row)` is its own page of correction. `held(row)` says why it must be kept now,
    "" when it may be erased; `erase` does it, and `stays` says what it leaves by design, and why. Without `erase`, `kept` says why.
    """

    slug: str
    model: str
    part: Words
    title_of: Words
    fields: Mapping[str, Words]
    whose: Words
    purpose: Words
    basis: Words
    retention: Words
    looked: tuple[str, ...] = ()
    owner: str = "institution_id"
    case: str = ""
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] | None = None
    correct: Callable[[Any], str] | None = None
    held: Callable[[Any], str] | None = None
    erase: Eraser | None = None
    stays: Words = ""
    kept: Words = ""
    shown: Callable[[Any, Asked], Iterable[tuple[Words, str]]] | None = None
    every: Callable[[int], "QuerySet[Any]"] | None = None
    related: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.erase) == bool(self.kept):
            raise ValueError(f"{self.slug}: say either how it is erased or why it is kept")

    @property
    def table(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    @property
    def history(self) -> type[Model] | None:
        """The table that keeps what the rows said before, where there is one."""
        return next((m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is self.table), None)

    def columns_of(self, row: Any) -> dict[str, Any]:
        """The declared columns of the row itself, or of a row of its history."""
        own = {f.name for f in row._meta.concrete_fields}
        return {name: getattr(row, name) for name in self.fields if name in own}

    def names_still(self, row: Any, asked: Asked) -> bool:
        """Whether the person stands in the columns in which people are looked for."""
        return any(asked.stands(" ".join(str(getattr(row, name) or "") for name in column.split("+"))) for column in self.looked)

    def rows(self, institution_id: int) -> "QuerySet[Any]":
        """Every row of the institution, with what the case and `related` need."""
        found = self.every(institution_id) if self.every else self.table._default_manager.filter(**{self.owner: institution_id})
        joined = [*self.related, *(["unit"] if self.case == "self" else [self.case, f"{self.case}__unit"] if self.case else [])]
        return found.select_related(*joined) if joined else found

    def find(self, institution_id: int, asked: Asked) -> "QuerySet[Any]":
        """The rows in which the person stands, newest first; nothing for nobody."""
        if not (asked.alternatives and self.looked):
            return self.table._default_manager.none()
        rows, anywhere = self.rows(institution_id), Q()
        for n, column in enumerate(self.looked):
            rows = rows.annotate(**{f"said_{n}": folded(column)})
            for pieces in asked.alternatives:
                here = Q()
                for piece in pieces:
                    here &= Q(**{f"said_{n}__contains": piece})
                anywhere |= here
        likely = LikeAny(folded(*self.looked), {max(pieces, key=len) for pieces in asked.alternatives})
        return rows.filter(likely).filter(anywhere).order_by("-pk")

    def case_of(self, row: Any) -> "Case | None":
        """The case whose rights and retention hold; `case` "self": the row itself."""
        if self.case == "self":
            return row  # type: ignore[no-any-return]
        for name in self.case.split("__") if self.case else ():
            row = getattr(row, name, None)
        return row if self.case else None

    def said(self, row: Any, asked: Asked) -> list[tuple[str, str]]:
        """The personal fields of the row that say something: label and value. Of a long text only whether the person stands in it."""
        if self.shown:
            return [(str(label), value) for label, value in self.shown(row, asked) if value]
        pairs = [(str(label), str(getattr(row, name) or "")) for name, label in self.fields.items() if "__" not in name]
        return [(label, value if len(value) <= 300 else excerpt(value, asked)) for label, value in pairs if value and value != "{}"]


def excerpt(text: str, asked: Asked, around: int = 120) -> str:
    """The part of a long text in which the person stands; "" when they do not."""
    said = fold(text).lower()
    places = [said.find(pieces[0]) for pieces in asked.alternatives if all(p in said for p in pieces)]
    if not places or min(places) < 0:
        return ""
    at = min(places)
    return f"…{text[max(0, at - around):at + around].strip()}…"


Hold = Callable[["Case"], str]
_holds: dict[str, Hold] = {}


def register_hold(kind: str, hold: Hold) -> None:
    """Say of the closed cases of a kind why what they hold of people must be kept still ("" when it may be erased): retention by series."""
    _holds[kind] = hold


def years_after(day: date, years: int) -> date:
    """The same day `years` later, as a term of keeping ends; the 29th of February becomes the 1st of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def held_case(case: "Case | None") -> str:
    """Why what a case holds of people must be kept now; "" when it may be erased."""
    if case is None:
        return ""
    if case.closed_at is None:
        return _("El asunto %(folio)s sigue en trámite: los datos hacen falta para resolverlo.") % {"folio": case.folio}
    hold = _holds.get(case.kind)
    return hold(case) if hold else ""


_declared: dict[str, PersonalData] = {}
_not_personal: dict[str, dict[str, Words]] = {}


def register_personal(*given: PersonalData) -> None:
    """Called from `ready()`; the same slug again replaces it (apps may be readied twice in tests)."""
    for one in given:
        _declared[one.slug] = one


def register_not_personal(given: Mapping[str, Mapping[str, Words]]) -> None:
    """Fields ({"app.Model": {field: why}}) that look personal by name or type and are not."""
    for model, fields in given.items():
        _not_personal.setdefault(model, {}).update(fields)


def declared() -> tuple[PersonalData, ...]:
    """Every declaration, in order of registration."""
    return tuple(_declared.values())


def declaration_of(slug: str) -> PersonalData:
    """The declaration of that slug. Raises KeyError."""
    return _declared[slug]


def said_of(model: str) -> dict[str, str]:
    """The fields of a model ("app.Model") that somebody declared, personal or not, and as what."""
    found = {name: str(why) for name, why in _not_personal.get(model, {}).items()}
    return found | {name.split("__")[0]: one.slug for one in declared() if one.model == model for name in one.fields}


@dataclass
class Group:
    """A part of the platform on the public page."""

    title: str
    rows: list[PersonalData] = field(default_factory=list)


def purposes() -> list[Group]:
    """All declarations by part of the platform, as the public page tells them."""
    groups: dict[str, Group] = {}
    for one in declared():
        groups.setdefault(str(one.part), Group(str(one.part))).rows.append(one)
    return list(groups.values())


