"""Reading the official form: from text (or DOCX, XLSX, PDF, recognised pages) to a record with its doubts.

`read_text(text)` and `read_file(name, data)` give a `Reading`. The steps, each a file: `decoding` (bytes to text), `tokens` (cells and
marks), `lexicon`, `likeness` and `matching` (which printed words a cell holds), `walking` (cells to rows of the form), `marks` and
`interpreting` (rows to values), `generation`, `checks` (contradictions), `reading` (all together). No Django. Start at `reading.py`.
"""
from collections.abc import Mapping

from ventanilla.core.documents.text import PageText
from ventanilla.modules.practices.reading.codes import RESIDUES, SENTENCES
from ventanilla.modules.practices.reading.model import (
    Alternative,
    Contradiction,
    FieldReading,
    Mark,
    Notice,
    Place,
    Reading,
    Residue,
)
from ventanilla.modules.practices.reading.reading import read_all, read_text


def read_file(name: str, data: bytes, known: Mapping[int, PageText] | None = None) -> Reading:
    """The first form in a file (the others in `others`): text, DOCX, XLSX, PDF or a picture; `known` pages are not recognised again.

    Raises DocumentError.
    """
    from ventanilla.modules.practices.reading import files  # late: it needs Django's settings, reading text does not

    return files.read_file(name, data, known)


def read_unrecognised(name: str, data: bytes) -> Reading | None:
    """As `read_file`, but None for what only recognition could read: a scan, a picture."""
    from ventanilla.modules.practices.reading import files

    return files.read_unrecognised(name, data)


__all__ = ["RESIDUES", "SENTENCES", "Alternative", "Contradiction", "FieldReading", "Mark", "Notice", "Place", "Reading", "Residue",
           "read_all", "read_file", "read_text", "read_unrecognised"]
