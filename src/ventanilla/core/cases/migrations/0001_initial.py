import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
import uuid
import ventanilla.core.schema
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('orgs', '0002_rules'),
        ('workdays', '0001_initial'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Case',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(max_length=24)),
                        ('state', models.CharField(max_length=24)),
                        ('year', models.SmallIntegerField()),
                        ('number', models.BigIntegerField()),
                        ('folio', models.CharField(max_length=80)),
                        ('subject', models.TextField()),
                        ('priority', models.SmallIntegerField(choices=[(1, 'Urgente'), (2, 'Alta'), (3, 'Ordinaria'), (4, 'Baja')], default=3)),
                        ('level', models.SmallIntegerField(choices=[(0, 'Ordinario'), (1, 'Reservado'), (2, 'Confidencial')], default=0)),
                        ('received_at', models.DateTimeField()),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('due_at', models.DateTimeField(null=True)),
                        ('amber_at', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('source', models.CharField(default='web', max_length=12)),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('registrar', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                        ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.folioseries')),
                        ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['institution', 'folio'], name='cases_case_byfolio'), models.Index(fields=['unit', '-id'], name='cases_case_unit'), models.Index(condition=models.Q(('closed_at', None)), fields=['due_at', 'id'], name='cases_case_due'), models.Index(condition=models.Q(('closed_at', None)), fields=['amber_at', 'id'], name='cases_case_amber')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='cases_case_owned'), models.UniqueConstraint(fields=('series', 'year', 'number'), name='cases_case_folio'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='cases_case_number')],
                    },
                ),
                migrations.CreateModel(
                    name='Clock',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('turn_id', models.BigIntegerField(null=True)),
                        ('kind', models.CharField(default='internal', max_length=12)),
                        ('start', models.DateTimeField()),
                        ('amount', models.IntegerField(null=True)),
                        ('term_unit', models.CharField(default='workdays', max_length=16)),
                        ('cap_at', models.DateTimeField(null=True)),
                        ('due_at', models.DateTimeField(null=True)),
                        ('amber_at', models.DateTimeField(null=True)),
                        ('state', models.CharField(default='run', max_length=8)),
                        ('stopped_at', models.DateTimeField(null=True)),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cases.case')),
                        ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workdays.calendarversion')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'stop'), _negated=True), fields=['version'], name='cases_clock_version'), models.Index(condition=models.Q(('state', 'run')), fields=['amber_at'], name='cases_clock_amber'), models.Index(condition=models.Q(('state', 'run')), fields=['due_at'], name='cases_clock_due')],
                        'constraints': [models.UniqueConstraint(fields=('case', 'turn_id', 'kind'), name='cases_clock_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('state__in', ['run', 'pause', 'stop'])), name='cases_clock_state')],
                    },
                ),
                migrations.CreateModel(
                    name='FolioSeries',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(verbose_name='uso')),
                        ('mask', models.CharField(default='{unit}/{n}/{year}', max_length=80, verbose_name='máscara')),
                        ('yearly', models.BooleanField(default=True, verbose_name='empieza cada año')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='orgs.unit')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('unit', 'slug'), name='cases_series_use')],
                    },
                ),
                migrations.CreateModel(
                    name='FolioCounter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.SmallIntegerField()),
                        ('last', models.BigIntegerField(default=0)),
                        ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counters', to='cases.folioseries')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('series', 'year'), name='cases_counter_year')],
                    },
                ),
                migrations.CreateModel(
                    name='Instruction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=200, verbose_name='instrucción')),
                        ('purpose', models.CharField(default='action', max_length=12, verbose_name='para')),
                        ('amount', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='término (días hábiles)')),
                        ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='orgs.institution')),
                    ],
                    options={
                        'ordering': ['order', 'text'],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'text'), name='cases_instruction_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Move',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('turn_id', models.BigIntegerField(null=True)),
                        ('verb', models.CharField(max_length=24)),
                        ('from_state', models.CharField(blank=True, max_length=24)),
                        ('to_state', models.CharField(max_length=24)),
                        ('reason', models.TextField(blank=True)),
                        ('detail', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('at', models.DateTimeField()),
                        ('xid', models.BigIntegerField(db_default=models.Func(function='public.this_xid'))),
                        ('source', models.CharField(default='web', max_length=12)),
                        ('acting_for', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='cases.case')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case', 'id'], name='cases_move_case'), models.Index(fields=['xid', 'id'], name='cases_move_order'), models.Index(condition=models.Q(('source', 'web')), fields=['unit', 'at'], name='cases_move_used')],
                    },
                ),
                migrations.CreateModel(
                    name='Note',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('turn_id', models.BigIntegerField(null=True)),
                        ('text', models.TextField()),
                        ('public', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='cases.case')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('private', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('private', True), ('public', True), _negated=True), name='cases_note_one_side')],
                    },
                ),
                migrations.CreateModel(
                    name='Pause',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(null=True)),
                        ('reason', models.CharField(max_length=200)),
                        ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='cases.clock')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='cases_pause_order')],
                    },
                ),
                migrations.CreateModel(
                    name='RoutingRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                        ('relation', models.CharField(max_length=12, verbose_name='relación')),
                        ('level', models.CharField(blank=True, max_length=24, verbose_name='nivel de quien turna')),
                        ('max_distance', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='niveles de distancia')),
                        ('purpose', models.CharField(blank=True, max_length=12, verbose_name='para')),
                        ('allowed', models.BooleanField(verbose_name='se permite')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='motivo que se muestra')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='routing_rules', to='orgs.institution')),
                    ],
                    options={
                        'ordering': ['order', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='SearchRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=24)),
                        ('ref', models.BigIntegerField()),
                        ('page', models.IntegerField(default=0)),
                        ('version_id', models.BigIntegerField(null=True)),
                        ('title', models.TextField()),
                        ('body', models.TextField(blank=True)),
                        ('at', models.DateTimeField()),
                        ('tokens', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                        ('vector', django.contrib.postgres.search.SearchVectorField(null=True)),
                        ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['vector', 'tokens'], name='cases_search_gin'), models.Index(fields=['case'], name='cases_search_case')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'ref', 'page'), name='cases_search_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Tray',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('turn_id', models.BigIntegerField(null=True)),
                        ('side', models.CharField(max_length=6)),
                        ('tab', models.SmallIntegerField(choices=[(1, 'Por atender'), (2, 'Por evaluar'), (3, 'En espera'), (4, 'Concluidos')])),
                        ('token', models.BigIntegerField()),
                        ('due_at', models.DateTimeField(null=True)),
                        ('amber_at', models.DateTimeField(null=True)),
                        ('order_at', models.DateTimeField()),
                        ('since', models.DateTimeField()),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trays', to='cases.case')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['token', 'tab', 'order_at', 'id'], name='cases_tray_inbox'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person', 'tab', 'order_at', 'id'], name='cases_tray_person'), models.Index(fields=['unit', 'tab'], name='cases_tray_unit')],
                        'constraints': [models.UniqueConstraint(fields=('case', 'turn_id', 'side'), name='cases_tray_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('side__in', ['owner', 'holder', 'router'])), name='cases_tray_side')],
                    },
                ),
                migrations.CreateModel(
                    name='Turn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('purpose', models.CharField(choices=[('action', 'Para atención'), ('information', 'Para conocimiento')], default='action', max_length=12)),
                        ('state', models.CharField(default='sent', max_length=24)),
                        ('text', models.TextField(blank=True)),
                        ('due_at', models.DateTimeField(null=True)),
                        ('amber_at', models.DateTimeField(null=True)),
                        ('sent_at', models.DateTimeField()),
                        ('read_at', models.DateTimeField(null=True)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('source', models.CharField(default='web', max_length=12)),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='cases.case')),
                        ('from_person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('from_unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                        ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                        ('instruction', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.instruction')),
                        ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='cases.turn')),
                        ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('read_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case', 'id'], name='cases_turn_case'), models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='cases_turn_parent'), models.Index(fields=['unit', 'sent_at'], name='cases_turn_unit'), models.Index(fields=['from_unit', 'sent_at'], name='cases_turn_from')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['action', 'information'])), name='cases_turn_purpose'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='cases_turn_not_own_parent'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'information'), ('state__in', ['sent', 'read', 'cancelled'])), models.Q(('purpose', 'action'), ('state__in', ['sent', 'accepted', 'returned', 'answered', 'sent_back', 'closed', 'cancelled'])), _connector='OR'), name='cases_turn_state'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ['sent', 'accepted', 'answered', 'sent_back'])), models.Q(('closed_at__isnull', False), ('state__in', ['returned', 'closed', 'cancelled', 'read'])), _connector='OR'), name='cases_turn_closed')],
                    },
                ),
                migrations.CreateModel(
                    name='Answer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('text', models.TextField(blank=True)),
                        ('partial', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                        ('verdict', models.CharField(blank=True, choices=[('accepted', 'Aceptada'), ('sent_back', 'Devuelta')], max_length=10)),
                        ('verdict_at', models.DateTimeField(null=True)),
                        ('verdict_reason', models.TextField(blank=True)),
                        ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('verdict_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('letter', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                        ('turn', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.turn')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('letter__isnull', False)), fields=['letter'], name='cases_answer_letter')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('verdict', ''), ('verdict_at', None)), models.Q(('verdict_at__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='cases_answer_verdict'), models.UniqueConstraint(condition=models.Q(('partial', False), ('verdict', '')), fields=('turn',), name='cases_answer_pending_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('turn_id', models.BigIntegerField(null=True)),
                        ('answer_id', models.BigIntegerField(null=True)),
                        ('role', models.CharField(choices=[('scan', 'Documento digitalizado'), ('annex', 'Anexo'), ('evidence', 'Evidencia'), ('letter', 'Oficio'), ('receipt', 'Acuse'), ('cover', 'Carátula')], default='annex', max_length=10)),
                        ('at', models.DateTimeField()),
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attachment', to='documents.document')),
                        ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.case')),
                        ('private', models.BooleanField(default=False)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case', 'id'], name='cases_attachment_case')],
                    },
                ),
                migrations.CreateModel(
                    name='Access',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('token', models.BigIntegerField()),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='access', to='cases.case')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case'], name='cases_access_case')],
                        'constraints': [models.UniqueConstraint(fields=('token', 'case'), name='cases_access_once')],
                    },
                ),
                migrations.CreateModel(
                    name='CaseLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=12)),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cases.case')),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='cases.case')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('case', 'other', 'kind'), name='cases_link_once'), models.CheckConstraint(condition=models.Q(('case', models.F('other')), _negated=True), name='cases_link_not_self')],
                    },
                ),
                migrations.CreateModel(
                    name='Party',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('requester', 'Solicitante'), ('beneficiary', 'Persona beneficiaria'), ('liaison', 'Enlace'), ('watcher', 'Da seguimiento'), ('approver', 'Quien autoriza')], max_length=12)),
                        ('since', models.DateTimeField()),
                        ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='cases.case')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person', 'role', '-case'], name='cases_party_person')],
                        'constraints': [models.UniqueConstraint(fields=('case', 'person', 'role'), name='cases_party_once'), models.CheckConstraint(condition=models.Q(('role__in', ['requester', 'beneficiary', 'liaison', 'watcher', 'approver'])), name='cases_party_role')],
                    },
                ),
            ],
        ),
    ]
