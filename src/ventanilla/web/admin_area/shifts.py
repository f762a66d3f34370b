"""What another way of counting deadlines would do to open matters, in words: counts for who decides, rows only of what they may read."""
from collections.abc import Sequence

from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.shifts import Foreseen, Shift
from ventanilla.core.orgs.models import Person
from ventanilla.lib.worktime import Light
from ventanilla.web.admin_area.pages import Cell, Table
from ventanilla.web.ui.formats import long_moment

ROWS = 100


def tables_of(person: Person, found: Foreseen) -> list[Table]:
    """The matters that flip, then the others whose due moment changes, as far as the person may read them."""
    others = [s for s in found.moved if not s.flips]
    parts = ((_("Quedarían vencidos"), found.become_late), (_("Dejarían de estar vencidos"), found.stop_being_late),
             (_("Vencerían en otro momento"), others))
    tables = [_table(person, title, shifts) for title, shifts in parts if shifts]
    return [t for t in tables if t.rows]


def _table(person: Person, title: str, shifts: Sequence[Shift]) -> Table:
    shown = {s.case_id: s for s in shifts}
    cases = Case.objects.visible_to(person).filter(pk__in=list(shown)).order_by("pk")[:ROWS]
    return Table(title, [_("Folio"), _("Asunto"), _("Vence ahora"), _("Vencería"), _("Semáforo")],
                 [_row(case, shown[case.pk]) for case in cases])


def _row(case: Case, shift: Shift) -> list[Cell]:
    moments = [long_moment(m) if m else _("sin plazo en curso") for m in (shift.due_before, shift.due_after)]
    lights = _("de «%(before)s» a «%(after)s»") % {"before": _(Light(shift.before).word), "after": _(Light(shift.after).word)}
    same = _("sigue «%(light)s»") % {"light": _(Light(shift.after).word)}
    return [{"text": case.folio, "url": kind_of(case.kind).detail_url(case.pk)}, case.subject[:120], *moments,
            same if shift.before == shift.after else lights]
