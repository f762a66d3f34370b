"""People from a CSV: planned, shown, then applied exactly so. Matched by e-mail, else by full name.

Whose row names a role gets it over the unit of the row, and an account: they choose their password by mail.
"""
from collections.abc import Callable, Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Appointment, Grant, Institution, Person, Role, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.services.accounts import open_account
from ventanilla.core.orgs.services.importing import Change, Plan
from ventanilla.core.orgs.services.posts import PersonChange, appoint, update_person, valid_on
from ventanilla.core.orgs.services.setup import PersonDraft, Refused, add_person, administer, give
from ventanilla.core.orgs.services.tables import Problem, Row, read_csv, spanish
from ventanilla.lib.spanish import fold

HEADINGS: Final = {
    "given_name": ("nombre", "nombres"), "surname_1": ("primer_apellido", "apellido_paterno"),
    "surname_2": ("segundo_apellido", "apellido_materno"), "email": ("correo", "correo_electronico", "email"),
    "phone": ("telefono",), "unit": ("clave_unidad", "codigo_unidad", "unidad", "clave"), "post": ("puesto", "cargo"),
    "role": ("funcion", "rol"),
}
_POSTS: Final = {fold(spanish(label)).lower(): value for value, label in PostKind.choices}
_FIELDS: Final = ("given_name", "surname_1", "surname_2", "email", "phone")


def plan_people(institution: Institution, data: bytes) -> Plan:
    """What the file would add, change or move. Reads only. Raises Refused when it is no table."""
    rows = read_csv(data, HEADINGS, ("given_name", "surname_1"))
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(institution=institution, valid_to=None).exclude(code=""):
        units.setdefault(unit.code, []).append(unit)
    known = _known(institution)
    roles = _roles(institution)
    problems = _mistakes(rows, units, roles) + _heads(rows, units, known)
    if problems:
        return Plan(problems=sorted(problems, key=lambda p: p.line))
    changes, unchanged = [], 0
    for row in rows:
        found = _compare(row, known.get(_key(row)), units, roles)
        changes += found
        unchanged += not found
    return Plan(changes, (), unchanged)


def _key(row: Row) -> str:
    return row.get("email").lower() or _name(row.get("given_name"), row.get("surname_1"), row.get("surname_2"))


def _name(*parts: str) -> str:
    return " ".join(fold(" ".join(parts)).lower().split())


def _known(institution: Institution) -> dict[str, Person]:
    people = list(Person.objects.filter(institution=institution).select_related("unit"))
    return {_name(p.given_name, p.surname_1, p.surname_2): p for p in people} | {
        p.email.lower(): p for p in people if p.email}


def _roles(institution: Institution) -> dict[str, Role]:
    return {fold(r.name).lower(): r for r in Role.objects.filter(institution=institution)}


def _mistakes(rows: Sequence[Row], units: dict[str, list[Unit]], roles: dict[str, Role]) -> list[Problem]:
    first: dict[str, int] = {}
    found = []
    for row in rows:
        unit, before = row.get("unit"), first.setdefault(_key(row), row.line)
        tests = (
            (not row.get("given_name"), _("falta el nombre")), (not row.get("surname_1"), _("falta el primer apellido")),
            (before != row.line, _("es la misma persona que en la línea %(line)s") % {"line": before}),
            (bool(unit) and unit not in units, _("ninguna unidad vigente tiene la clave %(code)s") % {"code": unit}),
            (len(units.get(unit, [])) > 1, _("varias unidades tienen la clave %(code)s") % {"code": unit}),
            (not _mail(row.get("email")), _("el correo «%(email)s» no está bien escrito") % {"email": row.get("email")}),
            (_post(row) is None, _("el puesto «%(post)s» no existe; puede ser %(known)s")
             % {"post": row.get("post"), "known": ", ".join(map(str, PostKind.labels))}),
            (bool(row.get("post") or row.get("role")) and not unit, _("un puesto o una función necesita la clave de la unidad")),
            (bool(row.get("role")) and _key_of_role(row) not in roles, _("la función «%(role)s» no existe; puede ser %(known)s")
             % {"role": row.get("role"), "known": ", ".join(sorted(r.name for r in roles.values()))}),
            (bool(row.get("role")) and not row.get("email"), _("una función necesita el correo con que la persona entrará")),
            (any(len(row.get(f)) > 100 for f in _FIELDS), _("un dato pasa de 100 caracteres")),
        )
        found += [Problem(row.line, words) for wrong, words in tests if wrong]
    return found


def _key_of_role(row: Row) -> str:
    return fold(row.get("role")).lower()


def _heads(rows: Sequence[Row], units: dict[str, list[Unit]], known: dict[str, Person]) -> list[Problem]:
    """A unit has one head: rows that name a second one, here or beside who holds the post."""
    held = {a.post.unit.code: a.person for a in Appointment.objects.filter(
        post__unit__in=[u for found in units.values() for u in found], post__kind=PostKind.HEAD, valid_to=None,
    ).select_related("person", "post__unit")}
    first: dict[str, Row] = {}
    found = []
    for row in rows:
        if _post(row) != PostKind.HEAD or row.get("unit") not in units:
            continue
        before, person = first.setdefault(row.get("unit"), row), held.get(row.get("unit"))
        if before is not row:
            found.append(Problem(row.line, _("la línea %(line)s ya nombra titular de la unidad") % {"line": before.line}))
        elif person and person != known.get(_key(row)):
            found.append(Problem(row.line, _("la unidad ya tiene titular, %(name)s: sustitúyale en su ficha") % {"name": person.name}))
    return found


def _mail(text: str) -> bool:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return False
    return True


def _post(row: Row) -> str | None:
    return _POSTS.get(fold(row.get("post")).lower()) if row.get("post") else ""


def _compare(row: Row, person: Person | None, units: dict[str, list[Unit]], roles: dict[str, Role]) -> list[Change]:
    name = " ".join(filter(None, (row.get("given_name"), row.get("surname_1"), row.get("surname_2"))))
    code = row.get("unit")
    role, unit, kind = roles.get(_key_of_role(row)), units[code][0] if code else None, _post(row)
    named = [Change("appoint", row.line, code, name, after=str(PostKind(kind).label), row=row)] if (
        kind and unit and not _appointed(person, unit, kind)) else []
    gives = [Change("give", row.line, code, name, after=role.name, row=row)] if role else []
    if person is None:
        return [Change("add", row.line, code, name, after=row.get("email"), row=row), *named, *gives]
    changes = []
    pairs = [(getattr(person, f), row.get(f)) for f in _FIELDS if row.get(f)]
    if any(a != b for a, b in pairs):
        changes.append(Change("change", row.line, code, name, " · ".join(a for a, b in pairs if a != b),
                              " · ".join(b for a, b in pairs if a != b), row=row))
    if unit and person.unit_id != unit.pk:
        changes.append(Change("move", row.line, code, name, person.unit.name if person.unit else "", unit.name, row=row))
    return changes + named + (gives if role and unit and not (person.user_id and _holds(person, role, unit)) else [])


def _appointed(person: Person | None, unit: Unit, kind: str) -> bool:
    return Appointment.objects.filter(person=person, post__unit=unit, post__kind=kind, valid_to=None).exists() if person else False


def _holds(person: Person, role: Role, unit: Unit) -> bool:
    return Grant.objects.filter(valid_on(timezone.localdate()), person=person, role=role, unit=unit).exists()


Opener = Callable[..., object]


@transaction.atomic
def apply_people(*, actor: Person | None, institution: Institution, data: bytes, digest: str, opener: Opener = open_account) -> Plan:
    """Apply the confirmed plan, all or nothing, and return it.

    `opener(actor=, person=)` opens an account (the web passes the one that also sends the link to choose a password).
    Raises NotAllowed; Refused when the plan is no longer the confirmed one, when it gives the actor a role, or an account cannot be opened.
    """
    administer(actor, institution.pk)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    plan = plan_people(institution, data)
    if plan.problems:
        raise Refused(_("Línea %(line)s: %(text)s.") % vars(plan.problems[0]), "file")
    if plan.digest != digest:
        raise Refused(_("Los datos cambiaron desde la vista previa; revise de nuevo qué se hará."), "file")
    known = _known(institution)
    for row in {c.line: c.row for c in plan.changes if c.row}.values():
        _apply(actor, institution, row, known, opener)
    if plan.changes:
        record("orgs.import_people", actor=actor, institution_id=institution.pk,
               subject=f"institution:{institution.pk}",
               detail={w: len(plan.of(w)) for w in ("add", "change", "move", "appoint", "give")} | {"digest": plan.digest})
    return plan


def _apply(actor: Person | None, institution: Institution, row: Row, known: dict[str, Person], opener: Opener) -> None:
    code = row.get("unit")
    unit = Unit.objects.get(institution=institution, code=code, valid_to=None) if code else None
    person = known.get(_key(row))
    values = {f: row.get(f) or (getattr(person, f) if person else "") for f in _FIELDS}
    if person is None:
        person = add_person(actor=actor, institution=institution, draft=PersonDraft(
            values["given_name"], values["surname_1"], values["surname_2"], values["email"], values["phone"], unit))
    else:
        kept = unit.pk if unit else person.unit_id
        person = update_person(actor=actor, person=person, change=PersonChange(**values, unit_id=kept, active=person.active))
    kind = _post(row)
    if kind and unit and not _appointed(person, unit, kind):
        appoint(actor=actor, person=person, unit=unit, kind=kind, since=timezone.localdate())
    if unit and row.get("role"):
        _entrust(actor, person, row, unit)
        if person.user_id is None:
            opener(actor=actor, person=person)


def _entrust(actor: Person | None, person: Person, row: Row, unit: Unit) -> None:
    role = _roles(unit.institution)[_key_of_role(row)]
    if not _holds(person, role, unit):
        give(actor=actor, person=person, role=role.slug, unit=unit, since=timezone.localdate())
