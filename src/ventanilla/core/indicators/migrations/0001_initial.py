"""Tables of the measures, and the triggers on the spine that fill them."""
from django.db import migrations, models


from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import measure_triggers

DAY = """
CREATE FUNCTION public.indicators_day(institution bigint, moment timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (moment AT TIME ZONE (SELECT i.time_zone FROM public.orgs_institution i WHERE i.id = institution))::date
$$;
CREATE INDEX indicators_turn_due ON cases_turn (unit_id, due_at)
  WHERE closed_at IS NULL AND purpose = 'action' AND due_at IS NOT NULL;
"""
NO_DAY = "DROP INDEX indicators_turn_due; DROP FUNCTION public.indicators_day;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("cases", "0001_initial"), ("documents", "0001_initial"), ("orgs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Base',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('measure', models.CharField(max_length=60)),
                ('part', models.CharField(max_length=60)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'db_table': 'indicator_base',
                'constraints': [models.UniqueConstraint(fields=('measure', 'unit_id', 'day', 'part', 'institution_id'), name='indicator_base_once')],
            },
        ),
        migrations.CreateModel(
            name='Delta',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('measure', models.CharField(max_length=60)),
                ('part', models.CharField(max_length=60)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'db_table': 'indicator_delta',
                'indexes': [models.Index(fields=['measure', 'unit_id', 'day'], name='indicator_delta_read')],
            },
        ),
        migrations.CreateModel(
            name='MonthBase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('measure', models.CharField(max_length=60)),
                ('part', models.CharField(max_length=60)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'db_table': 'indicator_month',
                'constraints': [models.UniqueConstraint(fields=('measure', 'unit_id', 'day', 'part', 'institution_id'), name='indicator_month_once')],
            },
        ),
        migrations.RunSQL(DAY, NO_DAY),
        migrations.RunSQL(*measure_triggers("spine", SOURCES)),
    ]
