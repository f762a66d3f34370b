"""Transfers as each side sees them: asking for a practice, the checklist of 5.3, agreement, steps with lights, result; the network."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.flow import Step
from ventanilla.modules.practices import forms_life as own
from ventanilla.modules.practices.flow import AUTHOR, KEEPER
from ventanilla.modules.practices.models import Practice, Transfer, TransferStep
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.common import Panel, attempt, person_of, practice_of
from ventanilla.modules.practices.screens.life import author_of, one_file, trail
from ventanilla.modules.practices.services import packages, transfers
from ventanilla.modules.practices.services.lifecycle_relations import let_in, to_practice
from ventanilla.modules.practices.services.transfers_noted import note_adoptions, unnoted
from ventanilla.web.screens.columns import case_light
from ventanilla.web.ui.sendings import told_before

SOON = 3


@dataclass(frozen=True)
class Seen:
    """A transfer as this person sees it: by which side, and that side's case."""

    row: Transfer
    person: Person
    side: str

    @property
    def case(self) -> Case:
        """The case of the person's side."""
        return self.row.adoption if self.side == "taker" and self.row.adoption else self.row.case

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("practice_adoption" if self.side == "taker" else "practice_transfer", args=[self.case.pk])


def seen_of(request: HttpRequest, pk: int) -> Seen:
    """The transfer by the number of either case, when this person reads that case; else 404."""
    person = person_of(request)
    rows = Transfer.objects.select_related("case__unit", "case__assignee", "adoption__unit", "practice__unit", "practice__institution",
                                           "taker")
    row = rows.filter(case=pk).first() or rows.filter(adoption=pk).first()
    if row is None:
        raise Http404
    if row.case_id == pk:
        let_in(row.case, person)
    if not Case.objects.visible_to(person).filter(pk=pk).exists():
        raise Http404
    return Seen(row, person, "taker" if row.adoption_id == pk else "giver")


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a practice: a unit of this institution for its own, or the giver notes a letter from outside."""
    practice, person = practice_of(request, pk)
    outside = practice.institution_id == person.institution_id
    if outside and not {AUTHOR, KEEPER} & set(to_practice(reach_of(person), practice)):
        raise Http404
    if practice.state != "registered" or not (outside or reach_of(person).can(cap.PRACTICE_WRITE)):
        raise Http404

    def run(data: dict[str, Any]) -> str:
        given = {name: data[name] for name in ("level", "letter", "sphere", "contact", "reason", "uuid")}
        made = transfers.ask_transfer(actor=person, practice=practice, draft=transfers.TransferDraft(
            **given, unit=data.get("unit"), name=data.get("name", "")))
        folio = made.adoption.folio if made.adoption and not outside else made.case.folio
        return _("La solicitud quedó registrada con el folio %(folio)s.") % {"folio": folio}

    title = _("Registrar una solicitud de fuera") if outside else _("Solicitar esta práctica")
    given = Act(title, reverse("practice", args=[pk]), run, sub=str(practice), crumbs=trail(practice, title),
                label=_("Registrar la solicitud"),
                said="" if outside else _("Se abre un expediente en su institución y otro en la que la transfiere; cada una ve el suyo."))
    return act(request, given, own.AskForm, person=person, outside=outside)


def colour_of(step: TransferStep, today: date) -> str:
    """The light of a step by its day: amber from SOON days before."""
    if step.done_on:
        return "done"
    left = (step.due_on - today).days
    return "red" if left < 0 else "amber" if left <= SOON else "green"


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a transfer, for the side that looks."""
    seen = seen_of(request, pk)
    row, case, today = seen.row, seen.case, timezone.localdate()
    steps = [s for s in allowed_steps(seen.person, case) if s.name in STEPS and _offered(s, row)]
    can_package = row.level == "total" and seen.side == "giver" and AUTHOR in set(to_practice(reach_of(seen.person), row.practice))
    return render(request, "practices/transfer.html", {
        "row": row, "case": case, "practice": row.practice, "side": seen.side, "steps": steps, "primary": steps[0] if steps else None,
        "state": state_of(case), "light": case_light(case), "open": not case.closed_at, "requirements": list(row.requirements.all()),
        "todo": [(s, colour_of(s, today), _mine(seen, s)) for s in row.steps.select_related("done_by")],
        "may_check": _may_check(seen), "may_plan": row.case.state in ("preparing", "running"),
        "may_package": can_package and not case.closed_at,
        "packages": list(row.packages.defer("content")),
        "installs": reach_of(seen.person).can(cap.ADMIN_CATALOGUES) and seen.side == "taker",
        "installations": list(packages.installations_of(seen.person).filter(transfer=row)),
        "moves": list(Move.objects.filter(case=case).select_related("actor").order_by("-pk")), "form": own.StepForm()})


def _offered(step: Step, row: Transfer) -> bool:
    """The giver confirms only for a taker outside."""
    return step.name != "confirm" or row.adoption_id is None


def _mine(seen: Seen, step: TransferStep) -> bool:
    return seen.row.adoption_id is None or step.by_taker == (seen.side == "taker")


def _may_check(seen: Seen) -> bool:
    own_side = seen.side == "taker" or seen.row.adoption_id is None
    return own_side and seen.row.case.state in ("requested", "preparing")


Runner = Callable[[Person, Transfer, dict[str, Any]], Any]


def _agree(person: Person, row: Transfer, data: dict[str, Any]) -> None:
    transfers.agree(actor=person, transfer=row,
                    draft=transfers.AgreementDraft(data["agreement"], data["agreed_on"], one_file(person, data)))


def _adopt(person: Person, row: Transfer, data: dict[str, Any]) -> None:
    transfers.confirm_adoption(actor=person, transfer=row, **data)


STEPS: dict[str, tuple[Any, Runner, str]] = {
    "accept": (own.PlainForm, lambda p, r, d: transfers.accept_transfer(actor=p, transfer=r), noop("Se aceptó la solicitud.")),
    "decline": (own.ReasonForm, lambda p, r, d: transfers.decline_transfer(actor=p, transfer=r, **d), noop("Se respondió que no.")),
    "agree": (own.AgreementForm, _agree, noop("El convenio quedó registrado; la transferencia está en marcha.")),
    "deliver": (own.PlainForm, lambda p, r, d: transfers.deliver(actor=p, transfer=r), noop("Quedó entregada: falta que la confirmen.")),
    "object": (own.ReasonForm, lambda p, r, d: transfers.object_delivery(actor=p, transfer=r, **d), noop("Se avisó de lo que falta.")),
    "adopt": (own.AdoptForm, _adopt, noop("La práctica quedó adoptada.")),
    "confirm": (own.AdoptForm, _adopt, noop("La práctica quedó adoptada.")),
    "cancel": (own.ReasonForm, lambda p, r, d: transfers.cancel_transfer(actor=p, transfer=r, **d),
               noop("La transferencia quedó cancelada.")),
}


def step_page(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step of the transfer."""
    seen = seen_of(request, pk)
    taken = next((s for s in allowed_steps(seen.person, seen.case) if s.name == step and _offered(s, seen.row)), None)
    if step not in STEPS:
        raise Http404
    if taken is None:
        messages.warning(request, told_before() or _("Ese paso ya no es posible: el asunto cambió mientras tanto."))
        return redirect(seen.address)
    form, verb, done = STEPS[step]

    def run(data: dict[str, Any]) -> str:
        verb(seen.person, seen.row, data)
        return _(done)

    crumbs = [(seen.case.folio, seen.address), (str(taken.label), "")]
    return act(request, Act(str(taken.label), seen.address, run, sub=str(seen.row.practice), crumbs=crumbs,
                            danger=step in ("decline", "cancel")), form)


@require_POST
def requirements(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the checklist of 5.3."""
    seen = seen_of(request, pk)
    given = {one.key: ({"si": True, "no": False}.get(request.POST.get(f"{one.key}", "")), request.POST.get(f"{one.key}-nota", ""))
             for one in seen.row.requirements.all()}
    attempt(request, lambda: transfers.check_requirements(actor=seen.person, transfer=seen.row, answers=given), _("Lista guardada."))
    return redirect(seen.address)


@require_POST
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step with its day."""
    seen = seen_of(request, pk)
    form = own.StepForm(request.POST)
    if form.is_valid():
        step = {**form.cleaned_data, "by_taker": bool(form.cleaned_data["by_taker"])}
        attempt(request, lambda: transfers.add_step(actor=seen.person, transfer=seen.row, draft=transfers.StepDraft(**step)),
                _("El paso quedó anotado."))
    else:
        attempt(request, lambda: _refuse(told_before() or _("Escriba qué se hará y para qué día.")), "")
    return redirect(seen.address)


def _refuse(why: str) -> None:
    from ventanilla.core.orgs.services.setup import Refused

    raise Refused(why)


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a step as done, or not."""
    person = person_of(request)
    one = get_object_or_404(TransferStep.objects.select_related("transfer"), pk=pk)
    side = transfers.side_of(one.transfer, person)
    if not side:
        raise Http404
    attempt(request, lambda: transfers.mark_step(actor=person, step=one, done=request.POST.get("hecho") == "1"), "")
    case = one.transfer.adoption_id if side == "taker" else one.transfer.case_id
    return redirect("practice_adoption" if side == "taker" else "practice_transfer", case)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write into 5.1.1 who adopted the practice."""
    practice, person = author_of(request, pk)
    attempt(request, lambda: note_adoptions(actor=person, practice=practice), _("Quedaron escritas en 5.1.1, en la revisión abierta."))
    return redirect("practice", pk)


def transfer_panel(person: Person, practice: Practice) -> Panel | None:
    """Who adopted the practice (5.1.1), and how to ask for it."""
    rows = list(practice.adoptions.select_related("taker"))
    here = practice.institution_id == person.institution_id
    asks = practice.state == "registered" and practice.transferable is not False and (
        bool({AUTHOR, KEEPER} & set(to_practice(reach_of(person), practice))) if here else reach_of(person).can(cap.PRACTICE_WRITE))
    running = Transfer.objects.filter(practice=practice, case__in=Case.objects.visible_to(person),
                                      case__closed_at=None).select_related("case")
    if not rows and not asks and not running:
        return None
    return Panel("practices/panel_transfers.html", {
        "practice": practice, "rows": rows, "asks": asks, "here": here, "running": list(running[:5]),
        "unnoted": len(unnoted(practice)) if here and practice.editable else 0,
        "packs": here and AUTHOR in set(to_practice(reach_of(person), practice))}, "aside")
