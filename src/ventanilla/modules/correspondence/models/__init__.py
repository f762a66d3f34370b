"""Tables of correspondence, by subject: letters and their directory, archive, receipts, templates, intake.

May import the models of the core. Start reading at `letters.py`: a letter is a `Case` and its details.
"""
from ventanilla.modules.correspondence.models.archive import ArchiveFile, ArchivePlace, ArchiveSeries
from ventanilla.modules.correspondence.models.catalogues import LetterTemplate, LetterType, Programme, UnitCost
from ventanilla.modules.correspondence.models.intake import Batch, ImportMapping, ImportRun, StackRow, StackRun, Upload
from ventanilla.modules.correspondence.models.letters import Circular, CircularReminder, Correspondent, Delivery, Letter, Receipt
from ventanilla.modules.correspondence.models.paces import Pace

__all__ = ["ArchiveFile", "ArchivePlace", "ArchiveSeries", "Batch", "Circular", "CircularReminder", "Correspondent", "Delivery",
           "ImportMapping", "ImportRun", "Letter", "LetterTemplate", "LetterType", "Pace", "Programme", "Receipt", "StackRow", "StackRun",
           "UnitCost", "Upload"]
