import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
import ventanilla.core.schema
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        ventanilla.core.schema.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Institution',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('slug', models.SlugField(unique=True)),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('short_name', models.CharField(max_length=60, verbose_name='nombre corto')),
                        ('time_zone', models.CharField(default='America/Mexico_City', max_length=40, verbose_name='zona horaria')),
                        ('tokens', models.JSONField(blank=True, default=dict)),
                        ('policy', models.JSONField(blank=True, default=dict)),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                    ],
                ),
                migrations.CreateModel(
                    name='Post',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('head', 'Titular'), ('deputy', 'Suplente'), ('liaison', 'Enlace'), ('clerk', 'Oficialía de partes'), ('assistant', 'Asistente'), ('staff', 'Personal')], max_length=12, verbose_name='tipo')),
                        ('title', models.CharField(max_length=160, verbose_name='denominación')),
                        ('order', models.PositiveSmallIntegerField(default=1, verbose_name='orden')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='orgs.unit')),
                    ],
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='correo electrónico')),
                        ('is_active', models.BooleanField(default=True, verbose_name='activa')),
                        ('is_operator', models.BooleanField(default=False, verbose_name='opera la plataforma')),
                        ('theme', models.CharField(choices=[('auto', 'Automático'), ('light', 'Claro'), ('dark', 'Oscuro')], default='auto', max_length=5)),
                        ('language', models.CharField(default='es-mx', max_length=5)),
                        ('date_joined', models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='orgs_user_email')],
                    },
                ),
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('given_name', models.CharField(max_length=100, verbose_name='nombre')),
                        ('surname_1', models.CharField(max_length=100, verbose_name='primer apellido')),
                        ('surname_2', models.CharField(blank=True, max_length=100, verbose_name='segundo apellido')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='correo electrónico')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='teléfono')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('sort_key', models.CharField(db_collation='C', default='', editable=False, max_length=400)),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='orgs.institution')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='persons', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='orgs.unit')),
                    ],
                    options={
                        'ordering': ['sort_key'],
                        'indexes': [models.Index(fields=['institution', 'sort_key'], name='orgs_person_sort')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='orgs_person_owned'), models.UniqueConstraint(fields=('institution', 'user'), name='orgs_person_user')],
                    },
                ),
                migrations.CreateModel(
                    name='Appointment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='hasta')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='documento que lo sustenta')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='orgs.person')),
                        ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='orgs.post')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='orgs_appointment_period')],
                    },
                ),
                migrations.CreateModel(
                    name='AppointmentEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('valid_from', models.DateField(verbose_name='desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='hasta')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='documento que lo sustenta')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.appointment')),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.person')),
                        ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.post')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Role',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField()),
                        ('name', models.CharField(max_length=80, verbose_name='nombre')),
                        ('capabilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                        ('clearance', models.PositiveSmallIntegerField(default=0, verbose_name='nivel de reserva')),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='orgs.institution')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('institution', 'slug'), name='orgs_role_slug'), models.CheckConstraint(condition=models.Q(('clearance__lte', 2)), name='orgs_role_clearance')],
                    },
                ),
                migrations.CreateModel(
                    name='Grant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('subtree', models.BooleanField(default=False, verbose_name='incluye las unidades que dependen')),
                        ('valid_from', models.DateField(verbose_name='desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='hasta')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='motivo o documento')),
                        ('delegated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='delegated', to='orgs.person')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='orgs.person')),
                        ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='orgs.role')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person', 'valid_from'], name='orgs_grant_person')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='orgs_grant_period'), models.CheckConstraint(condition=models.Q(('delegated_by', None), ('valid_to__isnull', False), _connector='OR'), name='orgs_grant_delegation_ends'), models.CheckConstraint(condition=models.Q(('delegated_by', None), models.Q(('delegated_by', models.F('person')), _negated=True), _connector='OR'), name='orgs_grant_not_to_self')],
                    },
                ),
                migrations.CreateModel(
                    name='RoleEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False)),
                        ('name', models.CharField(max_length=80, verbose_name='nombre')),
                        ('capabilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                        ('clearance', models.PositiveSmallIntegerField(default=0, verbose_name='nivel de reserva')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.role')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Unit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('code', models.CharField(blank=True, max_length=40, verbose_name='clave')),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('short_name', models.CharField(blank=True, max_length=40, verbose_name='siglas')),
                        ('level', models.CharField(choices=[('secretariat', 'Secretaría'), ('agency', 'Organismo auxiliar'), ('undersecretariat', 'Subsecretaría'), ('general_directorate', 'Dirección general'), ('directorate', 'Dirección de área'), ('subdirectorate', 'Subdirección'), ('department', 'Departamento'), ('office', 'Oficina o delegación'), ('external', 'Unidad externa')], default='department', max_length=24, verbose_name='nivel')),
                        ('counter', models.BooleanField(default=False, verbose_name='es oficialía de partes')),
                        ('valid_from', models.DateField(default=datetime.date(2020, 1, 1), verbose_name='vigente desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='vigente hasta')),
                        ('path', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                        ('sort_key', models.CharField(db_collation='C', default='', editable=False, max_length=400)),
                        ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='orgs.institution')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='orgs.unit')),
                        ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='orgs.unit')),
                    ],
                    options={
                        'ordering': ['sort_key'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['path'], name='orgs_unit_path'), models.Index(fields=['institution', 'code'], name='orgs_unit_code'), models.Index(fields=['institution', 'sort_key'], name='orgs_unit_sort')],
                        'constraints': [models.UniqueConstraint(fields=('institution', 'id'), name='orgs_unit_owned'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='orgs_unit_period', violation_error_message='La unidad termina antes de empezar.')],
                    },
                ),
                migrations.CreateModel(
                    name='PostEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('kind', models.CharField(choices=[('head', 'Titular'), ('deputy', 'Suplente'), ('liaison', 'Enlace'), ('clerk', 'Oficialía de partes'), ('assistant', 'Asistente'), ('staff', 'Personal')], max_length=12, verbose_name='tipo')),
                        ('title', models.CharField(max_length=160, verbose_name='denominación')),
                        ('order', models.PositiveSmallIntegerField(default=1, verbose_name='orden')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.post')),
                        ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='PersonEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('given_name', models.CharField(max_length=100, verbose_name='nombre')),
                        ('surname_1', models.CharField(max_length=100, verbose_name='primer apellido')),
                        ('surname_2', models.CharField(blank=True, max_length=100, verbose_name='segundo apellido')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='correo electrónico')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='teléfono')),
                        ('active', models.BooleanField(default=True, verbose_name='activa')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.person')),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='GrantEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('subtree', models.BooleanField(default=False, verbose_name='incluye las unidades que dependen')),
                        ('valid_from', models.DateField(verbose_name='desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='hasta')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='motivo o documento')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.grant')),
                        ('delegated_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.person')),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.person')),
                        ('role', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.role')),
                        ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='UnitCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(blank=True, null=True)),
                        ('source', models.CharField(blank=True, max_length=200)),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='orgs.unit')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['code'], name='orgs_unitcode_code')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitCodeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('code', models.CharField(max_length=40)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(blank=True, null=True)),
                        ('source', models.CharField(blank=True, max_length=200)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.unitcode')),
                        ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='UnitEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('code', models.CharField(blank=True, max_length=40, verbose_name='clave')),
                        ('name', models.CharField(max_length=200, verbose_name='nombre')),
                        ('short_name', models.CharField(blank=True, max_length=40, verbose_name='siglas')),
                        ('level', models.CharField(choices=[('secretariat', 'Secretaría'), ('agency', 'Organismo auxiliar'), ('undersecretariat', 'Subsecretaría'), ('general_directorate', 'Dirección general'), ('directorate', 'Dirección de área'), ('subdirectorate', 'Subdirección'), ('department', 'Departamento'), ('office', 'Oficina o delegación'), ('external', 'Unidad externa')], default='department', max_length=24, verbose_name='nivel')),
                        ('counter', models.BooleanField(default=False, verbose_name='es oficialía de partes')),
                        ('valid_from', models.DateField(default=datetime.date(2020, 1, 1), verbose_name='vigente desde')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='vigente hasta')),
                        ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.institution')),
                        ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='orgs.unit')),
                        ('successor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='orgs.unit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Absence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='desde')),
                        ('valid_to', models.DateField(verbose_name='regresa el')),
                        ('reason', models.CharField(blank=True, max_length=160, verbose_name='motivo')),
                        ('acting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='acting_for', to='orgs.person')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='orgs.person')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__gt', models.F('valid_from'))), name='orgs_absence_period'), models.CheckConstraint(condition=models.Q(('acting', None), models.Q(('acting', models.F('person')), _negated=True), _connector='OR'), name='orgs_absence_not_self')],
                    },
                ),
                migrations.CreateModel(
                    name='InstitutionLogo',
                    fields=[
                        ('institution', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='orgs.institution')),
                        ('png', models.BinaryField()),
                        ('digest', models.CharField(max_length=12)),
                    ],
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='post',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_postevent" ("id", "kind", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "unit_id") VALUES (NEW."id", NEW."kind", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."unit_id"); RETURN NULL;', hash='224f926321394092350c605fa67c02ce26f13a99', operation='INSERT', pgid='pgtrigger_insert_insert_8da8e', table='orgs_post', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='post',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orgs_postevent" ("id", "kind", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "unit_id") VALUES (NEW."id", NEW."kind", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."unit_id"); RETURN NULL;', hash='b0708901569f22329716800cc710f479ddfedf27', operation='UPDATE', pgid='pgtrigger_update_update_e3ae2', table='orgs_post', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='person',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_personevent" ("active", "email", "given_name", "id", "institution_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "surname_1", "surname_2", "unit_id", "user_id", "uuid") VALUES (NEW."active", NEW."email", NEW."given_name", NEW."id", NEW."institution_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."surname_1", NEW."surname_2", NEW."unit_id", NEW."user_id", NEW."uuid"); RETURN NULL;', hash='75fe7e4e353df8bdf220d0371f11861cef4d8f33', operation='INSERT', pgid='pgtrigger_insert_insert_65bb0', table='orgs_person', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='person',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."given_name" IS DISTINCT FROM (NEW."given_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."surname_1" IS DISTINCT FROM (NEW."surname_1") OR OLD."surname_2" IS DISTINCT FROM (NEW."surname_2") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid"))', func='INSERT INTO "orgs_personevent" ("active", "email", "given_name", "id", "institution_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "surname_1", "surname_2", "unit_id", "user_id", "uuid") VALUES (NEW."active", NEW."email", NEW."given_name", NEW."id", NEW."institution_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."surname_1", NEW."surname_2", NEW."unit_id", NEW."user_id", NEW."uuid"); RETURN NULL;', hash='51c76eb1f1769511971b9ef83b3073222eb6f78f', operation='UPDATE', pgid='pgtrigger_update_update_4c27c', table='orgs_person', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appointment',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_appointmentevent" ("id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "source", "valid_from", "valid_to") VALUES (NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."post_id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='7686c9828513cdbbebb3a02b3c3119b7c01eaa91', operation='INSERT', pgid='pgtrigger_insert_insert_13f49', table='orgs_appointment', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='appointment',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orgs_appointmentevent" ("id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "source", "valid_from", "valid_to") VALUES (NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."post_id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='b1d892ea042c43feb06e706e52a844d1a81145fa', operation='UPDATE', pgid='pgtrigger_update_update_c1fb9', table='orgs_appointment', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='role',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_roleevent" ("capabilities", "clearance", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."capabilities", NEW."clearance", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;', hash='ea92e7909a9e7929e2ad04d074d2cf47c3269412', operation='INSERT', pgid='pgtrigger_insert_insert_2d378', table='orgs_role', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='role',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orgs_roleevent" ("capabilities", "clearance", "id", "institution_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."capabilities", NEW."clearance", NEW."id", NEW."institution_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='30aa9672f3c296d99d5f8a55d5c72c81fc9eafa4', operation='UPDATE', pgid='pgtrigger_update_update_a9c1b', table='orgs_role', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='grant',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_grantevent" ("delegated_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "source", "subtree", "unit_id", "uuid", "valid_from", "valid_to") VALUES (NEW."delegated_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role_id", NEW."source", NEW."subtree", NEW."unit_id", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='c1b5aa0fbf57068809fcfdf5a1811d1d21c34a92', operation='INSERT', pgid='pgtrigger_insert_insert_1fc60', table='orgs_grant', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='grant',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orgs_grantevent" ("delegated_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "source", "subtree", "unit_id", "uuid", "valid_from", "valid_to") VALUES (NEW."delegated_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role_id", NEW."source", NEW."subtree", NEW."unit_id", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='5ac845fc1d4e65e03d27da9e5819da596b5104b3', operation='UPDATE', pgid='pgtrigger_update_update_2b873', table='orgs_grant', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unit',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_unitevent" ("code", "counter", "id", "institution_id", "level", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "successor_id", "uuid", "valid_from", "valid_to") VALUES (NEW."code", NEW."counter", NEW."id", NEW."institution_id", NEW."level", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."short_name", NEW."successor_id", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='c1d3e694f58096b44f1a1c5ba385f5437299d5e7', operation='INSERT', pgid='pgtrigger_insert_insert_e06d1', table='orgs_unit', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unit',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."counter" IS DISTINCT FROM (NEW."counter") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."short_name" IS DISTINCT FROM (NEW."short_name") OR OLD."successor_id" IS DISTINCT FROM (NEW."successor_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to"))', func='INSERT INTO "orgs_unitevent" ("code", "counter", "id", "institution_id", "level", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "successor_id", "uuid", "valid_from", "valid_to") VALUES (NEW."code", NEW."counter", NEW."id", NEW."institution_id", NEW."level", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."short_name", NEW."successor_id", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='3e46d2330fb1fb8388392669659fdfdcae33859d', operation='UPDATE', pgid='pgtrigger_update_update_7a15a', table='orgs_unit', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unitcode',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orgs_unitcodeevent" ("code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "unit_id", "valid_from", "valid_to") VALUES (NEW."code", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."unit_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='7d93b54d2b8dd688e741351e98919c98b1ade626', operation='INSERT', pgid='pgtrigger_insert_insert_6edf7', table='orgs_unitcode', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='unitcode',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orgs_unitcodeevent" ("code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "unit_id", "valid_from", "valid_to") VALUES (NEW."code", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."unit_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='c4181ab1f8608498de115f22d9d2fde33a2300a1', operation='UPDATE', pgid='pgtrigger_update_update_9e6f9', table='orgs_unitcode', when='AFTER')),
                ),
            ],
        ),
    ]
