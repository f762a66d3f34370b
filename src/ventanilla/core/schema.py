"""Creating many tables at once: one drawing of the models instead of one for each table, constraint and index.

Django draws every model that is related to a new one anew after each operation of a migration. With sixty models that all lead
to an institution and to a person, an empty database took 75 seconds of processor; it takes some five when the models of a
migration enter the state together (docs/decisions/tables-are-created-together.md).
"""
from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """`CreateModel` and `AddTrigger` operations whose models may refer to each other in any order.

    Constraints and indexes stand in the options of each model. Keys between tables are added after all of them, as Django
    does within one migration.
    """
    serialization_expand_args = ["operations"]
    category = OperationCategory.ADDITION

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """All models enter the state before any is drawn."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState,
                          to_state: ProjectState) -> None:
        """The tables, one after another; keys between them wait for the end of the migration."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState,
                           to_state: ProjectState) -> None:
        """The tables go in the opposite order."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate` says of it."""
        return "Create " + ", ".join(str(getattr(one, "name", one.describe())) for one in self.operations)
