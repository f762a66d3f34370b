"""One page per step of a ticket: it shows the form, takes the step, and tells why when it may not."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Step
from ventanilla.modules.servicedesk import forms as own
from ventanilla.modules.servicedesk import forms_approving as approvals
from ventanilla.modules.servicedesk import forms_changing as changes
from ventanilla.modules.servicedesk import forms_reclassifying as kinds
from ventanilla.modules.servicedesk import forms_solving as plans
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.screens import correcting
from ventanilla.modules.servicedesk.screens.joining import forms as joining
from ventanilla.modules.servicedesk.screens.majors import MajorMessageForm
from ventanilla.modules.servicedesk.screens.record import KINDS, context_of, may_mention, visible_ticket
from ventanilla.modules.servicedesk.services import approving, changing, major, major_telling, solving
from ventanilla.modules.servicedesk.services.changing import PlanDraft
from ventanilla.modules.servicedesk.services.opinions import address_for
from ventanilla.modules.servicedesk.services.relations import too_late
from ventanilla.web.inbox.onward import Onward
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


@dataclass(frozen=True)
class Doing:
    """What an action works on."""

    request: HttpRequest
    person: Person
    case: Case
    step: str
    data: dict[str, Any]


Run = Callable[[Doing], str]


def _assign(do: Doing) -> str:
    desk.assign(actor=do.person, case=do.case, **do.data)
    return _("Asignada a %(who)s.") % {"who": do.data["person"] or do.data["team"]}


def _take(do: Doing) -> str:
    desk.take(actor=do.person, case=do.case)
    return _("La tiene usted.")


def _hold(do: Doing) -> str:
    desk.hold(actor=do.person, case=do.case, **do.data)
    return _("Quedó en espera: sus relojes se detuvieron.")


def _resume(do: Doing) -> str:
    desk.resume(actor=do.person, case=do.case)
    return _("Se reanudó: los relojes corren otra vez.")


def _resolve(do: Doing) -> str:
    desk.resolve(actor=do.person, case=do.case, **do.data)
    return _("Quedó resuelta, y con ella las que dependían.") if do.data.get("children") else _("Quedó resuelta.")


def _close(do: Doing) -> str:
    desk.close(actor=do.person, case=do.case)
    return _("Quedó cerrada.")


def _reopen(do: Doing) -> str:
    desk.reopen(actor=do.person, case=do.case, **do.data)
    return _("Se reabrió.")


def _cancel(do: Doing) -> str:
    desk.cancel(actor=do.person, case=do.case, **do.data)
    return _("Quedó cancelada; su número sigue visible.")


def _prioritise(do: Doing) -> str:
    desk.prioritise(actor=do.person, case=do.case, **do.data)
    return _("Cambió la prioridad, y con ella los plazos.")


def _reclassify(do: Doing) -> str:
    data = do.data
    change = desk.ChangeFacts(data["risk"], data.get("impact_text", "")) if data.get("risk") else None
    desk.reclassify(actor=do.person, case=do.case, kind=data["kind"], reason=data["reason"], version=data.get("version"), change=change)
    return _("Cambió de tipo; conserva número, relojes e historia.")


def _major(do: Doing) -> str:
    major.declare_major(actor=do.person, case=do.case, **do.data)
    return _("Es un incidente mayor: la coordinación quedó avisada, y quienes usan el servicio. Dígales cómo va con «Publicar un mensaje».")


def _stand_down(do: Doing) -> str:
    major.stand_down(actor=do.person, case=do.case, **do.data)
    return _("Ya no es un incidente mayor; impacto y urgencia son los de antes.")


def _revise(do: Doing) -> str:
    solving.revise(actor=do.person, case=do.case, reason=do.data["reason"], draft=solving.KnownDraft(
        do.data["symptoms"], do.data["workaround"], do.data["root_cause"]))
    return _("El error conocido quedó actualizado.")


def _identify(do: Doing) -> str:
    solving.identify(actor=do.person, case=do.case, root_cause=do.data["root_cause"], workaround=do.data["workaround"])
    return _("La causa quedó registrada.")


def _fix(do: Doing) -> str:
    solving.fix(actor=do.person, case=do.case, **do.data)
    return _("El error quedó corregido.")


def _reasoned(do: Doing) -> str:
    solving.take_reasoned(actor=do.person, case=do.case, step=do.step, reason=do.data.get("reason", ""),
                          exception=do.data.get("exception", ""))
    return _("Hecho.")


def _plan(do: Doing) -> str:
    if do.case.kind == "problem":
        solving.add_step(actor=do.person, case=do.case, draft=solving.StepDraft(**do.data))
        return _("La acción quedó en el plan.")
    changing.plan(actor=do.person, case=do.case, draft=PlanDraft(**do.data))
    return _("El plan quedó guardado.")


def _submit(do: Doing) -> str:
    changing.submit(actor=do.person, case=do.case, people=list(do.data["people"]), quorum=do.data["quorum"],
                    reason=do.data.get("reason", ""))
    return _("Se pidió la autorización.")


def _review(do: Doing) -> str:
    changing.review(actor=do.person, case=do.case, text=do.data["review"], people=list(do.data.get("people") or ()),
                    quorum=do.data.get("quorum") or 1)
    return _("La revisión quedó registrada.")


def _decide(do: Doing) -> str:
    desk.decide(actor=do.person, case=do.case, verdict=do.data["verdict"] == "yes", reason=do.data["reason"])
    return _("Su decisión quedó registrada.")


def _ask_instead(do: Doing) -> str:
    row = approving.ask_instead(actor=do.person, case=do.case, **do.data)
    return _("Ahora se le pide a %(name)s.") % {"name": row.person.name}


def _step_done(do: Doing) -> str:
    solving.finish_step(actor=do.person, **do.data)
    return _("La acción quedó hecha; desde hoy se mide su efecto.")


def _minutes(do: Doing) -> str:
    desk.log_time(actor=do.person, case=do.case, **do.data)
    return _("El tiempo quedó anotado.")


def _item(do: Doing) -> str:
    desk.add_item(actor=do.person, case=do.case, **do.data)
    return _("El paso quedó en la lista.")


def _tie(do: Doing) -> str:
    other = Case.objects.visible_to(do.person).filter(folio__iexact=do.data["folio"].strip()).exclude(pk=do.case.pk).first()
    if other is None:
        raise Refused(_("No hay otro ticket con ese número que usted pueda ver."), "folio")
    solving.tie(actor=do.person, case=do.case, other=other, kind=do.data["kind"])
    return _("Quedaron relacionados.")


def _untie(do: Doing) -> str:
    solving.untie(actor=do.person, **do.data)
    return _("Ya no están relacionados; la bitácora lo conserva.")


def _known(do: Doing) -> str:
    made = solving.to_known_error(actor=do.person, problem=do.case, **do.data)
    return _("Se publicó el error conocido %(folio)s.") % {"folio": made.folio}


def _problem(do: Doing) -> str:
    made = solving.open_problem(actor=do.person, incidents=[do.case], **do.data)
    return _("Se abrió el problema %(folio)s.") % {"folio": made.folio}


def _other(do: Doing) -> Case:
    """The ticket whose number was written, among those that the person may see."""
    other = Case.objects.visible_to(do.person).filter(folio__iexact=do.data["folio"].strip(), kind__in=KINDS).first()
    if other is None:
        raise Refused(_("No hay otro ticket con ese número que usted pueda ver."), "folio")
    return other


def _merge(do: Doing) -> str:
    row = desk.merge(actor=do.person, case=do.case, survivor=_other(do), reason=do.data["reason"])
    return _("Continúa en %(folio)s; se avisó a quienes esperaban éste.") % {"folio": row.survivor.folio}


def _unmerge(do: Doing) -> str:
    desk.undo_merge(actor=do.person, case=do.case, **do.data)
    return _("Se deshizo la fusión: está como estaba.")


def _split(do: Doing) -> str:
    data = do.data
    made = desk.split(actor=do.person, case=do.case, draft=desk.SplitDraft(
        data["subject"], data["description"], data.get("kind", ""), list(data.get("notes") or ()), list(data.get("attachments") or ()),
        data["uuid"]))
    return _("Se abrió %(folio)s con lo que eligió.") % {"folio": made.folio}


def _hang(do: Doing) -> str:
    parent = _other(do) if do.data["folio"].strip() else None
    desk.hang(actor=do.person, case=do.case, parent=parent)
    return _("Ahora depende de %(folio)s.") % {"folio": parent.folio} if parent else _("Ya no depende de otro.")


def _tell_major(do: Doing) -> str:
    major_telling.publish_message(actor=do.person, case=do.case, draft=major_telling.MessageDraft(**do.data))
    return _("Mensaje publicado: ya se lee en el portal, y se avisó a quienes dijeron que les afecta.")


def _tell_somebody(do: Doing) -> str:
    desk.watch(actor=do.person, case=do.case, person=do.data["person"])
    return _("Se avisará a %(name)s de lo que pase.") % {"name": do.data["person"].name}


PLAIN, WHY = own.PlainForm, own.ReasonForm
STEPS: dict[str, tuple[type[forms.Form], Run]] = {
    "assign": (own.AssignForm, _assign), "take": (PLAIN, _take), "hold": (own.HoldForm, _hold), "resume": (PLAIN, _resume),
    "resolve": (own.ResolveForm, _resolve), "close": (PLAIN, _close), "reopen": (WHY, _reopen), "cancel": (WHY, _cancel),
    "withdraw": (WHY, _cancel), "prioritise": (own.PriorityForm, _prioritise), "reclassify": (kinds.ReclassifyForm, _reclassify),
    "major": (WHY, _major), "stand_down": (WHY, _stand_down), "revise": (plans.ReviseForm, _revise),
    "identify": (own.CauseForm, _identify), "fix": (own.SolutionForm, _fix), "plan": (own.PlanForm, _plan),
    "submit": (own.ApproversForm, _submit), "review": (own.ReviewForm, _review), "ask_approval": (own.ApproversForm, _submit),
    "merge": (joining.MergeForm, _merge), "unmerge": (WHY, _unmerge), "split": (joining.SplitForm, _split),
    **{name: (WHY, _reasoned) for name in ("accept", "appeal", "decline", "replan", "abandon", "fail", "roll_back", "retry")},
    **{name: (PLAIN, _reasoned) for name in ("implement", "finish")},
}
ASIDE: dict[str, tuple[type[forms.Form], Run, str]] = {
    "decidir": (own.DecideForm, _decide, noop("Autorizar o no")), "tiempo": (own.MinutesForm, _minutes, noop("Anotar tiempo")),
    "paso": (own.ItemForm, _item, noop("Agregar un paso")),
    "relacionar": (own.TieForm, _tie, noop("Relacionar con otro")), "problema": (own.ProblemForm, _problem, noop("Abrir un problema")),
    "error-conocido": (own.KnownForm, _known, noop("Publicar error conocido")),
    "depender": (joining.HangForm, _hang, noop("Hacer depender de otro")),
    "quitar-relacion": (plans.UntieForm, _untie, noop("Quitar una relación")),
    "accion-hecha": (plans.DoneStepForm, _step_done, noop("Marcar como hecha una acción del plan")),
    "autoriza-otra": (approvals.InsteadForm, _ask_instead, noop("Pedir la autorización a otra persona")),
    "aviso-mayor": (MajorMessageForm, _tell_major, noop("Publicar un mensaje")),
    "avisar-a": (joining.WatcherForm, _tell_somebody, noop("Avisar a alguien más")),
}


PAGES: dict[str, Callable[[HttpRequest, Person, Case, Step], HttpResponse]] = {"correct": correcting.page}
"""Steps whose form is more than fields."""


def action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step of the ticket, or one of the things beside the flow."""
    case, person = visible_ticket(request, pk)
    if name in ASIDE:
        form_class, run, label = ASIDE[name]
        return _act(request, person, case, Step(name, (), "", frozenset(), label=label), form_class, run)
    if name not in STEPS and name not in PAGES:
        raise Http404
    step = next((s for s in major.steps_of(person, case) if s.name == name), None)
    if step is None:
        return _too_late(request, person, case)
    if name in PAGES:
        return PAGES[name](request, person, case, step)
    form_class, run = STEPS[name]
    return _act(request, person, case, step, _form_of(case, name, form_class), run)


def _form_of(case: Case, name: str, usual: type[forms.Form]) -> type[forms.Form]:
    """An emergency says with its review who authorises it, and why it begins; the plan of a problem is made of steps."""
    if case.kind == "problem" and name == "plan":
        return own.PlanStepForm
    if case.kind == "emergency_change" and name in ("review", "implement"):
        return own.EmergencyReviewForm if name == "review" else changes.EmergencyBeginForm
    return {"submit": changes.SubmitForm, "implement": changes.BeginForm}.get(name, usual) if case.kind in CHANGES else usual


def _act(request: HttpRequest, person: Person, case: Case, step: Step, form_class: type[forms.Form], run: Run) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None, case=case, person=person)  # type: ignore[call-arg]
    if request.method == "POST" and form.is_valid():
        try:
            onward = Onward(request, reverse("ticket", args=[case.pk]))
            onward.tell(run(Doing(request, person, case, step.name, form.cleaned_data)))
            discard(person, f"ticket-{case.pk}-{step.name}")
            return redirect("ticket", case.pk)
        except NotAllowed:
            return _too_late(request, person, case)
        except Refused as refusal:
            blame(form, refusal)
    status = 422 if form.is_bound else 200
    context = {"case": case, "ticket": case.ticket, "step": step, "form": form}
    name = "servicedesk/action_form.html" if getattr(request, "htmx", False) else "servicedesk/action.html"
    return render(request, name, context, status=status)


def _too_late(request: HttpRequest, person: Person, case: Case) -> HttpResponse:
    messages.warning(request, too_late(person, Case.objects.get(pk=case.pk)))
    return redirect("ticket", case.pk)


@require_POST
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something, with files, in the public or the private log."""
    case, person = visible_ticket(request, pk)
    form = own.EntryForm(request.POST, people=may_mention(case, person))
    if form.is_valid():
        try:
            documents = store_files(actor=person, files=request.FILES.getlist("files"), key=str(form.cleaned_data["uuid"]))
            data = form.cleaned_data
            desk.add_entry(actor=person, ticket=case, draft=desk.EntryDraft(
                data["text"], data["private"], documents, list(data.get("mentioned") or ()), uuid=data["uuid"]))
            messages.success(request, _("Nota interna guardada.") if data["private"] else _("Mensaje enviado."))
            return redirect("ticket", pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/record.html", context_of(case, person) | {"entry": form, "panel": False}, status=422)


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """The person follows the ticket, or (`dejar`) follows it no more."""
    case, person = visible_ticket(request, pk)
    if "dejar" in request.POST:
        desk.unwatch(actor=person, case=case)
        messages.success(request, _("Ya no le avisaremos de este ticket."))
    else:
        desk.watch(actor=person, case=case, person=person)
        messages.success(request, _("Le avisaremos de lo que pase."))
    return redirect("ticket", pk)


@require_POST
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """To the survey that waits for this person's answer about the ticket."""
    case, person = visible_ticket(request, pk)
    try:
        return redirect(address_for(person, case))
    except NotAllowed:
        messages.warning(request, _("Ya no se espera su opinión de este ticket."))
        return redirect("ticket", pk)
