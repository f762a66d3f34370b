"""Tickets that came in writing (an official letter) are told from those that came by mail; what waits for an authorisation is found at once.

The new constraint allows all that the old one did, so it is checked without holding up who writes.
"""
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

CHANNELS = ["portal", "phone", "person", "letter", "mail", "api"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ('servicedesk', '0051_mailboxes_answer'),
    ]

    operations = [
        migrations.AlterField('ticket', 'channel', models.CharField(
            choices=[('portal', 'Portal'), ('phone', 'Teléfono'), ('person', 'En persona'), ('letter', 'Por escrito'),
                     ('mail', 'Correo electrónico'), ('api', 'Otro sistema')],
            default='portal', max_length=8, verbose_name='llegó por')),
        migrations.RemoveConstraint('ticket', 'servicedesk_ticket_channel'),
        AddConstraintNotValid('ticket', models.CheckConstraint(condition=Q(channel__in=CHANNELS), name='servicedesk_ticket_channel')),
        ValidateConstraint('ticket', 'servicedesk_ticket_channel'),
        AddIndexConcurrently('approval', models.Index(fields=['person'], condition=Q(verdict=''), name='servicedesk_approval_waits')),
    ]
