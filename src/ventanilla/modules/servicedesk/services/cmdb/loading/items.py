"""A file of items compared with the ones there are: by inventory number, else serial number, else type and name."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.orgs.services.tables import Problem, Row, heading, spanish
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Criticality, Lifecycle
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute, attributes_of, check
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import Change, Plan, read_rows
from ventanilla.modules.servicedesk.services.cmdb.past import FIELDS, Facts, facts_of
from ventanilla.modules.servicedesk.services.cmdb.writing import Group, grouped

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "type": ("tipo", "clase", "type"), "name": ("nombre", "elemento", "name"),
    "code": ("numero_de_inventario", "inventario", "codigo", "clave", "code"),
    "serial": ("numero_de_serie", "serie", "serial"), "state": ("estado", "situacion"), "criticality": ("criticidad", "prioridad"),
    "unit": ("unidad_responsable", "unidad", "area"), "owner": ("correo_del_responsable", "persona_responsable", "responsable"),
    "notes": ("observaciones", "notas"), "redundancy": ("respaldo", "redundancia"),
}
STATES: Final = {heading(spanish(label)): value for value, label in Lifecycle.choices} | {v: v for v in Lifecycle.values}
LEVELS: Final = {heading(spanish(label)): value for value, label in Criticality.choices} | {str(v): v for v in Criticality.values}


@dataclass(frozen=True)
class Line:
    """A line understood: the facts it says (the rest stays as it is), and its type."""

    kind: CIType
    facts: Facts
    attributes: Mapping[str, Any]


@dataclass
class World:
    """What the lines are compared with: types, units and people by what a file calls them; items by their three keys."""

    institution: Institution
    types: dict[str, CIType] = field(default_factory=dict)
    own: dict[int, list[Attribute]] = field(default_factory=dict)
    units: dict[str, int | None] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    by_code: dict[str, ConfigurationItem] = field(default_factory=dict)
    by_serial: dict[tuple[int, str], ConfigurationItem | None] = field(default_factory=dict)
    by_name: dict[tuple[int, str], ConfigurationItem | None] = field(default_factory=dict)
    referred: dict[str, dict[str, int | None]] = field(default_factory=dict)
    names: dict[tuple[str, Any], str] = field(default_factory=dict)
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def read(self, key: str, text: str) -> Any:
        """What a cell says; a file says the same few things thousands of times. Raises Refused."""
        if (key, text) not in self.known:
            self.known[key, text] = _READ[key](self, text)
        return self.known[key, text]

    def find(self, text: str, slug: str) -> int | None:
        """A referred item, by inventory number or name; everything of the type is read once."""
        if slug not in self.referred:
            rows = ConfigurationItem.objects.filter(institution=self.institution).of_type(
                *(t for t in set(self.types.values()) if t.slug == slug)).values_list("pk", "code", "name")
            names: dict[str, int | None] = {}
            for pk, _code, name in rows:
                names[fold(name).lower()] = None if fold(name).lower() in names else pk
            self.referred[slug] = names | {code.lower(): pk for pk, code, _name in rows if code}
        return self.referred[slug].get(fold(text).lower())

    def existing(self, kind: CIType, row: Row) -> ConfigurationItem | None:
        """The item that a line speaks of. Raises Refused when two could be meant."""
        if code := row.get("code"):
            return self.by_code.get(code)
        for key, index in ((row.get("serial"), self.by_serial), (fold(row.get("name")).lower(), self.by_name)):
            if key and (kind.pk, key) in index:
                found = index[kind.pk, key]
                if found is None:
                    raise Refused(_("hay varios elementos con ese nombre o número de serie; diga el número de inventario"))
                return found
        return None


def plan_items(institution: Institution, data: bytes) -> Plan:
    """What the file would do. Reads only. Raises Refused when it is no table; mistakes of lines are problems."""
    world = _types(institution)
    more = {word: f"a:{a.name}" for own in world.own.values() for a in own for word in (heading(a.label), a.name)}
    rows, unused = read_rows(data, HEADINGS, ("type", "name"), {k: v for k, v in more.items() if not _taken(k)})
    _meet(world, rows)
    return _compared(world, rows, Plan("items", unused=unused))


def _taken(word: str) -> bool:
    return any(word in words for words in HEADINGS.values())


def _types(institution: Institution) -> World:
    world = World(institution)
    for kind in CIType.objects.filter(institution=institution, active=True).select_related("parent__parent__parent"):
        for word in (kind.slug, heading(kind.label), heading(kind.plural)):
            world.types[word] = kind
        world.own[kind.pk] = attributes_of(kind)
        world.names["type", kind.pk] = kind.label
    return world


def _meet(world: World, rows: Sequence[Row]) -> None:
    """Everything that the lines may speak of, in a handful of statements."""
    for pk, code, name, short in Unit.objects.filter(institution=world.institution, valid_to=None).values_list(
            "pk", "code", "name", "short_name"):
        world.names["unit", pk] = name
        for word in {fold(w).lower() for w in (code, name, short) if w}:
            world.units[word] = None if word in world.units else pk
    for pk, email, given, first, second in Person.objects.filter(institution=world.institution, active=True).values_list(
            "pk", "email", "given_name", "surname_1", "surname_2"):
        world.people[email.lower()] = pk
        world.names["owner", pk] = " ".join(filter(None, (given, first, second)))
    wanted = [[r.get(key) for r in rows if r.get(key)] for key in ("code", "serial", "name")]
    items = ConfigurationItem.objects.filter(institution=world.institution).filter(
        Q(code__in=wanted[0]) | Q(serial__in=wanted[1]) | Q(name__in=wanted[2]))
    for item in items:
        if item.code:
            world.by_code[item.code] = item
        for key, index in ((item.serial, world.by_serial), (fold(item.name).lower(), world.by_name)):
            if key:
                index[item.type_id, key] = None if (item.type_id, key) in index else item


def _compared(world: World, rows: Sequence[Row], plan: Plan) -> Plan:
    changes: list[Change] = []
    seen: dict[Any, tuple[int, Any]] = {}
    for row in rows:
        try:
            line = _understood(world, row)
            key, said = _key(line, row), (line.kind.pk, line.facts, line.attributes)
            if key in seen:
                _again(plan, row, *seen[key], said)
                continue
            seen[key] = row.line, said
            change = _change(world, row, line)
        except Refused as refused:
            plan.problems.append(Problem(row.line, refused.message))
            continue
        changes += [change] if change else []
        plan.unchanged += change is None
    plan.changes = [] if plan.problems else changes
    return plan


def _key(line: Line, row: Row) -> Any:
    return row.get("code") or (line.kind.pk, row.get("serial") or fold(row.get("name")).lower())


def _again(plan: Plan, row: Row, line: int, before: Any, said: Any) -> None:
    if before == said:
        plan.repeated += 1
    else:
        plan.problems.append(Problem(row.line, _("es el mismo elemento que la línea %(line)s, con otros datos") % {"line": line}))


def _understood(world: World, row: Row) -> Line:
    kind = world.types.get(row.get("type")) or world.types.get(heading(row.get("type")))
    if kind is None:
        raise Refused(_("el tipo «%(t)s» no existe") % {"t": row.get("type")} if row.get("type") else _("falta el tipo"))
    facts: Facts = {"name": row.get("name"), **{k: row.get(k) for k in ("code", "serial", "notes") if row.get(k)}}
    if not facts["name"]:
        raise Refused(_("falta el nombre"))
    for key, most in (("name", 160), ("code", 60), ("serial", 80)):
        if len(facts.get(key, "")) > most:
            raise Refused(_("«%(f)s» pasa de %(n)s letras") % {"f": FIELDS[key], "n": most})
    facts |= {key: world.read(key, text) for key in _READ if (text := row.get(key))}
    checked = check([a for a in world.own[kind.pk] if row.get(f"a:{a.name}")], {
        k[2:]: v for k, v in row.cells.items() if k.startswith("a:")}, world.find)
    if checked.problems:
        raise Refused("; ".join(checked.problems.values()))
    return Line(kind, facts, checked.values)


def _chosen(index: Mapping[str, Any], key: str, text: str, problem: Callable[[], str]) -> Any:
    if (found := index.get(key)) is None:
        raise Refused(problem() % {"t": text})
    return found


def _groups(_world: World, text: str) -> list[dict[str, Any]]:
    """"Nodos: 1; Enlaces: 50 %"."""
    rows = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, _colon, amount = part.rpartition(":")
        number = whole(amount.replace("%", "").strip(), 6)
        if number is None:
            raise Refused(_("el respaldo se escribe como «Nodos: 1; Enlaces: 50 %»"))
        rows.append(Group(name.strip(), "percent" if "%" in amount else "count", number))
    return grouped(rows)


_READ: Final[Mapping[str, Any]] = {
    "state": lambda w, t: _chosen(STATES, heading(t), t, lambda: _("el estado «%(t)s» no existe")),
    "criticality": lambda w, t: _chosen(LEVELS, heading(t), t, lambda: _("la criticidad «%(t)s» no existe")),
    "unit": lambda w, t: _chosen(w.units, fold(t).lower(), t, lambda: _("la unidad «%(t)s» no existe, o hay varias")),
    "owner": lambda w, t: _chosen(w.people, t.lower(), t, lambda: _("nadie tiene el correo «%(t)s»")),
    "redundancy": _groups,
}


def _change(world: World, row: Row, line: Line) -> Change | None:
    """What the line changes; None when everything is so already."""
    item = world.existing(line.kind, row)
    new = facts_of(item) if item else None
    if item is None:
        if missing := next((a for a in world.own[line.kind.pk] if a.required and a.name not in line.attributes), None):
            raise Refused(_("falta «%(label)s»") % {"label": missing.label})
        return Change("add", row.line, line.facts["name"], line.facts.get("code", ""), (), line)
    assert new is not None
    before = {**new, "attributes": dict(new["attributes"])}
    new |= {**line.facts, "type": line.kind.pk, "attributes": {**new["attributes"], **line.attributes}}
    if new == before:
        return None
    return Change("change", row.line, new["name"], new["code"], _differences(world, before, new), (item, new))


def _differences(world: World, old: Facts, new: Facts) -> list[tuple[str, str, str]]:
    named = [(str(label), _said(world, key, old[key]), _said(world, key, new[key])) for key, label in FIELDS.items()
             if old[key] != new[key]]
    labels = {a.name: a.label for a in world.own.get(new["type"], ())}
    a, b = old["attributes"], new["attributes"]
    return named + [(labels.get(k, k), str(a.get(k, "")), str(b[k])) for k in b if a.get(k) != b[k]]


def _said(world: World, key: str, value: Any) -> str:
    if key == "redundancy":
        return "; ".join(f"{g['name']}: {g['amount']}{' %' if g['mode'] == 'percent' else ''}" for g in value)
    words: dict[str, Mapping[Any, Any]] = {"state": dict(Lifecycle.choices), "criticality": dict(Criticality.choices)}
    return str(words.get(key, {}).get(value) or world.names.get((key, value)) or ("" if value is None else value))
