"""Knowledge, hints while typing, proposed problems and dashboards."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_lean_opening'),
        ('orgs', '0004_logo'),
        ('servicedesk', '0040_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('audience', models.CharField(choices=[('everybody', 'Todo el personal'), ('liaisons', 'Enlaces y mesa de servicio'), ('desk', 'Sólo la mesa de servicio')], default='everybody', max_length=10, verbose_name='quién lo lee')),
                ('review_on', models.DateField(null=True, verbose_name='revisar el')),
                ('features', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('family', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.servicefamily', verbose_name='familia de servicios')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('origin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='cases.case')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person', verbose_name='responsable')),
            ],
        ),
        migrations.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='versión')),
                ('state', models.CharField(choices=[('draft', 'Borrador'), ('review', 'En revisión'), ('published', 'Publicado'), ('retired', 'Retirado')], default='draft', max_length=10)),
                ('title', models.CharField(max_length=200, verbose_name='título')),
                ('summary', models.CharField(blank=True, max_length=400, verbose_name='en pocas palabras')),
                ('body', models.TextField(verbose_name='texto')),
                ('words', models.CharField(blank=True, max_length=400, verbose_name='otras formas de decirlo')),
                ('written_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='servicedesk.article')),
                ('publisher', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('writer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='current',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.articleversion'),
        ),
        migrations.CreateModel(
            name='ArticleVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helpful', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='servicedesk.article')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='servicedesk.articleversion')),
            ],
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Por decidir'), ('accepted', 'Se abrió un problema'), ('dismissed', 'Descartado'), ('gone', 'Ya no se propone')], default='open', max_length=10)),
                ('tickets', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('place', models.CharField(max_length=40)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('strength', models.FloatField()),
                ('evidence', models.JSONField(default=dict)),
                ('found_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('problem', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='FeatureCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feature', models.TextField()),
                ('tickets', models.PositiveIntegerField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
        ),
        migrations.CreateModel(
            name='HelpOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('shown', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('opened', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('at', models.DateTimeField()),
                ('helped', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.article')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.offeringversion')),
            ],
        ),
        migrations.CreateModel(
            name='TicketHint',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='cases.case')),
                ('features', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=60)),
                ('wide', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.person')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='servicedesk_article_number'),
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('article',), name='servicedesk_article_one_published'),
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'review'])), fields=('article',), name='servicedesk_article_one_open'),
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'review', 'published', 'retired'])), name='servicedesk_article_state'),
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('publisher__isnull', False)), _connector='OR'), name='servicedesk_article_dated'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['institution', 'family'], name='servicedesk_article_family'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('current__isnull', False)), fields=['review_on'], name='servicedesk_article_review'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['everybody', 'liaisons', 'desk'])), name='servicedesk_article_audience'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('retired_at', None), ('current', None), _connector='OR'), name='servicedesk_article_retired'),
        ),
        migrations.AddConstraint(
            model_name='articlevote',
            constraint=models.UniqueConstraint(fields=('article', 'person'), name='servicedesk_vote_once'),
        ),
        migrations.AddIndex(
            model_name='candidate',
            index=models.Index(fields=['institution', 'state', '-strength'], name='servicedesk_candidate_list'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'dismissed', 'gone'])), name='servicedesk_candidate_state'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('problem__isnull', False), _connector='OR'), name='servicedesk_candidate_problem'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'dismissed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='servicedesk_candidate_reason'),
        ),
        migrations.AddConstraint(
            model_name='featurecount',
            constraint=models.UniqueConstraint(fields=('institution', 'feature'), name='servicedesk_feature_once'),
        ),
        migrations.AddIndex(
            model_name='helpoffer',
            index=models.Index(fields=['institution', 'at'], name='servicedesk_help_at'),
        ),
        migrations.AddIndex(
            model_name='tickethint',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['features'], name='servicedesk_hint_gin'),
        ),
        migrations.AddIndex(
            model_name='tickethint',
            index=models.Index(fields=['institution', '-case'], name='servicedesk_hint_newest'),
        ),
        migrations.AddConstraint(
            model_name='tile',
            constraint=models.UniqueConstraint(fields=('person', 'measure'), name='servicedesk_tile_once'),
        ),
        migrations.AddConstraint(
            model_name='tile',
            constraint=models.CheckConstraint(condition=models.Q(('order__lte', 200)), name='servicedesk_tile_order'),
        ),
    ]
