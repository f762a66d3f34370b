"""Registering one case needs no plan over sets: it is claimed, filed and made findable by steps that each write or read one row.

`cases_file_one` writes what `cases_file` writes for a list of one (a test compares them), but reads nothing back that is known.
`cases_claim` asks for each key in turn; `locks` come in a fixed order. The vectors of titles and texts are what they were: their text
without accents is made once, composed only where it is not yet, and the dictionaries make its capitals small.
"""
from django.db import migrations

_CLAIM = """
CREATE OR REPLACE FUNCTION public.cases_claim(keys uuid[], locks bigint[]) RETURNS TABLE (key uuid, id bigint, known boolean)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
"""
CLAIM = _CLAIM + """
DECLARE one bigint;
BEGIN
  FOREACH one IN ARRAY locks LOOP
    IF pg_advisory_xact_lock(one) IS NULL THEN NULL; END IF;  -- a condition is evaluated without a statement
  END LOOP;
  FOREACH key IN ARRAY keys LOOP
    SELECT c.id INTO id FROM public.cases_case c WHERE c.uuid = key;
    known := id IS NOT NULL;
    IF NOT known THEN id := nextval('public.cases_case_id_seq'); END IF;
    RETURN NEXT;
  END LOOP;
END $$;
"""
CLAIMED = _CLAIM + """
BEGIN
  PERFORM pg_advisory_xact_lock(k) FROM (SELECT k FROM unnest(locks) AS u(k) ORDER BY k) sorted;
  RETURN QUERY SELECT w.key, coalesce(c.id, nextval('public.cases_case_id_seq')), c.id IS NOT NULL
  FROM unnest(keys) WITH ORDINALITY w (key, n) LEFT JOIN cases_case c ON c.uuid = w.key ORDER BY w.n;
END $$;
"""
ONE = """
CREATE FUNCTION public.cases_file_one(
  given_id bigint, institution bigint, given_uuid uuid, kind text, state text, series bigint, year smallint, unit bigint,
  registrar bigint, assignee bigint, subject text, priority smallint, level smallint, received timestamptz, created timestamptz,
  due timestamptz, amber timestamptz, closed timestamptz, source text, counter int, head text, width int, tail text, words text,
  OUT numbered bigint, OUT named text)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE tokens bigint[];
BEGIN
  UPDATE public.cases_foliocounter c SET last = c.last + 1 WHERE c.series_id = series AND c.year = counter RETURNING c.last INTO numbered;
  IF NOT FOUND THEN numbered := public.cases_next_folio(series, counter, 1); END IF;
  named := head || lpad(numbered::text, greatest(width, length(numbered::text)), '0') || tail;
  INSERT INTO public.cases_case (
    id, institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, assignee_id, subject, priority,
    level, received_at, created_at, due_at, amber_at, closed_at, source)
  VALUES (given_id, institution, given_uuid, kind, state, series, year, numbered, named, unit, registrar, assignee, subject, priority,
          level, received, created, due, amber, closed, source);
  INSERT INTO public.cases_tray (institution_id, unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at, order_at, since)
  SELECT institution, unit, assignee, given_id, NULL, 'owner', CASE WHEN s.waits THEN 3 ELSE 1 END, unit * 4 + level, due, amber,
         coalesce(due, received + interval '100 years'), received
  FROM public.cases_state s WHERE s.kind = cases_file_one.kind AND s.state = cases_file_one.state;
  tokens := array_remove(ARRAY(SELECT unnest(ARRAY[unit * 4 + level, -registrar, -assignee]) UNION
                               SELECT -p.person_id FROM public.cases_party p WHERE p.case_id = given_id ORDER BY 1), NULL);
  INSERT INTO public.cases_access (token, case_id) SELECT unnest(tokens), given_id;
  INSERT INTO public.cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens)
  VALUES (institution, kind, given_id, 0, given_id, named || ' ' || subject, words, received, tokens || public.month_token(received));
END $$;
"""
NONE = """
DROP FUNCTION public.cases_file_one(bigint, bigint, uuid, text, text, bigint, smallint, bigint, bigint, bigint, text, smallint,
  smallint, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, text, int, text, int, text, text);
"""
VECTORS = """
CREATE FUNCTION public.without_accents(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN translate(CASE WHEN t IS NFC NORMALIZED THEN t ELSE normalize(t, NFC) END, 'áéíóúüÁÉÍÓÚÜ', 'aeiouuAEIOUU');
END $$;
CREATE OR REPLACE FUNCTION public.doc_vector(t text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN to_tsvector('pg_catalog.spanish', t) || to_tsvector('pg_catalog.spanish', public.without_accents(t));
END $$;
CREATE OR REPLACE FUNCTION public.title_vector(t text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE plain text := public.without_accents(t);
BEGIN
  RETURN setweight(to_tsvector('pg_catalog.spanish', t) || to_tsvector('pg_catalog.spanish', plain)
    || to_tsvector('pg_catalog.simple', regexp_replace(plain, '[^[:alnum:]]+', ' ', 'g')), 'A');
END $$;
"""
VECTORS_BEFORE = """
CREATE OR REPLACE FUNCTION public.doc_vector(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.spanish', t) || to_tsvector('pg_catalog.spanish', public.norm(t))
$$;
CREATE OR REPLACE FUNCTION public.title_vector(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(public.doc_vector(t)
    || to_tsvector('pg_catalog.simple', regexp_replace(public.norm(t), '[^[:alnum:]]+', ' ', 'g')), 'A')
$$;
DROP FUNCTION public.without_accents(text);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_turns_and_answers_by_day")]
    operations = [migrations.RunSQL(CLAIM, CLAIMED), migrations.RunSQL(ONE, NONE), migrations.RunSQL(VECTORS, VECTORS_BEFORE)]
