"""For whom an import from the command line works: the institution, the unit and the person in whose name it registers."""
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused


def institution_of(slug: str = "") -> Institution:
    """The institution of that slug; without one, the first that was made. Raises Refused."""
    found = Institution.objects.filter(slug=slug) if slug else Institution.objects.filter(active=True).order_by("pk")
    if (first := found.first()) is None:
        raise Refused(f"No hay institución «{slug}»." if slug else "Todavía no hay ninguna institución.", "institution")
    return first


def unit_of(institution: Institution, code: str = "") -> Unit:
    """The open unit with that code or name; without one the first counter, else the first root. Raises Refused."""
    units = Unit.objects.filter(institution=institution, valid_to=None).select_related("institution").order_by("pk")
    if code:
        found = list(units.filter(code=code)[:2]) or list(units.filter(name=code)[:2])
        if len(found) != 1:
            raise Refused(f"{'Hay varias unidades' if found else 'No hay unidad'} con la clave «{code}».", "unit")
        return found[0]
    first = units.filter(counter=True).first() or units.filter(parent=None).first()
    if first is None:
        raise Refused("La institución todavía no tiene unidades.", "unit")
    return first


def registrar_of(unit: Unit, email: str = "") -> Person:
    """Who registers: the person with that e-mail, else the first who may in the unit (its clerks first). Raises Refused."""
    people = Person.objects.filter(institution_id=unit.institution_id, active=True)
    if email:
        found = people.filter(email__iexact=email).first()
        if found is None or not reach_of(found).can(cap.REGISTER, unit.pk):
            raise Refused(f"«{email}» no puede registrar en «{unit.name}».", "person")
        return found
    granted = people.filter(grants__unit_id__in=unit.path, grants__role__capabilities__contains=[cap.REGISTER])
    clerks = sorted(set(granted), key=lambda p: (p.unit_id != unit.pk, p.pk))
    for person in clerks:
        if reach_of(person).can(cap.REGISTER, unit.pk):
            return person
    raise Refused(f"Nadie puede registrar en «{unit.name}»; dé ese permiso a alguien.", "person")
