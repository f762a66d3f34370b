"""A practice is found as soon as it says something."""
from django.db import migrations

FOUND = """
CREATE FUNCTION public.practices_follow_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.practices_index(NEW.practice_id); RETURN NULL; END $$;
CREATE TRIGGER practices_follow_revision AFTER INSERT ON practices_practicerevision
  FOR EACH ROW EXECUTE FUNCTION public.practices_follow_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_life_rules")]
    operations = [migrations.RunSQL(FOUND, "DROP FUNCTION public.practices_follow_revision() CASCADE;")]
