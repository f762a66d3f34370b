"""`ventanilla import mail FOLDER`: mails kept as `.eml` files go the way of those that a mailbox receives."""
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.modules.servicedesk.models import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.services.mail.deciding import decide
from ventanilla.modules.servicedesk.services.mail.parsing import MailRefused, ParsedMail, head, parse


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
        if options["dry_run"]:
            self.stdout.write("Revisión: no se guarda nada; esto es lo que se haría.")
        sums, threads = Counter[str](), set[str]()
        for path in files:
            decision, reason = _told(box, path.read_bytes(), threads if options["dry_run"] else None)
            sums[decision] += 1
            self.stdout.write(f"  {path.name}: {decision} ({reason})")
        self.stdout.write(f"{len(files):,} mensajes: " + ", ".join(f"{n:,} {what}" for what, n in sorted(sums.items())) + ".")


def _mailbox(address: str) -> Mailbox:
    rows = Mailbox.objects.select_related("agent", "team__unit")
    found = list(rows.filter(address__iexact=address) if address else rows[:2])
    if len(found) != 1:
        raise CommandError("Diga el buzón con --mailbox." if len(found) > 1 else "No hay un buzón con esa dirección; cree uno primero.")
    return found[0]


def _told(box: Mailbox, raw: bytes, threads: set[str] | None) -> tuple[str, str]:
    """What becomes of a mail. `threads`: only look; ids of the mails of this folder that would be of some ticket."""
    try:
        mail, refused = parse(raw), ""
    except MailRefused as no:
        mail, refused = head(raw), no.reason
    if MailMessage.objects.filter(mailbox=box, digest=mail.digest, state=MailMessage.State.DONE).exists():
        return "Ya estaba", "es el mismo mensaje"
    if threads is None:
        return _received(box, raw)
    return _words(MailMessage.Decision.REFUSED, refused) if refused else _looked_at(box, mail, threads)


def _received(box: Mailbox, raw: bytes) -> tuple[str, str]:
    message = receive(box=box, raw=raw)
    return _words(message.decision, message.reason) if message.state == MailMessage.State.DONE else ("Por procesar", message.detail)


def _looked_at(box: Mailbox, mail: ParsedMail, threads: set[str]) -> tuple[str, str]:
    verdict = decide(box, mail)
    answers = not threads.isdisjoint(mail.references)
    if verdict.decision in (MailMessage.Decision.OPENED, MailMessage.Decision.REPLIED) and mail.message_id:
        threads.add(mail.message_id)
    if verdict.decision == MailMessage.Decision.OPENED and answers:
        return _words(MailMessage.Decision.REPLIED, "thread")
    return _words(verdict.decision, verdict.reason)


def _words(decision: str, reason: str) -> tuple[str, str]:
    return str(MailMessage.Decision(decision).label), str(MailMessage.REASONS.get(reason, reason))
