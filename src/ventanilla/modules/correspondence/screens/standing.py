"""Who has a letter now and since when, in a sentence for each place where something is owed."""
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.telling.people import people_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.workdays.services import days_since
from ventanilla.web.screens.calendars import version_of
from ventanilla.web.ui.formats import long_date

NAMED: Final = 5
"""Places that are told; of the others only how many."""
BEGINS: Final = ("register", "recall", "complete", "reopen", "reorganise", "send")
CHANGES_HANDS: Final = ("reassign", "send_back", "withdraw_answer", "reorganise")


def standing(case: Case, turns: Sequence[Turn], moves: Iterable[Move]) -> list[str]:
    """"Lo tiene Dirección Norte (Ana Peña) desde el 18 de noviembre de 2026 (3 días hábiles).", soonest due first; [] when it is over.

    A turn that was routed on is with those below; an answered one with whoever evaluates it.
    """
    if case.closed_at is not None:
        return []
    history = list(moves)
    owed = [t for t in turns if t.is_open and t.purpose == Turn.Purpose.ACTION]
    above = {t.parent_id for t in owed}
    held = sorted((t for t in owed if t.pk not in above), key=lambda t: (t.due_at is None, t.due_at or t.sent_at, t.pk))
    told = [_of_turn(t, turns, history) for t in held[:NAMED]] or _of_case(case, history)
    more = len(held) - NAMED
    return [*told, ngettext("Y otro turno.", "Y otros %(n)s turnos.", more) % {"n": more}] if more > 0 else told


def _of_turn(turn: Turn, turns: Sequence[Turn], moves: Sequence[Move]) -> str:
    who = f"{turn.unit.name} ({turn.person.name})" if turn.person else turn.unit.name
    if turn.state == "answered":
        values = {"router": turn.from_unit.name, "who": who, "since": _since(turn, turn.answered_at or turn.sent_at)}
        return _("Falta que %(router)s evalúe la respuesta de %(who)s, que espera %(since)s.") % values
    moments = [turn.sent_at, *(m.at for m in moves if m.turn_id == turn.pk and m.verb in CHANGES_HANDS),
               *(t.closed_at for t in turns if t.parent_id == turn.pk and t.closed_at and t.purpose == Turn.Purpose.ACTION)]
    return _("Lo tiene %(who)s %(since)s.") % {"who": who, "since": _since(turn, max(moments))}


def _of_case(case: Case, moves: Sequence[Move]) -> list[str]:
    since = max((m.at for m in moves if m.turn_id is None and m.verb in BEGINS), default=case.received_at)
    text = {"registered": _("Lo tiene %(who)s %(since)s: falta turnarlo o concluirlo."),
            "sent": _("Salió de %(who)s %(since)s: falta anotar su entrega."),
            "attended": _("Lo tiene %(who)s %(since)s: todos los turnos están atendidos; falta concluir.")}.get(case.state)
    told = [text % {"who": case.unit.name, "since": _since(case, since)}] if text else []
    if case.state == "attended" and not people_of(case.unit_id, case.level, cap.CONCLUDE):
        told.append(_("En %(who)s nadie puede concluirlo: pida a la administración que dé ahí la función de titular o de asistente.")
                    % {"who": case.unit.name})
    return told


def _since(row: Case | Turn, since: datetime) -> str:
    version = version_of(row)
    days = days_since(since, timezone.now(), version) if version else (timezone.localdate() - timezone.localdate(since)).days
    passed = ngettext("%(n)s día hábil", "%(n)s días hábiles", days) % {"n": days} if days else _("menos de un día hábil")
    return _("desde el %(day)s (%(passed)s)") % {"day": long_date(timezone.localdate(since)), "passed": passed}
