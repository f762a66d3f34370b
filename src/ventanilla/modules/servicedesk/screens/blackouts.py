"""The calendar of periods without changes: those that come, those that repeat, those that were; kept by managers."""
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.indicators.periods import add_months, month_start
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import MONTHS as MONTH_NAMES
from ventanilla.modules.servicedesk.forms_repeating import RepeatingForm
from ventanilla.modules.servicedesk.models import Blackout
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.items import mark
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.blackouts import Time, following, in_words, times, zone_name
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, call_off, may_keep, save_blackout, skip_date
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.working import works_somewhere

COMING, PAST = 200, 30
MONTHS, DRAWN = 3, 100
"""Months drawn, this one first, and times of one period in them."""


@dataclass(frozen=True)
class Again:
    """A period that repeats, for its page: its rule in words, its next times, and the dates that were taken out and are still to come."""

    row: Blackout
    rule: str
    zone: str
    next: Sequence[Time]
    hours: str
    skipped: Sequence[date]


def _reader(request: HttpRequest) -> tuple[Person, bool]:
    """Somebody of the desk, or who keeps the periods; and whether they keep them."""
    person = person_of(request)
    keeps = may_keep(person)
    if not keeps and not works_somewhere(person):
        raise Http404
    return person, keeps


def blackouts(request: HttpRequest) -> HttpResponse:
    """What comes, by date and drawn by month, what repeats, and what was."""
    person, keeps = _reader(request)
    rows = Blackout.objects.filter(institution_id=person.institution_id).select_related("type", "item", "by")
    now = timezone.now()
    ahead = list(rows.ahead(now).order_by("starts_at", "pk")[:COMING])
    past = list(rows.over(now).order_by("-ends_at", "-pk")[:PAST])
    seen = set(choosable(person, person.institution_id).filter(pk__in=[r.item_id for r in (*ahead, *past)]).values_list("pk", flat=True))
    return render(request, "servicedesk/blackouts/home.html", {
        "coming": [r for r in ahead if not r.rule], "again": [_again(r) for r in ahead if r.rule], "past": past, "keeps": keeps,
        "seen": seen, "now": now, "words": in_words, "months": _months(ahead) if ahead else ()})


def _again(row: Blackout) -> Again:
    zone, now = ZoneInfo(row.zone), timezone.now()
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    lasting = (end.date() - start.date()).days
    hours = _("de %(since)s a %(until)s") % {"since": f"{start:%H:%M}", "until": f"{end:%H:%M}"}
    if lasting > 1 or (lasting == 1 and end.time() > start.time()):
        hours = _("desde las %(since)s, durante %(days)s días, hasta las %(until)s") % {
            "since": f"{start:%H:%M}", "days": lasting, "until": f"{end:%H:%M}"}
    today = now.astimezone(zone).date()
    return Again(row, in_words(row), zone_name(row.zone), following(row, now), hours, [d for d in row.skipped if d >= today])


@dataclass(frozen=True)
class Day:
    """A day of a drawn month, with the names of the periods that hold on it."""

    day: date
    inside: bool
    names: Sequence[str]
    today: bool


def _months(rows: Sequence[Blackout]) -> list[tuple[str, list[list[Day]]]]:
    """The next months by name, with their weeks of days, each with what holds on it (local days)."""
    today = timezone.localdate()
    first = month_start(today)
    months = [add_months(first, n) for n in range(MONTHS)]
    begin = timezone.make_aware(datetime.combine(first, time.min))
    held: dict[date, list[str]] = {}
    for one in times(rows, begin, begin + timedelta(days=31 * MONTHS + 7), DRAWN):
        day, last = (timezone.localtime(at).date() for at in (one.since, one.until - timedelta(seconds=1)))
        day = max(day, first)
        while day <= last and day < add_months(first, MONTHS):
            held.setdefault(day, []).append(one.blackout.name)
            day += timedelta(days=1)
    weeks = Calendar(firstweekday=0).monthdatescalendar
    return [(f"{MONTH_NAMES[m.month - 1].capitalize()} {m.year}",
             [[_day(d, m, held, today) for d in week] for week in weeks(m.year, m.month)]) for m in months]


def _day(day: date, month: date, held: Mapping[date, Sequence[str]], today: date) -> Day:
    inside = day.month == month.month
    return Day(day, inside, held.get(day, ()) if inside else (), day == today)


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Declare a period, or correct one."""
    person, keeps = _reader(request)
    if not keeps:
        raise Http404
    row = get_object_or_404(Blackout, pk=pk, institution_id=person.institution_id, active=True) if pk else None
    form = RepeatingForm(request.POST if request.method == "POST" else None, institution_id=person.institution_id, initial=_initial(row),
                         row=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_blackout(actor=person, draft=_draft(person, form), blackout=row)
            messages.success(request, _("El periodo quedó guardado: se toma en cuenta desde ahora."))
            return redirect("blackouts")
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            named = {"rule": "shape", "until": "until_day"}.get(refusal.field, refusal.field)
            form.add_error(named if named in form.fields else None, refusal.message)
    return render(request, "servicedesk/blackouts/edit.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


def _initial(row: Blackout | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"name": row.name, "reason": row.reason, "starts_at": row.starts_at, "ends_at": row.ends_at, "type": row.type_id,
            "item": mark(row.item) if row.item else ""}


def _draft(person: Person, form: RepeatingForm) -> BlackoutDraft:
    data = form.cleaned_data
    item = picked(person, data["item"], "item", choosable(person, person.institution_id)) if data["item"].strip() else None
    return BlackoutDraft(data["name"], data["reason"], data["starts_at"], data["ends_at"], data["type"], item, data["uuid"], form.repeat())


@require_POST
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a period off; with `dia`, only the time that begins on that date, and with `volver`, not even that one."""
    person, keeps = _reader(request)
    row = get_object_or_404(Blackout, pk=pk, institution_id=person.institution_id)
    if not keeps:
        raise Http404
    try:
        if not request.POST.get("dia"):
            call_off(actor=person, blackout=row)
            messages.success(request, _("El periodo ya no cuenta; queda en la lista de los anteriores."))
        else:
            _skip(request, person, row)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("blackouts")


def _skip(request: HttpRequest, person: Person, row: Blackout) -> None:
    try:
        day = parse_date(request.POST["dia"])
    except ValueError:
        day = None
    if day is None:
        raise Refused(_("Esa fecha no se entiende."))
    back = "volver" in request.POST
    skip_date(actor=person, blackout=row, day=day, skipped=not back)
    messages.success(request, _("Esa fecha vuelve a contar.") if back else _("Esa fecha ya no cuenta; las demás siguen igual."))
