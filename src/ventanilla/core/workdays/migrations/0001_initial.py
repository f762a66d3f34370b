import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_rules'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Calendar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendars', to='orgs.institution')),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendars', to='orgs.unit')),
                        ('purpose', models.SlugField(blank=True, editable=False, max_length=40, verbose_name='uso')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='workdays_calendar_owned'), models.UniqueConstraint(fields=('institution', 'unit', 'purpose'), name='workdays_calendar_once', nulls_distinct=False, violation_error_message='Esa unidad ya tiene un calendario.')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='workdays.calendar')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                        ('purpose', models.SlugField(blank=True, db_index=False, editable=False, max_length=40, verbose_name='uso')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CalendarVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('number', models.PositiveIntegerField(verbose_name='versión')),
                        ('published_at', models.DateTimeField(null=True, verbose_name='publicada')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='motivo')),
                        ('amber_rule', models.CharField(choices=[('fraction', 'Parte usada del plazo'), ('days', 'Días hábiles antes'), ('hours', 'Horas hábiles antes')], default='fraction', max_length=8)),
                        ('amber_value', models.FloatField(default=0.75)),
                        ('day_count', models.JSONField(default=dict)),
                        ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='workdays.calendar')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('calendar', 'number'), name='workdays_version_number'), models.CheckConstraint(condition=models.Q(('amber_rule__in', ['fraction', 'days', 'hours']), ('amber_value__gte', 0), models.Q(models.Q(('amber_rule', 'fraction'), _negated=True), ('amber_value__lte', 1), _connector='OR')), name='workdays_version_amber')],
                    },
                ),
                migrations.CreateModel(
                    name='CoverageRange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('weekday', models.PositiveSmallIntegerField(null=True, verbose_name='día de la semana')),
                        ('day', models.DateField(null=True, verbose_name='día')),
                        ('start_minute', models.PositiveSmallIntegerField(verbose_name='desde')),
                        ('end_minute', models.PositiveSmallIntegerField(verbose_name='hasta')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverage', to='workdays.calendarversion')),
                    ],
                    options={
                        'ordering': ['weekday', 'day', 'start_minute'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('end_minute__gt', models.F('start_minute')), ('start_minute__lt', 1440), ('end_minute__lte', django.db.models.expressions.CombinedExpression(models.F('start_minute'), '+', models.Value(1440)))), name='workdays_range_minutes'), models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('weekday__isnull', False), ('weekday__lte', 6)), models.Q(('day__isnull', False), ('weekday__isnull', True)), _connector='OR'), name='workdays_range_when')],
                    },
                ),
                migrations.CreateModel(
                    name='DayException',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name='día')),
                        ('kind', models.CharField(choices=[('federal', 'Descanso obligatorio federal'), ('state', 'Inhábil estatal'), ('local', 'Inhábil local'), ('vacation', 'Periodo vacacional'), ('suspension', 'Suspensión de labores'), ('contingency', 'Contingencia'), ('working', 'Hábil por excepción')], max_length=12, verbose_name='tipo')),
                        ('name', models.CharField(max_length=160, verbose_name='nombre')),
                        ('source', models.CharField(max_length=200, verbose_name='fuente')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='workdays.calendarversion')),
                    ],
                    options={
                        'ordering': ['day'],
                        'constraints': [models.UniqueConstraint(fields=('version', 'day'), name='workdays_day_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['federal', 'state', 'local', 'vacation', 'suspension', 'contingency', 'working'])), name='workdays_day_kind'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='workdays_day_sourced')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='calendar',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "workdays_calendarevent" ("id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "unit_id", "uuid") VALUES (NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."unit_id", NEW."uuid"); RETURN NULL;', hash='9e05ccb1c7bf2dd9a532dc3b06bf4ce4658cc0b6', operation='INSERT', pgid='pgtrigger_insert_insert_a2662', table='workdays_calendar', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='calendar',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "workdays_calendarevent" ("id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "unit_id", "uuid") VALUES (NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."unit_id", NEW."uuid"); RETURN NULL;', hash='f069dabab5c14edae565851039ba8c87f259fd02', operation='UPDATE', pgid='pgtrigger_update_update_ccb13', table='workdays_calendar', when='AFTER')),
                ),
            ],
        ),
    ]
