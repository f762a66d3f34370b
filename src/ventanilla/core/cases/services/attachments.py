"""Attaching documents to a case, a turn or an answer."""
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.cases.moving import Moving
from ventanilla.core.cases.search import index_version
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed


def attach_in(move: Moving, documents: Sequence[Document], *, role: str, answer_id: int | None = None) -> None:
    """Attach inside a verb that already holds the case."""
    Attachment.objects.bulk_create(
        Attachment(case=move.case, turn_id=move.turn.pk if move.turn else None, answer_id=answer_id, document=d, role=role,
                   person=move.actor, at=move.at) for d in documents)
    _index(documents)


def _index(documents: Sequence[Document]) -> None:
    """What was read before it was attached is found from now on; the rest when it has been read."""
    for version in DocumentVersion.objects.filter(document__in=documents, state="ready").latest_only():
        index_version(version)


@transaction.atomic
def attach(*, actor: Person | None, case: Case, documents: Sequence[Document], role: str = "annex",
           turn_id: int | None = None, private: bool = False) -> list[Attachment]:
    """Attach documents of the same institution. Raises NotAllowed when the case is not visible to the actor."""
    if actor and not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    if any(d.institution_id != case.institution_id for d in documents):
        raise NotAllowed
    rows = Attachment.objects.bulk_create(
        Attachment(case=case, turn_id=turn_id, document=d, role=role, person=actor, private=private, at=timezone.now())
        for d in documents)
    _index(documents)
    record(f"{case.kind}.attach", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}",
           case_id=case.pk, detail={"documents": [d.pk for d in documents], "role": role})
    return rows
