"""Rules of assignment, and how many tickets a member of a team takes at once."""
import django.db.models.deletion
import ventanilla.core.schema
from django.db import migrations, models

OWNED = """
ALTER TABLE servicedesk_assignmentrule
  ADD CONSTRAINT servicedesk_assign_team_owned FOREIGN KEY (institution_id, team_id) REFERENCES servicedesk_team (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_assign_person_owned FOREIGN KEY (institution_id, person_id) REFERENCES orgs_person (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_assignmentrule DROP CONSTRAINT servicedesk_assign_person_owned, DROP CONSTRAINT servicedesk_assign_team_owned;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0010_objectives_by_kind'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='AssignmentRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('condition', models.JSONField(blank=True, default=dict)),
                        ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.team', verbose_name='equipo')),
                        ('strategy', models.CharField(choices=[('team', 'Como reparte el equipo'), ('load', 'A quien tiene menos tickets abiertos'), ('skill', 'A quien domina el servicio, y de ellos a quien tiene menos'), ('round', 'Por turnos'), ('on_call', 'A quien está de guardia'), ('person', 'A una persona')], default='team', max_length=8, verbose_name='a quién')),
                        ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person', verbose_name='persona')),
                        ('last', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                        ('active', models.BooleanField(default=False, verbose_name='activa')),
                        ('changed_at', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'ordering': ['order', 'pk'],
                        'indexes': [models.Index(condition=models.Q(('active', True)), fields=['institution', 'order'], name='servicedesk_assign_active')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_assign_once'), models.CheckConstraint(condition=models.Q(('strategy__in', ['team', 'load', 'skill', 'round', 'on_call', 'person'])), name='servicedesk_assign_strategy'), models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('strategy', 'person')), models.Q(models.Q(('strategy', 'person'), _negated=True), ('person', None)), _connector='OR'), name='servicedesk_assign_person')],
                    },
                ),
                migrations.AddField(
                    model_name='membership',
                    name='capacity',
                    field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='tickets a la vez'),
                ),
            ],
        ),
        migrations.RunSQL(OWNED, UNOWNED),
    ]
