"""What `ventanilla bench` measures: name, where it stands, its usual size and time."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from ventanilla.config.benches.rows import Row


@dataclass(frozen=True)
class Bench:
    """`where` is a module with `bench(size)`; `cases`: its size is a number of cases loaded before it."""

    name: str
    where: str
    size: int
    seconds: int
    about: str
    cases: bool = False

    def run(self, size: int) -> Iterable[Row]:
        """The rows of that module, all at the end or one after another."""
        measure: Callable[[int], Iterable[dict[str, Any]]] = import_module(self.where).bench
        return measure(size)


_HERE = "ventanilla.config.benches"
BENCHES: Final = {b.name: b for b in (
    Bench("folio", f"{_HERE}.folio", 10_000, 180, "registro con 64 escritores, y por HTTP"),
    Bench("kills", f"{_HERE}.kills", 10_000, 420, "registros con muertes de clientes, procesos web, trabajadores y base de datos"),
    Bench("inbox", f"{_HERE}.inbox", 10_000, 240, "bandeja y listas por HTTP", cases=True),
    Bench("search", f"{_HERE}.searching", 10_000, 240, "búsqueda", cases=True),
    Bench("recompute", f"{_HERE}.recomputation", 10_000, 240, "recálculo de todos los plazos", cases=True),
    Bench("starting", f"{_HERE}.starting", 10_000, 120, "inicio de una exportación grande", cases=True),
    Bench("desk", f"{_HERE}.desk", 20_000, 300, "mesa de servicio: abrir y leer por API, lista, ficha, sugerencias, recálculo"),
    Bench("recurrence", f"{_HERE}.recurring", 20_000, 180, "fallas repetidas sembradas: precisión y exhaustividad"),
    Bench("cmdb", "ventanilla.modules.servicedesk.services.cmdb.bench", 100_000, 300, "impacto y carga de elementos de configuración"),
    Bench("practices", "ventanilla.modules.practices.services.bench", 50_000, 600, "registro de prácticas: lista, búsqueda y PDF"),
    Bench("worktime", "ventanilla.core.workdays.bench", 1_000_000, 120, "núcleo de días hábiles"),
    Bench("exports", "ventanilla.core.exports.bench", 200_000, 180, "exportaciones"),
    Bench("events", "ventanilla.web.events.bench", 100, 180, "avisos en vivo"),
    Bench("documents", "ventanilla.core.documents.bench", 2, 240, "reconocimiento de documentos"),
    Bench("reading", "ventanilla.modules.correspondence.reading.bench", 4, 240, "lectura de oficios"),
    Bench("forms", "ventanilla.modules.practices.reading.bench", 10_000, 300, "lectura de formularios de buenas prácticas dañados"),
)}
