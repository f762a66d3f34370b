"""Public messages of major incidents, never changed, and who said that one affects them; all of the institution of the incident."""
import django.db.models.deletion
import uuid
from django.db import migrations, models

RULES = """
CREATE TRIGGER servicedesk_majormessage_fixed BEFORE UPDATE ON servicedesk_majormessage FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
ALTER TABLE servicedesk_majormessage
  ADD CONSTRAINT majormessage_case_owned FOREIGN KEY (institution_id, case_id) REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT majormessage_by_owned FOREIGN KEY (institution_id, by_id) REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_majoraffected
  ADD CONSTRAINT majoraffected_case_owned FOREIGN KEY (institution_id, case_id) REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT majoraffected_person_owned FOREIGN KEY (institution_id, person_id) REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNRULES = """
ALTER TABLE servicedesk_majoraffected DROP CONSTRAINT majoraffected_person_owned, DROP CONSTRAINT majoraffected_case_owned;
ALTER TABLE servicedesk_majormessage DROP CONSTRAINT majormessage_by_owned, DROP CONSTRAINT majormessage_case_owned;
DROP TRIGGER servicedesk_majormessage_fixed ON servicedesk_majormessage;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0017_settled'),
        ('orgs', '0003_name_search'),
        ('servicedesk', '0055_lean_tickets'),
    ]

    operations = [
        migrations.CreateModel(
            name='MajorAffected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='major_affected', to='cases.case')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'person'), name='servicedesk_major_affected_once')],
            },
        ),
        migrations.CreateModel(
            name='MajorMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('headline', models.CharField(max_length=200, verbose_name='qué falla')),
                ('text', models.TextField(verbose_name='mensaje')),
                ('next_at', models.DateTimeField(null=True, verbose_name='siguiente aviso')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='major_messages', to='cases.case')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['case', '-id'], name='servicedesk_major_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('headline', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='servicedesk_major_said'), models.CheckConstraint(condition=models.Q(('next_at', None), ('next_at__gt', models.F('at')), _connector='OR'), name='servicedesk_major_next')],
            },
        ),
        migrations.RunSQL(RULES, UNRULES),
    ]
