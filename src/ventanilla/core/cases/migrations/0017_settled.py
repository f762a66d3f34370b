"""A stamp of what is set up once and read by every registration (`core/settled.py`).

Each change writes one row and takes those that it finds together with it, whoever else changes something at that moment being
passed over: nobody waits, and the `bit_xor` of what is left is that of all changes.
"""
from django.db import migrations

from ventanilla.core.settled import undone, unsettled_by

STAMP = """
CREATE TABLE public.cases_settled (value bigint NOT NULL);
INSERT INTO public.cases_settled VALUES (hashtextextended(gen_random_uuid()::text, 0));
CREATE FUNCTION public.cases_unsettle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH gone AS (
    DELETE FROM public.cases_settled s USING (SELECT o.ctid AS place FROM public.cases_settled o FOR UPDATE SKIP LOCKED) f
    WHERE s.ctid = f.place RETURNING s.value
  )
  INSERT INTO public.cases_settled
  SELECT coalesce(bit_xor(g.value), 0) # hashtextextended(gen_random_uuid()::text, 0) FROM gone g;
  RETURN NULL;
END $$;
"""
CHANGED = ("orgs_unit", "orgs_role", "orgs_grant", "orgs_absence", "workdays_calendar", "workdays_calendarversion", "cases_folioseries")
NEW_NEEDS_NONE = ("orgs_institution", "orgs_person")
FORWARD = unsettled_by(CHANGED) + unsettled_by(NEW_NEEDS_NONE, "UPDATE OR DELETE OR TRUNCATE")


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_states_and_trays_by_index_alone"), ("workdays", "0002_rules"), ("orgs", "0003_name_search")]
    operations = [
        migrations.RunSQL(STAMP + FORWARD, undone((*CHANGED, *NEW_NEEDS_NONE)) + """
            DROP FUNCTION public.cases_unsettle(); DROP TABLE public.cases_settled;"""),
    ]
