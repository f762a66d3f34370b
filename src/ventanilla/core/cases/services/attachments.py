"""Attaching documents to a case, a turn or an answer."""
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.cases.moving import Moving, lock_cases
from ventanilla.core.cases.search import index_version
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused


def attach_in(move: Moving, documents: Sequence[Document], *, role: str, answer_id: int | None = None) -> None:
    """Attach inside a verb that already holds the case."""
    Attachment.objects.bulk_create(
        Attachment(case=move.case, turn_id=move.turn.pk if move.turn else None, answer_id=answer_id, document=d, role=role,
                   person=move.actor, at=move.at) for d in documents)
    _index(documents)


def takes_files(case: Case) -> bool:
    """Whether files may still be added to the case."""
    return case.state not in kind_of(case.kind).flow.sealed


def refuse_sealed(case: Case) -> None:
    """Raises Refused, with what to do instead, for a case that takes no more files."""
    if not takes_files(case):
        raise Refused(_("Está en «%(state)s» y ya no recibe archivos. Regístrelos como otro asunto.") % {"state": state_of(case)}, "files")


def _index(documents: Sequence[Document]) -> None:
    """What was read before it was attached is found from now on; the rest when it has been read."""
    for version in DocumentVersion.objects.filter(document__in=documents, state="ready").latest_only():
        index_version(version)


@transaction.atomic
def attach(*, actor: Person | None, case: Case, documents: Sequence[Document], role: str = "annex",
           turn_id: int | None = None, private: bool = False) -> list[Attachment]:
    """Attach documents of the same institution. Raises NotAllowed when the case is not visible to the actor, Refused when it is
    sealed; no actor: what an import brings belongs to it from before."""
    return attach_each(actor=actor, given=[Attachment(case=case, turn_id=turn_id, document=d, role=role, private=private)
                                           for d in documents])


@transaction.atomic
def attach_each(*, actor: Person | None, given: Sequence[Attachment]) -> list[Attachment]:
    """Attach to many cases what stands in these rows, not saved yet. Raises as `attach` does."""
    cases = {row.case_id: row.case for row in given}
    if actor and Case.objects.visible_to(actor).filter(pk__in=cases).count() < len(cases):
        raise NotAllowed
    for case in lock_cases(pk for pk, case in cases.items() if actor and kind_of(case.kind).flow.sealed):
        refuse_sealed(case)
    if any(row.document.institution_id != row.case.institution_id for row in given):
        raise NotAllowed
    for row in given:
        row.person, row.at = actor, timezone.now()
    made = Attachment.objects.bulk_create(given)
    _index([row.document for row in made])
    held = defaultdict(list)
    for row in made:
        held[row.case_id, row.role].append(row.document_id)
    record_many([Line(f"{cases[pk].kind}.attach", cases[pk].institution_id, f"case:{pk}", actor.pk if actor else None, pk,
                      detail={"documents": documents, "role": role}) for (pk, role), documents in held.items()])
    return made
