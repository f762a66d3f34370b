"""Tickets that may say the same as what is being typed, and why; found by stems and trigrams in an index.

Rows of the index are written by a periodic task; the newest tickets, which it has not seen yet, are compared directly, so a
wave of calls about one fault is recognised from its second call on. Only tickets that the person may read are ever compared.
"""
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.recurrence import Candidate, Hint, Typed, duplicates, features, rarest
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import FeatureCount, TicketHint
from ventanilla.modules.servicedesk.services.naming import items_of

_WORD: Final = re.compile(r"\w+")
SHORTEST: Final = 6
FEW: Final = 50
LOOKED_AT: Final = 200
FRESH: Final = 60
RARE: Final = 2_000
"""Tickets that all looked for features together may be in, by yesterday's counts: what bounds the time of a look-up."""
BACK: Final = timedelta(days=400)
KEPT: Final = 1_500
"""Letters of a ticket that are looked at."""
_FOUND = """
SELECT f.case_id FROM (SELECT case_id, institution_id FROM servicedesk_tickethint WHERE features && %s::text[] OFFSET 0) f
WHERE f.institution_id = %s ORDER BY f.case_id DESC LIMIT %s
"""
"""The inner query stands alone (OFFSET 0): else the newest rows are read one by one until enough fit."""
_READ = f"""
SELECT c.id, c.subject || ' ' || left(t.description, {KEPT}), c.received_at, t.unit_id
FROM unnest(%s::bigint[]) w (id) JOIN cases_case c ON c.id = w.id JOIN servicedesk_ticket t ON t.case_id = c.id
WHERE c.institution_id = %s AND c.kind = ANY(%s) AND c.state NOT IN ('cancelled', 'rejected', 'merged') AND c.received_at > %s
  AND EXISTS (SELECT 1 FROM cases_access a WHERE a.case_id = c.id AND a.token = ANY(%s::bigint[]))
"""
_UNSEEN = f"""
SELECT c.id, c.institution_id, c.subject || ' ' || left(t.description, {KEPT})
FROM cases_case c JOIN servicedesk_ticket t ON t.case_id = c.id
WHERE c.id > %s AND c.kind = ANY(%s) AND NOT EXISTS (SELECT 1 FROM servicedesk_tickethint h WHERE h.case_id = c.id)
ORDER BY c.id LIMIT %s
"""
_COUNT = """
WITH counted AS (
  SELECT f, count(*) AS n FROM servicedesk_tickethint h, unnest(h.features) f WHERE h.institution_id = %(institution)s GROUP BY f
  UNION ALL SELECT '', count(*) FROM servicedesk_tickethint WHERE institution_id = %(institution)s
), gone AS (
  DELETE FROM servicedesk_featurecount c
  WHERE c.institution_id = %(institution)s AND NOT EXISTS (SELECT 1 FROM counted n WHERE n.f = c.feature)
)
INSERT INTO servicedesk_featurecount AS c (institution_id, feature, tickets) SELECT %(institution)s, f, n FROM counted
ON CONFLICT (institution_id, feature) DO UPDATE SET tickets = excluded.tickets WHERE c.tickets <> excluded.tickets
"""


@dataclass(frozen=True)
class Alike:
    """A ticket that may say the same; `score` 0 to 1; `words` as written in it, and whether item and unit are the same."""

    case: Case
    score: float
    words: tuple[str, ...]
    same_item: bool
    same_unit: bool


@dataclass(frozen=True)
class Asked:
    """What is typed so far, of which unit and about which configuration items (ids); `besides`: the ticket itself."""

    text: str
    unit_id: int | None = None
    cis: tuple[int, ...] = ()
    besides: int | None = None


def alike(person: Person, asked: Asked, limit: int = 5) -> list[Alike]:
    """The likeliest ones among tickets that the person may see, best first; nothing for a few letters."""
    text = asked.text.strip()[:KEPT]
    if len(text) < SHORTEST:
        return []
    counts, total = _counts(person.institution_id, features(text))
    ids = _indexed(person.institution_id, text, counts) | _newest(person)
    rows = _read(person, ids - {asked.besides or 0})
    now = timezone.now()
    found = duplicates(Typed(text, now, asked.cis, asked.unit_id), rows, counts, max(total, FEW), limit)
    seen = Case.objects.visible_to(person).filter(pk__in=[h.id for h in found]).select_related("ticket__unit", "ticket__service")
    cases = {c.pk: c for c in seen}
    return [_alike(cases, hint) for hint in found if hint.id in cases]


def _alike(cases: Mapping[int, Case], hint: Hint) -> Alike:
    case = cases[hint.id]
    return Alike(case, hint.score, as_written(hint.words, [_text(case)]), hint.same_item, hint.same_unit)


def as_written(words: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Folded words as the texts write them most, in lower case and each once."""
    forms = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    best: dict[str, str] = {}
    for form, _n in forms.most_common():
        best.setdefault(fold(form), form)
    return tuple(dict.fromkeys(best.get(fold(word.lower()), word) for word in words))


def _text(case: Case) -> str:
    return f"{case.subject} {case.ticket.description[:KEPT]}"


def _counts(institution_id: int, wanted: Iterable[str]) -> tuple[dict[str, int], int]:
    rows = FeatureCount.objects.filter(institution_id=institution_id, feature__in=["", *wanted])
    counts = dict(rows.values_list("feature", "tickets"))
    total = counts.pop("", 0)
    return counts, total


def _indexed(institution_id: int, text: str, counts: Mapping[str, int]) -> set[int]:
    """Tickets that share one of the rarest features, the newest; common features are not looked for, so the time is bounded."""
    keys: list[str] = []
    room = RARE
    for feature in rarest(text, counts):
        if keys and counts[feature] > room:
            continue
        keys.append(feature)
        room -= counts[feature]
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [keys, institution_id, LOOKED_AT])
        return {pk for (pk,) in cursor.fetchall()}


def _newest(person: Person) -> set[int]:
    """Tickets of the last minutes, which the index may not have yet."""
    return set(Case.objects.newest_visible_to(person, limit=FRESH).filter(kind__in=ASKED).values_list("pk", flat=True))


def _read(person: Person, ids: set[int]) -> list[Candidate]:
    """What is compared of the tickets that the person may see; plain rows, since few of them are shown."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted(ids), person.institution_id, list(ASKED), timezone.now() - BACK, list(reach_of(person).tokens)])
        rows: list[tuple[int, str, datetime, int | None]] = cursor.fetchall()
    things = items_of(pk for pk, *_rest in rows)
    return [Candidate(pk, text, at, things.get(pk, ()), unit) for pk, text, at, unit in rows]


def index_tickets(limit: int = 5_000) -> int:
    """Write the features of tickets that have none yet, oldest first; returns how many. May be killed and run again."""
    newest = TicketHint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, [max(0, newest - 10_000) if newest else 0, list(ASKED), limit])
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    made = [TicketHint(case_id=pk, institution_id=owner, features=list(features(text))) for pk, owner, text in rows]
    TicketHint.objects.bulk_create(made, batch_size=1_000, ignore_conflicts=True)
    return len(made)


def count_features(institution_id: int) -> None:
    """Count anew in how many tickets each feature is; once a day is enough."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"institution": institution_id})
