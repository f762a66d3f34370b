"""`relay`: the process that turns new rows into live news, notices and webhooks. `serve` starts it."""
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ventanilla.core.notices import outbox
from ventanilla.web.events import relay


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; `--once` for one round, `--rebase` after a restore."""

    help = "Lee lo nuevo y avisa a pantallas, webhooks y correo"

    def add_arguments(self, parser: CommandParser) -> None:
        """The two ways to run it by hand."""
        parser.add_argument("--once", action="store_true", help="hace una sola ronda y termina")
        parser.add_argument("--rebase", action="store_true", help="tras restaurar un respaldo: empieza desde ahora")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work, in the way that was asked."""
        if options["rebase"]:
            outbox.rebase()
        elif options["once"]:
            while relay.one_round():
                pass
        else:
            self._until_told()

    def _until_told(self) -> None:
        told: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda got, _frame: told.append(got))
        relay.run(lambda: bool(told))
