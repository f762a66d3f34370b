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
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Lifecycle, Relation, RelationType
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

    Raises NotAllowed; Refused for an item and itself, one that is retired, a group that the dependent does not have, or a
    relation that holds already.
    """
    institution_id = draft.type.institution_id
    keeper(actor, institution_id)
    if made := Relation.objects.filter(institution_id=institution_id, uuid=draft.uuid).first():
        return made
    _checked(draft := _fresh(draft))
    relation = Relation(institution_id=institution_id, uuid=draft.uuid, type=draft.type, source=draft.source, target=draft.target,
                        group=one_line(draft.group), valid_from=draft.since or timezone.localdate(), by=actor)
    try:
        with transaction.atomic():
            relation.save()
    except IntegrityError as error:
        raise _collision(error) from error
    record("cmdb.relate", actor=actor, institution_id=institution_id, subject=f"ci:{draft.source.pk}",
           detail={"relation": relation.pk, "type": draft.type.slug, "target": draft.target.pk, "group": relation.group,
                   "from": relation.valid_from})
    return relation


def _fresh(draft: RelationDraft) -> RelationDraft:
    """The same with both ends as they are now, held so that none is retired meanwhile."""
    rows = ConfigurationItem.objects.select_for_update(no_key=True).order_by("pk").in_bulk([draft.source.pk, draft.target.pk])
    try:
        return replace(draft, source=rows[draft.source.pk], target=rows[draft.target.pk])
    except KeyError:
        raise NotAllowed from None


def _checked(draft: RelationDraft) -> None:
    if any(end.institution_id != draft.type.institution_id for end in (draft.source, draft.target)):
        raise NotAllowed
    if draft.source.pk == draft.target.pk:
        raise Refused(_("Un elemento no se relaciona consigo mismo."), "target")
    if retired := next((end for end in (draft.source, draft.target) if end.state == Lifecycle.RETIRED), None):
        raise Refused(_("«%(name)s» está dado de baja.") % {"name": retired.name}, "target")
    if draft.group and draft.group not in groups_of(dependent_of(draft.type, draft.source, draft.target)):
        raise Refused(_("Quien depende no tiene un grupo de respaldo «%(name)s».") % {"name": draft.group}, "group")


def _collision(error: IntegrityError) -> Exception:
    if "cmdb_relation_once" in str(error):
        return Refused(_("Esa relación ya está vigente en esas fechas."), "target")
    return error


def dependent_of(kind: RelationType, source: ConfigurationItem, target: ConfigurationItem) -> ConfigurationItem | None:
    """The end that depends on the other one."""
    return {"source": source, "target": target}.get(kind.dependent)


def groups_of(item: ConfigurationItem | None) -> list[str]:
    """Names of the item's redundancy groups."""
    return [g["name"] for g in item.redundancy] if item else []


@transaction.atomic
def end_relation(*, actor: Person | None, relation: Relation, day: date | None = None) -> None:
    """The relation does not hold any more from `day` on (today); one that would have begun later is dropped. Raises NotAllowed."""
    row = Relation.objects.select_for_update(of=("self",)).filter(pk=relation.pk).first()
    if row is None:
        raise NotAllowed
    keeper(actor, row.institution_id)
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
    never = [r for r in rows if r.valid_from > day]
    Relation.objects.filter(pk__in=[r.pk for r in never]).delete()
    for row in rows:
        row.valid_to = max(day, row.valid_from + timedelta(days=1))
    Relation.objects.bulk_update([r for r in rows if r not in never], ["valid_to"], batch_size=1000)


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
