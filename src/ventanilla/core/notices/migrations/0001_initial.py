"""Tables of notices; the readers of the outboxes begin at the moment of this migration."""
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

BEGIN = """
INSERT INTO notices_mark (name, snapshot, target, xid, number, floor)
SELECT name, pg_current_snapshot()::text, '', 0, 0, 0 FROM unnest(ARRAY['moves', 'notices']) AS u(name)
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('name', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('snapshot', models.TextField(blank=True)),
                ('target', models.TextField(blank=True)),
                ('xid', models.BigIntegerField(default=0)),
                ('number', models.BigIntegerField(default=0)),
                ('floor', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=255, unique=True)),
                ('to', models.CharField(max_length=320)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('thread', models.CharField(blank=True, max_length=255)),
                ('state', models.CharField(choices=[('queued', 'En espera'), ('sent', 'Enviado'), ('refused', 'Rechazado'), ('expired', 'Caducado')], default='queued', max_length=8)),
                ('attempts', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_at', 'id'], name='notices_mail_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sent', 'refused', 'expired'])), name='notices_mail_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='notices_mail_sent')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=24)),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('case_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('shown', models.BooleanField(default=True)),
                ('mail', models.CharField(default='none', max_length=6)),
                ('digested_at', models.DateTimeField(null=True)),
                ('dedupe', models.CharField(max_length=200, unique=True)),
                ('xid', models.BigIntegerField(db_default=models.Func(function='public.this_xid'), editable=False)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='orgs.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='notices_notice_centre'), models.Index(condition=models.Q(('read_at', None), ('shown', True)), fields=['person'], name='notices_notice_unread'), models.Index(condition=models.Q(('digested_at', None), ('mail', 'digest')), fields=['person', 'id'], name='notices_notice_digest'), models.Index(fields=['xid', 'id'], name='notices_notice_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mail__in', ['now', 'digest', 'none'])), name='notices_notice_mail')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24)),
                ('shown', models.BooleanField(default=True)),
                ('mail', models.CharField(default='none', max_length=6)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to='orgs.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='notices_preference_once'), models.CheckConstraint(condition=models.Q(('mail__in', ['now', 'digest', 'none'])), name='notices_preference_mail')],
            },
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
