"""What the database refuses: changing what was published, hours that overlap, owners that differ."""
from django.db import migrations

SEALED = """
CREATE FUNCTION public.workdays_version_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'la versión % del calendario ya se publicó y no puede cambiar', OLD.id USING ERRCODE = '23514';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER workdays_version_sealed BEFORE UPDATE OR DELETE ON workdays_calendarversion
  FOR EACH ROW EXECUTE FUNCTION public.workdays_version_sealed();
CREATE FUNCTION public.workdays_part_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE published timestamptz; owner bigint;
BEGIN
  owner := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
  SELECT published_at INTO published FROM workdays_calendarversion WHERE id = owner FOR SHARE;
  IF published IS NOT NULL OR (TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id) THEN
    RAISE EXCEPTION 'la versión % del calendario ya se publicó y no puede cambiar', owner USING ERRCODE = '23514';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER workdays_day_sealed BEFORE INSERT OR UPDATE OR DELETE ON workdays_dayexception
  FOR EACH ROW EXECUTE FUNCTION public.workdays_part_sealed();
CREATE TRIGGER workdays_range_sealed BEFORE INSERT OR UPDATE OR DELETE ON workdays_coveragerange
  FOR EACH ROW EXECUTE FUNCTION public.workdays_part_sealed();
"""
UNSEALED = """
DROP FUNCTION public.workdays_part_sealed() CASCADE;
DROP FUNCTION public.workdays_version_sealed() CASCADE;
"""
OWNERS = """
ALTER TABLE workdays_calendar ADD CONSTRAINT workdays_calendar_unit_owned
  FOREIGN KEY (institution_id, unit_id) REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workdays_calendarversion ADD CONSTRAINT workdays_version_calendar_owned
  FOREIGN KEY (institution_id, calendar_id) REFERENCES workdays_calendar (institution_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workdays_coveragerange ADD CONSTRAINT workdays_range_apart EXCLUDE USING gist (
  int8range(version_id, version_id, '[]') WITH &&,
  int4range(coalesce(weekday, 10 + (day - date '1970-01-01')), coalesce(weekday, 10 + (day - date '1970-01-01')), '[]')
    WITH &&,
  int4range(start_minute, end_minute) WITH &&);
"""
UNOWNERS = """
ALTER TABLE workdays_coveragerange DROP CONSTRAINT workdays_range_apart;
ALTER TABLE workdays_calendarversion DROP CONSTRAINT workdays_version_calendar_owned;
ALTER TABLE workdays_calendar DROP CONSTRAINT workdays_calendar_unit_owned;
"""


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]
    operations = [migrations.RunSQL(SEALED, UNSEALED), migrations.RunSQL(OWNERS, UNOWNERS)]
