"""Registering, changing and moving items through their life. Every verb keeps a version and writes the log."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Criticality, Lifecycle
from ventanilla.modules.servicedesk.services.cmdb.attributes import Checked, Find, attributes_of, check
from ventanilla.modules.servicedesk.services.cmdb.lifecycle import CI_FLOW
from ventanilla.modules.servicedesk.services.cmdb.past import facts_of, keep
from ventanilla.modules.servicedesk.services.cmdb.words import clean, one_line

MAX_GROUPS = 20


@dataclass(frozen=True)
class Group:
    """A redundancy group of an item: of the suppliers in it, `amount` (or that percentage) must work."""

    name: str
    mode: str = "count"
    amount: int = 1

    def as_data(self) -> dict[str, Any]:
        """What the item keeps."""
        return {"name": self.name, "mode": self.mode, "amount": self.amount}


@dataclass(frozen=True)
class ItemDraft:
    """An item as it should be. `attributes` are raw texts or values by attribute name; `state` counts only when it is added."""

    type: CIType
    name: str
    code: str = ""
    serial: str = ""
    criticality: int = Criticality.MEDIUM
    unit: Unit | None = None
    owner: Person | None = None
    notes: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    redundancy: Sequence[Group] = ()
    state: str = Lifecycle.PLANNED
    uuid: UUID = field(default_factory=uuid4)


def keeper(who: Person | None, institution_id: int) -> None:
    """Raise NotAllowed unless they keep the configuration database of that institution (None: the system)."""
    if who is not None and who.institution_id != institution_id:
        raise NotAllowed
    require(who, cap.CMDB_WRITE)


def keeps(person: Person) -> bool:
    """Whether the person may change items."""
    from ventanilla.core.orgs.reach import reach_of

    return reach_of(person).can(cap.CMDB_WRITE)


def finder(institution_id: int) -> Find:
    """Finds a referred item by id, inventory number, name, "name (number)" or "name #id", of that type or one below it."""
    def find(text: str, slug: str) -> int | None:
        rows = ConfigurationItem.objects.filter(institution_id=institution_id).of_type(
            *CIType.objects.filter(institution_id=institution_id, slug=slug))
        number = Q(pk=whole(text.rpartition("#")[2]))
        codes = [text, *re.findall(r"\(([^()]+)\)$", text)]
        found = list(rows.filter(number | Q(code__in=codes) | Q(name__iexact=text)).values_list("pk", "code")[:3])
        exact = [pk for pk, code in found if code in codes or str(pk) == text.rpartition("#")[2]]
        return (exact or [pk for pk, _code in found])[0] if len(exact or found) == 1 else None
    return find


@transaction.atomic
def add_item(*, actor: Person | None, draft: ItemDraft) -> ConfigurationItem:
    """Register an item. Idempotent by uuid. Raises NotAllowed, and Invalid naming every wrong field (`attribute:<name>` for its own)."""
    institution_id = draft.type.institution_id
    keeper(actor, institution_id)
    if made := ConfigurationItem.objects.filter(institution_id=institution_id, uuid=draft.uuid).first():
        return made
    now = timezone.now()
    item = ConfigurationItem(institution_id=institution_id, uuid=draft.uuid, state=draft.state, created_at=now)
    _write(item, draft, now)
    keep([item], by=actor, at=now)
    record("cmdb.add", actor=actor, institution_id=institution_id, subject=f"ci:{item.pk}",
           detail={"type": item.type_id, "name": item.name, "code": item.code, "state": item.state})
    return item


@transaction.atomic
def edit_item(*, actor: Person | None, item: ConfigurationItem, draft: ItemDraft, seen: datetime | None = None,
              reason: str = "") -> ConfigurationItem:
    """Change an item to what the draft says; nothing is written when nothing differs.

    `seen` is the `changed_at` that the actor looked at. Raises NotAllowed; Invalid; Refused when it changed since.
    """
    row = locked(actor, item.pk)
    if seen is not None and row.changed_at != seen:
        raise Refused(_("Otra persona cambió este elemento mientras usted lo editaba. Vuelva a abrirlo; lo suyo no se guardó."))
    before = facts_of(row)
    _fill(row, draft)
    changed = [k for k, v in facts_of(row).items() if before[k] != v]
    if changed:
        save(actor, row, "cmdb.edit", reason, changed)
    return row


@transaction.atomic
def confirm_item(*, actor: Person | None, item: ConfigurationItem) -> ConfigurationItem:
    """Somebody looked and it is as it says: a version without differences, so that it is not stale any more. Raises NotAllowed."""
    row = locked(actor, item.pk)
    save(actor, row, "cmdb.confirm", _("Se revisó y sigue igual"), [])
    return row


@transaction.atomic
def step_item(*, actor: Person | None, item: ConfigurationItem, step: str, reason: str = "") -> ConfigurationItem:
    """Take a step of its life (`CI_FLOW`). Retiring ends its relations today. Raises NotAllowed and Refused."""
    from ventanilla.modules.servicedesk.services.cmdb.relating import end_all

    row = locked(actor, item.pk)
    found = CI_FLOW.find(step, row.state)
    if found is None:
        raise Refused(_("Ese paso no se puede dar: el elemento está «%(state)s».") % {"state": CI_FLOW.labels[row.state]})
    if "reason" in found.needs and not clean(reason):
        raise Refused(_("Escriba el motivo."), "reason")
    row.state = found.lands(row.state)
    save(actor, row, f"cmdb.{step}", reason, ["state"])
    if row.state == Lifecycle.RETIRED:
        end_all(actor, row)
    return row


def locked(who: Person | None, pk: int) -> ConfigurationItem:
    """The item, held until the transaction ends. Raises NotAllowed."""
    row = ConfigurationItem.objects.select_for_update(of=("self",)).select_related("type").filter(pk=pk).first()
    if row is None:
        raise NotAllowed
    keeper(who, row.institution_id)
    return row


def save(who: Person | None, row: ConfigurationItem, verb: str, reason: str, changed: Sequence[str]) -> None:
    """Write the row, its version and the log."""
    row.changed_at = timezone.now()
    _stored(row)
    keep([row], by=who, at=row.changed_at, reason=clean(reason))
    record(verb, actor=who, institution_id=row.institution_id, subject=f"ci:{row.pk}",
           detail={"changed": list(changed), "state": row.state, "reason": clean(reason, 300)})


def _write(row: ConfigurationItem, draft: ItemDraft, now: datetime) -> None:
    _fill(row, draft)
    row.changed_at = now
    _stored(row)


def _stored(row: ConfigurationItem) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "cmdb_item_code" in str(error):
            raise Refused(_("Ese número de inventario ya es de otro elemento."), "code") from error
        raise


def _fill(row: ConfigurationItem, draft: ItemDraft) -> None:
    """The draft into the row, checked."""
    if draft.type.institution_id != row.institution_id or any(
            other is not None and other.institution_id != row.institution_id for other in (draft.unit, draft.owner)):
        raise NotAllowed
    checked = _checked(draft)
    if wrong := _wrong(draft, row.pk, checked):
        raise Invalid(wrong)
    row.type, row.name, row.code, row.serial = draft.type, one_line(draft.name, 160), one_line(draft.code, 60), one_line(draft.serial, 80)
    row.criticality, row.unit, row.owner, row.notes = draft.criticality, draft.unit, draft.owner, clean(draft.notes, 5000)
    row.attributes, row.redundancy = checked.values, [group.as_data() for group in draft.redundancy]


def mistakes(draft: ItemDraft, item: ConfigurationItem | None = None) -> Invalid:
    """Everything that would be refused of the draft, of a new item or of that one, for a form that could not read the rest."""
    return Invalid(_wrong(draft, item.pk if item else None, _checked(draft)))


def _checked(draft: ItemDraft) -> Checked:
    return check(attributes_of(draft.type), draft.attributes, finder(draft.type.institution_id))


def _wrong(draft: ItemDraft, pk: int | None, checked: Checked) -> dict[str, str]:
    """What is wrong by field, in the order of the form."""
    found = {
        "name": "" if one_line(draft.name, 160) else _("Escriba el nombre."),
        "code": _("Ese número de inventario ya es de otro elemento.") if _taken(draft, pk) else "",
        "criticality": "" if draft.criticality in Criticality.values else _("Esa criticidad no existe."),
        "state": "" if pk or draft.state in (Lifecycle.PLANNED, Lifecycle.IN_USE) else _("Un elemento nuevo está planeado o en uso."),
        **{f"attribute:{name}": words for name, words in checked.problems.items()}, "redundancy": _wrong_groups(draft.redundancy)}
    return {field: words for field, words in found.items() if words}


def _taken(draft: ItemDraft, pk: int | None) -> bool:
    code = one_line(draft.code, 60)
    same = ConfigurationItem.objects.filter(institution_id=draft.type.institution_id, code=code).exclude(pk=pk or 0)
    return bool(code) and same.exists()


def grouped(rows: Sequence[Group]) -> list[dict[str, Any]]:
    """The redundancy groups to keep. Raises Refused, with the field `redundancy`."""
    if problem := _wrong_groups(rows):
        raise Refused(problem, "redundancy")
    return [row.as_data() for row in rows]


def _wrong_groups(rows: Sequence[Group]) -> str:
    """The first thing that is wrong with the redundancy groups, if any."""
    seen: set[str] = set()
    for row in rows:
        tests: tuple[tuple[bool, str], ...] = (
            (not row.name.strip() or len(row.name) > 40, _("El nombre del grupo lleva de 1 a 40 letras.")),
            (row.name in seen, _("El grupo «%(name)s» está dos veces.") % {"name": row.name}),
            (row.mode not in ("count", "percent"), _("El grupo pide una cantidad o un porcentaje.")),
            (not 1 <= row.amount <= (100 if row.mode == "percent" else 10_000),
             _("De cada grupo se pide por lo menos 1 y a lo más 10,000, o de 1 a 100 %.")),
            (len(rows) > MAX_GROUPS, _("Son demasiados grupos.")))
        if problem := next((words for wrong, words in tests if wrong), ""):
            return problem
        seen.add(row.name)
    return ""


def draft_of(item: ConfigurationItem, **changes: Any) -> ItemDraft:
    """The item as a draft, with some things changed."""
    same: dict[str, Any] = {name: getattr(item, name) for name in (
        "type", "name", "code", "serial", "criticality", "unit", "owner", "notes", "attributes")}
    groups = [Group(g["name"], g["mode"], g["amount"]) for g in item.redundancy]
    return ItemDraft(**{**same, "redundancy": groups, **changes})


def steps_for(person: Person, item: ConfigurationItem) -> list[Any]:
    """The steps of its life that the person may take now."""
    return list(CI_FLOW.allowed(item.state, {"KEEPER"} if keeps(person) else ()))
