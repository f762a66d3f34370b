"""Table of the export jobs."""
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0003_name_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('format', models.CharField(max_length=4)),
                ('params', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'En espera'), ('running', 'Preparando'), ('done', 'Listo'), ('failed', 'No se pudo preparar'), ('cancelled', 'Cancelado'), ('expired', 'Vencido')], default='waiting', max_length=10)),
                ('progress', models.BigIntegerField(default=0)),
                ('rows', models.BigIntegerField(null=True)),
                ('path', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='orgs.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-created_at'], name='exports_job_mine'), models.Index(condition=models.Q(('path', ''), _negated=True), fields=['finished_at'], name='exports_job_expiry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled', 'expired'])), name='exports_job_state'), models.CheckConstraint(condition=models.Q(('format__in', ['csv', 'xlsx', 'pdf'])), name='exports_job_format'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('path', ''), _negated=True), _connector='OR'), name='exports_job_done_has_file')],
            },
        ),
    ]
