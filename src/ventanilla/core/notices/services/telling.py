"""`notify`: a row per person in the centre and, where the person wants it at once, a row in the mail outbox.

Both are written in the caller's transaction and are the same thing once however often they are written: the fact
and the person make the key, and the key makes the uuid and the Message-ID.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from ventanilla.core.notices.kinds import NOW, kind_of
from ventanilla.core.notices.models import Mail, Notice, Preference
from ventanilla.core.notices.senders import senders_of
from ventanilla.core.notices.services.mails import mail_of
from ventanilla.core.orgs.models import Person

SPANISH: Final = "es-mx"
"""In what language notices are kept, whatever who acts reads: `with override(SPANISH)` where their words are put together."""


@dataclass(frozen=True)
class NoticeDraft:
    """What is told: `key` names the fact (at most 150 letters), `url` is a path of the application.

    `mail`: how it is mailed to whoever chose nothing for the kind (now, digest, none); empty: as the kind usually is.
    """

    kind: str
    title: str
    key: str
    body: str = ""
    url: str = ""
    case_id: int | None = None
    mail: str = ""


def notify(*, recipients: Iterable[int], draft: NoticeDraft) -> list[Notice]:
    """Tell these people (ids) one fact; whoever was told already is not told again. Unknown or inactive ids: nothing."""
    return notify_many([(person_id, draft) for person_id in recipients])


@transaction.atomic
def notify_many(told: Sequence[tuple[int, NoticeDraft]]) -> list[Notice]:
    """Tell many facts with a constant number of statements; returns the rows that were to be written."""
    ids = {person_id for person_id, _draft in told}
    people = {p.pk: p for p in Person.objects.filter(pk__in=ids, active=True).select_related("user", "institution")}
    chosen = {(c.person_id, c.kind): c for c in Preference.objects.filter(person_id__in=ids)}
    pairs = [(_notice(people[i], draft, chosen.get((i, draft.kind))), people[i]) for i, draft in told if i in people]
    unique = {notice.dedupe: (notice, person) for notice, person in pairs}
    rows = [notice for notice, _person in unique.values()]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    mailed = [(notice, person) for notice, person in unique.values() if notice.mail == NOW]
    senders = senders_of({notice.case_id for notice, _person in mailed if notice.case_id})
    mails = [mail_of(notice, person, senders.get(notice.case_id or 0)) for notice, person in mailed]
    Mail.objects.bulk_create([m for m in mails if m.to], ignore_conflicts=True)
    return rows


def _notice(person: Person, draft: NoticeDraft, chosen: Preference | None) -> Notice:
    key = f"{draft.key}:{person.pk}"
    return Notice(
        institution_id=person.institution_id, uuid=key_uuid(key), person_id=person.pk, kind=draft.kind,
        title=draft.title[:200], body=draft.body, url=draft.url, case_id=draft.case_id, created_at=timezone.now(),
        shown=chosen.shown if chosen else True, mail=chosen.mail if chosen else draft.mail or kind_of(draft.kind).mail, dedupe=key)


def key_uuid(key: str) -> UUID:
    """The uuid that belongs to a key of this platform."""
    return uuid5(NAMESPACE_URL, f"ventanilla:aviso:{key}")
