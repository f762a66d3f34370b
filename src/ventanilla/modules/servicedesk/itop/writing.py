"""Creating and changing objects by the fields of the protocol, each by the verb that belongs to it.

A field that is known but not changed here is refused by its name: nothing is dropped silently.
"""
import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.services import attach
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.itop.adding import ADDED, CONTACTS, add, add_contacts, edit_error
from ventanilla.modules.servicedesk.itop.asking import one_by
from ventanilla.modules.servicedesk.itop.doing import Doing
from ventanilla.modules.servicedesk.itop.items import CRITICALITY_IN, OWN, STATES_IN, TYPES
from ventanilla.modules.servicedesk.itop.links import FIELD, tie_links
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.itop.tickets import CHANNELS, URGENCY_IN
from ventanilla.modules.servicedesk.itop.words import plain
from ventanilla.modules.servicedesk.models import OfferingVersion, Team, Ticket
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, add_item, draft_of, edit_item, step_item
from ventanilla.modules.servicedesk.services.entries import EntryDraft

LOGS: Final = {"public_log": False, "private_log": True}
PARENTS: Final = {"parent_request_id": "UserRequest", "parent_incident_id": "Incident", "parent_problem_id": "Problem",
                  "parent_change_id": "Change", "parent_id": "Change"}
IMPACT_IN: Final = {"1": 1, "2": 2, "3": 3}
ASIDE: Final = frozenset({"request_type", "status", "finalclass", "operational_status", "escalation_flag", "ref"})
"""What iTop computes, or needs and we do not: accepted in a new object, and not kept."""


def create(person: Person, name: str, fields: Mapping[str, Any], comment: str, uuid: UUID | None = None) -> Any:
    """A new object of that class. Raises ItopError, NotAllowed and Refused."""
    if name in LIFECYCLES:
        return _ticket(person, name, dict(fields), comment, uuid)
    if name in TYPES:
        return _item(person, name, dict(fields), uuid)
    if name == "Attachment":
        return _attachment(person, dict(fields), uuid)
    if name in ADDED:
        return add(person, name, dict(fields))
    raise ItopError(f"Objects of class '{name}' are not created here")


def update(person: Person, row: Any, fields: Mapping[str, Any], comment: str) -> None:
    """Change an object. Raises ItopError, NotAllowed and Refused."""
    if isinstance(row, Case) and row.kind == "known_error":
        edit_error(person, row, dict(fields), comment)
    elif isinstance(row, Case):
        update_ticket(Doing(person, row, dict(fields), comment))
    elif isinstance(row, ConfigurationItem):
        _edit_item(person, row, dict(fields), comment)
    else:
        raise ItopError("Objects of that class are not changed here")


def _ticket(person: Person, name: str, fields: dict[str, Any], comment: str, uuid: UUID | None) -> Case:
    do = Doing(person, Case(), {k: v for k, v in fields.items() if k not in ASIDE}, comment)
    logs, links, contacts = _entries(do.fields), do.fields.pop(FIELD, None), do.fields.pop(CONTACTS, None)
    agent = do.one("agent_id", "Person")
    draft = _draft(do, LIFECYCLES[name].kind, uuid or uuid4())
    _nothing_left(do.fields)
    if draft.version and draft.version.kind != draft.kind:
        raise Refused(_("Eso del catálogo abre otro tipo de ticket."), "servicesubcategory_id")
    case = open_ticket(actor=person, draft=draft)
    _say(person, case, logs)
    if links:
        tie_links(person, case, links)
    if contacts:
        add_contacts(person, case, contacts)
    if agent:
        desk.assign(actor=person, case=case, team=draft.works, person=agent)
    return case


def _draft(do: Doing, kind: str, uuid: UUID) -> TicketDraft:
    version = _version(do)
    caller = do.one("caller_id", "Person")
    weighed = not kind.endswith("change")
    return TicketDraft(
        do.text("title"), version=version, kind=kind, description=do.text("description"), requester=caller or do.person,
        unit=do.one("org_id", "Organization"), service=do.one("service_id", "Service"),
        team=do.one("team_id", "Team") or _desk(do, version), channel=CHANNELS.get(str(do.fields.pop("origin", "")), "api"),
        impact=_weight(do, "impact", IMPACT_IN) if weighed else None, urgency=_weight(do, "urgency", URGENCY_IN) if weighed else None,
        parent=_parent(do), source="api", uuid=uuid)


def _version(do: Doing) -> OfferingVersion | None:
    offering = do.one("servicesubcategory_id", "ServiceSubcategory")
    return offered_to(do.person).get(offering=offering) if offering else None


def _desk(do: Doing, version: OfferingVersion | None) -> Team | None:
    """Without a team and an offering it comes to the first team of the desk."""
    if version:
        return None
    return Team.objects.filter(institution_id=do.person.institution_id, active=True).select_related("unit").order_by("tier", "pk").first()


def _weight(do: Doing, name: str, words: Mapping[str, int]) -> int | None:
    text = str(do.fields.pop(name, "") or "")
    if text and text not in words:
        raise ItopError(f"Unexpected value for attribute '{name}': {text}")
    return words.get(text)


def _parent(do: Doing) -> Case | None:
    found = [do.one(name, kind) for name, kind in PARENTS.items()]
    return next((case for case in found if case), None)


def _nothing_left(fields: Mapping[str, Any]) -> None:
    if fields:
        raise ItopError(f"Unknown or read-only attribute(s): {', '.join(sorted(fields))}")


# --- logs ----------------------------------------------------------------------------------------------------


def _entries(fields: dict[str, Any]) -> list[tuple[str, bool]]:
    """What is to be said: (text, private); the fields are taken out."""
    return [(text, private) for name, private in LOGS.items() if name in fields for text in _messages(fields.pop(name))]


def _messages(value: Any) -> list[str]:
    """A log field: a text, {"add_item": {...}}, or {"items": [...]}."""
    if isinstance(value, dict):
        items: Any = value.get("items") or ([value["add_item"]] if "add_item" in value else [])
        value = [i.get("message", "") if isinstance(i, dict) else i for i in items] if isinstance(items, list) else []
    texts = value if isinstance(value, list) else [value]
    return [t for t in (plain(text) for text in texts if text) if t.strip()]


def _say(person: Person, case: Case, entries: Sequence[tuple[str, bool]]) -> None:
    for text, private in entries:
        desk.add_entry(actor=person, ticket=case, draft=EntryDraft(text, private))


# --- changing a ticket ---------------------------------------------------------------------------------------


def update_ticket(do: Doing) -> None:
    """The fields that are left, by the verbs: what is said, title and description, priority, service, team and agent."""
    fields = {k: v for k, v in do.fields.items() if k not in ("finalclass", "ref", "request_type")}
    do.fields = fields
    _say(do.person, do.case, _entries(fields))
    for names, verb in VERBS:
        if any(name in fields for name in names):
            verb(do)
            do.again()
    _nothing_left(fields)


def _prioritise(do: Doing) -> None:
    ticket = do.again().ticket
    impact = _weight(do, "impact", IMPACT_IN) or ticket.impact
    urgency = _weight(do, "urgency", URGENCY_IN) or ticket.urgency
    if (impact, urgency) != (ticket.impact, ticket.urgency):
        desk.prioritise(actor=do.person, case=do.case, impact=impact, urgency=urgency, reason=do.why("Cambio desde otro sistema"))


def _reword(do: Doing) -> None:
    title, text = do.text("title"), do.fields.pop("description", None)
    with moving(do.case, "correct", do.person, reason=do.why("Corrección desde otro sistema")) as move:
        if title:
            move.case.subject = clean_text(title)[:300]
        if text is not None:
            Ticket.objects.filter(pk=do.case.pk).update(description=clean_text(plain(text))[:20_000])


def _serve(do: Doing) -> None:
    version = _version(do)
    do.fields.pop("service_id", None)
    if version:
        desk.reclassify(actor=do.person, case=do.case, kind=version.kind, reason=do.why("Cambio desde otro sistema"), version=version)


def _hand(do: Doing) -> None:
    """Another team or agent while it is worked on; before, it is the stimulus `assign` that does it."""
    if do.case.state not in ("assigned", "in_progress", "investigating", "known"):
        raise ItopError("team_id and agent_id are set by the stimulus 'assign' in this state")
    desk.assign(actor=do.person, case=do.case, team=do.team(), person=do.one("agent_id", "Person"), reason=do.comment)


def _link(do: Doing) -> None:
    tie_links(do.person, do.case, do.fields.pop(FIELD))


def _contact(do: Doing) -> None:
    add_contacts(do.person, do.case, do.fields.pop(CONTACTS))


VERBS: Final[Sequence[tuple[Sequence[str], Callable[[Doing], None]]]] = (
    (("title", "description"), _reword), (("impact", "urgency"), _prioritise), (("servicesubcategory_id", "service_id"), _serve),
    (("team_id", "agent_id"), _hand), ((FIELD,), _link), ((CONTACTS,), _contact))


# --- configuration items -------------------------------------------------------------------------------------


def _item(person: Person, name: str, fields: dict[str, Any], uuid: UUID | None) -> ConfigurationItem:
    kind = CIType.objects.filter(institution_id=person.institution_id, slug=TYPES[name]).first()
    if kind is None:
        raise ItopError(f"This institution keeps no items of class '{name}'")
    fields.pop("finalclass", None)
    given = _facts(person, fields, {})
    state = STATES_IN.get(str(fields.pop("status", "production")), "in_use")
    _nothing_left(fields)
    draft = ItemDraft(kind, **{"name": "", **given}, state="planned" if state == "planned" else "in_use", uuid=uuid or uuid4())
    item = add_item(actor=person, draft=draft)
    return step_item(actor=person, item=item, step="retire", reason="Dado de baja en otro sistema") if state == "retired" else item


PLAIN: Final = {"name": "name", "description": "notes", "serialnumber": "serial", "asset_number": "code"}


def _facts(person: Person, fields: dict[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields say of an item, by the names of our draft; they are taken out."""
    found: dict[str, Any] = {ours: plain(fields.pop(theirs) or "") for theirs, ours in PLAIN.items() if theirs in fields}
    if "business_criticity" in fields:
        word = str(fields.pop("business_criticity"))
        if word not in CRITICALITY_IN:
            raise ItopError(f"Unexpected value for attribute 'business_criticity': {word}")
        found["criticality"] = CRITICALITY_IN[word]
    for name, kind, ours in (("org_id", "Organization", "unit"), ("owner_id", "Person", "owner")):
        if name in fields:
            key = fields.pop(name)
            found[ours] = one_by(person, kind, key) if key not in (None, "", 0, "0") else None
    own = {ours: fields.pop(theirs) for theirs, ours in OWN.items() if theirs in fields}
    return found | ({"attributes": {**attributes, **own}} if own else {})


def _edit_item(person: Person, row: ConfigurationItem, fields: dict[str, Any], comment: str) -> None:
    state = STATES_IN.get(str(fields.pop("status", "")))
    fields.pop("finalclass", None)
    given = _facts(person, fields, row.attributes)
    _nothing_left(fields)
    item = edit_item(actor=person, item=row, draft=draft_of(row, **given), reason=comment) if given else row
    step = {("planned", "in_use"): "commission", ("maintenance", "in_use"): "resume", ("retired", "in_use"): "recover"}.get(
        (item.state, state or ""), "retire" if state == "retired" and item.state != "retired" else "")
    if step:
        step_item(actor=person, item=item, step=step, reason=comment or "Cambio desde otro sistema")


# --- files ---------------------------------------------------------------------------------------------------


def _attachment(person: Person, fields: dict[str, Any], uuid: UUID | None) -> Attachment:
    """A file of a ticket: `item_class`, `item_id`, `contents` {data (base64), filename, mimetype}."""
    kind, key, contents = str(fields.pop("item_class", "")), fields.pop("item_id", ""), fields.pop("contents", None)
    if kind not in LIFECYCLES or not isinstance(contents, dict):
        raise ItopError("An attachment needs item_class, item_id and contents")
    for name in ("item_org_id", "temp_id", "expire"):
        fields.pop(name, None)
    _nothing_left(fields)
    case: Case = one_by(person, kind, key)
    try:
        data = base64.b64decode(str(contents.get("data", "")), validate=False)
    except binascii.Error:
        raise ItopError("contents.data is not base64") from None
    if not Case.objects.visible_to(person).filter(pk=case.pk).exists():
        raise NotAllowed
    file = FileDraft(str(contents.get("filename") or "archivo"), BytesIO(data), uuid=uuid or uuid4())
    document = store(actor=person, files=[file])[0].document
    attach(actor=person, case=case, documents=[document], role="evidence")
    return Attachment.objects.get(document=document)
