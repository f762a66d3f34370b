"""The officer's desk: registering a request for somebody, its record, and its steps."""
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop as noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ventanilla.core.cases.derivation import sentences
from ventanilla.core.cases.models import Case, Clock
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.flow import ANSWER, FULFIL
from ventanilla.core.privacy.models import Receipt, SubjectRequest
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.services.gathering import read_findings
from ventanilla.core.privacy.services.identities import AWAITED, add_identity, open_identity
from ventanilla.core.privacy.services.opposition import lift
from ventanilla.lib.flow import Step
from ventanilla.web.admin_area.pages import FormPage, form_page
from ventanilla.web.admin_area.pages import page as guarded
from ventanilla.web.privacy import forms as own
from ventanilla.web.privacy.views.public import examined_of
from ventanilla.web.screens.columns import case_light


def request_of(person: Person, pk: int) -> SubjectRequest:
    """The request when this person attends requests of its unit and may read its case; else 404."""
    rows = SubjectRequest.objects.attended_by(person)
    return get_object_or_404(rows.select_related("case__unit", "case__institution", "institution", "proven_by"), pk=pk)


def trail(row: SubjectRequest | None) -> list[tuple[str, str]]:
    """From the list to the record."""
    home = [(_("Datos personales"), reverse("privacy:requests"))]
    return home + ([(row.case.folio, reverse("privacy:request", args=[row.pk]))] if row else [])


@guarded(cap.PRIVACY_ATTEND)
def index(request: HttpRequest, person: Person) -> HttpResponse:
    """The list."""
    return redirect("screen", "datos-personales")


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def register(request: HttpRequest, person: Person) -> HttpResponse:
    """Register what came in person, by mail or by telephone; the key is told once, for the person."""
    title = _("Registrar una solicitud de datos personales")

    def save(data: dict[str, Any]) -> str:
        files = examined_of(data.pop("copies"))
        made = verbs.register_request(actor=person, institution=person.institution, draft=verbs.RequestDraft(**data, identity=files))
        if made.key:
            request.session[f"arco:{made.request.pk}"] = made.key
        return reverse("privacy:request", args=[made.request.pk])

    return form_page(request, FormPage(
        title=title, form=own.DeskRequestForm(request.POST or None, request.FILES or None), save=save, button=_("Registrar"),
        crumbs=trail(None),
        done=_("La solicitud quedó registrada. Entregue a la persona el folio y la clave: la clave se muestra solo ahora."),
        back=reverse("privacy:requests"), sub=_("El plazo empieza a contar desde ahora.")))


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def record(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The request: what is asked, where it stands and why, what was found, and the steps that are possible now."""
    row = request_of(person, pk)
    case = row.case
    steps = [s for s in allowed_steps(person, case) if _offered(s, row)]
    return render(request, "privacy/request.html", {
        "row": row, "case": case, "copies": list(row.identities.defer("content")), "awaited": case.state in AWAITED, "steps": steps,
        "primary": _primary(steps), "state": state_of(case), "light": case_light(case),
        "moves": list(case.moves.select_related("actor").order_by("-pk")), "clocks": clocks_of(case),
        "key": request.session.pop(f"arco:{pk}", ""), "findings": read_findings(actor=person, request=row),
        "receipt": Receipt.objects.filter(ref=case.uuid).select_related("notice").first(),
        "oppositions": list(row.oppositions.select_related("person")), "desk": verbs.desk_of(row.institution)})


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def identify(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Keep a copy that somebody showed at the counter or sent."""
    row, title = request_of(person, pk), _("Agregar una copia de la identificación")
    here = reverse("privacy:request", args=[pk])

    def save(data: dict[str, Any]) -> str:
        if not data["copies"]:
            raise Refused(_("Elija el archivo."), "copies")
        add_identity(actor=person, request=row, files=examined_of(data["copies"]))
        return here

    return form_page(request, FormPage(
        title=title, form=own.DeskIdentityForm(request.POST or None, request.FILES or None), save=save, button=_("Agregar"), back=here,
        crumbs=trail(row), done=_("La copia quedó guardada; se borra sola cuando pase su plazo."),
        sub=_("Hágalo solo si hace falta: basta con que la vea y diga con qué se acreditó.")))


@never_cache
@require_safe
@guarded(cap.PRIVACY_ATTEND)
def identity_file(request: HttpRequest, person: Person, uuid: UUID) -> HttpResponse:
    """The copy as a file, never shown inside a page; the opening is logged."""
    row = open_identity(actor=person, uuid=uuid)
    return HttpResponse(bytes(row.content), content_type=row.media_type, headers={
        "Content-Disposition": content_disposition_header(True, row.name) or "attachment", "X-Content-Type-Options": "nosniff"})


def clocks_of(case: Case) -> list[tuple[Any, Clock, list[str]]]:
    """Each clock: what it is for, itself, and why it is due when it is."""
    return [(CLOCKS.get(c.kind, ""), c, sentences(c)) for c in case.clocks.select_related("version").order_by("pk")]


def _offered(step: Step, row: SubjectRequest) -> bool:
    """The term is extended once, and only a standing opposition can be lifted; what is done to findings stands beside them."""
    if step.name == "lift":
        return row.oppositions.filter(lifted_at=None).exists()
    return step.name in STEPS and not (step.name == "extend" and row.extended_at)


def _primary(steps: list[Step]) -> Step | None:
    """What usually comes next."""
    order = ("fulfil", "resolve", "admit")
    return next((s for name in order for s in steps if s.name == name), None)


CLOCKS: Final = {ANSWER: lazy("Para responder"), FULFIL: lazy("Para hacerla efectiva")}
Runner = Callable[[Person, SubjectRequest, dict[str, Any]], Any]
STEPS: Final[dict[str, tuple[Any, Runner, str]]] = {
    "require": (own.RequireForm, lambda p, r, d: verbs.require_proof(actor=p, request=r, **d), noop("El requerimiento quedó asentado.")),
    "admit": (own.AdmitForm, lambda p, r, d: verbs.admit(actor=p, request=r, **d), noop("La solicitud está en trámite.")),
    "lapse": (own.ReasonForm, lambda p, r, d: verbs.lapse(actor=p, request=r, **d), noop("Se tuvo por no presentada.")),
    "extend": (own.ReasonForm, lambda p, r, d: verbs.extend_answer(actor=p, request=r, **d), noop("El plazo quedó ampliado.")),
    "resolve": (own.ResolveForm, lambda p, r, d: verbs.resolve(actor=p, request=r, **d), noop("Procede: corre el plazo para cumplir.")),
    "deny": (own.DenyForm, lambda p, r, d: verbs.deny(actor=p, request=r, **d), noop("La negativa quedó asentada con su causa.")),
    "fulfil": (own.FulfilForm, lambda p, r, d: verbs.fulfil(actor=p, request=r, **d), noop("La solicitud quedó cumplida.")),
    "lift": (own.ReasonForm, lambda p, r, d: lift(actor=p, request=r, **d), noop("La oposición quedó levantada.")),
    "desist": (own.ReasonForm, lambda p, r, d: verbs.desist(actor=p, request=r, **d), noop("El desistimiento quedó asentado.")),
}
SAID: Final = {"extend": lazy("Solo se puede una vez, y la persona debe saber por qué."),
               "lapse": lazy("Úselo cuando venció el plazo para acreditar lo requerido y la persona no lo hizo.")}


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def step_page(request: HttpRequest, person: Person, pk: int, step: str) -> HttpResponse:
    """Take a step of the request."""
    row = request_of(person, pk)
    here = reverse("privacy:request", args=[pk])
    if step not in STEPS:
        raise Http404
    taken = next((s for s in allowed_steps(person, row.case) if s.name == step), None)
    if taken is None:
        return redirect(here)
    form, verb, done = STEPS[step]

    def save(data: dict[str, Any]) -> str:
        verb(person, row, data)
        return here

    return form_page(request, FormPage(
        title=str(taken.label), form=form(request.POST or None), save=save, button=str(taken.label), done=_(done),
        sub=str(SAID.get(step, "")), crumbs=trail(row), back=here, danger=step in ("deny", "lapse", "desist")))
