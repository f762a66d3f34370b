"""What others do with files: store, add a version, lock, open, read, process again, merge, split batches.

May import models of `documents`, `orgs` and `audit`. Start reading at `intake.py`, then `processing.py`.
"""
from ventanilla.core.documents.services.batches import separator_sheet, split_by_separators
from ventanilla.core.documents.services.capturing import store_capture
from ventanilla.core.documents.services.intake import FileDraft, add_version, lock, rename, stand_in, store
from ventanilla.core.documents.services.logos import Logo, safe_logo
from ventanilla.core.documents.services.merging import merge_pdf
from ventanilla.core.documents.services.pending import (
    drop_files,
    forget_pending,
    hand_over,
    keep_files,
    open_pending,
    pending_files,
)
from ventanilla.core.documents.services.posted import store_files
from ventanilla.core.documents.services.processing import process, reprocess
from ventanilla.core.documents.services.reading import (
    open_preview,
    open_searchable,
    open_thumbnail,
    open_version,
    pages,
    sweep,
    text_of,
)

__all__ = [
    "FileDraft", "Logo", "add_version", "drop_files", "forget_pending", "hand_over", "keep_files", "lock", "merge_pdf", "open_pending",
    "open_preview", "open_searchable", "open_thumbnail",
    "open_version", "pages", "pending_files", "process", "rename", "reprocess", "safe_logo", "separator_sheet", "split_by_separators",
    "stand_in", "store", "store_capture", "store_files",
    "sweep", "text_of",
]
