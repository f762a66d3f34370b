"""Files: blobs, documents, versions, pages."""
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_rules'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, unique=True)),
                        ('title', models.CharField(max_length=300, verbose_name='título')),
                        ('role', models.CharField(blank=True, max_length=30, verbose_name='función')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='orgs.institution')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['institution', '-created_at'], name='documents_document_new')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='documents_document_owned')],
                    },
                ),
                migrations.CreateModel(
                    name='DocumentVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, unique=True)),
                        ('number', models.PositiveIntegerField()),
                        ('filename', models.CharField(max_length=255)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('locked_at', models.DateTimeField(null=True)),
                        ('state', models.CharField(choices=[('received', 'Recibido'), ('scanning', 'En espera del antivirus'), ('clean', 'Revisado, sin leer'), ('infected', 'En cuarentena'), ('processing', 'Leyendo'), ('ready', 'Listo'), ('failed', 'Guardado, no se pudo leer')], default='received', max_length=12)),
                        ('problem', models.CharField(blank=True, max_length=30)),
                        ('problem_details', models.JSONField(blank=True, default=dict)),
                        ('page_count', models.PositiveIntegerField(default=0)),
                        ('engine', models.CharField(blank=True, max_length=60)),
                        ('confidence', models.FloatField(null=True)),
                        ('processed_at', models.DateTimeField(null=True)),
                        ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='documents.blob')),
                        ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='documents.document')),
                        ('searchable', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.blob')),
                        ('thumbnail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.blob')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state__in', ('received', 'scanning', 'clean', 'processing'))), fields=['id'], name='documents_version_waiting')],
                        'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='documents_version_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='documents_version_from_one'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'scanning', 'clean', 'infected', 'processing', 'ready', 'failed'])), name='documents_version_state')],
                    },
                ),
                migrations.CreateModel(
                    name='Page',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('width', models.FloatField()),
                        ('height', models.FloatField()),
                        ('turn', models.PositiveSmallIntegerField(default=0)),
                        ('source', models.CharField(choices=[('own', 'Texto del archivo'), ('ocr', 'Reconocimiento'), ('blank', 'Sin texto')], default='own', max_length=5)),
                        ('confidence', models.FloatField(default=1.0)),
                        ('text', models.TextField(blank=True)),
                        ('packed_words', models.BinaryField(default=b'')),
                        ('problem', models.CharField(blank=True, max_length=30)),
                        ('preview', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.blob')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='documents.documentversion')),
                    ],
                    options={
                        'ordering': ['version_id', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='documents_page_number'), models.CheckConstraint(condition=models.Q(('turn__in', [0, 90, 180, 270])), name='documents_page_turn')],
                    },
                ),
                migrations.CreateModel(
                    name='Blob',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sha256', models.CharField(max_length=64, unique=True)),
                        ('size', models.BigIntegerField()),
                        ('media_type', models.CharField(max_length=120)),
                        ('quarantined', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='documents_blob_not_empty'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='documents_blob_hash')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='document',
                    trigger=pgtrigger.compiler.Trigger(name='documents_document_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ddc39c593d44e4961767675c994e0a819a399a1b', operation='UPDATE', pgid='pgtrigger_documents_document_fixed_a7302', table='documents_document', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='documentversion',
                    trigger=pgtrigger.compiler.Trigger(name='documents_version_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."blob_id" IS DISTINCT FROM (NEW."blob_id") OR OLD."filename" IS DISTINCT FROM (NEW."filename") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3abfa794b784a8e43ee0391b084489101a5371df', operation='UPDATE', pgid='pgtrigger_documents_version_fixed_daecb', table='documents_documentversion', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='documentversion',
                    trigger=pgtrigger.compiler.Trigger(name='documents_version_locked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."locked_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='047f435663cd849d69b8ad5d204cbac8c8f05509', operation='DELETE', pgid='pgtrigger_documents_version_locked_e9d59', table='documents_documentversion', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='documentversion',
                    trigger=pgtrigger.compiler.Trigger(name='documents_version_stays_locked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."locked_at" IS NOT NULL AND OLD."locked_at" IS DISTINCT FROM (NEW."locked_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dd13a09d4300a3e03b16a2d9eecc6db3343063a0', operation='UPDATE', pgid='pgtrigger_documents_version_stays_locked_f5b89', table='documents_documentversion', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='documentversion',
                    trigger=pgtrigger.compiler.Trigger(name='documents_version_stays_infected', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'infected\' AND NOT (NEW."state" = \'infected\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='befcf560587f757179ffa9730e7c247464091191', operation='UPDATE', pgid='pgtrigger_documents_version_stays_infected_13c38', table='documents_documentversion', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='blob',
                    trigger=pgtrigger.compiler.Trigger(name='documents_blob_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7cf6cef01cf579695e1a7b78efb3f0215c178377', operation='UPDATE', pgid='pgtrigger_documents_blob_fixed_7a016', table='documents_blob', when='BEFORE')),
                ),
            ],
        ),
    ]
