"""Opening a case costs the database less: plans are kept, and a new case appears without looking for turns.

`cases_claim` was planned anew in every call. `cases_appear` went through `cases_place`, which looks for turns and for
what to take away; a case that was made in this transaction has neither: its places are one tray and its own tokens.
The rules are those of `cases_places` and `cases_tokens` (a test compares both for every kind of case). Two foreign keys
of `cases_case` go: `(institution_id, unit_id)` refers to the unit already, whose institution the unit refers to itself.
"""
from django.db import migrations

CLAIM = "ALTER FUNCTION public.cases_claim(uuid[], bigint[]) SET plan_cache_mode = force_generic_plan;"
_APPEAR = """
CREATE OR REPLACE FUNCTION public.cases_appear(ids bigint[], words text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
"""
_SEARCH = """
  INSERT INTO cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens)
  SELECT c.institution_id, c.kind, c.id, 0, c.id, c.folio || ' ' || c.subject, w.body, c.received_at,
         (SELECT array_agg(a.token ORDER BY a.token) FROM cases_access a WHERE a.case_id = c.id) || public.month_token(c.received_at)
  FROM unnest(ids, words) w (id, body) JOIN cases_case c ON c.id = w.id;
END $$;
"""
APPEAR = _APPEAR + """
  INSERT INTO cases_tray (institution_id, unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at,
                          order_at, since)
  SELECT c.institution_id, c.unit_id, c.assignee_id, c.id, NULL, 'owner', CASE WHEN s.waits THEN 3 ELSE 1 END,
         c.unit_id * 4 + c.level, c.due_at, c.amber_at, coalesce(c.due_at, c.received_at + interval '100 years'), c.received_at
  FROM cases_case c JOIN cases_state s ON s.kind = c.kind AND s.state = c.state WHERE c.id = ANY (ids);
  INSERT INTO cases_access (token, case_id)
  SELECT t.token, c.id FROM cases_case c CROSS JOIN LATERAL (
    VALUES (c.unit_id * 4 + c.level), (-c.registrar_id), (-c.assignee_id)) t (token)
  WHERE c.id = ANY (ids) AND t.token IS NOT NULL
  UNION ALL
  SELECT -p.person_id, p.case_id FROM cases_party p WHERE p.case_id = ANY (ids)
  ON CONFLICT DO NOTHING;
""" + _SEARCH
BEFORE = _APPEAR + "  PERFORM public.cases_place(ids);" + _SEARCH
COVERED = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = 'cases_case'::regclass AND k.contype = 'f' AND cardinality(k.conkey) = 1
      AND a.attname IN ('institution_id', 'unit_id')
  LOOP EXECUTE format('ALTER TABLE cases_case DROP CONSTRAINT %I', name); END LOOP;
END $$;
"""
UNCOVERED = """
ALTER TABLE cases_case
  ADD CONSTRAINT cases_case_institution_id_7c335c71_fk_orgs_institution_id FOREIGN KEY (institution_id)
    REFERENCES orgs_institution (id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT cases_case_unit_id_f34fc706_fk_orgs_unit_id FOREIGN KEY (unit_id)
    REFERENCES orgs_unit (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_parties")]
    operations = [
        migrations.RunSQL(CLAIM, "ALTER FUNCTION public.cases_claim(uuid[], bigint[]) RESET plan_cache_mode;"),
        migrations.RunSQL(APPEAR, BEFORE),
        migrations.RunSQL(COVERED, UNCOVERED),
    ]
