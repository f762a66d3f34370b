"""Writing tickets of the past: rows by COPY, trays and access by the spine's own statement, folios last before commit."""
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.cases.places import place
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.lib.folio import Mask
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.services.importing.clocks import Counted, governing, played, set_dues
from ventanilla.modules.servicedesk.services.importing.past import Happened, TicketPast

Rows = Iterable[Sequence[Any]]
RESOLVED = frozenset({"resolved", "closed"})


@dataclass(slots=True)
class Life:
    """A ticket on its way into the database."""

    past: TicketPast
    clocks: list[Counted]
    state: str
    closed_at: datetime | None
    resolved_at: datetime | None
    owned_at: datetime | None
    reopened: int
    id: int = 0
    series: Any = None
    year: int = 0
    number: int = 0
    folio: str = ""
    due_at: datetime | None = None
    amber_at: datetime | None = None
    moves: list[Sequence[Any]] = field(default_factory=list)

    @property
    def desk(self) -> Unit:
        """Whose series numbers it."""
        return self.past.desk or self.past.unit


@transaction.atomic
def write_tickets(pasts: Sequence[TicketPast], *, source: str, actor_id: int | None = None, log_id: int | None = None) -> list[Life]:
    """Write tickets of one institution with their lives in one transaction; rights are the caller's to check.

    `source` (`import`, `demo`) flags every row. The log gets one entry per ticket, of now: it tells who brought the history,
    and does not pretend that its verbs were used here. Raises Refused for a unit without the series.
    """
    lives = [_lived(p) for p in pasts]
    if not lives:
        return []
    _identify(lives)
    _set_dues(lives)
    _resolve_series(lives)
    _copy_rows(lives, source, log_id)
    _log(lives, source, actor_id)
    _number(lives)
    _copy("cases_case", _CASE, (_case(life, source) for life in lives))
    ids = [life.id for life in lives]
    place(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [ids, [_words(life.past) for life in lives], ids])
    return lives


def _lived(past: TicketPast) -> Life:
    """Where the ticket ends up, and the moves that took it there."""
    flow = kind_of(past.kind).flow
    state, closed, resolved, owned, reopened = "", None, None, None, 0
    moves = []
    for event in past.happened:
        if event.state != state:
            closed = event.counts_at if flow.is_end(event.state) else None
            if event.state in RESOLVED and state not in RESOLVED:
                resolved = event.counts_at
            elif state in RESOLVED and event.state not in RESOLVED:
                resolved, reopened = None, reopened + 1
        owned = owned or (event.counts_at if kind_of(past.kind).mode("own", event.state) == "stop" and event.state != "cancelled" else None)
        moves.append(_move(past, event, state))
        state = event.state
    return Life(past, played(past), state, closed, resolved, owned, reopened, moves=moves)


def _move(past: TicketPast, event: Happened, before: str) -> Sequence[Any]:
    return (event.verb, before, event.state, event.actor, event.unit_id or past.unit.pk, event.reason,
            json.dumps(event.detail) if event.detail else "{}", event.at)


def _identify(lives: Sequence[Life]) -> None:
    """Real ids before anything is written, so that rows can name each other."""
    clocks = [c for life in lives for c in life.clocks]
    for life, number in zip(lives, _reserve("cases_case", len(lives)), strict=True):
        life.id = number
    for clock, number in zip(clocks, _reserve("cases_clock", len(clocks)), strict=True):
        clock.id = number


def _reserve(table: str, n: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n])
        return [row[0] for row in cursor.fetchall()]


def _set_dues(lives: Sequence[Life]) -> None:
    clocks = [c for life in lives for c in life.clocks]
    versions = CalendarVersion.objects.in_bulk({c.promise.version_id for c in clocks})
    set_dues(clocks, versions)
    for life in lives:
        life.due_at, life.amber_at = governing(life.clocks)


def _copy(table: str, columns: str, rows: Rows) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_CLOCK = "id, case_id, turn_id, kind, version_id, start, amount, term_unit, cap_at, due_at, amber_at, state, stopped_at"
_PAUSE = "clock_id, since, until, reason"
_PARTY = "case_id, person_id, role, since"
_MOVE = "institution_id, case_id, turn_id, acting_for_id, source, verb, from_state, to_state, actor_id, unit_id, reason, detail, at"
_EVENT = 'log_id, case_id, sequence, line, at, state, flags, "values"'


def _copy_rows(lives: Sequence[Life], source: str, log_id: int | None) -> None:
    _copy("cases_clock", _CLOCK, (_clock(life, c) for life in lives for c in life.clocks))
    _copy("cases_pause", _PAUSE, ((c.id, p.since, p.until, p.reason) for life in lives for c in life.clocks for p in c.pauses))
    _copy("cases_party", _PARTY, ((life.id, person, role, life.past.created_at) for life in lives
                                  for role, person in dict.fromkeys(life.past.parties)))
    _copy("cases_move", _MOVE, ((life.past.unit.institution_id, life.id, None, None, source, *m) for life in lives for m in life.moves))
    _copy("servicedesk_ticket", _TICKET, (_ticket(life) for life in lives))
    if log_id:
        _copy("servicedesk_importedevent", _EVENT, (
            (log_id, life.id, e.sequence, e.line, e.at, e.state, list(e.flags), list(e.values))
            for life in lives for e in life.past.events))


def _clock(life: Life, c: Counted) -> Sequence[Any]:
    unit = "workdays" if c.promise.minutes is None else "workminutes"
    return (c.id, life.id, None, c.promise.kind, c.promise.version_id, c.promise.start, c.promise.minutes, unit, None, c.due_at,
            c.amber_at, c.state, c.stopped_at)


_FACTS = {"service_id": None, "version_id": None, "level_id": None, "team_id": None, "requester_id": None, "requester_name": "",
          "requester_email": "", "unit_id": None, "beneficiary_id": None, "beneficiary_name": "", "beneficiary_email": "",
          "channel": "portal", "impact": 3, "urgency": 2, "major": False, "held_for_id": None, "resolved_by_id": None, "cause_id": None,
          "solution": "", "parent_id": None, "external_key": ""}
_TICKET = ", ".join(("case_id", "institution_id", "description", "owned_at", "resolved_at", "reopened", *_FACTS))


def _ticket(life: Life) -> Sequence[Any]:
    facts = {**_FACTS, **life.past.facts}
    return (life.id, life.past.unit.institution_id, clean_text(life.past.description), life.owned_at, life.resolved_at, life.reopened,
            *(facts[name] for name in _FACTS))


def _log(lives: Sequence[Life], source: str, actor_id: int | None) -> None:
    record_many([Line(
        f"{life.past.kind}.{source}", life.past.unit.institution_id, f"case:{life.id}", actor_id, life.id,
        detail={"unit": life.past.unit.pk, "uuid": life.past.uuid, "state": life.state, "moves": len(life.moves),
                "events": len(life.past.events), "external_key": life.past.facts.get("external_key", "")},
        personal={"subject": life.past.subject}) for life in lives])


def _resolve_series(lives: Sequence[Life]) -> None:
    units = {life.desk.pk for life in lives}
    found = {(s.unit_id, s.slug): s for s in FolioSeries.objects.filter(unit_id__in=units)}
    for life in lives:
        life.series = found.get((life.desk.pk, life.past.series))
        if life.series is None:
            raise Refused(f"La unidad «{life.desk.name}» no tiene la numeración «{life.past.series}».", "unit")
        life.year = timezone.localtime(life.past.created_at).year


_RAISE = """
INSERT INTO cases_foliocounter AS c (series_id, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series_id, year) DO UPDATE SET last = greatest(c.last, excluded.last)
"""


def _number(lives: Sequence[Life]) -> None:
    """Folios in the order of the list; those given are kept, and their counter goes on after the highest."""
    groups: dict[tuple[int, int], list[Life]] = defaultdict(list)
    for life in lives:
        groups[life.series.id, life.year if life.series.yearly else 0].append(life)
    with connection.cursor() as cursor:
        for (series_id, year), members in sorted(groups.items(), key=lambda item: item[0]):
            fresh = [life for life in members if life.past.number is None]
            cursor.execute(_RAISE, [series_id, year, max(life.past.number or 0 for life in members)])
            cursor.execute("SELECT public.cases_next_folio(%s, %s, %s)", [series_id, year, len(fresh)])
            after = iter(range(cursor.fetchone()[0], 2**62))
            for life in members:
                life.number = life.past.number or next(after)
                life.folio = life.past.folio or _written(life)


def _written(life: Life) -> str:
    unit = life.desk
    return Mask(life.series.mask, life.series.yearly).write(life.number, unit=unit.code or unit.short_name, year=life.year,
                                                            series=life.series.slug)


_CASE = ("id, institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, assignee_id, subject, priority, "
         "level, received_at, created_at, due_at, amber_at, closed_at, source")


def _case(life: Life, source: str) -> Sequence[Any]:
    past = life.past
    return (life.id, past.unit.institution_id, past.uuid, past.kind, life.state, life.series.id, life.year, life.number, life.folio,
            past.unit.pk, past.registrar_id, past.assignee_id, clean_text(past.subject)[:300], past.priority, 0, past.received_at,
            past.created_at, life.due_at, life.amber_at, life.closed_at, source)


def _words(past: TicketPast) -> str:
    return clean_text(" ".join(filter(None, (past.description, past.words))))


_FIND = """
INSERT INTO cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens)
SELECT c.institution_id, c.kind, c.id, 0, c.id, c.folio || ' ' || c.subject, b.body, c.received_at,
       a.tokens || public.month_token(c.received_at)
FROM unnest(%s::bigint[], %s::text[]) b (id, body) JOIN cases_case c ON c.id = b.id
JOIN (SELECT case_id, array_agg(token ORDER BY token) AS tokens FROM cases_access WHERE case_id = ANY (%s) GROUP BY case_id) a
  ON a.case_id = c.id
"""


