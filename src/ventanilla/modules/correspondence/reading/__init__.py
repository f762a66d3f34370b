"""Reading a letter: from words on pages to the fields of its registration, each with confidence and a box to
crop.

Pure functions over `core.documents.text`; no database, no Django models. Start reading at
`letter.read_letter`.
"""

from ventanilla.modules.correspondence.reading.codes import Match, correct_code
from ventanilla.modules.correspondence.reading.duplicates import ALIKE, Sketch, likeness, simhash
from ventanilla.modules.correspondence.reading.letter import read_letter
from ventanilla.modules.correspondence.reading.model import Catalogue, Field, Reading

__all__ = ["ALIKE", "Catalogue", "Field", "Match", "Reading", "Sketch", "correct_code", "likeness", "read_letter", "simhash"]
