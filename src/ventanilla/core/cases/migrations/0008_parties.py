"""Parties and the person who has a case in hand: whom a case opens to, and where it waits.

A state in which nothing runs (`waits`: for an authorisation, for the requester) puts the case under "En espera".
"""
from django.db import migrations

WAITS = "ALTER TABLE cases_state ADD COLUMN waits boolean NOT NULL DEFAULT false;"
OWNED = """
ALTER TABLE cases_case ADD CONSTRAINT cases_case_assignee_owned FOREIGN KEY (institution_id, assignee_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
_TURNS = """
  UNION ALL
  SELECT t.institution_id, t.unit_id, t.person_id, t.case_id, t.id, 'holder',
         CASE WHEN t.closed_at IS NOT NULL THEN 4
              WHEN t.state = 'answered' THEN 3
              WHEN EXISTS (SELECT 1 FROM cases_turn k WHERE k.parent_id = t.id AND k.closed_at IS NULL
                           AND k.purpose = 'action') THEN 3
              ELSE 1 END,
         t.unit_id * 4 + c.level, t.due_at, t.amber_at, coalesce(t.closed_at, t.answered_at, t.sent_at)
  FROM cases_turn t JOIN cases_case c ON c.id = t.case_id WHERE c.id = ANY (ids)
  UNION ALL
  SELECT t.institution_id, t.from_unit_id, NULL, t.case_id, t.id, 'router', 2,
         t.from_unit_id * 4 + c.level, t.due_at, t.amber_at, t.answered_at
  FROM cases_turn t JOIN cases_case c ON c.id = t.case_id WHERE c.id = ANY (ids) AND t.state = 'answered'
$$;
"""
_HEAD = """
CREATE OR REPLACE FUNCTION public.cases_places(ids bigint[])
RETURNS TABLE (institution_id bigint, unit_id bigint, person_id bigint, case_id bigint, turn_id bigint, side text,
               tab int, token bigint, due_at timestamptz, amber_at timestamptz, since timestamptz)
LANGUAGE sql STABLE AS $$
"""
PLACES = _HEAD + """
  SELECT c.institution_id, c.unit_id, c.assignee_id, c.id, NULL::bigint, 'owner',
         CASE WHEN c.closed_at IS NOT NULL THEN 4
              WHEN EXISTS (SELECT 1 FROM cases_turn t WHERE t.case_id = c.id AND t.closed_at IS NULL
                           AND t.purpose = 'action') THEN 3
              WHEN s.waits THEN 3
              ELSE 1 END,
         c.unit_id * 4 + c.level, c.due_at, c.amber_at, coalesce(c.closed_at, c.received_at)
  FROM cases_case c JOIN cases_state s ON s.kind = c.kind AND s.state = c.state WHERE c.id = ANY (ids)
""" + _TURNS
PLACES_BEFORE = _HEAD + """
  SELECT c.institution_id, c.unit_id, NULL::bigint, c.id, NULL::bigint, 'owner',
         CASE WHEN c.closed_at IS NOT NULL THEN 4
              WHEN EXISTS (SELECT 1 FROM cases_turn t WHERE t.case_id = c.id AND t.closed_at IS NULL
                           AND t.purpose = 'action') THEN 3
              ELSE 1 END,
         c.unit_id * 4 + c.level, c.due_at, c.amber_at, coalesce(c.closed_at, c.received_at)
  FROM cases_case c WHERE c.id = ANY (ids)
""" + _TURNS
_TOKENS = """
CREATE OR REPLACE FUNCTION public.cases_tokens(ids bigint[]) RETURNS TABLE (token bigint, case_id bigint) LANGUAGE sql STABLE AS $$
  SELECT c.unit_id * 4 + c.level, c.id FROM cases_case c WHERE c.id = ANY (ids)
  UNION
  SELECT -c.registrar_id, c.id FROM cases_case c WHERE c.id = ANY (ids) AND c.registrar_id IS NOT NULL
  UNION
  SELECT u.unit_id * 4 + c.level, c.id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  CROSS JOIN LATERAL (VALUES (t.unit_id), (t.from_unit_id)) u (unit_id) WHERE c.id = ANY (ids)
  UNION
  SELECT -t.person_id, c.id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  WHERE c.id = ANY (ids) AND t.person_id IS NOT NULL
"""
TOKENS = _TOKENS + """
  UNION
  SELECT -c.assignee_id, c.id FROM cases_case c WHERE c.id = ANY (ids) AND c.assignee_id IS NOT NULL
  UNION
  SELECT -p.person_id, p.case_id FROM cases_party p WHERE p.case_id = ANY (ids)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_one_call"), ("orgs", "0001_initial")]
    operations = [
        migrations.RunSQL(WAITS, "ALTER TABLE cases_state DROP COLUMN waits;"),
        migrations.RunSQL(OWNED, "ALTER TABLE cases_case DROP CONSTRAINT cases_case_assignee_owned;"),
        migrations.RunSQL(PLACES, PLACES_BEFORE),
        migrations.RunSQL(TOKENS, _TOKENS + "$$;"),
    ]
