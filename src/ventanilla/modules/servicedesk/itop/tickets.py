"""Tickets as iTop's classes: their fields, read and asked for. The private log is there for the desk only, and never asked for."""
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop import states
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass, Read, Seen, register
from ventanilla.modules.servicedesk.itop.links import links_out
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES, OF_KIND, OPERATIONAL
from ventanilla.modules.servicedesk.itop.words import written
from ventanilla.modules.servicedesk.services.explaining import measure

ORIGINS: Final = {"portal": "portal", "phone": "phone", "person": "in_person", "letter": "mail", "mail": "mail", "api": "monitoring"}
"""Where iTop has one word for two of ours, the last of them is what a script means by it."""
CHANNELS: Final = {**{theirs: ours for ours, theirs in ORIGINS.items()}, "chat": "api"}
URGENCY_OUT: Final = {1: "1", 2: "3", 3: "4"}
URGENCY_IN: Final = {"1": 1, "2": 1, "3": 2, "4": 3}
OUTAGE: Final = {True: "yes", False: "no"}
CHANGES: Final = ("NormalChange", "RoutineChange", "EmergencyChange")
LOADED: Final = ("unit", "assignee__user", "institution", "ticket__service", "ticket__version__offering", "ticket__team",
                 "ticket__requester", "ticket__unit", "ticket__held_for", "ticket__cause", "ticket__parent", "change")


def _rows(kinds: Sequence[str]) -> Callable[[Person], QuerySet[Case]]:
    return lambda person: Case.objects.visible_to(person).filter(kind__in=kinds).select_related(*LOADED)


def name_of(case: Case) -> str:
    """Its class."""
    return OF_KIND[case.kind].name


def _of(path: str) -> Read:
    """A value of the case by its path; empty where something on the way is not there."""
    steps = path.split(".")

    def read(row: Any, _seen: Seen) -> Any:
        for step in steps:
            row = getattr(row, step, None)
            if row is None:
                return ""
        return row

    return read


def _key(path: str) -> Read:
    get = _of(path)
    return lambda row, seen: str(get(row, seen) or 0)


def _text(path: str) -> Read:
    get = _of(path)
    return lambda row, seen: str(get(row, seen))


def _moment(path: str) -> Read:
    get = _of(path)

    def read(row: Any, seen: Seen) -> str:
        found = get(row, seen)
        return written(found, seen.zone) or "" if isinstance(found, datetime) else ""

    return read


def _by_status(kinds: Sequence[str]) -> Callable[[Person, str], Q]:
    """Those shown in a state: by our states where that is certain, else by looking at each of the doubtful ones."""
    def rule(person: Person, state: str) -> Q:
        found, doubtful = Q(pk__in=[]), Q(pk__in=[])
        for kind in kinds:
            sure, may = states.candidates(kind, state)
            found |= Q(kind=kind, state__in=sure)
            doubtful |= Q(kind=kind, state__in=may)
        rows = list(Case.objects.visible_to(person).filter(doubtful))
        exact = states.statuses(rows, timezone.now())
        return found | Q(pk__in=[pk for pk, shown in exact.items() if shown == state])

    return rule


def _by_operation(kinds: Sequence[str]) -> Callable[[Person, str], Q]:
    def rule(person: Person, wanted: str) -> Q:
        ended = {state for kind in kinds for state in OF_KIND[kind].states if OPERATIONAL.get(state, "ongoing") != "ongoing"}
        by_state = _by_status(kinds)
        if wanted == "ongoing":
            found = Q(pk__in=[])
            for state in ended:
                found |= by_state(person, state)
            return ~found
        return by_state(person, wanted)

    return rule


def _class_is(_person: Person, name: str) -> Q:
    return Q(kind=LIFECYCLES[name].kind) if name in LIFECYCLES else Q(pk__in=[])


def log_out(notes: Sequence[Any], seen: Seen) -> dict[str, Any]:
    """A case log, the newest entry first, as iTop writes it."""
    return {"entries": [{"date": written(n.at, seen.zone), "user_login": n.person.name, "user_id": str(n.person_id), "message": n.text,
                         "message_html": ""} for n in reversed(notes)]}


def _log(private: bool) -> Read:
    return lambda row, seen: log_out([n for n in seen.entries.get(row.pk, ()) if n.private is private], seen)


def _promise(kind: str, what: str) -> Read:
    """Of the clock to take or to resolve: its deadline, whether it passed, and by how many seconds."""
    def read(row: Any, seen: Seen) -> str:
        clock = seen.clocks.get((row.pk, kind))
        due = clock.due_at if clock else None
        if what == "deadline":
            return written(due, seen.zone) or ""
        until = clock.stopped_at if clock and clock.stopped_at else seen.now
        over = int((until - due).total_seconds()) if due and until > due else 0
        return str(over) if what == "over" else "yes" if over else "no"

    return read


def _contacts(row: Any, seen: Seen) -> list[dict[str, str]]:
    """Who has to do with it, as far as the person may know."""
    return [{"contact_id": str(p.person_id), "contact_name": p.person.name, "contact_email": p.person.email, "role": p.get_role_display(),
             "role_code": "manual"} for p in seen.contacts.get(row.pk, ())]


def _children(kind: str) -> Read:
    """Tickets of a kind that hang from it and that the person sees."""
    return lambda row, seen: [{"id": str(c.pk), "ref": c.folio, "title": c.subject, "finalclass": name_of(c)}
                              for c in seen.children.get(row.pk, ()) if OF_KIND[c.kind].name == kind]


def _spent(row: Any, seen: Seen) -> str:
    """Seconds of coverage from the beginning to the solution, less what it waited; empty until it is resolved."""
    clock = seen.clocks.get((row.pk, "resolve"))
    return str(measure(clock).used) if clock and row.ticket.resolved_at and clock.stopped_at else ""


def _waited(row: Any, seen: Seen) -> str:
    """Seconds in which the promise to resolve stood still, of calendar time."""
    clock = seen.clocks.get((row.pk, "resolve"))
    return str(sum(int(((p.until or seen.now) - p.since).total_seconds()) for p in clock.pauses.all())) if clock else "0"


def _last_wait(row: Any, seen: Seen) -> str:
    clock = seen.clocks.get((row.pk, "resolve"))
    return written(max((p.since for p in clock.pauses.all()), default=None), seen.zone) or "" if clock else ""


def _status(row: Any, seen: Seen) -> str:
    return seen.statuses[row.pk]


def _parent(kind: str) -> Read:
    def read(row: Any, _seen: Seen) -> str:
        parent = row.ticket.parent
        return str(parent.pk) if parent and (parent.kind == kind or (kind == "change" and parent.kind.endswith("change"))) else "0"

    return read


def _common(kinds: Sequence[str]) -> dict[str, Attribute]:
    A = Attribute
    return {
        "id": A(_key("pk"), "pk", "key"), "ref": A(_text("folio"), "folio"), "friendlyname": A(_text("folio"), "folio"),
        "finalclass": A(lambda row, seen: name_of(row), where=_class_is),
        "title": A(_text("subject"), "subject"), "description": A(_text("ticket.description"), "ticket__description"),
        "org_id": A(_key("ticket.unit_id"), "ticket__unit", "key"), "org_name": A(_text("ticket.unit.name"), "ticket__unit__name"),
        "caller_id": A(_key("ticket.requester_id"), "ticket__requester", "key"), "caller_name": A(_text("ticket.asked_by")),
        "team_id": A(_key("ticket.team_id"), "ticket__team", "key"), "team_name": A(_text("ticket.team.name"), "ticket__team__name"),
        "agent_id": A(_key("assignee_id"), "assignee", "key"), "agent_name": A(_text("assignee.name")),
        "start_date": A(_moment("received_at"), "received_at", "moment"),
        "last_update": A(lambda row, seen: written(seen.touched.get(row.pk), seen.zone) or ""),
        "close_date": A(_moment("closed_at"), "closed_at", "moment"),
        "status": A(_status, where=_by_status(kinds)),
        "operational_status": A(lambda row, seen: OPERATIONAL.get(_status(row, seen), "ongoing"), where=_by_operation(kinds)),
        "private_log": A(_log(True)), "functionalcis_list": A(links_out), "contacts_list": A(_contacts),
    }


def _asked(kinds: Sequence[str]) -> dict[str, Attribute]:
    A = Attribute
    return {
        "impact": A(_text("ticket.impact"), "ticket__impact", "number"), "priority": A(_text("priority"), "priority", "number"),
        "urgency": A(lambda row, seen: URGENCY_OUT[row.ticket.urgency], "ticket__urgency", choices=URGENCY_IN),
        "origin": A(lambda row, seen: ORIGINS[row.ticket.channel], "ticket__channel", choices=CHANNELS),
        "service_id": A(_key("ticket.service_id"), "ticket__service", "key"),
        "service_name": A(_text("ticket.service.name"), "ticket__service__name"),
        "servicesubcategory_id": A(_key("ticket.version.offering_id"), "ticket__version__offering", "key"),
        "servicesubcategory_name": A(_text("ticket.version.offering.name"), "ticket__version__offering__name"),
        "assignment_date": A(_moment("ticket.owned_at"), "ticket__owned_at", "moment"),
        "resolution_date": A(_moment("ticket.resolved_at"), "ticket__resolved_at", "moment"),
        "resolution_code": A(_text("ticket.cause.name"), "ticket__cause__name"),
        "solution": A(_text("ticket.solution"), "ticket__solution"),
        "parent_request_id": A(_parent("request")), "parent_incident_id": A(_parent("incident")),
        "parent_problem_id": A(_parent("problem")), "parent_change_id": A(_parent("change")),
        "public_log": A(_log(False)), "related_request_list": A(_children("UserRequest")), "child_incidents_list": A(_children("Incident")),
        "related_problem_list": A(_children("Problem")),
    }


def _promised() -> dict[str, Attribute]:
    A = Attribute
    return {
        "time_spent": A(_spent), "cumulatedpending": A(_waited), "last_pending_date": A(_last_wait),
        "escalation_flag": A(lambda row, seen: "yes" if _status(row, seen).startswith("escalated") else "no"),
        "pending_reason": A(_text("ticket.held_for.text"), "ticket__held_for__text"),
        "tto_escalation_deadline": A(_promise("own", "deadline")), "sla_tto_passed": A(_promise("own", "passed")),
        "sla_tto_over": A(_promise("own", "over")), "ttr_escalation_deadline": A(_promise("resolve", "deadline")),
        "sla_ttr_passed": A(_promise("resolve", "passed")), "sla_ttr_over": A(_promise("resolve", "over")),
    }


def _type(word: str) -> Attribute:
    """`request_type` of iTop: here the class says it, so it is the same for all of them."""
    return Attribute(lambda row, seen: word, where=lambda person, wanted: Q() if wanted == word else Q(pk__in=[]))


def _planned() -> dict[str, Attribute]:
    A = Attribute
    return {
        "start_date": A(_moment("change.starts_at"), "change__starts_at", "moment"),
        "creation_date": A(_moment("received_at"), "received_at", "moment"),
        "end_date": A(_moment("change.ends_at"), "change__ends_at", "moment"),
        "impact": A(_text("change.impact_text"), "change__impact_text"),
        "fallback": A(_text("change.back_out"), "change__back_out"), "plan": A(_text("change.plan"), "change__plan"),
        "parent_id": A(_parent("change")),
    }


def _class(name: str, kinds: Sequence[str], *more: dict[str, Attribute]) -> ItopClass:
    fields = _common(kinds)
    for one in more:
        fields |= one
    return ItopClass(name, _rows(kinds), fields, name_of, names=lambda case: str(case.folio))


_ALL = [one.kind for one in LIFECYCLES.values()]
_CHANGED = [LIFECYCLES[name].kind for name in CHANGES]
register(
    *(_class(name, [LIFECYCLES[name].kind], _asked([LIFECYCLES[name].kind]), _promised(), {"request_type": _type(word)})
      for name, word in (("UserRequest", "service_request"), ("Incident", "incident"))),
    _class("Problem", ["problem"], _asked(["problem"])),
    *(_class(name, [LIFECYCLES[name].kind], _planned()) for name in CHANGES),
    _class("Change", _CHANGED, _planned()), _class("Ticket", _ALL),
)
