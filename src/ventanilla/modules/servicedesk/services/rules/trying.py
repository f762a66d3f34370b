"""The rehearsal of a rule: what it would have sent of the last month's events, to whom, with examples. It sends nothing."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ventanilla.core.cases.models import Case, Move, Note
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import NotificationRule
from ventanilla.modules.servicedesk.services.rules.events import (
    KINDS,
    MOMENTS,
    OF_VERB,
    Occurrence,
    of_clocks,
    of_moves,
    of_notes,
)
from ventanilla.modules.servicedesk.services.rules.telling import Message, messages

DAYS: Final = 31
MOST: Final = 10_000
"""Events looked at; a month with more of one kind is told as such."""
CHUNK: Final = 500
EXAMPLES: Final = 10


@dataclass(frozen=True)
class Rehearsal:
    """What a rule would have sent from `since` to `until`: events, tickets, messages, how many to each person, and some of them.

    `examples` are only of tickets that the person who asks may read; `capped`: there were more events than MOST.
    """

    since: datetime
    until: datetime
    events: int
    tickets: int
    messages: int
    people: Sequence[tuple[str, int]]
    examples: Sequence[Message]
    capped: bool


def happened(rule: NotificationRule, since: datetime, until: datetime) -> list[Occurrence]:
    """The events of the rule in (since, until], at most MOST + 1; imported and loaded tickets count too."""
    if rule.event in MOMENTS:
        found = of_clocks(rule.event, since, until)
        mine = set(Case.objects.filter(institution_id=rule.institution_id, pk__in={o.case_id for o in found}).values_list("pk", flat=True))
        return [o for o in found if o.case_id in mine][: MOST + 1]
    within = {"at__gt": since, "at__lte": until}
    if rule.event in ("answered", "noted"):
        side = {"private": True} if rule.event == "noted" else {"public": True}
        notes = Note.objects.filter(case__institution_id=rule.institution_id, case__kind__in=KINDS, **side, **within)
        return list(of_notes(notes.order_by("pk")[: MOST + 1]))
    verbs = [verb for verb, event in OF_VERB.items() if event == rule.event]
    moves = Move.objects.filter(institution_id=rule.institution_id, verb__in=verbs, case__kind__in=KINDS, turn_id=None, **within)
    return list(of_moves(moves.select_related("case").order_by("pk")[: MOST + 1]))


def rehearse(rule: NotificationRule, until: datetime, *, person: Person, days: int = DAYS) -> Rehearsal:
    """Rehearse one rule, saved or not yet on, over the `days` before `until`, with people and tickets as they are now."""
    since = until - timedelta(days=days)
    found = happened(rule, since, until)
    looked = found[:MOST]
    sent = [m for n in range(0, len(looked), CHUNK) for m in messages([rule], looked[n:n + CHUNK])]
    counted = Counter(m.person_id for m in sent)
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=counted)}
    return Rehearsal(since, until, len(looked), len({m.case.pk for m in sent}), len(sent),
                     [(names[i], n) for i, n in counted.most_common()], _examples(sent, person), len(found) > MOST)


def _examples(sent: Sequence[Message], person: Person) -> list[Message]:
    seen = set(Case.objects.visible_to(person).filter(pk__in={m.case.pk for m in sent}).values_list("pk", flat=True))
    shown = [m for m in reversed(sent) if m.case.pk in seen and (not m.occurrence.private or m.person_id == person.pk)]
    return shown[:EXAMPLES]
