"""Which clocks a reason to wait stops (all of them, as until now); and who chose how to hear of tickets, or of their deadlines, hears so
of the kinds of notice into which those were divided.
"""
from typing import Any

from django.db import migrations, models

DIVIDED = {"ticket_asked": "ticket", "ticket_assigned": "ticket", "ticket_late": "overdue"}


def carry(apps: Any, _schema: Any) -> None:
    """What a person chose goes on to hold."""
    preference = apps.get_model("notices", "Preference")
    chosen = list(preference.objects.filter(kind__in=set(DIVIDED.values())))
    preference.objects.bulk_create([
        preference(person_id=old.person_id, kind=new, shown=old.shown, mail=old.mail) for new, of in DIVIDED.items() for old in chosen
        if old.kind == of], ignore_conflicts=True)


def undo(apps: Any, _schema: Any) -> None:
    """Nobody chose the new kinds before."""
    apps.get_model("notices", "Preference").objects.filter(kind__in=DIVIDED).delete()


class Migration(migrations.Migration):
    dependencies = [
        ('servicedesk', '0045_catalogue_keepers'),
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.AddField('holdreason', 'stops_own', models.BooleanField(
            db_default=True, default=True, verbose_name='detiene el tiempo para tomarla')),
        migrations.AddField('holdreason', 'stops_resolve', models.BooleanField(
            db_default=True, default=True, verbose_name='detiene el tiempo para resolver')),
        migrations.AddField('holdreason', 'stops_team', models.BooleanField(
            db_default=True, default=True, verbose_name='detiene los acuerdos internos')),
        migrations.RunPython(carry, undo),
    ]
