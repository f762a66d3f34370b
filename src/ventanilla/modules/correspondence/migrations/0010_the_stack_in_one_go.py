"""Runs that register many scans of the stack in one go, and what became of each."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_in_hand'),
        ('correspondence', '0009_who_acted'),
        ('orgs', '0003_name_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='StackRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(editable=False, unique=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
            ],
        ),
        migrations.CreateModel(
            name='StackRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('facts', models.JSONField(default=dict)),
                ('problem', models.TextField(blank=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rows', to='correspondence.upload')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='correspondence.stackrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'upload'), name='letters_stackrow_once'), models.CheckConstraint(condition=models.Q(('case', None), ('problem', ''), _connector='OR'), name='letters_stackrow_one_end')],
            },
        ),
    ]
