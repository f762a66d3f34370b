"""Units from a CSV: first a plan (what is added, changed, moved, closed), then exactly that plan is applied.

A file that was applied already gives an empty plan. Rows match units by code (and by name where a code is used
twice). What is not in the file stays, unless `close_missing` is asked.
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
from ventanilla.core.orgs.services.setup import Refused, UnitDraft, add_unit, administer
from ventanilla.core.orgs.services.tables import Problem, Row, read_csv, spanish
from ventanilla.core.orgs.services.units import UnitChange, close_unit, move_unit, update_unit
from ventanilla.lib.spanish import fold

HEADINGS: Final = {
    "code": ("codigo", "clave", "clave_de_la_unidad"), "parent": ("codigo_padre", "clave_superior", "padre", "depende_de"),
    "name": ("nombre", "unidad", "denominacion"), "short_name": ("siglas", "nombre_corto"), "level": ("nivel",),
}
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
    rows: dict[str, Row]
    units: dict[str, list[Unit]] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)


def plan_units(institution: Institution, data: bytes, *, close_missing: bool = False) -> Plan:
    """What the file would change. Reads only. Raises Refused when it is no table; rows' mistakes are problems."""
    rows = read_csv(data, HEADINGS, ("code", "name"))
    problems = _mistakes(rows)
    world = _World(institution, {r.get("code"): r for r in rows})
    for unit in Unit.objects.filter(institution=institution, valid_to=None).select_related("parent").exclude(code=""):
        world.units.setdefault(unit.code, []).append(unit)
    world.old = dict(UnitCode.objects.filter(
        unit__institution=institution, valid_to__isnull=False, code__in=world.rows).values_list("code", "unit__code"))
    changes: list[Change] = []
    unchanged = 0
    for row in () if problems else rows:
        found, problem = _compare(row, world)
        changes += found
        problems += [problem] if problem else []
        unchanged += not found and not problem
    if close_missing and not problems:
        changes += _missing(world)
    return Plan(changes if not problems else (), problems, unchanged)


def _mistakes(rows: Sequence[Row]) -> list[Problem]:
    first: dict[str, int] = {}
    found = []
    for row in rows:
        code, name = row.get("code"), row.get("name")
        before = first.setdefault(code, row.line)
        tests = (
            (not code, _("falta la clave")), (not name, _("falta el nombre")),
            (len(code) > 40, _("la clave pasa de 40 caracteres")), (len(name) > 200, _("el nombre pasa de 200 caracteres")),
            (bool(code) and before != row.line, _("la clave %(code)s ya está en la línea %(line)s")
             % {"code": code, "line": before}),
            (bool(row.get("level")) and _level(row) is None, _("el nivel «%(level)s» no existe") % {"level": row.get("level")}),
            (code != "" and code == row.get("parent"), _("la unidad depende de sí misma")),
        )
        found += [Problem(row.line, words) for wrong, words in tests if wrong]
    return found + ([] if found else _circles(rows))


def _circles(rows: Sequence[Row]) -> list[Problem]:
    above = {r.get("code"): r.get("parent") for r in rows}
    found = []
    for row in rows:
        seen, code = set(), row.get("code")
        while code in above and code not in seen:
            seen.add(code)
            code = above[code]
        if code == row.get("code") and code in seen:
            found.append(Problem(row.line, _("depende, por otras unidades, de sí misma")))
    return found


def _level(row: Row) -> str | None:
    return _LEVELS.get(fold(row.get("level")).lower())


def _compare(row: Row, world: _World) -> tuple[list[Change], Problem | None]:
    code, parent = row.get("code"), row.get("parent")
    if parent and parent not in world.rows and parent not in world.units:
        return [], Problem(row.line, _("la clave superior %(code)s no existe") % {"code": parent})
    found = world.units.get(code, [])
    if len(found) > 1:
        found = [u for u in found if fold(u.name).lower() == fold(row.get("name")).lower()]
        if len(found) != 1:
            return [], Problem(row.line, _("varias unidades tienen la clave %(code)s y ninguna, o más de una, ese nombre")
                               % {"code": code})
    if not found and code in world.old:
        return [], Problem(row.line, _("la clave %(code)s es anterior; hoy es %(now)s")
                           % {"code": code, "now": world.old[code] or _("una unidad sin clave")})
    if not found:
        return [Change("add", row.line, code, row.get("name"), after=parent, row=row)], None
    return _differences(row, found[0]), None


def _differences(row: Row, unit: Unit) -> list[Change]:
    changes = []
    pairs = [(unit.name, row.get("name"))]
    if row.get("short_name"):
        pairs.append((unit.short_name, row.get("short_name")))
    if row.get("level"):
        pairs.append((str(_LABELS[unit.level]), str(_LABELS[_level(row) or unit.level])))
    if any(a != b for a, b in pairs):
        changes.append(Change("change", row.line, unit.code, row.get("name"), " · ".join(a for a, b in pairs if a != b),
                              " · ".join(b for a, b in pairs if a != b), unit, row))
    parent = unit.parent.code if unit.parent else ""
    if "parent" in row.cells and row.get("parent") != parent:
        changes.append(Change("move", row.line, unit.code, row.get("name"), parent, row.get("parent"), unit, row))
    return changes


def _missing(world: _World) -> list[Change]:
    gone = [u for code, units in world.units.items() for u in units if code not in world.rows]
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
    made = _add_all(actor, institution, plan)
    for change in plan.of("change"):
        assert change.unit and change.row
        update_unit(actor=actor, unit=change.unit, change=UnitChange(
            change.row.get("name"), change.row.get("short_name") or change.unit.short_name,
            _level(change.row) or change.unit.level, change.unit.counter))
    for change in plan.of("move"):
        assert change.unit
        move_unit(actor=actor, unit=change.unit, parent=_parent(institution, change.after, made))
    for change in plan.of("close"):
        closer(actor=actor, unit=change.unit, reason=_("No está en el archivo importado"))
    if plan.changes:
        record("orgs.import_units", actor=actor, institution_id=institution.pk, subject=f"institution:{institution.pk}",
               detail={what: len(plan.of(what)) for what in ("add", "change", "move", "close")} | {"digest": plan.digest})
    return plan


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
