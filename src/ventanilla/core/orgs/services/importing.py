"""Units from a CSV: first a plan (what is added, changed, moved, closed), then exactly that plan is applied.

A file that was applied already gives an empty plan. Rows match units by code (and by name where a code is used
twice, or where the unit has none yet: it gets that of the row). A file makes no new unit of a code that another one has: in a table
that is a slip more often than meant. What is not in the file stays, unless `close_missing` is asked.
"""
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Institution, Person, Unit, UnitCode
from ventanilla.core.orgs.models.units import Level
from ventanilla.core.orgs.services.setup import Refused, UnitDraft, add_unit, administer, refusals
from ventanilla.core.orgs.services.tables import Problem, Row, read_csv, spanish
from ventanilla.core.orgs.services.units import UnitChange, close_unit, give_code, move_unit, update_unit
from ventanilla.lib.spanish import fold

HEADINGS: Final = {
    "code": ("codigo", "clave", "clave_de_la_unidad"), "parent": ("codigo_padre", "clave_superior", "padre", "depende_de"),
    "name": ("nombre", "unidad", "denominacion"), "short_name": ("siglas", "nombre_corto"), "level": ("nivel",),
}
MOST_NAMED: Final = 10
_LEVELS: Final = {fold(spanish(label)).lower(): value for value, label in Level.choices} | {v: v for v in Level.values}
_LABELS: Final = dict(Level.choices)


@dataclass(frozen=True)
class Change:
    """One line of the diff. `what` is add, change, move or close; `before` and `after` are what people read."""

    what: str
    line: int
    code: str
    name: str
    before: str = ""
    after: str = ""
    unit: Unit | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Plan:
    """What a file would do. `digest` names this very plan: applying asks for it again."""

    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()
    unchanged: int = 0

    @property
    def digest(self) -> str:
        """Changes when the file, or what it meets, changes."""
        parts = [f"{c.what}|{c.line}|{c.code}|{c.name}|{c.before}|{c.after}|{c.unit.pk if c.unit else ''}"
                 for c in self.changes]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def of(self, what: str) -> list[Change]:
        """Changes of one sort, in order of the file."""
        return [c for c in self.changes if c.what == what]


@dataclass
class _World:
    """Units as they are, by code; and rows of the file by code."""

    institution: Institution
    rows: dict[str, list[Row]]
    units: dict[str, list[Unit]] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)

    def known(self, code: str) -> bool:
        """Whether a unit may depend on this code."""
        return code in self.rows or code in self.units

    def shared(self, code: str) -> bool:
        """Whether a code alone does not say which unit is meant."""
        return max(len(self.rows.get(code, ())), len(self.units.get(code, ()))) > 1


def plan_units(institution: Institution, data: bytes, *, close_missing: bool = False) -> Plan:
    """What the file would change. Reads only. Raises Refused when it is no table; the mistakes of all rows are problems."""
    rows = read_csv(data, HEADINGS, ("code", "name"))
    world = _world(institution, rows)
    problems = _mistakes(rows, world)
    wrong = {p.line for p in problems}
    matched, unmatched = _matched([r for r in rows if r.line not in wrong], world)
    problems += unmatched + _unsure(matched, world) + _namesakes(matched, world, closing=close_missing)
    if problems:
        return Plan(problems=sorted(problems, key=lambda p: p.line))
    found = [_differences(row, unit, world) if unit else [_addition(row)] for row, unit in matched]
    changes = [c for changes in found for c in changes] + (_missing(matched, world) if close_missing else [])
    return Plan(changes, (), sum(not changes for changes in found))


def _world(institution: Institution, rows: Sequence[Row]) -> _World:
    world = _World(institution, {})
    for row in rows:
        world.rows.setdefault(row.get("code"), []).append(row)
    for unit in Unit.objects.filter(institution=institution, valid_to=None).select_related("parent"):
        world.units.setdefault(unit.code, []).append(unit)
    world.old = dict(UnitCode.objects.filter(
        unit__institution=institution, valid_to__isnull=False, code__in=world.rows).values_list("code", "unit__code"))
    return world


def _mistakes(rows: Sequence[Row], world: _World) -> list[Problem]:
    found = []
    for row in rows:
        code, name, parent = row.get("code"), row.get("name"), row.get("parent")
        tests = (
            (not code, _("falta la clave")), (not name, _("falta el nombre")),
            (len(code) > 40, _("la clave pasa de 40 caracteres")), (len(name) > 200, _("el nombre pasa de 200 caracteres")),
            (bool(row.get("level")) and _level(row) is None, _("el nivel «%(level)s» no existe; puede ser %(known)s")
             % {"level": row.get("level"), "known": ", ".join(map(str, _LABELS.values()))}),
            (code != "" and code == parent and not world.shared(code), _("la unidad depende de sí misma")),
            (bool(parent) and not world.known(parent), _("la clave superior %(code)s no existe") % {"code": parent}),
        )
        found += [Problem(row.line, words) for wrong, words in tests if wrong]
    return found + _circles(rows, world)


def _circles(rows: Sequence[Row], world: _World) -> list[Problem]:
    above = {r.get("code"): r.get("parent") for r in rows if r.get("code") and not world.shared(r.get("code"))}
    found = []
    for row in rows:
        seen, code = set(), row.get("code")
        while code in above and code not in seen:
            seen.add(code)
            code = above[code]
        if code == row.get("code") and len(seen) > 1:
            found.append(Problem(row.line, _("depende, por otras unidades, de sí misma")))
    return found


def _level(row: Row) -> str | None:
    return _LEVELS.get(fold(row.get("level")).lower())


def _matched(rows: Sequence[Row], world: _World) -> tuple[list[tuple[Row, Unit | None]], list[Problem]]:
    """Rows with the unit that each is about, and what is wrong with the others: also that a row above is about the same one."""
    found: list[tuple[Row, Unit | None]] = []
    problems: list[Problem] = []
    first: dict[int, int] = {}
    for row in rows:
        unit, problem = _unit_of(row, world)
        if unit and first.setdefault(unit.pk, row.line) != row.line:
            problem = _repeated(row, first[unit.pk])
        if problem:
            problems.append(problem)
        else:
            found.append((row, unit))
    return found, problems


def _unit_of(row: Row, world: _World) -> tuple[Unit | None, Problem | None]:
    """The unit that a row is about (none: a new one), or why that cannot be told."""
    code, parent = row.get("code"), row.get("parent")
    found = world.units.get(code, [])
    if world.shared(code):
        return _one_of(found, row, world)
    if not found and code in world.old:
        return None, Problem(row.line, _("la clave %(code)s es anterior; hoy es %(now)s")
                             % {"code": code, "now": world.old[code] or _("una unidad sin clave")})
    found = found or [u for u in world.units.get("", ()) if _same(u.name, row.get("name")) and _hangs(u, parent, world)]
    return (found[0] if found else None), None


def _one_of(units: Sequence[Unit], row: Row, world: _World) -> tuple[Unit | None, Problem | None]:
    """The unit of a row whose code is not its alone: that of its name, and of two of one name that below its parent."""
    code, first = row.get("code"), world.rows[row.get("code")][0]
    found = [u for u in units if _same(u.name, row.get("name"))]
    if len(found) > 1 and "parent" in row.cells:
        found = [u for u in found if _hangs(u, row.get("parent"), world)]
    if len(found) == 1:
        return found[0], None
    if not units:
        return None, None if row is first else _repeated(row, first.line)
    return None, Problem(row.line, _("la clave %(code)s es de %(names)s; escriba aquí el nombre de la que es, u otra clave")
                         % {"code": code, "names": _names(units)})


def _repeated(row: Row, line: int) -> Problem:
    return Problem(row.line, _("la clave %(code)s ya está en la línea %(line)s") % {"code": row.get("code"), "line": line})


def _names(units: Sequence[Unit]) -> str:
    return ", ".join(f"«{u.name}»" for u in units[:MOST_NAMED]) + (" …" if len(units) > MOST_NAMED else "")


def _unsure(matched: Sequence[tuple[Row, Unit | None]], world: _World) -> list[Problem]:
    """Rows that would bring a unit below a code which several have: the table cannot say below which."""
    words = _("la clave superior %(code)s es de %(names)s; agréguela o muévala en Unidades")
    return [Problem(row.line, words % {"code": parent, "names": _names(world.units[parent])}) for row, unit in matched
            if len(world.units.get(parent := row.get("parent"), ())) > 1 and not (unit and _hangs(unit, parent, world))]


def _same(one: str, other: str) -> bool:
    return fold(one).lower() == fold(other).lower()


def _above(unit: Unit) -> str:
    return unit.parent.code if unit.parent else ""


def _hangs(unit: Unit, code: str, world: _World) -> bool:
    """Whether a unit depends on the one of this code, which may get it only now."""
    if unit.parent and not unit.parent.code:
        return any(_same(unit.parent.name, row.get("name")) for row in world.rows.get(code, ()))
    return _above(unit) == code


def _place(unit: Unit) -> str:
    return _above(unit) or (f"#{unit.parent_id}" if unit.parent_id else "")


def _namesakes(matched: Sequence[tuple[Row, Unit | None]], world: _World, *, closing: bool) -> list[Problem]:
    """Rows after which two units of one name would hang from the same one: the database refuses that."""
    elsewhere = {u.pk for _row, u in matched if u} | {c.unit.pk for c in _missing(matched, world) if closing and c.unit}
    taken = {(_place(u), fold(u.name).lower()): (0, u.code) for units in world.units.values() for u in units if u.pk not in elsewhere}
    found = []
    for row, unit in matched:
        parent = row.get("parent") if "parent" in row.cells or not unit else _place(unit)
        before, code = taken.setdefault((parent, fold(row.get("name")).lower()), (row.line, ""))
        if before != row.line and len(world.units.get(parent, ())) < 2:  # of a code that several have the database tells
            words = _("la línea %(line)s tiene otra unidad con ese nombre, bajo la misma superior") if before else _(
                "ya hay una unidad con ese nombre bajo la misma superior, con la clave %(code)s") if code else _(
                "ya hay una unidad con ese nombre bajo la misma superior, sin clave")
            found.append(Problem(row.line, words % {"line": before, "code": code}))
    return found


def _addition(row: Row) -> Change:
    return Change("add", row.line, row.get("code"), row.get("name"), after=row.get("parent"), row=row)


def _differences(row: Row, unit: Unit, world: _World) -> list[Change]:
    changes = []
    pairs = [(unit.name, row.get("name")), (unit.code or _("sin clave"), row.get("code"))]
    if row.get("short_name"):
        pairs.append((unit.short_name, row.get("short_name")))
    if row.get("level"):
        pairs.append((str(_LABELS[unit.level]), str(_LABELS[_level(row) or unit.level])))
    if any(a != b for a, b in pairs):
        changes.append(Change("change", row.line, row.get("code"), row.get("name"), " · ".join(a for a, b in pairs if a != b),
                              " · ".join(b for a, b in pairs if a != b), unit, row))
    if "parent" in row.cells and not _hangs(unit, row.get("parent"), world):
        changes.append(Change("move", row.line, row.get("code"), row.get("name"), _above(unit), row.get("parent"), unit, row))
    return changes


def _missing(matched: Sequence[tuple[Row, Unit | None]], world: _World) -> list[Change]:
    kept = {u.pk for _row, u in matched if u}
    gone = [u for code, units in world.units.items() for u in units
            if code and (code not in world.rows or (len(units) > 1 and u.pk not in kept))]
    return [Change("close", 0, u.code, u.name, unit=u) for u in sorted(gone, key=lambda u: -len(u.path))]


Closer = Callable[..., object]


@transaction.atomic
def apply_units(*, actor: Person | None, institution: Institution, data: bytes, digest: str,
                close_missing: bool = False, closer: Closer = close_unit) -> Plan:
    """Apply the plan that was confirmed by its digest, all or nothing, and return it.

    `closer(actor=, unit=, reason=)` closes a unit (the web passes the one that looks after open matters).
    Raises NotAllowed; Refused when the plan is no longer the confirmed one, or cannot be applied.
    """
    administer(actor, institution.pk)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    plan = plan_units(institution, data, close_missing=close_missing)
    if plan.problems:
        raise Refused(_("Línea %(line)s: %(text)s.") % vars(plan.problems[0]), "file")
    if plan.digest != digest:
        raise Refused(_("Los datos cambiaron desde la vista previa; revise de nuevo qué se hará."), "file")
    with refusals():
        _apply(actor, institution, plan)
    for change in plan.of("close"):
        closer(actor=actor, unit=change.unit, reason=_("No está en el archivo importado"))
    if plan.changes:
        record("orgs.import_units", actor=actor, institution_id=institution.pk, subject=f"institution:{institution.pk}",
               detail={what: len(plan.of(what)) for what in ("add", "change", "move", "close")} | {"digest": plan.digest})
    return plan


def _apply(actor: Person | None, institution: Institution, plan: Plan) -> None:
    for change in plan.of("change"):
        assert change.unit
        if not change.unit.code:  # first: what is added may depend on it
            give_code(actor=actor, unit=change.unit, code=change.code)
    made = _add_all(actor, institution, plan)
    for change in plan.of("change"):
        assert change.unit and change.row
        update_unit(actor=actor, unit=change.unit, change=UnitChange(
            change.row.get("name"), change.row.get("short_name") or change.unit.short_name,
            _level(change.row) or change.unit.level, change.unit.counter))
    for change in plan.of("move"):
        assert change.unit
        move_unit(actor=actor, unit=change.unit, parent=_parent(institution, change.after, made))


def _add_all(actor: Person | None, institution: Institution, plan: Plan) -> dict[str, Unit]:
    """New units, those above first, whatever the order of the file."""
    waiting = {c.code: c for c in plan.of("add")}
    made: dict[str, Unit] = {}
    while waiting:
        ready = [c for c in waiting.values() if c.after not in waiting]
        if not ready:
            raise Refused(_("Hay unidades que dependen unas de otras en círculo."), "file")
        for change in ready:
            made[change.code] = _add(actor, institution, waiting.pop(change.code), made)
    return made


def _add(actor: Person | None, institution: Institution, change: Change, made: dict[str, Unit]) -> Unit:
    assert change.row
    draft = UnitDraft(change.name, parent=_parent(institution, change.after, made), code=change.code,
                      short_name=change.row.get("short_name"), valid_from=timezone.localdate())
    level = _level(change.row)
    return add_unit(actor=actor, institution=institution, draft=replace(draft, level=level) if level else draft)


def _parent(institution: Institution, code: str, made: dict[str, Unit]) -> Unit | None:
    if not code:
        return None
    return made.get(code) or Unit.objects.filter(institution=institution, code=code, valid_to=None).order_by("pk").first()
