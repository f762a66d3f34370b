"""Calendars: versions with a source for each day; a new one is previewed and then published for good."""
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.services import ending_calendars, foreseeing, recomputing
from ventanilla.core.cases.services.recomputing import Preview
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.models import KINDS, Calendar, CalendarVersion
from ventanilla.core.workdays.services import (
    CalendarChange,
    VersionDraft,
    compile_draft,
    draft_of,
    first_draft,
    open_calendar,
    publish_version,
    standard_calendar,
    written,
)
from ventanilla.core.workdays.services.drafts import check
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import number
from ventanilla.lib.worktime import Light
from ventanilla.web.admin_area.forms.calendars import CalendarForm, EditCalendarForm, VersionForm
from ventanilla.web.admin_area.pages import Effect, FormPage, Table, form_page, page
from ventanilla.web.admin_area.shifts import tables_of
from ventanilla.web.ui.formats import long_date, weekdays


def crumbs(row: Calendar | None = None) -> list[tuple[str, str]]:
    """Administración › Calendarios › the calendar."""
    found = [(_("Administración"), reverse("admin_area:home")), (_("Calendarios"), reverse("admin_area:calendars"))]
    return [*found, (row.name, _to(row))] if row else found


def _to(row: Calendar) -> str:
    return reverse("admin_area:calendar", args=[row.pk])


@page(cap.ADMIN_CALENDARS)
def calendars(request: HttpRequest, person: Person) -> HttpResponse:
    """The institution's calendar and those of units."""
    standard_calendar(person.institution)
    rows = Calendar.objects.visible_to(person).select_related("unit").order_by("unit__sort_key", "pk")
    newest = {v.calendar_id: v for v in CalendarVersion.objects.visible_to(person).newest()}
    return render(request, "admin_area/calendars.html", {
        "crumbs": crumbs()[:1], "calendars": [(c, newest.get(c.pk)) for c in sorted(rows, key=lambda c: c.unit_id is not None)]})


@page(cap.ADMIN_CALENDARS)
def new_calendar(request: HttpRequest, person: Person) -> HttpResponse:
    """A calendar of a unit; its first version is the institution's."""
    draft = first_draft(person.institution)

    def save(data: dict[str, Any]) -> str:
        made = open_calendar(actor=person, **data)
        return reverse("admin_area:recompute", args=[made.pk]) if recomputing.waiting(made) else _to(made)

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        return flips_of(person, Calendar(institution=person.institution, unit=data["unit"]), draft)

    return form_page(request, FormPage(
        title=_("Nuevo calendario"), sub=_("Empieza igual al institucional; después publique sus cambios."),
        form=CalendarForm(person.institution, request.POST or None), save=save, effects=effects, button=_("Crear calendario"),
        done=_("Se creó el calendario. Los plazos que ya corrían no cambiaron."), crumbs=crumbs(), back=reverse("admin_area:calendars")))


@page(cap.ADMIN_CALENDARS)
def calendar(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """What holds: hours, days of a year with their source, and the versions."""
    row = get_object_or_404(Calendar.objects.visible_to(person).select_related("unit"), pk=pk)
    versions = list(row.versions.published().select_related("published_by").order_by("-number"))
    number = request.GET.get("version", "")
    shown = next((v for v in versions if str(v.number) == number), versions[0] if versions else None)
    asked = whole(request.GET.get("anio"))
    year = asked if asked is not None and 1990 <= asked <= 2100 else timezone.localdate().year
    return render(request, "admin_area/calendar.html", {
        "calendar": row, "crumbs": crumbs(), "versions": versions, "version": shown, "year": year, "kinds": dict(KINDS),
        "days": shown.days.filter(day__year=year) if shown else [], "hours": _hours(draft_of(shown)) if shown else [],
        "running": recomputing.running_on(row),
        "waiting": recomputing.waiting(row), "job": recomputing.running(row), "done": _recomputed(row)})


@page(cap.ADMIN_CALENDARS)
def edit_calendar(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Its name, and the day on which a unit's no longer holds: what would flip is shown before."""
    row = get_object_or_404(Calendar.objects.visible_to(person).select_related("unit__parent", "institution"), pk=pk)
    form = EditCalendarForm(row, request.POST or None)

    def save(data: dict[str, Any]) -> str:
        made = ending_calendars.change_calendar(actor=person, calendar=row, change=CalendarChange(**data))
        held = ending_calendars.holder(made)
        decided = made.valid_to != row.valid_to and recomputing.waiting(held)
        return reverse("admin_area:recompute", args=[held.pk]) if decided else _to(made)

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        asked = ending_calendars.to_foresee(row, data.get("valid_to", row.valid_to))
        return flips_of(person, *asked) if asked else ([], [])

    return form_page(request, FormPage(
        title=_("Editar el calendario"), sub=row.name, form=form, save=save, effects=effects if row.unit else None,
        first=_("Guardar"), crumbs=crumbs(row), back=_to(row)))


def _hours(draft: VersionDraft) -> list[tuple[str, str]]:
    return [(word, written(draft.coverage.on(n)) or _("cerrado")) for n, word in enumerate(weekdays())]


@page(cap.ADMIN_CALENDARS)
def new_version(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Change a calendar: preview, then publish the next version."""
    row = get_object_or_404(Calendar.objects.visible_to(person), pk=pk)
    last = row.versions.published().order_by("-number").first() or standard_calendar(person.institution)
    base, today = draft_of(last), timezone.localdate()
    form = VersionForm(base, today, request.POST or None, initial={
        "amber_rule": last.amber_rule, "amber_value": last.amber_value})

    def save(_data: dict[str, Any]) -> str:
        publish_version(actor=person, calendar=row, draft=form.draft())
        return reverse("admin_area:recompute", args=[row.pk]) if recomputing.waiting(row) else _to(row)

    return form_page(request, FormPage(
        title=_("Cambiar el calendario"), sub=row.name, form=form, save=save, crumbs=crumbs(row), back=_to(row),
        effects=lambda _d: _effects(person, row, base, form.draft(), today), button=_("Publicar la versión"),
        template="admin_area/version.html",
        done=_("Se publicó la versión. Los plazos que ya corrían no cambiaron.")))


def _effects(person: Person, row: Calendar, base: VersionDraft, draft: VersionDraft, today: date,
             ) -> tuple[Sequence[Effect], Sequence[Table]]:
    check(draft)
    before, after = {d.day: d for d in base.days}, {d.day: d for d in draft.days}
    added = [d for k, d in sorted(after.items()) if before.get(k) != d]
    removed = [d for k, d in sorted(before.items()) if k not in after]
    zone = row.institution.time_zone
    compile_draft(draft, zone)
    changed = [w for n, w in enumerate(weekdays()) if base.coverage.on(n) != draft.coverage.on(n)]
    flips, late = flips_of(person, row, draft)
    effects = [Effect(len(added), _("días se agregan o cambian")), Effect(len(removed), _("días se quitan")),
               Effect(len(changed), _("días de la semana cambian de horario")),
               *flips]
    kinds = {value: str(label) for value, label in KINDS}
    rows = [[sign, long_date(d.day), kinds[d.kind.value], d.name, d.source]
            for sign, days in ((_("Agregar"), added), (_("Quitar"), removed)) for d in days]
    heads = [_("Cambio"), _("Día"), _("Tipo"), _("Nombre"), _("Fuente")]
    return effects, [*([Table(_("Días que cambian"), heads, rows)] if rows else []), *late]


def flips_of(person: Person, row: Calendar, draft: VersionDraft | None) -> tuple[list[Effect], list[Table]]:
    """What recomputing would change, in words, and what becomes late or stops being late as far as the person may read it.

    Nothing has changed yet; the calendar may be one that is not kept yet. Of more clocks than one waits for only how many they are.
    """
    found = recomputing.foresee(row, draft)
    if found is None:
        text = _("plazos se contarían con este calendario. Son muchos para mostrar aquí los efectos: los verá en «Recalcular plazos» "
                 "cuando valga, y ninguno cambia hasta que usted lo aplique")
        return [Effect(recomputing.looked_at(row), text)], []
    return told(person, found)


def told(person: Person, found: Preview) -> tuple[list[Effect], list[Table]]:
    """A preview in words, and the matters that become late or stop being late as far as the person may read them."""
    flips = [Effect(n, _("semáforos pasarían de «%(before)s» a «%(after)s»")
                    % {"before": _(Light(before).word), "after": _(Light(after).word)})
             for (before, after), n in sorted(found.flips.items(), key=lambda flip: -flip[1])]
    return [Effect(found.looked_at, _("plazos se cuentan con este calendario, o se contarían; no cambian hasta que usted lo aplique")),
            Effect(found.moved, _("vencerían o pasarían a ámbar en otro momento")),
            Effect(found.become_late, _("asuntos quedarían vencidos")),
            Effect(found.stop_being_late, _("asuntos dejarían de estar vencidos")), *flips], tables_of(person, found.foreseen)


def _recomputed(row: Calendar) -> list[dict[str, Any]]:
    """The last times the running deadlines were recomputed: when, who, what changed."""
    done = recomputing.history(row)
    names = {p.pk: p.name for p in Person.objects.filter(pk__in={one["actor_id"] for one in done})}
    return [{**one, "who": names.get(one["actor_id"] or 0, _("El sistema"))} for one in done]


@page(cap.ADMIN_CALENDARS)
def recompute(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Running deadlines after a new version: what would change, then apply; a large calendar is left to a job."""
    row = get_object_or_404(Calendar.objects.visible_to(person).select_related("institution"), pk=pk)
    if row.ended:
        return redirect("admin_area:recompute", ending_calendars.holder(row).pk)
    job = recomputing.running(row)
    if request.method == "POST" and not job and recomputing.waiting(row):
        done = recomputing.order(actor=person, calendar=row)
        if done is None:
            return redirect("admin_area:recompute", row.pk)
        messages.success(request, _("Se recalcularon los plazos: cambiaron %(moved)s de %(seen)s.")
                         % {"moved": number(done.moved), "seen": number(done.looked_at)})
        return redirect(_to(row))
    waiting = 0 if job else recomputing.waiting(row)
    kept = foreseeing.foreseen(actor=person, calendar=row) if waiting else None
    effects, tables = told(person, kept.found) if kept else ([], [])
    return render(request, "admin_area/recompute.html", {
        "calendar": row, "crumbs": crumbs(row), "job": job, "waiting": waiting, "back": _to(row), "kept": kept,
        "effects": effects, "tables": tables, "later": kept and kept.found.looked_at > recomputing.LARGE})
