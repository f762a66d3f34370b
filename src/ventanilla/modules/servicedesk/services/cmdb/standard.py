"""The types of items and relations that an institution begins with; all of it is data that it may change afterwards."""
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, require
from ventanilla.modules.servicedesk.models.cmdb import CIType, RelationType
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute

A = Attribute
_ENVIRONMENT: Final = A("ambiente", "Ambiente", "choice", choices=("Producción", "Pruebas", "Desarrollo", "Capacitación"))
_MAKE: Final = (A("marca", "Marca"), A("modelo", "Modelo"), A("garantia", "Garantía hasta", "date"))

# slug, label, plural, icon, parent, own attributes
TYPES: Final[Sequence[tuple[str, str, str, str, str, Sequence[Attribute]]]] = (
    ("servicio", "Servicio de negocio", "Servicios de negocio", "briefcase", "", (
        A("horario", "Horario en que se necesita"), A("usuarios", "Personas que lo usan", "number"),
        A("fundamento", "Fundamento"))),
    ("sistema", "Aplicación o sistema", "Aplicaciones y sistemas", "app-window", "", (
        A("siglas", "Siglas"), A("version", "Versión"), _ENVIRONMENT, A("direccion", "Dirección electrónica"),
        A("lenguaje", "Lenguaje o plataforma"),
        A("origen", "Origen", "choice", choices=("Desarrollo propio", "Adquirido", "Código abierto")))),
    ("base-de-datos", "Base de datos", "Bases de datos", "database", "", (
        A("motor", "Motor", "choice", choices=("PostgreSQL", "MySQL", "MariaDB", "SQL Server", "Oracle", "Otro")),
        A("version", "Versión"), _ENVIRONMENT, A("tamano", "Tamaño", "number", unit="GB"))),
    ("equipo", "Equipo", "Equipos", "cpu", "", _MAKE),
    ("servidor", "Servidor", "Servidores", "server", "equipo", (
        A("ip", "Dirección IP"), A("sistema_operativo", "Sistema operativo"), A("memoria", "Memoria", "number", unit="GB"),
        A("nucleos", "Núcleos", "number"), A("disco", "Disco", "number", unit="GB"),
        A("virtual", "Físico o virtual", "choice", choices=("Físico", "Virtual")), _ENVIRONMENT)),
    ("dispositivo-de-red", "Dispositivo de red", "Dispositivos de red", "router", "equipo", (
        A("ip", "Dirección IP"),
        A("clase", "Clase", "choice", choices=("Conmutador", "Enrutador", "Cortafuegos", "Punto de acceso", "Enlace")),
        A("puertos", "Puertos", "number"))),
    ("estacion", "Estación de trabajo", "Estaciones de trabajo", "device-desktop", "equipo", (
        A("clase", "Clase", "choice", choices=("Escritorio", "Portátil", "Todo en uno", "Tableta")),
        A("sistema_operativo", "Sistema operativo"), A("memoria", "Memoria", "number", unit="GB"), A("resguardante", "Resguardante"))),
    ("impresora", "Impresora", "Impresoras", "printer", "equipo", (
        A("ip", "Dirección IP"), A("clase", "Clase", "choice", choices=("Láser", "Inyección", "Multifuncional", "Plóter", "Etiquetas")))),
    ("software", "Software y licencia", "Software y licencias", "license", "", (
        A("fabricante", "Fabricante"), A("version", "Versión"), A("licencias", "Licencias", "number"), A("vence", "Vence", "date"))),
    ("contrato", "Contrato", "Contratos", "file-certificate", "", (
        A("proveedor", "Proveedor"), A("numero", "Número de contrato"), A("inicia", "Inicia", "date"), A("termina", "Termina", "date"),
        A("monto", "Monto", "number", unit="MXN"), A("telefono", "Teléfono de soporte"))),
    ("ubicacion", "Ubicación", "Ubicaciones", "map-pin", "", (A("domicilio", "Domicilio"), A("piso", "Piso"))),
)

# slug, forward, backward, who depends, whether failures pass
RELATIONS: Final[Sequence[tuple[str, str, str, str, bool]]] = (
    ("depende-de", "depende de", "sostiene a", "source", True),
    ("se-ejecuta-en", "se ejecuta en", "aloja a", "source", True),
    ("usa-datos-de", "usa los datos de", "da datos a", "source", True),
    ("se-conecta-por", "se conecta por", "da conexión a", "source", True),
    ("esta-en", "está en", "contiene a", "source", True),
    ("tiene-instalado", "tiene instalado", "está instalado en", "none", False),
    ("amparado-por", "está amparado por", "ampara a", "none", False),
    ("sustituye-a", "sustituye a", "fue sustituido por", "none", False),
)


@transaction.atomic
def install_standard(*, actor: Person | None, institution: Institution) -> int:
    """Give the institution the standard types that it does not have; those it has stay as they are. Returns how many were added.

    Raises NotAllowed unless the actor keeps catalogues of that institution (None: the system).
    """
    if actor is not None and actor.institution_id != institution.pk:
        raise NotAllowed
    require(actor, cap.ADMIN_CATALOGUES)
    made = _types(institution) + _relations(institution)
    if made:
        record("cmdb.standard", actor=actor, institution_id=institution.pk, subject=f"institution:{institution.pk}",
               detail={"added": made})
    return made


def _types(institution: Institution) -> int:
    known = {t.slug: t for t in CIType.objects.filter(institution=institution)}
    fresh = 0
    for order, (slug, label, plural, icon, parent, own) in enumerate(TYPES, 1):
        if slug not in known:
            known[slug] = CIType.objects.create(
                institution=institution, slug=slug, label=label, plural=plural, icon=icon, parent=known.get(parent),
                attributes=[a.as_data() for a in own], order=order * 10)
            fresh += 1
    return fresh


def _relations(institution: Institution) -> int:
    known = set(RelationType.objects.filter(institution=institution).values_list("slug", flat=True))
    rows = [RelationType(institution=institution, slug=s, forward=f, backward=b, dependent=d, impacts=i, order=n * 10)
            for n, (s, f, b, d, i) in enumerate(RELATIONS, 1) if s not in known]
    return len(RelationType.objects.bulk_create(rows))
