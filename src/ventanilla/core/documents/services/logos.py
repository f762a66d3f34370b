"""A logo for the top bar and official papers: a PNG or JPEG that somebody chose, made safe in a confined child."""
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from ventanilla.core.documents import sandbox, sniff
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.screening import scan_now

MOST_BYTES: Final = 1_000_000
ALLOWED: Final = ("image/png", "image/jpeg")
LEAST_PIXELS: Final = 16


@dataclass(frozen=True)
class Logo:
    """A PNG made by us, and its size in pixels."""

    png: bytes
    width: int
    height: int


def safe_logo(content: bytes) -> Logo:
    """The picture decoded and written anew. Raises DocumentError (Spanish): too heavy, another type, damaged, tiny."""
    if len(content) > MOST_BYTES:
        raise DocumentError(_("La imagen pesa más de 1 MB. Redúzcala y vuelva a elegirla."))
    with sandbox.folder() as folder:
        path = folder / "logo"
        path.write_bytes(content)
        if sniff.media_type(path) not in ALLOWED:
            raise DocumentError(_("Elija una imagen PNG o JPEG; este archivo es otra cosa."))
        scan_now(path)
        return _made(path, folder)


def _made(path: Path, folder: Path) -> Logo:
    outcome, size = sandbox.Outcome(), (0, 0)
    for message in sandbox.run("logo", folder=folder, inputs=[path], outcome=outcome, path=str(path)):
        if message["kind"] == "end":
            size = int(message["width"]), int(message["height"])
    picture = folder / "picture.png"
    if outcome.exit or min(size) < 1 or picture.is_symlink() or not picture.is_file():
        raise DocumentError(_("La imagen está dañada o es demasiado grande (el máximo es 16 megapíxeles)."))
    if min(size) < LEAST_PIXELS:
        raise DocumentError(_("La imagen es muy pequeña; elija una de al menos 16 píxeles por lado."))
    return Logo(picture.read_bytes(), *size)
