"""Units from a CSV: first a plan (what is added, changed, moved, closed), then exactly that plan is applied.

A file that was applied already gives an empty plan. Rows match units by code (and by name where a code is used
twice, or where the unit has none yet: it gets that of the row). A file makes no new unit of a code that another one has: in a table
that is a slip more often than meant. Only where rows say their route (`importing_places.py`), as the platform's own file does, may
several of them bring one code, or none. Rows of closed units bring what was; one that stands already stays as it is.
What is not in the file stays, unless `close_missing` is asked.
"""
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.models.units import Level
from ventanilla.core.orgs.services.importing_places import Place, World, day_of, identity, same_name, world_of
from ventanilla.core.orgs.services.setup import Refused, UnitDraft, add_unit, administer, refusals
from ventanilla.core.orgs.services.tables import Problem, Row, read_csv, spanish
from ventanilla.core.orgs.services.units import UnitChange, close_unit, give_code, move_unit, update_unit
from ventanilla.lib.spanish import fold

HEADINGS: Final = {
    "code": ("codigo", "clave", "clave_de_la_unidad"), "parent": ("codigo_padre", "clave_superior", "padre", "depende_de"),
    "name": ("nombre", "unidad", "denominacion"), "short_name": ("siglas", "nombre_corto"), "level": ("nivel",),
    "counter": ("oficialia_de_partes",), "since": ("existe_desde",), "until": ("cerrada_el",), "route": ("ruta",),
}
MOST_NAMED: Final = 10
_LEVELS: Final = {fold(spanish(label)).lower(): value for value, label in Level.choices} | {v: v for v in Level.values}
_LABELS: Final = dict(Level.choices)
_COUNTER: Final = {"si": True, "no": False}


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
    above: Place = None


@dataclass(frozen=True)
class Plan:
    """What a file would do. `digest` names this very plan: applying asks for it again."""

    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()
    unchanged: int = 0

    @property
    def digest(self) -> str:
        """Changes when the file, or what it meets, changes."""
        parts = [f"{c.what}|{c.line}|{c.code}|{c.name}|{c.before}|{c.after}|{c.unit.pk if c.unit else ''}|{identity(c.above)}"
                 for c in self.changes]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def of(self, what: str) -> list[Change]:
        """Changes of one sort, in order of the file."""
        return [c for c in self.changes if c.what == what]


def plan_units(institution: Institution, data: bytes, *, close_missing: bool = False) -> Plan:
    """What the file would change. Reads only. Raises Refused when it is no table; the mistakes of all rows are problems."""
    rows = read_csv(data, HEADINGS, ("code", "name"))
    world = world_of(institution, rows)
    problems = _mistakes(rows, world)
    wrong = {p.line for p in problems}
    sound = [r for r in rows if r.line not in wrong]
    matched, unmatched = _matched([r for r in sound if not r.get("until")], world)
    ended, alive = _ended([r for r in sound if r.get("until")], world)
    world.met |= {row.line: unit for row, unit in (*matched, *ended) if unit}
    above, unsure = _placed([*matched, *((row, None) for row, unit in ended if not unit)], world)
    problems += unmatched + alive + unsure + _namesakes(matched, above, world, closing=close_missing)
    if problems:
        return Plan(problems=sorted(problems, key=lambda p: p.line))
    found = [_differences(row, unit, above[row.line], world) if unit else [_addition(row, above[row.line], world)] for row, unit in matched]
    found += [[] if unit else [_addition(row, above[row.line], world)] for row, unit in ended]
    changes = [c for changes in found for c in changes] + (_missing(matched, world) if close_missing else [])
    return Plan(changes, (), sum(not changes for changes in found))


def _mistakes(rows: Sequence[Row], world: World) -> list[Problem]:
    found = []
    for row in rows:
        code, name, parent, past = row.get("code"), row.get("name"), row.get("parent"), bool(row.get("until"))
        tests = (
            (not code and not row.get("route"), _("falta la clave")), (not name, _("falta el nombre")),
            (len(code) > 40, _("la clave pasa de 40 caracteres")), (len(name) > 200, _("el nombre pasa de 200 caracteres")),
            (bool(row.get("level")) and _level(row) is None, _("el nivel «%(level)s» no existe; puede ser %(known)s")
             % {"level": row.get("level"), "known": ", ".join(map(str, _LABELS.values()))}),
            (code != "" and code == parent and not past and not world.shared(code), _("la unidad depende de sí misma")),
            (bool(parent) and not world.known(parent, past=past), _("la clave superior %(code)s no existe") % {"code": parent}),
        )
        found += [Problem(row.line, words) for wrong, words in tests if wrong]
        found += [Problem(row.line, words) for words in _misread(row)]
    return found + _circles([r for r in rows if not r.get("until")], world)


def _misread(row: Row) -> Iterator[str]:
    """What is wrong with the days of a row, and with whether it is a counter."""
    days = {name: day_of(row, name) for name in ("since", "until")}
    for name, day in days.items():
        if row.get(name) and day is None:
            yield _("«%(text)s» no es una fecha; escriba 2026-11-21 o 21/11/2026") % {"text": row.get(name)[:40]}
    since, until = days.values()
    if until and until > timezone.localdate():
        yield _("se cierra en un día que no ha llegado; ciérrela ese día en Unidades")
    if row.get("until") and not row.get("since"):
        yield _("falta desde cuándo existió")
    if since and until and until <= since:
        yield _("la unidad terminaría antes de empezar")
    if row.get("counter") and _counter(row) is None:
        yield _("en «Oficialía de partes» se escribe Sí o No")


def _counter(row: Row) -> bool | None:
    return _COUNTER.get(fold(row.get("counter")).lower())


def _circles(rows: Sequence[Row], world: World) -> list[Problem]:
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


def _matched(rows: Sequence[Row], world: World) -> tuple[list[tuple[Row, Unit | None]], list[Problem]]:
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


def _unit_of(row: Row, world: World) -> tuple[Unit | None, Problem | None]:
    """The unit that a row is about (none: a new one), or why that cannot be told."""
    code = row.get("code")
    found = world.units.get(code, [])
    if not code:
        return next((u for u in found if world.stands(u, row)), None), None
    if world.shared(code):
        return _one_of(found, row, world)
    if not found and code in world.old:
        return None, Problem(row.line, _("la clave %(code)s es anterior; hoy es %(now)s")
                             % {"code": code, "now": world.old[code] or _("una unidad sin clave")})
    return (found[0] if found else _codeless(row, world)), None


def _codeless(row: Row, world: World) -> Unit | None:
    """The unit without a code that gets that of the row: it has its name and its place."""
    return next((u for u in world.units.get("", ()) if same_name(u.name, row.get("name")) and _hangs(u, row.get("parent"), world)), None)


def _one_of(units: Sequence[Unit], row: Row, world: World) -> tuple[Unit | None, Problem | None]:
    """The unit of a row whose code is not its alone: that of its name, and of two of one name that below its parent."""
    code, first = row.get("code"), world.rows[row.get("code")][0]
    found = [u for u in units if same_name(u.name, row.get("name"))]
    if len(found) > 1:
        found = [u for u in found if row.get("route") and world.stands(u, row)] or found
    if len(found) > 1 and "parent" in row.cells:
        found = [u for u in found if _hangs(u, row.get("parent"), world)]
    if len(found) == 1:
        return found[0], None
    if bare := _codeless(row, world):
        return bare, None
    if not units:
        return None, None if row is first or row.get("route") else _repeated(row, first.line)
    return None, Problem(row.line, _("la clave %(code)s es de %(names)s; escriba aquí el nombre de la que es, u otra clave")
                         % {"code": code, "names": _names(units)})


def _ended(rows: Sequence[Row], world: World) -> tuple[list[tuple[Row, Unit | None]], list[Problem]]:
    """Rows of the past, each with the closed unit that it tells of (none: a new one); and those whose unit exists still."""
    left = {code: list(units) for code, units in world.closed.items()}
    found: dict[int, Unit] = {}
    for row, exact in [*((r, True) for r in rows), *((r, False) for r in rows)]:
        units = left.get(row.get("code"), [])
        hit = next((u for u in units if _told(u, row) and (not exact or world.stands(u, row))), None)
        if hit and row.line not in found:
            found[row.line] = hit
            units.remove(hit)
    words = _("la unidad existe todavía; ciérrela en Unidades, o deje vacío el día en que se cerró")
    alive = [r for r in rows if r.line not in found and any(_lives(u, r, world) for u in world.units.get(r.get("code"), ()))]
    return [(r, found.get(r.line)) for r in rows if r not in alive], [Problem(r.line, words) for r in alive]


def _told(unit: Unit, row: Row) -> bool:
    return (same_name(unit.name, row.get("name")) and (unit.valid_from, unit.valid_to) == (day_of(row, "since"), day_of(row, "until")))


def _lives(unit: Unit, row: Row, world: World) -> bool:
    until = day_of(row, "until")
    return (same_name(unit.name, row.get("name")) and (not row.get("route") or world.stands(unit, row))
            and until is not None and unit.valid_from < until)


def _repeated(row: Row, line: int) -> Problem:
    if not row.get("code"):
        return Problem(row.line, _("la línea %(line)s dice la misma unidad") % {"line": line})
    return Problem(row.line, _("la clave %(code)s ya está en la línea %(line)s") % {"code": row.get("code"), "line": line})


def _names(places: Sequence[Unit | Row]) -> str:
    names = [p.name if isinstance(p, Unit) else p.get("name") for p in places]
    return ", ".join(f"«{name}»" for name in names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _placed(matched: Sequence[tuple[Row, Unit | None]], world: World) -> tuple[dict[int, Place], list[Problem]]:
    """What each row hangs from, by its line; and rows below a code which several have, or none: the table cannot say below which."""
    above: dict[int, Place] = {}
    problems = []
    for row, unit in matched:
        found, code = world.above(row), row.get("parent")
        if len(found) == 1:
            above[row.line] = found[0]
            continue
        above[row.line] = unit.parent if unit else None
        several = _names([p for p in world.called(code, row).values() if p])
        words = _("la clave superior %(code)s es de %(names)s; agréguela o muévala en Unidades, o diga su Ruta") if code else _(
            "la ruta «%(route)s» no lleva a una unidad, o lleva a varias")
        problems.append(Problem(row.line, words % {"code": code, "names": several, "route": row.get("route")}))
    return above, problems


def _hangs(unit: Unit, code: str, world: World) -> bool:
    """Whether a unit depends on the one of this code, which may get it only now."""
    if unit.parent and not unit.parent.code:
        return any(same_name(unit.parent.name, row.get("name")) for row in world.rows.get(code, ()))
    return (unit.parent.code if unit.parent else "") == code


def _namesakes(matched: Sequence[tuple[Row, Unit | None]], above: Mapping[int, Place], world: World, *, closing: bool) -> list[Problem]:
    """Rows after which two units of one name would hang from the same one: the database refuses that."""
    elsewhere = {u.pk for _row, u in matched if u} | {c.unit.pk for c in _missing(matched, world) if closing and c.unit}
    taken = {(identity(u.parent), fold(u.name).lower()): (0, u.code)
             for units in world.units.values() for u in units if u.pk not in elsewhere}
    found = []
    for row, _unit in matched:
        before, code = taken.setdefault((identity(above[row.line]), fold(row.get("name")).lower()), (row.line, ""))
        if before != row.line and len(world.units.get(row.get("parent"), ())) < 2:  # of a code that several have the database tells
            words = _("la línea %(line)s tiene otra unidad con ese nombre, bajo la misma superior") if before else _(
                "ya hay una unidad con ese nombre bajo la misma superior, con la clave %(code)s") if code else _(
                "ya hay una unidad con ese nombre bajo la misma superior, sin clave")
            found.append(Problem(row.line, words % {"line": before, "code": code}))
    return found


def _said(place: Place, world: World) -> str:
    """What people read of where something hangs: its code, and its name where that does not tell."""
    if place is None:
        return ""
    code, name = (place.code, place.name) if isinstance(place, Unit) else (place.get("code"), place.get("name"))
    return code if code and not world.shared(code) else f"{code} {name}".strip()


def _addition(row: Row, above: Place, world: World) -> Change:
    closed = row.get("until") and _("existió hasta el %(day)s") % {"day": row.get("until")}
    return Change("add", row.line, row.get("code"), row.get("name"), after=" · ".join(filter(None, (_said(above, world), closed))),
                  row=row, above=above)


def _differences(row: Row, unit: Unit, above: Place, world: World) -> list[Change]:
    changes = []
    pairs = [(unit.name, row.get("name")), (unit.code or _("sin clave"), row.get("code") or _("sin clave"))]
    if row.get("short_name"):
        pairs.append((unit.short_name, row.get("short_name")))
    if row.get("level"):
        pairs.append((str(_LABELS[unit.level]), str(_LABELS[_level(row) or unit.level])))
    if row.get("counter") and _counter(row) is not unit.counter:
        words = {True: _("oficialía de partes"), False: _("no es oficialía de partes")}
        pairs.append((words[unit.counter], words[not unit.counter]))
    if any(a != b for a, b in pairs):
        changes.append(Change("change", row.line, row.get("code"), row.get("name"), " · ".join(a for a, b in pairs if a != b),
                              " · ".join(b for a, b in pairs if a != b), unit, row))
    if identity(above) != identity(unit.parent):
        changes.append(Change("move", row.line, row.get("code"), row.get("name"), _said(unit.parent, world), _said(above, world),
                              unit, row, above))
    return changes


def _missing(matched: Sequence[tuple[Row, Unit | None]], world: World) -> list[Change]:
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
        if change.code and not change.unit.code:  # first: what is added may depend on it
            give_code(actor=actor, unit=change.unit, code=change.code)
    made = _add_all(actor, institution, plan)
    for change in plan.of("change"):
        assert change.unit and change.row
        update_unit(actor=actor, unit=change.unit, change=UnitChange(
            change.row.get("name"), change.row.get("short_name") or change.unit.short_name,
            _level(change.row) or change.unit.level, change.unit.counter if (counter := _counter(change.row)) is None else counter))
    for change in plan.of("move"):
        assert change.unit
        move_unit(actor=actor, unit=change.unit, parent=_parent(change, made))


def _add_all(actor: Person | None, institution: Institution, plan: Plan) -> dict[int, Unit]:
    """New units by their lines, those above first, whatever the order of the file."""
    waiting = {c.line: c for c in plan.of("add")}
    made: dict[int, Unit] = {}
    while waiting:
        ready = [c for c in waiting.values() if not isinstance(c.above, Row) or c.above.line in made]
        if not ready:
            raise Refused(_("Hay unidades que dependen unas de otras en círculo."), "file")
        for change in ready:
            made[change.line] = _add(actor, institution, waiting.pop(change.line), made)
    return made


def _add(actor: Person | None, institution: Institution, change: Change, made: Mapping[int, Unit]) -> Unit:
    assert change.row
    draft = UnitDraft(change.name, parent=_parent(change, made), code=change.code, short_name=change.row.get("short_name"),
                      counter=bool(_counter(change.row)), valid_from=day_of(change.row, "since") or timezone.localdate(),
                      valid_to=day_of(change.row, "until"))
    level = _level(change.row)
    return add_unit(actor=actor, institution=institution, draft=replace(draft, level=level) if level else draft)


def _parent(change: Change, made: Mapping[int, Unit]) -> Unit | None:
    return made[change.above.line] if isinstance(change.above, Row) else change.above
