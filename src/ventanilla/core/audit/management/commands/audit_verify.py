"""`audit_verify`: checks the log and says in Spanish what is wrong; exit code 0 sound, 1 not, 2 unreadable
head."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.core.audit.findings import Report
from ventanilla.core.audit.heads import ExportedHead, exported_heads, read_head
from ventanilla.core.audit.verify import verify


class Command(BaseCommand):
    """Comprueba la bitácora completa."""

    help = "Comprueba la bitácora completa y nombra cada entrada alterada, eliminada o cambiada de lugar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which exported heads to compare with."""
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="ARCHIVO",
            help="cabeza exportada; puede repetirse (si no se da, todas las de audit-heads)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and end with the exit code."""
        report = verify(self._heads(options["head"]))
        for line in _lines(report):
            self.stdout.write(line)
        if not report.ok:
            sys.exit(1)

    def _heads(self, names: list[str]) -> list[ExportedHead]:
        found = {name: read_head(Path(name)) for name in names}
        for name, head in found.items():
            if head is None:
                self.stderr.write(_("«%s» no es una cabeza exportada de la bitácora.") % name)
                sys.exit(2)
        return [head for head in found.values() if head] if names else exported_heads()


def _lines(report: Report) -> list[str]:
    lines = [str(finding) for finding in report.findings]
    if report.problems > len(report.findings):
        lines.append(_("… y %d problemas más.") % (report.problems - len(report.findings)))
    lines.append(
        _("Entradas selladas: %(n)d. Cabeza: %(seq)d %(hash)s.")
        % {"n": report.entries, "seq": report.head_seq, "hash": report.head_hash or "-"}
    )
    if report.tail:
        lines.append(
            _("Entradas todavía sin sellar: %(n)d (la más antigua, de %(at)s).")
            % {"n": report.tail, "at": report.tail_since}
        )
    if report.erased:
        lines.append(_("Datos personales borrados a solicitud, con su constancia: %d.") % report.erased)
    if not report.heads_compared:
        lines.append(
            _("No se comparó con ninguna cabeza exportada: un recálculo completo no se descubriría.")
        )
    lines.append(
        _("La bitácora está íntegra.") if report.ok else _("Se encontraron %d problemas.") % report.problems
    )
    return lines
