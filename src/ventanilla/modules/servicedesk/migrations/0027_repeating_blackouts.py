"""Periods without changes that repeat."""
import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0026_liaison_papers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='blackout',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='blackout',
            name='update_update',
        ),
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.AddField(
                    model_name='blackout',
                    name='last_at',
                    field=models.DateTimeField(blank=True, null=True, verbose_name='hasta'),
                ),
                migrations.AddField(
                    model_name='blackout',
                    name='rule',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='se repite'),
                ),
                migrations.AddField(
                    model_name='blackout',
                    name='skipped',
                    field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, db_default=[], default=list, size=None),
                ),
                migrations.AddField(
                    model_name='blackout',
                    name='workdays',
                    field=models.BooleanField(db_default=False, default=False, verbose_name='en días hábiles'),
                ),
                migrations.AddField(
                    model_name='blackout',
                    name='zone',
                    field=models.CharField(db_default='America/Mexico_City', default='America/Mexico_City', max_length=40, verbose_name='zona horaria'),
                ),
                migrations.AddField(
                    model_name='blackoutevent',
                    name='last_at',
                    field=models.DateTimeField(blank=True, null=True, verbose_name='hasta'),
                ),
                migrations.AddField(
                    model_name='blackoutevent',
                    name='rule',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='se repite'),
                ),
                migrations.AddField(
                    model_name='blackoutevent',
                    name='skipped',
                    field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, db_default=[], default=list, size=None),
                ),
                migrations.AddField(
                    model_name='blackoutevent',
                    name='workdays',
                    field=models.BooleanField(db_default=False, default=False, verbose_name='en días hábiles'),
                ),
                migrations.AddField(
                    model_name='blackoutevent',
                    name='zone',
                    field=models.CharField(db_default='America/Mexico_City', default='America/Mexico_City', max_length=40, verbose_name='zona horaria'),
                ),
                migrations.AddIndex(
                    model_name='blackout',
                    index=models.Index(condition=models.Q(('rule', ''), _negated=True), fields=['institution'], name='servicedesk_blackout_again'),
                ),
                migrations.AddConstraint(
                    model_name='blackout',
                    constraint=models.CheckConstraint(condition=models.Q(('last_at', None), models.Q(models.Q(('rule', ''), _negated=True), ('last_at__gte', models.F('ends_at'))), _connector='OR'), name='servicedesk_blackout_last'),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "servicedesk_blackoutevent" ("active", "by_id", "ends_at", "id", "institution_id", "item_id", "last_at", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "skipped", "starts_at", "type_id", "uuid", "workdays", "zone") VALUES (NEW."active", NEW."by_id", NEW."ends_at", NEW."id", NEW."institution_id", NEW."item_id", NEW."last_at", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."rule", NEW."skipped", NEW."starts_at", NEW."type_id", NEW."uuid", NEW."workdays", NEW."zone"); RETURN NULL;', hash='2cbcdac7d2ba5c4fe0ce46d603dd001e06b7119e', operation='INSERT', pgid='pgtrigger_insert_insert_92928', table='servicedesk_blackout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "servicedesk_blackoutevent" ("active", "by_id", "ends_at", "id", "institution_id", "item_id", "last_at", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "skipped", "starts_at", "type_id", "uuid", "workdays", "zone") VALUES (NEW."active", NEW."by_id", NEW."ends_at", NEW."id", NEW."institution_id", NEW."item_id", NEW."last_at", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."rule", NEW."skipped", NEW."starts_at", NEW."type_id", NEW."uuid", NEW."workdays", NEW."zone"); RETURN NULL;', hash='54ef02427ea141b29722d27c68e35c37a681d695', operation='UPDATE', pgid='pgtrigger_update_update_6fb05', table='servicedesk_blackout', when='AFTER')),
        ),
    ]
