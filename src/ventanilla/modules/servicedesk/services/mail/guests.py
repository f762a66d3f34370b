"""People without an account who left an address: told by mail of the steps of their ticket, as those with an account are by notices.

Steps come from the relay (`web.events.relay.on_moves`), in its transaction; entries and surveys from their verbs. Every mail carries the
ticket's signed mark, so an answer finds it (`threading.py`). Nobody is written to at an address of a robot or of a mailbox that the desk
reads itself; a mail of ours says that it is automatic (RFC 3834), and what a guest writes is never sent back to them.
"""
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import override

from ventanilla.core.cases.models import Case, Move, Note
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services.mails import domain, thread_of
from ventanilla.core.notices.tasks import hurry
from ventanilla.core.privacy.services.opposition import opposed_emails
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.family import merged_ids
from ventanilla.modules.servicedesk.services.mail.automatic import ROBOTS
from ventanilla.modules.servicedesk.services.mail.quoting import MARK
from ventanilla.modules.servicedesk.services.mail.senders import is_own, own_addresses, senders_of
from ventanilla.modules.servicedesk.services.mail.tokens import mark

GUESTS: Final = Q(requester=None) & ~Q(requester_email="") | Q(beneficiary=None) & ~Q(beneficiary_email="")
"""Tickets that somebody without an account asked for, or is to get, and left an address."""
Words = Callable[[Move], str]


def guests_of(case_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The addresses that are written to, by ticket: who asked first, then who benefits; not those whose owner opposed it. Two queries and
    one for each institution, one when there are none."""
    tickets = list(Ticket.objects.filter(GUESTS, pk__in=case_ids)) if case_ids else []
    found = {t.pk: _addresses(t) for t in tickets}
    said = {a.lower() for row in found.values() for a in row}
    quiet = {i: opposed_emails(i, said) for i in {t.institution_id for t in tickets}}
    ours = own_addresses() if said else frozenset()
    return {t.pk: [a for a in found[t.pk] if _reachable(a, ours) and a.lower() not in quiet[t.institution_id]] for t in tickets}


def _addresses(ticket: Ticket) -> list[str]:
    """Each once, whatever its capitals."""
    said = ((ticket.requester_id, ticket.requester_email), (ticket.beneficiary_id, ticket.beneficiary_email))
    return list({address.lower(): address for account, address in said if account is None and address}.values())


def _reachable(address: str, ours: Collection[str]) -> bool:
    """Neither a robot's, nor one that the desk itself reads, nor what is no address at all."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return not is_own(address, ours) and not address.lower().startswith(ROBOTS)


def _registered(move: Move) -> str:
    return _("Quedó registrado con el folio %(folio)s.") % {"folio": move.case.folio}


def _reasoned(text: str) -> Words:
    def words(move: Move) -> str:
        why = _("Motivo: %(why)s") % {"why": move.reason[:2000]} if move.reason and move.case.level == 0 else ""
        return "\n\n".join(filter(None, (_(text), why)))

    return words


def _resolved(move: Move) -> str:
    """With the solution, and what to do when it is none."""
    solution = Ticket.objects.filter(pk=move.case_id).values_list("solution", flat=True).first() if move.case.level == 0 else ""
    return "\n\n".join(filter(None, (solution, _("Si no quedó resuelto, díganoslo respondiendo a este correo."))))


STEPS: Final[dict[str, tuple[str, Words]]] = {
    "register": (noop("Quedó registrado"), _registered),
    "hold": (noop("Quedó en espera"), _reasoned(noop("Para continuar esperamos algo. Si es de usted, responda a este correo."))),
    "resolve": (noop("Se resolvió"), _resolved),
    "reopen": (noop("Se reabrió"), _reasoned(noop("Volvemos a atenderlo."))),
    "cancel": (noop("Se canceló"), _reasoned(noop("Ya no se atenderá."))),
    "withdraw": (noop("Se canceló"), _reasoned(noop("Ya no se atenderá."))),
    "reject": (noop("No se autorizó"), _reasoned(noop("No se autorizó lo que se pidió."))),
}
"""Steps of which guests are told: the title, and what is said."""


def tell_guests(moves: Sequence[Move]) -> None:
    """For the relay, which gives each move once and none of an import: who has no account learns of these steps."""
    wanted = [m for m in moves if m.verb in STEPS and m.turn_id is None]
    _write([mail for move, people in _told(wanted) for mail in _mails(move, people)])


def _told(moves: Sequence[Move]) -> Iterator[tuple[Move, Sequence[str]]]:
    """Each step with the addresses: of its ticket and, but for the first, of those merged into it. Other modules' cases have none."""
    people = guests_of({m.case_id for m in moves})
    for move in moves:
        joined = merged_ids(move.case_id) if move.verb != "register" else ()
        more = [a for row in guests_of(joined).values() for a in row] if joined else []
        if found := list(dict.fromkeys([*people.get(move.case_id, ()), *more])):
            yield move, found


def _mails(move: Move, people: Sequence[str]) -> list[tuple[Case, Mail]]:
    title, words = STEPS[move.verb]
    with override("es-mx"):
        about = move.case.subject if move.case.level == 0 else ""
        text = "\n\n".join(filter(None, (about, words(move), _("Si desea agregar algo, responda a este correo sin cambiar el asunto."))))
        return [_mail(a, _(title), text, move.case, f"move:{move.pk}") for a in people]


def tell_entry_to_guests(note: Note) -> None:
    """A public entry of the desk, to who asked or benefits and has no account; also of what was merged into the ticket."""
    found = guests_of([note.case_id, *merged_ids(note.case_id)])
    with override("es-mx"):
        _write([_mail(a, _("Respuesta a su mensaje"), note.text, note.case, f"entry:{note.pk}")
                for a in dict.fromkeys(a for row in found.values() for a in row)])


def tell_merged(case: Case, into: Case) -> None:
    """They learn that it goes on together with another request; an answer still finds it."""
    with override("es-mx"):
        text = _("Su mensaje con el folio %(folio)s se atiende junto con otro que trata de lo mismo: %(other)s.\n\n"
                 "No necesita hacer nada; puede responder a este correo si desea agregar algo.") % {
                     "folio": case.folio, "other": into.folio}
        _write([_mail(a, _("Se unió a otro ticket"), text, case, f"merged:{case.pk}:{into.pk}")
                for a in guests_of([case.pk]).get(case.pk, ())])


def ask_guest(address: str, case: Case, path: str, response: UUID) -> None:
    """The survey, by its signed link."""
    with override("es-mx"):
        text = _("Su opinión toma un minuto y no hace falta cuenta. Abra esta dirección:\n\n%(link)s\n\n%(subject)s") % {
            "link": f"{settings.BASE_URL.rstrip('/')}{path}", "subject": case.subject if case.level == 0 else case.folio}
        _write([_mail(address, _("¿Cómo le atendimos?"), text, case, f"survey:{response}")])


def _write(mails: Sequence[tuple[Case, Mail]]) -> None:
    """Each from the mailbox of its ticket, where it has one."""
    if mails:
        senders = senders_of({case.pk for case, _mail in mails})
        rows = [senders[case.pk].put(mail) if case.pk in senders else mail for case, mail in mails]
        Mail.objects.bulk_create(rows, ignore_conflicts=True)
        hurry()


def _mail(to: str, title: str, text: str, case: Case, fact: str) -> tuple[Case, Mail]:
    """The mail of one fact: its id is the same each time, and nobody can guess it (who could would write into the ticket)."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"servicedesk.mail.guest", sha256).digest()
    number = hmac.new(key, f"{fact}:{to.lower()}".encode(), sha256).hexdigest()[:40]
    subject = f"{title}: {case.folio} {mark(case.institution_id, case.pk)}"
    return case, Mail(message_id=f"<{number}@{domain()}>", person=None, to=to, subject=subject[:250], text=f"{MARK}\n\n{text}",
                      thread=thread_of(case.pk))
