"""`ventanilla audit proof FOLIO`: the log of one case with its proof, as JSON that can be verified elsewhere."""
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ventanilla.core.audit.proofs import proof_of
from ventanilla.core.audit.sealing import seal
from ventanilla.core.cases.models import Case


class Command(BaseCommand):
    """Writes the proof of a case; `lib/auditproof.py` verifies it without the platform."""

    help = "Bitácora de un asunto con su prueba, en JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folio, and where to write."""
        parser.add_argument("folio")
        parser.add_argument("--salida", default="", help="archivo; sin él se escribe en la pantalla")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is not sealed yet, then write the proof."""
        found = list(Case.objects.filter(folio=options["folio"])[:2])
        if len(found) != 1:
            raise CommandError("Ningún asunto tiene ese folio." if not found else "Más de una unidad tiene ese folio.")
        seal(1_000_000)
        text = json.dumps(proof_of(found[0].pk), ensure_ascii=False, indent=1, default=str)
        if options["salida"]:
            Path(options["salida"]).write_text(text, encoding="utf-8")
            self.stdout.write(f"La prueba de {found[0].folio} quedó en {options['salida']}.")
        else:
            self.stdout.write(text)
