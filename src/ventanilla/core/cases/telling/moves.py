"""From a move to the notices it causes: one small function per verb, in a table."""
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.judging import judges_of
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.telling import people
from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.lib.spanish import long_moment

SILENT: Final = ("import", "load", "demo", "bench")  # sources of rows that nobody should be told about
Told = tuple[Iterable[int], str, str, str]  # recipients, kind, title, body


def tell_moves(moves: Sequence[Move]) -> int:
    """Write the notices of these moves, in the current transaction; returns how many. Repeating it adds none.

    `moves` come with their `case`. Whoever did it is not told.
    """
    told = [(person_id, draft) for move in moves if move.source not in SILENT and _teller(move)
            for recipients, draft in _drafts(move) for person_id in recipients if person_id != move.actor_id]
    return len(notify_many(told)) if told else 0


def _drafts(move: Move) -> Iterator[tuple[Iterable[int], NoticeDraft]]:
    case = move.case
    url = kind_of(case.kind).detail_url(case.pk)
    for number, (recipients, kind, title, body) in enumerate((_teller(move) or _nobody)(move)):
        yield recipients, NoticeDraft(kind, f"{title}: {case.folio}", f"move:{move.pk}:{number}", body, url, case.pk)


def _teller(move: Move) -> Callable[[Move], Iterator[Told]] | None:
    """What the kind of case tells after the verb, else what the core does."""
    return kind_of(move.case.kind).telling.get(move.verb) or VERBS.get(move.verb)


def _nobody(_move: Move) -> Iterator[Told]:
    return iter(())


def about(case: Case) -> str:
    """What the matter is about; of a reserved one only that it is reserved (notices also travel by mail)."""
    return case.subject[:300] if case.level == 0 else _("Asunto reservado: ábralo para verlo.")


def until(due_at: datetime | None) -> str:
    """When it is due, as a notice says it; empty when it is not."""
    return _("Vence el %(when)s.") % {"when": long_moment(timezone.localtime(due_at))} if due_at else ""


def _with_reason(move: Move, due_at: datetime | None = None) -> str:
    why = f"{_('Motivo:')} {move.reason[:500]}" if move.reason and move.case.level == 0 else ""
    return "\n".join(filter(None, (about(move.case), until(due_at), why)))


def _turn(move: Move) -> Turn:
    assert move.turn_id
    return Turn.objects.select_related("unit", "from_unit").get(pk=move.turn_id)


def _register(move: Move) -> Iterator[Told]:
    assert move.unit_id
    yield (people.people_of(move.unit_id, move.case.level, cap.ROUTE), "registered", _("Se registró un documento"),
           about(move.case))


def _route(move: Move) -> Iterator[Told]:
    turns = Turn.objects.filter(pk__in=move.detail.get("turns") or []).select_related("from_unit", "instruction")
    for turn in turns.order_by("pk"):
        title = _("Le turnaron un asunto") if turn.purpose == "action" else _("Le enviaron un asunto para su conocimiento")
        asked = " ".join(filter(None, (turn.instruction.text if turn.instruction else "", turn.text)))
        told = ": ".join(filter(None, (turn.from_unit.name, asked[:500]))) if move.case.level == 0 else ""
        body = "\n".join(filter(None, (about(move.case), told, until(turn.due_at))))
        yield people.holders_of(turn, move.case.level), "turn", title, body


def _answer(move: Move) -> Iterator[Told]:
    turn, level = _turn(move), move.case.level
    routers = judges_of(turn, level, move.actor_id)
    values = {"unit": turn.unit.name}
    partial = move.verb == "report"
    kind = "progress" if partial else "answer"
    yield (routers, kind, _("%(unit)s informó un avance") % values if partial
           else _("%(unit)s respondió: falta evaluar") % values, about(move.case))
    above: set[int] = people.people_of(move.case.unit_id, level, cap.ROUTE)
    for parent in people.chain_of(turn):
        above |= people.holders_of(parent, level) | people.routers_of(parent, level)
    yield (above - routers, kind, (_("%(unit)s informó un avance") if partial else _("%(unit)s respondió")) % values,
           about(move.case))


def _withdrawn_answer(move: Move) -> Iterator[Told]:
    turn, level = _turn(move), move.case.level
    told = judges_of(turn, level, move.actor_id) | people.people_of(move.case.unit_id, level, cap.ROUTE) | people.holders_of(turn, level)
    for parent in people.chain_of(turn):
        told |= people.holders_of(parent, level) | people.routers_of(parent, level)
    yield told, "answer", _("%(unit)s retiró su respuesta") % {"unit": turn.unit.name}, _with_reason(move)


def _to_holder(kind: str, title: Callable[[], str]) -> Callable[[Move], Iterator[Told]]:
    def told(move: Move) -> Iterator[Told]:
        turn = _turn(move)
        told_to = people.holders_of(turn, move.case.level)
        if kind in ("sent_back", "approved"):
            told_to |= {a.person_id for a in turn.answers.all() if a.person_id}
        yield told_to, kind, title(), _with_reason(move, turn.due_at if kind == "extended" else None)

    return told


def _returned(move: Move) -> Iterator[Told]:
    turn = _turn(move)
    yield (people.routers_of(turn, move.case.level), "returned",
           _("%(unit)s devolvió el turno") % {"unit": turn.unit.name}, _with_reason(move))


def _reassigned(move: Move) -> Iterator[Told]:
    turn, level = _turn(move), move.case.level
    yield people.holders_of(turn, level), "turn", _("Le reasignaron un asunto"), _with_reason(move, turn.due_at)
    before = Turn(unit_id=move.detail.get("unit_before"), person_id=move.detail.get("person_before"))
    if before.unit_id:
        yield people.holders_of(before, level), "withdrawn", _("El turno pasó a otra unidad o persona"), _with_reason(move)


def _complete(move: Move) -> Iterator[Told]:
    yield (people.people_of(move.case.unit_id, move.case.level, cap.CONCLUDE), "ready",
           _("Todos los turnos quedaron atendidos: falta concluir"), about(move.case))


def _to_all(title: Callable[[], str], kind: str = "concluded") -> Callable[[Move], Iterator[Told]]:
    def told(move: Move) -> Iterator[Told]:
        involved = people.people_of(move.case.unit_id, move.case.level, cap.ROUTE)
        if move.case.registrar_id:
            involved.add(move.case.registrar_id)
        for turn in Turn.objects.filter(case=move.case).exclude(state="cancelled").order_by("pk")[:200]:
            involved |= people.holders_of(turn, move.case.level)
        yield involved, kind, title(), _with_reason(move, move.case.due_at if kind == "extended" else None)

    return told


VERBS: Final[dict[str, Callable[[Move], Iterator[Told]]]] = {
    "register": _register, "route": _route, "subroute": _route, "answer": _answer, "report": _answer,
    "send_back": _to_holder("sent_back", lambda: _("Le devolvieron la respuesta")),
    "approve": _to_holder("approved", lambda: _("Aceptaron la respuesta")),
    "extend": _to_holder("extended", lambda: _("Cambió el plazo")),
    "set_due": _to_all(lambda: _("Cambió el vencimiento del asunto"), "extended"),
    "withdraw_answer": _withdrawn_answer,
    "withdraw": _to_holder("withdrawn", lambda: _("Retiraron el turno")),
    "return": _returned, "reassign": _reassigned, "complete": _complete,
    "conclude": _to_all(lambda: _("Se concluyó el asunto")),
    "reopen": _to_all(lambda: _("Se reabrió el asunto")),
    "cancel": _to_all(lambda: _("Se canceló el folio")),
}

