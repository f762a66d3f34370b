"""The files of a letter as its record shows them: newest version, earlier ones, and the pictures of its pages."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ventanilla.core.cases.models import Answer, Attachment, Case
from ventanilla.core.documents.models import DocumentVersion, Page
from ventanilla.modules.correspondence.services.papers import in_order

MOST: Final = 100
"""Pages of a file that are shown; the others are in the file itself."""


@dataclass(frozen=True)
class Attached:
    """A document of the letter. `earlier`: the photos of a capture, in their order, or versions before the newest."""

    attachment: Attachment
    version: DocumentVersion | None
    earlier: Sequence[DocumentVersion] = ()
    pages: Sequence[Page] = field(default=())

    @property
    def missing(self) -> int:
        """Pages that the file has and are not shown."""
        return max((self.version.page_count or 0) - len(self.pages), 0) if self.version else 0

    @property
    def has_text(self) -> bool:
        """There is a PDF of it in which one can search and copy."""
        return bool(self.version and self.version.searchable_id)


def attached(case: Case) -> list[Attached]:
    """Each document, in their order; three queries for any number."""
    rows = in_order(Attachment.objects.filter(case=case).select_related("document"))
    versions: dict[int, list[DocumentVersion]] = {}
    for version in DocumentVersion.objects.filter(document__in=[r.document_id for r in rows]).select_related("blob").order_by("number"):
        versions.setdefault(version.document_id, []).append(version)
    newest = {pk: held[-1] for pk, held in versions.items()}
    pictures = _pictures([v.pk for v in newest.values() if v.served])
    return [Attached(row, newest.get(row.document_id), versions.get(row.document_id, [])[:-1],
                     pictures.get(newest[row.document_id].pk, ()) if row.document_id in newest else ()) for row in rows]


def paper_beside(case: Case, answer: Answer | None = None) -> Attached | None:
    """What is read while a form about the letter is filled: a file of the answer that is judged, else the letter's own paper."""
    files = [one for one in attached(case) if one.pages]
    of_answer = [one for one in files if answer and one.attachment.answer_id == answer.pk]
    of_letter = [one for one in files if one.attachment.answer_id is None]
    return next(iter((*of_answer, *of_letter)), None)


def _pictures(version_ids: Sequence[int]) -> Mapping[int, Sequence[Page]]:
    found: dict[int, list[Page]] = {}
    rows = Page.objects.filter(version__in=version_ids, number__lte=MOST, preview__isnull=False)
    for page in rows.only("version_id", "number", "width", "height").order_by("version_id", "number"):
        found.setdefault(page.version_id, []).append(page)
    return found
