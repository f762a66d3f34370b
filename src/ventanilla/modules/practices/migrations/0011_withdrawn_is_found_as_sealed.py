"""A withdrawn practice is found by what was sealed, as the public one it was; what its author had begun to write since is not."""
from django.db import migrations

INDEX = """
CREATE OR REPLACE FUNCTION public.practices_index(wanted bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT p.institution_id, 'practice', p.id, 0, p.title, coalesce(public.practices_words(r.values), ''), coalesce(p.registered_at, p.created_at),
         CASE WHEN p.public THEN ARRAY[0]::bigint[] ELSE ARRAY[p.unit_id * 4, -p.owner_id]::bigint[] END
           || public.month_token(coalesce(p.registered_at, p.created_at))
  FROM practices_practice p JOIN LATERAL (
    SELECT r.values FROM practices_practicerevision r
    WHERE r.practice_id = p.id AND ({condition} OR r.id = p.current_id) ORDER BY r.number DESC LIMIT 1) r ON true
  WHERE p.id = wanted
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body, at = excluded.at, tokens = excluded.tokens
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0010_bases_and_named_people")]
    operations = [migrations.RunSQL(INDEX.format(condition="NOT (p.public OR p.state = 'withdrawn')"), INDEX.format(condition="NOT p.public"))]
