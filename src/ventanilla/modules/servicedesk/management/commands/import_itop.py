"""`ventanilla import itop DIR`: the exports of an iTop, whole; again, and nothing changes."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.itop.importing import ItopJob, Tally, import_itop
from ventanilla.modules.servicedesk.management.commands._job import add_job_arguments, around

NAMES = {"people": "personas", "items": "elementos de configuración", "relations": "relaciones", "tickets": "tickets",
         "entries": "mensajes de bitácora", "files": "archivos", "ties": "elementos atados a tickets"}


class Command(BaseCommand):
    """Import a folder of exports; with --dry-run only looks."""

    help = "Trae de un iTop sus exportaciones (CSV o JSON, un archivo por clase). Con --dry-run solo revisa y dice qué haría."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folder, for whom, under which promise, and whether to write."""
        add_job_arguments(parser, source="CARPETA", system="itop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print progress, counts and problems."""
        try:
            job = _job(options)
            tally = import_itop(job, lambda t: self.stdout.write(f"  {t.made['tickets'] + t.known['tickets']:,} tickets…"))
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        for line in tally.problems:
            self.stdout.write(f"  {line}")
        self.stdout.write(told(tally, job.dry))


def told(tally: Tally, dry: bool) -> str:
    """The counts in words."""
    parts = [f"{tally.made[k]:,} {name} ({tally.known[k]:,} ya estaban)" for k, name in NAMES.items()]
    return f"{'Se traerían' if dry else 'Se trajeron'}: {', '.join(parts)}. No se tomaron {tally.refused:,}."


def _job(options: dict[str, Any]) -> ItopJob:
    return ItopJob(options["source"], *around(options), options["system"][:30], options["dry_run"])
