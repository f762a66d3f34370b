"""Batch scans: separator sheets to print, and splitting a scanned PDF at them."""
from pathlib import Path

from django.utils.translation import gettext as _

from ventanilla.core.documents import sandbox
from ventanilla.core.documents.problems import DocumentError, sentence
from ventanilla.core.documents.workshop.batches import PREFIX


def separator_sheet(count: int = 1) -> bytes:
    """A PDF of `count` (1 to 200) letter-size sheets with a QR code to put between documents before
    scanning."""
    import segno

    from ventanilla.core.documents.workshop import covers

    codes = []
    for number in range(1, min(max(count, 1), 200) + 1):
        code = segno.make(f"{PREFIX}{number:04d}", error="h", micro=False)
        codes.append({"svg": code.svg_inline(scale=8, border=4),
                      "label": _("Hoja {number}").format(number=number)})
    return covers.separators(codes, _("Separador de documentos"), _(
        "Coloque esta hoja entre un documento y el siguiente. Puede usarla muchas veces."))


def split_by_separators(path: Path) -> list[range]:
    """Page numbers (from 1) of each document of a scanned batch; separator sheets and their blank backs are
    left out.

    Raises DocumentError (Spanish) when the PDF cannot be read.
    """
    outcome = sandbox.Outcome()
    ranges: list[list[int]] | None = None
    with sandbox.folder() as folder:
        for message in sandbox.run("split", folder=folder, inputs=[path], outcome=outcome, path=str(path)):
            if message["kind"] == "problem":
                raise DocumentError(sentence(message["code"], message["details"]))
            ranges = message.get("ranges", ranges)
    if outcome.exit or ranges is None:
        raise DocumentError(sentence(outcome.problem or "crash", {}))
    return [range(first, last + 1) for first, last in ranges]
