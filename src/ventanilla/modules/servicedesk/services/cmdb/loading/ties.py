"""A file of relations compared with those that hold: origin, how it reads, destination; a group; from and until when."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.orgs.services.tables import Problem, Row, heading
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Lifecycle, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute, check
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import Change, Plan, read_rows
from ventanilla.modules.servicedesk.services.cmdb.relating import dependent_of, groups_of

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "source": ("origen", "elemento", "de", "source"), "type": ("relacion", "tipo", "tipo_de_relacion"),
    "target": ("destino", "con", "a", "target"), "group": ("grupo_de_respaldo", "grupo", "respaldo"),
    "from": ("desde", "inicia"), "to": ("hasta", "termina"),
}


@dataclass(frozen=True)
class Tie:
    """A line understood."""

    type: RelationType
    source: ConfigurationItem
    target: ConfigurationItem
    group: str
    since: date
    until: date | None

    @property
    def key(self) -> tuple[int, int, int]:
        """Same key, same pair and type."""
        return self.type.pk, self.source.pk, self.target.pk


@dataclass
class World:
    """Relation types by how they read (and whether the line reads backwards), items by number and name, what holds today."""

    kinds: dict[str, tuple[RelationType, bool]] = field(default_factory=dict)
    items: dict[str, ConfigurationItem | None] = field(default_factory=dict)
    holding: dict[tuple[int, int, int], Relation] = field(default_factory=dict)


def plan_relations(institution: Institution, data: bytes) -> Plan:
    """What the file would do. Reads only. Raises Refused when it is no table; mistakes of lines are problems."""
    rows, unused = read_rows(data, HEADINGS, ("source", "type", "target"))
    world, plan = _meet(institution, rows), Plan("relations", unused=unused)
    changes: list[Change] = []
    seen: dict[tuple[int, int, int], tuple[int, Tie]] = {}
    for row in rows:
        try:
            tie = _understood(world, row)
            if tie.key in seen:
                _again(plan, row, *seen[tie.key], tie)
                continue
            seen[tie.key] = row.line, tie
            change = _change(world, row, tie)
        except Refused as refused:
            plan.problems.append(Problem(row.line, refused.message))
            continue
        changes += [change] if change else []
        plan.unchanged += change is None
    plan.changes = [] if plan.problems else changes
    return plan


def _meet(institution: Institution, rows: Sequence[Row]) -> World:
    world = World()
    for kind in RelationType.objects.filter(institution=institution, active=True).order_by("-order", "-pk"):
        world.kinds |= {heading(kind.backward): (kind, True), heading(kind.forward): (kind, False), kind.slug: (kind, False)}
    wanted = {r.get(end) for r in rows for end in ("source", "target")}
    found = ConfigurationItem.objects.filter(institution=institution).filter(Q(code__in=wanted) | Q(name__in=wanted)).only(
        "pk", "name", "code", "state", "redundancy", "institution_id")
    names: dict[str, ConfigurationItem | None] = {}
    for item in found:
        word = fold(item.name).lower()
        names[word] = None if word in names else item
    world.items = names | {item.code: item for item in found if item.code}
    for relation in Relation.objects.on(timezone.localdate()).filter(institution=institution, source__in=[i.pk for i in found]):
        world.holding[relation.type_id, relation.source_id, relation.target_id] = relation
    return world


def _again(plan: Plan, row: Row, line: int, before: Tie, tie: Tie) -> None:
    if before == tie:
        plan.repeated += 1
    else:
        plan.problems.append(Problem(row.line, _("es la misma relación que la línea %(line)s, con otros datos") % {"line": line}))


_DAYS: Final = (Attribute("from", "Desde", "date"), Attribute("to", "Hasta", "date"))


def _understood(world: World, row: Row) -> Tie:
    kind, backwards = world.kinds.get(row.get("type")) or world.kinds.get(heading(row.get("type"))) or (None, False)
    if kind is None:
        raise Refused(_("la relación «%(t)s» no existe") % {"t": row.get("type")})
    ends = [_item(world, row.get(end)) for end in (("target", "source") if backwards else ("source", "target"))]
    if ends[0].pk == ends[1].pk:
        raise Refused(_("un elemento no se relaciona consigo mismo"))
    if (group := row.get("group")) and group not in groups_of(dependent_of(kind, ends[0], ends[1])):
        raise Refused(_("quien depende no tiene un grupo de respaldo «%(name)s»") % {"name": group})
    days = check(_DAYS, row.cells, lambda _text, _slug: None)
    if days.problems:
        raise Refused("; ".join(days.problems.values()))
    since, until = (date.fromisoformat(days.values[k]) if k in days.values else None for k in ("from", "to"))
    since = since or timezone.localdate()
    if until and until <= since and "from" in days.values:
        raise Refused(_("termina antes de empezar"))
    return Tie(kind, ends[0], ends[1], group, since, until)


def _item(world: World, text: str) -> ConfigurationItem:
    found = world.items.get(text) or world.items.get(fold(text).lower())
    if found is None:
        raise Refused(_("no hay un elemento «%(t)s», o hay varios: diga el número de inventario") % {"t": text[:80]})
    if found.state == Lifecycle.RETIRED:
        raise Refused(_("«%(name)s» está dado de baja") % {"name": found.name})
    return found


def _change(world: World, row: Row, tie: Tie) -> Change | None:
    """A new relation; one that gets another group or an end; None when it holds so already."""
    name = f"{tie.source.name} {tie.type.forward} {tie.target.name}"
    holding = world.holding.get(tie.key)
    if holding is None:
        return Change("add", row.line, name, tie.source.code, (), (tie, None))
    differences: list[tuple[str, str, str]] = []
    if tie.group != holding.group and row.get("group"):
        differences.append((_("Grupo de respaldo"), holding.group, tie.group))
    if tie.until and tie.until != holding.valid_to:
        differences.append((_("Hasta"), str(holding.valid_to or ""), str(tie.until)))
    return Change("change", row.line, name, tie.source.code, differences, (tie, holding)) if differences else None


def regrouped(differences: Sequence[tuple[str, Any, Any]]) -> bool:
    """Whether the group is among what changes."""
    return any(label == _("Grupo de respaldo") for label, _old, _new in differences)
