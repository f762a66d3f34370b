"""The catalogue on paper: all of it as of a day, or the fact sheet of one version; each person gets what they may ask for.

Internal services and private questions are printed for the desk only. Terms are those of the service level at the moment of
printing, which the paper says: levels have no versions of their own.
"""
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.branding import logo_of
from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.core.questionnaires.definition.fields import TYPES
from ventanilla.core.questionnaires.showing import condition_in_words
from ventanilla.core.workdays.models import CoverageRange
from ventanilla.lib.spanish import listed, long_date, long_moment
from ventanilla.modules.servicedesk.models import OfferingVersion, ServiceFamily
from ventanilla.modules.servicedesk.models.catalogue import Service
from ventanilla.modules.servicedesk.services.catalogue import audiences_of
from ventanilla.modules.servicedesk.services.keeping import keeps, offerings
from ventanilla.modules.servicedesk.services.promising import objectives, priority_of, version_of
from ventanilla.modules.servicedesk.services.routing import in_words
from ventanilla.modules.servicedesk.services.working import works_somewhere

TEMPLATE: Final = "servicedesk/catalogue.typ"
CHOICES: Final = 15
KEPT: Final = 300
WEEK: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def sees_all(person: Person) -> bool:
    """Whether internal services and private questions are theirs to see: the desk, and who keeps the catalogue."""
    return works_somewhere(person) or keeps(person)


def in_force(person: Person, day: date) -> list[OfferingVersion]:
    """The versions that held at the end of a local day, in the order of the catalogue, of what the person may ask for."""
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = OfferingVersion.objects.filter(institution_id=person.institution_id, published_at__lt=until).exclude(state="draft")
    newest = _complete(rows.order_by("offering_id", "-number").distinct("offering_id"))
    today = day >= timezone.localdate()
    kept = [v for v in _visible(person, newest) if not today or _offered(v)]
    return sorted(kept, key=lambda v: (v.of_service.family.order, v.of_service.family.name, v.of_service.name, v.name))


def _complete(rows: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
    return rows.select_related("offering__service__family", "service__family", "service__owner", "team__unit", "level", "form",
                               "survey__instrument", "published_by").prefetch_related("level__objectives")


def _offered(version: OfferingVersion) -> bool:
    service = version.offering.service
    return service.active and service.family.active and version.team.active


def _visible(person: Person, rows: QuerySet[OfferingVersion]) -> list[OfferingVersion]:
    if sees_all(person):
        return list(rows)
    audiences = audiences_of(person)
    return [v for v in rows if v.audience in audiences and not (v.offering.service.internal or v.of_service.internal)]


def sheet_of(person: Person, offering_id: int, number: int) -> OfferingVersion | None:
    """A version that the person may print: of the desk any, of others the published one of what they may ask for."""
    rows = _complete(OfferingVersion.objects.filter(institution_id=person.institution_id, offering_id=offering_id, number=number))
    if not (keeps(person) and offerings(person).filter(pk=offering_id).exists()):
        rows = rows.exclude(state="draft")
    if not sees_all(person):
        rows = rows.filter(state="published")
        return next((v for v in _visible(person, rows) if _offered(v)), None)
    return rows.first()


def catalogue_pdf(person: Person, day: date) -> bytes:
    """The whole catalogue as of a local day: cover, contents, families, services, fact sheets. Raises TypesetError.

    The same paper is set once in KEPT seconds, whoever asks for it; it says at which moment.
    """
    rows, staff = in_force(person, day), sees_all(person)
    key = "catalogue-" + sha256(repr((person.institution_id, staff, f"{day}", timezone.localdate(), [
        (v.pk, v.state, _offered(v)) for v in rows])).encode()).hexdigest()
    kept: bytes | None = cache.get(key)
    if kept is None:
        scope = _("Incluye los servicios internos: es para el uso de la mesa de servicio.") if staff else _(
            "Contiene los servicios que puede pedir quien lo descarga.")
        kept = _paper(person, rows, title=_("Catálogo de servicios"), subtitle=_("Vigente al %(day)s") % {"day": long_date(day)},
                      note=f"{scope} {_terms_note()}")
        cache.set(key, kept, KEPT)
    return kept


def sheet_pdf(person: Person, version: OfferingVersion) -> bytes:
    """The fact sheet of one version. Raises TypesetError."""
    return _paper(person, [version], title=f"{version.name}, {_('versión')} {version.number}", subtitle="", note=_terms_note(),
                  whole=False)


def _terms_note() -> str:
    return _("Los plazos son los del nivel de servicio al momento de imprimir (%(moment)s).") % {
        "moment": long_moment(timezone.localtime())}


def _paper(person: Person, rows: Sequence[OfferingVersion], *, title: str, subtitle: str, note: str, whole: bool = True) -> bytes:
    logo, staff = logo_of(person.institution), sees_all(person)
    hours = _Hours()
    families = [_family(family, list(members), staff, hours) for family, members in groupby(rows, key=lambda v: v.of_service.family)]
    data = {"institution": person.institution.name, "title": title, "subtitle": subtitle, "note": note, "by": "", "whole": whole,
            "logo": bool(logo), "moment": long_date(timezone.localdate()), "families": families}
    return typeset(TEMPLATE, data, {"logo.png": logo} if logo else {})


def _family(family: ServiceFamily, rows: Sequence[OfferingVersion], staff: bool, hours: "_Hours") -> dict[str, Any]:
    services = groupby(rows, key=lambda v: v.of_service)
    return {"name": family.name, "services": [_service(service, list(members), staff, hours) for service, members in services]}


def _service(service: Service, rows: Sequence[OfferingVersion], staff: bool, hours: "_Hours") -> dict[str, Any]:
    facts = [(_("Responsable"), service.owner.name if service.owner else ""), (_("Alcance"), _("interno") if service.internal else "")]
    return {"name": service.name, "summary": service.summary, "rows": facts, "offerings": [_offering(v, staff, hours) for v in rows]}


def _offering(version: OfferingVersion, staff: bool, hours: "_Hours") -> dict[str, Any]:
    """A fact sheet as the template takes it."""
    texts = {name: [p.strip() for p in getattr(version, name).splitlines() if p.strip()]
             for name in ("description", "includes", "requirements")}
    coverage = hours.of(version)
    published = _("publicada el %(day)s") % {"day": long_date(timezone.localdate(version.published_at))} if version.published_at else ""
    return {
        **texts, "name": version.name, "version": version.number, "published": published, "coverage": coverage,
        "warning": _warning(version), "rows": _rows(version, coverage), "terms": terms_of(version),
        "approvals": [approval_in_words(step) for step in version.approvals], "tasks": [str(t) for t in version.tasks],
        "sections": _sections(version.form.form, staff) if version.form else []}


def _warning(version: OfferingVersion) -> str:
    if version.state == "draft":
        return _("Borrador: todavía no se publica.")
    if not _offered(version):
        return _("Hoy ya no se ofrece.")
    return _("Hoy hay una versión más nueva.") if version.state == "retired" else ""


def _rows(version: OfferingVersion, coverage: str) -> list[tuple[str, str]]:
    opens = _("un incidente") if version.kind == "incident" else _("una solicitud")
    return [(_("Quién puede pedirlo"), version.get_audience_display()), (_("Horario de atención"), version.hours or coverage),
            (_("Abre"), opens), (_("Atiende"), _attends(version)), (_("Nivel de servicio"), version.level.name if version.level else ""),
            (_("Encuesta al cerrar"), version.survey.instrument.name if version.survey else ""),
            (_("Fundamento"), version.legal_basis)]


def _attends(version: OfferingVersion) -> str:
    """The team, and those that other answers choose."""
    others = [_("si «%(when)s», %(team)s") % {"when": when, "team": team} for when, team in in_words(version)]
    return "; ".join([version.team.name, *others])


def approval_in_words(step: Mapping[str, Any]) -> str:
    """Who authorises, and how many of them."""
    quorum, who = int(step.get("quorum") or 1), step.get("who")
    label = str(step.get("label", ""))
    if isinstance(who, list) and len(who) > 1:
        return ngettext("%(label)s (basta %(n)s)", "%(label)s (bastan %(n)s)", quorum) % {"label": label, "n": quorum}
    return label


def terms_of(version: OfferingVersion) -> list[dict[str, Any]]:
    """Within which working time a ticket is taken and solved, by priority, the usual one marked; none without a level."""
    usual, found = priority_of(version.impact, version.urgency), []
    for priority in Priority:
        held = objectives(version.level, version.team, priority.value, version.kind)
        fitting = {o.metric: in_minutes(o.minutes) for o in held if o.metric != "team"}
        if fitting:
            found.append({"priority": str(priority.label), "usual": priority.value == usual, "own": fitting.get("own", _("sin plazo")),
                          "resolve": fitting.get("resolve", _("sin plazo"))})
    return found


def in_minutes(minutes: int) -> str:
    """Working time in words: "1 hora hábil", "1 hora y 30 minutos hábiles"."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("%(n)s hora hábil", "%(n)s horas hábiles", hours) % {"n": hours}
    if not hours:
        return ngettext("%(n)s minuto hábil", "%(n)s minutos hábiles", rest) % {"n": rest}
    return ngettext("%(h)s hora y %(m)s min hábiles", "%(h)s horas y %(m)s min hábiles", hours) % {"h": hours, "m": rest}


def _sections(form: Definition, staff: bool) -> list[dict[str, Any]]:
    found = []
    for section in form.sections:
        asked = [_question(form, one) for one in section.fields if not one.companion_of and (staff or not one.private)]
        if asked:
            found.append({"title": section.title, "questions": asked})
    return found


def _question(form: Definition, one: Field) -> dict[str, Any]:
    labels = [c.label for c in one.choices]
    more = _(" y %(n)s más") % {"n": len(labels) - CHOICES} if len(labels) > CHOICES else ""
    kind = f"{_(TYPES[one.type])} ({one.unit})" if one.unit else _(TYPES[one.type])
    return {"label": one.label, "kind": kind, "required": one.required, "private": one.private, "help": one.help,
            "choices": ", ".join(labels[:CHOICES]) + more, "when": condition_in_words(form, one.when)}


class _Hours:
    """Hours of attention in words, by calendar, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._versions: dict[tuple[int | None, int], int] = {}

    def of(self, version: OfferingVersion) -> str:
        """Those of the service level, else those of the team's unit."""
        place = (version.level.calendar_id if version.level else None, version.team.unit_id)
        if place not in self._versions:
            self._versions[place] = version_of(version.level, version.team.unit).pk
        pk = self._versions[place]
        if pk not in self._known:
            self._known[pk] = hours_in_words(pk)
        return self._known[pk]


def hours_in_words(calendar_version: int) -> str:
    """"lunes a viernes de 9:00 a 18:00" (local time); says so when there are none."""
    days: dict[int, list[tuple[int, int]]] = {}
    for row in CoverageRange.objects.filter(version=calendar_version, weekday__isnull=False).order_by("weekday", "start_minute"):
        days.setdefault(row.weekday or 0, []).append((row.start_minute, row.end_minute))
    parts = []
    for ranges, members in _runs(days):
        names = WEEK[members[0]] if len(members) == 1 else f"{WEEK[members[0]]} a {WEEK[members[-1]]}"
        parts.append(f"{names} {listed([f'de {_clock(a)} a {_clock(b)}' for a, b in ranges])}")
    return "; ".join(parts) or _("no hay horas de atención")


def _runs(days: Mapping[int, list[tuple[int, int]]]) -> list[tuple[list[tuple[int, int]], list[int]]]:
    """Consecutive weekdays with the same hours."""
    found: list[tuple[list[tuple[int, int]], list[int]]] = []
    for day in sorted(days):
        if found and found[-1][0] == days[day] and found[-1][1][-1] == day - 1:
            found[-1][1].append(day)
        else:
            found.append((days[day], [day]))
    return found


def _clock(minute: int) -> str:
    return f"{minute % 1440 // 60}:{minute % 60:02}" if minute != 1440 else "24:00"
