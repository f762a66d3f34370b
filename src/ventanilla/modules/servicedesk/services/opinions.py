"""What people say of how they were attended, on the ticket itself: who is still asked, and what was answered."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.queries import ResponseQuerySet
from ventanilla.core.questionnaires.services import renew
from ventanilla.core.questionnaires.services.invitations import digest_of
from ventanilla.core.questionnaires.showing import Shown, shown_values
from ventanilla.modules.servicedesk.services.relations import is_staff


@dataclass(frozen=True)
class Opinion:
    """An answered survey without its private questions; `who` is empty when somebody without an account answered."""

    who: str
    at: datetime
    score: float | None
    answers: Sequence[Shown]


def asked_of(person: Person) -> ResponseQuerySet:
    """Surveys of tickets that wait for this person's answer and can still be answered."""
    rows = Response.objects.visible_to(person).filter(respondent=person, role="answer", state="open", case__isnull=False)
    return rows.filter(expires_at__gt=timezone.now())


def address_for(person: Person, case: Case) -> str:
    """Where the person answers about the ticket: the link that they were sent, or a new one when they no longer have it.

    Raises NotAllowed when nothing is asked of them.
    """
    row = asked_of(person).filter(case=case).first()
    if row is None:
        raise NotAllowed
    for url in Notice.objects.filter(person=person, kind="survey", case_id=case.pk).order_by("-pk").values_list("url", flat=True):
        if digest_of(url.rstrip("/").rpartition("/")[2]) == row.token_digest:
            return url
    return renew(actor=person, response=row).path


def opinions_of(person: Person, case: Case) -> list[Opinion]:
    """What was answered about the ticket, oldest first: to its desk everything, to anybody else what they said themselves."""
    rows = _answers(person, case).submitted().select_related("version", "respondent").order_by("submitted_at", "pk")
    return [Opinion(r.respondent.name if r.respondent else "", r.submitted_at, float(r.score) if r.score is not None else None,
                    shown_values(r.version.form, r.values)) for r in rows if r.submitted_at]


def still_asked(person: Person, case: Case) -> int:
    """How many of those who were asked about the ticket can still answer, as far as the person may know."""
    return _answers(person, case).filter(state="open", expires_at__gt=timezone.now()).count()


def _answers(person: Person, case: Case) -> ResponseQuerySet:
    rows = Response.objects.visible_to(person).filter(case=case, role="answer")
    return rows if is_staff(reach_of(person), case) else rows.filter(respondent=person)
