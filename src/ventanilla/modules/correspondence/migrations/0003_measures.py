"""Triggers that keep the measures of correspondence."""
from django.db import migrations

from ventanilla.core.indicators.sql import measure_triggers
from ventanilla.modules.correspondence.measures import SOURCES


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0002_states"), ("indicators", "0001_initial")]
    operations = [migrations.RunSQL(*measure_triggers("letters", SOURCES))]
