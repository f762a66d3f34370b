"""The invented housing institute of the specimens: 109 units with structural codes of the state's shape."""

from types import MappingProxyType

INSTITUTE = "Instituto Mexiquense de la Vivienda Social"
_ROOTS = (
    (
        "Dirección General",
        (
            "Secretaría Particular",
            "Unidad de Información y Planeación",
            "Unidad de Igualdad de Género",
            "Unidad de Transparencia",
            "Coordinación de Delegaciones",
        ),
    ),
    (
        "Dirección de Promoción y Fomento",
        (
            "Programas Sociales",
            "Créditos",
            "Atención Ciudadana",
            "Padrón de Beneficiarios",
            "Mejoramiento de Vivienda",
        ),
    ),
    (
        "Dirección Técnica",
        ("Obra", "Proyectos", "Costos y Presupuestos", "Supervisión", "Suelo y Reserva Territorial"),
    ),
    (
        "Dirección de Administración y Finanzas",
        (
            "Recursos Humanos",
            "Recursos Materiales",
            "Contabilidad",
            "Tesorería",
            "Tecnologías de la Información",
        ),
    ),
    (
        "Dirección Jurídica",
        ("Escrituración", "Regularización", "Asuntos Contenciosos", "Normatividad", "Convenios"),
    ),
    (
        "Órgano Interno de Control",
        (
            "Auditoría",
            "Responsabilidades",
            "Quejas y Denuncias",
            "Control y Evaluación",
            "Mejora de la Gestión",
        ),
    ),
)
_PLACES = (
    "Toluca",
    "Texcoco",
    "Ecatepec",
    "Naucalpan",
    "Atlacomulco",
    "Valle de Bravo",
    "Tejupilco",
    "Ixtapan de la Sal",
    "Zumpango",
    "Chalco",
    "Nezahualcóyotl",
    "Cuautitlán",
    "Tenancingo",
    "Jilotepec",
)


def _names() -> list[tuple[str, str]]:
    """`(code, name)`: directorates, their subdirectorates and departments, regional offices."""
    rows: list[tuple[str, str]] = []
    for i, (root, areas) in enumerate(_ROOTS):
        rows.append((_code(i, 0, 0, "L" if i else "S"), root))
        for j, area in enumerate(areas, start=1):
            plain = area.startswith(("Secretaría", "Unidad", "Coordinación"))
            rows.append((_code(i, j, 0, "S" if plain else "T"), area if plain else f"Subdirección de {area}"))
            rows.append((_code(i, j, 1, "S" if j % 2 else "T"), f"Departamento de Control de {area}"))
    for k, place in enumerate(_PLACES, start=1):
        rows += [
            (_code(7, k, 0, "T"), f"Delegación Regional {place}"),
            (_code(7, k, 1, "S"), f"Departamento de Enlace {place}"),
            (_code(7, k, 2, "S"), f"Departamento de Trámites {place}"),
        ]
    return [*rows, (_code(8, 0, 0, "L"), "Coordinación de Archivos")][:109]


def _code(area: int, unit: int, part: int, kind: str) -> str:
    """`212C0101000200S`: sector and body, area, unit, part, kind; always 15 characters."""
    return f"212C0101{area:02d}{unit:02d}{part:02d}{kind}"


UNITS = MappingProxyType(dict(_names()))
#: Units of other secretariats (public codes and names), as senders from outside the institute.
OTHERS = MappingProxyType(
    {
        "20705000000000L": ("Secretaría de Finanzas", "Subsecretaría de Tesorería"),
        "20704000000000L": ("Secretaría de Finanzas", "Dirección General de Inversión"),
        "20601000000000L": ("Secretaría de Seguridad", "Subsecretaría de Policía Estatal"),
        "20900005000000L": ("Secretaría del Trabajo", "Dirección General de la Previsión Social"),
        "20700002000000S": ("Secretaría de Finanzas", "Coordinación Administrativa"),
        "20600007000000S": (
            "Secretaría de Seguridad",
            "Unidad de Información, Planeación, Programación y Evaluación",
        ),
    }
)
