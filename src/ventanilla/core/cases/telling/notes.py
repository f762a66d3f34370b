"""Mentions: whoever a note names is told, when they may read the matter."""
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Note
from ventanilla.core.cases.telling.moves import about
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs.models import Person


def tell_note(note: Note, mentioned: Iterable[Person]) -> int:
    """Tell the mentioned people of the note, in the current transaction; returns how many may read it (a private one: the desk)."""
    case = note.case
    readers = [p.pk for p in mentioned if p.pk != note.person_id and Note.objects.readable_by(p).filter(pk=note.pk).exists()]
    with override(SPANISH):
        body = note.text[:500] if case.level == 0 else about(case)
        title = _("%(name)s lo menciona en una nota: %(folio)s") % {"name": note.person.name, "folio": case.folio}
    notify(recipients=readers, draft=NoticeDraft(
        "mention", title, f"note:{note.pk}", body, kind_of(case.kind).detail_url(case.pk), case.pk))
    return len(readers)
