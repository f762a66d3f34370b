"""Writing histories: rows by COPY, trays and access by the spine's own statement, folios last before commit."""
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.cases.places import place
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.folio import Mask
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.services.histories import bulk
from ventanilla.modules.correspondence.services.histories.deadlines import set_dues
from ventanilla.modules.correspondence.services.histories.directory import directory
from ventanilla.modules.correspondence.services.histories.past import Past
from ventanilla.modules.correspondence.services.histories.playing import AnswerRow, MoveRow, Play, TurnRow
from ventanilla.modules.correspondence.services.registration import number_key, sender_key

KIND = "letter"
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Written:
    """What was written, in the order given."""

    ids: list[int]
    folios: list[str]
    turns: int
    moves: int


@transaction.atomic
def write_histories(pasts: Sequence[Past], *, source: str, actor_id: int | None = None,
                    trusted: bool = False, lived: str = "") -> Written:
    """Write letters of one institution with their lives in one transaction; rights are the caller's to check.

    `source` (`import`, `demo`, `load`) flags every row. The log gets one entry per letter, of now: it tells who
    brought the history, and does not pretend that its verbs were used here. Raises Impossible for a history that
    contradicts itself, Refused for a unit without the series. `trusted` asks for the constraints to be checked by
    set instead of row by row, where the database lets us (`bulk.trusting`): for loads of a million. `lived` is what the
    steps alone are flagged with, when they count as those of people who used the platform (the demo's: `web`).
    """
    plays = [Play(p) for p in pasts]
    if not plays:
        return Written([], [], 0, 0)
    _identify(plays)
    set_dues(plays)
    _resolve_series(plays)
    by_set = trusted and bulk.trusting()
    if by_set:
        bulk.hold(_references(plays))
    _copy_rows(plays, source, lived or source)
    _log(plays, source, actor_id)
    _number(plays)
    _copy("cases_case", _CASE, (_case(p, source) for p in plays))
    ids = [p.id for p in plays]
    place(ids)
    _make_findable(plays, by_set)
    if by_set:
        bulk.check(ids)
        bulk.count(ids, plays[0].past.unit.institution.time_zone)
    return Written(ids, [p.folio for p in plays], sum(len(p.turns) for p in plays), sum(len(p.moves) for p in plays))


def _references(plays: Sequence[Play]) -> dict[str, Iterable[int | None]]:
    """What the rows refer to outside of themselves; institutions, units and people come from one tree."""
    turns = [t for p in plays for t in p.turns]
    people = [p.past.registrar_id for p in plays] + [m.actor for p in plays for m in p.moves] + [t.to.person_id for t in turns]
    units = [p.past.unit.id for p in plays] + [t.to.unit.id for t in turns]
    units += [u.pk for p in plays for u in (p.past.sender.unit, p.past.addressee_unit) if u]
    return {"orgs_unit": units, "orgs_person": people, "cases_instruction": [t.to.instruction_id for t in turns],
            "correspondence_lettertype": [p.past.type_id for p in plays], "cases_folioseries": [p.series.id for p in plays],
            "correspondence_circular": [p.past.facts.get("circular_id") for p in plays],
            "correspondence_archivefile": [m.place.file_id for p in plays for m in p.moves if m.place],
            "workdays_calendarversion": [p.version_id for p in plays] + [t.version_id for t in turns]}


def _identify(plays: Sequence[Play]) -> None:
    """Real ids before anything is written, so that rows can name each other."""
    turns = [t for p in plays for t in p.turns]
    answers = [a for p in plays for a in p.answers]
    for play, number in zip(plays, _reserve("cases_case", len(plays)), strict=True):
        play.id = number
    for turn, number in zip(turns, _reserve("cases_turn", len(turns)), strict=True):
        turn.id = number
    for answer, number in zip(answers, _reserve("cases_answer", len(answers)), strict=True):
        answer.id = number


def _reserve(table: str, n: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n])
        return [row[0] for row in cursor.fetchall()]


def _copy(table: str, columns: str, rows: Rows) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _copy_rows(plays: Sequence[Play], source: str, lived: str) -> None:
    _copy("cases_clock", _CLOCK, _clocks(plays))
    _copy("cases_turn", _TURN, (_turn(p, t, source) for p in plays for t in p.turns))
    _copy("cases_answer", _ANSWER, (_answer(a) for p in plays for a in p.answers))
    _copy("cases_move", _MOVE, (_move(p, m, lived) for p in plays for m in p.moves))
    known = directory([p.past for p in plays])
    _copy("correspondence_letter", _LETTER, (_letter(p, known) for p in plays))
    _copy("correspondence_archiveplace", _PLACE, _places(plays))


_CLOCK = ("case_id, turn_id, kind, version_id, start, amount, term_unit, cap_at, due_at, amber_at, state, stopped_at")


def _clocks(plays: Sequence[Play]) -> Iterator[Sequence[Any]]:
    for p in plays:
        past = p.past
        yield (p.id, None, "internal", p.version_id, past.received_at, past.amount, _unit_of(past.due_at), None, p.due_at,
               p.amber_at, "stop" if p.stopped_at else "run", p.stopped_at)
        for t in p.turns:
            if t.to.purpose == "action":
                yield (p.id, t.id, "internal", t.version_id, t.sent_at, t.to.amount, _unit_of(t.to.due_at), t.capped_at,
                       t.due_at, t.amber_at, "stop" if t.closed_at else "run", t.closed_at)


def _unit_of(by_hand: Any) -> str:
    return "by_hand" if by_hand else "workdays"


_TURN = ("id, institution_id, uuid, case_id, parent_id, purpose, state, from_unit_id, from_person_id, unit_id, person_id, "
         "instruction_id, text, due_at, amber_at, sent_at, read_at, read_by_id, answered_at, closed_at, source")


def _turn(p: Play, t: TurnRow, source: str) -> Sequence[Any]:
    to = t.to
    return (t.id, to.unit.institution_id, t.uuid, p.id, t.parent.id if t.parent else None, to.purpose, t.state,
            t.from_unit.id, t.from_person, to.unit.id, to.person_id, to.instruction_id, to.text, t.due_at, t.amber_at,
            t.sent_at, t.read_at, t.read_by, t.answered_at, t.closed_at, source)


_ANSWER = ("id, uuid, turn_id, person_id, text, partial, letter_id, at, verdict, verdict_by_id, verdict_at, "
           "verdict_reason")


def _answer(a: AnswerRow) -> Sequence[Any]:
    return (a.id, a.uuid, a.turn.id, a.person, a.text, a.partial, None, a.at, a.verdict, a.verdict_by, a.verdict_at, a.reason)


_MOVE = ("institution_id, case_id, turn_id, verb, from_state, to_state, actor_id, acting_for_id, unit_id, reason, detail, "
         "at, source")


def _move(p: Play, m: MoveRow, source: str) -> Sequence[Any]:
    unit, detail = m.turn.to.unit if m.turn else p.past.unit, _detail(m)
    return (p.past.unit.institution_id, p.id, m.turn.id if m.turn else None, m.verb, m.before, m.after, m.actor, None,
            unit.id, m.reason, json.dumps(detail) if detail else "{}", m.at, source)


def _detail(m: MoveRow) -> dict[str, Any]:
    if m.sent:
        return {"turns": [t.id for t in m.sent], "units": [t.to.unit.id for t in m.sent], "people": [t.to.person_id for t in m.sent]}
    if m.answer:
        return {"answer": m.answer.id, "files": 0} if m.verb in ("answer", "report") else {"answer": m.answer.id}
    return {"file": m.place.file_id, "position": m.place.position} if m.place else {}


_LETTER = ("case_id, institution_id, direction, type_id, number, number_key, dated, \"order\", correspondent_id, "
           "sender_unit_id, organisation, signatory, post, addressee_unit_id, addressee, sheets, annexes, medium, text, "
           "circular_id, delivered_at, delivery_note, legacy_key")


def _letter(p: Play, known: dict[str, int]) -> Sequence[Any]:
    past, sender = p.past, p.past.sender
    return (p.id, past.unit.institution_id, past.direction, past.type_id, clean_text(past.letter_number)[:80],
            number_key(past.letter_number), past.dated, sender.order, known.get(sender_key(sender)),
            sender.unit.id if sender.unit else None, clean_text(sender.organisation)[:200],
            clean_text(sender.signatory)[:200], clean_text(sender.post)[:200],
            past.addressee_unit.id if past.addressee_unit else None, clean_text(past.addressee)[:300], past.sheets,
            clean_text(past.annexes)[:300], past.medium, clean_text(past.text), past.facts.get("circular_id"),
            past.facts.get("delivered_at"), past.facts.get("delivery_note", ""), past.legacy_key)


_PLACE = "case_id, file_id, position, sheets, person_id, at"


def _places(plays: Sequence[Play]) -> Iterator[Sequence[Any]]:
    for p in plays:
        for m in p.moves:
            if m.place:
                yield (p.id, m.place.file_id, m.place.position, m.place.sheets, m.actor, m.at)


def _log(plays: Sequence[Play], source: str, actor_id: int | None) -> None:
    record_many([Line(
        f"letter.{source}", p.past.unit.institution_id, f"case:{p.id}", actor_id, p.id,
        detail={"unit": p.past.unit.id, "uuid": p.past.uuid, "level": p.past.level, "state": p.state,
                "turns": len(p.turns), "moves": len(p.moves), "legacy_key": p.past.legacy_key},
        personal={"subject": p.past.subject}) for p in plays])


def _resolve_series(plays: Sequence[Play]) -> None:
    units = {p.past.unit.id for p in plays}
    found = {(s.unit_id, s.slug): s for s in FolioSeries.objects.filter(unit_id__in=units)}
    for p in plays:
        p.series = found.get((p.past.unit.id, p.past.series))
        if p.series is None:
            raise Refused(f"La unidad «{p.past.unit.name}» no tiene la numeración «{p.past.series}».", "unit")
        p.year = p.past.year or timezone.localtime(p.past.created_at).year


def _number(plays: Sequence[Play]) -> None:
    """Folios in the order of the list; those given are kept, and their counter goes on after the highest."""
    groups: dict[tuple[int, int], list[Play]] = defaultdict(list)
    for p in plays:
        groups[p.series.id, p.year if p.series.yearly else 0].append(p)
    with connection.cursor() as cursor:
        for (series_id, year), members in sorted(groups.items(), key=lambda item: item[0]):
            fresh = [p for p in members if p.past.number is None]
            for p in members:
                p.number, p.folio = p.past.number or 0, p.past.folio or ""
            cursor.execute(_RAISE, [series_id, year, max(p.number for p in members)])
            cursor.execute("SELECT public.cases_next_folio(%s, %s, %s)", [series_id, year, len(fresh)])
            for p, number in zip(fresh, range(cursor.fetchone()[0], 2**62), strict=False):
                p.number, p.folio = number, p.past.folio or _written(p, number)


_RAISE = """
INSERT INTO cases_foliocounter AS c (series_id, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series_id, year) DO UPDATE SET last = greatest(c.last, excluded.last)
"""


def _written(p: Play, number: int) -> str:
    unit = p.past.unit
    return Mask(p.series.mask, p.series.yearly).write(number, unit=unit.code or unit.short_name, year=p.year,
                                                      series=p.series.slug)


_CASE = ("id, institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, subject, priority, "
         "level, received_at, created_at, due_at, amber_at, closed_at, source")


def _case(p: Play, source: str) -> Sequence[Any]:
    past = p.past
    return (p.id, past.unit.institution_id, past.uuid, KIND, p.state, p.series.id, p.year, p.number, p.folio, past.unit.id,
            past.registrar_id, clean_text(past.subject), past.priority, past.level, past.received_at, past.created_at,
            p.due_at, p.amber_at, p.closed_at, source)


def _words(past: Past) -> str:
    """The same further words by which `registration` makes a letter findable."""
    sender = past.sender
    return clean_text(" ".join(filter(None, (
        past.letter_number, sender.organisation, sender.signatory, sender.post, sender.unit.name if sender.unit else "",
        past.addressee, past.addressee_unit.name if past.addressee_unit else "", past.text))))


_FIND = """
INSERT INTO cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens, vector)
SELECT c.institution_id, c.kind, c.id, 0, c.id, c.folio || ' ' || c.subject, b.body, c.received_at,
       a.tokens || public.month_token(c.received_at),
       CASE WHEN %s THEN public.title_vector(c.folio || ' ' || c.subject) || public.doc_vector(left(b.body, 200000)) END
FROM unnest(%s::bigint[], %s::text[]) b (id, body) JOIN cases_case c ON c.id = b.id
JOIN (SELECT case_id, array_agg(token ORDER BY token) AS tokens FROM cases_access WHERE case_id = ANY (%s) GROUP BY case_id) a
  ON a.case_id = c.id
"""


def _make_findable(plays: Sequence[Play], by_set: bool) -> None:
    """Search rows with their vectors: made here where the trigger does not make them."""
    with connection.cursor() as cursor:
        ids = [p.id for p in plays]
        cursor.execute(_FIND, [by_set, ids, [_words(p.past) for p in plays], ids])
