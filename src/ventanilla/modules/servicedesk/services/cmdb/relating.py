"""Relations: saying that one item is tied to another from a day on, ending it, and reading them as of a day."""
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Lifecycle, Relation, RelationType, Side
from ventanilla.modules.servicedesk.services.cmdb.words import one_line
from ventanilla.modules.servicedesk.services.cmdb.writing import keeper


@dataclass(frozen=True)
class RelationDraft:
    """`source` — type — `target` from `since` (a local day); `group` names a redundancy group of the one that depends."""

    type: RelationType
    source: ConfigurationItem
    target: ConfigurationItem
    group: str = ""
    since: date | None = None
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class RelationFacts:
    """What may be corrected of a relation: its group, its first day and its last one (None: no end).

    A change of group holds from today on and leaves the past as it was, unless `always`: it was written wrong from the start.
    """

    group: str
    since: date
    until: date | None = None
    always: bool = False


@dataclass(frozen=True)
class Neighbour:
    """A relation as seen from one of its ends: how it reads, the other end, and whether that one depends on this one."""

    relation: Relation
    reads: str
    other: ConfigurationItem
    depends_on_me: bool
    supplies_me: bool


@transaction.atomic
def relate(*, actor: Person | None, draft: RelationDraft) -> Relation:
    """Relate two items of the institution. Idempotent by uuid. Circles are allowed.

    Raises NotAllowed; Invalid for an item and itself, one that is retired, a group that the dependent does not have; Refused for a
    relation that holds already.
    """
    institution_id = draft.type.institution_id
    keeper(actor, institution_id)
    if made := Relation.objects.filter(institution_id=institution_id, uuid=draft.uuid).first():
        return made
    draft = _fresh(draft)
    relation = _stored(Relation(
        institution_id=institution_id, uuid=draft.uuid, type=draft.type, source=draft.source, target=draft.target,
        group=draft.group, valid_from=draft.since or timezone.localdate(), by=actor))
    record("cmdb.relate", actor=actor, institution_id=institution_id, subject=f"ci:{draft.source.pk}",
           detail={"relation": relation.pk, "type": draft.type.slug, "target": draft.target.pk, "group": relation.group,
                   "from": relation.valid_from})
    return relation


def _stored(relation: Relation) -> Relation:
    try:
        with transaction.atomic():
            relation.save()
    except IntegrityError as error:
        raise _collision(error) from error
    return relation


@transaction.atomic
def edit_relation(*, actor: Person | None, relation: Relation, facts: RelationFacts) -> Relation:
    """Correct a relation; returns the one that holds now. Which items it ties and how never changes: that is another relation.

    Raises NotAllowed; Invalid for a group that the dependent does not have, an end before the start, and one that is retired; Refused
    for days on which the same two are already related so.
    """
    row = _held(actor, relation)
    if wrong := wrong_facts(row, facts):
        raise Invalid(wrong)
    group, before, today = _group(dependent_of(row.type, row.source, row.target), facts.group), _told(row), timezone.localdate()
    row.valid_from, row.valid_to = facts.since, facts.until + timedelta(days=1) if facts.until else None
    made = _regrouped(actor, row, group, today) if _splits(row, group, facts.always, today) else None
    if made is None:
        row.group = group
        _stored(row)
    record("cmdb.relation", actor=actor, institution_id=row.institution_id, subject=f"ci:{row.source_id}",
           detail={"relation": row.pk, "target": row.target_id, "before": before, "after": _told(row),
                   "goes_on": made.pk if made else None})
    return made or row


def _splits(row: Relation, group: str, always: bool, today: date) -> bool:
    """Whether another group begins today in the middle of the relation's life."""
    return group != row.group and not always and row.valid_from < today and (row.valid_to is None or row.valid_to > today)


def _regrouped(actor: Person | None, row: Relation, group: str, today: date) -> Relation:
    end, row.valid_to = row.valid_to, today
    _stored(row)
    return _stored(Relation(institution_id=row.institution_id, type=row.type, source=row.source, target=row.target, group=group,
                            valid_from=today, valid_to=end, by=actor))


def _told(row: Relation) -> dict[str, str]:
    return {"group": row.group, "from": str(row.valid_from), "to": str(row.valid_to or "")}


def _held(actor: Person | None, relation: Relation) -> Relation:
    rows = Relation.objects.select_for_update(of=("self",)).select_related("type", "source", "target")
    row = rows.filter(pk=relation.pk).first()
    if row is None:
        raise NotAllowed
    keeper(actor, row.institution_id)
    return row


def _fresh(draft: RelationDraft) -> RelationDraft:
    """The same with both ends as they are now, held so that none is retired meanwhile, and its group as the dependent writes it.

    Raises NotAllowed and Invalid.
    """
    rows = ConfigurationItem.objects.select_for_update(no_key=True).order_by("pk").in_bulk([draft.source.pk, draft.target.pk])
    try:
        now = replace(draft, source=rows[draft.source.pk], target=rows[draft.target.pk])
    except KeyError:
        raise NotAllowed from None
    if any(end.institution_id != now.type.institution_id for end in (now.source, now.target)):
        raise NotAllowed
    if wrong := wrong_tie(now.type, now.source, now.target, now.group):
        raise Invalid(wrong)
    return replace(now, group=_group(dependent_of(now.type, now.source, now.target), now.group))


def wrong_tie(kind: RelationType, source: ConfigurationItem | None, target: ConfigurationItem | None, group: str) -> dict[str, str]:
    """What is wrong with a new relation, by field; an end that is not known (None) is not judged."""
    dependent = dependent_of(kind, source, target)
    judged = dependent is not None or kind.dependent == Side.NONE
    return _said({"target": _wrong_ends(source, target) if source and target else "",
                  "group": _wrong_group(dependent, group) if judged else ""})


def wrong_facts(row: Relation, facts: RelationFacts) -> dict[str, str]:
    """What is wrong with a correction, by field."""
    ended = facts.until is not None and facts.until < timezone.localdate()
    reverse = facts.until is not None and facts.until < facts.since
    return _said({"group": _wrong_group(dependent_of(row.type, row.source, row.target), facts.group),
                  "target": "" if ended else _retired(row.source, row.target),
                  "until": _("El último día no puede ser anterior al primero.") if reverse else ""})


def _said(found: dict[str, str]) -> dict[str, str]:
    return {field: words for field, words in found.items() if words}


def _wrong_ends(source: ConfigurationItem, target: ConfigurationItem) -> str:
    return _("Un elemento no se relaciona consigo mismo.") if source.pk == target.pk else _retired(source, target)


def _retired(*ends: ConfigurationItem) -> str:
    retired = next((end for end in ends if end.state == Lifecycle.RETIRED), None)
    return _("«%(name)s» está dado de baja.") % {"name": retired.name} if retired else ""


def _group(dependent: ConfigurationItem | None, name: str) -> str:
    """The dependent's group of that name, however it is capitalised; "" when it has none."""
    return next((g for g in groups_of(dependent) if g.casefold() == one_line(name).casefold()), "")


def _wrong_group(dependent: ConfigurationItem | None, name: str) -> str:
    """Why the dependent's group cannot be that one, naming those that there are; "" when it can."""
    if not one_line(name) or _group(dependent, name):
        return ""
    if not (known := groups_of(dependent)):
        return _("Quien depende no tiene grupos de respaldo. Escríbalos primero en sus datos, en «Grupos de respaldo»; o deje esto vacío.")
    return _("Quien depende no tiene un grupo de respaldo «%(name)s». Tiene: %(known)s.") % {
        "name": one_line(name), "known": ", ".join(known)}


def _collision(error: IntegrityError) -> Exception:
    if "cmdb_relation_once" in str(error):
        return Refused(_("Esa relación ya está vigente en esas fechas."), "target")
    return error


def dependent_of(kind: RelationType, source: ConfigurationItem | None, target: ConfigurationItem | None) -> ConfigurationItem | None:
    """The end that depends on the other one; None where none does."""
    return {"source": source, "target": target}.get(kind.dependent)


def groups_of(item: ConfigurationItem | None) -> list[str]:
    """Names of the item's redundancy groups."""
    return [g["name"] for g in item.redundancy] if item else []


@transaction.atomic
def end_relation(*, actor: Person | None, relation: Relation, day: date | None = None) -> None:
    """The relation does not hold any more from `day` on (today); one that began that day or later never held and is dropped.

    Raises NotAllowed, and Refused when it had ended already.
    """
    row = _held(actor, relation)
    if row.valid_to is not None and row.valid_to <= timezone.localdate():
        raise Refused(_("Esa relación ya había terminado."))
    _end([row], day or timezone.localdate())
    record("cmdb.unrelate", actor=actor, institution_id=row.institution_id, subject=f"ci:{row.source_id}",
           detail={"relation": relation.pk, "target": row.target_id, "to": row.valid_to})


def end_all(who: Person | None, item: ConfigurationItem) -> int:
    """End every relation of an item that is being retired; part of that verb."""
    today = timezone.localdate()
    rows = list(Relation.objects.select_for_update().filter(Q(source=item) | Q(target=item)).filter(
        Q(valid_to=None) | Q(valid_to__gt=today)))
    _end(rows, today)
    if rows:
        record("cmdb.unrelate", actor=who, institution_id=item.institution_id, subject=f"ci:{item.pk}",
               detail={"relations": [r.pk for r in rows]})
    return len(rows)


def _end(rows: Sequence[Relation], day: date) -> None:
    """Whole days: what is said and taken back by hand on one day was a slip, and leaves its trace in the log only.

    What came with a load today holds for the day: undoing the load says that it changed.
    """
    never = [r for r in rows if r.valid_from > day or (r.valid_from == day and r.load_id is None)]
    ended = [r for r in rows if r not in never]
    Relation.objects.filter(pk__in=[r.pk for r in never]).delete()
    for row in rows:
        row.valid_to = max(day, row.valid_from + timedelta(days=1))
    Relation.objects.bulk_update(ended, ["valid_to"], batch_size=1000)


def ended_of(person: Person, item: ConfigurationItem, limit: int = 50) -> list[Neighbour]:
    """What the item was tied to and is not any more, the last one first, as far as the person sees the other end."""
    rows = Relation.objects.filter(Q(source=item) | Q(target=item), valid_to__lte=timezone.localdate()).select_related(
        "type", "source__type", "target__type").order_by("-valid_to", "-pk")[:limit]
    ends = {r.target_id if r.source_id == item.pk else r.source_id for r in rows}
    seen = set(ConfigurationItem.objects.visible_to(person).filter(pk__in=ends).values_list("pk", flat=True))
    return [n for n in (_neighbour(r, item) for r in rows) if n.other.pk in seen]


def neighbours(person: Person, item: ConfigurationItem, day: date | None = None) -> tuple[list[Neighbour], int]:
    """What the item is tied to on a day (today), as the person sees it, and how many ends lie outside of what they see."""
    rows = list(Relation.objects.on(day or timezone.localdate()).filter(Q(source=item) | Q(target=item)).select_related(
        "type", "source__type", "target__type", "source__unit", "target__unit").order_by("type__order", "type_id", "pk"))
    ends = {r.target_id if r.source_id == item.pk else r.source_id for r in rows}
    seen = set(ConfigurationItem.objects.visible_to(person).filter(pk__in=ends).values_list("pk", flat=True))
    found = [_neighbour(r, item) for r in rows]
    shown = [n for n in found if n.other.pk in seen]
    return shown, len(found) - len(shown)


def _neighbour(relation: Relation, item: ConfigurationItem) -> Neighbour:
    outward = relation.source_id == item.pk
    other = relation.target if outward else relation.source
    dependent = relation.dependent_id
    return Neighbour(relation, relation.type.forward if outward else relation.type.backward, other,
                     dependent == other.pk, dependent == item.pk)
