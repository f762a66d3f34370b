"""Keeping types of items: who may, what may not change any more, one entry in the log."""
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models.cmdb import CIType, RelationType
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute, chain, defined


@dataclass(frozen=True)
class TypeDraft:
    """A type as it should be."""

    label: str
    plural: str
    icon: str = "box"
    parent: CIType | None = None
    order: int = 100
    active: bool = True
    attributes: Sequence[Attribute] = ()


@transaction.atomic
def save_type(*, actor: Person, kind: CIType | None, draft: TypeDraft) -> CIType:
    """Add or change a type. Values of data that it loses stay with the items. Raises NotAllowed; Refused for circles and nonsense."""
    require(actor, cap.ADMIN_CATALOGUES)
    if any(t is not None and t.institution_id != actor.institution_id for t in (kind, draft.parent)):
        raise NotAllowed
    row = kind or CIType(institution_id=actor.institution_id, slug=slugify(fold(draft.label))[:50])
    if draft.parent and row.pk and row.pk in [t.pk for t in chain(draft.parent)]:
        raise Refused(_("Un tipo no puede ser una clase de sí mismo."), "parent")
    if draft.parent and len(chain(draft.parent)) >= 4:
        raise Refused(_("Los tipos llegan hasta cuatro niveles."), "parent")
    for name in ("label", "plural", "icon", "parent", "order", "active"):
        setattr(row, name, getattr(draft, name))
    row.attributes = defined(draft.attributes)
    with transaction.atomic():
        row.save()
    record("cmdb.type", actor=actor, institution_id=actor.institution_id, subject=f"citype:{row.pk}",
           detail={"slug": row.slug, "attributes": [a["name"] for a in row.attributes], "active": row.active})
    return row


def types_with_counts(person: Person) -> list[tuple[CIType, int]]:
    """Types of the person's institution, those below after their parents, with how many items each has."""
    rows = CIType.objects.filter(institution_id=person.institution_id).select_related("parent__parent__parent").annotate(n=Count("items"))
    return sorted(((t, t.n) for t in rows), key=lambda r: [(t.order, t.label) for t in chain(r[0])])


def check_relation_type(row: RelationType) -> None:
    """For the catalogue: who depends cannot be turned round while relations of the type hold. Raises Refused."""
    if row.impacts and row.dependent == "none":
        raise Refused(_("Para transmitir fallas debe decir quién depende de quién."), "dependent")
    row.slug = row.slug or slugify(fold(row.forward))[:50]
    before = RelationType.objects.filter(pk=row.pk).first() if row.pk else None
    if before and before.dependent != row.dependent and row.relations.exists():
        raise Refused(_("Ya hay relaciones de este tipo: cree otro tipo en lugar de voltearlo."), "dependent")
