"""Papers of a liaison's file."""
import django.db.models.deletion
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_lean_opening'),
        ('documents', '0001_initial'),
        ('servicedesk', '0025_assignment_rules'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='LiaisonPaper',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('liaison', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='servicedesk.liaison')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('request', 'Oficio de solicitud'), ('appointment', 'Nombramiento'), ('training', 'Constancia o lista de capacitación'), ('agreement', 'Acuerdo de confidencialidad'), ('change', 'Oficio de cambio'), ('other', 'Otro')], max_length=12, verbose_name='qué es')),
                        ('number', models.CharField(blank=True, max_length=120, verbose_name='número')),
                        ('dated', models.DateField(verbose_name='fecha')),
                        ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                        ('issued', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('withdrawn_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('withdrawn_for', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['liaison', 'kind'], name='servicedesk_paper_liaison')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['request', 'appointment', 'training', 'agreement', 'change', 'other'])), name='servicedesk_paper_kind'), models.CheckConstraint(condition=models.Q(('document__isnull', False), ('case__isnull', False), ('issued', True), _connector='OR'), name='servicedesk_paper_something'), models.CheckConstraint(condition=models.Q(('document', None), ('case', None), _connector='OR'), name='servicedesk_paper_one_thing'), models.CheckConstraint(condition=models.Q(('issued', False), models.Q(('kind', 'appointment'), models.Q(('number', ''), _negated=True)), _connector='OR'), name='servicedesk_paper_issued'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_for', ''), _negated=True), _connector='OR'), name='servicedesk_paper_withdrawn'), models.UniqueConstraint(condition=models.Q(('issued', True), ('withdrawn_at', None)), fields=('liaison',), name='servicedesk_paper_one_letter'), models.UniqueConstraint(condition=models.Q(('case__isnull', False), ('withdrawn_at', None)), fields=('liaison', 'case', 'kind'), name='servicedesk_paper_case_once')],
                    },
                ),
            ],
        ),
    ]
