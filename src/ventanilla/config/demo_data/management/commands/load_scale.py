"""`ventanilla load scale --cases 1000000`: a load of any size in the demo institution."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Load many cases by the set-based writing."""

    help = "Carga N asuntos y 3N turnos en la institución de demostración; una unidad lleva el 30 %."

    def add_arguments(self, parser: CommandParser) -> None:
        """Size, processes, seed."""
        parser.add_argument("--cases", type=int, required=True, help="cuántos asuntos")
        parser.add_argument("--workers", type=int, default=0, help="procesos (por omisión, uno por procesador)")
        parser.add_argument("--batch", type=int, default=4000, help="asuntos por transacción")
        parser.add_argument("--seed", type=int, default=1, help="la misma semilla continúa una carga interrumpida")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, saying the rate."""
        from ventanilla.config.demo_data.institution import SLUG
        from ventanilla.config.demo_data.scale import load_scale
        from ventanilla.core.indicators.folding import fold
        from ventanilla.core.orgs.models import Institution

        if not Institution.objects.filter(slug=SLUG).exists():
            raise CommandError("Cargue primero la institución de demostración: ventanilla load demo")
        cases, turns = load_scale(options["cases"], workers=options["workers"], batch=options["batch"], seed=options["seed"],
                                  say=lambda text: self.stdout.write(f"· {text}"))
        fold(limit=100_000_000)
        self.stdout.write(f"· {cases:,} asuntos y {turns:,} turnos")
