"""The life of one practice on its record: presenting, planning its measurement, withdrawing; the task of a measurement."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.practices import forms_life as own
from ventanilla.modules.practices.flow import AUTHOR, KEEPER
from ventanilla.modules.practices.models import Campaign, Evaluation, Measurement, MeasurementPlan, Practice, Review
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.common import Panel, person_of, practice_of
from ventanilla.modules.practices.services import lifecycle, lifecycle_measuring
from ventanilla.modules.practices.services.evidence import fulfilment, reported
from ventanilla.modules.practices.services.lifecycle_relations import let_in, to_practice
from ventanilla.web.screens.columns import case_light


def trail(practice: Practice, last: str) -> list[tuple[str, str]]:
    """Where a page below a practice stands."""
    return [(_("Buenas prácticas"), reverse("practices")), (str(practice)[:60], reverse("practice", args=[practice.pk])), (last, "")]


def author_of(request: HttpRequest, pk: int, *wanted: str) -> tuple[Practice, Person]:
    """The practice for who answers for it (or is one of `wanted` to it), else 404."""
    practice, person = practice_of(request, pk)
    if practice.institution_id != person.institution_id or not {AUTHOR, *wanted} & set(to_practice(reach_of(person), practice)):
        raise Http404
    return practice, person


def one_file(person: Person, data: dict[str, Any]) -> Any:
    """The posted file as a document, the same for the same form sent again; None without one."""
    stored = store_files(actor=person, files=[data["file"]], key=str(data["uuid"])) if data.get("file") else []
    return stored[0] if stored else None


def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Present the practice by letter: for registration, or for its validation again."""
    practice, person = author_of(request, pk)

    def run(data: dict[str, Any]) -> str:
        document = one_file(person, data)
        case = lifecycle.present(actor=person, practice=practice, draft=lifecycle.Presentation(
            data["letter"], [document] if document else [], data.get("campaign"), uuid=data["uuid"]))
        return _("Se presentó con el folio %(folio)s. Le avisaremos de cada paso.") % {"folio": case.folio}

    again = practice.state == "registered"
    title = _("Presentar para validarla de nuevo") if again else _("Presentar la práctica")
    given = Act(title, reverse("practice", args=[pk]), run, sub=str(practice), crumbs=trail(practice, title), said=_(
        "Lo escrito se sella tal como está; sobre eso se revisa, se evalúa y se registra. Si hay observaciones podrá corregirlo."))
    return act(request, given, own.PresentForm, practice=practice)


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how often the practice is measured."""
    practice, person = author_of(request, pk, KEEPER)

    def run(data: dict[str, Any]) -> str:
        made = lifecycle_measuring.plan_measurement(actor=person, practice=practice, **data)
        return _("La próxima medición es la del periodo que empieza el %(day)s.") % {"day": made.next_start.isoformat()}

    known = MeasurementPlan.objects.filter(practice=practice).first()
    first = {"frequency": known.frequency, "days": known.days, "since": known.next_start} if known else {"since": timezone.localdate()}
    title = _("Programar la medición")
    given = Act(title, reverse("practice", args=[pk]), run, sub=str(practice), crumbs=trail(practice, title), said=_(
        "Al terminar cada periodo se abrirá una tarea para la persona responsable, con su plazo y su semáforo."))
    return act(request, given, own.PlanForm, initial=first)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the practice out of the registry."""
    practice, person = author_of(request, pk, KEEPER)

    def run(data: dict[str, Any]) -> str:
        lifecycle.withdraw_practice(actor=person, practice=practice, reason=data["reason"])
        return _("La práctica quedó dada de baja; conserva su número y su historia.")

    title = _("Dar de baja la práctica")
    given = Act(title, reverse("practice", args=[pk]), run, sub=str(practice), crumbs=trail(practice, title), danger=True,
                said=_("Dejará de ser pública. Su número de registro no se vuelve a usar."))
    return act(request, given, own.ReasonForm)


def desk(request: HttpRequest) -> HttpResponse:
    """Which unit keeps the registry, and its terms."""
    person = person_of(request)
    if not reach_of(person).within("practices.registry"):
        raise Http404
    row = lifecycle.desk_of(person.institution)

    def run(data: dict[str, Any]) -> str:
        lifecycle.choose_desk(actor=person, institution=person.institution, **data)
        return _("Quedó guardado.")

    title = _("El registro de la institución")
    given = Act(title, reverse("practice_campaigns"), run, crumbs=[(_("Convocatorias"), reverse("practice_campaigns")), (title, "")],
                label=_("Guardar"))
    return act(request, given, own.DeskForm, person=person, initial={
        "unit": row.unit_id, "review_days": row.review_days, "revalidate_months": row.revalidate_months})


def measurement(request: HttpRequest, pk: int) -> HttpResponse:
    """The task to measure a period: its indicators, targets, light and steps."""
    case, row, person = measurement_of(request, pk)
    indicators = [(one, [r for r in reported(one) if r.start <= row.end and r.end >= row.start])
                  for one in row.practice.indicators.filter(active=True)]
    goals = [fulfilment(t) for t in row.practice.targets.select_related("indicator")]
    return render(request, "practices/measurement.html", {
        "case": case, "row": row, "practice": row.practice, "indicators": indicators, "goals": goals, "steps": allowed_steps(person, case),
        "state": state_of(case), "light": case_light(case), "moves": case.moves.select_related("actor").order_by("-pk")})


def measurement_of(request: HttpRequest, pk: int) -> tuple[Case, Measurement, Person]:
    """The task when this person may read it, else 404."""
    person = person_of(request)
    found = Case.objects.filter(pk=pk, kind="practice_measurement", institution_id=person.institution_id).first()
    if found:
        let_in(found, person)
    case = Case.objects.visible_to(person).filter(pk=pk, kind="practice_measurement").select_related("unit", "assignee",
                                                                                                     "institution").first()
    if case is None:
        raise Http404
    return case, Measurement.objects.select_related("practice__unit").get(case=case), person


def measurement_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Hand it in, waive it, or give it back."""
    case, row, person = measurement_of(request, pk)
    verbs: dict[str, tuple[Any, Any, str]] = {
        "submit": (own.MeasurementForm, lifecycle_measuring.hand_in, _("La medición quedó entregada.")),
        "waive": (own.ReasonForm, lifecycle_measuring.waive, _("Quedó dispensada.")),
        "reopen": (own.ReasonForm, lifecycle_measuring.give_back, _("Se devolvió para corregirla."))}
    taken = next((s for s in allowed_steps(person, case) if s.name == step), None)
    if step not in verbs or taken is None:
        raise Http404
    form, verb, done = verbs[step]

    def run(data: dict[str, Any]) -> str:
        verb(actor=person, case=case, **data)
        return done

    here = reverse("practice_measurement", args=[pk])
    return act(request,
               Act(str(taken.label), here, run, sub=str(row.practice), crumbs=[*trail(row.practice, case.folio)[:2], (case.folio, here),
                                                                                    (str(taken.label), "")]), form)


def life_panel(person: Person, practice: Practice) -> Panel | None:
    """What can be done with the practice now, and where its review stands."""
    if practice.institution_id != person.institution_id:
        return None
    held = set(to_practice(reach_of(person), practice))
    review = Review.objects.filter(practice=practice).select_related("case", "campaign").order_by("-pk").first() if held else None
    mine = Evaluation.objects.filter(review__practice=practice, evaluator=person, replaced_at=None).order_by("-pk").first()
    if not held and not mine:
        return None
    return Panel("practices/panel_life.html", {
        "practice": practice, "author": AUTHOR in held, "keeper": KEEPER in held, "review": review, "evaluation": mine,
        "state": state_of(review.case) if review else "", "light": case_light(review.case) if review else None,
        "plan": MeasurementPlan.objects.filter(practice=practice).first(),
        "tasks": list(Measurement.objects.filter(practice=practice, case__closed_at=None).select_related("case").order_by("start")[:3]),
        "may_present": AUTHOR in held and practice.state in ("draft", "rejected", "registered") and not (review and review.open),
        "opened": Campaign.objects.filter(institution_id=practice.institution_id, called_at__isnull=False, closed_at=None).first()},
        "aside")
