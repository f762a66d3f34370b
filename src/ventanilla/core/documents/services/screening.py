"""A small file that is looked at while the person waits: its type by its content, and the antivirus before anything is kept."""
from collections.abc import Collection
from pathlib import Path

from django.utils.translation import gettext as _

from ventanilla.core.documents import antivirus, sandbox, sniff
from ventanilla.core.documents.problems import DocumentError, ScannerDown


def screened(content: bytes, allowed: Collection[str]) -> str:
    """The media type that the content shows. Raises DocumentError (Spanish): another type than those, or what the antivirus finds."""
    with sandbox.folder() as folder:
        path = folder / "file"
        path.write_bytes(content)
        found = sniff.media_type(path)
        if found not in allowed:
            raise DocumentError(_("Ese archivo no es de un tipo que se acepte aquí."))
        scan_now(path)
        return found


def scan_now(path: Path) -> None:
    """Where there is an antivirus, its word. Raises DocumentError (Spanish): it does not answer, or it found something."""
    if not antivirus.configured():
        return
    try:
        with path.open("rb") as stream:
            found = antivirus.scan(stream, within=antivirus.PAGE)
    except ScannerDown:
        raise DocumentError(_("El antivirus no responde; intente de nuevo en unos minutos.")) from None
    if found:
        raise DocumentError(_("El antivirus encontró un problema en el archivo; no se guardó."))
