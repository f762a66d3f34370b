"""Folios, rows and places of new cases in one call: whoever waits for the same folios waits for nothing but this and the commit.

`given` is an array of objects with the columns of the case (without number and folio), the year under which its series counts
(`counter`, 0 for one that never begins anew), and how its folio is written: `head`, the number of at least `width` digits, `tail`.
"""
from django.db import migrations

FILE = """
CREATE FUNCTION public.cases_file(ids bigint[], words text[], given json)
RETURNS TABLE (filed bigint, numbered bigint, named text) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY WITH one AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY g.series_id, g.counter ORDER BY g.n) - 1 AS place
    FROM ROWS FROM (json_to_recordset(given) AS (
      id bigint, institution_id bigint, uuid uuid, kind text, state text, series_id bigint, year smallint, unit_id bigint,
      registrar_id bigint, assignee_id bigint, subject text, priority smallint, level smallint, received_at timestamptz,
      created_at timestamptz, due_at timestamptz, amber_at timestamptz, closed_at timestamptz, source text,
      counter int, head text, width int, tail text)) WITH ORDINALITY
      AS g (id, institution_id, uuid, kind, state, series_id, year, unit_id, registrar_id, assignee_id, subject, priority, level,
            received_at, created_at, due_at, amber_at, closed_at, source, counter, head, width, tail, n)
  ), taken AS MATERIALIZED (  -- in a fixed order, so that nobody waits in a circle
    SELECT s.series_id, s.counter, public.cases_next_folio(s.series_id, s.counter, s.count) AS first
    FROM (SELECT o.series_id, o.counter, count(*)::int AS count FROM one o GROUP BY 1, 2 ORDER BY 1, 2) s
  )
  INSERT INTO public.cases_case AS c (
    id, institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, assignee_id, subject, priority,
    level, received_at, created_at, due_at, amber_at, closed_at, source)
  SELECT o.id, o.institution_id, o.uuid, o.kind, o.state, o.series_id, o.year, t.first + o.place,
         o.head || CASE WHEN length((t.first + o.place)::text) < o.width THEN lpad((t.first + o.place)::text, o.width, '0')
                        ELSE (t.first + o.place)::text END || o.tail,
         o.unit_id, o.registrar_id, o.assignee_id, o.subject, o.priority, o.level, o.received_at, o.created_at, o.due_at, o.amber_at,
         o.closed_at, o.source
  FROM one o JOIN taken t ON t.series_id = o.series_id AND t.counter = o.counter ORDER BY o.n
  RETURNING c.id, c.number, c.folio::text;
  PERFORM public.cases_appear(ids, words);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_own_words")]
    operations = [migrations.RunSQL(FILE, "DROP FUNCTION public.cases_file(bigint[], text[], json);")]
