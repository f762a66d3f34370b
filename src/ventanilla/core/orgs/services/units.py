"""Changing the tree: edit, move, close and recode units. Matters that follow are moved by `core.cases`."""
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Appointment, Person, Unit, UnitCode
from ventanilla.core.orgs.services.setup import REFUSALS, NotAllowed, Refused, administer, refusals
from ventanilla.lib.spanish import fold

_FIELDS = ("name", "short_name", "level", "counter")


@dataclass(frozen=True)
class UnitChange:
    """New values of a unit; the code changes by `recode`, the parent by `move_unit`."""

    name: str
    short_name: str = ""
    level: str = "department"
    counter: bool = False


@transaction.atomic
def update_unit(*, actor: Person | None, unit: Unit, change: UnitChange) -> Unit:
    """Edit name, initials, level and counter. Raises NotAllowed; Refused for a name used beside it."""
    administer(actor, unit.institution_id)
    row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before = {f: getattr(row, f) for f in _FIELDS}
    after = {f: getattr(change, f) for f in _FIELDS}
    if not change.name.strip():
        raise Refused(_("Escriba el nombre."), "name")
    if before == after:
        return row
    with refusals():
        for name, value in after.items():
            setattr(row, name, value)
        row.save(update_fields=_FIELDS)
    _log("update_unit", actor, row, {"before": before, "after": after})
    return row


@transaction.atomic
def move_unit(*, actor: Person | None, unit: Unit, parent: Unit | None, reason: str = "") -> Unit:
    """Hang a unit, with everything below it, under another one; paths follow. Raises NotAllowed, Refused."""
    administer(actor, unit.institution_id)
    if parent and parent.institution_id != unit.institution_id:
        raise NotAllowed
    if parent and not parent.is_open:
        raise Refused(_("«%(unit)s» ya no existe; elija otra unidad superior.") % {"unit": parent.name}, "parent")
    lock_tree(unit.institution_id)
    row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before = row.parent_id
    if before == (parent.pk if parent else None):
        return row
    with refusals():
        row.parent = parent
        row.save(update_fields=["parent"])
    row.refresh_from_db(fields=["path"])
    _log("move_unit", actor, row, {"before": before, "after": row.parent_id, "reason": reason})
    return row


def lock_tree(institution_id: int) -> None:
    """Two moves at once could make a circle of which neither sees the other half: one waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(71001, %s)", [institution_id % 2**31])


@transaction.atomic
def close_unit(*, actor: Person | None, unit: Unit, day: date | None = None, successor: Unit | None = None,
               reason: str = "") -> Unit:
    """The unit no longer exists from `day` (local; default today); its posts end, its code stays findable.

    Raises NotAllowed; Refused with open units below it, or a successor that is closed or itself.
    Open matters are not looked at here: pages use `core.cases.services.reorganisation`.
    """
    administer(actor, unit.institution_id)
    row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    day = day or timezone.localdate()
    _closable(row, day, successor)
    row.valid_from = min(row.valid_from, day - timedelta(days=1))  # made and closed on one day: a mistake undone
    row.valid_to, row.successor = day, successor
    row.save(update_fields=["valid_from", "valid_to", "successor"])
    UnitCode.objects.filter(unit=row, valid_to=None).update(valid_to=day)
    _end_posts(row, day)
    _log("close_unit", actor, row, {"day": day, "successor": successor.pk if successor else None, "reason": reason})
    return row


def _closable(row: Unit, day: date, successor: Unit | None) -> None:
    if not row.is_open:
        raise Refused(_("«%(unit)s» ya estaba cerrada.") % {"unit": row.name})
    if day < row.valid_from:
        raise Refused(_(REFUSALS["orgs_unit_period"]), "day")
    not_ahead(day)
    if n := Unit.objects.filter(parent=row, valid_to=None).count():
        raise Refused(_("Hay %(n)s unidades que dependen de ella; muévalas o ciérrelas primero.") % {"n": n})
    if successor and (successor.pk == row.pk or not successor.is_open
                      or successor.institution_id != row.institution_id):
        raise Refused(_("Elija otra unidad vigente que la sustituya."), "successor")


def not_ahead(day: date) -> None:
    """Raise Refused for a day to come: units close and codes change on the day on which it is done."""
    if day > timezone.localdate():
        raise Refused(_("La fecha no puede ser futura: haga el cambio el día en que ocurre."), "day")


def _end_posts(unit: Unit, day: date) -> None:
    """Nobody holds a post of a unit that is gone; who would have begun later never does."""
    held = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), post__unit=unit)
    held.filter(valid_from__lt=day).update(valid_to=day)
    held.filter(valid_from__gte=day).delete()


@dataclass(frozen=True)
class Recoding:
    """One line of an old-to-new table, resolved: the unit, or why the line cannot be applied."""

    line: int
    old: str
    new: str
    unit: Unit | None
    problem: str = ""


Line = tuple[str, ...]
"""An old code, its new one and, where several units have the old one, the name of the unit that is meant."""


def preview_recoding(institution_id: int, pairs: Sequence[Line]) -> list[Recoding]:
    """Each (old code, new code[, name]) with the unit it means today, by its place; lines of nothing are left out.

    A table already applied gives no problem.
    """
    lines = [(*(part.strip() for part in pair), "")[:3] for pair in pairs]
    wanted = {code for old, new, _name in lines for code in (old, new)}
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(institution_id=institution_id, code__in=wanted, valid_to=None):
        units.setdefault(unit.code, []).append(unit)
    earlier: dict[str, list[Unit]] = {}
    for row in UnitCode.objects.filter(unit__institution_id=institution_id, code__in=wanted, valid_to__isnull=False).select_related("unit"):
        earlier.setdefault(row.code, []).append(row.unit)
    seen: dict[object, int] = {}
    return [_resolve(n, line, (units, earlier, seen)) for n, line in enumerate(lines, 1) if line[0] or line[1]]


_Known = tuple[Mapping[str, list[Unit]], Mapping[str, list[Unit]], dict[object, int]]


def _resolve(line: int, said: Line, known: _Known) -> Recoding:
    units, earlier, seen = known
    old, new, name = said
    found, before = ([u for u in rows.get(old, ()) if not name or _same(u.name, name)] for rows in (units, earlier))
    first = seen.setdefault(found[0].pk if len(found) == 1 else (old, fold(name).lower()), line)
    gone = not found and not any(u.code == new for u in before)  # else it was applied before
    checks = (
        (not old or not new, _("falta una de las dos claves")),
        (len(new) > 40, _("la clave nueva pasa de 40 caracteres")),
        (first != line, _("la clave %(code)s ya está en la línea %(line)s") % {"code": old, "line": first}),
        (gone and name and old in units, _("ninguna unidad con la clave %(code)s se llama «%(name)s»") % {"code": old, "name": name}),
        (gone and before, _("la clave %(code)s ya cambió; ahora es %(now)s") % {"code": old, "now": before[-1].code if before else ""}),
        (gone, _("ninguna unidad vigente tiene la clave %(code)s") % {"code": old}),
        (len(found) > 1, _("%(n)s unidades tienen la clave %(code)s; agregue a la línea, en tercer lugar, el nombre de la que cambia")
         % {"n": len(found), "code": old}),
    )
    problem = next((words for wrong, words in checks if wrong), "")
    return Recoding(line, old, new, found[0] if len(found) == 1 and not problem else None, problem)


def _same(one: str, other: str) -> bool:
    return fold(one).lower() == fold(other).lower()


def shared_codes(institution_id: int, rows: Sequence[Recoding]) -> list[str]:
    """New codes that several units would have once this is applied: allowed, and rarely meant."""
    changed = {r.unit.pk: r.new for r in rows if r.unit}
    kept = Unit.objects.filter(institution_id=institution_id, valid_to=None, code__in=changed.values()).exclude(pk__in=changed)
    counted = Counter([*changed.values(), *kept.values_list("code", flat=True)])
    return sorted(code for code, units in counted.items() if units > 1)


@transaction.atomic
def recode(*, actor: Person | None, institution_id: int, pairs: Sequence[Line], day: date | None = None,
           source: str = "") -> int:
    """Give units their new codes, all or none; old codes stay findable. Returns how many changed.

    Codes may swap within one table. `day` is local. Raises NotAllowed; Refused for a day to come, and with the first problem
    and its line. Numberings are not looked at here: pages use `core.cases.services.reorganisation`.
    """
    administer(actor, institution_id)
    lock_tree(institution_id)
    day = day or timezone.localdate()
    not_ahead(day)
    rows = preview_recoding(institution_id, pairs)
    if bad := next((r for r in rows if r.problem), None):
        raise Refused(_("Línea %(line)s: %(problem)s.") % {"line": bad.line, "problem": bad.problem}, "table")
    changed = [r for r in rows if r.unit and r.unit.code != r.new]
    for row in changed:
        assert row.unit is not None
        change_code(row.unit, row.new, day, source)
    if changed:
        alone = Counter(r.old for r in changed)
        record("orgs.recode", actor=actor, institution_id=institution_id, subject=f"institution:{institution_id}",
               detail={"codes": {r.old if alone[r.old] == 1 else f"{r.old} ({r.unit.name})": r.new for r in changed if r.unit},
                       "day": day, "source": source})
    return len(changed)


def change_code(unit: Unit, code: str, day: date, source: str = "") -> None:
    """Write the code and its history (the caller holds the right and logs)."""
    if unit.code and not UnitCode.objects.filter(unit=unit, code=unit.code, valid_to=None).exists():
        UnitCode.objects.create(unit=unit, code=unit.code, valid_from=unit.valid_from)
    UnitCode.objects.filter(unit=unit, valid_to=None).update(valid_to=Greatest(F("valid_from"), Value(day)))
    if code:
        UnitCode.objects.create(unit=unit, code=code, valid_from=day, source=source)
    unit.code = code
    unit.save(update_fields=["code"])


@transaction.atomic
def give_code(*, actor: Person | None, unit: Unit, code: str) -> None:
    """The code of a unit that had none, from today. Raises NotAllowed."""
    administer(actor, unit.institution_id)
    change_code(unit, code, timezone.localdate())
    _log("recode", actor, unit, {"codes": {"": code}})


def _log(verb: str, actor: Person | None, unit: Unit, detail: Mapping[str, object]) -> None:
    record(f"orgs.{verb}", actor=actor, institution_id=unit.institution_id, subject=f"unit:{unit.pk}", detail=detail)
