"""Opening a case asks the database less often: one call claims keys and numbers, one makes the case appear.

`cases_claim` waits for whoever registers the same key and only then looks for its case, so a resend finds it: within
one statement of its own the second look would see the past. `cases_place` is the part of `cases_refresh` that new
cases need too; theirs have nothing to take away and no search row to correct.
"""
from django.db import migrations

CLAIM = """
CREATE FUNCTION public.cases_claim(keys uuid[], locks bigint[]) RETURNS TABLE (key uuid, id bigint, known boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(k) FROM (SELECT k FROM unnest(locks) AS u(k) ORDER BY k) sorted;
  RETURN QUERY SELECT w.key, coalesce(c.id, nextval('public.cases_case_id_seq')), c.id IS NOT NULL
  FROM unnest(keys) WITH ORDINALITY w (key, n) LEFT JOIN cases_case c ON c.uuid = w.key ORDER BY w.n;
END $$;
"""
PLACE = """
CREATE FUNCTION public.cases_place(ids bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO cases_tray AS y (institution_id, unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at,
                               order_at, since)
  SELECT p.institution_id, p.unit_id, p.person_id, p.case_id, p.turn_id, p.side, p.tab, p.token, p.due_at, p.amber_at,
         CASE WHEN p.tab = 4 THEN 'epoch'::timestamptz + (timestamptz '2200-01-01 00:00+00' - p.since)
              ELSE coalesce(p.due_at, p.since + interval '100 years') END, p.since
  FROM public.cases_places(ids) p
  ON CONFLICT (case_id, turn_id, side) DO UPDATE SET
    unit_id = excluded.unit_id, person_id = excluded.person_id, tab = excluded.tab, token = excluded.token,
    due_at = excluded.due_at, amber_at = excluded.amber_at, order_at = excluded.order_at, since = excluded.since
  WHERE (y.unit_id, y.person_id, y.tab, y.token, y.due_at, y.amber_at, y.since)
    IS DISTINCT FROM (excluded.unit_id, excluded.person_id, excluded.tab, excluded.token, excluded.due_at,
                      excluded.amber_at, excluded.since);
  INSERT INTO cases_access (token, case_id) SELECT t.token, t.case_id FROM public.cases_tokens(ids) t
  ON CONFLICT DO NOTHING;
END $$;
CREATE OR REPLACE FUNCTION public.cases_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  DELETE FROM cases_tray y WHERE y.case_id = ANY (ids) AND NOT EXISTS (
    SELECT 1 FROM public.cases_places(ids) p WHERE p.case_id = y.case_id
      AND p.turn_id IS NOT DISTINCT FROM y.turn_id AND p.side = y.side);
  PERFORM public.cases_place(ids);
  UPDATE cases_searchrow s SET tokens = n.tokens || public.month_token(s.at)
  FROM (SELECT a.case_id, array_agg(a.token ORDER BY a.token) AS tokens FROM cases_access a
        WHERE a.case_id = ANY (ids) GROUP BY a.case_id) n
  WHERE s.case_id = n.case_id AND s.tokens <> n.tokens || public.month_token(s.at);
END $$;
CREATE FUNCTION public.cases_appear(ids bigint[], words text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM public.cases_place(ids);
  INSERT INTO cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens)
  SELECT c.institution_id, c.kind, c.id, 0, c.id, c.folio || ' ' || c.subject, w.body, c.received_at,
         (SELECT array_agg(a.token ORDER BY a.token) FROM cases_access a WHERE a.case_id = c.id) || public.month_token(c.received_at)
  FROM unnest(ids, words) w (id, body) JOIN cases_case c ON c.id = w.id;
END $$;
"""
BACK = """
DROP FUNCTION public.cases_appear(bigint[], text[]);
CREATE OR REPLACE FUNCTION public.cases_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  DELETE FROM cases_tray y WHERE y.case_id = ANY (ids) AND NOT EXISTS (
    SELECT 1 FROM public.cases_places(ids) p WHERE p.case_id = y.case_id
      AND p.turn_id IS NOT DISTINCT FROM y.turn_id AND p.side = y.side);
  INSERT INTO cases_tray AS y (institution_id, unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at,
                               order_at, since)
  SELECT p.institution_id, p.unit_id, p.person_id, p.case_id, p.turn_id, p.side, p.tab, p.token, p.due_at, p.amber_at,
         CASE WHEN p.tab = 4 THEN 'epoch'::timestamptz + (timestamptz '2200-01-01 00:00+00' - p.since)
              ELSE coalesce(p.due_at, p.since + interval '100 years') END, p.since
  FROM public.cases_places(ids) p
  ON CONFLICT (case_id, turn_id, side) DO UPDATE SET
    unit_id = excluded.unit_id, person_id = excluded.person_id, tab = excluded.tab, token = excluded.token,
    due_at = excluded.due_at, amber_at = excluded.amber_at, order_at = excluded.order_at, since = excluded.since
  WHERE (y.unit_id, y.person_id, y.tab, y.token, y.due_at, y.amber_at, y.since)
    IS DISTINCT FROM (excluded.unit_id, excluded.person_id, excluded.tab, excluded.token, excluded.due_at,
                      excluded.amber_at, excluded.since);
  INSERT INTO cases_access (token, case_id) SELECT t.token, t.case_id FROM public.cases_tokens(ids) t
  ON CONFLICT DO NOTHING;
  UPDATE cases_searchrow s SET tokens = n.tokens || public.month_token(s.at)
  FROM (SELECT a.case_id, array_agg(a.token ORDER BY a.token) AS tokens FROM cases_access a
        WHERE a.case_id = ANY (ids) GROUP BY a.case_id) n
  WHERE s.case_id = n.case_id AND s.tokens <> n.tokens || public.month_token(s.at);
END $$;
DROP FUNCTION public.cases_place(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_phrases")]
    operations = [
        migrations.RunSQL(CLAIM, "DROP FUNCTION public.cases_claim(uuid[], bigint[]);"),
        migrations.RunSQL(PLACE, BACK),
    ]
