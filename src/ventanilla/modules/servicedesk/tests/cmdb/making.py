"""A small estate for tests: an institution with standard types, a keeper, and items made through the verbs."""
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests import make

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Role
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, RelationDraft, add_item, install_standard, relate

LONG_AGO = date(2024, 1, 2)


@dataclass
class Estate:
    """A world with a configuration database and its keeper."""

    world: make.World
    keeper: Person
    reader: Person
    types: dict[str, CIType] = field(default_factory=dict)
    ties: dict[str, RelationType] = field(default_factory=dict)

    def item(self, name: str, kind: str = "servidor", **extra: Any) -> ConfigurationItem:
        """An item in use."""
        return add_item(actor=self.keeper, draft=ItemDraft(self.types[kind], name, **{"state": "in_use", **extra}))

    def tie(self, source: ConfigurationItem, target: ConfigurationItem, kind: str = "depende-de", **extra: Any) -> Relation:
        """`source` depends on `target`."""
        return relate(actor=self.keeper, draft=RelationDraft(self.ties[kind], source, target, **{"since": LONG_AGO, **extra}))


def estate() -> Estate:
    """A new institution with standard types, a keeper and a reader in the root unit."""
    world = make.world()
    install_standard(actor=None, institution=world.institution)
    people = []
    for slug, capabilities in (("keeper", [cap.CMDB_READ, cap.CMDB_WRITE, cap.EXPORT]), ("reader", [cap.CMDB_READ])):
        Role.objects.create(institution=world.institution, slug=f"cmdb-{slug}", name=slug, capabilities=capabilities)
        made = make.person(world.institution, world.root, None)
        give(actor=None, person=made, role=f"cmdb-{slug}", unit=world.root)
        forget(made)
        people.append(made)
    return Estate(world, *people, types={t.slug: t for t in CIType.objects.filter(institution=world.institution)},
                  ties={t.slug: t for t in RelationType.objects.filter(institution=world.institution)})
