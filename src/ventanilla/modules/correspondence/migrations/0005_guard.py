"""Updates of many rows at once find out in linear time that no measure changes (see `sql._guard`)."""
from django.db import migrations

from ventanilla.core.indicators.sql import measure_functions
from ventanilla.modules.correspondence.measures import SOURCES


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0004_corrections"), ("indicators", "0002_guard")]
    operations = [migrations.RunSQL(measure_functions("letters", SOURCES), migrations.RunSQL.noop)]
