"""`ventanilla bench`: one table of figures, each beside its floor, and bench-results.json."""
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from ventanilla.config.benches import rows, running, scratch
from ventanilla.config.benches.catalogue import BENCHES, Bench

RESULTS = "bench-results.json"


class Command(BaseCommand):
    """Measure in a scratch database, print a table, write JSON."""

    help = "Mide, cada cifra junto a su piso, en una base de datos propia que se borra al final."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, how large, how long."""
        parser.add_argument("--only", action="append", choices=sorted(BENCHES), help="solo esta medición (se repite)")
        parser.add_argument("--size", type=int, action="append",
                            help="asuntos (o lo que cuente la medición elegida); se puede repetir")
        parser.add_argument("--seconds", type=float, default=0, help="límite de cada medición")
        parser.add_argument("--json", type=Path, default=Path(RESULTS), help="dónde escribir las cifras")
        parser.add_argument("--keep", action="store_true", help="no borrar la base de datos de la medición")
        parser.add_argument("--child", choices=sorted(BENCHES), help="uso interno: mide aquí mismo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure everything that was asked for."""
        if any(size < 1 for size in options["size"] or []):
            raise CommandError("El tamaño debe ser positivo.")
        if options["child"]:
            self._measure_here(options["child"], options["size"][0], options["json"])
            return
        began, server = timezone.localtime(), _server()
        with scratch.database(options["keep"]) as url:
            found = self._all(url, options)
        around = rows.circumstances(began, server)
        rows.write_json(options["json"], found, around)
        self.stdout.write("\n" + rows.table(found))
        self.stdout.write(f"\n{around}\nCifras: {options['json']}")

    def _all(self, url: str, options: dict[str, Any]) -> list[rows.Row]:
        found: list[rows.Row] = []
        for bench, size in _wanted(options):
            began = monotonic()
            limit = options["seconds"] or bench.seconds * max(1, size / bench.size) ** 0.75
            self.stderr.write(f"· {bench.name} {size:,}: {bench.about}, {limit:,.0f} s como mucho")
            found += running.run(bench, size, limit, url)
            self.stderr.write(f"· {bench.name} {size:,}: {monotonic() - began:,.0f} s")
        return found

    def _measure_here(self, name: str, size: int, path: Path) -> None:
        scratch.prepare()
        found: list[rows.Row] = []
        for row in BENCHES[name].run(size):  # kept one by one where the bench gives them so
            found.append(row)
            running.keep(found, path)


def _wanted(options: dict[str, Any]) -> list[tuple[Bench, int]]:
    """Sizes say how many cases there are; the others take them only when they are asked for by name. Smallest first."""
    chosen, sizes = options["only"] or list(BENCHES), sorted(options["size"] or [])
    pairs = [(BENCHES[name], size) for name in chosen
             for size in (sizes if sizes and (options["only"] or BENCHES[name].cases) else [BENCHES[name].size])]
    return sorted(pairs, key=lambda pair: pair[1] if pair[0].cases else 0)


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version') || ', fsync ' || current_setting('fsync') || "
                       "', synchronous_commit ' || current_setting('synchronous_commit')")
        found: str = cursor.fetchone()[0]
        return found
