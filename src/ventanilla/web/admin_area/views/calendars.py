"""Calendars: versions with a source for each day; a new one is previewed and then published for good."""
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Clock
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.models import KINDS, Calendar, CalendarVersion
from ventanilla.core.workdays.services import (
    VersionDraft,
    compile_draft,
    create_calendar,
    draft_of,
    publish_version,
    standard_calendar,
)
from ventanilla.core.workdays.services.drafts import check
from ventanilla.lib.spanish import WEEKDAYS, long_date
from ventanilla.web.admin_area.forms.calendars import CalendarForm, VersionForm, written
from ventanilla.web.admin_area.pages import Effect, FormPage, Table, form_page, page


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
    def save(data: dict[str, Any]) -> str:
        base = standard_calendar(person.institution)
        made = create_calendar(actor=person, institution=person.institution, **data)
        draft = draft_of(base)
        publish_version(actor=person, calendar=made, draft=VersionDraft(
            draft.coverage, draft.days, _("Copia del calendario institucional"), draft.amber, draft.rule))
        return _to(made)

    return form_page(request, FormPage(
        title=_("Nuevo calendario"), sub=_("Empieza igual al institucional; después publique sus cambios."),
        form=CalendarForm(person.institution, request.POST or None), save=save, button=_("Crear calendario"),
        crumbs=crumbs(), back=reverse("admin_area:calendars")))


@page(cap.ADMIN_CALENDARS)
def calendar(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """What holds: hours, days of a year with their source, and the versions."""
    row = get_object_or_404(Calendar.objects.visible_to(person).select_related("unit"), pk=pk)
    versions = list(row.versions.published().select_related("published_by").order_by("-number"))
    number = request.GET.get("version", "")
    shown = next((v for v in versions if str(v.number) == number), versions[0] if versions else None)
    text = request.GET.get("anio", "")
    year = int(text) if text.isdigit() and 1990 <= int(text) <= 2100 else timezone.localdate().year
    return render(request, "admin_area/calendar.html", {
        "calendar": row, "crumbs": crumbs(), "versions": versions, "version": shown, "year": year, "kinds": dict(KINDS),
        "days": shown.days.filter(day__year=year) if shown else [], "hours": _hours(draft_of(shown)) if shown else [],
        "running": _running(row)})


def _hours(draft: VersionDraft) -> list[tuple[str, str]]:
    return [(word, written(draft.coverage.on(n)) or _("cerrado")) for n, word in enumerate(WEEKDAYS)]


def _running(row: Calendar) -> int:
    return Clock.objects.filter(version__calendar=row).exclude(state="stop").count()


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
        return _to(row)

    return form_page(request, FormPage(
        title=_("Cambiar el calendario"), sub=row.name, form=form, save=save, crumbs=crumbs(row), back=_to(row),
        effects=lambda _d: _effects(row, base, form.draft(), today), button=_("Publicar la versión"),
        template="admin_area/version.html",
        done=_("Se publicó la versión. Los plazos que ya corrían no cambiaron.")))


def _effects(row: Calendar, base: VersionDraft, draft: VersionDraft, today: date,
             ) -> tuple[Sequence[Effect], Sequence[Table]]:
    check(draft)
    before, after = {d.day: d for d in base.days}, {d.day: d for d in draft.days}
    added = [d for k, d in sorted(after.items()) if before.get(k) != d]
    removed = [d for k, d in sorted(before.items()) if k not in after]
    zone = row.institution.time_zone
    compile_draft(draft, zone)
    changed = [w for n, w in enumerate(WEEKDAYS) if base.coverage.on(n) != draft.coverage.on(n)]
    effects = [Effect(len(added), _("días se agregan o cambian")), Effect(len(removed), _("días se quitan")),
               Effect(len(changed), _("días de la semana cambian de horario")),
               Effect(_running(row), _("plazos corren con este calendario: conservan su versión hasta que se recalculen"))]
    kinds = dict(KINDS)
    rows = [[sign, long_date(d.day), kinds[d.kind.value], d.name, d.source]
            for sign, days in ((_("Agregar"), added), (_("Quitar"), removed)) for d in days]
    return effects, [Table(_("Días que cambian"), [_("Cambio"), _("Día"), _("Tipo"), _("Nombre"), _("Fuente")], rows)] if rows else []
