"""The invented institute: units, people with their posts and roles, series, catalogues. All through the verbs."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from ventanilla.config.demo_data.calendars import publish_calendars
from ventanilla.config.demo_data.tables import table
from ventanilla.core.cases.models import FolioSeries, Instruction, RoutingRule
from ventanilla.core.cases.services.numbering import LETTERS
from ventanilla.core.orgs.models import Institution, Person, Unit, User
from ventanilla.core.orgs.services import add_person, add_unit, appoint, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft
from ventanilla.lib.spanish import fold
from ventanilla.modules.correspondence.models import (
    ArchiveSeries,
    LetterTemplate,
    LetterType,
    Programme,
    UnitCost,
)
from ventanilla.modules.correspondence.specimens.people import person as invented
from ventanilla.web.ui.demo import DEMO_PASSWORD

SLUG = "imvh"
NAME = "Instituto Mexiquense de Vivienda y Hábitat"
SECTOR = "230"
TYPES = (("Oficio", 10), ("Circular", None), ("Memorándum", 5), ("Solicitud ciudadana", 15), ("Tarjeta informativa", 3),
         ("Notificación judicial", 3), ("Invitación", None), ("Estimación de obra", 10))
INSTRUCTIONS = (("Para su atención y respuesta directa", "action", 5), ("Emitir opinión técnica", "action", 8),
                ("Preparar proyecto de respuesta", "action", 3), ("Remitir la información solicitada", "action", 5),
                ("Atender la visita y rendir informe", "action", 10), ("Desahogar el requerimiento", "action", 3),
                ("Para su conocimiento", "information", None))
SCHEME = (("3C.1", "Correspondencia"), ("4C.2", "Recursos humanos"), ("5C.3", "Recursos financieros"),
          ("6C.1", "Adquisiciones"), ("7S.1", "Programas de vivienda"), ("7S.2", "Escrituración y regularización"),
          ("8S.1", "Obra y supervisión"), ("9S.4", "Auditorías y observaciones"), ("11C.2", "Transparencia"))
ANSWER = """{institucion}
{unidad}

>>*Oficio {folio}*
>>{fecha}

{destinatario}
Presente

En atención a su documento {numero_recibido}, le comunico lo siguiente:

{texto}

Sin otro particular, le envío un cordial saludo.

><Atentamente
><{firmante}
><{cargo}
"""
COSTS = (("copy", "Copia fotostática", "0.62", "letter_sheets", "1"),
         ("delivery", "Entrega por mensajería interna", "38.50", "deliveries", "1"),
         ("per-diem", "Viático por traslado de delegación", "420.00", "answers_sent", "0.015"))
#: sign-in name of one person per role, role, and the unit where (by code)
SIGN_INS = (("titular", "head", "212C0101000000S"), ("oficialia", "clerk", "212C0101000000S"),
            ("juridico", "head", "212C0101040000L"), ("escrituracion", "head", "212C0101040100T"),
            ("personal", "staff", "212C0101040101S"), ("asistente", "assistant", "212C0101000000S"),
            ("archivo", "archivist", "212C0101080000L"), ("contraloria", "auditor", "212C0101050000L"),
            ("admin", "admin", "212C0101030500T"), ("mesa", "head", "212C0101030500T"), ("agente", "staff", "212C0101030500T"),
            ("ingenieria", "staff", "212C0101030501S"), ("enlace", "staff", "212C0101010300T"), ("solicitante", "staff", "212C0101010301S"),
            ("transparencia", "transparency", "212C0101000400S"))
#: roles that are held over the whole institute, whatever the unit of who holds them
EVERYWHERE = ("auditor", "archivist")
#: what somebody is to the service desk, told instead of the role
DESK_PARTS = {"mesa": "Responsable de la mesa de servicio", "agente": "Agente de la mesa de servicio",
              "ingenieria": "Ingeniería de segundo nivel", "enlace": "Enlace de su unidad", "solicitante": "Solicita servicios"}


@dataclass
class Organisation:
    """What the rest of the demo needs to know: units by code, and people by unit and role."""

    institution: Institution
    units: dict[str, Unit]
    people: dict[int, dict[str, Person]] = field(default_factory=dict)

    def head(self, unit: Unit) -> Person:
        """The head of the unit."""
        return self.people[unit.pk]["head"]

    def staff(self, unit: Unit) -> Person:
        """Who answers in the unit beside its head."""
        return self.people[unit.pk].get("staff") or self.head(unit)

    def clerk(self, unit: Unit) -> Person:
        """Who registers in the unit."""
        return self.people[unit.pk].get("clerk") or self.head(unit)


def build(rng: Random) -> Organisation:
    """Make the institute and the secretariats beside it."""
    institution = create_institution(slug=SLUG, name=NAME, short_name="IMVH", policy={"sector": SECTOR, "demo": True})
    org = Organisation(institution, _units(institution, table("units")))
    publish_calendars(org.institution, org.units["212C0101000500S"])
    _series(org)
    _catalogues(institution)
    _people(org, rng)
    _programme(org)
    _others(rng)
    User.objects.filter(persons__institution__slug__startswith=SLUG).update(password=make_password(DEMO_PASSWORD))
    return org


def _units(institution: Institution, rows: tuple[dict[str, str], ...]) -> dict[str, Unit]:
    """Units in the order of the table: whoever is above comes before."""
    units: dict[str, Unit] = {}
    for row in rows:
        draft = UnitDraft(row["name"], units.get(row["parent"]), row["code"], row["level"], row.get("short_name", ""),
                          row.get("counter") == "1")
        units[row["code"]] = add_unit(actor=None, institution=institution, draft=draft)
    return units


def _series(org: Organisation) -> None:
    FolioSeries.objects.bulk_create(
        FolioSeries(institution=org.institution, unit=unit, slug=slug, mask=mask)
        for unit in org.units.values() for slug, mask in LETTERS.items())


def _catalogues(institution: Institution) -> None:
    LetterType.objects.bulk_create(LetterType(institution=institution, name=name, amount=amount, order=10 * n)
                                   for n, (name, amount) in enumerate(TYPES, start=1))
    Instruction.objects.bulk_create(
        Instruction(institution=institution, text=text, purpose=purpose, amount=amount, order=10 * n)
        for n, (text, purpose, amount) in enumerate(INSTRUCTIONS, start=1))
    ArchiveSeries.objects.bulk_create(ArchiveSeries(institution=institution, code=c, name=n) for c, n in SCHEME)
    UnitCost.objects.bulk_create(
        UnitCost(institution=institution, slug=slug, label=label, amount=Decimal(amount), per=per, share=Decimal(share),
                 valid_from=date(2024, 1, 1), source="Estimación inventada para la demostración")
        for slug, label, amount, per, share in COSTS)
    LetterTemplate.objects.create(institution=institution, name="Oficio de respuesta", engine="typst", body=ANSWER)
    _rules(institution)


def _rules(institution: Institution) -> None:
    """Down at any depth, to peers, one level up; across branches only from a directorate or higher."""
    reason = ("Las jefaturas turnan a sus unidades, a sus pares y a su superior; hacia otra dirección, "
              "turne por conducto de su dirección.")
    rows = (("self", "", None, True), ("subordinate", "", None, True), ("peer", "", None, True), ("superior", "", 2, True),
            ("any", "agency", None, True), ("any", "directorate", None, True), ("any", "", None, False))
    RoutingRule.objects.bulk_create(
        RoutingRule(institution=institution, order=10 * n, relation=relation, level=level, max_distance=distance,
                    allowed=allowed, reason="" if allowed else reason)
        for n, (relation, level, distance, allowed) in enumerate(rows, start=1))


def _people(org: Organisation, rng: Random) -> None:
    names = _names(rng)
    named = {(code, role): name for name, role, code in SIGN_INS}
    for code, unit in org.units.items():
        for role in _roles(unit, code, named):
            person = _person(org, unit, next(names), named.get((code, role)))
            give(actor=None, person=person, role=role, unit=unit if role not in EVERYWHERE else org.units["212C0101000000S"],
                 subtree=_subtree(unit, role))
            _post(person, unit, role)
            org.people.setdefault(unit.pk, {})[role] = person


def _roles(unit: Unit, code: str, named: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """A head everywhere, staff below the directorates, clerks at the counters and directorates; then the rest."""
    wanted = ["head", "staff"]
    if unit.counter or unit.level == "directorate":
        wanted.append("clerk")
    if unit.level in ("agency", "directorate"):
        wanted.append("assistant")
    return iter(dict.fromkeys([*wanted, *(role for at, role in named if at == code)]))


def _subtree(unit: Unit, role: str) -> bool:
    return role in ("admin", *EVERYWHERE) or (role == "head" and unit.level != "department")


_POSTS = {"head": "head", "clerk": "clerk", "assistant": "assistant", "staff": "staff"}


def _post(person: Person, unit: Unit, role: str) -> None:
    if role in _POSTS:
        appoint(actor=None, person=person, unit=unit, kind=_POSTS[role], title=_title(unit) if role == "head" else "")
    if role == "assistant":
        appoint(actor=None, person=person, unit=unit, kind="liaison")


def _title(unit: Unit) -> str:
    return f"Titular · {unit.name}"[:160]


def _person(org: Organisation, unit: Unit, name: tuple[str, str, str], sign_in: str | None) -> Person:
    given, first, second = name
    local = sign_in or ".".join(fold(w).lower().replace("ñ", "n").replace(" ", "") for w in (given.split()[0], first, second))
    draft = PersonDraft(given, first, second, email=f"{local}@{SLUG}.example", unit=unit, sign_in=True)
    return add_person(actor=None, institution=org.institution, draft=draft)


def new_person(org: Organisation, unit: Unit, rng: Random, sign_in: str | None = None) -> Person:
    """One more person of the unit, with a name that nobody has; the caller gives the password (`open_doors`)."""
    for name in _names(rng):
        _given, first, second = name
        if not Person.objects.filter(institution=org.institution, surname_1=first, surname_2=second).exists():
            return _person(org, unit, name, sign_in)
    raise AssertionError


def open_doors(people: Sequence[Person]) -> None:
    """They sign in with the password of the demo: one hash for all."""
    User.objects.filter(persons__in=people).update(password=make_password(DEMO_PASSWORD))


def _names(rng: Random) -> Iterator[tuple[str, str, str]]:
    """Invented names with two surnames, none twice."""
    seen: set[str] = set()
    while True:
        _honorific, full, _gender = invented(rng)
        parts = full.replace("de la Cruz", "de_la_Cruz").replace("Montes de Oca", "Montes_de_Oca").split()
        given, first, second = " ".join(parts[:-2]), parts[-2].replace("_", " "), parts[-1].replace("_", " ")
        key = fold(f"{given.split()[0]} {first} {second}").lower()
        if key not in seen and first != second:
            seen.add(key)
            yield given, first, second


def _programme(org: Organisation) -> None:
    """Every unit is programmed, in four waves of half a year: the target behind "6 de 109 áreas"."""
    start = timezone.localdate() - timedelta(days=730)
    Programme.objects.bulk_create(
        Programme(unit=unit, since=start + timedelta(days=120 * (n % 4))) for n, unit in enumerate(org.units.values()))


def _others(rng: Random) -> None:
    """The sector's secretariat and two more, with the public names and codes of their units; a head each."""
    names = _names(rng)
    for code in (SECTOR, "207", "229"):
        rows = _branch(code)
        made = create_institution(slug=f"{SLUG}-{code}", name=rows[0]["name"], short_name=rows[0]["name"])
        units = _units(made, rows)
        publish_calendars(made, None)
        org = Organisation(made, units)
        _series(org)
        _catalogues(made)
        root = units[code]
        person = _person(org, root, next(names), f"titular.{code}")
        give(actor=None, person=person, role="head", unit=root, subtree=True)
        appoint(actor=None, person=person, unit=root, kind="head")


def _branch(code: str) -> tuple[dict[str, str], ...]:
    kept = {code}
    rows = []
    for row in table("agencies"):
        if row["code"] in kept or row["parent"] in kept:
            kept.add(row["code"])
            rows.append(row)
    return tuple(rows)
