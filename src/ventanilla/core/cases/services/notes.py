"""Remarks on a case: they change no state, but are logged and found."""
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Note
from ventanilla.core.cases.telling.notes import tell_note
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused


@transaction.atomic
def add_note(*, actor: Person, case: Case, text: str, uuid: UUID, side: str = "",
             mentioned: Sequence[Person] = ()) -> Note:
    """Add a remark and tell those mentioned who may read it; idempotent by uuid. Raises NotAllowed and Refused (empty text)."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    if not text.strip():
        raise Refused(_("Escriba la nota."), "text")
    note, made = Note.objects.get_or_create(
        uuid=uuid, defaults={"case": case, "person": actor, "text": text, "public": side == "public", "private": side == "private",
                             "at": timezone.now()})
    if made:
        record(f"{case.kind}.note", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}",
               case_id=case.pk, detail={"note": note.pk, "side": side}, personal={"text": text})
        tell_note(note, mentioned)
    return note
