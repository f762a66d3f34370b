"""Updates of many rows at once find out in linear time that no measure changes (see `sql._guard`)."""
from django.db import migrations

from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import measure_functions


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [migrations.RunSQL(measure_functions("spine", SOURCES), migrations.RunSQL.noop)]
