"""Thresholds of service levels, what they did, and when the next one comes; levels and teams of their own institution."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

OWNED = """
ALTER TABLE servicedesk_escalation
  ADD CONSTRAINT servicedesk_escalation_level_owned FOREIGN KEY (institution_id, level_id)
    REFERENCES servicedesk_servicelevel (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_escalation_team_owned FOREIGN KEY (institution_id, team_id)
    REFERENCES servicedesk_team (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_escalation DROP CONSTRAINT servicedesk_escalation_team_owned, DROP CONSTRAINT servicedesk_escalation_level_owned;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_lean_opening'),
        ('orgs', '0003_name_search'),
        ('servicedesk', '0028_past_ties'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('clock', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='alarm', serialize=False, to='cases.clock')),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('own', 'Tiempo para tomarla'), ('resolve', 'Tiempo para resolver'), ('team', 'Acuerdo interno del equipo')], default='resolve', max_length=8, verbose_name='reloj')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='porcentaje del tiempo')),
                ('tell', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None, verbose_name='a quién se avisa')),
                ('raises', models.BooleanField(default=False, verbose_name='sube la prioridad')),
                ('active', models.BooleanField(default=True, verbose_name='activo')),
                ('since', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('level', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='servicedesk.servicelevel', verbose_name='nivel de servicio')),
                ('post', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.post', verbose_name='a un puesto')),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.team', verbose_name='pasa al equipo')),
            ],
            options={
                'ordering': ['metric', models.OrderBy(models.F('percent'), nulls_first=True), 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Escalated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reached_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('done', models.JSONField(default=dict)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('clock', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='escalated', to='cases.clock')),
                ('escalation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.escalation')),
            ],
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('level', 'metric', 'percent'), name='servicedesk_escalation_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('metric__in', ['own', 'resolve', 'team'])), name='servicedesk_escalation_metric'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('percent', None), models.Q(('percent__gte', 1), ('percent__lte', 1000)), _connector='OR'), name='servicedesk_escalation_percent'),
        ),
        migrations.AddIndex(
            model_name='escalated',
            index=models.Index(fields=['clock', 'at'], name='servicedesk_escalated_clock'),
        ),
        migrations.AddConstraint(
            model_name='escalated',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('clock', 'escalation'), name='servicedesk_escalated_once'),
        ),
        migrations.RunSQL(OWNED, UNOWNED),
    ]
