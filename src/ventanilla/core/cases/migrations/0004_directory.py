"""Units and people in the one search: their rows are written by triggers, since the organisation knows no cases."""
from django.db import migrations

ROWS = """
CREATE FUNCTION public.cases_index_unit(wanted bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT u.institution_id, 'unit', u.id, 0, concat_ws(' ', u.name, nullif(u.short_name, '')),
         concat_ws(' ', nullif(u.code, ''), (SELECT string_agg(DISTINCT c.code, ' ') FROM orgs_unitcode c
                                             WHERE c.unit_id = u.id AND c.code <> u.code)),
         u.valid_from::timestamp AT TIME ZONE 'UTC',
         ARRAY[0, public.month_token(u.valid_from::timestamp AT TIME ZONE 'UTC')]
  FROM orgs_unit u WHERE u.id = wanted
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body
  WHERE (s.title, s.body) IS DISTINCT FROM (excluded.title, excluded.body);
$$;
CREATE FUNCTION public.cases_index_person(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cases_searchrow s WHERE s.kind = 'person' AND s.ref = wanted
    AND NOT EXISTS (SELECT 1 FROM orgs_person p WHERE p.id = wanted AND p.active);
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT p.institution_id, 'person', p.id, 0, concat_ws(' ', p.given_name, p.surname_1, nullif(p.surname_2, '')),
         concat_ws(' · ', (SELECT string_agg(DISTINCT t.title, ' · ') FROM orgs_appointment a
                           JOIN orgs_post t ON t.id = a.post_id
                           WHERE a.person_id = p.id AND (a.valid_to IS NULL OR a.valid_to > current_date)),
                   (SELECT u.name FROM orgs_unit u WHERE u.id = p.unit_id)),
         now(), ARRAY[0, public.month_token(now())]
  FROM orgs_person p WHERE p.id = wanted AND p.active
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body
  WHERE (s.title, s.body) IS DISTINCT FROM (excluded.title, excluded.body);
END $$;
CREATE FUNCTION public.cases_follow_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.cases_index_unit(NEW.id);
  IF TG_OP = 'UPDATE' AND NEW.name IS DISTINCT FROM OLD.name THEN
    PERFORM public.cases_index_person(p.id) FROM orgs_person p WHERE p.unit_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.cases_follow_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.cases_index_unit(NEW.unit_id); RETURN NULL; END $$;
CREATE FUNCTION public.cases_follow_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.cases_index_person(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION public.cases_follow_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.cases_index_person(coalesce(NEW.person_id, OLD.person_id)); RETURN NULL; END $$;
CREATE FUNCTION public.cases_forget_thing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN DELETE FROM cases_searchrow WHERE kind = TG_ARGV[0] AND ref = OLD.id; RETURN NULL; END $$;
CREATE TRIGGER cases_follow_unit AFTER INSERT OR UPDATE OF name, short_name, code ON orgs_unit
  FOR EACH ROW EXECUTE FUNCTION public.cases_follow_unit();
CREATE TRIGGER cases_forget_unit AFTER DELETE ON orgs_unit
  FOR EACH ROW EXECUTE FUNCTION public.cases_forget_thing('unit');
CREATE TRIGGER cases_follow_code AFTER INSERT OR UPDATE ON orgs_unitcode
  FOR EACH ROW EXECUTE FUNCTION public.cases_follow_code();
CREATE TRIGGER cases_follow_person AFTER INSERT OR UPDATE OF given_name, surname_1, surname_2, unit_id, active ON orgs_person
  FOR EACH ROW EXECUTE FUNCTION public.cases_follow_person();
CREATE TRIGGER cases_forget_person AFTER DELETE ON orgs_person
  FOR EACH ROW EXECUTE FUNCTION public.cases_forget_thing('person');
CREATE TRIGGER cases_follow_appointment AFTER INSERT OR UPDATE OR DELETE ON orgs_appointment
  FOR EACH ROW EXECUTE FUNCTION public.cases_follow_appointment();
CREATE INDEX cases_search_directory ON cases_searchrow USING gin (vector) WHERE kind IN ('unit', 'person');
SELECT count(public.cases_index_unit(id)) FROM orgs_unit;
SELECT count(public.cases_index_person(id)) FROM orgs_person;
"""
NONE = """
DROP INDEX cases_search_directory;
DROP FUNCTION public.cases_forget_thing() CASCADE; DROP FUNCTION public.cases_follow_appointment() CASCADE;
DROP FUNCTION public.cases_follow_person() CASCADE; DROP FUNCTION public.cases_follow_code() CASCADE;
DROP FUNCTION public.cases_follow_unit() CASCADE; DROP FUNCTION public.cases_index_person(bigint);
DROP FUNCTION public.cases_index_unit(bigint);
DELETE FROM cases_searchrow WHERE kind IN ('unit', 'person');
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_quiet_queue"), ("orgs", "0003_name_search")]
    operations = [migrations.RunSQL(ROWS, NONE)]
