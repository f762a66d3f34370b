"""Comments beside the fields of a practice, and settling them."""
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Comment, Practice
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.permissions import may_comment, may_write
from ventanilla.modules.practices.services.records import newest


@transaction.atomic
def comment(*, actor: Person, practice: Practice, key: str, text: str, uuid: UUID | None = None) -> Comment:
    """Say something beside a field (empty `key`: of the whole). Idempotent by uuid. Raises NotAllowed and Refused."""
    if not may_comment(actor, practice):
        raise NotAllowed
    if not clean_text(text):
        raise Refused(_("Escriba el comentario."), "text")
    if key and key not in definition(newest(practice).generation).fields:
        raise Refused(_("Ese campo no existe en el formulario."), "key")
    row, made = Comment.objects.get_or_create(uuid=uuid or uuid4(), practice=practice, defaults={
        "institution_id": practice.institution_id, "key": key, "text": clean_text(text)[:4000], "author": actor, "at": timezone.now()})
    if made:
        note("practice.comment", actor=actor, practice=practice, key=key)
    return row


@transaction.atomic
def settle(*, actor: Person, remark: Comment) -> Comment:
    """It was attended. Settled again, nothing changes. Raises NotAllowed: only who writes the practice, or who said it."""
    row = Comment.objects.select_for_update(of=("self",)).select_related("practice").get(pk=remark.pk)
    if not may_write(actor, row.practice) and actor.pk != row.author_id:
        raise NotAllowed
    if row.resolved_at is None:
        row.resolved_at, row.resolved_by = timezone.now(), actor
        row.save(update_fields=["resolved_at", "resolved_by"])
        note("practice.settle", actor=actor, practice=row.practice, key=row.key)
    return row
