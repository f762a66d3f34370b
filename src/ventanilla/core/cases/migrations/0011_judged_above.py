"""An answer that nobody but its author may evaluate waits in the tray of the unit above, and opens to it.

The rule is that of `judging.judges_of`: whoever routes nearest to the unit the turn was sent from and did not write the answer, else
whoever routes in the nearest unit above.
"""
from importlib import import_module

from django.db import migrations

JUDGING = """
CREATE FUNCTION public.cases_judging_unit(wanted bigint, origin bigint, sender bigint, secrecy int) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  author bigint; today date; upwards bigint[]; place bigint;
BEGIN
  SELECT a.person_id INTO author FROM cases_answer a WHERE a.turn_id = wanted AND NOT a.partial AND a.verdict = '' LIMIT 1;
  IF author IS NULL OR EXISTS (SELECT 1 FROM orgs_person p WHERE p.id = sender AND p.id <> author AND p.active) THEN
    RETURN origin;
  END IF;
  SELECT (now() AT TIME ZONE i.time_zone)::date, u.path INTO today, upwards
  FROM orgs_unit u JOIN orgs_institution i ON i.id = u.institution_id WHERE u.id = origin;
  FOR n IN REVERSE cardinality(upwards)..1 LOOP
    place := upwards[n];
    IF EXISTS (
      WITH held AS (
        SELECT g.person_id, array_position(u.path, g.unit_id) AS depth
        FROM orgs_unit u JOIN orgs_grant g ON g.unit_id = u.id OR (g.subtree AND g.unit_id = ANY (u.path))
        JOIN orgs_role r ON r.id = g.role_id
        WHERE u.id = place AND g.valid_from <= today AND (g.valid_to IS NULL OR g.valid_to > today)
          AND r.capabilities @> ARRAY['cases.read', 'cases.route']::varchar[] AND r.clearance >= secrecy
      ), near AS (SELECT person_id FROM held WHERE depth = (SELECT max(depth) FROM held)
      ), told AS (
        SELECT person_id FROM near
        UNION
        SELECT b.acting_id FROM near m JOIN orgs_absence b ON b.person_id = m.person_id
        WHERE b.acting_id IS NOT NULL AND b.valid_from <= today AND b.valid_to > today)
      SELECT 1 FROM told d JOIN orgs_person p ON p.id = d.person_id WHERE p.active AND p.id <> author) THEN
      RETURN place;
    END IF;
  END LOOP;
  RETURN origin;
END $$;
"""
BEFORE = import_module("ventanilla.core.cases.migrations.0008_parties")
_ROUTER = """
  SELECT t.institution_id, t.from_unit_id, NULL, t.case_id, t.id, 'router', 2,
         t.from_unit_id * 4 + c.level, t.due_at, t.amber_at, t.answered_at
  FROM cases_turn t JOIN cases_case c ON c.id = t.case_id WHERE c.id = ANY (ids) AND t.state = 'answered'
"""
_JUDGE = """
  SELECT t.institution_id, j.unit_id, NULL, t.case_id, t.id, 'router', 2,
         j.unit_id * 4 + c.level, t.due_at, t.amber_at, t.answered_at
  FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  CROSS JOIN LATERAL public.cases_judging_unit(t.id, t.from_unit_id, t.from_person_id, c.level) AS j (unit_id)
  WHERE c.id = ANY (ids) AND t.state = 'answered'
"""
_OPENS = """
  UNION
  SELECT j.unit_id * 4 + c.level, c.id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  CROSS JOIN LATERAL public.cases_judging_unit(t.id, t.from_unit_id, t.from_person_id, c.level) AS j (unit_id)
  WHERE c.id = ANY (ids) AND t.state = 'answered'
$$;
"""
assert _ROUTER in BEFORE.PLACES
PLACES = BEFORE.PLACES.replace(_ROUTER, _JUDGE)
TOKENS = BEFORE.TOKENS.replace("\n$$;\n", _OPENS)


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_in_hand"), ("orgs", "0001_initial")]
    operations = [
        migrations.RunSQL(JUDGING, "DROP FUNCTION public.cases_judging_unit(bigint, bigint, bigint, int);"),
        migrations.RunSQL(PLACES + TOKENS, BEFORE.PLACES + BEFORE.TOKENS),
    ]
