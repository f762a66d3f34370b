"""Which mailbox answers for a ticket: the one that it came by, else that of what it asks for, of its service, or of its team."""
from collections.abc import Collection, Mapping, Sequence
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db.models import F, QuerySet

from ventanilla.core.notices.senders import Sender
from ventanilla.modules.servicedesk.models import Mailbox, Ticket
from ventanilla.modules.servicedesk.models.mail import MailMessage
from ventanilla.modules.servicedesk.services.mail.tokens import mark, reply_address

TIES: Final = (("offering_id", "asked_for"), ("offering__service_id", "service_id"), ("team_id", "team_id"))
"""What of a mailbox is that of its tickets, the nearest first; of several such the oldest mailbox."""


def senders_of(case_ids: Collection[int]) -> Mapping[int, Sender]:
    """For the registry of `core.notices`: the sender of each of these cases that is a ticket with a mailbox. At most three statements."""
    return {pk: sender_of(box, pk) for pk, box in _boxes_of(case_ids).items()}


def answering() -> QuerySet[Mailbox]:
    """Those that are read, so that answers come back; only the administration joins a mailbox to a server (`keeping_teams.CONNECTION`),
    so nobody else makes the desk write from an address of their own choice."""
    return Mailbox.objects.filter(active=True).exclude(host="")


def box_of(case_id: int) -> Mailbox | None:
    """The mailbox that answers for a ticket, if any."""
    return _boxes_of([case_id]).get(case_id)


def _boxes_of(case_ids: Collection[int]) -> dict[int, Mailbox]:
    rows = Ticket.objects.filter(pk__in=case_ids)
    boxes = answering().filter(institution__in=rows.values("institution"))
    known = list(boxes.select_related("team", "offering", "agent").order_by("pk"))
    came = _came_by(case_ids) if known else {}
    found = {}
    for ticket in rows.annotate(asked_for=F("version__offering")) if known else ():
        own = [box for box in known if box.institution_id == ticket.institution_id]
        if box := _box_of(ticket, own, came.get(ticket.pk)):
            found[ticket.pk] = box
    return found


def _came_by(case_ids: Collection[int]) -> dict[int, int]:
    """The mailbox by which each was opened."""
    rows = MailMessage.objects.filter(case__in=case_ids, decision=MailMessage.Decision.OPENED).order_by("-pk")
    return dict(rows.values_list("case", "mailbox"))


def _box_of(ticket: Ticket, boxes: Sequence[Mailbox], came: int | None) -> Mailbox | None:
    by_mail = [box for box in boxes if box.pk == came]
    for theirs, ours in TIES:
        wanted = getattr(ticket, ours)
        by_mail += [box for box in boxes if wanted and _value(box, theirs) == wanted]
    return by_mail[0] if by_mail else None


def _value(box: Mailbox, path: str) -> int | None:
    """What the mailbox is for, by its path."""
    if path == "offering__service_id":
        return box.offering.service_id if box.offering else None
    found: int | None = getattr(box, path)
    return found


def sender_of(box: Mailbox, case_id: int | None = None) -> Sender:
    """The mailbox as sender, of a ticket when one is given."""
    name = box.name or box.team.name
    if case_id is None:
        return Sender(box.address, name, box.address)
    reply_to = reply_address(box.address, box.institution_id, case_id) if box.plus else box.address
    return Sender(box.address, name, reply_to, mark(box.institution_id, case_id))


def owns(address: str) -> bool:
    """Whether it is the address of a mailbox from which the desk answers now."""
    return answering().filter(address__iexact=address).exists()


def own_addresses() -> frozenset[str]:
    """Every address of ours, in small letters: all mailboxes of every institution, also those that are not read now, and the platform's."""
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return frozenset(a.lower() for a in (*Mailbox.objects.values_list("address", flat=True), own))


def is_own(address: str, ours: Collection[str]) -> bool:
    """Whether a mail to or from it is to or from ourselves: also with a detail (`mesa+x@…`)."""
    local, _at, host = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{host}" in ours or address.lower() in ours
