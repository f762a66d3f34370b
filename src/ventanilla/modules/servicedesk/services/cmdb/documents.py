"""Documents of an item: manuals, invoices, guarantees, diagrams."""
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import CIDocument, ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb.writing import locked


@transaction.atomic
def add_documents(*, actor: Person, item: ConfigurationItem, files: Sequence[Any], key: str = "") -> list[CIDocument]:
    """Store posted files and tie them to the item; the same form (`key`) again ties nothing more.

    Raises NotAllowed; Refused, with the field `files`, when none is usable.
    """
    row = locked(actor, item.pk)
    documents = store_files(actor=actor, files=files, key=key)
    if not documents:
        raise Refused(_("Elija algún archivo."), "files")
    tied = {d.document_id: d for d in CIDocument.objects.filter(item=row, document__in=documents)}
    made = CIDocument.objects.bulk_create(
        CIDocument(item=row, document=d, person=actor, at=timezone.now()) for d in documents if d.pk not in tied)
    if made:
        record("cmdb.attach", actor=actor, institution_id=row.institution_id, subject=f"ci:{row.pk}",
               detail={"documents": [d.document_id for d in made]})
    return [*tied.values(), *made]


@transaction.atomic
def remove_document(*, actor: Person, item: ConfigurationItem, uuid: UUID) -> None:
    """Untie a document that was added by mistake: nobody comes upon it any more, the log says which and who. Raises NotAllowed, Refused."""
    row = locked(actor, item.pk)
    tie = CIDocument.objects.filter(item=row, document__uuid=uuid).select_related("document").first()
    if tie is None:
        raise Refused(_("Ese documento ya no está en el elemento."))
    record("cmdb.detach", actor=actor, institution_id=row.institution_id, subject=f"ci:{row.pk}", detail={
        "document": tie.document_id, "added": str(tie.at)}, personal={"title": tie.document.title})
    tie.delete()


def documents_of(item: ConfigurationItem) -> list[tuple[Document, DocumentVersion | None]]:
    """The item's documents with their newest version, the newest first."""
    rows = [d.document for d in CIDocument.objects.filter(item=item).select_related("document").order_by("-pk")]
    last = {v.document_id: v for v in DocumentVersion.objects.filter(document__in=rows).select_related("blob").order_by("number")}
    return [(d, last.get(d.pk)) for d in rows]


def version_of(item: ConfigurationItem, uuid: UUID) -> DocumentVersion | None:
    """The newest version of a document of the item."""
    found = DocumentVersion.objects.filter(document__uuid=uuid, document__in=CIDocument.objects.filter(item=item).values("document"))
    return found.select_related("document", "blob").order_by("-number").first()
