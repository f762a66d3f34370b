"""A second document with the same bytes: the file is stored once, each document has its own name, versions and readers."""
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.documents import tasks
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused


@transaction.atomic
def copy_documents(*, actor: Person, documents: Sequence[Document], unread: bool = False) -> list[Document]:
    """New documents, in order, each with the newest version of the other as its first. Each is scanned like any upload, and says what
    its original says once that has been read.

    Whether the actor may read the originals is asked by the caller. Raises Refused for a file that is not (yet) safe to hand out,
    unless it may be copied `unread`: by who just brought it.
    """
    newest = {v.document_id: v for v in DocumentVersion.objects.filter(document__in=documents).select_related("blob").latest_only()}
    if bad := next((d for d in documents if d.pk not in newest or not (unread or newest[d.pk].served)), None):
        raise Refused(_("«%(title)s» todavía se revisa, o no es seguro: no se puede copiar.") % {"title": bad.title}, "attachments")
    made = Document.objects.bulk_create(
        Document(institution_id=d.institution_id, title=d.title, role=d.role, created_by=actor) for d in documents)
    versions = DocumentVersion.objects.bulk_create(
        DocumentVersion(document=new, number=1, blob=newest[old.pk].blob, filename=newest[old.pk].filename, created_by=actor)
        for new, old in zip(made, documents, strict=True))
    record_many([Line("documents.copy", new.institution_id, f"document:{new.uuid}", actor.pk, detail={"of": str(old.uuid)})
                 for new, old in zip(made, documents, strict=True)])
    tasks.order_copies([(version.pk, newest[old.pk].pk) for version, old in zip(versions, documents, strict=True)])
    return made
