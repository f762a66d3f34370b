"""What every import of the desk asks on the command line: for which unit, in whose name, under which service level."""
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.importers import institution_of, registrar_of, unit_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import ServiceLevel, Team


def add_job_arguments(parser: CommandParser, *, source: str, system: str) -> None:
    """The source, for whom, under which promise, and whether to write."""
    parser.add_argument("source", type=Path, metavar=source)
    parser.add_argument("--institution", default="", help="clave corta de la institución (si hay más de una)")
    parser.add_argument("--unit", default="", help="clave de la unidad de la mesa de servicio (por omisión, la de su primer equipo)")
    parser.add_argument("--person", default="", help="correo de quien importa (por omisión, quien puede registrar en la unidad)")
    parser.add_argument("--level", default="", help="nivel de servicio que se prometió; sin él, los relojes no tienen plazo")
    parser.add_argument("--system", default=system, help="nombre del sistema de origen, si son varios")
    parser.add_argument("--dry-run", action="store_true", help="revisar sin guardar")


def around(options: dict[str, Any]) -> tuple[Unit, Person, ServiceLevel | None]:
    """For which unit, in whose name, under which level (None: clocks without a term). Raises Refused."""
    unit = _unit(institution_of(options["institution"]), options["unit"])
    return unit, registrar_of(unit, options["person"]), _level(unit, options["level"])


def _unit(institution: Institution, code: str) -> Unit:
    team = None if code else Team.objects.filter(institution=institution, active=True).order_by("tier", "pk").first()
    return team.unit if team else unit_of(institution, code)


def _level(unit: Unit, name: str) -> ServiceLevel | None:
    if not name:
        return None
    level = ServiceLevel.objects.filter(institution_id=unit.institution_id, name=name).first()
    if level is None:
        raise Refused(f"No hay nivel de servicio «{name}».", "level")
    return level
