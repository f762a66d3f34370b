"""Tables of instruments, versions, responses and their values in columns."""
import django.core.serializers.json
import django.db.models.deletion
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0009_lean_opening'),
        ('orgs', '0003_name_search'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Instrument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('slug', models.SlugField(max_length=60, verbose_name='clave')),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('purpose', models.CharField(choices=[('survey', 'Encuesta'), ('request_form', 'Formulario de solicitud'), ('instrument', 'Instrumento de evaluación'), ('record', 'Ficha')], max_length=12, verbose_name='uso')),
                        ('active', models.BooleanField(default=True, verbose_name='activo')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='questionnaires_instrument_owned'), models.UniqueConstraint(fields=('institution', 'slug'), name='questionnaires_instrument_slug'), models.CheckConstraint(condition=models.Q(('purpose__in', ['survey', 'request_form', 'instrument', 'record'])), name='questionnaires_instrument_purpose')],
                    },
                ),
                migrations.CreateModel(
                    name='InstrumentVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='versión')),
                        ('state', models.CharField(choices=[('draft', 'Borrador'), ('published', 'Publicada'), ('retired', 'Retirada')], default='draft', max_length=10)),
                        ('definition', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('digest', models.CharField(max_length=64)),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('instrument', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='questionnaires.instrument')),
                        ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'ordering': ['instrument', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='questionnaires_version_owned'), models.UniqueConstraint(fields=('instrument', 'id'), name='questionnaires_version_of'), models.UniqueConstraint(fields=('instrument', 'number'), name='questionnaires_version_number'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('instrument',), name='questionnaires_version_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('instrument',), name='questionnaires_version_one_current'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='questionnaires_version_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('retired_at', None), ('state', 'draft')), models.Q(('published_at__isnull', False), ('retired_at', None), ('state', 'published')), models.Q(('published_at__isnull', False), ('retired_at__isnull', False), ('state', 'retired')), _connector='OR'), name='questionnaires_version_state')],
                    },
                ),
                migrations.CreateModel(
                    name='Response',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('role', models.CharField(choices=[('answer', 'Respuesta'), ('record', 'Datos del asunto')], default='answer', max_length=8)),
                        ('channel', models.CharField(default='link', max_length=12)),
                        ('state', models.CharField(choices=[('open', 'Pendiente'), ('submitted', 'Respondida'), ('void', 'Anulada')], default='open', max_length=10)),
                        ('values', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('score', models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                        ('token_digest', models.CharField(max_length=64, null=True, unique=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('invited_at', models.DateTimeField(null=True)),
                        ('opened_at', models.DateTimeField(null=True)),
                        ('submitted_at', models.DateTimeField(null=True)),
                        ('expires_at', models.DateTimeField(null=True)),
                        ('void_reason', models.CharField(blank=True, max_length=200)),
                        ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='cases.case')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('instrument', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='questionnaires.instrument')),
                        ('respondent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='questionnaires.instrumentversion')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'submitted')), fields=['instrument', 'submitted_at'], name='questionnaires_resp_done'), models.Index(condition=models.Q(('invited_at__isnull', False)), fields=['instrument', 'invited_at'], name='questionnaires_resp_asked'), models.Index(condition=models.Q(('case__isnull', False)), fields=['case'], name='questionnaires_resp_case'), models.Index(fields=['version'], name='questionnaires_resp_version'), models.Index(condition=models.Q(('respondent__isnull', False)), fields=['respondent'], name='questionnaires_resp_person')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='questionnaires_response_owned'), models.UniqueConstraint(condition=models.Q(('role', 'record')), fields=('case', 'instrument'), name='questionnaires_response_one_record'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'submitted'), ('submitted_at__isnull', False)), models.Q(('state', 'open'), ('submitted_at', None)), ('state', 'void'), _connector='OR'), name='questionnaires_response_state'), models.CheckConstraint(condition=models.Q(('role', 'answer'), models.Q(('case__isnull', False), ('role', 'record'), ('state', 'submitted')), _connector='OR'), name='questionnaires_response_record'), models.CheckConstraint(condition=models.Q(('expires_at', None), ('invited_at', None), ('expires_at__gt', models.F('invited_at')), _connector='OR'), name='questionnaires_response_expiry'), models.CheckConstraint(condition=models.Q(('score', None), models.Q(('score__gte', 0), ('score__lte', 100)), _connector='OR'), name='questionnaires_response_score')],
                    },
                ),
                migrations.CreateModel(
                    name='FieldValue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=130)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('text', models.CharField(max_length=200, null=True)),
                        ('number', models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ('moment', models.DateTimeField(null=True)),
                        ('ref', models.BigIntegerField(null=True)),
                        ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('response', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='field_values', to='questionnaires.response')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('text__isnull', False)), fields=['institution', 'key', 'text', 'case'], name='questionnaires_value_text'), models.Index(condition=models.Q(('number__isnull', False)), fields=['institution', 'key', 'number', 'case'], name='questionnaires_value_number'), models.Index(condition=models.Q(('moment__isnull', False)), fields=['institution', 'key', 'moment', 'case'], name='questionnaires_value_moment'), models.Index(condition=models.Q(('ref__isnull', False)), fields=['institution', 'key', 'ref', 'case'], name='questionnaires_value_ref'), models.Index(condition=models.Q(('case__isnull', False)), fields=['case', 'key'], name='questionnaires_value_case')],
                        'constraints': [models.UniqueConstraint(fields=('response', 'key', 'position'), name='questionnaires_value_once'), models.CheckConstraint(condition=models.Q(models.Q(('moment', None), ('number', None), ('ref', None), ('text__isnull', False)), models.Q(('moment', None), ('number__isnull', False), ('ref', None), ('text', None)), models.Q(('moment__isnull', False), ('number', None), ('ref', None), ('text', None)), models.Q(('moment', None), ('number', None), ('ref__isnull', False), ('text', None)), _connector='OR'), name='questionnaires_value_one')],
                    },
                ),
            ],
        ),
    ]
