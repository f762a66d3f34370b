"""Files are told apart by the kind of their case instead of by their role, which no page showed: a board counts those of its own module."""
from django.db import migrations

from ventanilla.core.indicators.folding import rebuild
from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import measure_functions


def counted_again(*_given: object) -> None:
    """What stands already, by kind; whoever writes files waits until this commits."""
    rebuild(["files_attached", "file_bytes"])


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_guard"), ("cases", "0011_judged_above")]
    operations = [migrations.RunSQL(measure_functions("spine", SOURCES), migrations.RunSQL.noop),
                  migrations.RunPython(counted_again, migrations.RunPython.noop)]
