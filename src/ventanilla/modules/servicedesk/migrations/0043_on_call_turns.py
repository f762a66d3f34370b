"""Turns on call: of a team and an order two never overlap; team and person are of the turn's institution."""
import django.db.models.deletion
import uuid
from django.db import migrations, models

RULES = """
ALTER TABLE servicedesk_oncall ADD CONSTRAINT oncall_apart EXCLUDE USING gist (
  int8range(team_id, team_id, '[]') WITH &&, int4range("order", "order", '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&);
ALTER TABLE servicedesk_oncall
  ADD CONSTRAINT oncall_team_owned FOREIGN KEY (institution_id, team_id) REFERENCES servicedesk_team (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT oncall_person_owned FOREIGN KEY (institution_id, person_id) REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNRULES = """
ALTER TABLE servicedesk_oncall DROP CONSTRAINT oncall_person_owned, DROP CONSTRAINT oncall_team_owned, DROP CONSTRAINT oncall_apart;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0003_name_search'),
        ('servicedesk', '0042_versions_have_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='OnCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='orden')),
                ('starts_at', models.DateTimeField(verbose_name='empieza')),
                ('ends_at', models.DateTimeField(verbose_name='termina')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='on_call_turns', to='servicedesk.team')),
            ],
            options={
                'ordering': ['starts_at', 'order', 'pk'],
                'indexes': [models.Index(fields=['team', 'ends_at'], name='servicedesk_oncall_ends'), models.Index(fields=['institution', 'ends_at'], name='servicedesk_oncall_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='servicedesk_oncall_period'), models.CheckConstraint(condition=models.Q(('order__gte', 1), ('order__lte', 3)), name='servicedesk_oncall_order')],
            },
        ),
        migrations.RunSQL(RULES, UNRULES),
    ]
