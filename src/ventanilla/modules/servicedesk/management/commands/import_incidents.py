"""`ventanilla import incidents FILE`: the event log of another service desk, every event kept."""
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import plural
from ventanilla.modules.servicedesk.management.commands._job import add_job_arguments, around
from ventanilla.modules.servicedesk.services.importing import IncidentJob, Tally, import_incidents
from ventanilla.modules.servicedesk.services.importing.flags import LABELS

NEW: Final = (("equipo", "equipos"), ("servicio", "servicios"), ("causa", "causas"), ("motivo de espera", "motivos de espera"))


class Command(BaseCommand):
    """Import an event log; with --dry-run only looks."""

    help = "Trae incidencias de otro sistema desde su registro de eventos (CSV). Con --dry-run solo revisa y dice qué haría."

    def add_arguments(self, parser: CommandParser) -> None:
        """File, for whom, under which promise, and whether to write."""
        add_job_arguments(parser, source="REGISTRO", system="servicenow")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print progress, counts and problems."""
        try:
            job = _job(options)
            tally = import_incidents(job, lambda t: self.stdout.write(f"  {t.written + t.known:,} de {t.tickets:,}…"))
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        self._tell(job, tally)

    def _tell(self, job: IncidentJob, tally: Tally) -> None:
        for line, reason in tally.problems:
            self.stdout.write(f"  renglón {line}: {reason}")
        for flag, count in sorted(tally.flags.items()):
            self.stdout.write(f"  {count:,} {plural(count, 'evento', 'eventos')}: {LABELS[flag]}")
        done = "se traerían" if job.dry else "se trajeron"
        made = ", ".join(f"{n:,} {plural(n, *names)}" for names, n in zip(NEW, tally.made.values(), strict=True))
        self.stdout.write(f"{tally.rows:,} renglones, {tally.tickets:,} incidencias: {tally.written:,} {done} con {tally.events:,} "
                          f"eventos, {tally.known:,} ya estaban, {tally.repeated:,} renglones repetidos, {tally.refused:,} no se tomaron. "
                          f"Catálogos nuevos: {made}.")


def _job(options: dict[str, Any]) -> IncidentJob:
    return IncidentJob(options["source"], *around(options), options["system"][:40], options["dry_run"])
