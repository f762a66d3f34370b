"""What is added beside tickets, items and files: a link of a ticket, a known error out of its problem; each by the verb of its button."""
from collections.abc import Callable, Mapping
from typing import Any, Final

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.itop.asking import one_by
from ventanilla.modules.servicedesk.itop.links import role_in
from ventanilla.modules.servicedesk.itop.lnk import contacts_of
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.words import plain
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.entries import watch
from ventanilla.modules.servicedesk.services.items import tie_item
from ventanilla.modules.servicedesk.services.solving import KnownDraft, revise, to_known_error

CONTACTS: Final = "contacts_list"


def _needed(fields: dict[str, Any], *names: str) -> list[Any]:
    """Fields without which nothing is added; taken out. Raises ItopError."""
    if absent := [n for n in names if fields.get(n) in (None, "", 0, "0")]:
        raise ItopError(f"Missing mandatory attribute(s): {', '.join(absent)}")
    return [fields.pop(n) for n in names]


def _item_of_ticket(person: Person, fields: dict[str, Any]) -> Any:
    ticket, item = _needed(fields, "ticket_id", "functionalci_id")
    fields.pop("impact_code", None)
    case = one_by(person, "Ticket", ticket)
    return tie_item(actor=person, case=case, item=_item(person, item), role=role_in(case.kind))


def _item(person: Person, key: Any) -> ConfigurationItem:
    """What the person may name in a ticket: what they see in the configuration, and every business service and application."""
    number = whole(str(key))
    found = choosable(person, person.institution_id).filter(pk=number).first() if number is not None else None
    return found or one_by(person, "FunctionalCI", key)


def _contact_of_ticket(person: Person, fields: dict[str, Any]) -> Any:
    """Whoever is added follows the ticket; the other roles (who asks, who benefits) are fields of it."""
    ticket, contact = _needed(fields, "ticket_id", "contact_id")
    for name in ("role", "role_code"):
        fields.pop(name, None)
    return watch(actor=person, case=one_by(person, "Ticket", ticket), person=one_by(person, "Person", contact))


def _known_error(person: Person, fields: dict[str, Any]) -> Case:
    """Of a problem: its subject is the problem's, its team and service too."""
    (problem,) = _needed(fields, "problem_id")
    symptom, workaround, _name = (plain(fields.pop(n, "") or "") for n in ("symptom", "workaround", "name"))
    return to_known_error(actor=person, problem=one_by(person, "Problem", problem), symptoms=symptom, workaround=workaround)


ADDED: Final[Mapping[str, Callable[[Person, dict[str, Any]], Any]]] = {
    "lnkFunctionalCIToTicket": _item_of_ticket, "lnkContactToTicket": _contact_of_ticket, "KnownError": _known_error}


def add(person: Person, name: str, fields: dict[str, Any]) -> Any:
    """A new row of a class of ADDED. Raises ItopError, NotAllowed and Refused."""
    made = ADDED[name](person, fields)
    if fields:
        raise ItopError(f"Unknown or read-only attribute(s): {', '.join(sorted(fields))}")
    return made


def edit_error(person: Person, case: Case, fields: dict[str, Any], comment: str) -> None:
    """What is known of an error, corrected with its reason. Raises ItopError, NotAllowed and Refused."""
    known = {"symptom": "symptoms", "workaround": "workaround", "root_cause": "root_cause"}
    if unknown := sorted(set(fields) - set(known)):
        raise ItopError(f"Unknown or read-only attribute(s): {', '.join(unknown)}")
    revise(actor=person, case=case, reason=comment.strip() or "Cambio desde otro sistema",
           draft=KnownDraft(**{ours: plain(fields[theirs]) for theirs, ours in known.items() if theirs in fields}))


def add_contacts(person: Person, case: Case, links: Any) -> None:
    """`contacts_list`: whoever is in it and has nothing to do with the ticket yet follows it. Nobody is taken away by it.

    Raises ItopError, NotAllowed and Refused.
    """
    if not isinstance(links, list) or not all(isinstance(one, Mapping) for one in links):
        raise ItopError(f"'{CONTACTS}' is a list of links")
    there = set(contacts_of(person).filter(case=case).values_list("person", flat=True))
    for one in links:
        key = one.get("contact_id")
        if key in (None, "", 0, "0"):
            raise ItopError("Missing mandatory attribute(s): contact_id")
        contact = one_by(person, "Person", key)
        if contact.pk not in there:
            watch(actor=person, case=case, person=contact)
