"""Tables of the API: tokens, kept answers, webhooks and their deliveries."""
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=8)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='orgs.person')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(max_length=500)),
                ('secret', models.CharField(max_length=80)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='orgs.institution')),
            ],
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('request', models.CharField(max_length=64)),
                ('status', models.SmallIntegerField()),
                ('body', models.BinaryField()),
                ('content_type', models.CharField(max_length=80)),
                ('etag', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='api_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('move_id', models.BigIntegerField()),
                ('event', models.CharField(max_length=60)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('queued', 'En espera'), ('delivered', 'Entregado'), ('failed', 'Sin entregar')], default='queued', max_length=10)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('status', models.SmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='api.subscription')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_at', 'id'], name='api_delivery_queue'), models.Index(fields=['subscription', '-id'], name='api_delivery_list')],
                'constraints': [models.UniqueConstraint(fields=('subscription', 'move_id'), name='api_delivery_once')],
            },
        ),
    ]
