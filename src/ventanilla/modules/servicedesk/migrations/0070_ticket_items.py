"""Tickets tied to configuration items; periods without changes, and with which reason a change went on although it collides."""
import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_lean_opening'),
        ('orgs', '0004_logo'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('servicedesk', '0091_notification_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blackout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('reason', models.CharField(max_length=500, verbose_name='motivo')),
                ('starts_at', models.DateTimeField(verbose_name='empieza')),
                ('ends_at', models.DateTimeField(verbose_name='termina')),
                ('active', models.BooleanField(default=True, verbose_name='vigente')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('item', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.configurationitem', verbose_name='elemento')),
                ('type', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.citype', verbose_name='tipo')),
            ],
        ),
        migrations.CreateModel(
            name='BlackoutEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('reason', models.CharField(max_length=500, verbose_name='motivo')),
                ('starts_at', models.DateTimeField(verbose_name='empieza')),
                ('ends_at', models.DateTimeField(verbose_name='termina')),
                ('active', models.BooleanField(default=True, verbose_name='vigente')),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='servicedesk.configurationitem', verbose_name='elemento')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='servicedesk.blackout')),
                ('type', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='servicedesk.citype', verbose_name='tipo')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=24)),
                ('reason', models.TextField(verbose_name='motivo')),
                ('exception', models.CharField(blank=True, max_length=200, verbose_name='excepción')),
                ('collisions', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clearances', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='TicketItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('affected', 'Afectado'), ('changed', 'Se cambia'), ('cause', 'Causa')], default='affected', max_length=8, verbose_name='papel')),
                ('source', models.CharField(choices=[('desk', 'Mesa de servicio'), ('form', 'Formulario'), ('import', 'Importación')], default='desk', max_length=6)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ticket_items', to='cases.case')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ticket_items', to='servicedesk.configurationitem')),
            ],
        ),
        migrations.AddIndex(
            model_name='blackout',
            index=models.Index(fields=['institution', 'ends_at'], name='servicedesk_blackout_ends'),
        ),
        migrations.AddConstraint(
            model_name='blackout',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='servicedesk_blackout_period'),
        ),
        migrations.AddConstraint(
            model_name='blackout',
            constraint=models.CheckConstraint(condition=models.Q(('type', None), ('item', None), _connector='OR'), name='servicedesk_blackout_scope'),
        ),
        migrations.AddConstraint(
            model_name='blackout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='servicedesk_blackout_named'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "servicedesk_blackoutevent" ("active", "by_id", "ends_at", "id", "institution_id", "item_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_at", "type_id", "uuid") VALUES (NEW."active", NEW."by_id", NEW."ends_at", NEW."id", NEW."institution_id", NEW."item_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."starts_at", NEW."type_id", NEW."uuid"); RETURN NULL;', hash='2915db7e64524ae57687d1b740069ed4d094385e', operation='INSERT', pgid='pgtrigger_insert_insert_92928', table='servicedesk_blackout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "servicedesk_blackoutevent" ("active", "by_id", "ends_at", "id", "institution_id", "item_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_at", "type_id", "uuid") VALUES (NEW."active", NEW."by_id", NEW."ends_at", NEW."id", NEW."institution_id", NEW."item_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."starts_at", NEW."type_id", NEW."uuid"); RETURN NULL;', hash='d059ec24bec305ef71b8f8bd9a100b41bb273c06', operation='UPDATE', pgid='pgtrigger_update_update_6fb05', table='servicedesk_blackout', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='servicedesk_clearance_reason'),
        ),
        migrations.AddIndex(
            model_name='ticketitem',
            index=models.Index(fields=['item', '-case'], name='servicedesk_ticketitem_item'),
        ),
        migrations.AddConstraint(
            model_name='ticketitem',
            constraint=models.UniqueConstraint(fields=('case', 'item', 'role'), name='servicedesk_ticketitem_once'),
        ),
        migrations.AddConstraint(
            model_name='ticketitem',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['affected', 'changed', 'cause'])), name='servicedesk_ticketitem_role'),
        ),
        migrations.AddConstraint(
            model_name='ticketitem',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['desk', 'form', 'import'])), name='servicedesk_ticketitem_source'),
        ),
    ]
