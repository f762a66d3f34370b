"""Remarks on a case: they change no state, but are logged and found."""
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Note, Party
from ventanilla.core.cases.telling.notes import tell_note
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused


def side_of(person: Person, case: Case, *, public: bool) -> str:
    """The side on which a remark stands. Of a case that is open to people from outside, what is not public is not theirs to read;
    what they say themselves always is."""
    if not Party.objects.filter(case=case).exists():
        return "public" if public else ""
    inside = case.assignee_id == person.pk or reach_of(person).can(cap.READ, case.unit_id)
    return "private" if inside and not public else "public"


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
