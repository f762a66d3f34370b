"""`audit_seal`: seals now what the periodic task would seal; `--rebase` after a restore; `--export` writes
the head."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.core.audit.heads import export_head
from ventanilla.core.audit.sealing import rebase, seal


class Command(BaseCommand):
    """Sella la bitácora."""

    help = "Encadena las entradas de la bitácora que todavía no tienen sello."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What else to do."""
        parser.add_argument(
            "--rebase",
            action="store_true",
            help="después de restaurar un respaldo en otro servidor: sella todo y vuelve a empezar la cuenta",
        )
        parser.add_argument(
            "--export", action="store_true", help="escribe además la cabeza fuera de la base de datos"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal and say how many."""
        done = rebase() if options["rebase"] else seal()
        self.stdout.write(_("Entradas selladas: %d.") % done)
        if options["export"]:
            self.stdout.write(_("Cabeza exportada: %s") % export_head())
