"""Which cases say the words of a search line, or that they are too many to be told: estimated and read in one call."""
from django.db import migrations

# EXPLAIN counts as a change to a function, so this one cannot be called stable. A word and its beginning are estimated twice.
SAYING = """
CREATE FUNCTION public.cases_saying(words text, held bigint[], institution bigint, most integer) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  hits constant text := 'SELECT s.case_id FROM public.cases_searchrow s WHERE s.vector @@ public.words_query($1) AND s.tokens && $2'
    || ' AND s.institution_id = $3 AND s.kind <> ''page''';
  plan json; found bigint[];
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || hits INTO plan USING words, held, institution;
  IF (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float > 2 * most THEN RETURN NULL; END IF;
  EXECUTE 'SELECT array_agg(h.case_id) FROM (' || hits || ' LIMIT $4) h' INTO found USING words, held, institution, most + 1;
  RETURN CASE WHEN cardinality(found) > most THEN NULL ELSE coalesce(found, '{}') END;
END $$;
"""
NONE = "DROP FUNCTION public.cases_saying(text, bigint[], bigint, integer);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_lean_rows")]
    operations = [migrations.RunSQL(SAYING, NONE)]
