"""What a move to another generation leaves to answer; a practice is found as soon as it says something."""
import django.contrib.postgres.fields
from django.db import migrations, models

FOUND = """
CREATE FUNCTION public.practices_follow_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.practices_index(NEW.practice_id); RETURN NULL; END $$;
CREATE TRIGGER practices_follow_revision AFTER INSERT ON practices_practicerevision
  FOR EACH ROW EXECUTE FUNCTION public.practices_follow_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0021_life_rules")]
    operations = [
        migrations.AddField("practicerevision", "to_answer", django.contrib.postgres.fields.ArrayField(
            base_field=models.CharField(max_length=80), default=list, size=None)),
        migrations.RunSQL(FOUND, "DROP FUNCTION public.practices_follow_revision() CASCADE;"),
    ]
