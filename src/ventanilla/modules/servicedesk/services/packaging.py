"""The service desk as parts of a package: teams (with the unit chosen there), service levels, short lists, services and offerings.

Numbers of rows never travel: a team, a level, a service and a form are named by keys, and a person who authorises by the head of unit.
"""
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ventanilla.core.exports.packaging import Installing, PackagePart, Piece, register_part
from ventanilla.core.exports.packaging.core_parts import CALENDARS, FORMS, calendar_key
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.servicedesk.flow import METRICS
from ventanilla.modules.servicedesk.models import (
    Cause,
    Escalation,
    HoldReason,
    Objective,
    Offering,
    OfferingVersion,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
)
from ventanilla.modules.servicedesk.services.catalogue import COPIED, publish, start_version
from ventanilla.modules.servicedesk.services.levels import keep_kind_level
from ventanilla.modules.servicedesk.services.promises.escalating import ROLES, rearm_level

TEAMS, LEVELS, LISTS, SERVICES, OFFERINGS = "desk-teams", "desk-levels", "desk-lists", "desk-services", "desk-offerings"
PLAIN = tuple(name for name in COPIED if not name.endswith("_id") and name != "approvals")
SHORT: Mapping[str, tuple[type[Model], str]] = {"cause": (Cause, "name"), "hold": (HoldReason, "text")}


def register() -> None:
    """Called when the process starts."""
    register_part(PackagePart(TEAMS, _("Mesa de servicio: equipos"), 40, teams, install_team))
    register_part(PackagePart(LEVELS, _("Mesa de servicio: niveles de servicio"), 41, levels, install_level))
    register_part(PackagePart(LISTS, _("Mesa de servicio: causas y motivos de espera"), 42, lists, install_listed))
    register_part(PackagePart(SERVICES, _("Mesa de servicio: servicios"), 43, services, install_service))
    register_part(PackagePart(OFFERINGS, _("Mesa de servicio: fichas del catálogo"), 44, offerings, install_offering))


def _key(text: str) -> str:
    return slugify(text)[:200]


def _needs(*pairs: tuple[str, str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{part}:{key}" for part, key in pairs if key))


def _named(rows: Iterable[Any], key: str, what: str) -> Any:
    """The row of that key. Raises Refused when there is none."""
    found = next((row for row in rows if _key(row.name) == key), None)
    if found is None:
        raise Refused(what)
    return found


def teams(institution: Institution) -> Iterator[Piece]:
    """Active teams; their unit and people are the institution's own."""
    for row in Team.objects.filter(institution=institution, active=True):
        yield Piece(TEAMS, _key(row.name), row.name, {"name": row.name, "tier": row.tier, "automatic": row.automatic}, asks_unit=True)


def install_team(here: Installing, piece: Piece) -> None:
    """A team of the chosen unit, without people; of one that is there, tier and sharing."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    data = piece.data
    row = next((t for t in Team.objects.filter(institution=here.institution) if _key(t.name) == piece.key), None)
    row = row or Team(institution=here.institution, unit=here.unit, name=data["name"])
    row.tier, row.automatic, row.active = data["tier"], data["automatic"], True
    row.save()


def levels(institution: Institution) -> Iterator[Piece]:
    """Active service levels with their objectives."""
    rows = ServiceLevel.objects.filter(institution=institution, active=True).select_related("calendar").prefetch_related(
        "objectives__team", "escalations__team", "kinds")
    for row in rows:
        goals = sorted([_goal(o) for o in row.objectives.all()], key=str)
        hours = calendar_key(row.calendar) if row.calendar and row.calendar.unit_id is None else None
        points = sorted((_threshold(e) for e in row.escalations.all() if e.active), key=str)
        kinds = sorted(k.kind for k in row.kinds.all())
        data = {"name": row.name, "calendar": hours, "objectives": goals, **({"thresholds": points} if points else {}),
                **({"kinds": kinds} if kinds else {})}
        named = [*(goal[3] for goal in goals), *(point[4] for point in points)]
        yield Piece(LEVELS, _key(row.name), row.name, data, _needs((CALENDARS, hours), *((TEAMS, str(team)) for team in named if team)))


def _goal(one: Objective) -> list[str | int | None]:
    """Metric, priority, minutes, team, and (when it names one) the kind of ticket: packages without kinds stay as they were."""
    return [one.metric, one.priority, one.minutes, _key(one.team.name) if one.team else None, *([one.kind] if one.kind else [])]


def _threshold(one: Escalation) -> list[Any]:
    """Clock, percent, whom it tells by what they are, whether it raises, team. A named post stays behind."""
    return [one.metric, one.percent, one.tell, one.raises, _key(one.team.name) if one.team else None]


def _install_thresholds(here: Installing, row: ServiceLevel, points: Iterable[list[Any]], known: Iterable[Team]) -> None:
    """Those of the package; others that are there are switched off, for what they did stays written."""
    kept = []
    for metric, percent, tell, raises, team in points:
        named = _named(known, team, str(_("falta el equipo al que pasa un ticket."))) if team else None
        kept.append(Escalation.objects.update_or_create(level=row, metric=metric, percent=percent, defaults={
            "institution": here.institution, "tell": [r for r in tell if r in ROLES], "raises": raises, "team": named, "active": True,
            "since": timezone.now()})[0].pk)
    row.escalations.exclude(pk__in=kept).update(active=False)
    rearm_level(row)


def install_level(here: Installing, piece: Piece) -> None:
    """A service level with its objectives; of one that is there, the objectives are replaced. Running clocks keep what they were
    promised.
    """
    require(here.actor, cap.ADMIN_CATALOGUES)
    data, mine = piece.data, {"institution": here.institution}
    row = next((one for one in ServiceLevel.objects.filter(**mine) if _key(one.name) == piece.key), None) or ServiceLevel(**mine,
                                                                                                                          name=data["name"])
    row.calendar, row.active = _calendar(here.institution, data["calendar"]), True
    row.save()
    row.objectives.all().delete()
    known = list(Team.objects.filter(**mine))
    Objective.objects.bulk_create(
        Objective(level=row, metric=metric, priority=priority, minutes=minutes, kind="".join(kind),
                  team=_named(known, team, str(_("falta el equipo de un acuerdo interno."))) if team else None)
        for metric, priority, minutes, team, *kind in data["objectives"])
    if "thresholds" in data:
        _install_thresholds(here, row, data["thresholds"], known)
    for kind in data.get("kinds", ()):
        keep_kind_level(actor=here.actor, kind=kind, level=row)


def _calendar(institution: Institution, key: str | None) -> Calendar | None:
    rows = Calendar.objects.filter(institution=institution, unit=None)
    return next((c for c in rows if calendar_key(c) == key), None) if key else None


def lists(institution: Institution) -> Iterator[Piece]:
    """Causes and reasons to wait."""
    for kind, (model, field) in SHORT.items():
        for row in model._default_manager.filter(institution=institution, active=True):
            text = getattr(row, field)
            runs = {"runs": row.runs} if isinstance(row, HoldReason) and row.runs else {}
            yield Piece(LISTS, f"{kind}-{_key(text)}"[:200], text, {"kind": kind, "text": text, **runs})


def install_listed(here: Installing, piece: Piece) -> None:
    """An entry of a short list."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    model, field = SHORT[piece.data["kind"]]
    model._default_manager.update_or_create(institution=here.institution, **{field: piece.data["text"]}, defaults={
        "active": True, **({f"stops_{m}": m not in piece.data.get("runs", ()) for m in METRICS} if model is HoldReason else {})})


def services(institution: Institution) -> Iterator[Piece]:
    """Active services with their family."""
    for row in Service.objects.filter(institution=institution, active=True).select_related("family"):
        yield Piece(SERVICES, row.slug, row.name, {"name": row.name, "summary": row.summary, "internal": row.internal,
                                                   "family": row.family.name, "order": row.family.order})


def install_service(here: Installing, piece: Piece) -> None:
    """A service in its family, which is made when it is not there."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    data = piece.data
    family = ServiceFamily.objects.get_or_create(institution=here.institution, name=data["family"], defaults={"order": data["order"]})[0]
    Service.objects.update_or_create(institution=here.institution, slug=piece.key, defaults={
        "family": family, "name": data["name"], "summary": data["summary"], "internal": data["internal"], "active": True})


def offerings(institution: Institution) -> Iterator[Piece]:
    """Every published offering."""
    rows = OfferingVersion.objects.filter(institution=institution, state="published", offering__service__active=True)
    for row in rows.select_related("offering__service", "form__instrument", "survey__instrument", "level",
                                   "team").order_by("offering__slug"):
        yield _offering(row)


def _offering(row: OfferingVersion) -> Piece:
    form, survey = (v.instrument.slug if v else None for v in (row.form, row.survey))
    level, team = _key(row.level.name) if row.level else None, _key(row.team.name)
    data = {"service": row.offering.service.slug, "name": row.offering.name, "form": form, "survey": survey, "level": level, "team": team,
            "approvals": [_approval(a) for a in row.approvals], **{name: getattr(row, name) for name in PLAIN}}
    return Piece(OFFERINGS, row.offering.slug, row.offering.name, data, _needs(
        (SERVICES, row.offering.service.slug), (FORMS, form), (FORMS, survey), (LEVELS, level), (TEAMS, team)))


def _approval(one: Mapping[str, Any]) -> dict[str, Any]:
    """Who authorises by name stays behind: there, the head of unit does."""
    named = not isinstance(one.get("who"), str)
    return {"label": one.get("label", ""), "who": "head" if named else one["who"], "quorum": one.get("quorum", 1)}


def install_offering(here: Installing, piece: Piece) -> None:
    """A new offering, published; or the next version of the one there, whose tickets keep theirs."""
    data, mine = piece.data, {"institution": here.institution}
    service = Service.objects.filter(slug=data["service"], **mine).first()
    if service is None:
        raise Refused(str(_("falta su servicio.")))
    offering = Offering.objects.get_or_create(slug=piece.key, **mine, defaults={"service": service, "name": data["name"]})[0]
    known = OfferingVersion.objects.filter(offering=offering).exists()
    draft = start_version(actor=here.actor, offering=offering) if known else OfferingVersion(offering=offering, number=1, **mine)
    for name in PLAIN:
        setattr(draft, name, data[name])
    draft.service, draft.approvals = service, list(data["approvals"])
    draft.form, draft.survey = (_form(here.institution, data[name]) for name in ("form", "survey"))
    draft.level = _named(ServiceLevel.objects.filter(**mine), data["level"],
                         str(_("falta su nivel de servicio."))) if data["level"] else None
    draft.team = _named(Team.objects.filter(**mine, active=True), data["team"], str(_("falta su equipo.")))
    draft.save()
    publish(actor=here.actor, version=draft)


def _form(institution: Institution, slug: str | None) -> InstrumentVersion | None:
    if slug is None:
        return None
    found = InstrumentVersion.objects.filter(institution=institution, instrument__slug=slug, state="published").first()
    if found is None:
        raise Refused(str(_("falta su formulario.")))
    return found
