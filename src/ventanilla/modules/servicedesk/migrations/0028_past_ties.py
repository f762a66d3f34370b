"""Ties of tickets and items that were taken away."""
import django.db.models.deletion
import ventanilla.core.schema
from django.db import migrations, models

OWNED = """
ALTER TABLE servicedesk_pastticketitem
  ADD CONSTRAINT servicedesk_pastitem_case_owned FOREIGN KEY (institution_id, case_id) REFERENCES cases_case (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_pastitem_item_owned FOREIGN KEY (institution_id, item_id) REFERENCES servicedesk_configurationitem (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_pastticketitem DROP CONSTRAINT servicedesk_pastitem_item_owned,
  DROP CONSTRAINT servicedesk_pastitem_case_owned;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0027_repeating_blackouts'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='PastTicketItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='past_items', to='cases.case')),
                        ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.configurationitem')),
                        ('role', models.CharField(choices=[('affected', 'Afectado'), ('changed', 'Se cambia'), ('cause', 'Causa')], max_length=8)),
                        ('source', models.CharField(choices=[('desk', 'Mesa de servicio'), ('form', 'Formulario'), ('import', 'Importación')], max_length=6)),
                        ('tie', models.BigIntegerField(unique=True)),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case'], name='servicedesk_pastitem_case'), models.Index(fields=['institution', 'until'], name='servicedesk_pastitem_until')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='servicedesk_pastitem_period')],
                    },
                ),
            ],
        ),
        migrations.RunSQL(OWNED, UNOWNED),
    ]
