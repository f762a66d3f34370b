"""A team remembers the units where it was, so that what it left in their trays is still found as its own."""
import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


LEFT = """
UPDATE servicedesk_team t SET former_units = f.units FROM (
  SELECT k.team_id, array_agg(DISTINCT c.unit_id) AS units FROM servicedesk_ticket k JOIN cases_case c ON c.id = k.case_id
  JOIN servicedesk_team m ON m.id = k.team_id AND m.unit_id <> c.unit_id GROUP BY k.team_id) f
WHERE f.team_id = t.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0046_waits_and_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='former_units',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, editable=False, size=None),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='servicedesk_team_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))', func='NEW.former_units = array_append(array_remove(NEW.former_units, OLD.unit_id), OLD.unit_id); RETURN NEW;', hash='bfa6cff9944739f529b59c376255e81ae12967c2', operation='UPDATE', pgid='pgtrigger_servicedesk_team_moves_4a78f', table='servicedesk_team', when='BEFORE')),
        ),
        migrations.RunSQL(LEFT, migrations.RunSQL.noop),
    ]
