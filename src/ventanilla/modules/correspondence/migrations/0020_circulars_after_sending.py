"""Circulars after they were sent: reminders to those who have not read one, and cancelling it as a whole."""
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0019_withdrawn_answers_do_not_stand'),
        ('orgs', '0003_name_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='CircularReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('addressees', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.AddField(
            model_name='circular',
            name='cancel_reason',
            field=models.TextField(blank=True, db_default='', verbose_name='motivo de la cancelación'),
        ),
        migrations.AddField(
            model_name='circular',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='circular',
            name='cancelled_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AddField(
            model_name='circular',
            name='remind_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='circular',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='letters_circular_remind'),
        ),
        migrations.AddConstraint(
            model_name='circular',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancel_reason', ''), ('cancelled_at', None), ('cancelled_by', None)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('remind_at', None), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='letters_circular_cancelled'),
        ),
        migrations.AddField(
            model_name='circularreminder',
            name='circular',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='correspondence.circular'),
        ),
        migrations.AddField(
            model_name='circularreminder',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
    ]
