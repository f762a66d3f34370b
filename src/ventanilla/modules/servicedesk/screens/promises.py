"""Service levels for who manages the desk: goals by kind and priority, thresholds, and what a change does to open tickets."""
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.catalogues import kind_choices
from ventanilla.modules.servicedesk.forms_promises import EscalationForm
from ventanilla.modules.servicedesk.models import Escalation, Objective, ServiceLevel, Team
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.screens.promises_words import effects_of
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.levels import drop_objective, keep_kind_level
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.promises import escalating, repromising
from ventanilla.modules.servicedesk.services.promises.repromising.applying import AT_ONCE
from ventanilla.modules.servicedesk.services.promising import kind_levels
from ventanilla.web.admin_area.shifts import tables_of
from ventanilla.web.ui.refusals import blame


def manager_of(request: HttpRequest) -> Person:
    """Who manages the desk, or 404."""
    person = person_of(request)
    if not manages(person):
        raise Http404
    return person


def _level(person: Person, pk: int) -> ServiceLevel:
    return get_object_or_404(ServiceLevel.objects.select_related("calendar"), pk=pk, institution_id=person.institution_id)


def levels(request: HttpRequest) -> HttpResponse:
    """Every service level, with how many goals and thresholds it has."""
    person = manager_of(request)
    rows = ServiceLevel.objects.filter(institution_id=person.institution_id).select_related("calendar").annotate(
        goals=Count("objectives", distinct=True), thresholds=Count("escalations", filter=Q(escalations__active=True), distinct=True))
    shown = list(rows.order_by("-active", "name"))
    return render(request, "servicedesk/promises/levels.html", {
        "rows": shown, "keeps": _keeps(person), "keeps_kinds": _keeps_kinds(person), "kinds": _kinds(person),
        "usable": [r for r in shown if r.active]})


def _keeps_kinds(person: Person) -> bool:
    """Problems and changes are of the whole institution, not of somebody's teams."""
    return reach_of(person).can(cap.ADMIN_CATALOGUES)


def _kinds(person: Person) -> list[tuple[str, str, ServiceLevel | None]]:
    """Kinds that the desk opens itself: key, name, and their level."""
    known = kind_levels(person.institution_id)
    return [(kind, str(kind_of(kind).label), known.get(kind)) for kind in OWN_KINDS]


@require_POST
def keep_kinds(request: HttpRequest) -> HttpResponse:
    """What is promised to problems and changes from now on."""
    person = manager_of(request)
    if not _keeps_kinds(person):
        raise Http404
    usable = {str(r.pk): r for r in ServiceLevel.objects.filter(institution_id=person.institution_id, active=True)}
    try:
        with transaction.atomic():
            for kind in (k for k in OWN_KINDS if k in request.POST):
                if request.POST[kind] and request.POST[kind] not in usable:
                    raise Refused(_("Elija un nivel en uso de la institución."))
                keep_kind_level(actor=person, kind=kind, level=usable.get(request.POST[kind]))
        messages.success(request, _("Quedó guardado: vale para los problemas y cambios que se abran desde ahora."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("service_levels")


def _keeps(person: Person) -> bool:
    """Whether levels are theirs to keep; who only manages reads the goals and keeps the thresholds."""
    return keeping.keeps(person)


def level(request: HttpRequest, pk: int) -> HttpResponse:
    """What a level promises, and what happens on the way."""
    person = manager_of(request)
    row = _level(person, pk)
    kinds = dict(kind_choices())
    words = {0: _("Todas"), **{p.value: f"{p.value} {p.label}" for p in Priority}}
    goals = [(o, kinds[o.kind], words[o.priority]) for o in Objective.objects.filter(level=row).select_related("team")]
    thresholds = [(e, [str(escalating.ROLES[t]) for t in e.tell if t in escalating.ROLES])
                  for e in Escalation.objects.filter(level=row).select_related("post__unit", "team")]
    return render(request, "servicedesk/promises/level.html", {
        "level": row, "goals": goals, "thresholds": thresholds,
        "keeps": _keeps(person) and (keeping.levels(person, ServiceLevel.objects.filter(pk=pk)).exists())})


def effects(request: HttpRequest, pk: int) -> HttpResponse:
    """Open tickets of a level that were promised something else: what would change, and the button that does it."""
    person = manager_of(request)
    row = _level(person, pk)
    where = (_("Niveles de servicio"), reverse("service_levels"), reverse("service_level", args=[pk]))
    return _effects(request, person, row, _("Cambió el nivel de servicio «%(name)s»") % {"name": row.name}, where)


def team_effects(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the open tickets of a team that went to another unit, whose hours its promises count from now on."""
    person = manager_of(request)
    teams = Team.objects.filter(institution_id=person.institution_id).select_related("unit")
    row = get_object_or_404(keeping.teams(person, teams), pk=pk)
    back = reverse("admin_area:catalogue", args=["equipos"])
    return _effects(request, person, row, _("El equipo «%(name)s» cambió de unidad") % {"name": row.name}, (_("Equipos"), back, back))


def _effects(request: HttpRequest, person: Person, row: repromising.Target, reason: str, where: tuple[str, str, str]) -> HttpResponse:
    """What applying would change, and applying it; `where` is the list it belongs to, its address, and where one goes back to."""
    job, back = repromising.running(row), where[2]
    if request.method == "POST" and not job:
        done = repromising.order(actor=person, target=row, reason=reason)
        if done is None:
            return redirect(request.path)
        messages.success(request, _("Se aplicaron las metas: cambiaron %(n)s tickets.") % {"n": number(len(done.shifts))})
        return redirect(back)
    found = None if job else repromising.foreseen(person, row)
    shown = found is not None and bool(found.shifts)
    looked_at = "" if isinstance(row, ServiceLevel) else _("tickets con plazo del equipo; no cambian hasta que usted lo aplique")
    return render(request, "servicedesk/promises/effects.html", {
        "row": row, "where": where, "back": back, "job": job, "found": found if shown else None, "is_level": isinstance(row, ServiceLevel),
        "effects": effects_of(found, looked_at) if found and shown else [],
        "tables": tables_of(person, found) if found and shown else [], "later": found is not None and len(found.shifts) > AT_ONCE})


def threshold(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """A threshold of a level, or (without `number`) a new one."""
    person = manager_of(request)
    row = _level(person, pk)
    held = get_object_or_404(Escalation, pk=number, level=row) if number else None
    form = EscalationForm(request.POST if request.method == "POST" else None, institution_id=person.institution_id, initial=_initial(held))
    if request.method == "POST" and form.is_valid():
        try:
            escalating.save_escalation(actor=person, level=row, draft=form.draft(), escalation=held)
            messages.success(request, _("El aviso quedó guardado: cuenta desde ahora."))
            return redirect("service_level", row.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/promises/threshold.html", {"form": form, "level": row, "held": held},
                  status=422 if form.is_bound else 200)


def _initial(held: Escalation | None) -> dict[str, Any]:
    if held is None:
        return {"tell": ["holder"]}
    return {"metric": held.metric, "percent": held.percent, "tell": held.tell, "post": held.post_id, "raises": held.raises,
            "team": held.team_id}


@require_POST
def threshold_step(request: HttpRequest, pk: int, number: int, step: str) -> HttpResponse:
    """Switch a threshold on or off."""
    person = manager_of(request)
    held = get_object_or_404(Escalation.objects.select_related("level"), pk=number, level=_level(person, pk))
    if step not in ("encender", "apagar"):
        raise Http404
    escalating.switch_escalation(actor=person, escalation=held, active=step == "encender")
    messages.success(request, _("El aviso quedó encendido: cuenta desde ahora.") if step == "encender" else _("El aviso quedó apagado."))
    return redirect("service_level", pk)


@require_POST
def usual(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin with the two usual notices of each clock as rows."""
    person = manager_of(request)
    escalating.begin_with_usual(actor=person, level=_level(person, pk))
    messages.success(request, _("Ya puede corregir los avisos usuales y agregar otros."))
    return redirect("service_level", pk)


@require_POST
def drop(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take a goal away; open tickets keep it until it is applied."""
    person = manager_of(request)
    goal = get_object_or_404(Objective.objects.select_related("level"), pk=number, level=_level(person, pk))
    try:
        drop_objective(actor=person, objective=goal)
    except NotAllowed:
        raise Http404 from None
    messages.success(request, _("La meta se quitó. Los tickets abiertos la conservan hasta que la aplique."))
    return redirect("level_effects", pk)
