"""Who authorises which risk of change, and the routine changes that were authorised once."""
import django.db.models.deletion
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0003_name_search'),
        ('servicedesk', '0011_escalations'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ChangeModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=160, verbose_name='nombre')),
                        ('plan', models.TextField(verbose_name='plan de implementación')),
                        ('back_out', models.TextField(verbose_name='plan de reversión')),
                        ('impact_text', models.TextField(blank=True, verbose_name='a quién afecta')),
                        ('authorised', models.CharField(max_length=240, verbose_name='quién lo autorizó y con qué documento')),
                        ('active', models.BooleanField(default=True, verbose_name='activo')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('service', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.service', verbose_name='servicio')),
                        ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.team', verbose_name='equipo')),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_change_model_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ChangeRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('risk', models.PositiveSmallIntegerField(choices=[(1, 'Bajo'), (2, 'Medio'), (3, 'Alto')], default=2, verbose_name='riesgo')),
                        ('quorum', models.PositiveSmallIntegerField(default=1, verbose_name='autorizaciones que bastan')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('role', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.role', verbose_name='rol que autoriza')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('institution', 'risk', 'role'), name='servicedesk_change_rule_once'), models.CheckConstraint(condition=models.Q(('quorum__gte', 1), ('quorum__lte', 20), ('risk__gte', 1), ('risk__lte', 3)), name='servicedesk_change_rule_range')],
                    },
                ),
                migrations.AddField(
                    model_name='change',
                    name='model',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.changemodel'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('major', True)), fields=['institution', '-case'], name='servicedesk_ticket_major'),
        ),
    ]
