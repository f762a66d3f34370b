import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('documents', '0001_initial'),
        ('orgs', '0002_rules'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ArchiveFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('year', models.SmallIntegerField(verbose_name='año')),
                        ('number', models.PositiveIntegerField(verbose_name='número')),
                        ('title', models.CharField(max_length=200, verbose_name='título')),
                        ('box', models.CharField(blank=True, max_length=40, verbose_name='caja')),
                        ('shelf', models.CharField(blank=True, max_length=40, verbose_name='estante')),
                        ('opened', models.DateField(verbose_name='apertura')),
                        ('closed', models.DateField(blank=True, null=True, verbose_name='cierre')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                        ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='correspondence.archiveseries')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('unit', 'series', 'year', 'number'), name='letters_file_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ArchiveSeries',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, verbose_name='clave')),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'verbose_name_plural': 'series',
                        'ordering': ['code'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'code'), name='letters_series_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ArchiveFileEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('year', models.SmallIntegerField(verbose_name='año')),
                        ('number', models.PositiveIntegerField(verbose_name='número')),
                        ('title', models.CharField(max_length=200, verbose_name='título')),
                        ('box', models.CharField(blank=True, max_length=40, verbose_name='caja')),
                        ('shelf', models.CharField(blank=True, max_length=40, verbose_name='estante')),
                        ('opened', models.DateField(verbose_name='apertura')),
                        ('closed', models.DateField(blank=True, null=True, verbose_name='cierre')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.archivefile')),
                        ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                        ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='correspondence.archiveseries')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='ArchiveSeriesEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('code', models.CharField(max_length=40, verbose_name='clave')),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.archiveseries')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Batch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                ),
                migrations.CreateModel(
                    name='Circular',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('subject', models.TextField(verbose_name='asunto')),
                        ('text', models.TextField(verbose_name='texto')),
                        ('at', models.DateTimeField()),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                ),
                migrations.CreateModel(
                    name='Correspondent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order', models.CharField(choices=[('federal', 'Federal'), ('state', 'Estatal'), ('municipal', 'Municipal'), ('organisation', 'Organización'), ('citizen', 'Persona ciudadana'), ('internal', 'Unidad interna')], max_length=12, verbose_name='tipo')),
                        ('organisation', models.CharField(blank=True, max_length=200, verbose_name='institución u organización')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='nombre')),
                        ('post', models.CharField(blank=True, max_length=200, verbose_name='cargo')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='correo electrónico')),
                        ('active', models.BooleanField(default=True, verbose_name='activo')),
                        ('key', models.CharField(db_collation='C', default='', editable=False, max_length=420)),
                        ('uses', models.IntegerField(default=0, editable=False)),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('institution', 'key'), name='letters_correspondent_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ImportMapping',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('columns', models.JSONField(default=dict)),
                        ('options', models.JSONField(default=dict)),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                ),
                migrations.CreateModel(
                    name='ImportRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.CharField(max_length=300)),
                        ('dry', models.BooleanField(default=True)),
                        ('counts', models.JSONField(default=dict)),
                        ('problems', models.JSONField(default=list)),
                        ('started_at', models.DateTimeField(auto_now_add=True)),
                        ('finished_at', models.DateTimeField(null=True)),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('mapping', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.importmapping')),
                    ],
                ),
                migrations.CreateModel(
                    name='LetterTemplate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('engine', models.CharField(choices=[('typst', 'Diseño de la plataforma'), ('docx', 'Documento de Word')], max_length=5, verbose_name='tipo')),
                        ('body', models.TextField(blank=True, verbose_name='texto')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                ),
                migrations.CreateModel(
                    name='LetterTemplateEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=120, verbose_name='nombre')),
                        ('engine', models.CharField(choices=[('typst', 'Diseño de la plataforma'), ('docx', 'Documento de Word')], max_length=5, verbose_name='tipo')),
                        ('body', models.TextField(blank=True, verbose_name='texto')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.document')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.lettertemplate')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='LetterType',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='nombre')),
                        ('amount', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='término (días hábiles)')),
                        ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                        ('active', models.BooleanField(default=True, verbose_name='activo')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'ordering': ['order', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'name'), name='letters_type_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='letter', serialize=False, to='cases.case')),
                        ('direction', models.CharField(choices=[('incoming', 'Recibida'), ('outgoing', 'Enviada'), ('internal', 'Interna')], max_length=8, verbose_name='sentido')),
                        ('number', models.CharField(blank=True, max_length=80, verbose_name='número del documento')),
                        ('number_key', models.CharField(blank=True, db_collation='C', max_length=80)),
                        ('dated', models.DateField(blank=True, null=True, verbose_name='fecha del documento')),
                        ('order', models.CharField(choices=[('federal', 'Federal'), ('state', 'Estatal'), ('municipal', 'Municipal'), ('organisation', 'Organización'), ('citizen', 'Persona ciudadana'), ('internal', 'Unidad interna')], max_length=12, verbose_name='remitente')),
                        ('organisation', models.CharField(blank=True, max_length=200, verbose_name='institución u organización')),
                        ('signatory', models.CharField(blank=True, max_length=200, verbose_name='quien firma')),
                        ('post', models.CharField(blank=True, max_length=200, verbose_name='cargo')),
                        ('addressee', models.CharField(blank=True, max_length=300, verbose_name='destinatario')),
                        ('sheets', models.PositiveIntegerField(default=1, verbose_name='hojas')),
                        ('annexes', models.CharField(blank=True, max_length=300, verbose_name='anexos')),
                        ('medium', models.CharField(choices=[('paper', 'En papel, en ventanilla'), ('courier', 'Mensajería'), ('email', 'Correo electrónico'), ('portal', 'Plataforma')], default='paper', max_length=8, verbose_name='medio')),
                        ('text', models.TextField(blank=True, verbose_name='texto')),
                        ('delivered_at', models.DateTimeField(null=True)),
                        ('delivery_note', models.CharField(blank=True, max_length=200)),
                        ('fingerprint', models.BigIntegerField(null=True)),
                        ('legacy_key', models.CharField(blank=True, max_length=120)),
                        ('addressee_unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                        ('circular', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='correspondence.circular')),
                        ('correspondent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='correspondence.correspondent')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('sender_unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                        ('template', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.lettertemplate')),
                        ('type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.lettertype', verbose_name='tipo de documento')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('number_key', ''), _negated=True), fields=['institution', 'number_key'], name='letters_letter_number'), models.Index(fields=['institution', 'direction', '-case'], name='letters_letter_direction_ix'), models.Index(condition=models.Q(('fingerprint__isnull', False)), fields=['fingerprint'], name='letters_letter_fingerprint'), models.Index(condition=models.Q(('circular__isnull', False)), fields=['circular'], name='letters_letter_circular')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['incoming', 'outgoing', 'internal'])), name='letters_letter_direction'), models.UniqueConstraint(condition=models.Q(('legacy_key', ''), _negated=True), fields=('institution', 'legacy_key'), name='letters_letter_legacy')],
                    },
                ),
                migrations.CreateModel(
                    name='LetterTypeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=80, verbose_name='nombre')),
                        ('amount', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='término (días hábiles)')),
                        ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                        ('active', models.BooleanField(default=True, verbose_name='activo')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.lettertype')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Programme',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('since', models.DateField(verbose_name='desde')),
                        ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                ),
                migrations.CreateModel(
                    name='ProgrammeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('since', models.DateField(verbose_name='desde')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.programme')),
                        ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('issued_at', models.DateTimeField()),
                        ('sheets', models.PositiveIntegerField()),
                        ('annexes', models.CharField(blank=True, max_length=300)),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='cases.case')),
                        ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('number', models.PositiveSmallIntegerField(default=1)),
                        ('facts', models.JSONField(default=dict)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('case', 'number'), name='letters_receipt_once')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitCost',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(verbose_name='concepto')),
                        ('label', models.CharField(max_length=120, verbose_name='nombre')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='costo unitario (pesos)')),
                        ('per', models.CharField(max_length=40, verbose_name='se ahorra una vez por')),
                        ('source', models.CharField(max_length=200, verbose_name='fuente')),
                        ('valid_from', models.DateField(verbose_name='vigente desde')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('institution', 'slug', 'valid_from'), name='letters_cost_once')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitCostEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, verbose_name='concepto')),
                        ('label', models.CharField(max_length=120, verbose_name='nombre')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='costo unitario (pesos)')),
                        ('per', models.CharField(max_length=40, verbose_name='se ahorra una vez por')),
                        ('source', models.CharField(max_length=200, verbose_name='fuente')),
                        ('valid_from', models.DateField(verbose_name='vigente desde')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='correspondence.unitcost')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Upload',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('reading', models.JSONField(null=True)),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='correspondence.batch')),
                        ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('case', None)), fields=['unit', 'id'], name='letters_upload_waiting')],
                    },
                ),
                migrations.CreateModel(
                    name='ArchivePlace',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField()),
                        ('sheets', models.PositiveIntegerField()),
                        ('at', models.DateTimeField()),
                        ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='archive_place', to='cases.case')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='correspondence.archivefile')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('file', 'position'), name='letters_place_once')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='archivefile',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_archivefileevent" ("box", "closed", "id", "institution_id", "number", "opened", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "series_id", "shelf", "title", "unit_id", "uuid", "year") VALUES (NEW."box", NEW."closed", NEW."id", NEW."institution_id", NEW."number", NEW."opened", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."series_id", NEW."shelf", NEW."title", NEW."unit_id", NEW."uuid", NEW."year"); RETURN NULL;', hash='bec06f621aeaad9d43d478d82353f384608ce595', operation='INSERT', pgid='pgtrigger_insert_insert_67411', table='correspondence_archivefile', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='archivefile',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_archivefileevent" ("box", "closed", "id", "institution_id", "number", "opened", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "series_id", "shelf", "title", "unit_id", "uuid", "year") VALUES (NEW."box", NEW."closed", NEW."id", NEW."institution_id", NEW."number", NEW."opened", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."series_id", NEW."shelf", NEW."title", NEW."unit_id", NEW."uuid", NEW."year"); RETURN NULL;', hash='27edcbecbe01858420598546347eeddbcd93d353', operation='UPDATE', pgid='pgtrigger_update_update_b8bc4', table='correspondence_archivefile', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='archiveseries',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_archiveseriesevent" ("active", "code", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='c51b1628087b46e3532c2e4c6f6a070c4642c431', operation='INSERT', pgid='pgtrigger_insert_insert_30344', table='correspondence_archiveseries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='archiveseries',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_archiveseriesevent" ("active", "code", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='7e0de776f44d812dc54f3c25c4293ac116433aa6', operation='UPDATE', pgid='pgtrigger_update_update_4b4e6', table='correspondence_archiveseries', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='lettertemplate',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_lettertemplateevent" ("active", "body", "document_id", "engine", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id") VALUES (NEW."active", NEW."body", NEW."document_id", NEW."engine", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."unit_id"); RETURN NULL;', hash='23f2728a4af628f9ac78fbc4608fb051eb3edfe0', operation='INSERT', pgid='pgtrigger_insert_insert_a7815', table='correspondence_lettertemplate', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='lettertemplate',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_lettertemplateevent" ("active", "body", "document_id", "engine", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id") VALUES (NEW."active", NEW."body", NEW."document_id", NEW."engine", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."unit_id"); RETURN NULL;', hash='e9887ca226ffc5e96ab79e293beed029cf0b8735', operation='UPDATE', pgid='pgtrigger_update_update_d9c3d', table='correspondence_lettertemplate', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='lettertype',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_lettertypeevent" ("active", "amount", "id", "institution_id", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."amount", NEW."id", NEW."institution_id", NEW."name", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='6f206a13173396632f834781dd932c7f050caf54', operation='INSERT', pgid='pgtrigger_insert_insert_6e2ab', table='correspondence_lettertype', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='lettertype',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_lettertypeevent" ("active", "amount", "id", "institution_id", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."amount", NEW."id", NEW."institution_id", NEW."name", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='562446db8f96edf67ebf21c933065f765c0ebacd', operation='UPDATE', pgid='pgtrigger_update_update_59971', table='correspondence_lettertype', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='programme',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_programmeevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "unit_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."since", NEW."unit_id"); RETURN NULL;', hash='42fa7dfdbb2cd42e2d54faf54bd33b16afa0b3a5', operation='INSERT', pgid='pgtrigger_insert_insert_80106', table='correspondence_programme', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='programme',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_programmeevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "unit_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."unit_id"); RETURN NULL;', hash='d8d37255d51b5a06a42a00d4db2ddd6ede6e81a8', operation='UPDATE', pgid='pgtrigger_update_update_2668f', table='correspondence_programme', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unitcost',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_unitcostevent" ("amount", "id", "institution_id", "label", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "source", "valid_from") VALUES (NEW."amount", NEW."id", NEW."institution_id", NEW."label", NEW."per", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."source", NEW."valid_from"); RETURN NULL;', hash='63abbbe0b49a2d88cdc1b7e382e2b83ef07dcf4a', operation='INSERT', pgid='pgtrigger_insert_insert_7f2e5', table='correspondence_unitcost', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unitcost',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_unitcostevent" ("amount", "id", "institution_id", "label", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "source", "valid_from") VALUES (NEW."amount", NEW."id", NEW."institution_id", NEW."label", NEW."per", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."source", NEW."valid_from"); RETURN NULL;', hash='c126fd71188b04deffe18cb403d938f2718b5749', operation='UPDATE', pgid='pgtrigger_update_update_3fba0', table='correspondence_unitcost', when='AFTER')),
                ),
            ],
        ),
    ]
