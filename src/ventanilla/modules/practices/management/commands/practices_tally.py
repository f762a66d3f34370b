"""`practices_tally`: compares the counts of the registry with its rows; exit code 0 equal, 1 not (and 0 after --rebuild)."""
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.modules.practices.services.tally import rebuild, wrong


class Command(BaseCommand):
    """Comprueba las cifras del registro de buenas prácticas."""

    help = "Comprueba que las cifras del registro de buenas prácticas sean las de sus prácticas y nombra las que no lo son."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to mend."""
        parser.add_argument("--rebuild", action="store_true", help="contar de nuevo si algo no cuadra")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print, mend when asked to."""
        found = wrong()
        for (what, value), (kept, counted) in sorted(found.items()):
            self.stdout.write(_("%(what)s: se guardan %(kept)d y son %(counted)d.") % {
                "what": f"{what} «{value}»" if value else what, "kept": kept, "counted": counted})
        if found and options["rebuild"]:
            rebuild()
            self.stdout.write(_("Se contó de nuevo."))
        elif found:
            sys.exit(1)
        else:
            self.stdout.write(_("Las cifras del registro cuadran con sus prácticas."))
