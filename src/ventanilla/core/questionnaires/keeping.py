"""Who keeps which forms: all of them, who keeps the catalogues of the institution; of the others, what a module lends.

A module that lets people keep some forms (those that only their part of it uses) says so in its `ready()` by `lend`. One function
tells what a person may keep (`kept_by`), one what they may read (`visible_to`); pages, API and verbs ask these.
"""
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused

if TYPE_CHECKING:
    from ventanilla.core.questionnaires.models import Instrument

    Rows = QuerySet[Instrument]


@dataclass(frozen=True)
class Lent:
    """Forms that a module lends: whom it makes forms of which purposes for, which rows they keep, which they only read, and why."""

    makes: Callable[[Person], frozenset[str]]
    kept: "Callable[[Person, Rows], Rows]"
    seen: "Callable[[Person, Rows], Rows]"
    why: str | Promise


_lent: dict[str, Lent] = {}


def lend(name: str, lent: Lent) -> None:
    """Called once from an app's `ready()`; the same name again replaces it."""
    _lent[name] = lent


def keeps_all(person: Person) -> bool:
    """Whether every form of the institution is theirs."""
    return reach_of(person).can(cap.ADMIN_CATALOGUES)


def makes(person: Person) -> frozenset[str]:
    """Purposes of which the person may make forms."""
    from ventanilla.core.questionnaires.models import Purpose

    if keeps_all(person):
        return frozenset(Purpose.values)
    return frozenset().union(*(one.makes(person) for one in _lent.values()))


def kept_by(person: Person, rows: "Rows | None" = None) -> "Rows":
    """The forms (of these) that the person keeps."""
    found = _here(person, rows)
    return found if keeps_all(person) else _any(person, found, [one.kept for one in _lent.values()])


def visible_to(person: Person, rows: "Rows | None" = None) -> "Rows":
    """The forms (of these) that the person keeps or, since they serve others too, only reads."""
    found = _here(person, rows)
    return found if keeps_all(person) else _any(person, found, [ask for one in _lent.values() for ask in (one.kept, one.seen)])


def _here(person: Person, rows: "Rows | None") -> "Rows":
    from ventanilla.core.questionnaires.models import Instrument

    return (Instrument.objects.all() if rows is None else rows).filter(institution_id=person.institution_id)


def _any(person: Person, rows: "Rows", asked: "list[Callable[[Person, Rows], Rows]]") -> "Rows":
    if not makes(person):
        return rows.none()
    wanted: Any = Q(pk__in=[])
    for ask in asked:
        wanted |= Q(pk__in=ask(person, rows).values("pk"))
    return rows.filter(wanted)


def why_not(person: Person, instrument: "Instrument") -> str:
    """Why a form that the person reads is not theirs to change; empty when it is."""
    if kept_by(person).filter(pk=instrument.pk).exists():
        return ""
    return next((str(one.why) for one in _lent.values()), "")


def require_keeper(actor: Person | None, instrument: "Instrument") -> None:
    """None is the system. Raises NotAllowed; of a form that the actor reads, Refused with the reason."""
    if actor is None:
        return
    if instrument.institution_id != actor.institution_id or not visible_to(actor).filter(pk=instrument.pk).exists():
        raise NotAllowed
    if why := why_not(actor, instrument):
        raise Refused(why)
