"""Who of a team gets a ticket, by the strategy of a rule, and why in a sentence. Whoever is away or has enough gets none."""
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Absence, Person
from ventanilla.modules.servicedesk.models import AssignmentRule, Ticket
from ventanilla.modules.servicedesk.services.rules.assigning.deciding import Ruling
from ventanilla.modules.servicedesk.services.sharing import Agent, Load, first_of, on_call, present, skilled

S: Final = AssignmentRule.Strategy
Chosen = tuple[Person | None, str]


def choose(ruling: Ruling, ticket: Ticket, load: Load) -> Chosen:
    """The person, or None when nobody of the team is there, and the reason. `ticket` has its service and level at hand.

    Inside a transaction: taking turns locks the rule until its end.
    """
    person, why = _CHOOSE[ruling.rule.strategy](ruling, ticket, load)
    return person, why or _("nadie disponible en «%(team)s»; queda en el equipo") % {"team": ruling.team.name}


def _fewest(agents: Sequence[Agent], load: Load) -> Chosen:
    one = load.least(agents)
    return (one.person, _least(one, load)) if one else (None, "")


def _least(agent: Agent, load: Load) -> str:
    return _("es quien tiene menos tickets abiertos (%(n)s)") % {"n": load.of(agent)}


def _because(agents: Sequence[Agent], load: Load, why: str) -> Chosen:
    one = load.least(agents)
    return (one.person, why) if one else (None, "")


def _team(ruling: Ruling, ticket: Ticket, load: Load) -> Chosen:
    """The team's own way, when it has one; else it waits there for whoever takes it."""
    if ruling.team.automatic:
        one = first_of(ruling.team, ticket, load)
        return (one.person, _least(one, load)) if one else (None, "")
    return None, _("lo atiende «%(team)s»") % {"team": ruling.team.name}


def _load(ruling: Ruling, _ticket: Ticket, load: Load) -> Chosen:
    return _fewest(load.free(present(ruling.team.pk)), load)


def _skill(ruling: Ruling, ticket: Ticket, load: Load) -> Chosen:
    agents = load.free(present(ruling.team.pk))
    able = skilled(agents, ticket)
    return _because(able, load, _("domina el servicio")) if able else _fewest(agents, load)


def _on_call(ruling: Ruling, _ticket: Ticket, load: Load) -> Chosen:
    return _because(on_call(load.free(present(ruling.team.pk))), load, _("está de guardia"))


def _round(ruling: Ruling, _ticket: Ticket, load: Load) -> Chosen:
    """Whoever comes after the last one, in the order in which they joined."""
    last = AssignmentRule.objects.select_for_update(of=("self",)).values_list("last_id", flat=True).get(pk=ruling.rule.pk)
    agents = present(ruling.team.pk)
    at = next((n for n, a in enumerate(agents) if a.person.pk == last), -1)
    turn = next((a for a in (*agents[at + 1:], *agents[:at + 1]) if load.free([a])), None)
    if turn is None:
        return None, ""
    AssignmentRule.objects.filter(pk=ruling.rule.pk).update(last=turn.person)
    return turn.person, _("le toca por turno")


def _person(ruling: Ruling, _ticket: Ticket, load: Load) -> Chosen:
    """The named one; while they are away, whoever acts for them and is of the team."""
    agents = {a.person.pk: a for a in load.free(present(ruling.team.pk))}
    named, today = ruling.rule.person_id, timezone.localdate()
    if named in agents:
        return agents[named].person, _("es a quien nombra la regla")
    away = Absence.objects.filter(person=named, valid_from__lte=today, valid_to__gt=today).select_related("person").first()
    if away and away.acting_id in agents:
        return agents[away.acting_id].person, _("suple a %(name)s") % {"name": away.person.name}
    return None, ""


def take_turns(rulings: Iterable[Ruling]) -> None:
    """Lock, in one order, the rules of several tickets that take turns: whoever shares out others meanwhile waits, in no circle."""
    rules = {r.rule.pk for r in rulings if r.rule.strategy == S.ROUND}
    if rules:
        list(AssignmentRule.objects.select_for_update(of=("self",)).filter(pk__in=rules).order_by("pk").values_list("pk"))


_CHOOSE: Final[dict[str, Callable[[Ruling, Ticket, Load], Chosen]]] = {
    S.TEAM: _team, S.LOAD: _load, S.SKILL: _skill, S.ROUND: _round, S.ON_CALL: _on_call, S.PERSON: _person}
