"""The panel: at least two people who had no part in the practice, blind to one another until all have finished, and how far they agree."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import moving
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.definition import Definition, check, score
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.references import resolver
from ventanilla.core.questionnaires.services import AnswersDraft, InstrumentDraft, create_instrument, publish, record_answers
from ventanilla.core.questionnaires.words import Invalid, all_said
from ventanilla.modules.practices.agreement import POINTS, Agreement, agreement
from ventanilla.modules.practices.flow import KEEPER, REVIEWER
from ventanilla.modules.practices.instrument import DEFINITION
from ventanilla.modules.practices.models import Evaluation, Practice, Review
from ventanilla.modules.practices.services.lifecycle import none_unsettled, review_of
from ventanilla.modules.practices.services.lifecycle_relations import holders, let_in, must, wrote

SLUG: Final = "evaluacion-buenas-practicas"
LEAST: Final = 2


@dataclass(frozen=True)
class PanelDraft:
    """Who evaluates, and by which local day."""

    people: Sequence[Person]
    due_on: date


def instrument_of(institution: Institution) -> InstrumentVersion:
    """The published instrument of the five factors; the standard one is published when it is first needed. The institution may change
    it.
    """
    found = InstrumentVersion.objects.filter(institution=institution, instrument__slug=SLUG, state="published").first()
    if found:
        return found
    with transaction.atomic():
        Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
        made = Instrument.objects.filter(institution=institution, slug=SLUG).first() or create_instrument(
            actor=None, institution=institution, draft=InstrumentDraft(_("Evaluación de buenas prácticas"), "instrument", SLUG, DEFINITION))
        version = made.versions.order_by("-number").first()
        assert version is not None
        return version if version.state == "published" else publish(actor=None, version=version)


def candidates(practice: Practice) -> list[Person]:
    """Who may evaluate it: evaluators of its unit who had no part in writing it, by surname."""
    ids = holders(cap.PRACTICE_EVALUATE, practice.unit)
    people = Person.objects.filter(pk__in=ids, active=True).select_related("unit").order_by("sort_key")
    authors = {practice.owner_id, *(i for pair in practice.revisions.values_list("author_id", "edited_by_id") for i in pair)}
    return [p for p in people if p.pk not in authors]


@transaction.atomic
def start_evaluation(*, actor: Person, case: Case, draft: PanelDraft) -> Case:
    """Give the practice to its panel. Raises NotAllowed; Refused with fewer than two people, or with one who may not evaluate it."""
    let_in(case, actor)
    review = review_of(case)
    must(actor, review.practice, REVIEWER, KEEPER)
    none_unsettled(review)
    people = list(dict.fromkeys(draft.people))
    if len(people) < LEAST:
        raise Refused(_("Elija al menos dos personas que evalúen."), "people")
    if draft.due_on < timezone.localdate():
        raise Refused(_("La fecha ya pasó."), "due_on")
    with moving(case, "evaluate", actor, given={"panel": True}) as move:
        review.version = instrument_of(review.practice.institution)
        review.save(update_fields=["version"])
        Practice.objects.filter(pk=review.practice_id, registry_number="").update(state="evaluation", updated_at=move.at)
        move.detail["people"] = [p.pk for p in people]
        for person in people:
            _ask(review, person, draft.due_on)
        return move.case


def _ask(review: Review, person: Person, due_on: date, tie_break: bool = False) -> Evaluation:
    if person.institution_id != review.institution_id or not reach_of(person).can(cap.PRACTICE_EVALUATE, review.practice.unit_id):
        raise Refused(_("%(who)s no tiene la función de evaluar.") % {"who": person.name}, "people")
    if wrote(review.practice, person.pk):
        raise Refused(_("%(who)s escribió la práctica o responde por ella: no puede evaluarla.") % {"who": person.name}, "people")
    if Evaluation.objects.filter(review=review, evaluator=person).exists():
        raise Refused(_("%(who)s ya está en el grupo que evalúa.") % {"who": person.name}, "people")
    row = Evaluation.objects.create(institution_id=review.institution_id, review=review, evaluator=person, tie_break=tie_break,
                                    due_on=due_on,
                                    asked_at=timezone.now())
    _tell(row)
    return row


def _tell(row: Evaluation) -> None:
    with override(SPANISH):
        title = _("Se le pide evaluar una buena práctica")
    notify(recipients=[row.evaluator_id], draft=NoticeDraft(
        "approval", title, f"evaluation:{row.pk}", row.review.practice.title, f"/practicas/evaluaciones/{row.pk}/"))


@transaction.atomic
def replace_evaluator(*, actor: Person, evaluation: Evaluation, person: Person, reason: str) -> Evaluation:
    """Somebody else evaluates instead, with the reason; what the first had begun is void. Raises NotAllowed, Refused."""
    case = evaluation.review.case
    let_in(case, actor)
    with moving(case, "panel", actor, reason=reason) as move:
        row = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
        if row.finished_at or row.replaced_at:
            raise Refused(_("Esa evaluación ya terminó o ya se sustituyó."))
        row.replaced_at = move.at
        row.save(update_fields=["replaced_at"])
        move.detail.update(before=row.evaluator_id, person=person.pk)
        return _ask(review_of(case), person, row.due_on, row.tie_break)


@transaction.atomic
def ask_another(*, actor: Person, case: Case, person: Person, due_on: date, reason: str) -> Evaluation:
    """A further evaluation when the others lie far apart, with the reason. Raises NotAllowed, Refused."""
    let_in(case, actor)
    form_of(review_of(case))
    with moving(case, "arbitrate", actor, reason=reason) as move:
        move.detail["person"] = person.pk
        return _ask(review_of(case), person, due_on, tie_break=True)


@transaction.atomic
def evaluate(*, actor: Person, evaluation: Evaluation, raw: Mapping[str, Any], files: Collection[str] = ()) -> Evaluation:
    """Hand in one's evaluation, once; with the last one the review moves on and everybody sees all of them.

    Raises NotAllowed, Refused, and Invalid with the errors by field.
    """
    review = review_of(evaluation.review.case)  # locked first: the last two to finish do not both think that the other is missing
    row = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if row.evaluator_id != actor.pk:
        raise NotAllowed
    if row.replaced_at or row.finished_at or wrote(review.practice, actor.pk):
        raise Refused(_("Esta evaluación ya se entregó, o ya no le corresponde."))
    form = form_of(review)
    checked = check(form, raw, resolve=resolver(actor, review.institution_id, files))
    if not checked.ok:
        raise Invalid(all_said(checked.errors))
    row.values, row.score, row.finished_at = checked.values, score(form, checked.values).percent, timezone.now()
    row.save(update_fields=["values", "score", "finished_at"])
    record("practice_review.evaluate_one", actor=actor, institution_id=review.institution_id, subject=f"case:{review.case_id}",
           case_id=review.case_id, detail={"evaluation": row.pk})
    _complete(review)
    return row


def form_of(review: Review) -> Definition:
    """The instrument that the review is evaluated with. Raises Refused while it has none."""
    if review.version is None:
        raise Refused(_("La práctica todavía no pasa a evaluación."))
    return review.version.form


def keep_responses(review: Review) -> None:
    """With the ruling, the evaluations become responses of the questionnaires, for their statistics; done again it adds none."""
    rows = Evaluation.objects.select_for_update(of=("self",)).filter(review=review, finished_at__isnull=False, response=None)
    waiting = list(rows.select_related("evaluator").order_by("pk"))
    if review.version is None or not waiting:
        return
    kept = record_answers(actor=None,
                          drafts=[AnswersDraft(review.version, row.values, review.case, row.evaluator, "panel", row.finished_at, row.uuid)
                                              for row in waiting])
    for row, response in zip(waiting, kept, strict=True):
        row.response = response
    Evaluation.objects.bulk_update(waiting, ["response"])


def _complete(review: Review) -> None:
    standing = Evaluation.objects.filter(review=review, replaced_at=None)
    if standing.filter(finished_at=None).exists() or Case.objects.get(pk=review.case_id).state != "evaluating":
        return
    with moving(review.case, "complete", None) as move:
        found = results(review)
        review.score, review.agreement = found.score, found.kept
        review.save(update_fields=["score", "agreement"])
        move.detail.update(evaluations=len(found.marks), score=str(found.score))


@dataclass(frozen=True)
class Marks:
    """One finished evaluation: total and factors 0..100, answers by criterion 0..4, what was written."""

    evaluation: Evaluation
    total: Decimal | None
    factors: dict[str, float]
    ratings: dict[str, int]
    texts: list[tuple[str, str]]


@dataclass(frozen=True)
class Results:
    """All finished evaluations of a review, the mean score, and how far they agree."""

    marks: list[Marks]
    score: Decimal | None
    factors: dict[str, float]
    agreement: Agreement

    @property
    def kept(self) -> dict[str, Any]:
        """What the review keeps of it."""
        return {**asdict(self.agreement), "factors": self.factors}


def results(review: Review) -> Results:
    """What the panel gave, computed from the responses. Whoever calls it asks first whether it may be seen (`may_see_results`)."""
    rows = Evaluation.objects.filter(review=review, replaced_at=None, finished_at__isnull=False).select_related("evaluator__unit")
    form = form_of(review)
    marks = [_marks(row, form) for row in rows.order_by("pk")]
    totals = [m.total for m in marks if m.total is not None]
    mean = (sum(totals, Decimal()) / len(totals)).quantize(Decimal("0.0001")) if totals else None
    keys = dict.fromkeys(key for m in marks for key in m.factors)
    factors = {key: round(_mean([m.factors[key] for m in marks if key in m.factors]), 4) for key in keys}
    return Results(marks, mean, factors, agreement([m.ratings for m in marks], [m.factors for m in marks]))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _marks(row: Evaluation, form: Definition) -> Marks:
    values = row.values
    found = score(form, values)
    factors = {s.key: float(s.percent) for s in found.sections if s.percent is not None}
    texts = [(one.label, values[one.key]) for one in form.fields.values() if one.type == "long_text" and values.get(one.key)]
    return Marks(row, row.score, factors, _ratings(form, values), texts)


def _ratings(form: Definition, values: Mapping[str, Any]) -> dict[str, int]:
    """Points of every scale, in steps of its own order: the lowest option is 0."""
    found: dict[str, int] = {}
    for one in form.fields.values():
        ordered = sorted((c for c in one.choices if not c.na and c.score is not None), key=lambda c: c.score or 0)
        places = {c.value: n for n, c in enumerate(ordered)}
        if one.type == "scale" and len(places) <= POINTS and values.get(one.key) in places:
            found[one.key] = places[values[one.key]]
    return found


def may_see_results(person: Person, review: Review, case: Case) -> bool:
    """Nobody while an evaluation is missing; then the registry, those who evaluated, and the author once it is ruled."""
    if case.state in ("received", "reviewing", "observed", "evaluating"):
        return False
    if reach_of(person).can(cap.PRACTICE_REVIEW, review.practice.unit_id) or reach_of(person).can(cap.PRACTICE_REGISTRY,
                                                                                                  review.practice.unit_id):
        return not wrote(review.practice, person.pk) or case.closed_at is not None
    if Evaluation.objects.filter(review=review, evaluator=person, finished_at__isnull=False).exists():
        return True
    return case.closed_at is not None


def evaluations_of(person: Person) -> Any:
    """The evaluations that the person was asked for, those to do first."""
    return Evaluation.objects.filter(evaluator=person, institution_id=person.institution_id, replaced_at=None).select_related(
        "review__practice__unit", "review__case", "review__version").order_by("-finished_at", "due_on", "pk")


