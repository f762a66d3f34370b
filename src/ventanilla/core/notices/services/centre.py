"""The centre of one person: mark as read, choose what comes how. Nobody touches another's notices."""
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.notices.kinds import DIGEST, KINDS, NONE, NOW
from ventanilla.core.notices.models import Notice, Preference
from ventanilla.core.orgs.models import Person


def mark_read(*, actor: Person, uuids: Sequence[UUID] | None = None, case_id: int | None = None) -> int:
    """Mark the actor's notices as read: these, those of a case, or all of them. Returns how many changed."""
    mine = Notice.objects.visible_to(actor).unread()
    if uuids is not None:
        mine = mine.filter(uuid__in=uuids)
    if case_id is not None:
        mine = mine.filter(case_id=case_id)
    return mine.update(read_at=timezone.now())


def preferences_of(person: Person) -> dict[str, tuple[bool, str]]:
    """Kind -> (in the centre, e-mail: now, digest or none): chosen, else the default."""
    chosen = {p.kind: (p.shown, p.mail) for p in Preference.objects.filter(person=person)}
    return {slug: chosen.get(slug, (True, kind.mail)) for slug, kind in KINDS.items()}


@transaction.atomic
def choose(*, actor: Person, choices: Mapping[str, tuple[bool, str]]) -> None:
    """Keep the actor's choices; unknown kinds and ways are left out. Holds for notices written from now on."""
    rows = [Preference(person=actor, kind=kind, shown=shown, mail=mail) for kind, (shown, mail) in choices.items()
            if kind in KINDS and mail in (NOW, DIGEST, NONE)]
    Preference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["person", "kind"],
                                   update_fields=["shown", "mail"])
    record("notices.choose", actor=actor, institution_id=actor.institution_id, subject=f"person:{actor.pk}",
           detail={p.kind: [p.shown, p.mail] for p in rows})
