"""One page per action on a letter or a turn: it shows the form, takes the step, and tells why when it may not."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.flows import flow_of
from ventanilla.core.cases.judging import author_of
from ventanilla.core.cases.limits import limit_for
from ventanilla.core.cases.models import Answer, Attachment, Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import AnswerDraft, own_answer
from ventanilla.core.cases.words import step_of
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Step
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.forms import (
    AnswerForm,
    ArchiveForm,
    ConcludeForm,
    DeliveryForm,
    NoteForm,
    ProgressForm,
    ReasonForm,
    RefileForm,
    end_of_day,
)
from ventanilla.modules.correspondence.forms_routing import ExtendForm, ReassignForm, RouteForm
from ventanilla.modules.correspondence.screens.attached import paper_beside
from ventanilla.modules.correspondence.screens.lists import RECORD
from ventanilla.modules.correspondence.screens.record import visible_case
from ventanilla.modules.correspondence.screens.told import told
from ventanilla.modules.correspondence.services.archiving import FileDraft, open_drafted
from ventanilla.modules.correspondence.services.outgoing import AnswerLetter, answer_letter
from ventanilla.web.inbox.onward import Onward
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame
from ventanilla.web.ui.sendings import Keyed, told_before


@dataclass(frozen=True)
class Doing:
    """What an action works on."""

    request: HttpRequest
    person: Person
    case: Case
    turn: Turn | None
    form: Any

    @property
    def data(self) -> dict[str, Any]:
        """The cleaned fields."""
        found: dict[str, Any] = self.form.cleaned_data
        return found

    @property
    def held(self) -> Turn:
        """The turn, where there must be one."""
        if self.turn is None:
            raise Http404
        return self.turn


def _route(do: Doing) -> str:
    turns = spine.route(actor=do.person, case=do.case, drafts=do.form.drafts(), parent=do.turn)
    return told(turns, asked=do.form.term is not None)


def _answer(do: Doing) -> str:
    if do.data["partial"]:
        return _report(do)
    documents = store_files(actor=do.person, files=do.request.FILES.getlist("files"), key=str(do.data["uuid"]))
    letter = answer_letter(actor=do.person, turn=do.held, draft=AnswerLetter(
        do.data["text"], do.data["letter_subject"], do.data["letter_type"], do.data["letter_to"], do.data["template"]),
        uuid=do.data["uuid"]) if do.data.get("letter") else None
    spine.answer(actor=do.person, turn=do.held, draft=AnswerDraft(do.data["text"], documents, letter, uuid=do.data["uuid"]))
    return _("La respuesta se envió a quien turnó.")


def _report(do: Doing) -> str:
    documents = store_files(actor=do.person, files=do.request.FILES.getlist("files"), key=str(do.data["uuid"]))
    spine.report(actor=do.person, turn=do.held, draft=AnswerDraft(do.data["text"], documents, uuid=do.data["uuid"]))
    return _("El avance quedó registrado.")


def _reassign(do: Doing) -> str:
    unit, person = do.data["unit"], do.data["person"]
    spine.reassign(actor=do.person, turn=do.held, unit=unit, person=person, reason=do.data["reason"])
    return _("El turno pasó a %(to)s.") % {"to": f"{person.name} ({unit.name})" if person else unit.name}


def _extend(do: Doing) -> str:
    due = end_of_day(do.data["due"])
    assert due is not None
    spine.extend(actor=do.person, turn=do.held, due_at=due, reason=do.data["reason"])
    return _("El plazo quedó ampliado.")


def _set_due(do: Doing) -> str:
    due = end_of_day(do.data["due"])
    assert due is not None
    letters.set_due(actor=do.person, case=do.case, due_at=due, reason=do.data["reason"])
    if Turn.objects.filter(case=do.case).open().for_action().exists():
        return _("El vencimiento quedó cambiado. Los turnos conservan el suyo: amplíe el de los que lo necesiten.")
    return _("El vencimiento quedó cambiado.")


def _deliver(do: Doing) -> str:
    data, documents = do.data, store_files(actor=do.person, files=do.request.FILES.getlist("files"), key=str(do.data["uuid"]))
    letters.note_delivery(actor=do.person, case=do.case, draft=letters.DeliveryDraft(
        data["at"], data["means"], data["recipient"], data["note"], documents))
    return _("La entrega quedó anotada.")


@transaction.atomic
def _archive(do: Doing) -> str:
    """A new expediente is opened only with the letter in it: a resend leaves no empty one."""
    draft = _place(do)
    letters.archive(actor=do.person, case=do.case, draft=draft)
    return _("Archivado en %(file)s.") % {"file": draft.file}


@transaction.atomic
def _refile(do: Doing) -> str:
    draft = _place(do)
    letters.refile(actor=do.person, case=do.case, draft=draft, reason=do.data["reason"])
    return _("Pasó a %(file)s.") % {"file": draft.file}


def _place(do: Doing) -> letters.PlaceDraft:
    data = do.data
    file = data["file"] or open_drafted(actor=do.person, draft=FileDraft(
        do.case.unit, data["series"], data["title"], data["box"], data["shelf"], data["uuid"]))
    return letters.PlaceDraft(file, data["sheets"])


def _accept(do: Doing) -> str:
    spine.accept(actor=do.person, turn=do.held)
    return _("El turno quedó aceptado.")


def _acknowledge(do: Doing) -> str:
    spine.acknowledge(actor=do.person, turn=do.held)
    return _("Marcado como leído.")


def _approve(do: Doing) -> str:
    spine.approve(actor=do.person, turn=do.held)
    return _("La respuesta quedó aceptada.")


def _turn_reason(verb: Callable[..., None], done: Any) -> Callable[[Doing], str]:
    def run(do: Doing) -> str:
        verb(actor=do.person, turn=do.held, reason=do.data["reason"])
        return str(done)
    return run


def _case_reason(verb: Callable[..., Case], done: Any) -> Callable[[Doing], str]:
    def run(do: Doing) -> str:
        verb(actor=do.person, case=do.case, reason=do.data["reason"])
        return str(done)
    return run


Run = Callable[[Doing], str]
ON_TURN: dict[str, tuple[type[forms.Form], Run]] = {
    "subroute": (RouteForm, _route), "answer": (AnswerForm, _answer), "report": (ProgressForm, _report),
    "reassign": (ReassignForm, _reassign), "extend": (ExtendForm, _extend), "accept": (Keyed, _accept),
    "acknowledge": (Keyed, _acknowledge), "approve": (Keyed, _approve),
    "return": (ReasonForm, _turn_reason(spine.return_turn, lazy("El turno se devolvió a quien lo envió."))),
    "withdraw": (ReasonForm, _turn_reason(spine.withdraw, lazy("El turno quedó retirado."))),
    "withdraw_answer": (ReasonForm, _turn_reason(spine.withdraw_answer, lazy("La respuesta quedó retirada; el turno vuelve a su unidad."))),
    "send_back": (ReasonForm, _turn_reason(spine.send_back, lazy("La respuesta se devolvió con el motivo."))),
}
ON_CASE: dict[str, tuple[type[forms.Form], Run]] = {
    "route": (RouteForm, _route), "archive": (ArchiveForm, _archive), "refile": (RefileForm, _refile),
    "note_delivery": (DeliveryForm, _deliver),
    "set_due": (ExtendForm, _set_due),
    "conclude": (ConcludeForm, _case_reason(letters.conclude, lazy("El asunto quedó concluido."))),
    "reopen": (ReasonForm, _case_reason(letters.reopen, lazy("El asunto se reabrió."))),
    "cancel": (ReasonForm, _case_reason(letters.cancel, lazy("El folio quedó cancelado y sigue visible."))),
}


def case_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step of the letter itself."""
    case, person = visible_case(request, pk)
    return _act(request, person, case, None, action, ON_CASE)


def turn_action(request: HttpRequest, turn_id: int, action: str) -> HttpResponse:
    """Take a step of a turn."""
    turn = Turn.objects.filter(pk=turn_id).select_related("unit", "from_unit", "parent").first()
    if turn is None:
        raise Http404
    case, person = visible_case(request, turn.case_id)
    return _act(request, person, case, turn, action, ON_TURN)


def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a remark."""
    case, person = visible_case(request, pk)
    form = NoteForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        spine.add_note(actor=person, case=case, text=data["text"], uuid=data["uuid"], mentioned=list(data["people"]))
        discard(person, f"case-{pk}-note")
        messages.success(request, _("La nota quedó guardada."))
        return redirect("letter", pk)
    return _show(request, case, None, Step("note", (), "", frozenset(), label=lazy("Agregar nota")), form)


def _act(request: HttpRequest, person: Person, case: Case, turn: Turn | None, action: str,
         table: dict[str, tuple[type[forms.Form], Run]]) -> HttpResponse:
    step = next((s for s in allowed_steps(person, case, turn) if s.name == action), None)
    if action not in table:
        raise Http404
    form_class, run = table[action]
    form = _form(form_class, request, person, case, turn)
    if request.method == "POST" and form.is_valid():
        try:
            onward = Onward(request, RECORD(case.pk))
            onward.tell(run(Doing(request, person, case, turn, form)))
            discard(person, f"turn-{turn.pk}-{action}" if turn else f"case-{case.pk}-{action}")
            return redirect("letter", case.pk)
        except NotAllowed:
            return _too_late(request, case)
        except Refused as refusal:
            blame(form, refusal)
    elif step is None and not told_before():
        return _too_late(request, case, _not_judged(person, turn, action))
    return _show(request, case, turn, step or _gone(case, turn, action), form)


def _gone(case: Case, turn: Turn | None, action: str) -> Step:
    """The step that was possible when its form was opened: what was written stays under its own heading and draft."""
    flow = flow_of(turn.purpose) if turn else LETTER_FLOW
    known = any(step.name == action for step in flow.steps)  # not of a turn for information: it has no answer
    return Step(action, (), "", frozenset(), label=step_of(case.institution_id, flow, action) if known else _("Guardar"))


def _not_judged(person: Person, turn: Turn | None, action: str) -> str:
    """Why there is no answer for this person to evaluate; empty for other steps."""
    if turn is None or action not in ("approve", "send_back"):
        return ""
    return own_answer() if author_of(turn) == person.pk else spine.withdrawn(turn)


def _too_late(request: HttpRequest, case: Case, reason: str = "") -> HttpResponse:
    """Who sees the case is told, also after a second click on a step that took the turn away from them."""
    messages.warning(request, reason or _("Ese paso ya no es posible: el asunto cambió mientras tanto."))
    return redirect("letter", case.pk)


def _form(form_class: type[forms.Form], request: HttpRequest, person: Person, case: Case, turn: Turn | None) -> forms.Form:
    extra: dict[str, Any] = {}
    if issubclass(form_class, RouteForm):
        origin = turn.unit if turn else case.unit
        extra = {"person": person, "origin": origin, "limit": limit_for(case, turn, origin, timezone.now()),
                 "standing": Turn.objects.filter(case=case).open().for_action()}
    elif issubclass(form_class, AnswerForm):
        extra = {"person": person, "turn": turn}
    elif issubclass(form_class, ReassignForm):
        extra = {"person": person, "turns": [turn]}
    elif issubclass(form_class, ExtendForm) and turn:
        extra = {"limit": limit_for(case, turn.parent, turn.unit, timezone.now())}
    elif issubclass(form_class, ArchiveForm):
        extra = {"unit": case.unit, "initial": {"file": request.GET.get("expediente", ""), "sheets": max(case.letter.sheets, 1)}}
    return form_class(request.POST if request.method == "POST" else None, **extra)


def _show(request: HttpRequest, case: Case, turn: Turn | None, step: Step, form: forms.Form) -> HttpResponse:
    status = 422 if form.is_bound and not form.is_valid() else 200
    answered = _answered(turn, step)
    evidence = Attachment.objects.filter(case=case, answer_id=answered.pk).select_related("document").order_by("pk") if answered else ()
    context = {"case": case, "letter": case.letter, "turn": turn, "step": step, "form": form, "answered": answered, "evidence": evidence,
               "below": _below(turn, step),
               "paper": paper_beside(case, answered), "with_files": isinstance(form, (AnswerForm, DeliveryForm, ProgressForm))}
    name = "correspondence/action_form.html" if getattr(request, "htmx", False) else "correspondence/action.html"
    return render(request, name, context, status=status)


def _below(turn: Turn | None, step: Step) -> Sequence[str]:
    """The units for which the step has to wait: what was turned on to them is still open."""
    if turn is None or step.name not in ("answer", "return"):
        return ()
    return list(Turn.objects.filter(parent=turn).open().for_action().order_by("pk").values_list("unit__name", flat=True))


def _answered(turn: Turn | None, step: Step) -> Answer | None:
    """The answer that is judged or withdrawn, or that came back and is to be corrected."""
    if turn is None or step.name not in ("approve", "send_back", "withdraw_answer", "answer"):
        return None
    return Answer.objects.filter(turn=turn, partial=False).select_related("person", "letter").order_by("pk").last()
