"""A query in quotes, or with a word taken out (-word), means it: the arm for parts of folios, which knows neither, stays out."""
from django.db import migrations

QUERY = """
CREATE OR REPLACE FUNCTION public.doc_query(q text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT websearch_to_tsquery('pg_catalog.spanish', q) || websearch_to_tsquery('pg_catalog.spanish', public.norm(q)){parts}
$$;
"""
PARTS = " || plainto_tsquery('pg_catalog.simple', regexp_replace(public.norm(q), '[^[:alnum:]]+', ' ', 'g'))"
PLAIN = """ || CASE WHEN q ~ '"|(^|[[:space:]])-[[:alnum:]]' THEN ''::tsquery
      ELSE plainto_tsquery('pg_catalog.simple', regexp_replace(public.norm(q), '[^[:alnum:]]+', ' ', 'g')) END"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_plans")]
    operations = [migrations.RunSQL(QUERY.format(parts=PLAIN), QUERY.format(parts=PARTS))]
