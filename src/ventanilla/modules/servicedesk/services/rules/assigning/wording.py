"""Rules of assignment in words, and what is broken in them: things that they name and that are gone. A constant number of queries."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.orgs.models import Unit
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models import (
    AssignmentRule,
    CIType,
    ConfigurationItem,
    Membership,
    Offering,
    Service,
    ServiceFamily,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.services.fields import ExtraField
from ventanilla.modules.servicedesk.services.rules.assigning.facts import ANSWER, LABELS, WORDS, chosen_of, minutes_of

KINDS: Final = {"request": lazy("Solicitud"), "incident": lazy("Incidente")}
HOURS: Final = {"open": lazy("Dentro del horario"), "closed": lazy("Fuera del horario")}
WEEKDAYS: Final = {"0": lazy("lunes"), "1": lazy("martes"), "2": lazy("miércoles"), "3": lazy("jueves"), "4": lazy("viernes"),
                   "5": lazy("sábado"), "6": lazy("domingo")}
_FIXED: Final[Mapping[str, Mapping[str, Any]]] = {
    "kind": KINDS, "hours": HOURS, "weekday": WEEKDAYS, "channel": dict(Ticket.Channel.choices),
    "priority": {str(value): label for value, label in Priority.choices}}
_ROWS: Final[Mapping[str, Callable[[list[int]], Iterable[tuple[int, str, bool]]]]] = {
    "service": lambda ids: Service.objects.filter(pk__in=ids).values_list("pk", "name", "active"),
    "family": lambda ids: ServiceFamily.objects.filter(pk__in=ids).values_list("pk", "name", "active"),
    "team": lambda ids: Team.objects.filter(pk__in=ids).values_list("pk", "name", "active"),
    "item_type": lambda ids: CIType.objects.filter(pk__in=ids).values_list("pk", "plural", "active"),
    "offering": lambda ids: ((pk, name, True) for pk, name in Offering.objects.filter(pk__in=ids).values_list("pk", "name")),
    "item": lambda ids: ((pk, name, True) for pk, name in ConfigurationItem.objects.filter(pk__in=ids).values_list("pk", "name")),
    "unit": lambda ids: ((u.pk, u.name, u.valid_to is None) for u in Unit.objects.filter(pk__in=ids)),
}
"""Names of what conditions point to, and whether it is still there."""


@dataclass(frozen=True)
class Told:
    """A rule for people: what it looks at, as (fact, values); to whom it gives tickets; what is broken in it."""

    rule: AssignmentRule
    narrowed: Sequence[tuple[str, str]]
    goes_to: str
    broken: Sequence[str]


def told(rules: Sequence[AssignmentRule], fields: Sequence[ExtraField]) -> list[Told]:
    """Rules (with team and person) in words; `fields` are the questions of the catalogue."""
    names = _names(rules)
    asked = {f"{ANSWER}{one.key}": one for one in fields}
    members = set(Membership.objects.filter(person__in=[r.person_id for r in rules if r.person_id]).values_list("team_id", "person_id"))
    return [Told(r, _narrowed(r, names, asked), goes_to(r), _broken(r, names, asked, members)) for r in rules]


Names = Mapping[str, Mapping[str, tuple[str, bool]]]


def _names(rules: Sequence[AssignmentRule]) -> Names:
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for fact, read in _ROWS.items():
        ids = {pk for r in rules for v in chosen_of(r.condition).get(fact, ()) if (pk := whole(v)) is not None}
        found[fact] = {str(pk): (name, there) for pk, name, there in read(sorted(ids))} if ids else {}
    return found


def _narrowed(rule: AssignmentRule, names: Names, asked: Mapping[str, ExtraField]) -> list[tuple[str, str]]:
    found = []
    for fact, values in chosen_of(rule.condition).items():
        found.append((_label(fact, asked), _or([_value(fact, v, names, asked) for v in values])))
    since, until = minutes_of(rule.condition)
    if since is not None or until is not None:
        found.append((str(LABELS["minute"]), _("de %(since)s a %(until)s") % {"since": _clock(since or 0), "until": _clock(until or 1440)}))
    return found


def _or(words: Sequence[str]) -> str:
    """"a, b o c": any of them will do."""
    return _("%(most)s o %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]} if len(words) > 1 else "".join(words)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _value(fact: str, value: str, names: Names, asked: Mapping[str, ExtraField]) -> str:
    if fact == WORDS:
        return f"«{value}»"
    if fact in asked:
        return asked[fact].choices.get(value) or {"si": _("Sí"), "no": _("No")}.get(value, value)
    if fact in _FIXED:
        return str(_FIXED[fact].get(value, value))
    return names.get(fact, {}).get(value, (_("algo que ya no existe"), False))[0]


_TO: Final[Mapping[str, Any]] = {
    "team": lazy("como reparte el equipo"), "load": lazy("a quien tiene menos tickets"), "skill": lazy("a quien domina el servicio"),
    "round": lazy("por turnos"), "on_call": lazy("a quien está de guardia")}


def goes_to(rule: AssignmentRule) -> str:
    """To whom it gives tickets, in words: "Redes, por turnos"."""
    team = rule.team.name if rule.team else _("El equipo del catálogo")
    how = (_("a %(name)s") % {"name": rule.person.name}) if rule.person else str(_TO[rule.strategy])
    return f"{team}, {how}"


# --- what is broken ------------------------------------------------------------------------------------------


def _broken(rule: AssignmentRule, names: Names, asked: Mapping[str, ExtraField], members: set[tuple[int, int]]) -> list[str]:
    found = []
    if rule.team and not rule.team.active:
        found.append(_("El equipo «%(team)s» se cerró.") % {"team": rule.team.name})
    if rule.person and not rule.person.active:
        found.append(_("%(name)s ya no está en la institución.") % {"name": rule.person.name})
    elif rule.person and rule.team and (rule.team.pk, rule.person.pk) not in members:
        found.append(_("%(name)s ya no es de «%(team)s».") % {"name": rule.person.name, "team": rule.team.name})
    return found + [_("Nada cumple «%(fact)s»: lo que se eligió ya no está.") % {"fact": _label(fact, asked)}
                    for fact, values in chosen_of(rule.condition).items() if _gone(fact, values, names, asked)]


def _label(fact: str, asked: Mapping[str, ExtraField]) -> str:
    return asked[fact].label if fact in asked else str(LABELS.get(fact, fact.removeprefix(ANSWER)))


def _gone(fact: str, values: Sequence[str], names: Names, asked: Mapping[str, ExtraField]) -> bool:
    """Whether everything that a part of the condition names is gone."""
    if fact in _ROWS:
        return not any(names[fact].get(v, ("", False))[1] for v in values)
    return fact.startswith(ANSWER) and fact not in asked
