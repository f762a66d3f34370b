"""What another promise would do to open tickets, in words: counts for everybody who decides, rows only of tickets they may read."""
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Objective, ServiceLevel, Team
from ventanilla.modules.servicedesk.services.promises import repromising
from ventanilla.modules.servicedesk.services.promises.repromising import Foreseen, Promised, as_it_is, foresee
from ventanilla.web.admin_area.pages import Effect, Table
from ventanilla.web.admin_area.shifts import tables_of

FORESEEN = 20_000
"""Open tickets above which the form of a goal does not foresee: the page that applies does."""


def effects_of(found: Foreseen, looked_at: str = "") -> list[Effect]:
    """Counts, from what is looked at (in words) to what flips."""
    return [Effect(found.looked_at, looked_at or _("tickets abiertos con este nivel; no cambian hasta que usted lo aplique")),
            Effect(len(found.shifts), _("cambiarían de meta o de horario")), Effect(len(found.moved), _("vencerían en otro momento")),
            Effect(len(found.become_late), _("quedarían vencidos")),
            Effect(len(found.stop_being_late), _("dejarían de estar vencidos"))]


def of_objective(person: Person, row: Objective) -> tuple[Sequence[Effect], Sequence[Table]]:
    """If this goal, not saved yet, were as it says: over its level, and the level that it leaves."""
    before = Objective.objects.select_related("level").filter(pk=row.pk).first() if row.pk else None
    levels = {one.level_id: one.level for one in (before, row) if one}
    promised = {}
    for pk, level in levels.items():
        now = as_it_is(level)
        kept = [o for o in now.objectives if o.pk != row.pk]
        promised[pk] = Promised([*kept, *([row] if row.level_id == pk else [])], now.calendar_id)
    return _foreseen(person, promised)


def of_level(person: Person, row: ServiceLevel) -> tuple[Sequence[Effect], Sequence[Table]]:
    """If this service level, not saved yet, counted the hours that it says."""
    if row._state.adding:
        return [Effect(0, _("tickets lo usan todavía: agregue sus metas y elíjalo en el catálogo de servicios"))], []
    return _foreseen(person, {row.pk: Promised(as_it_is(row).objectives, row.calendar_id)})


def of_team(person: Person, row: Team) -> tuple[Sequence[Effect], Sequence[Table]]:
    """If this team were of the unit that the row says, not saved yet: its tickets whose level counts the hours of the team's unit."""
    open_tickets = Case.objects.filter(closed_at=None, ticket__team=row.pk)
    many = open_tickets.count()
    if many > FORESEEN:
        return [Effect(many, _("tickets abiertos del equipo: los efectos se verán al guardar, antes de aplicarlos"))], []
    found = foresee(repromising.of_team(row), timezone.now(), row)
    stay = Effect(many, _("tickets abiertos del equipo siguen a cargo de la unidad en que están, hasta que se asignen otra vez"))
    return [*effects_of(found, _("tickets con plazo del equipo; no cambian hasta que usted lo aplique")), stay], tables_of(person, found)


def _foreseen(person: Person, promised: dict[int, Promised]) -> tuple[Sequence[Effect], Sequence[Table]]:
    many = Case.objects.filter(closed_at=None, ticket__level__in=list(promised)).count()
    if many > FORESEEN:
        return [Effect(many, _("tickets abiertos con este nivel: los efectos se verán al guardar, antes de aplicarlos"))], []
    found = foresee(promised, timezone.now())
    return effects_of(found), tables_of(person, found)
