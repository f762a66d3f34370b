"""What another promise would do to open tickets, in words: counts for everybody who decides, rows only of tickets they may read."""
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.worktime import Light
from ventanilla.modules.servicedesk.models import Objective, ServiceLevel
from ventanilla.modules.servicedesk.services.promises.repromising import Foreseen, Promised, Shift, as_it_is, foresee
from ventanilla.web.admin_area.pages import Cell, Effect, Table
from ventanilla.web.ui.formats import long_moment

ROWS = 100
FORESEEN = 20_000
"""Open tickets above which the form of a goal does not foresee: the page that applies does."""


def effects_of(found: Foreseen) -> list[Effect]:
    """Counts, from what is looked at to what flips."""
    return [Effect(found.looked_at, _("tickets abiertos con este nivel; no cambian hasta que usted lo aplique")),
            Effect(len(found.shifts), _("cambiarían de meta o de horario")), Effect(len(found.moved), _("vencerían en otro momento")),
            Effect(len(found.become_late), _("quedarían vencidos")),
            Effect(len(found.stop_being_late), _("dejarían de estar vencidos"))]


def tables_of(person: Person, found: Foreseen) -> list[Table]:
    """The tickets that flip, then the others whose due moment changes, as far as the person may read them."""
    others = [s for s in found.moved if not s.flips]
    parts = ((_("Quedarían vencidos"), found.become_late), (_("Dejarían de estar vencidos"), found.stop_being_late),
             (_("Vencerían en otro momento"), others))
    tables = [_table(person, title, shifts) for title, shifts in parts if shifts]
    return [t for t in tables if t.rows]


def _table(person: Person, title: str, shifts: Sequence[Shift]) -> Table:
    shown = {s.case_id: s for s in shifts}
    cases = Case.objects.visible_to(person).filter(pk__in=list(shown)).order_by("pk")[:ROWS]
    return Table(title, [_("Ticket"), _("Asunto"), _("Vence ahora"), _("Vencería"), _("Semáforo")],
                 [_row(case, shown[case.pk]) for case in cases])


def _row(case: Case, shift: Shift) -> list[Cell]:
    moments = [long_moment(m) if m else _("sin plazo en curso") for m in (shift.due_before, shift.due_after)]
    lights = _("de «%(before)s» a «%(after)s»") % {"before": _(Light(shift.before).word), "after": _(Light(shift.after).word)}
    same = _("sigue «%(light)s»") % {"light": _(Light(shift.after).word)}
    return [{"text": case.folio, "url": kind_of(case.kind).detail_url(case.pk)}, case.subject[:120], *moments,
            same if shift.before == shift.after else lights]


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


def _foreseen(person: Person, promised: dict[int, Promised]) -> tuple[Sequence[Effect], Sequence[Table]]:
    many = Case.objects.filter(closed_at=None, ticket__level__in=list(promised)).count()
    if many > FORESEEN:
        return [Effect(many, _("tickets abiertos con este nivel: los efectos se verán al guardar, antes de aplicarlos"))], []
    found = foresee(promised, timezone.now())
    return effects_of(found), tables_of(person, found)
