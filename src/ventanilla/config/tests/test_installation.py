"""The schema: a database of another version is refused, and every table is created by few drawings of the models."""
import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.recorder import MigrationRecorder

from ventanilla.config import installation
from ventanilla.config.binaries import Unavailable

COSTLY = (AddConstraint, AddIndex, CreateModel)
MOST = 8
"""Operations of one migration that draw every related model anew: more of them go into `CreateModels`."""


@pytest.mark.django_db
def test_a_database_of_another_version_is_left_alone() -> None:
    recorder = MigrationRecorder(connection)
    before = dict(recorder.applied_migrations())
    recorder.record_applied("cases", "0042_of_tomorrow")
    with pytest.raises(Unavailable, match=r"otra versión de Ventanilla \(\w+\.\w+\)\."):
        installation._schema()
    recorder.record_unapplied("cases", "0042_of_tomorrow")
    assert recorder.applied_migrations().keys() == before.keys()
    installation._schema()


def test_tables_are_created_together() -> None:
    costly = {name: sum(isinstance(operation, COSTLY) for operation in migration.operations)
              for name, migration in MigrationLoader(None).disk_migrations.items()
              if type(migration).__module__.startswith("ventanilla.")}
    assert {name: n for name, n in costly.items() if n > MOST} == {}, "constraints and indexes stand in the options of the model"
