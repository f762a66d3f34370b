"""To which ticket a mail belongs: by a signed mark, or by the ids of mails that really went or came."""
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from ventanilla.core.cases.models import Case, Party
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.notices.services.mails import domain
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.family import merged_ids
from ventanilla.modules.servicedesk.services.mail.parsing import ParsedMail
from ventanilla.modules.servicedesk.services.mail.tokens import marks
from ventanilla.modules.servicedesk.services.relations import is_staff


@dataclass(frozen=True)
class Thread:
    """The ticket that a mail answers, if any; `how` is "mark" or "thread". `flags`: what was wrong with it."""

    case: Case | None
    how: str = ""
    flags: tuple[str, ...] = ()


def thread_of(box: Mailbox, mail: ParsedMail) -> Thread:
    """The mail's ticket. A genuine mark decides; else the nearest known id. Two genuine marks decide nothing.

    The id that all mails of a case refer to (`<asunto-N@…>`) can be guessed and never counts, nor does a folio.
    """
    told = marks(box.institution_id, mail.subject, mail.recipients)
    flags = ("forged_mark",) if told.forged else ()
    if len(told.cases) > 1:
        return Thread(None, "conflict", flags)
    found = _ticket(box, told.cases[0]) if told.cases else None
    if found:
        return Thread(found, "mark", flags)
    by_id = _by_ids(box, mail.references)
    return Thread(by_id, "thread", flags) if by_id else Thread(None, "", flags)


def takes_part(person: Person, case: Case) -> bool:
    """Whether a mail of the person may be added to the ticket: a party of it, or of the desk."""
    return Party.objects.filter(case=case, person=person).exists() or is_staff(reach_of(person), case)


def wrote_before(address: str, case: Case) -> bool:
    """Whether who asked for the ticket or is to get it (or one merged into it) has no account, and this address."""
    theirs = Q(requester=None, requester_email__iexact=address) | Q(beneficiary=None, beneficiary_email__iexact=address)
    return bool(address) and Ticket.objects.filter(theirs, pk__in=[case.pk, *merged_ids(case.pk)]).exists()


def _ticket(box: Mailbox, case_id: int) -> Case | None:
    found: Case | None = Case.objects.filter(pk=case_id, institution_id=box.institution_id, ticket__isnull=False).first()
    return found


def _by_ids(box: Mailbox, references: Iterable[str]) -> Case | None:
    """The ticket of the nearest id that is of a mail of ours or of one that came to a ticket."""
    ids = [r for r in references if r]
    if not ids:
        return None
    came = dict(MailMessage.objects.filter(mailbox__institution_id=box.institution_id, message_id__in=ids, case__isnull=False)
                .values_list("message_id", "case_id"))
    known = came | _of_notices(box, ids) | _of_answers(ids)
    for one in ids:
        case_id = known.get(one)
        if case_id and (found := _ticket(box, case_id)):
            return found
    return None


def _of_notices(box: Mailbox, ids: Iterable[str]) -> dict[str, int]:
    """Mails of notices carry the notice's uuid as id."""
    by_uuid: dict[UUID, str] = {}
    for one in ids:
        left, _, host = one[1:-1].partition("@")
        if host == domain():
            try:
                by_uuid[UUID(left)] = one
            except ValueError:
                continue
    rows = Notice.objects.filter(uuid__in=list(by_uuid), institution_id=box.institution_id, case_id__isnull=False)
    return {by_uuid[uuid]: case_id for uuid, case_id in rows.values_list("uuid", "case_id") if case_id}


def _of_answers(ids: Iterable[str]) -> dict[str, int]:
    """Mails of this intake to people without an account keep the ticket in their thread; the id itself is a random one."""
    rows = Mail.objects.filter(message_id__in=list(ids), person=None, thread__startswith="<asunto-")
    return {i: number for i, thread in rows.values_list("message_id", "thread")
            if (number := whole(thread.removeprefix("<asunto-").partition("@")[0])) is not None}
