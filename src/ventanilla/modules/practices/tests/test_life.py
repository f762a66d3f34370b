"""The life of a practice: presented, observed, evaluated by two who are blind to one another, registered, withdrawn."""
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import Response
from ventanilla.modules.practices.models import Evaluation, Observation, Practice, PracticeRevision, Review
from ventanilla.modules.practices.services import evaluation, lifecycle
from ventanilla.modules.practices.services.records import open_revision
from ventanilla.modules.practices.tests.life import Registry, marks, registry

pytestmark = pytest.mark.django_db


def test_a_practice_goes_from_its_letter_to_its_number() -> None:
    r = registry()
    letter = make.letter(r.world, actor=r.author, unit=r.world.north)
    case = r.presented(letter=letter.folio)
    assert CaseLink.objects.filter(case=case, other=letter, kind="answers").exists()
    review = r.evaluated(case, 3, 4)
    assert review.score is not None
    assert float(review.score) == pytest.approx(87.5)
    practice = lifecycle.register_practice(actor=r.keeper, case=case, ruling="Procede.")
    assert (practice.state, practice.public) == ("registered", True)
    assert practice.registry_number == f"BP-{timezone.localdate().year}-001"
    assert practice.current == review.revision


def test_observations_are_sent_answered_and_settled_before_it_is_evaluated() -> None:
    r = registry()
    case = r.presented()
    first = Review.objects.get(case=case).revision
    with pytest.raises(NotAllowed):
        lifecycle.take_review(actor=r.author, case=case)
    lifecycle.take_review(actor=r.reviewer, case=case)
    assert Case.objects.get(pk=case.pk).assignee == r.reviewer
    with pytest.raises(Refused, match="No hay observaciones"):
        lifecycle.send_observations(actor=r.reviewer, case=case)
    one = lifecycle.observe_field(actor=r.reviewer, case=case, draft=lifecycle.ObservationDraft("Falta la meta", "meta_programada"))
    two = lifecycle.observe_field(actor=r.reviewer, case=case, draft=lifecycle.ObservationDraft("Falta claridad"))
    with pytest.raises(Refused, match="2 observaciones"):
        evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.first, r.second], timezone.localdate()))
    lifecycle.send_observations(actor=r.reviewer, case=case)
    assert Practice.objects.get(reviews__case=case).state == "observed"
    assert Case.objects.get(pk=case.pk).due_at is None, "the review's clock waits"
    lifecycle.answer_observation(actor=r.author, observation=one, text="Se agregó la meta")
    with pytest.raises(Refused, match="1 observación"):
        lifecycle.respond(actor=r.author, case=case)
    lifecycle.answer_observation(actor=r.author, observation=two, text="Está claro")
    revision = open_revision(actor=r.author, practice=Practice.objects.get(reviews__case=case))
    PracticeRevision.objects.filter(pk=revision.pk).update(values={**first.values, "meta_programada": "90"})
    lifecycle.respond(actor=r.author, case=case)
    review = Review.objects.get(case=case)
    assert review.revision_id == revision.pk
    assert review.revision.sealed_at
    assert Case.objects.get(pk=case.pk).due_at is not None
    lifecycle.settle_observation(actor=r.reviewer, observation=one, accepted=True)
    lifecycle.settle_observation(actor=r.reviewer, observation=two, accepted=False, text="Todavía no")
    assert [o.state for o in Observation.objects.filter(review=review)] == ["accepted", "draft"]
    lifecycle.send_observations(actor=r.reviewer, case=case)
    lifecycle.answer_observation(actor=r.author, observation=two, text="Ahora sí")
    lifecycle.respond(actor=r.author, case=case)
    lifecycle.settle_observation(actor=r.reviewer, observation=two, accepted=True)
    assert two.remarks.count() == 4
    evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.first, r.second], timezone.localdate()))


def test_who_wrote_it_never_evaluates_and_nobody_sees_before_all_have_finished() -> None:
    r = registry()
    for role in ("practice_evaluator", "practice_registrar"):
        give(actor=None, person=r.author, role=role, unit=r.world.root, subtree=True)
    case = r.presented()
    lifecycle.take_review(actor=r.reviewer, case=case)
    day, review = timezone.localdate() + timedelta(days=5), Review.objects.get(case=case)
    assert r.author not in evaluation.candidates(review.practice)
    with pytest.raises(Refused, match="escribió la práctica"):
        evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.author, r.first], day))
    with pytest.raises(Refused, match="al menos dos"):
        evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.first, r.first], day))
    with pytest.raises(Refused, match="no tiene la función"):
        evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.world.staff, r.first], day))
    evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.first, r.second], day))
    one, two = Evaluation.objects.filter(review=review).order_by("pk")
    with pytest.raises(IntegrityError, match="no la evalúa"), transaction.atomic():
        Evaluation.objects.filter(pk=one.pk).update(evaluator=r.author)
    with pytest.raises(NotAllowed):
        evaluation.evaluate(actor=r.second, evaluation=one, raw=marks(2))
    evaluation.evaluate(actor=r.first, evaluation=one, raw=marks(1))
    case.refresh_from_db()
    review.refresh_from_db()
    assert (case.state, review.score) == ("evaluating", None)
    for person in (r.first, r.second, r.reviewer, r.keeper, r.author):
        assert not evaluation.may_see_results(person, review, case)
    for person in (r.second, r.reviewer, r.keeper, r.author):
        assert not Response.objects.visible_to(person).exists(), "not by the questionnaires either"
    made = evaluation.replace_evaluator(actor=r.keeper, evaluation=two, person=r.third, reason="Está de vacaciones")
    with pytest.raises(Refused):
        evaluation.evaluate(actor=r.second, evaluation=two, raw=marks(4))
    evaluation.evaluate(actor=r.third, evaluation=made, raw=marks(4))
    case.refresh_from_db()
    review.refresh_from_db()
    assert (case.state, float(review.score or 0)) == ("evaluated", 62.5)
    assert review.agreement["spread"]["impacto"] == 75
    assert review.agreement["equal"] == 0
    assert evaluation.may_see_results(r.first, review, case)
    assert not evaluation.may_see_results(r.author, review, case)
    extra = evaluation.ask_another(actor=r.keeper, case=case, person=_fourth(r), due_on=day, reason="Se separan mucho")
    evaluation.evaluate(actor=extra.evaluator, evaluation=extra, raw=marks(3))
    review.refresh_from_db()
    assert round(float(review.score or 0), 2) == 66.67
    lifecycle.reject(actor=r.keeper, case=case, reason="Falta impacto")
    assert Response.objects.filter(case=case, channel="panel").count() == 3, "for the statistics, after the ruling"


def _fourth(r: Registry) -> Person:
    person = make.person(r.world.institution, r.world.root, None, name="Cuarta")
    give(actor=None, person=person, role="practice_evaluator", unit=r.world.root, subtree=True)
    return person


def test_rejected_retired_confirmed_again_and_withdrawn() -> None:
    r = registry()
    practice = r.practice()
    case = r.presented(practice)
    with pytest.raises(Refused, match="ya está presentada"):
        r.presented(practice)
    lifecycle.retire_proposal(actor=r.author, case=case, reason="Falta un dato")
    practice.refresh_from_db()
    assert practice.state == "draft"
    case = r.presented(practice)
    lifecycle.take_review(actor=r.reviewer, case=case)
    lifecycle.reject(actor=r.keeper, case=case, reason="No es una práctica")
    practice.refresh_from_db()
    assert practice.state == "rejected"
    case = r.presented(practice)
    r.evaluated(case)
    number = lifecycle.register_practice(actor=r.keeper, case=case, ruling="Procede").registry_number
    practice.refresh_from_db()
    again = r.presented(practice)
    assert Review.objects.get(case=again).purpose == "revalidation"
    with pytest.raises(Refused, match="en curso"):
        lifecycle.withdraw_practice(actor=r.keeper, practice=practice, reason="Ya no opera")
    lifecycle.take_review(actor=r.reviewer, case=again)
    lifecycle.register_practice(actor=r.keeper, case=again, ruling="Sigue vigente")
    practice.refresh_from_db()
    assert (practice.state, practice.registry_number) == ("registered", number)
    with pytest.raises(NotAllowed):
        lifecycle.withdraw_practice(actor=r.first, practice=practice, reason="No")
    lifecycle.withdraw_practice(actor=r.author, practice=practice, reason="Ya no opera")
    practice.refresh_from_db()
    assert (practice.state, practice.public) == ("withdrawn", False)
    with pytest.raises(Refused):
        r.presented(practice)


def test_what_is_not_ready_is_not_presented() -> None:
    r = registry()
    practice = r.practice()
    PracticeRevision.objects.filter(practice=practice).update(values={"nombre": "Solo el nombre"})
    with pytest.raises(Refused, match="respuestas del formulario"):
        r.presented(practice)
    other = r.practice()
    with pytest.raises(Refused, match="oficio"):
        r.presented(other, letter=" ")
    Practice.objects.filter(pk=other.pk).update(pending=2)
    with pytest.raises(Refused, match="2 lecturas"):
        r.presented(other)
    with pytest.raises(NotAllowed):
        lifecycle.present(actor=r.world.south_head, practice=practice, draft=lifecycle.Presentation("OF/1"))
