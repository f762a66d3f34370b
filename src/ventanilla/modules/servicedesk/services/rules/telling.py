"""From an event to the messages that rules send: one function, used by what is sent and by what a rehearsal only shows."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move, Note
from ventanilla.core.notices.kinds import NOW
from ventanilla.core.notices.models import Mark
from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition.conditions import Condition
from ventanilla.modules.servicedesk.models import NotificationRule
from ventanilla.modules.servicedesk.services.rules.events import MOMENTS, Occurrence, of_clocks, of_moves, of_notes
from ventanilla.modules.servicedesk.services.rules.facts import condition_of, facts
from ventanilla.modules.servicedesk.services.rules.recipients import Circle
from ventanilla.modules.servicedesk.services.rules.texts import fill, text_for, values_of

KIND: Final = "ticket"
MARK: Final = "desk_rules"
MOST_BACK: Final = timedelta(days=7)
READ: Final = ("ticket__service", "ticket__team", "ticket__unit", "ticket__requester", "ticket__beneficiary", "assignee", "institution")


@dataclass(frozen=True)
class Message:
    """What one person is told by one rule of one event."""

    rule: NotificationRule
    case: Case
    person_id: int
    draft: NoticeDraft
    occurrence: Occurrence


def messages(rules: Sequence[NotificationRule], occurrences: Sequence[Occurrence]) -> Iterator[Message]:
    """What these rules (in order, with their texts and people) say of these events. Nobody is told of what they did themselves,
    twice of the same, or of what they may not read. Reads a constant number of times per kind of recipient; writes nothing.
    """
    wanted = {r.event for r in rules}
    happened = [o for o in occurrences if o.event in wanted]
    cases = Case.objects.filter(ticket__isnull=False).select_related(*READ).in_bulk({o.case_id for o in happened}) if happened else {}
    circle, readable = Circle.around(cases), [(r, tree) for r in rules if (tree := _tree(r))]
    for one in happened:
        if case := cases.get(one.case_id):
            fitting = [(r, t) for r, t in readable if r.event == one.event and r.institution_id == case.institution_id]
            yield from _of(case, one, [r for r, tree in fitting if tree.holds(facts(case))], circle)


def _tree(rule: NotificationRule) -> Condition | None:
    """The rule's condition; a rule whose stored condition cannot be read tells nobody, and stops nothing else."""
    try:
        return condition_of(rule.condition)
    except Refused:
        return None


def _of(case: Case, one: Occurrence, rules: Sequence[NotificationRule], circle: Circle) -> Iterator[Message]:
    told: set[int] = {one.actor_id} if one.actor_id else set()
    for rule in rules:
        text = text_for(rule.texts.all(), case.ticket.service_id)
        if text is None:
            continue
        ids = {p.pk for p in rule.people.all()}.union(*(circle.of(role, case) for role in rule.recipients))
        values = values_of(case, one)
        draft = NoticeDraft(KIND, fill(text.subject, values), f"rule:{one.key}", fill(text.body, values),
                            kind_of(case.kind).detail_url(case.pk), case.pk, mail=NOW if rule.channel == "mail" else "")
        for person_id in circle.readers(ids - told, case, private=one.private):
            told.add(person_id)
            yield Message(rule, case, person_id, draft, one)


def active_rules(events: Iterable[str]) -> list[NotificationRule]:
    """The rules that are on, of any institution, for these events."""
    rows = NotificationRule.objects.filter(active=True, event__in=set(events))
    return list(rows.prefetch_related("texts", "people").order_by("institution_id", "order", "pk"))


def tell(occurrences: Sequence[Occurrence]) -> int:
    """Send what the rules say of these events, in the current transaction; telling again tells nobody twice. Returns how many."""
    rules = active_rules(o.event for o in occurrences) if occurrences else []
    told = [(m.person_id, m.draft) for m in messages(rules, occurrences)] if rules else []
    return len(notify_many(told)) if told else 0


def tell_by_rules(moves: Sequence[Move]) -> None:
    """For the relay: in its transaction, in order, once."""
    tell(list(of_moves(moves)))


def tell_note_by_rules(note: Note) -> None:
    """For the verb of entries, in its transaction."""
    tell(list(of_notes([note])))


def tell_deadlines_by_rules(now: datetime) -> int:
    """Tell of clocks that passed a moment in (last look, now]. The first look only sets the mark; a key holds clock and moment."""
    with transaction.atomic():
        mark, made = Mark.objects.select_for_update().get_or_create(pk=MARK, defaults={"at": now})
        since = max(mark.at or now, now - MOST_BACK)
        found = [] if made or not active_rules(MOMENTS) else [o for event in MOMENTS for o in of_clocks(event, since, now)]
        mark.at = max(now, mark.at or now)
        mark.save(update_fields=["at"])
        return tell(found)
