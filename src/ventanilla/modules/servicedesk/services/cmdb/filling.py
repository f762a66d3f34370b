"""A believable estate for demonstrations and measuring: the computers, networks and systems of a housing institute."""
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb.past import keep
from ventanilla.modules.servicedesk.services.cmdb.standard import install_standard

SUBJECTS: Final = (
    "escrituración", "crédito para vivienda", "venta de lotes", "regularización de la tenencia", "fraccionamientos", "cobranza",
    "ahorro previo", "subsidios", "mejoramiento de vivienda", "padrón de beneficiarios", "nómina", "recursos materiales", "almacén",
    "control vehicular", "inventario de bienes", "contabilidad", "presupuesto", "archivo de trámite", "correspondencia", "transparencia",
    "quejas y denuncias", "citas", "control de asistencia", "obra pública", "licitaciones", "reserva territorial", "cartografía",
    "contratos", "gestión de acuerdos", "capacitación")
PARTS: Final = ("", "consulta pública", "captura en delegaciones", "reportes", "móvil")
SERVICES: Final = (
    "Trámite de escrituración", "Crédito para vivienda", "Venta de lotes con servicios", "Regularización de lotes",
    "Pago de mensualidades", "Atención a quejas", "Citas en ventanilla", "Nómina del personal", "Compras y almacén",
    "Contabilidad y presupuesto", "Correo electrónico",
    "Telefonía", "Portal institucional", "Intranet", "Archivo y correspondencia", "Mapas y reserva territorial", "Obra y licitaciones",
    "Transparencia", "Control de asistencia", "Mesa de servicio")
SITES: Final = ("Oficinas centrales", "Delegación Ecatepec", "Delegación Naucalpan", "Delegación Nezahualcóyotl", "Delegación Toluca",
                "Delegación Chalco", "Delegación Tlalnepantla", "Delegación Atlacomulco", "Delegación Valle de Bravo", "Bodega Lerma")
MAKES: Final = {"servidor": ("Dell PowerEdge R750", "HPE DL380", "Lenovo SR650"), "estacion": ("HP ProDesk 600", "Dell OptiPlex 7010",
                "Lenovo ThinkCentre M70"), "impresora": ("HP LaserJet M507", "Kyocera Ecosys", "Brother HL-L6400"),
                "dispositivo-de-red": ("Cisco Catalyst 9200", "Aruba 2930F", "Fortinet FG-100F")}
SOFTWARE: Final = ("Paquetería de oficina", "Antivirus institucional", "Sistema operativo de escritorio", "Diseño asistido",
                   "Información geográfica", "Firma electrónica", "Respaldo en cinta", "Supervisión de red", "Motor de base de datos",
                   "Virtualización")
PARTS_OF: Final = {"base-de-datos": 0.02, "servidor": 0.04, "dispositivo-de-red": 0.05, "impresora": 0.1, "software": 0.01,
                   "contrato": 0.008, "ubicacion": 0.03}


@dataclass
class Filling:
    """What is being made. Every choice comes from `rng`, so the same seed makes the same estate."""

    institution: Institution
    people: Sequence[Person]
    rng: random.Random
    until: date
    types: dict[str, CIType] = field(default_factory=dict)
    ties: dict[str, RelationType] = field(default_factory=dict)
    items: list[ConfigurationItem] = field(default_factory=list)
    made: dict[str, list[ConfigurationItem]] = field(default_factory=dict)
    pairs: list[tuple[str, ConfigurationItem, ConfigurationItem, str]] = field(default_factory=list)

    def add(self, kind: str, name: str, **extra: Any) -> ConfigurationItem:
        """An item, registered some day of the last two years, by its unit's people."""
        rng, number = self.rng, len(self.items) + 1
        who = self.people[0] if kind not in ("estacion", "impresora") else rng.choice(self.people)
        born = timezone.make_aware(datetime.combine(self.until - timedelta(days=rng.randint(30, 730)), time(10)))
        item = ConfigurationItem(
            institution=self.institution, uuid=uuid5(self.institution.uuid, f"ci:{number}"), type=self.types[kind], name=name,
            code=f"TI-{number:05}", serial=f"{rng.getrandbits(36):09X}" if kind in MAKES else "", created_at=born, changed_at=born,
            unit=who.unit, owner=who if rng.random() < 0.85 else None, **{"state": self._state(), "criticality": 2, **extra})
        if kind in MAKES:
            make, _space, model = rng.choice(MAKES[kind]).partition(" ")
            item.attributes = {"marca": make, "modelo": model, **item.attributes}
        self.items.append(item)
        self.made.setdefault(kind, []).append(item)
        return item

    def _state(self) -> str:
        return self.rng.choices(("in_use", "maintenance", "retired", "planned"), (94, 2, 3, 1))[0]

    def tie(self, kind: str, source: ConfigurationItem, target: ConfigurationItem, group: str = "") -> None:
        """A relation, once per pair and type, not to itself."""
        self.pairs.append((kind, source, target, group))


def fill(institution: Institution, people: Sequence[Person], rng: random.Random, count: int = 5000) -> list[ConfigurationItem]:
    """About `count` items with their relations and first versions; the first of `people` keeps what is central.

    Meant for an institution without items: it writes in bulk, without the verbs. Returns the items, made before those who need them.
    """
    with transaction.atomic():
        install_standard(actor=None, institution=institution)
        work = Filling(institution, people, rng, timezone.localdate())
        work.types = {t.slug: t for t in CIType.objects.filter(institution=institution)}
        work.ties = {t.slug: t for t in RelationType.objects.filter(institution=institution)}
        for step in (_places, _network, _servers, _databases, _systems, _services, _desks, _papers):
            step(work, count)
        ConfigurationItem.objects.bulk_create(work.items, batch_size=2000)
        _kept(work)
    return work.items


def _kept(work: Filling) -> None:
    for day in sorted({i.created_at for i in work.items}):
        keep([i for i in work.items if i.created_at == day], by=work.people[0], at=day)
    seen: set[tuple[str, Any, Any]] = set()
    rows: list[Relation] = []
    for kind, source, target, group in work.pairs:
        key = kind, source.pk, target.pk
        if source is not target and key not in seen:
            seen.add(key)
            since = max(source.created_at, target.created_at).date()
            rows.append(Relation(institution=work.institution, type=work.ties[kind], source=source, target=target, group=group,
                                 uuid=uuid5(work.institution.uuid, f"tie:{len(rows)}"), valid_from=since, by=work.people[0]))
    Relation.objects.bulk_create(rows, batch_size=2000)


def _share(count: int, kind: str, least: int) -> int:
    return max(least, int(count * PARTS_OF[kind]))


def _places(work: Filling, count: int) -> None:
    room = work.add("ubicacion", "Centro de datos principal", state="in_use", criticality=4, attributes={"piso": "Sótano"})
    work.add("ubicacion", "Centro de datos alterno", state="in_use", criticality=3)
    for n in range(_share(count, "ubicacion", 4) - 2):
        site, floor = SITES[n % len(SITES)], n // len(SITES) + 1
        work.add("ubicacion", f"{site}, piso {floor}", state="in_use", attributes={"piso": str(floor)})
    work.made["room"] = [room, work.made["ubicacion"][1]]


def _network(work: Filling, count: int) -> None:
    wall = work.add("dispositivo-de-red", "Cortafuegos perimetral", state="in_use", criticality=4, attributes={"clase": "Cortafuegos"})
    cores = [work.add("dispositivo-de-red", f"Conmutador central {n}", state="in_use", criticality=4, attributes={"clase": "Conmutador"},
                      redundancy=[]) for n in (1, 2)]
    for core in cores:
        work.tie("esta-en", core, work.made["room"][0])
        work.tie("se-conecta-por", wall, core, "Centrales")
    wall.redundancy = [{"name": "Centrales", "mode": "count", "amount": 1}]
    floors = work.made["ubicacion"][2:]
    for n in range(_share(count, "dispositivo-de-red", 6) - 3):
        switch = work.add("dispositivo-de-red", f"Conmutador de acceso {n + 1:03}", state="in_use", attributes={
            "clase": "Conmutador", "puertos": 48, "ip": f"10.{n // 250}.{n % 250}.1"},
            redundancy=[{"name": "Enlaces", "mode": "percent", "amount": 50}])
        for core in cores:
            work.tie("se-conecta-por", switch, core, "Enlaces")
        work.tie("esta-en", switch, floors[n % len(floors)])
    work.made["access"], work.made["core"] = work.made["dispositivo-de-red"][3:], cores


def _servers(work: Filling, count: int) -> None:
    for n in range(_share(count, "servidor", 6)):
        virtual = n % 3 != 0
        server = work.add("servidor", f"Servidor {'virtual' if virtual else 'físico'} {n + 1:03}", attributes={
            "ip": f"172.16.{n // 250}.{n % 250 + 1}", "memoria": work.rng.choice((16, 32, 64, 128)), "nucleos": work.rng.choice((4, 8, 16)),
            "virtual": "Virtual" if virtual else "Físico", "sistema_operativo": "Debian 12"}, criticality=3,
            redundancy=[{"name": "Enlaces", "mode": "count", "amount": 1}])
        for core in work.made["core"]:
            work.tie("se-conecta-por", server, core, "Enlaces")
        hosts = work.made["servidor"][0::3]
        if virtual:
            work.tie("se-ejecuta-en", server, work.rng.choice(hosts))
        else:
            work.tie("esta-en", server, work.made["room"][n % 9 == 0])


def _databases(work: Filling, count: int) -> None:
    for n in range(_share(count, "base-de-datos", 4)):
        subject = SUBJECTS[n % len(SUBJECTS)]
        number = f" {n // len(SUBJECTS) + 1}" if n >= len(SUBJECTS) else ""
        base = work.add("base-de-datos", f"Base de {subject}{number}", criticality=3, attributes={
            "motor": work.rng.choice(("PostgreSQL", "MySQL", "SQL Server")), "ambiente": "Producción" if not number else "Pruebas"})
        work.tie("se-ejecuta-en", base, work.rng.choice(work.made["servidor"]))


def _names(count: int) -> Iterator[str]:
    for part in PARTS:
        for subject in SUBJECTS:
            yield f"Sistema de {subject}{f', {part}' if part else ''}"


def _systems(work: Filling, count: int) -> None:
    rng, total = work.rng, max(6, min(len(SUBJECTS) * len(PARTS), int(count * 0.03)))
    sign_in = work.add("sistema", "Sistema de autenticación", state="in_use", criticality=4,
                       redundancy=[{"name": "Nodos", "mode": "count", "amount": 1}])
    for server in work.made["servidor"][1:3]:
        work.tie("se-ejecuta-en", sign_in, server, "Nodos")
        work.tie("depende-de", server, sign_in)  # a real circle: its servers let administrators in through it
    for n, name in zip(range(total - 1), _names(count), strict=False):
        system = work.add("sistema", name, criticality=rng.choice((2, 3, 3, 4)), attributes={
            "ambiente": "Producción", "origen": rng.choice(("Desarrollo propio", "Adquirido", "Código abierto"))},
            redundancy=[{"name": "Nodos", "mode": "count", "amount": 1}] if n % 2 else [])
        for server in rng.sample(work.made["servidor"], 2) if n % 2 else [rng.choice(work.made["servidor"])]:
            work.tie("se-ejecuta-en", system, server, "Nodos" if n % 2 else "")
        work.tie("usa-datos-de", system, work.made["base-de-datos"][n % len(work.made["base-de-datos"])])
        if n % 3 == 0:
            work.tie("depende-de", system, sign_in)


def _services(work: Filling, count: int) -> None:
    for n, name in enumerate(SERVICES[:max(3, min(len(SERVICES), count // 40))]):
        service = work.add("servicio", name, state="in_use", criticality=4 if n < 6 else 3,
                           attributes={"usuarios": work.rng.randint(20, 900)})
        systems = work.made["sistema"]
        for system in (systems[n % len(systems)], systems[(n * 7 + 1) % len(systems)]):
            work.tie("depende-de", service, system)


def _desks(work: Filling, count: int) -> None:
    """Printers, and workstations for all that is left."""
    printers = _share(count, "impresora", 2)
    left = max(0, count - len(work.items) - _share(count, "software", 2) - _share(count, "contrato", 1))
    floors = work.made["ubicacion"][2:]
    for n in range(left):
        kind, word = ("impresora", "Impresora") if n < min(printers, left // 3) else ("estacion", "Equipo")
        made = work.add(kind, f"{word} {n + 1:05}", criticality=1,
                        attributes={"clase": "Multifuncional" if kind == "impresora" else "Escritorio"})
        work.tie("se-conecta-por", made, work.made["access"][n % len(work.made["access"])])
        work.tie("esta-en", made, floors[n % len(floors)])


def _papers(work: Filling, count: int) -> None:
    rng = work.rng
    for n in range(_share(count, "software", 2)):
        name = f"{SOFTWARE[n % len(SOFTWARE)]} {2022 + n // len(SOFTWARE) % 5}"
        made = work.add("software", name, attributes={"licencias": rng.randint(5, 600)})
        work.tie("tiene-instalado", rng.choice(work.made["servidor"]), made)
    for n in range(_share(count, "contrato", 1)):
        made = work.add("contrato", f"Contrato de soporte {n + 1:02}", attributes={
            "numero": f"IMEVIS-{2024 + n % 3}-{n + 1:03}", "termina": (work.until + timedelta(days=rng.randint(-60, 700))).isoformat()})
        work.tie("amparado-por", rng.choice(work.made["servidor"]), made)
