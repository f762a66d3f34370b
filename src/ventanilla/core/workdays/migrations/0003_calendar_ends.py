"""The day on which a unit's calendar no longer holds."""
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0003_name_search'),
        ('workdays', '0002_rules'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='calendar',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='calendar',
            name='update_update',
        ),
        migrations.AddField(
            model_name='calendar',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='deja de valer'),
        ),
        migrations.AddField(
            model_name='calendarevent',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='deja de valer'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendar',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "workdays_calendarevent" ("id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "unit_id", "uuid", "valid_to") VALUES (NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."unit_id", NEW."uuid", NEW."valid_to"); RETURN NULL;', hash='dbaa34a60cebfebf1d0971cb7bd569210074613d', operation='INSERT', pgid='pgtrigger_insert_insert_a2662', table='workdays_calendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendar',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "workdays_calendarevent" ("id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "unit_id", "uuid", "valid_to") VALUES (NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."unit_id", NEW."uuid", NEW."valid_to"); RETURN NULL;', hash='89c6db30677c440865d156dae0497d0ff1d58cfa', operation='UPDATE', pgid='pgtrigger_update_update_ccb13', table='workdays_calendar', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), models.Q(('purpose', ''), ('unit__isnull', False)), _connector='OR'), name='workdays_calendar_ends'),
        ),
    ]
