"""What waits for a person after an import: which of two readings of a field is meant."""
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.practices.models import FieldReading
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.records import locked, refresh_columns

NONE: Final = -1
"""The choice that leaves the field without an answer."""


@transaction.atomic
def decide(*, actor: Person, reading: FieldReading, choice: int) -> FieldReading:
    """Choose one of `alternatives` by its place (NONE: leave it empty). Decided again while the revision is open, the last word counts.

    Raises NotAllowed; Refused when there is nothing to decide, or the revision was sealed.
    """
    row = FieldReading.objects.select_for_update(of=("self",)).select_related("imported__revision__practice").get(pk=reading.pk)
    practice = locked(actor, row.imported.revision.practice)
    revision = practice.revisions.select_for_update().get(pk=row.imported.revision_id)
    if not row.alternatives or not revision.open:
        raise Refused(_("Aquí no hay nada que decidir.") if not row.alternatives else _("La revisión ya está sellada."))
    if not NONE <= choice < len(row.alternatives):
        raise Refused(_("Elija una de las lecturas."), "lectura")
    row.chosen = None if choice == NONE else row.alternatives[choice]["value"]
    row.decision, row.decided_by, row.decided_at = "decided", actor, timezone.now()
    row.save()
    _put(revision.values, row.key, row.chosen)
    revision.edits += 1
    revision.edited_by, revision.edited_at = actor, row.decided_at
    revision.save()
    refresh_columns(practice, revision)
    note("practice.decide", actor=actor, practice=practice, field=row.key, choice=choice, revision=revision.number)
    return row


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    values.pop(key, None)
    if value is not None:
        values[key] = value
