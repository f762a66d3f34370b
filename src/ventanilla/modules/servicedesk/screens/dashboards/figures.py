"""How each tile counts: over the list of tickets, from times worked, and from surveys."""
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from django.db.models import Count, Sum
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from ventanilla.core.indicators.periods import add_months, month_start
from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import MONTHS
from ventanilla.modules.servicedesk.models import TimeEntry
from ventanilla.modules.servicedesk.screens.dashboards.counting import (
    DIMENSIONS,
    Look,
    Params,
    Result,
    Row,
    address,
    by,
    by_light,
    tickets,
)
from ventanilla.modules.servicedesk.screens.dashboards.filters import WORKED_DAYS
from ventanilla.modules.servicedesk.services.knowledge.deflecting import deflection
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.periods import Period
from ventanilla.modules.servicedesk.services.reports.satisfaction import satisfaction

WEEKS: Final = 12
DAYS: Final = 90
OPEN: Final[Params] = {"abierto": "si"}
AGES: Final = ((noop("Hoy o ayer"), 0, 1), (noop("De 2 a 7 días"), 2, 7), (noop("De 8 a 30 días"), 8, 30),
               (noop("De 31 a 90 días"), 31, 90),
               (noop("Más de 90 días"), 91, None))


def weekly(look: Look) -> Result:
    """Received and resolved by local week (Monday), the last WEEKS, the current one included."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    came = _by_week(look, "received_at", {"recibido_after": str(first)})
    done = _by_week(look, "ticket__resolved_at", {"resuelto_after": str(first)})
    weeks = [first + timedelta(weeks=n) for n in range(WEEKS)]
    rows = [Row(short(day), (came.get(day, 0), done.get(day, 0)), (_week("recibido", day), _week("resuelto", day))) for day in weeks]
    more = sum(came.values()) - sum(done.values())
    behind = _("Llegaron %(n)s más de los que se resolvieron.") % {"n": more}
    sentence = behind if more > 0 else _("Se resolvieron tantos o más de los que llegaron.")
    return Result("lines", [_("Semana del"), _("Recibidos"), _("Resueltos")], rows, sentence)


def _by_week(look: Look, path: str, params: Params) -> dict[date, int]:
    rows = tickets(look, params).annotate(week=TruncWeek(path)).values_list("week").annotate(n=Count("pk"))
    return {timezone.localtime(week).date(): n for week, n in rows if week}


def _week(name: str, day: date) -> str:
    return address({f"{name}_after": str(day), f"{name}_before": str(day + timedelta(days=6))})


def short(day: date) -> str:
    """"16 nov"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def age(look: Look) -> Result:
    """Open tickets by how long ago they came, in local calendar days."""
    today, rows = timezone.localdate(), []
    for label, least, most in AGES:
        params = {**OPEN, "recibido_before": str(today - timedelta(days=least))}
        params |= {"recibido_after": str(today - timedelta(days=most))} if most is not None else {}
        rows.append(Row(_(label), (tickets(look, params).count(),), (address(params),)))
    return Result("bars", [_("Llegó"), _("Tickets abiertos")], rows)


def _since() -> str:
    return str(timezone.localdate() - timedelta(days=DAYS))


def kept(param: str | None, look: Look) -> Result:
    """Of the resolved with a promise, how many in time and late, by a dimension or altogether."""
    params = {"resuelto_after": _since()}
    good_params, late = ({**params, "cumple": value} for value in ("si", "no"))
    if param is None:
        good, bad = tickets(look, good_params).count(), tickets(look, late).count()
        rows = [Row(_("En plazo"), (good,), (address(good_params),)), Row(_("Fuera de plazo"), (bad,), (address(late),))]
        sentence = _("%(p)s %% se resolvió en plazo.") % {"p": round(100 * good / (good + bad))} if good + bad else ""
        return Result("bars", [_("Cumplimiento"), _("Tickets")], rows, sentence)
    good_rows, bad_rows = ({r.label: r for r in by(look, p, param, most=30).rows} for p in (good_params, late))
    rows = []
    for label in sorted({*good_rows, *bad_rows}, key=lambda k: -sum(r[k].values[0] or 0 for r in (good_rows, bad_rows) if k in r)):
        both = [found.get(label, Row(label, (0,), ("",))) for found in (good_rows, bad_rows)]
        rows.append(Row(label, [r.values[0] for r in both], [r.urls[0] for r in both]))
    return Result("stacked", [_(str(DIMENSIONS[param].column)), _("En plazo"), _("Fuera de plazo")], rows,
                  css=("s-green", "s-red"))


def reopened(look: Look) -> Result:
    """Of the resolved of the last DAYS days, by service."""
    return by(look, {"reabierto": "si", "resuelto_after": _since()}, "servicio")


def worked(mine: bool, look: Look) -> Result:
    """Minutes of the last WORKED_DAYS days by person, on tickets that one may see."""
    rows = TimeEntry.objects.filter(at__gte=timezone.now() - timedelta(days=WORKED_DAYS), case__in=tickets(look, {}))
    rows = rows.filter(person=look.person) if mine else rows
    counted = list(rows.values_list("person").annotate(n=Sum("minutes")).order_by("-n")[:12])
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=[pk for pk, _n in counted])}
    found = [Row(names[pk], (round(n / 60, 1),), (address({"trabajo": str(pk)}),)) for pk, n in counted]
    return Result("bars", [_("Persona"), _("Horas")], found, unit="h")


def satisfied(look: Look) -> Result:
    """Of the surveys answered in this month and the two before."""
    first = month_start(timezone.localdate())
    found = satisfaction(Scope(look.person.institution, look.person), Period(add_months(first, -2), add_months(first, 1), timezone.now()))
    sentence = _("%(n)s respuestas de %(m)s encuestas enviadas.") % {"n": found.answered, "m": found.invited} if found.invited else ""
    return Result("bars", [_("Respuesta"), _("Personas")], [
        Row(level.label, (level.count,), (address({"opinion": f"{add_months(first, -2)}~{add_months(first, 1)}~{level.label}"}),))
        for level in found.levels], sentence)


def deflected(look: Look) -> Result:
    """Of the forms of the last DAYS days in which help was shown."""
    until = timezone.now()
    found = deflection(look.person.institution, timezone.make_aware(datetime.combine(date.fromisoformat(_since()), time.min)), until)
    rows = [Row(label, (n,), (url,)) for label, n, url in (
        (_("Se mostró ayuda"), found.shown, helps("mostrada")), (_("Se abrió un artículo"), found.opened, helps("abierta")),
        (_("Dijo que le sirvió"), found.helped, helps("sirvio")), (_("Terminó sin ticket"), found.saved, helps("sin-ticket")),
        (_("Pidió de todos modos"), found.asked, helps("pidio")))]
    rate = round(100 * (found.rate or 0))
    sentence = _("La ayuda evitó %(p)s %% de las solicitudes en que se mostró.") % {"p": rate} if found.shown else ""
    return Result("bars", [_("Ayuda al pedir"), _("Formularios")], rows if found.shown else [], sentence)


def helps(which: str) -> str:
    """The forms behind a figure of help."""
    return f"{reverse('boards_help')}?cuales={which}"


def caused(look: Look) -> Result:
    """Of the resolved of the last DAYS days, by cause."""
    return by(look, {"resuelto_after": _since()}, "causa")


def open_by(param: str) -> Callable[[Look], Result]:
    """Open tickets by a dimension."""
    return partial(told, OPEN, param)


def told(params: Params, param: str, look: Look) -> Result:
    """Tickets with some filters by a dimension."""
    return by(look, params, param)


def number(params: Params, look: Look) -> Result:
    """How many tickets there are with some filters."""
    n = tickets(look, params).count()
    return Result("number", ["", _("Tickets")], [Row(ngettext("ticket", "tickets", n), (n,), (address(params),))])


def lights(params: Params, look: Look) -> Result:
    """Tickets with some filters by their light."""
    return by_light(look, params)
