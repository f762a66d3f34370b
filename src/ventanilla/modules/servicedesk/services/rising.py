"""Rates that rise: services and configuration items that get clearly more incidents than they should are told within the hour."""
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.telling import people
from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution
from ventanilla.lib.recurrence import Alarm, alarms, shares
from ventanilla.modules.servicedesk.models import ConfigurationItem, Membership, Service, Team, TicketItem
from ventanilla.modules.servicedesk.services.naming import items_of

LOOKED: Final = 200
"""Local days of the series."""
SERVICE, ITEM = 0, 1


def rising(institution: Institution, today: date) -> list[tuple[str, int, Alarm]]:
    """("service" or "ci", its id, the alarm) of what has risen on a local day, the rarest first."""
    first = today - timedelta(days=LOOKED - 1)
    rows = list(Case.objects.filter(institution=institution, kind="incident", received_at__gte=_midnight(first)).annotate(
        day=TruncDate("received_at")).values_list("pk", "ticket__service_id", "day"))
    series: dict[int, list[int]] = {}
    named = items_of(pk for pk, _service, _day in rows)
    weekdays: Counter[int] = Counter()
    for pk, service, day in rows:
        weekdays[day.weekday()] += 1
        for key in {*((service * 2 + SERVICE,) if service else ()), *(ci * 2 + ITEM for ci in named.get(pk, ()))}:
            at = (day - first).days
            if 0 <= at < LOOKED:
                series.setdefault(key, [0] * LOOKED)[at] += 1
    usual = shares(weekdays.items())
    found = alarms(series, LOOKED - 1, [usual[(first + timedelta(days=n)).weekday()] for n in range(LOOKED)])
    return [("ci" if a.key % 2 else "service", a.key // 2, a) for a in found]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def tell_rising(institution: Institution, today: date) -> int:
    """Tell who coordinates the teams that have them; about one thing at most once in an ISO week. Returns how many alarms there are."""
    found = rising(institution, today)
    notify_many([(person, _notice(kind, pk, alarm, today))
                 for kind, pk, alarm in found for person in sorted(_coordination(institution, kind, pk, _first(alarm, today)))])
    return len(found)


def _first(alarm: Alarm, today: date) -> date:
    return today - timedelta(days=alarm.days - 1)


def _coordination(institution: Institution, kind: str, pk: int, since: date) -> set[int]:
    about = {"ticket__service_id": pk} if kind == "service" else {"pk__in": TicketItem.objects.filter(item_id=pk).values("case_id")}
    cases = Case.objects.filter(institution=institution, kind="incident", received_at__gte=_midnight(since), **about)
    teams = Team.objects.filter(pk__in=cases.values("ticket__team_id"), active=True)
    leads = set(Membership.objects.filter(team__in=teams, lead=True).values_list("person_id", flat=True))
    return leads.union(*(people.people_of(unit, 0, cap.CONCLUDE) for unit in set(teams.values_list("unit_id", flat=True))))


def _notice(kind: str, pk: int, alarm: Alarm, today: date) -> NoticeDraft:
    name = str(ConfigurationItem.objects.get(pk=pk) if kind == "ci" else Service.objects.get(pk=pk))
    year, week, _day = today.isocalendar()
    during = ngettext("hoy", "en %(num)s días", alarm.days) % {"num": alarm.days}
    usual = round(alarm.expected) if alarm.expected >= 1 else _("menos de uno")
    text = _("%(n)s incidentes %(during)s; lo usual es %(usual)s. Vea si tienen la misma causa.") % {
        "n": alarm.count, "during": during, "usual": usual}
    about = f"servicio={pk}" if kind == "service" else f"elemento=%23{pk}"
    url = f"/listas/tickets/?tipo=incident&recibido_after={_first(alarm, today)}&{about}"
    return NoticeDraft("ticket", _("Suben los incidentes: %(name)s") % {"name": name}, f"rising:{kind}:{pk}:{year}-{week}", text, url)
