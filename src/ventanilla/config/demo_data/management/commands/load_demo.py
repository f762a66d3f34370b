"""`ventanilla load demo`: the demo institution, once; a second run does nothing."""
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Load the demo institution."""

    help = "Carga la institución de demostración (una sola vez; repetirla no cambia nada)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sizes and seed."""
        parser.add_argument("--letters", type=int, default=3600, help="documentos de los dos años (3600)")
        parser.add_argument("--seed", type=int, default=2026, help="semilla: la misma da los mismos datos")
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="además N asuntos de carga")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, saying what was done."""
        from ventanilla.config.demo_data.loading import load

        if options["letters"] < 0 or options["scale"] < 0:
            raise CommandError("Los números no pueden ser negativos.")
        if not load(letters=options["letters"], seed=options["seed"], say=self._say):
            self._say("La institución de demostración ya estaba cargada")
        if options["scale"]:
            call_command("load_scale", cases=options["scale"], stdout=self.stdout)

    def _say(self, text: str) -> None:
        self.stdout.write(f"· {text}")
