"""A circular that is sent, annexed, read and cancelled by the set leaves in every table of the database what the same steps leave when they
are taken letter by letter."""
import io
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.clocks import stop_clocks
from ventanilla.core.cases.models import Move, Turn
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.models import Absence
from ventanilla.modules.correspondence.services import circulars, circulars_sent, outgoing
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular, remind_circular

pytestmark = pytest.mark.django_db

TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  AND NOT a.attisdropped AND a.attgenerated = '' WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  GROUP BY c.relname ORDER BY c.relname
"""
KEYS = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c
JOIN LATERAL unnest(c.conkey, c.confkey) AS k(own, other) ON true
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
WHERE c.contype = 'f' AND b.attname = 'id'
"""
NAMED = {"case": "cases_case", "turn": "cases_turn", "document": "documents_document", "answer": "cases_answer",
         "circular": "correspondence_circular", "version": "documents_documentversion", "original": "documents_documentversion", "reminder": "correspondence_circularreminder"}
CHANCE = re.compile(r"salt|xid|digest|uuid|code|entry_id|message_id|^ref$|^(created_|scheduled_)?at$")
"""Columns whose values are drawn, or are the database's own clock or order."""
DRAWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|move:\d+:|[\w.-]+@localhost")
KEPT = {("cases_move", "at"), ("cases_answer", "at")}


class Dump:
    """What a table holds, its rows without their own keys and in no order; of what was made since the beginning each key is its place."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(TABLES)
            self.tables = dict(cursor.fetchall())
            cursor.execute(KEYS)
            self.targets = {(table, column): other for table, column, other in cursor.fetchall()}
            self.rows = {}
            for table, columns in self.tables.items():
                cursor.execute(f'SELECT {", ".join(f"{chr(34)}{c}{chr(34)}" for c in columns)} FROM "{table}"')
                self.rows[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def since(self, before):
        places = {}
        for table, rows in self.rows.items():
            known = {row.get("id") for row in before.rows[table]}
            fresh = sorted(row["id"] for row in rows if row.get("id") is not None and row["id"] not in known and isinstance(row["id"], int))
            places[table] = {key: f"<{n}>" for n, key in enumerate(fresh)}
        found = {}
        for table, rows in self.rows.items():
            old = Counter(json.dumps(row, default=repr, sort_keys=True) for row in before.rows[table])
            new = [row for row in rows if not old[json.dumps(row, default=repr, sort_keys=True)]]
            said = [{c: self.plain(places, table, c, v) for c, v in row.items() if c != "id"} for row in new]
            if table == "indicator_delta":
                sums = Counter()
                for row in said:
                    amount = row.pop("amount")
                    sums[json.dumps(row, sort_keys=True)] += int(amount)
                said = [{"sum": n, "of": key} for key, n in sums.items()]
            found[table] = sorted(json.dumps(row, sort_keys=True) for row in said)
        return found

    def plain(self, places, table, column, value):
        if value is None:
            return None
        if (CHANCE.search(column) and (table, column) not in KEPT) or isinstance(value, (UUID, memoryview, bytes)):
            return "drawn"
        if target := self.targets.get((table, column)):
            return places[target].get(value, value)
        if isinstance(value, datetime | date):
            return str(value)
        name = column.removesuffix("_id")
        if isinstance(value, int) and name in NAMED:
            return places[NAMED[name]].get(value, value)
        if isinstance(value, int | float | list):
            return value
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)
        text = DRAWN.sub("", text)
        for name, target in NAMED.items():
            text = re.sub(rf'((?:{name}s?(?:_id)?)"?: ?\[?|\b{name}:)((?:\d+(?:, ?)?)+)',
                          lambda m, t=target: m[1] + re.sub(r"\d+", lambda n: places[t].get(int(n[0]), n[0]), m[2]), text)
        return re.sub(r"/correspondencia/(circulares/)?(\d+)/",
                      lambda m: f"/{m[1]}{places['correspondence_circular' if m[1] else 'cases_case'].get(int(m[2]), m[2])}/", text)


def one_by_one(monkeypatch):
    """The verbs of one matter in the place of those of many."""
    def route_each(*, actor, sent):
        return [spine.route(actor=actor, case=case, drafts=[draft])[0] for case, draft in sent]

    def take_step_each(*, actor, cases, step, reason=""):
        for case in cases:
            spine.take_step(actor=actor, case=case, step=step, reason=reason)

    def attach_each(*, actor, given):
        cases = {row.case_id: row.case for row in given}
        return [made for pk, case in cases.items() for made in spine.attach(
            actor=actor, case=case, documents=[row.document for row in given if row.case_id == pk], role="annex")]

    def withdraw_each(turns, reason):
        for turn in turns:
            withdraw_each(Turn.objects.filter(parent=turn).order_by("pk"), reason)
            if turn.closed_at is None:
                with moving(turn, "withdraw", None, reason=reason) as move:
                    stop_clocks(move)

    monkeypatch.setattr(circulars, "route_each", route_each)
    monkeypatch.setattr(circulars, "take_step_each", take_step_each)
    monkeypatch.setattr(outgoing, "attach_each", attach_each)
    monkeypatch.setattr(circulars_sent, "take_step_each", take_step_each)
    monkeypatch.setattr(circulars_sent, "withdraw_each", withdraw_each)


def life(w, purpose):
    """A circular from its sending to its cancelling, by somebody who stands in for the head."""
    annexes = [v.document for v in store(actor=w.clerk, files=[FileDraft(f"{n}.txt", io.BytesIO(b"Anexo %d" % n), uuid=UUID(int=n)) for n in (1, 2)])]
    sent = send_circular(actor=w.clerk, draft=CircularDraft(
        w.root, w.oficio, "Cierre", "Calendario.", [w.north, w.south, w.north_1, w.north_2], purpose, Term(8) if purpose == "action" else None,
        UUID(int=7**40), ["Ayuntamiento", "Congreso"], annexes=annexes, remind_after=3))
    turns = {t.unit_id: t for t in Turn.objects.filter(case__letter__circular=sent)}
    if purpose == "information":
        spine.acknowledge(actor=w.north_head, turn=turns[w.north.pk])
    else:
        spine.answer(actor=w.north_head, turn=turns[w.north.pk], draft=AnswerDraft("Va", uuid=UUID(int=5)))
        below = make.turn(turns[w.south.pk].case, w.south_head, w.south_1, parent=turns[w.south.pk])
        spine.accept(actor=w.south_1_head, turn=below[0])
        answered = turns[w.north_1.pk]
        make.turn(answered.case, w.north_1_head, w.north_2, parent=answered, purpose="information")
        spine.answer(actor=w.north_1_head, turn=answered, draft=AnswerDraft("Va", uuid=UUID(int=6)))
        spine.approve(actor=w.head, turn=answered)
    remind_circular(actor=w.clerk, circular=sent, uuid=UUID(int=9))
    tell_moves(Move.objects.select_related("case").order_by("pk"))
    cancel_circular(actor=w.clerk, circular=sent, reason="Cambió la fecha")
    tell_moves(Move.objects.select_related("case").order_by("pk"))


@pytest.mark.parametrize("purpose", ["information", "action"])
def test_every_table_holds_the_same_afterwards(purpose, monkeypatch):
    w = make.world()
    today = timezone.localdate()
    Absence.objects.create(person=w.head, acting=w.clerk, valid_from=today, valid_to=today + timedelta(days=2))
    w.clerk.grants.all().delete()
    before, left, moment = Dump(), [], timezone.now()
    for set_based in (True, False):
        with time_machine.travel(moment, tick=False), transaction.atomic():
            if not set_based:
                one_by_one(monkeypatch)
            life(w, purpose)
            left.append(Dump().since(before))
            transaction.set_rollback(True)
    each, one = left
    assert len(each["cases_move"]) > 20 and len(each["notices_notice"]) > 20 and len(each["indicator_delta"]) > 10
    apart = {table: [sorted((Counter(a[table]) - Counter(b[table])).elements()) for a, b in ((each, one), (one, each))] for table in each}
    assert not any(only for only, _other in apart.values()) and each == one, json.dumps({t: both for t, both in apart.items() if any(both)}, indent=1)
