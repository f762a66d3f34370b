"""A process that writes rows of the spine at random: statements of one and of many, rollbacks, hand-overs,
deletions.

Run as `python writer.py <dsn> <seed> <rounds>`; it prints how many transactions were committed.
"""

import random
import sys
import uuid
from typing import Any

import psycopg

CASE = """INSERT INTO cases_case (institution_id, uuid, kind, state, series_id, year, number, folio, unit_id,
subject, priority,
  level, received_at, created_at, source)
  SELECT s.institution_id, gen_random_uuid(), k.kind, k.state, s.id, 2026, %(base)s + n, 'x', s.unit_id, 'x',
  3, 0,
  timestamptz '2026-01-01' + random() * interval '200 days', now(), 'test'
  FROM generate_series(1, %(n)s) AS n, (SELECT * FROM cases_folioseries ORDER BY random() LIMIT 1) AS s,
  (SELECT kind, min(state) AS state FROM cases_state WHERE NOT ends AND kind = 'letter' GROUP BY kind ORDER BY kind LIMIT 1) AS
  k"""
TURN = """INSERT INTO cases_turn (institution_id, uuid, case_id, purpose, state, from_unit_id, unit_id, text,
sent_at, due_at, source)
  SELECT c.institution_id, gen_random_uuid(), c.id, CASE WHEN random() < .8 THEN 'action' ELSE 'information'
  END, 'sent',
  c.unit_id, u.id, '', c.received_at + random() * interval '20 days', c.received_at + interval '25 days',
  'test' FROM (SELECT * FROM cases_case WHERE closed_at IS NULL ORDER BY random() LIMIT %(n)s) AS c,
  LATERAL (SELECT id FROM orgs_unit WHERE institution_id = c.institution_id AND c.id > 0 ORDER BY random()
  LIMIT 1) AS u"""
PICK = "(SELECT id FROM {} WHERE {} ORDER BY random() LIMIT %(n)s)"
OPEN = PICK.format("cases_turn", "closed_at IS NULL AND purpose = 'action'")
ANSWER = f"""INSERT INTO cases_answer (uuid, turn_id, text, partial, at, verdict, verdict_reason)
  SELECT gen_random_uuid(), t.id, '', TRUE, t.sent_at + random() * interval '9 days', '', '' FROM cases_turn
  t WHERE id IN {OPEN}"""
WITHDRAW = f"""UPDATE cases_answer SET verdict = 'withdrawn', verdict_at = now()
  WHERE id IN {PICK.format("cases_answer", "verdict = ''")}"""
CLOSE = f"""UPDATE cases_turn SET state = 'closed', answered_at = sent_at + random() * interval '30 days',
  closed_at = sent_at + interval '31 days' WHERE id IN {OPEN}"""
CLOSED = PICK.format("cases_turn", "closed_at IS NOT NULL")
REOPEN = f"UPDATE cases_turn SET state = 'sent', closed_at = NULL WHERE id IN {CLOSED}"
IDLE = "NOT EXISTS (SELECT 1 FROM cases_turn t WHERE t.case_id = c.id AND t.closed_at IS NULL)"
END = f"""UPDATE cases_case SET closed_at = received_at + interval '40 days', state =
  (SELECT min(state) FROM cases_state s WHERE s.kind = cases_case.kind AND ends)
  WHERE id IN {PICK.format("cases_case c", IDLE)}"""
UNITS = "(SELECT id FROM orgs_unit ORDER BY random() LIMIT 1)"
MERGE = f"UPDATE cases_turn SET unit_id = {UNITS} WHERE closed_at IS NULL AND unit_id = {UNITS}"
HAND_OVER = f"UPDATE cases_case SET unit_id = {UNITS} WHERE closed_at IS NULL AND unit_id = {UNITS}"
DELETE = f"DELETE FROM cases_answer WHERE id IN {PICK.format('cases_answer', 'TRUE')}"
DOCUMENT = """WITH b AS (INSERT INTO documents_blob (sha256, size, media_type, quarantined, created_at)
  VALUES (%(sha)s, %(size)s, 'x', FALSE, now()) RETURNING id), d AS (
  INSERT INTO documents_document (institution_id, uuid, title, role, created_at)
  SELECT id, gen_random_uuid(), 'x', '', now() FROM orgs_institution LIMIT 1 RETURNING id)
  INSERT INTO documents_documentversion (document_id, uuid, number, blob_id, filename, created_at, state,
  problem,
    problem_details, page_count, engine)
  SELECT d.id, gen_random_uuid(), 1, b.id, 'x', now(), 'ready', '', '{}', 1, '' FROM b, d RETURNING
  document_id"""
ATTACH = """INSERT INTO cases_attachment (case_id, turn_id, document_id, role, private, at)
  SELECT t.case_id, CASE WHEN random() < .5 THEN t.id END, %(document)s, 'annex', false, now()
  FROM cases_turn t WHERE id IN (SELECT id FROM cases_turn ORDER BY random() LIMIT 1)"""
VERBS = [
    CASE,
    CASE,
    TURN,
    TURN,
    TURN,
    ANSWER,
    ANSWER,
    WITHDRAW,
    CLOSE,
    CLOSE,
    REOPEN,
    END,
    MERGE,
    HAND_OVER,
    DELETE,
    ATTACH,
]


def act(db: "psycopg.Connection[Any]", chance: random.Random) -> None:
    """One random statement."""
    sql = chance.choice(VERBS)
    values: dict[str, Any] = {"n": chance.choice([1, 1, 2, 7]), "base": chance.randrange(10**12)}
    if sql is ATTACH:
        row = db.execute(
            DOCUMENT, {"sha": uuid.UUID(int=chance.getrandbits(128)).hex * 2, "size": chance.randint(1, 9999)}
        )
        values["document"] = row.fetchone()[0]  # type: ignore[index]
    db.execute(sql, values)


def main(dsn: str, seed: int, rounds: int) -> int:
    """Transactions of one to three statements; three in ten are rolled back."""
    chance, done = random.Random(seed), 0
    with psycopg.connect(dsn) as db:
        db.execute("SELECT setseed(%s)", [seed / 1000])
        for _ in range(rounds):
            try:
                for _ in range(chance.randint(1, 3)):
                    act(db, chance)
                if chance.random() < 0.3:
                    db.rollback()
                else:
                    db.commit()
                    done += 1
            except psycopg.Error as error:
                db.rollback()
                if error.sqlstate not in ("40P01", "23514", "23505"):
                    raise
    return done


if __name__ == "__main__":
    sys.stdout.write(str(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
