"""Reviews: the list, the record with observations field by field, and a page per step."""
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Attachment, Case, Move
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.questionnaires.showing import shown_values
from ventanilla.lib.flow import Step
from ventanilla.modules.practices import forms_life as own
from ventanilla.modules.practices.flow import AUTHOR, KEEPER, REVIEWER
from ventanilla.modules.practices.form import definition, printed
from ventanilla.modules.practices.instrument import LABELS
from ventanilla.modules.practices.models import Evaluation, Observation, Review
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.bases import basis_mark
from ventanilla.modules.practices.screens.common import attempt, person_of
from ventanilla.modules.practices.services import evaluation, lifecycle
from ventanilla.modules.practices.services.lifecycle_relations import let_in, to_practice
from ventanilla.modules.practices.services.records import clean_values
from ventanilla.web.screens.columns import case_light
from ventanilla.web.ui.charts import Series, radar_chart

SYSTEM_STEPS = {"complete"}


def visible_review(request: HttpRequest, pk: int) -> tuple[Review, Person]:
    """The review for the registry, the author and whoever reads its case; otherwise 404."""
    person = person_of(request)
    row = Review.objects.filter(pk=pk, institution_id=person.institution_id).select_related(
        "case__unit", "case__assignee", "case__institution", "practice__unit", "practice__owner", "revision", "campaign", "version").first()
    if row:
        let_in(row.case, person)
    if row is None or not Case.objects.visible_to(person).filter(pk=pk).exists():
        raise Http404
    return row, person


def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a review."""
    review, person = visible_review(request, pk)
    return render(request, "practices/review.html", context_of(review, person))


def context_of(review: Review, person: Person) -> dict[str, Any]:
    """What the record shows to this person."""
    case, held = review.case, set(to_practice(reach_of(person), review.practice))
    registry = bool(held & {REVIEWER, KEEPER})
    seen = evaluation.may_see_results(person, review, case)
    found = evaluation.results(review) if seen and review.version_id else None
    steps = [s for s in allowed_steps(person, case) if s.name not in SYSTEM_STEPS and _offered(s, review)]
    return {
        "basis": basis_mark(review.practice),
        "review": review, "case": case, "practice": review.practice, "registry": registry, "author": AUTHOR in held, "steps": steps,
        "primary": steps[0] if steps else None, "state": state_of(case), "light": case_light(case),
        "observations": _observations(review, registry), "fields": field_choices(review), "unsettled": lifecycle.unsettled(review),
        "panel": list(Evaluation.objects.filter(review=review, replaced_at=None).select_related("evaluator__unit")),
        "results": found, "chart": _chart(found), "labels": LABELS,
        "far": [LABELS.get(key, key).lower() for key in found.agreement.far] if found else [],
        "letters": lifecycle.letters_of(case, person),
        "files": list(Attachment.objects.readable_by(person).filter(case=case).select_related("document")),
        "moves": list(Move.objects.filter(case=case).select_related("actor", "acting_for").order_by("-pk")),
        "shown": shown_values(definition(review.revision.generation), clean_values(review.revision.values, review.revision.generation)),
    }


def _offered(step: Step, review: Review) -> bool:
    """A validation is confirmed without a panel when the registry wishes so; a first registration never is. Replacing has its own page."""
    again = review.purpose == Review.Purpose.REVALIDATION
    return step.name != "panel" and (step.name != "confirm" or again)


def _observations(review: Review, registry: bool) -> list[tuple[Observation, str]]:
    rows = Observation.objects.filter(review=review).prefetch_related("remarks__person")
    if not registry:  # what is not sent yet is the registry's own; of what was answered before, the author knows
        rows = rows.filter(~Q(state=Observation.State.DRAFT) | Q(remarks__by_author=True)).distinct()
    labels = dict(field_choices(review))
    return [(row, labels.get(row.key, _("De toda la práctica"))) for row in rows]


def field_choices(review: Review) -> list[tuple[str, str]]:
    """Every field with its printed number."""
    places = printed(review.revision.generation).fields
    return [(key, f"{places[key].number} {one.label}".strip() if key in places else one.label)
            for key, one in definition(review.revision.generation).fields.items()]


def _chart(found: evaluation.Results | None) -> Any:
    if found is None or not found.marks:
        return None
    keys = [k for k in LABELS if k in found.factors]
    sets = [Series(m.evaluation.evaluator.name, [m.factors.get(k) for k in keys]) for m in found.marks]
    return radar_chart(_("Puntos por factor"), [LABELS[k] for k in keys], sets, maximum=100) if len(keys) > 2 else None


Runner = Callable[[Person, Review, dict[str, Any]], str]


def _take(person: Person, review: Review, _data: dict[str, Any]) -> str:
    lifecycle.take_review(actor=person, case=review.case)
    return _("La revisión la tiene usted.")


def _observe(person: Person, review: Review, _data: dict[str, Any]) -> str:
    lifecycle.send_observations(actor=person, case=review.case)
    return _("Las observaciones se enviaron; el plazo de la revisión se detiene mientras responden.")


def _respond(person: Person, review: Review, _data: dict[str, Any]) -> str:
    lifecycle.respond(actor=person, case=review.case)
    return _("La práctica volvió a revisión con sus respuestas.")


def _evaluate(person: Person, review: Review, data: dict[str, Any]) -> str:
    evaluation.start_evaluation(actor=person, case=review.case, draft=evaluation.PanelDraft(list(data["people"]), data["due_on"]))
    return _("La práctica pasó a evaluación; se avisó a quienes evalúan.")


def _arbitrate(person: Person, review: Review, data: dict[str, Any]) -> str:
    evaluation.ask_another(actor=person, case=review.case, **data)
    return _("Se pidió otra evaluación.")


def _register(person: Person, review: Review, data: dict[str, Any]) -> str:
    made = lifecycle.register_practice(actor=person, case=review.case, ruling=data["ruling"])
    return _("Quedó registrada con el número %(number)s.") % {"number": made.registry_number}


def _reject(person: Person, review: Review, data: dict[str, Any]) -> str:
    lifecycle.reject(actor=person, case=review.case, reason=data["reason"])
    return _("Quedó sin registrar; se avisó a quien la presentó.")


def _retire(person: Person, review: Review, data: dict[str, Any]) -> str:
    lifecycle.retire_proposal(actor=person, case=review.case, reason=data["reason"])
    return _("La propuesta se retiró; la práctica es otra vez un borrador.")


STEPS: dict[str, tuple[Any, Runner]] = {
    "take": (own.PlainForm, _take), "observe": (own.PlainForm, _observe), "respond": (own.PlainForm, _respond),
    "evaluate": (own.PanelForm, _evaluate), "arbitrate": (own.EvaluatorForm, _arbitrate), "confirm": (own.RulingForm, _register),
    "enrol": (own.RulingForm, _register), "reject": (own.ReasonForm, _reject), "retire": (own.ReasonForm, _retire),
}
SAID = {"take": noop("Usted se hace cargo de revisarla; quien la presentó lo sabrá."),
        "observe": noop("Se enviarán todas las observaciones por enviar. El plazo de la revisión se detiene mientras las responden."),
        "respond": noop("Lo que haya corregido se sella como una revisión nueva de la práctica."),
        "reject": noop("Quien la presentó verá el motivo y podrá trabajarla y presentarla otra vez."),
        "retire": noop("La práctica volverá a ser un borrador.")}


def step_page(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step of the review."""
    review, person = visible_review(request, pk)
    if step not in STEPS:
        raise Http404
    taken = next((s for s in allowed_steps(person, review.case) if s.name == step and _offered(s, review)), None)
    if taken is None:
        messages.warning(request, _("Ese paso ya no es posible: la revisión cambió mientras tanto."))
        return redirect("practice_review", pk)
    form, run = STEPS[step]
    known = {"practice": review.practice} if form in (own.PanelForm, own.EvaluatorForm) else {}
    here = reverse("practice_review", args=[pk])
    label = str(taken.label)
    given = Act(label, here, lambda data: run(person, review, data), sub=str(review.practice), danger=step in ("reject", "retire"),
                crumbs=[(review.case.folio, here), (label, "")], said=_(SAID[step]) if step in SAID else "")
    return act(request, given, form, **known)


@require_POST
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down an observation."""
    review, person = visible_review(request, pk)
    key, text = request.POST.get("campo", ""), request.POST.get("texto", "")
    if key and key not in dict(field_choices(review)):
        raise Http404
    attempt(request, lambda: lifecycle.observe_field(actor=person, case=review.case, draft=lifecycle.ObservationDraft(text, key)),
            _("Observación anotada; se enviará con las demás."))
    return redirect("practice_review", pk)


@require_POST
def settle(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Answer an observation, accept the answer, insist, or take it back."""
    person = person_of(request)
    row = get_object_or_404(Observation.objects.select_related("review__case", "review__practice"), pk=pk,
                            institution_id=person.institution_id)
    let_in(row.review.case, person)
    if not Case.objects.visible_to(person).filter(pk=row.review_id).exists():
        raise Http404
    text = request.POST.get("texto", "")
    verbs: dict[str, tuple[Callable[[], Any], str]] = {
        "responder": (lambda: lifecycle.answer_observation(actor=person, observation=row, text=text), _("Respuesta guardada.")),
        "aceptar": (lambda: lifecycle.settle_observation(actor=person, observation=row, accepted=True, text=text),
                    _("Respuesta aceptada.")),
        "insistir": (lambda: lifecycle.settle_observation(actor=person, observation=row, accepted=False, text=text),
                     _("Se volverá a enviar.")),
        "quitar": (lambda: lifecycle.drop_observation(actor=person, observation=row), _("Se quitó."))}
    if verb not in verbs:
        raise Http404
    attempt(request, *verbs[verb])
    return redirect("practice_review", row.review_id)


def replace_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else evaluates instead."""
    person = person_of(request)
    row = get_object_or_404(Evaluation.objects.select_related("review__case", "review__practice__unit", "evaluator"), pk=pk,
                            institution_id=person.institution_id)
    let_in(row.review.case, person)
    if KEEPER not in set(to_practice(reach_of(person), row.review.practice)):
        raise Http404

    def run(data: dict[str, Any]) -> str:
        evaluation.replace_evaluator(actor=person, evaluation=row, **data)
        return _("Se pidió la evaluación a %(who)s.") % {"who": data["person"].name}

    here = reverse("practice_review", args=[row.review_id])
    title = _("Sustituir a %(who)s") % {"who": row.evaluator.name}
    return act(request, Act(title, here, run, sub=str(row.review.practice), crumbs=[(row.review.case.folio, here), (title, "")]),
               own.EvaluatorForm, practice=row.review.practice, dated=False)
