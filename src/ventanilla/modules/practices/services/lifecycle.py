"""The life of a practice: presented by letter, reviewed, registered, validated again, withdrawn. Evaluation is in `evaluation.py`."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.services import CaseDraft, attach, open_cases, take_step
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Institution, Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.folio import Mask
from ventanilla.modules.practices.flow import AUTHOR, KEEPER, REVIEWER, STATE_OF_PRACTICE
from ventanilla.modules.practices.models import Campaign, Observation, Practice, PracticeState, RegistryDesk, Remark, Review
from ventanilla.modules.practices.services.lifecycle_presenting import presentable, seal
from ventanilla.modules.practices.services.lifecycle_relations import let_in, must, numbering

SERIES, NUMBERS = "practice-review", "practice-registry"
MASK, NUMBER_MASK = "BP-REV-{n:03}/{year}", "BP-{year}-{n:03}"


@dataclass(frozen=True)
class Presentation:
    """What a practice is presented with: the letter (its folio when it is registered here), files, the campaign it answers."""

    letter: str = ""
    documents: Sequence[Document] = ()
    campaign: Campaign | None = None
    received_at: datetime = field(default_factory=timezone.now)
    source: str = "web"
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class ObservationDraft:
    """What a reviewer asks: of a field of the form (`key`), or of the whole practice (empty)."""

    text: str
    key: str = ""
    uuid: UUID = field(default_factory=uuid4)


def desk_of(institution: Institution) -> RegistryDesk:
    """The unit that keeps the registry: chosen by the administration, else the first one with somebody who registers, else the root."""
    found = RegistryDesk.objects.select_related("unit").filter(institution=institution).first()
    if found:
        return found
    grant = Grant.objects.filter(unit__institution=institution, role__capabilities__contains=[cap.PRACTICE_REGISTRY]).order_by("pk").first()
    unit = grant.unit if grant else Unit.objects.filter(institution=institution, parent=None).order_by("pk").first()
    if unit is None:
        raise Refused(_("Falta decir qué unidad lleva el registro de buenas prácticas."))
    return RegistryDesk.objects.get_or_create(institution=institution, defaults={"unit": unit})[0]


@transaction.atomic
def present(*, actor: Person, practice: Practice, draft: Presentation) -> Case:
    """Present the practice for registration; a registered one, for its validation again. Idempotent by uuid.

    What is written is sealed. Raises NotAllowed; Refused while readings wait for a decision, answers are missing, no letter is named, or a
    review is open already.
    """
    if known := Case.objects.filter(uuid=draft.uuid, institution_id=actor.institution_id).first():
        return known
    row = Practice.objects.select_for_update(of=("self",)).select_related("unit", "institution").get(pk=practice.pk)
    must(actor, row, AUTHOR)
    _check(row, draft)
    revision = seal(actor, row)
    case = _open(actor, row, draft, revision.pk)
    _link(actor, case, draft.letter)
    if draft.documents:
        attach(actor=actor, case=case, documents=draft.documents, role="letter")
    _follow(Review.objects.get(case=case), "received")
    return case


def _check(practice: Practice, draft: Presentation) -> None:
    if practice.state not in (PracticeState.DRAFT, PracticeState.REJECTED, PracticeState.REGISTERED):
        raise Refused(_("La práctica ya está presentada."))
    if Review.objects.filter(practice=practice, open=True).exists():
        raise Refused(_("La práctica ya tiene una revisión en curso."))
    if not draft.letter.strip():
        raise Refused(_("Escriba el número del oficio con que se presenta."), "letter")
    if draft.campaign and (draft.campaign.institution_id != practice.institution_id or draft.campaign.stage != "open"):
        raise Refused(_("Esa convocatoria no está abierta."), "campaign")
    presentable(practice)


def _open(actor: Person, practice: Practice, draft: Presentation, revision_id: int) -> Case:
    desk = desk_of(practice.institution)
    numbering(desk.unit, SERIES, MASK)
    again = practice.state == PracticeState.REGISTERED
    purpose = Review.Purpose.REVALIDATION if again else Review.Purpose.REGISTRATION

    def details(ids: Sequence[int], _drafts: Sequence[CaseDraft]) -> None:
        Review.objects.bulk_create(
            Review(case_id=i, institution_id=practice.institution_id, practice=practice, purpose=purpose, revision_id=revision_id,
                   campaign=draft.campaign, letter=draft.letter.strip()[:120], document=draft.documents[0] if draft.documents else None)
            for i in ids)

    given = CaseDraft(
        "practice_review", desk.unit, practice.title, draft.received_at, SERIES, words=f"{practice.agency} {draft.letter}", uuid=draft.uuid,
        source=draft.source, goals=(Goal("review", Term(desk.review_days)),),
        parties=[("requester", p) for p in dict.fromkeys((practice.owner, actor))])
    return open_cases(actor=actor, drafts=[given], details=details, checked=True)[0]


def _link(actor: Person, case: Case, folio: str) -> None:
    """A letter registered here, which the actor may read, is tied to the review by the core; any other is only its number."""
    letter = Case.objects.visible_to(actor).filter(kind="letter", folio__iexact=folio.strip()).order_by("-pk").first()
    if letter:
        CaseLink.objects.get_or_create(case=case, other=letter, kind="answers")


def _follow(review: Review, state: str, **changed: Any) -> None:
    """The practice follows its first review; one that is registered stays so while it is validated again."""
    if review.purpose == Review.Purpose.REGISTRATION:
        changed["state"] = STATE_OF_PRACTICE[state]
    if changed:
        Practice.objects.filter(pk=review.practice_id).update(updated_at=timezone.now(), **changed)


def review_of(case: Case) -> Review:
    """The review of a case, locked. Raises Review.DoesNotExist."""
    return Review.objects.select_for_update(of=("self",)).select_related("practice__unit", "practice__institution", "version",
                                                                         "case").get(case=case)


@transaction.atomic
def take_review(*, actor: Person, case: Case) -> Case:
    """The reviewer takes it in hand. Raises NotAllowed, Refused."""
    let_in(case, actor)
    with moving(case, "take", actor) as move:
        move.case.assignee = actor
        _follow(review_of(case), "reviewing")
        return move.case


@transaction.atomic
def observe_field(*, actor: Person, case: Case, draft: ObservationDraft) -> Observation:
    """Write down an observation; it is sent with the others. Idempotent by uuid. Raises NotAllowed, Refused."""
    review = reviewing(actor, case)
    if known := Observation.objects.filter(uuid=draft.uuid, review=review).first():
        return known
    if not draft.text.strip():
        raise Refused(_("Escriba la observación."), "text")
    row = Observation.objects.create(institution_id=review.institution_id, review=review, uuid=draft.uuid, key=draft.key[:80],
                                     at=timezone.now())
    _say(row, actor, draft.text)
    _log("observe_field", actor, case, {"observation": row.pk, "key": draft.key}, draft.text)
    return row


def reviewing(person: Person, case: Case) -> Review:
    """The review while it is in the registry's hands, for who reviews it. Raises NotAllowed, Refused."""
    let_in(case, person)
    review = review_of(case)
    must(person, review.practice, REVIEWER, KEEPER)
    if Case.objects.get(pk=case.pk).state != "reviewing":
        raise Refused(_("Solo se puede mientras la práctica está en revisión."))
    return review


def _say(row: Observation, person: Person, text: str, by_author: bool = False) -> None:
    Remark.objects.create(observation=row, person=person, by_author=by_author, text=text.strip()[:8000], at=timezone.now())


def _log(verb: str, actor: Person, case: Case, detail: dict[str, Any], text: str = "") -> None:
    record(f"practice_review.{verb}", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail=detail, personal={"text": text} if text else {})


@transaction.atomic
def drop_observation(*, actor: Person, observation: Observation) -> None:
    """Take back an observation that was not sent yet. Raises NotAllowed, Refused."""
    case = observation.review.case
    reviewing(actor, case)
    row = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if row.state != Observation.State.DRAFT or row.remarks.filter(by_author=True).exists():
        raise Refused(_("Esa observación ya se envió."))
    row.delete()
    _log("drop_observation", actor, case, {"observation": observation.pk, "key": row.key})


@transaction.atomic
def send_observations(*, actor: Person, case: Case) -> Case:
    """Give the practice back to its author with what was observed; the review's clock pauses. Raises NotAllowed, Refused."""
    let_in(case, actor)
    review = review_of(case)
    waiting = Observation.objects.filter(review=review, state=Observation.State.DRAFT)
    if not waiting.exists():
        raise Refused(_("No hay observaciones por enviar. Escriba al menos una, o pase la práctica a evaluación."))
    moved = take_step(actor=actor, case=case, step="observe", detail={"observations": waiting.count()})
    waiting.update(state=Observation.State.OPEN)
    _follow(review, "observed")
    return moved


@transaction.atomic
def answer_observation(*, actor: Person, observation: Observation, text: str) -> Observation:
    """The author says what was done about it. Raises NotAllowed, Refused (also when it was not asked, or is settled)."""
    case = observation.review.case
    review = review_of(case)
    must(actor, review.practice, AUTHOR)
    row = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if Case.objects.get(pk=case.pk).state != "observed" or row.state not in (Observation.State.OPEN, Observation.State.ANSWERED):
        raise Refused(_("Esa observación no espera respuesta."))
    if not text.strip():
        raise Refused(_("Escriba qué se hizo o por qué queda igual."), "text")
    _say(row, actor, text, by_author=True)
    row.state = Observation.State.ANSWERED
    row.save(update_fields=["state"])
    _log("answer_observation", actor, case, {"observation": row.pk}, text)
    return row


@transaction.atomic
def respond(*, actor: Person, case: Case) -> Case:
    """Send the practice back to the registry with every observation answered; what was corrected is sealed as a new revision."""
    review = review_of(case)
    must(actor, review.practice, AUTHOR)
    if left := Observation.objects.filter(review=review, state=Observation.State.OPEN).count():
        raise Refused(ngettext("Falta responder %(n)s observación.", "Falta responder %(n)s observaciones.", left) % {"n": left})
    presentable(review.practice)
    let_in(case, actor)
    moved = take_step(actor=actor, case=case, step="respond")
    review.revision = seal(actor, review.practice)
    review.save(update_fields=["revision"])
    _follow(review, "reviewing")
    return moved


@transaction.atomic
def settle_observation(*, actor: Person, observation: Observation, accepted: bool, text: str = "") -> Observation:
    """Accept the author's answer, or insist with the reason (it is sent again with the next observations). Raises NotAllowed, Refused."""
    case = observation.review.case
    reviewing(actor, case)
    row = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if row.state != Observation.State.ANSWERED:
        raise Refused(_("Esa observación no tiene respuesta por valorar."))
    if not accepted and not text.strip():
        raise Refused(_("Diga qué falta."), "text")
    if text.strip():
        _say(row, actor, text)
    row.state = Observation.State.ACCEPTED if accepted else Observation.State.DRAFT
    row.save(update_fields=["state"])
    _log("settle_observation", actor, case, {"observation": row.pk, "accepted": accepted}, text)
    return row


def unsettled(review: Review) -> int:
    """How many observations are not accepted yet."""
    return Observation.objects.filter(review=review).exclude(state=Observation.State.ACCEPTED).count()


def none_unsettled(review: Review) -> None:
    """Raise Refused while an observation is not settled."""
    if left := unsettled(review):
        raise Refused(ngettext("Queda %(n)s observación sin aceptar.", "Quedan %(n)s observaciones sin aceptar.", left) % {"n": left})


@transaction.atomic
def register_practice(*, actor: Person, case: Case, ruling: str) -> Practice:
    """Enter the practice in the registry with its number (or confirm it when it was validated again). Raises NotAllowed, Refused."""
    let_in(case, actor)
    review = review_of(case)
    if not ruling.strip():
        raise Refused(_("Escriba el dictamen."), "ruling")
    again = review.purpose == Review.Purpose.REVALIDATION
    step = "confirm" if again and Case.objects.get(pk=case.pk).state == "reviewing" else "enrol"
    none_unsettled(review)
    take_step(actor=actor, case=case, step=step, reason=ruling)
    review.ruling, review.open = ruling.strip(), False
    review.save(update_fields=["ruling", "open"])
    _keep_evaluations(review)
    now, practice = timezone.now(), review.practice
    number = practice.registry_number or _next_number(practice)
    Practice.objects.filter(pk=practice.pk).update(
        state=PracticeState.REGISTERED, registry_number=number, registered_at=practice.registered_at or now, current=review.revision,
        public=True, updated_at=now)
    practice.refresh_from_db()
    return practice


def _next_number(practice: Practice) -> str:
    series = numbering(desk_of(practice.institution).unit, NUMBERS, NUMBER_MASK)
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_next_folio(%s, %s, %s)", [series.pk, year, 1])
        return Mask(series.mask, series.yearly).write(cursor.fetchone()[0], unit=series.unit.code or series.unit.short_name, year=year)


@transaction.atomic
def reject(*, actor: Person, case: Case, reason: str) -> Case:
    """The practice is not registered, with the reason; its author may work on it and present it again. Raises NotAllowed, Refused."""
    let_in(case, actor)
    return _ended(actor, case, "reject", reason, "rejected")


@transaction.atomic
def retire_proposal(*, actor: Person, case: Case, reason: str) -> Case:
    """The author takes the proposal back; the practice is a draft again. Raises NotAllowed, Refused."""
    let_in(case, actor)
    return _ended(actor, case, "retire", reason, "retired")


def _ended(actor: Person, case: Case, step: str, reason: str, state: str) -> Case:
    review = review_of(case)
    moved = take_step(actor=actor, case=case, step=step, reason=reason)
    review.open, review.ruling = False, reason if step == "reject" else ""
    review.save(update_fields=["open", "ruling"])
    _keep_evaluations(review)
    _follow(review, state)
    return moved


def _keep_evaluations(review: Review) -> None:
    from ventanilla.modules.practices.services.evaluation import keep_responses

    keep_responses(review)


@transaction.atomic
def withdraw_practice(*, actor: Person, practice: Practice, reason: str) -> Practice:
    """Take a registered practice out of the registry, with the reason; it keeps its number and history and is no longer public.

    Raises NotAllowed; Refused when it is not registered, or while a review or a transfer of it is open.
    """
    row: Practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    must(actor, row, AUTHOR, KEEPER)
    if row.state != PracticeState.REGISTERED:
        raise Refused(_("Solo se da de baja una práctica registrada."))
    if not reason.strip():
        raise Refused(_("Escriba el motivo."), "reason")
    if row.reviews.filter(open=True).exists() or row.transfer_cases.filter(case__closed_at=None).exists():
        raise Refused(_("Tiene una revisión o una transferencia en curso; termínela antes."))
    row.state, row.withdrawn_at, row.public = PracticeState.WITHDRAWN, timezone.now(), False
    row.updated_at = row.withdrawn_at
    row.save(update_fields=["state", "withdrawn_at", "public", "updated_at"])
    record("practices.withdraw", actor=actor, institution_id=row.institution_id, subject=f"practice:{row.pk}",
           detail={"number": row.registry_number}, personal={"reason": reason})
    return row


@transaction.atomic
def choose_desk(*, actor: Person, institution: Institution, unit: Unit, review_days: int, revalidate_months: int) -> RegistryDesk:
    """Say which unit keeps the registry, in how many working days it reviews, and after how many months practices are validated again."""
    if actor.institution_id != institution.pk or unit.institution_id != institution.pk:
        raise NotAllowed
    from ventanilla.core.orgs.services.setup import require

    require(actor, cap.PRACTICE_REGISTRY)
    if not 1 <= review_days <= 120 or not 1 <= revalidate_months <= 120:
        raise Refused(_("Escriba de 1 a 120."), "review_days")
    row = RegistryDesk.objects.update_or_create(institution=institution, defaults={
        "unit": unit, "review_days": review_days, "revalidate_months": revalidate_months})[0]
    record("practices.choose_desk", actor=actor, institution_id=institution.pk, subject=f"unit:{unit.pk}",
           detail={"review_days": review_days, "revalidate_months": revalidate_months})
    return row


def letters_of(case: Case, person: Person) -> list[Case]:
    """The registered letters that this case came with and that the person may read."""
    return list(Case.objects.visible_to(person).filter(linked_from__case=case, linked_from__kind="answers"))


__all__ = ["ObservationDraft", "Presentation", "answer_observation", "choose_desk", "desk_of", "drop_observation",
           "letters_of", "none_unsettled", "observe_field", "present", "register_practice", "reject", "respond", "retire_proposal",
           "review_of", "reviewing", "send_observations", "settle_observation", "take_review", "unsettled", "withdraw_practice"]
