"""A desk with a small estate beside it: a service on a system on two servers with redundancy, and a circle."""
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person, Role
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.modules.servicedesk.models import CIType, ConfigurationItem, RelationType
from ventanilla.modules.servicedesk.services import TicketDraft, changing, open_ticket
from ventanilla.modules.servicedesk.services.changing import PlanDraft
from ventanilla.modules.servicedesk.services.cmdb import Group, ItemDraft, RelationDraft, add_item, install_standard, relate
from ventanilla.modules.servicedesk.services.items import tie_item
from ventanilla.modules.servicedesk.services.working import assign
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made_desk


@dataclass
class Floor:
    """`pay` (a service) depends on `system`, which runs on `one` and `two` and needs one of them; `base` and `system` need each other."""

    d: Desk
    types: dict[str, CIType]
    ties: dict[str, RelationType]
    named: dict[str, ConfigurationItem] = field(default_factory=dict)

    def __getattr__(self, name: str) -> ConfigurationItem:
        try:
            return self.__dict__["named"][name]
        except KeyError:
            raise AttributeError(name) from None

    def item(self, name: str, kind: str = "servidor", **extra: Any) -> ConfigurationItem:
        """An item in use."""
        return add_item(actor=None, draft=ItemDraft(self.types[kind], name, **{"state": "in_use", **extra}))

    def needs(self, source: ConfigurationItem, target: ConfigurationItem, group: str = "") -> None:
        """`source` depends on `target`."""
        relate(actor=None, draft=RelationDraft(self.ties["depende-de"], source, target, group=group))

    def change(self, *items: ConfigurationItem, hours: tuple[int, int] = (24, 26), kind: str = "change", subject: str = "Cambiar") -> Case:
        """A planned change of these items, in a window so many hours from now."""
        d, now = self.d, timezone.now()
        case = open_ticket(actor=d.agent, draft=TicketDraft(subject, kind=kind, team=d.first, requester=d.agent))
        assign(actor=d.agent, case=case, team=d.first)
        risk = 1 if kind == "simple_change" else 2
        changing.plan(actor=d.agent, case=case, draft=PlanDraft(
            risk, "Uno", "Dos", now + timedelta(hours=hours[0]), now + timedelta(hours=hours[1]), d.engineer))
        for one in items:
            tie_item(actor=d.agent, case=case, item=one, role="changed")
        return Case.objects.get(pk=case.pk)


def holding(person: Person, role: str) -> Person:
    """The person with one more of the desk's standard roles in their unit."""
    assert person.unit
    give(actor=None, person=person, role=role, unit=person.unit)
    forget(person)
    return person


def floor() -> Floor:
    """A new institution; its agent reads the configuration database, its engineer keeps it."""
    d = made_desk()
    institution = d.world.institution
    install_standard(actor=None, institution=institution)
    f = Floor(d, {t.slug: t for t in CIType.objects.filter(institution=institution)},
              {t.slug: t for t in RelationType.objects.filter(institution=institution)})
    holding(d.agent, "desk_agent")
    holding(d.engineer, "desk_engineer")
    f.named = {"one": f.item("Servidor uno", code="SRV-1"), "two": f.item("Servidor dos", code="SRV-2"), "base": f.item("Base de pagos", "base-de-datos"),
               "system": f.item("Sistema de pagos", "sistema", redundancy=[Group("Nodos", "count", 1)]),
               "pay": f.item("Pago de mensualidades", "servicio", criticality=4), "lonely": f.item("Impresora", "impresora")}
    for server in (f.one, f.two):
        f.needs(f.system, server, "Nodos")
    f.needs(f.pay, f.system)
    f.needs(f.system, f.base)
    f.needs(f.base, f.system)
    assert Role.objects.filter(institution=institution, slug__startswith="desk_").count() == 3
    return f

