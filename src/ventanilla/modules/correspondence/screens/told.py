"""What a person is told after routing: to whom it went, and when it is due, also when that is sooner than what was asked for."""
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Clock, Turn
from ventanilla.lib.spanish import listed
from ventanilla.web.ui.formats import long_date

NAMED = 4
"""Destinations that are named; of more only the number is told."""


def told(turns: Sequence[Turn], *, asked: bool) -> str:
    """The message after routing; `asked`: a term or a date was given."""
    names = [f"{t.person.name} ({t.unit.name})" if t.person else t.unit.name for t in turns]
    to = listed(names) if len(names) <= NAMED else ngettext("%(n)s destino", "%(n)s destinos", len(names)) % {"n": len(names)}
    return " ".join(filter(None, (_("Turnado a %(to)s.") % {"to": to}, _due(turns, asked))))


def _due(turns: Sequence[Turn], asked: bool) -> str:
    dues = sorted({timezone.localdate(t.due_at) for t in turns if t.due_at})
    if not dues:
        return ""
    day = long_date(dues[0]) if len(dues) == 1 else _("%(a)s o el %(b)s") % {"a": long_date(dues[0]), "b": long_date(dues[-1])}
    if asked and Clock.objects.filter(case_id=turns[0].case_id, turn_id__in=[t.pk for t in turns]).exclude(cap_at=None).exists():
        return _("El plazo que pidió pasaba del que tiene el asunto o el turno del que sale: quedó para el %(day)s.") % {"day": day}
    return _("Vence el %(day)s.") % {"day": day}
