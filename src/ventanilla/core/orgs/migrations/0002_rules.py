"""What the database refuses and computes: text keys, the tree, periods that overlap, owners of rows."""
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.norm(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT translate(lower(normalize(t, NFC)), 'áéíóúü', 'aeiouu') $$;
CREATE FUNCTION public.sort_key(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT left(replace(public.norm(t), 'ñ', 'n~'), 400) $$;
CREATE FUNCTION public.this_xid() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT pg_current_xact_id()::text::bigint $$;
CREATE FUNCTION public.tri(t text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT coalesce(array_agg(DISTINCT substr(w, i, 3)), '{}')
      FROM (SELECT '  ' || public.norm(t) || ' ' AS w) s, generate_series(1, greatest(length(s.w) - 2, 0)) i $$;
CREATE FUNCTION public.key_of(t text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT hashtextextended(t, 0) & 9007199254740991 $$;
"""
UNFUNCTIONS = """
DROP FUNCTION public.key_of(text); DROP FUNCTION public.tri(text); DROP FUNCTION public.this_xid();
DROP FUNCTION public.sort_key(text); DROP FUNCTION public.norm(text);
"""
TREE = """
CREATE FUNCTION public.orgs_unit_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above bigint[] := '{}'; owner bigint;
BEGIN
  IF NEW.parent_id IS NOT NULL THEN
    SELECT path, institution_id INTO above, owner FROM orgs_unit WHERE id = NEW.parent_id FOR SHARE;
    IF owner IS DISTINCT FROM NEW.institution_id THEN
      RAISE EXCEPTION 'la unidad superior es de otra institución' USING ERRCODE = '23514';
    END IF;
    IF NEW.id = ANY (above) THEN
      RAISE EXCEPTION 'una unidad no puede depender de sí misma' USING ERRCODE = '23514';
    END IF;
  END IF;
  NEW.path := above || NEW.id;
  NEW.sort_key := public.sort_key(NEW.name);
  RETURN NEW;
END $$;
CREATE TRIGGER orgs_unit_place BEFORE INSERT OR UPDATE OF parent_id, name ON orgs_unit
  FOR EACH ROW EXECUTE FUNCTION public.orgs_unit_place();
CREATE FUNCTION public.orgs_unit_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.path IS DISTINCT FROM OLD.path THEN
    UPDATE orgs_unit SET parent_id = parent_id WHERE parent_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER orgs_unit_below AFTER UPDATE OF parent_id ON orgs_unit
  FOR EACH ROW EXECUTE FUNCTION public.orgs_unit_below();
CREATE FUNCTION public.orgs_person_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sort_key := public.sort_key(concat_ws(' ', NEW.surname_1, NEW.surname_2, NEW.given_name));
  RETURN NEW;
END $$;
CREATE TRIGGER orgs_person_key BEFORE INSERT OR UPDATE ON orgs_person
  FOR EACH ROW EXECUTE FUNCTION public.orgs_person_key();
"""
UNTREE = """
DROP FUNCTION public.orgs_unit_place() CASCADE; DROP FUNCTION public.orgs_unit_below() CASCADE;
DROP FUNCTION public.orgs_person_key() CASCADE;
"""
PERIODS = """
ALTER TABLE orgs_unit ADD CONSTRAINT orgs_unit_name_once EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(coalesce(parent_id, 0), coalesce(parent_id, 0), '[]') WITH &&,
  int8range(public.key_of(public.norm(name)), public.key_of(public.norm(name)), '[]') WITH &&,
  daterange(valid_from, valid_to) WITH &&) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_appointment ADD CONSTRAINT orgs_appointment_one_holder EXCLUDE USING gist (
  int8range(post_id, post_id, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_absence ADD CONSTRAINT orgs_absence_once EXCLUDE USING gist (
  int8range(person_id, person_id, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&);
CREATE UNIQUE INDEX orgs_post_one_head ON orgs_post (unit_id) WHERE kind = 'head';
ALTER TABLE orgs_person ADD CONSTRAINT orgs_person_unit_owned
  FOREIGN KEY (institution_id, unit_id) REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNPERIODS = """
ALTER TABLE orgs_person DROP CONSTRAINT orgs_person_unit_owned;
DROP INDEX orgs_post_one_head;
ALTER TABLE orgs_absence DROP CONSTRAINT orgs_absence_once;
ALTER TABLE orgs_appointment DROP CONSTRAINT orgs_appointment_one_holder;
ALTER TABLE orgs_unit DROP CONSTRAINT orgs_unit_name_once;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, UNFUNCTIONS),
        migrations.RunSQL(TREE, UNTREE),
        migrations.RunSQL(PERIODS, UNPERIODS),
    ]
