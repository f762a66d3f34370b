"""What is done with a circular once it was sent: reminding those who have not read it, and cancelling it as a whole."""
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.kinds import Teller, kind_of
from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.services import take_step_each, withdraw_each
from ventanilla.core.cases.telling import people
from ventanilla.core.cases.telling.moves import Told, about
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.lib.spanish import clean_text, long_moment
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import Circular, CircularReminder

STEP: Final = "cancel_circular"
APART: Final = timedelta(hours=1)
"""Between two reminders of a circular."""


def unread(circular: Circular) -> QuerySet[Turn]:
    """The turns of its addressees that nobody of them has opened; what went outside is not read here."""
    return Turn.objects.filter(case__letter__circular=circular, parent=None, read_at=None).open()


@transaction.atomic
def remind_circular(*, actor: Person | None, circular: Circular, uuid: UUID | None = None) -> CircularReminder:
    """Remind whoever has not read a circular, each person once however many of its letters wait for them. Idempotent by uuid.

    `actor` None is the platform. Raises NotAllowed; Refused when it was cancelled, everybody has read it, or it was just reminded.
    """
    row = _locked(actor, circular)
    key = uuid5(row.uuid, str(uuid)) if uuid else uuid4()  # the same form, or key, of another circular is another reminder
    if known := CircularReminder.objects.filter(uuid=key).first():
        return known
    last, turns = row.reminders.first(), list(unread(row).select_related("case").order_by("pk"))
    if not turns:
        raise Refused(_("Todas las unidades ya la leyeron: no queda a quién recordarla."))
    if last and timezone.now() < last.at + APART:
        raise Refused(_("Se recordó el %(day)s; espere una hora antes de recordarla otra vez.") % {
            "day": long_moment(timezone.localtime(last.at))})
    made = CircularReminder.objects.create(circular=row, uuid=key, person=actor, addressees=len(turns), at=timezone.now())
    Circular.objects.filter(pk=row.pk).update(remind_at=None)
    _tell(made, row, turns)
    record("letter.circular_reminded", actor=actor, institution_id=row.institution_id, subject=f"circular:{row.pk}",
           detail={"addressees": len(turns), "turns": [t.pk for t in turns]})
    return made


def remind_due(now: datetime) -> int:
    """Remind of every circular whose moment has come; returns how many. What everybody has read is not looked at again."""
    done = 0
    for row in Circular.objects.filter(remind_at__lte=now).order_by("pk"):
        try:
            remind_circular(actor=None, circular=row)
            done += 1
        except Refused:  # read by all meanwhile, cancelled, or somebody has just reminded of it
            Circular.objects.filter(pk=row.pk).update(remind_at=None)
    return done


def _tell(made: CircularReminder, circular: Circular, turns: list[Turn]) -> None:
    waiting: dict[int, list[Case]] = defaultdict(list)
    for turn, holders in zip(turns, people.holders_of_each(turns, turns[0].case.level), strict=True):  # its letters are of one level
        for person_id in holders - {made.person_id}:
            waiting[person_id].append(turn.case)
    with override(SPANISH):
        notify_many([(person_id, _reminder(made, circular, cases)) for person_id, cases in waiting.items()])


def _reminder(made: CircularReminder, circular: Circular, cases: list[Case]) -> NoticeDraft:
    """Leads to the letter, or to the circular when several letters of it wait for the same person."""
    case = cases[0]
    url = kind_of(case.kind).detail_url(case.pk) if len(cases) == 1 else reverse("circular", args=[circular.pk])
    return NoticeDraft("reminder", _("Le falta leer una circular: %(folio)s") % {"folio": case.folio}, f"circular-reminder:{made.pk}",
                       about(case), url, case.pk)


@transaction.atomic
def cancel_circular(*, actor: Person, circular: Circular, reason: str) -> Circular:
    """Cancel a circular as a whole: every letter of it keeps its folio as cancelled, and what was still owed on it is withdrawn.

    What was read, answered or delivered stays as it was, and a letter that lies in the archive stays there.
    Raises NotAllowed; Refused without a reason, and when it was cancelled already.
    """
    row, reason = _locked(actor, circular), clean_text(reason)
    if not reason:
        raise Refused(_("Escriba el motivo."), "reason")
    with override(SPANISH):
        why = _("Se canceló la circular: %(reason)s") % {"reason": reason}
    cases = list(Case.objects.filter(letter__circular=row).order_by("pk"))
    withdraw_each(Turn.objects.filter(case__in=cases, parent=None).order_by("pk"), why)
    take_step_each(actor=None, cases=[c for c in cases if LETTER_FLOW.find(STEP, c.state)], step=STEP, reason=why)
    row.cancelled_at, row.cancelled_by, row.cancel_reason, row.remind_at = timezone.now(), actor, reason, None
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "remind_at"])
    record("letter.circular_cancelled", actor=actor, institution_id=row.institution_id, subject=f"circular:{row.pk}",
           detail={"cases": [c.pk for c in cases]}, personal={"reason": reason})
    return row


def _locked(actor: Person | None, circular: Circular) -> Circular:
    """The circular, locked with its letters in the order of their keys, for whoever routes where they are in charge now."""
    row = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    cases = list(Case.objects.select_for_update(of=("self",)).filter(letter__circular=row).order_by("pk"))
    if actor:
        require(actor, cap.ROUTE, cases[0].unit_id)
    if row.cancelled_at:
        raise Refused(_("La circular se canceló el %(day)s.") % {"day": long_moment(timezone.localtime(row.cancelled_at))})
    return row


def _told(move: Move) -> Iterator[Told]:
    """Whoever was sent it; those whose turn is withdrawn are told of that, with the same reason."""
    involved: set[int] = set()
    for turn in Turn.objects.filter(case=move.case).exclude(state="cancelled"):
        involved |= people.holders_of(turn, move.case.level)
    yield involved, "concluded", _("Se canceló una circular"), about(move.case) + (f"\n{move.reason[:500]}" if move.case.level == 0 else "")


TELLING: Final[Mapping[str, Teller]] = {STEP: _told}
"""What is told after steps of letters that only this module knows."""
