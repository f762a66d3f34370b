"""What is typed into the search line of a list, as a query of the text index: every word, whole, in another form, or begun.

Only titles keep their words whole, so a beginning is compared with those and with stems. A word that says nothing ("de", "la")
is left out, unless nothing else was typed. A number is found with any noughts before it.
"""
from django.db import migrations

QUERY = """
CREATE FUNCTION public.word_query(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg(DISTINCT way::text, ' | ')::tsquery FROM unnest(ARRAY[
    websearch_to_tsquery('pg_catalog.spanish', word), websearch_to_tsquery('pg_catalog.spanish', public.norm(word)),
    to_tsquery('pg_catalog.simple', (SELECT string_agg(p || CASE WHEN length(p) > 2 THEN ':*' ELSE '' END, ' & ')
                                     FROM regexp_split_to_table(public.norm(word), '[^[:alnum:]]+') p WHERE p <> '')),
    CASE WHEN word ~ '^[0-9]{1,8}$' THEN to_tsquery('pg_catalog.simple', (
      SELECT string_agg(lpad(d, n, '0'), ' | ') FROM ltrim(word, '0') d, generate_series(greatest(length(d), 1), 8) n)) END]) way
  WHERE numnode(way) > 0
$$;
CREATE FUNCTION public.words_query(words text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE word text; telling tsquery := ''; others tsquery := '';
BEGIN
  FOR word IN SELECT regexp_replace(w, '^[^[:alnum:]]+|[^[:alnum:]]+$', '', 'g') FROM regexp_split_to_table(words, '[[:space:]]+') w LOOP
    IF word = '' THEN CONTINUE; END IF;
    IF numnode(plainto_tsquery('pg_catalog.spanish', word)) > 0 THEN telling := telling && public.word_query(word);
    ELSE others := others && public.word_query(word); END IF;
  END LOOP;
  RETURN CASE WHEN numnode(telling) > 0 THEN telling ELSE others END;
END $$;
"""
NONE = "DROP FUNCTION public.words_query(text); DROP FUNCTION public.word_query(text);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_filed_in_one_call")]
    operations = [migrations.RunSQL(QUERY, NONE)]
