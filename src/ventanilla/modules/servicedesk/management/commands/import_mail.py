"""`ventanilla import mail FOLDER`: mails kept as `.eml` files go the way of those that a mailbox receives."""
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.modules.servicedesk.models import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.services.mail.deciding import decide
from ventanilla.modules.servicedesk.services.mail.parsing import MailRefused, parse


class Command(BaseCommand):
    """Replay mails; the same mail again changes nothing. With --dry-run only looks."""

    help = "Trae correos guardados como archivos .eml. Con --dry-run solo revisa y dice qué haría con cada uno."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folder, mailbox, and whether to write."""
        parser.add_argument("folder", type=Path, metavar="CARPETA")
        parser.add_argument("--mailbox", default="", help="dirección del buzón (si hay más de uno)")
        parser.add_argument("--dry-run", action="store_true", help="revisar sin guardar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each file in order of name; prints what became of it and the sums."""
        box = _mailbox(options["mailbox"])
        files = sorted(options["folder"].rglob("*.eml"))
        if not files:
            raise CommandError(f"No hay archivos .eml en {options['folder']}.")
        sums: Counter[str] = Counter()
        for path in files:
            decision, reason = _looked_at(box, path) if options["dry_run"] else _received(box, path)
            sums[decision] += 1
            self.stdout.write(f"  {path.name}: {decision} ({reason})")
        self.stdout.write(f"{len(files):,} mensajes: " + ", ".join(f"{n:,} {what}" for what, n in sorted(sums.items())) + ".")


def _mailbox(address: str) -> Mailbox:
    rows = Mailbox.objects.select_related("agent", "team__unit")
    found = list(rows.filter(address__iexact=address) if address else rows[:2])
    if len(found) != 1:
        raise CommandError("Diga el buzón con --mailbox." if len(found) > 1 else "No hay un buzón con esa dirección; cree uno primero.")
    return found[0]


def _received(box: Mailbox, path: Path) -> tuple[str, str]:
    message = receive(box=box, raw=path.read_bytes())
    return _words(message.decision, message.reason) if message.state == "done" else ("Por procesar", message.detail)


def _looked_at(box: Mailbox, path: Path) -> tuple[str, str]:
    try:
        mail = parse(path.read_bytes())
    except MailRefused as no:
        return _words("refused", no.reason)
    if MailMessage.objects.filter(mailbox=box, digest=mail.digest).exists():
        return "Ya estaba", "es el mismo mensaje"
    verdict = decide(box, mail)
    return _words(verdict.decision, verdict.reason)


def _words(decision: str, reason: str) -> tuple[str, str]:
    return str(MailMessage.Decision(decision).label), str(MailMessage.REASONS.get(reason, reason))
