"""Histories written at once leave the tables that the verbs leave for the same life (ids and uuids apart)."""
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.db import connection
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Case, Instruction, Turn
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries, Pace
from ventanilla.modules.correspondence.services.histories import Happened, Past, Place, To, bulk, write_histories
from ventanilla.modules.correspondence.services.histories.playing import Impossible
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
SENDER = Sender("state", "Secretaría de Finanzas", "María Peña Ríos", "Directora")

#: What is compared; ids of cases, turns and answers become their place in the table.
TABLES = {
    "cases_case": "kind, state, year, number, folio, unit_id, registrar_id, subject, priority, level, received_at, created_at, "
                  "due_at, amber_at, closed_at",
    "cases_turn": "{case}, {parent}, purpose, state, from_unit_id, from_person_id, unit_id, person_id, instruction_id, text, due_at, "
                  "amber_at, sent_at, read_at, read_by_id, answered_at, closed_at",
    "cases_clock": "{case}, {turn}, kind, version_id, start, amount, term_unit, cap_at, due_at, amber_at, state, stopped_at",
    "cases_answer": "{turn}, person_id, text, partial, letter_id, at, verdict, verdict_by_id, verdict_at, verdict_reason",
    "cases_move": "{case}, {turn}, verb, from_state, to_state, actor_id, acting_for_id, unit_id, reason, at, {detail}",
    "cases_tray": "{case}, {turn}, side, unit_id, person_id, tab, token, due_at, amber_at, order_at, since",
    "cases_access": "{case}, token",
    "cases_searchrow": "{case}, kind, page, title, body, at, tokens, vector",
    "cases_foliocounter": "series_id, year, last",
    "correspondence_letter": "{case}, direction, type_id, number, number_key, dated, \"order\", sender_unit_id, "
                             "organisation, signatory, post, addressee, sheets, annexes, medium, text",
    "correspondence_correspondent": "key, uses, organisation, name, post",
    "correspondence_archiveplace": "{case}, position, sheets, person_id, at",
    "indicator": "",
}
PLACE = "(SELECT count(*) FROM {table} x WHERE x.id < t.{column})"
DETAIL = """(SELECT jsonb_object_agg(d.key, CASE
   WHEN d.key = 'turns' THEN (SELECT jsonb_agg((SELECT count(*) FROM cases_turn x WHERE x.id < e::bigint) ORDER BY o)
                              FROM jsonb_array_elements_text(d.value) WITH ORDINALITY a(e, o))
   WHEN d.key = 'answer' THEN to_jsonb((SELECT count(*) FROM cases_answer x WHERE x.id < d.value::text::bigint))
   WHEN d.key = 'file' THEN to_jsonb(0)
   ELSE d.value END) FROM jsonb_each(t.detail) d)"""


def contents():
    """Every compared table as sorted rows of text."""
    names = {"case": PLACE.format(table="cases_case", column="case_id"), "turn": PLACE.format(table="cases_turn", column="turn_id"),
             "parent": PLACE.format(table="cases_turn", column="parent_id"), "detail": DETAIL}
    found = {}
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            sql = (f"SELECT {columns.format(**names)} FROM {table} t" if columns else
                   "SELECT unit_id, day, measure, part, sum(amount) FROM (SELECT unit_id, day, measure, part, amount FROM "
                   "indicator_delta UNION ALL SELECT unit_id, day, measure, part, amount FROM indicator_base) t GROUP BY 1, 2, 3, 4 "
                   "HAVING sum(amount) <> 0")
            cursor.execute(sql)
            found[table] = sorted(str(row) for row in cursor.fetchall())
    found["correspondence_pace"] = sorted(map(str, Pace.objects.values_list("unit_id", "sent_at", "instruct", "read", "answer", "evaluate", "conclude")))
    return found


class Author:
    """Invents one random life as a Past: the same events are then done by the verbs."""

    def __init__(self, rng, w, instruction):
        self.rng, self.w, self.instruction, self.events, self.key = rng, w, instruction, [], 0
        self.at = self.created = START + timedelta(minutes=rng.randint(0, 300))
        self.heads = {w.north.pk: w.north_head, w.south.pk: w.south_head, w.north_1.pk: w.north_1_head,
                      w.north_2.pk: w.north_2_head}

    def to(self, unit, purpose="action"):
        self.key += 1
        instruction = self.instruction.pk if self.rng.random() < 0.5 else None
        return To(self.key, unit, purpose, None, instruction, self.rng.choice(("", "Urge")), self.rng.choice((None, 1, 3, 8)))

    def add(self, verb, actor, turn=None, to=(), text=""):
        self.at += timedelta(minutes=self.rng.randint(1, 900))
        self.events.append(Happened(self.at, verb, actor.pk, turn, to, text))

    def attended(self, item, router):
        """Whether the turn was closed."""
        holder, choice = self.heads[item.unit.pk], self.rng.random()
        if choice < 0.2:
            verb, who = ("return", holder) if choice < 0.12 else ("withdraw", router)
            self.add(verb, who, item.key, text="No es de aquí")
            return True
        if self.rng.random() < 0.6:
            self.add("accept", holder, item.key)
        return self.below(item, holder) and self.answered(item, holder, router)

    def below(self, item, holder):
        if item.unit.pk != self.w.north.pk or self.rng.random() > 0.6:
            return True
        units = self.rng.sample([self.w.north_1, self.w.north_2], self.rng.choice((1, 2)))
        turns = tuple(self.to(u) for u in units)
        self.add("subroute", holder, item.key, turns)
        return all([self.attended(turn, holder) for turn in turns])

    def answered(self, item, holder, router):
        if self.rng.random() < 0.3:
            self.add("report", holder, item.key, text="Vamos a la mitad")
        self.add("answer", holder, item.key, text="Atendido")
        if self.rng.random() < 0.3:
            self.add("withdraw_answer", holder, item.key, text="Faltó el anexo")
            self.add("answer", holder, item.key, text="Va completo")
        if self.rng.random() < 0.15:
            return False
        if self.rng.random() < 0.3:
            self.add("send_back", router, item.key, text="Falta el anexo")
            self.add("answer", holder, item.key, text="Con anexo")
        self.add("approve", router, item.key)
        return True

    def routed(self):
        w = self.w
        items = [self.to(u) for u in self.rng.sample([w.north, w.south], self.rng.choice((1, 2)))]
        copies = [self.to(w.north_2, "information")] if self.rng.random() < 0.4 else []
        self.add("route", w.head, to=(*items, *copies))
        done = all([self.attended(item, w.head) for item in items])
        for copy in copies:
            self.add("acknowledge", w.north_2_head, copy.key)
        if done and self.rng.random() < 0.7:
            self.add("conclude", w.head, text="Atendido por oficio")

    def past(self):
        rng, w = self.rng, self.w
        if rng.random() < 0.9:
            self.routed()
        elif rng.random() < 0.5:
            self.add("cancel", w.head, text="Folio duplicado")
        return Past(w.root, w.oficio.pk, f"Asunto número {rng.randint(1, 10**6)}", SENDER, self.created, self.created, w.head.pk,
                    letter_number=f"OF-{rng.randint(1, 99)}", dated=date(2026, 3, 1), addressee="Dirección", sheets=2,
                    amount=rng.choice((None, 5, 10)), level=rng.choice((0, 0, 1)), happened=tuple(self.events),
                    text="Texto del oficio")


def by_verbs(w, past):
    """The same life, each event by its verb at its own moment."""
    term = Term(past.amount) if past.amount is not None else None
    with time_machine.travel(past.created_at, tick=False):
        case = letters.register(actor=w.head, drafts=[LetterDraft(
            past.unit, w.oficio, past.subject, past.sender, number=past.letter_number, dated=past.dated,
            received_at=past.received_at, addressee=past.addressee, sheets=past.sheets, level=past.level, term=term, text=past.text)])[0]
    turns = {}
    for event in past.happened:
        actor = Person.objects.get(pk=event.actor)
        case = Case.objects.get(pk=case.pk)
        turn = Turn.objects.get(pk=turns[event.turn]) if event.turn else None
        with time_machine.travel(event.at, tick=False):
            made = take(w, event, actor, case, turn)
        turns |= {to.key: t.pk for to, t in zip(event.to, made or (), strict=False)}


def take(w, event, actor, case, turn):
    """One event."""
    if event.verb in ("route", "subroute"):
        drafts = [TurnDraft(to.unit, None, to.purpose, Instruction.objects.filter(pk=to.instruction_id).first(), to.text,
                            Term(to.amount) if to.amount is not None else None) for to in event.to]
        return services.route(actor=actor, case=case, drafts=drafts, parent=turn)
    if event.verb in ("answer", "report"):
        getattr(services, event.verb)(actor=actor, turn=turn, draft=AnswerDraft(event.text))
    elif event.verb in ("accept", "acknowledge", "approve"):
        getattr(services, event.verb)(actor=actor, turn=turn)
    elif event.verb == "archive":
        letters.archive(actor=actor, case=case, draft=letters.PlaceDraft(w.file, event.place.sheets))
    elif event.verb in ("conclude", "cancel"):
        getattr(letters, event.verb)(actor=actor, case=case, reason=event.text)
    else:
        verb = {"return": services.return_turn, "withdraw": services.withdraw, "send_back": services.send_back,
                "withdraw_answer": services.withdraw_answer}[event.verb]
        verb(actor=actor, turn=turn, reason=event.text)
    return None


class Undo(Exception):
    """Leaves the block and takes everything in it back."""


def left_by(work):
    """The contents of the tables after `work`, which is then taken back."""
    from django.db import transaction

    found = {}
    try:
        with transaction.atomic():
            work()
            found = contents()
            raise Undo
    except Undo:
        return found


@pytest.mark.parametrize(("seed", "trusted"), [(0, False), (1, True), (2, True)])
def test_n_verbs_and_one_writing_leave_equal_tables(seed, trusted):
    rng, w = Random(seed), make.world()
    instruction = Instruction.objects.get(institution=w.institution)
    w.file = letters.open_file(actor=w.head, unit=w.root, series=ArchiveSeries.objects.get(institution=w.institution),
                               title="Escrituras")
    pasts = [Author(rng, w, instruction).past() for _ in range(8)]
    last = pasts[0]
    if last.happened and last.happened[-1].verb == "conclude":
        end = Happened(last.happened[-1].at + timedelta(days=3), "archive", w.head.pk, place=Place(w.file.pk, 1, 4))
        last.happened = (*last.happened, end)
    verbs = left_by(lambda: [by_verbs(w, past) for past in pasts])
    rows = left_by(lambda: write_histories(pasts, source="demo", trusted=trusted))
    for table, found in verbs.items():
        assert rows[table] == found, table
    assert len(verbs["cases_move"]) > 30


def test_a_life_that_contradicts_itself_is_refused():
    w = make.world()
    past = Past(w.root, w.oficio.pk, "Asunto", SENDER, START, START, happened=(
        Happened(START, "route", w.head.pk, to=(To(1, w.north),)), Happened(START, "approve", w.head.pk, 1)))
    with pytest.raises(Impossible):
        write_histories([past], source="import")
    assert not Case.objects.exists()


def test_every_trigger_of_the_written_tables_is_known_to_the_writing_by_set():
    tables = [*bulk.ROWS, "cases_clock", "cases_tray", "cases_access", "cases_searchrow", "audit_entry", "correspondence_correspondent"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY(%s::regclass[])", [tables])
        found = {row[0] for row in cursor.fetchall()}
    assert {name for name in found if not name.startswith(("indicators_", "letters_pace_"))} <= bulk.KNOWN


def test_what_constraints_would_refuse_is_refused_by_set():
    w = make.world()
    past = Past(w.root, w.oficio.pk, "Asunto", SENDER, START, START, registrar_id=10**9)
    with pytest.raises(bulk.Broken):
        write_histories([past], source="load", trusted=True)
    assert not Case.objects.exists()


def test_folios_that_come_along_are_kept_and_the_numbering_goes_on():
    w = make.world()
    first, second = (Past(w.root, w.oficio.pk, "Asunto", SENDER, START, START, number=n, folio=f, year=2024)
                     for n, f in ((41, "ANT/41/2024"), (None, None)))
    written = write_histories([first, second], source="import")
    assert written.folios == ["ANT/41/2024", "212C01010000000/E/42/2024"]
