"""The forms that register a cancelled letter again, filled in with what it had."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.services.correcting import facts_of
from ventanilla.modules.correspondence.services.registering_again import files_of, not_again, tied


@dataclass(frozen=True)
class Again:
    """The cancelled letter (`case`, with its `letter`), its files, and which of them (by document) the new one keeps."""

    case: Case
    files: list[Attachment]
    kept: frozenset[str]

    @property
    def documents(self) -> list[Document]:
        """The files to keep."""
        return [row.document for row in self.files if str(row.document.uuid) in self.kept]

    @property
    def initial(self) -> dict[str, Any]:
        """What the form that registers begins with."""
        case, letter = self.case, self.case.letter
        due = case.due_at if case.due_at and case.due_at > timezone.now() else None
        return facts_of(case, letter) | {
            "unit": case.unit_id, "direction": letter.direction, "received_at": timezone.localtime(case.received_at), "level": case.level,
            "due": timezone.localdate(due) if due else None}

    @property
    def written(self) -> dict[str, Any]:
        """What the form that writes begins with."""
        case, letter = self.case, self.case.letter
        return {"unit": case.unit_id, "type": letter.type, "subject": case.subject, "text": letter.text, "template": letter.template_id,
                "addressee": letter.addressee}


def again_of(request: HttpRequest, person: Person) -> Again | None:
    """The cancelled letter that the address names (`de`); None when it names none. Raises Http404 for one that cannot be read."""
    if not (named := request.GET.get("de")):
        return None
    case = Case.objects.visible_to(person).filter(pk=whole(named) or 0, kind="letter").select_related("letter__type").first()
    if case is None:
        raise Http404
    files = files_of(case)
    return Again(case, files, _kept(request.POST, files) if request.method == "POST" else frozenset(str(f.document.uuid) for f in files))


def _kept(posted: QueryDict, files: list[Attachment]) -> frozenset[str]:
    return frozenset(posted.getlist("kept")) & {str(f.document.uuid) for f in files}


def about_again(person: Person, case: Case) -> Mapping[str, Any]:
    """What the record says of it: which letter it stands for, which one stands for it, and where it would be registered again."""
    before, after = tied(person, case)
    written = bool(case.letter.text)
    may = not not_again(person, case) and reach_of(person).can(cap.ROUTE if written else cap.REGISTER, case.unit_id)
    address = f"{reverse('letter_write' if written else 'letter_register')}?de={case.pk}" if may else ""
    return {"stands_for": before, "registered_again": after, "again_address": address}
