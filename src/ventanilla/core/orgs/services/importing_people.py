"""People from a CSV: planned, shown, then applied exactly so. Matched by e-mail, else by full name."""
from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Appointment, Institution, Person, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.services.importing import Change, Plan
from ventanilla.core.orgs.services.posts import PersonChange, appoint, update_person
from ventanilla.core.orgs.services.setup import PersonDraft, Refused, add_person, administer
from ventanilla.core.orgs.services.tables import Problem, Row, read_csv, spanish
from ventanilla.lib.spanish import fold

HEADINGS: Final = {
    "given_name": ("nombre", "nombres"), "surname_1": ("primer_apellido", "apellido_paterno"),
    "surname_2": ("segundo_apellido", "apellido_materno"), "email": ("correo", "correo_electronico", "email"),
    "phone": ("telefono",), "unit": ("clave_unidad", "codigo_unidad", "unidad", "clave"), "post": ("puesto", "cargo"),
}
_POSTS: Final = {fold(spanish(label)).lower(): value for value, label in PostKind.choices}
_FIELDS: Final = ("given_name", "surname_1", "surname_2", "email", "phone")


def plan_people(institution: Institution, data: bytes) -> Plan:
    """What the file would add, change or move. Reads only. Raises Refused when it is no table."""
    rows = read_csv(data, HEADINGS, ("given_name", "surname_1"))
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(institution=institution, valid_to=None).exclude(code=""):
        units.setdefault(unit.code, []).append(unit)
    problems = _mistakes(rows, units)
    if problems:
        return Plan(problems=problems)
    known = _known(institution)
    changes, unchanged = [], 0
    for row in rows:
        found = _compare(row, known.get(_key(row)), units)
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


def _mistakes(rows: Sequence[Row], units: dict[str, list[Unit]]) -> list[Problem]:
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
            (_post(row) is None, _("el puesto «%(post)s» no existe") % {"post": row.get("post")}),
            (bool(row.get("post")) and not unit, _("un puesto necesita la clave de la unidad")),
            (any(len(row.get(f)) > 100 for f in _FIELDS), _("un dato pasa de 100 caracteres")),
        )
        found += [Problem(row.line, words) for wrong, words in tests if wrong]
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


def _compare(row: Row, person: Person | None, units: dict[str, list[Unit]]) -> list[Change]:
    name = " ".join(filter(None, (row.get("given_name"), row.get("surname_1"), row.get("surname_2"))))
    code = row.get("unit")
    if person is None:
        return [Change("add", row.line, code, name, after=row.get("email"), row=row)]
    changes = []
    pairs = [(getattr(person, f), row.get(f)) for f in _FIELDS if row.get(f)]
    if any(a != b for a, b in pairs):
        changes.append(Change("change", row.line, code, name, " · ".join(a for a, b in pairs if a != b),
                              " · ".join(b for a, b in pairs if a != b), row=row))
    unit = units[code][0] if code else None
    if unit and person.unit_id != unit.pk:
        changes.append(Change("move", row.line, code, name, person.unit.name if person.unit else "", unit.name, row=row))
    kind = _post(row)
    if kind and unit and not Appointment.objects.filter(
            person=person, post__unit=unit, post__kind=kind, valid_to=None).exists():
        changes.append(Change("appoint", row.line, code, name, after=str(PostKind(kind).label), row=row))
    return changes


@transaction.atomic
def apply_people(*, actor: Person | None, institution: Institution, data: bytes, digest: str) -> Plan:
    """Apply the confirmed plan, all or nothing, and return it. Accounts and grants are given by hand afterwards.

    Raises NotAllowed; Refused when the plan is no longer the confirmed one, or a post is taken.
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
        _apply(actor, institution, row, known)
    if plan.changes:
        record("orgs.import_people", actor=actor, institution_id=institution.pk,
               subject=f"institution:{institution.pk}",
               detail={w: len(plan.of(w)) for w in ("add", "change", "move", "appoint")} | {"digest": plan.digest})
    return plan


def _apply(actor: Person | None, institution: Institution, row: Row, known: dict[str, Person]) -> None:
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
    if kind and unit and not Appointment.objects.filter(
            person=person, post__unit=unit, post__kind=kind, valid_to=None).exists():
        appoint(actor=actor, person=person, unit=unit, kind=kind, since=timezone.localdate())
