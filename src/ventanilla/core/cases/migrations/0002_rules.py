"""What the database refuses and computes for the spine: states, owners, open children, places, search."""
from django.db import migrations

STATES = """
CREATE TABLE cases_state (
    kind varchar(24) NOT NULL, state varchar(24) NOT NULL, ends boolean NOT NULL, PRIMARY KEY (kind, state)
);
ALTER TABLE cases_case ADD CONSTRAINT cases_case_state FOREIGN KEY (kind, state)
  REFERENCES cases_state (kind, state) DEFERRABLE INITIALLY DEFERRED;
"""
OWNERS = """
ALTER TABLE cases_case ADD CONSTRAINT cases_case_unit_owned FOREIGN KEY (institution_id, unit_id)
  REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_turn ADD CONSTRAINT cases_turn_case_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_turn ADD CONSTRAINT cases_turn_unit_owned FOREIGN KEY (institution_id, unit_id)
  REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_turn ADD CONSTRAINT cases_turn_person_owned FOREIGN KEY (institution_id, person_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNERS = """
ALTER TABLE cases_turn DROP CONSTRAINT cases_turn_person_owned;
ALTER TABLE cases_turn DROP CONSTRAINT cases_turn_unit_owned;
ALTER TABLE cases_turn DROP CONSTRAINT cases_turn_case_owned;
ALTER TABLE cases_case DROP CONSTRAINT cases_case_unit_owned;
"""
GUARDS = """
CREATE FUNCTION public.cases_turn_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above record; this record;
BEGIN
  SELECT * INTO this FROM cases_turn WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF this.parent_id IS NOT NULL THEN
    SELECT * INTO above FROM cases_turn WHERE id = this.parent_id;
    IF above.case_id <> this.case_id THEN
      RAISE EXCEPTION 'el turno superior es de otro asunto' USING ERRCODE = '23514', CONSTRAINT = 'cases_turn_same_case';
    END IF;
    IF this.closed_at IS NULL AND this.purpose = 'action' AND (above.closed_at IS NOT NULL OR above.state = 'answered') THEN
      RAISE EXCEPTION 'el turno superior ya no está abierto' USING ERRCODE = '23514', CONSTRAINT = 'cases_turn_open_children';
    END IF;
    IF this.closed_at IS NULL AND this.purpose = 'action' AND above.due_at IS NOT NULL
       AND (this.due_at IS NULL OR this.due_at > above.due_at) THEN
      RAISE EXCEPTION 'un turno derivado no puede vencer después del que lo origina'
        USING ERRCODE = '23514', CONSTRAINT = 'cases_turn_due_within_parent';
    END IF;
  END IF;
  IF (this.closed_at IS NOT NULL OR this.state = 'answered') AND EXISTS (
      SELECT 1 FROM cases_turn c WHERE c.parent_id = this.id AND c.closed_at IS NULL AND c.purpose = 'action') THEN
    RAISE EXCEPTION 'quedan turnos derivados sin atender' USING ERRCODE = '23514', CONSTRAINT = 'cases_turn_open_children';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cases_turn_guard AFTER INSERT OR UPDATE OF state, closed_at, due_at, parent_id ON cases_turn
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.cases_turn_guard();
CREATE FUNCTION public.cases_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM cases_case c JOIN cases_turn t ON t.case_id = c.id
             WHERE c.id = NEW.id AND c.closed_at IS NOT NULL AND t.closed_at IS NULL AND t.purpose = 'action') THEN
    RAISE EXCEPTION 'quedan turnos sin atender' USING ERRCODE = '23514', CONSTRAINT = 'cases_case_open_turns';
  END IF;
  IF EXISTS (SELECT 1 FROM cases_case c JOIN cases_state s ON s.kind = c.kind AND s.state = c.state
             WHERE c.id = NEW.id AND s.ends <> (c.closed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'el estado y la fecha de cierre no concuerdan' USING ERRCODE = '23514', CONSTRAINT = 'cases_case_closed';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cases_case_guard AFTER UPDATE OF state, closed_at ON cases_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.cases_case_guard();
CREATE TRIGGER cases_move_fixed BEFORE UPDATE OR DELETE ON cases_move
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
"""
UNGUARDS = """
DROP TRIGGER cases_move_fixed ON cases_move;
DROP FUNCTION public.cases_case_guard() CASCADE; DROP FUNCTION public.cases_turn_guard() CASCADE;
"""
FOLIOS = """
CREATE FUNCTION public.cases_next_folio(series bigint, for_year int, n int) RETURNS bigint LANGUAGE sql AS $$
  INSERT INTO cases_foliocounter AS c (series_id, year, last) VALUES (series, for_year, n)
  ON CONFLICT (series_id, year) DO UPDATE SET last = c.last + n
  RETURNING last - n + 1
$$;
"""
SEARCH = """
CREATE FUNCTION public.doc_vector(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.spanish', t) || to_tsvector('pg_catalog.spanish', public.norm(t))
$$;
CREATE FUNCTION public.title_vector(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(public.doc_vector(t)
    || to_tsvector('pg_catalog.simple', regexp_replace(public.norm(t), '[^[:alnum:]]+', ' ', 'g')), 'A')
$$;
CREATE FUNCTION public.doc_query(q text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT websearch_to_tsquery('pg_catalog.spanish', q) || websearch_to_tsquery('pg_catalog.spanish', public.norm(q))
    || plainto_tsquery('pg_catalog.simple', regexp_replace(public.norm(q), '[^[:alnum:]]+', ' ', 'g'))
$$;
CREATE FUNCTION public.month_token(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 4000000000000000 + (extract(year FROM t AT TIME ZONE 'UTC') * 12
                             + extract(month FROM t AT TIME ZONE 'UTC') - 1)::bigint
$$;
CREATE FUNCTION public.cases_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.vector := public.title_vector(NEW.title) || public.doc_vector(left(NEW.body, 200000));
  RETURN NEW;
END $$;
CREATE TRIGGER cases_search_vector BEFORE INSERT OR UPDATE OF title, body ON cases_searchrow
  FOR EACH ROW EXECUTE FUNCTION public.cases_search_vector();
"""
UNSEARCH = """
DROP FUNCTION public.cases_search_vector() CASCADE; DROP FUNCTION public.month_token(timestamptz); DROP FUNCTION public.doc_query(text);
DROP FUNCTION public.title_vector(text); DROP FUNCTION public.doc_vector(text);
"""
PLACES = """
CREATE FUNCTION public.cases_places(ids bigint[])
RETURNS TABLE (institution_id bigint, unit_id bigint, person_id bigint, case_id bigint, turn_id bigint, side text,
               tab int, token bigint, due_at timestamptz, amber_at timestamptz, since timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.institution_id, c.unit_id, NULL::bigint, c.id, NULL::bigint, 'owner',
         CASE WHEN c.closed_at IS NOT NULL THEN 4
              WHEN EXISTS (SELECT 1 FROM cases_turn t WHERE t.case_id = c.id AND t.closed_at IS NULL
                           AND t.purpose = 'action') THEN 3
              ELSE 1 END,
         c.unit_id * 4 + c.level, c.due_at, c.amber_at, coalesce(c.closed_at, c.received_at)
  FROM cases_case c WHERE c.id = ANY (ids)
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
CREATE FUNCTION public.cases_tokens(ids bigint[]) RETURNS TABLE (token bigint, case_id bigint) LANGUAGE sql STABLE AS $$
  SELECT c.unit_id * 4 + c.level, c.id FROM cases_case c WHERE c.id = ANY (ids)
  UNION
  SELECT -c.registrar_id, c.id FROM cases_case c WHERE c.id = ANY (ids) AND c.registrar_id IS NOT NULL
  UNION
  SELECT u.unit_id * 4 + c.level, c.id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  CROSS JOIN LATERAL (VALUES (t.unit_id), (t.from_unit_id)) u (unit_id) WHERE c.id = ANY (ids)
  UNION
  SELECT -t.person_id, c.id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
  WHERE c.id = ANY (ids) AND t.person_id IS NOT NULL
$$;
CREATE FUNCTION public.cases_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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
"""
UNPLACES = """
DROP FUNCTION public.cases_refresh(bigint[]); DROP FUNCTION public.cases_tokens(bigint[]);
DROP FUNCTION public.cases_places(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("orgs", "0002_rules"), ("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(STATES, "ALTER TABLE cases_case DROP CONSTRAINT cases_case_state; DROP TABLE cases_state;"),
        migrations.RunSQL(OWNERS, UNOWNERS),
        migrations.RunSQL(GUARDS, UNGUARDS),
        migrations.RunSQL(FOLIOS, "DROP FUNCTION public.cases_next_folio(bigint, int, int);"),
        migrations.RunSQL(SEARCH, UNSEARCH),
        migrations.RunSQL(PLACES, UNPLACES),
    ]
