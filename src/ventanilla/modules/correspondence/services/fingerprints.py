"""The likeness of a letter's text as a number: kept with the letter when its scan has been read."""
from collections.abc import Iterable

from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.models import Document, DocumentVersion, Page
from ventanilla.modules.correspondence.models import Letter
from ventanilla.modules.correspondence.reading import simhash

PAGES = 3
"""The letter itself; what follows are annexes."""
NEAR = 10
"""Bits that may differ between two readings of one text (`reading.duplicates`)."""


def fingerprint_of(version: DocumentVersion) -> int | None:
    """63 bits of the text of the first pages, near each other for texts that are nearly the same; None without text."""
    texts = Page.objects.filter(version=version, number__lte=PAGES).order_by("number").values_list("text", flat=True)
    return simhash(" ".join(texts)) >> 1 or None


def fingerprint_letter(version: DocumentVersion) -> None:
    """When the scan of a registered letter has been read: keep its fingerprint. The first scan with text counts."""
    if version.state != "ready":
        return
    attached = Attachment.objects.filter(document_id=version.document_id, role=Attachment.Role.SCAN, turn_id=None)
    if case_id := attached.values_list("case_id", flat=True).first():
        _keep(case_id, fingerprint_of(version))


def fingerprint_registered(case: Case, documents: Iterable[Document]) -> None:
    """The same for documents that had been read before the letter was registered."""
    versions = DocumentVersion.objects.filter(document__in=list(documents), state="ready").latest_only()
    for version in versions:
        _keep(case.pk, fingerprint_of(version))


def _keep(case_id: int, fingerprint: int | None) -> None:
    if fingerprint is not None:
        Letter.objects.filter(case_id=case_id, fingerprint=None).update(fingerprint=fingerprint)
