"""Reading the official form: from text (or DOCX, XLSX, PDF, recognised pages) to a record with its doubts.

`read_text(text)` and `read_file(name, data)` give a `Reading`. The steps, each a file: `decoding` (bytes to text), `tokens` (cells and
marks), `lexicon` and `matching` (which printed words a cell holds), `walking` (cells to rows of the form), `marks` and
`interpreting` (rows to values), `generation`, `checks` (contradictions), `reading` (all together). No Django. Start at `reading.py`.
"""
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


def read_file(name: str, data: bytes) -> Reading:
    """The first form in a file: text, DOCX, XLSX, PDF or a picture. Raises DocumentError when the file cannot be opened."""
    from ventanilla.modules.practices.reading import files  # late: it needs Django's settings, reading text does not

    return files.read_file(name, data)


__all__ = ["RESIDUES", "SENTENCES", "Alternative", "Contradiction", "FieldReading", "Mark", "Notice", "Place", "Reading", "Residue",
           "read_all", "read_file", "read_text"]
