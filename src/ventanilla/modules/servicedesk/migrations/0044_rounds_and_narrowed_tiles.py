"""One action on many tickets, with what became of each; and tiles of a dashboard that count over some tickets only."""
import django.db.models.deletion
import uuid
from django.db import migrations, models

RULES = """
ALTER TABLE servicedesk_round
  ADD CONSTRAINT round_person_owned FOREIGN KEY (institution_id, person_id) REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNRULES = "ALTER TABLE servicedesk_round DROP CONSTRAINT round_person_owned;"


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_in_hand'),
        ('orgs', '0003_name_search'),
        ('servicedesk', '0043_on_call_turns'),
    ]

    operations = [
        migrations.AddField(
            model_name='tile',
            name='narrowed',
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('action', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
        ),
        migrations.CreateModel(
            name='RoundStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done', models.BooleanField()),
                ('why', models.CharField(blank=True, max_length=1000)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='servicedesk.round')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'case'), name='servicedesk_round_step_once'), models.CheckConstraint(condition=models.Q(models.Q(('done', True), ('why', '')), models.Q(('done', False), models.Q(('why', ''), _negated=True)), _connector='OR'), name='servicedesk_round_step_told')],
            },
        ),
        migrations.RunSQL(RULES, UNRULES),
    ]
