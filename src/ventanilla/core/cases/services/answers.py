"""Answers and their evaluation: report progress, answer, withdraw what was answered, approve or send back."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ventanilla.core.cases import flows
from ventanilla.core.cases.clocks import resume_clocks, stop_clocks
from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.moving import Moving, lock_case, moving, moving_each, relations
from ventanilla.core.cases.services.attachments import attach_in
from ventanilla.core.cases.services.closing import GIVE_BACK, SETTLE, VOID, complete_when_done, letter_follows, letters_follow
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.plans import update
from ventanilla.lib.spanish import long_moment


@dataclass(frozen=True)
class AnswerDraft:
    """What the unit answers: text, files as evidence, or an outgoing letter with its own folio."""

    text: str = ""
    documents: Sequence[Document] = ()
    letter: Case | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def answer(*, actor: Person, turn: Turn, draft: AnswerDraft) -> Answer:
    """Record the unit's answer; whoever routed it is told, and the turn waits for evaluation.

    Idempotent by uuid. Raises NotAllowed, and Refused while derived turns are still open.
    """
    if sent := _already(turn, draft):
        return sent
    with moving(turn, "answer", actor, given=_said(draft)) as move:
        assert move.turn is not None
        if Turn.objects.filter(parent=move.turn).open().for_action().exists():
            raise Refused(_("Quedan turnos derivados sin atender; espere sus respuestas o retírelos."))
        move.turn.answered_at = move.at
        return _write(move, draft, partial=False)


@transaction.atomic
def report(*, actor: Person, turn: Turn, draft: AnswerDraft) -> Answer:
    """Record a partial answer (progress); the turn stays with the unit and its clock runs on."""
    if sent := _already(turn, draft):
        return sent
    with moving(turn, "report", actor, given=_said(draft)) as move:
        return _write(move, draft, partial=True)


def _said(draft: AnswerDraft) -> dict[str, object]:
    """An answer says something by its text, by a letter or by the files that come with it."""
    return {"text": draft.text.strip() or draft.letter or draft.documents or ""}


def _already(turn: Turn, draft: AnswerDraft) -> Answer | None:
    """The same answer sent before; a resend that arrives meanwhile waits for the first one to end.

    Raises Refused when what was sent by this key says something else.
    """
    lock_case(turn.case_id)
    sent = Answer.objects.filter(uuid=draft.uuid, turn=turn).first()
    if sent and sent.text != draft.text:
        raise Refused(_("Este formulario ya se envió el %(day)s con otro texto: «%(text)s». Ahora no se envió nada.")
                      % {"day": long_moment(timezone.localtime(sent.at)), "text": Truncator(sent.text).chars(200)}, "text")
    return sent


def _write(move: Moving, draft: AnswerDraft, *, partial: bool) -> Answer:
    assert move.turn is not None
    row = Answer.objects.create(uuid=draft.uuid, turn=move.turn, person=move.actor, text=draft.text, partial=partial,
                                letter=draft.letter, at=move.at)
    attach_in(move, draft.documents, role="evidence", answer_id=row.pk)
    move.detail.update(answer=row.pk, files=len(draft.documents))
    move.personal.update(text=draft.text)
    return row


def _pending(turn: Turn | None) -> Answer:
    return Answer.objects.select_for_update().get(turn=turn, partial=False, verdict="")


@transaction.atomic
def approve(*, actor: Person, turn: Turn, reason: str = "") -> None:
    """Accept the answer: the turn is done; when it was the last one the case waits to be concluded.

    Raises NotAllowed, and Refused for whoever wrote the answer, and when it was withdrawn.
    """
    _may_be_judged(actor, turn)
    with moving(turn, "approve", actor, reason=reason) as move:
        judged = _judge(move, Answer.Verdict.ACCEPTED)
        stop_clocks(move)
    complete_when_done(turn.case_id)
    letter_follows(judged, SETTLE, reason)


@transaction.atomic
def approve_each(*, actor: Person, turns: Sequence[Turn]) -> None:
    """`approve` for many turns, all or none, by as many statements for many as for few.

    Raises NotAllowed, also for whoever wrote one of the answers, and Refused.
    """
    with moving_each(turns, "approve", actor) as moves:
        judged = _judge_each(moves, Answer.Verdict.ACCEPTED)
        stop_clocks(*moves)
    complete_when_done(*{turn.case_id for turn in turns})
    letters_follow(judged, SETTLE)


@transaction.atomic
def send_back(*, actor: Person, turn: Turn, reason: str) -> None:
    """Send the answer back with the reason: the unit corrects it and the clock runs again; its letter is no longer valid.

    Raises NotAllowed, and Refused for whoever wrote the answer, and when it was withdrawn.
    """
    _may_be_judged(actor, turn)
    _not_standing(actor, turn, "send_back", Answer.Verdict.SENT_BACK, GIVE_BACK, reason)


@transaction.atomic
def withdraw_answer(*, actor: Person, turn: Turn, reason: str) -> None:
    """Take back an answer that nobody evaluated yet: it stays as withdrawn, the unit has the turn again and its letter is no longer
    valid. The time it waited counts.

    Raises NotAllowed, and Refused once it was evaluated.
    """
    _not_standing(actor, turn, "withdraw_answer", Answer.Verdict.WITHDRAWN, VOID, reason)


def _not_standing(actor: Person, turn: Turn, step: str, verdict: Answer.Verdict, follows: str, reason: str) -> None:
    """The unit owes an answer again, and its clocks run on."""
    with moving(turn, step, actor, reason=reason) as move:
        assert move.turn is not None
        judged = _judge(move, verdict)
        move.turn.answered_at = None
        resume_clocks(move)
    letter_follows(judged, follows, reason)


def _may_be_judged(actor: Person, turn: Turn) -> None:
    """Nobody judges their own work, nor what was withdrawn: told to who would otherwise evaluate here; to anybody else as before."""
    case = lock_case(turn.case_id)
    if flows.ROUTER not in relations(reach_of(actor), case, turn):
        return
    if Answer.objects.filter(turn=turn, partial=False, verdict="", person=actor).exists():
        raise Refused(own_answer())
    if why := withdrawn(turn):
        raise Refused(why)


def withdrawn(turn: Turn) -> str:
    """That the unit withdrew its answer and still owes another one; empty when it does not."""
    last = Answer.objects.filter(turn=turn, partial=False).order_by("pk").last()
    if last is None or last.verdict != Answer.Verdict.WITHDRAWN or not Turn.objects.filter(pk=turn.pk).open().exists():
        return ""
    return _("La unidad retiró su respuesta: espere la nueva. Su motivo: %(reason)s") % {"reason": last.verdict_reason}


def own_answer() -> str:
    """Why whoever wrote an answer does not evaluate it."""
    return _("Usted escribió esta respuesta: la evalúa otra persona que turne en la unidad o, si no la hay, en la unidad superior.")


def _judge_each(moves: Sequence[Moving], verdict: Answer.Verdict) -> list[Answer]:
    by = {move.turn.pk: move for move in moves if move.turn}
    found = list(Answer.objects.select_for_update().filter(turn__in=list(by), partial=False, verdict="").order_by("pk"))
    for row in found:
        move = by[row.turn_id]
        row.verdict, row.verdict_by, row.verdict_at, row.verdict_reason = verdict, move.actor, move.at, move.reason
        move.detail.update(answer=row.pk)
    update(Answer, found, "verdict", "verdict_by", "verdict_at", "verdict_reason")
    return found


def _judge(move: Moving, verdict: Answer.Verdict) -> Answer:
    row = _pending(move.turn)
    row.verdict, row.verdict_by, row.verdict_at, row.verdict_reason = verdict, move.actor, move.at, move.reason
    row.save()
    move.detail.update(answer=row.pk)
    return row
