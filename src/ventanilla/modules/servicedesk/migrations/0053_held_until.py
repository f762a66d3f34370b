"""Until when a ticket waits, when somebody said so: then it is resumed by itself."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ('servicedesk', '0052_written_and_waiting'),
    ]

    operations = [
        migrations.AddField('ticket', 'held_until', models.DateTimeField(null=True)),
        AddIndexConcurrently('ticket', models.Index(fields=['held_until'], condition=Q(held_until__isnull=False),
                                                    name='servicedesk_ticket_held')),
    ]
