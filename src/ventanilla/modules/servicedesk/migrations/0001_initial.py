"""The tables of the service desk: teams, promises, catalogue, liaisons, tickets."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0011_low_priority'),
        ('orgs', '0004_logo'),
        ('questionnaires', '0002_rules'),
        ('workdays', '0003_purpose'),
    ]

    operations = [
        migrations.CreateModel(
            name='KnownError',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='known_error', serialize=False, to='cases.case')),
                ('symptoms', models.TextField(blank=True, verbose_name='cómo se reconoce')),
                ('root_cause', models.TextField(blank=True, verbose_name='causa raíz')),
                ('workaround', models.TextField(verbose_name='solución temporal')),
            ],
        ),
        migrations.CreateModel(
            name='Problem',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='problem', serialize=False, to='cases.case')),
                ('root_cause', models.TextField(blank=True, verbose_name='causa raíz')),
                ('workaround', models.TextField(blank=True, verbose_name='solución temporal')),
            ],
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='causa')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                ('active', models.BooleanField(default=True, verbose_name='activa')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
            options={
                'ordering': ['order', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='change', serialize=False, to='cases.case')),
                ('risk', models.PositiveSmallIntegerField(choices=[(1, 'Bajo'), (2, 'Medio'), (3, 'Alto')], default=2, verbose_name='riesgo')),
                ('impact_text', models.TextField(blank=True, verbose_name='a quién afecta')),
                ('plan', models.TextField(blank=True, verbose_name='plan de implementación')),
                ('back_out', models.TextField(blank=True, verbose_name='plan de reversión')),
                ('starts_at', models.DateTimeField(null=True, verbose_name='inicia')),
                ('ends_at', models.DateTimeField(null=True, verbose_name='termina')),
                ('outcome', models.CharField(blank=True, choices=[('implemented', 'Implementado'), ('failed', 'Falló'), ('rolled_back', 'Se revirtió')], max_length=12, verbose_name='resultado')),
                ('review', models.TextField(blank=True, verbose_name='revisión')),
                ('implementer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('text', models.CharField(max_length=300)),
                ('done_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='checklist', to='cases.case')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='HoldReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=160, verbose_name='motivo de espera')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                ('active', models.BooleanField(default=True, verbose_name='activo')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
            options={
                'ordering': ['order', 'text'],
            },
        ),
        migrations.CreateModel(
            name='Liaison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('requested', 'Solicitado'), ('validated', 'Validado por la jefatura'), ('active', 'Activo'), ('ended', 'Concluido')], default='requested', max_length=10)),
                ('request_letter', models.CharField(blank=True, max_length=120, verbose_name='oficio de solicitud')),
                ('requested_at', models.DateTimeField()),
                ('validated_at', models.DateTimeField(null=True)),
                ('agreement_at', models.DateField(blank=True, null=True, verbose_name='acuerdo de confidencialidad firmado el')),
                ('trained_at', models.DateField(blank=True, null=True, verbose_name='capacitación recibida el')),
                ('active_at', models.DateTimeField(null=True)),
                ('until', models.DateField(blank=True, null=True, verbose_name='hasta')),
                ('ended_at', models.DateTimeField(null=True)),
                ('change_letter', models.CharField(blank=True, max_length=120, verbose_name='oficio de cambio')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person', verbose_name='persona')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit', verbose_name='unidad')),
                ('validated_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ProblemStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='acción')),
                ('due_on', models.DateField(null=True, verbose_name='para el')),
                ('definitive', models.BooleanField(default=False, verbose_name='definitiva')),
                ('done_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_steps', to='cases.case')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=80)),
                ('name', models.CharField(max_length=160, verbose_name='nombre')),
                ('summary', models.TextField(blank=True, verbose_name='en pocas palabras')),
                ('internal', models.BooleanField(default=False, verbose_name='interno')),
                ('active', models.BooleanField(default=True, verbose_name='activo')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person', verbose_name='responsable')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=80)),
                ('name', models.CharField(max_length=160, verbose_name='nombre')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offerings', to='servicedesk.service', verbose_name='servicio')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ServiceFamily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='orden')),
                ('active', models.BooleanField(default=True, verbose_name='activa')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
            options={
                'ordering': ['order', 'name'],
            },
        ),
        migrations.AddField(
            model_name='service',
            name='family',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='servicedesk.servicefamily', verbose_name='familia'),
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('active', models.BooleanField(default=True, verbose_name='activo')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workdays.calendar', verbose_name='horario')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='nombre')),
                ('tier', models.PositiveSmallIntegerField(default=1, verbose_name='nivel')),
                ('automatic', models.BooleanField(default=False, verbose_name='reparte sola')),
                ('active', models.BooleanField(default=True, verbose_name='activo')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit', verbose_name='unidad')),
            ],
            options={
                'ordering': ['tier', 'name'],
            },
        ),
        migrations.CreateModel(
            name='OfferingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='versión')),
                ('state', models.CharField(default='draft', max_length=10)),
                ('kind', models.CharField(default='request', max_length=24, verbose_name='abre')),
                ('description', models.TextField(blank=True, verbose_name='qué es')),
                ('includes', models.TextField(blank=True, verbose_name='qué incluye')),
                ('requirements', models.TextField(blank=True, verbose_name='qué se necesita')),
                ('hours', models.CharField(blank=True, max_length=200, verbose_name='horario de atención')),
                ('legal_basis', models.TextField(blank=True, verbose_name='fundamento')),
                ('audience', models.CharField(choices=[('everybody', 'Todo el personal'), ('liaisons', 'Sólo enlaces'), ('staff', 'Sólo la mesa de servicio')], default='everybody', max_length=10, verbose_name='quién puede pedirlo')),
                ('impact', models.PositiveSmallIntegerField(default=3, verbose_name='impacto usual')),
                ('urgency', models.PositiveSmallIntegerField(default=2, verbose_name='urgencia usual')),
                ('approvals', models.JSONField(blank=True, default=list)),
                ('tasks', models.JSONField(blank=True, default=list)),
                ('published_at', models.DateTimeField(null=True)),
                ('form', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.instrumentversion', verbose_name='formulario')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('offering', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='servicedesk.offering')),
                ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('survey', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.instrumentversion', verbose_name='encuesta')),
                ('level', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.servicelevel', verbose_name='nivel de servicio')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.team', verbose_name='equipo')),
            ],
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('own', 'Tiempo para tomarla'), ('resolve', 'Tiempo para resolver'), ('team', 'Acuerdo interno del equipo')], max_length=8, verbose_name='mide')),
                ('priority', models.PositiveSmallIntegerField(default=0, verbose_name='prioridad')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutos hábiles')),
                ('level', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='objectives', to='servicedesk.servicelevel')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='servicedesk.team', verbose_name='equipo')),
            ],
            options={
                'ordering': ['metric', 'priority'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead', models.BooleanField(default=False, verbose_name='coordina')),
                ('on_call', models.BooleanField(default=False, verbose_name='de guardia')),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='servicedesk.team')),
            ],
        ),
        migrations.CreateModel(
            name='CannedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='título')),
                ('text', models.TextField(verbose_name='texto')),
                ('active', models.BooleanField(default=True, verbose_name='activa')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='servicedesk.team', verbose_name='equipo')),
            ],
            options={
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ticket', serialize=False, to='cases.case')),
                ('requester_name', models.CharField(blank=True, max_length=200)),
                ('requester_email', models.EmailField(blank=True, max_length=254)),
                ('beneficiary_name', models.CharField(blank=True, max_length=200)),
                ('channel', models.CharField(choices=[('portal', 'Portal'), ('phone', 'Teléfono'), ('person', 'En persona'), ('mail', 'Correo electrónico'), ('api', 'Otro sistema')], default='portal', max_length=8, verbose_name='llegó por')),
                ('impact', models.PositiveSmallIntegerField(choices=[(1, 'Alto'), (2, 'Medio'), (3, 'Bajo')], default=3, verbose_name='impacto')),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'Alto'), (2, 'Medio'), (3, 'Bajo')], default=2, verbose_name='urgencia')),
                ('description', models.TextField(blank=True, verbose_name='descripción')),
                ('major', models.BooleanField(default=False, verbose_name='incidente mayor')),
                ('owned_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('solution', models.TextField(blank=True, verbose_name='solución')),
                ('reopened', models.PositiveSmallIntegerField(default=0)),
                ('external_key', models.CharField(blank=True, max_length=120)),
                ('beneficiary', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('cause', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.cause')),
                ('held_for', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.holdreason')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('level', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.servicelevel')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='child_tickets', to='cases.case')),
                ('requester', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('resolved_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('service', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.service')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.team')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit')),
                ('version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.offeringversion')),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutos')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='en qué')),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_entries', to='cases.case')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField(default=1)),
                ('label', models.CharField(max_length=120)),
                ('quorum', models.PositiveSmallIntegerField(default=1)),
                ('retrospective', models.BooleanField(default=False)),
                ('verdict', models.CharField(blank=True, max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField()),
                ('at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='cases.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'step', 'person', 'asked_at'), name='servicedesk_approval_once'), models.CheckConstraint(condition=models.Q(models.Q(('at', None), ('verdict', '')), models.Q(('at__isnull', False), ('verdict__in', ['yes', 'no'])), _connector='OR'), name='servicedesk_approval_verdict')],
            },
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_cause_once'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['institution', 'starts_at'], name='servicedesk_change_window_ix'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at', None), ('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='servicedesk_change_window'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('risk__gte', 1), ('risk__lte', 3)), name='servicedesk_change_risk'),
        ),
        migrations.AddIndex(
            model_name='checklistitem',
            index=models.Index(fields=['case', 'order'], name='servicedesk_checklist_case'),
        ),
        migrations.AddConstraint(
            model_name='holdreason',
            constraint=models.UniqueConstraint(fields=('institution', 'text'), name='servicedesk_hold_once'),
        ),
        migrations.AddConstraint(
            model_name='liaison',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('unit',), name='servicedesk_liaison_one_active', violation_error_message='La unidad ya tiene un enlace activo.'),
        ),
        migrations.AddConstraint(
            model_name='liaison',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'validated', 'active', 'ended'])), name='servicedesk_liaison_state'),
        ),
        migrations.AddConstraint(
            model_name='liaison',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(('agreement_at__isnull', False), ('trained_at__isnull', False), ('validated_at__isnull', False)), _connector='OR'), name='servicedesk_liaison_complete', violation_error_message='Faltan el acuerdo, la capacitación o la validación.'),
        ),
        migrations.AddConstraint(
            model_name='liaison',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('requested_at')), _connector='OR'), name='servicedesk_liaison_order'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.UniqueConstraint(fields=('institution', 'slug'), name='servicedesk_offering_once'),
        ),
        migrations.AddConstraint(
            model_name='servicefamily',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_family_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('institution', 'slug'), name='servicedesk_service_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('institution', 'id'), name='servicedesk_service_owned'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_sla_once'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.UniqueConstraint(fields=('institution', 'id'), name='servicedesk_sla_owned'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='servicedesk_team_once'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(fields=('institution', 'id'), name='servicedesk_team_owned'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('tier__gte', 1), ('tier__lte', 3)), name='servicedesk_team_tier'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.UniqueConstraint(fields=('offering', 'number'), name='servicedesk_version_number'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('offering',), name='servicedesk_version_one_published'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('offering',), name='servicedesk_version_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='servicedesk_version_state'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request', 'incident'])), name='servicedesk_version_kind'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.CheckConstraint(condition=models.Q(('impact__gte', 1), ('impact__lte', 3), ('urgency__gte', 1), ('urgency__lte', 3)), name='servicedesk_version_matrix'),
        ),
        migrations.AddConstraint(
            model_name='offeringversion',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='OR'), name='servicedesk_version_dated'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.UniqueConstraint(fields=('level', 'metric', 'priority', 'team'), name='servicedesk_objective_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('metric__in', ['own', 'resolve', 'team'])), name='servicedesk_objective_metric'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('metric', 'team'), ('team', None), _connector='OR'), name='servicedesk_objective_team'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('priority__lte', 4)), name='servicedesk_objective_priority'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('team', 'person'), name='servicedesk_member_once'),
        ),
        migrations.AddConstraint(
            model_name='cannedanswer',
            constraint=models.UniqueConstraint(fields=('institution', 'title'), name='servicedesk_canned_once'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['institution', 'service', '-case'], name='servicedesk_ticket_service'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['team', '-case'], name='servicedesk_ticket_team'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['unit', '-case'], name='servicedesk_ticket_unit'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='servicedesk_ticket_parent'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['institution', 'resolved_at'], name='servicedesk_ticket_resolved'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('impact__gte', 1), ('impact__lte', 3), ('urgency__gte', 1), ('urgency__lte', 3)), name='servicedesk_ticket_matrix'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['portal', 'phone', 'person', 'mail', 'api'])), name='servicedesk_ticket_channel'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('case')), _negated=True), _connector='OR'), name='servicedesk_ticket_not_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('external_key', ''), _negated=True), fields=('institution', 'external_key'), name='servicedesk_ticket_external'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='servicedesk_time_minutes'),
        ),
    ]
