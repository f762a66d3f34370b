"""The catalogue as people see it, and how a new version of an offering is tried, published and retired."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans, settled
from ventanilla.core.audit.services import record
from ventanilla.core.cases.terms import Wish, dues
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion
from ventanilla.modules.servicedesk.services.keeping import require_offering
from ventanilla.modules.servicedesk.services.kinds import at_the_desk
from ventanilla.modules.servicedesk.services.opening import liaison_units
from ventanilla.modules.servicedesk.services.promising import clock_kind, goals_of, objectives, priority_of
from ventanilla.modules.servicedesk.services.working import works_somewhere

COPIED = ("name", "service_id", "kind", "description", "includes", "requirements", "hours", "legal_basis", "audience", "impact",
          "urgency", "form_id", "survey_id", "level_id", "team_id", "approvals", "tasks", "routing")


@dataclass(frozen=True)
class Promised:
    """One promise of a version, tried at a moment: what, within how many minutes, until when (aware; None: no open hours).

    `internal`: an agreement within the desk, of which who asks is told nothing.
    """

    metric: str
    minutes: int | None
    due_at: datetime | None
    internal: bool = False


def offered_to(person: Person) -> QuerySet[OfferingVersion]:
    """The published versions that this person may ask for, in the order of the catalogue."""
    rows = OfferingVersion.objects.filter(institution_id=person.institution_id, state="published", offering__service__active=True,
                                          offering__service__family__active=True, team__active=True)
    if not works_somewhere(person):
        rows = rows.filter(audience__in=audiences_of(person), offering__service__internal=False)
    return rows.select_related("offering__service__family", "team__unit", "level", "form").order_by(
        "offering__service__family__order", "offering__service__family__name", "offering__service__name", "offering__name")


def registered_by(person: Person) -> QuerySet[OfferingVersion]:
    """The published versions that this person may register for others: all of them at the desk, elsewhere those of their own units."""
    rows = offered_to(person)
    return rows if at_the_desk(person) else rows.filter(team__unit_id__in=reach_of(person).within(cap.REGISTER, cap.ANSWER))


_PUBLISHED = plans.Related(
    OfferingVersion, "offering__service__family", "team__unit", "level", "form",
    where="t.state = 'published' AND t.offering_id = (SELECT o.id FROM servicedesk_offering o WHERE o.institution_id = %s AND o.slug = %s)")


def offered(person: Person, slug: str) -> OfferingVersion | None:
    """`offered_to` for one key of an offering, with all that opening a ticket reads of it; None when they may not ask for it."""
    row = next(iter(settled.answered(_PUBLISHED, [person.institution_id, slug])), None)
    if row is None or not (row.team.active and row.offering.service.active and row.offering.service.family.active):
        return None
    if row.audience == OfferingVersion.Audience.EVERYBODY and not row.offering.service.internal:
        return row
    told = works_somewhere(person) or (row.audience in audiences_of(person) and not row.offering.service.internal)
    return row if told else None


def audiences_of(person: Person) -> list[str]:
    """To which audiences somebody belongs who is not of the desk."""
    audiences = [OfferingVersion.Audience.EVERYBODY]
    return [*audiences, OfferingVersion.Audience.LIAISONS] if liaison_units(person).exists() else [*audiences]


@transaction.atomic
def start_version(*, actor: Person, offering: Offering) -> OfferingVersion:
    """The draft of the next version, kept (`next_version`); the same draft when there is one. Raises NotAllowed."""
    require_offering(actor, offering)
    draft = next_version(offering)
    if draft._state.adding:
        draft.save()
    return draft


def next_version(offering: Offering) -> OfferingVersion:
    """The draft of the next version; without one, what it would begin as, not kept: a copy of the last version.

    Form and survey are the versions of them that are published now: what it was made with may have been replaced meanwhile.
    """
    draft = OfferingVersion.objects.filter(offering=offering, state="draft").first()
    if draft:
        return draft
    last = OfferingVersion.objects.filter(offering=offering).order_by("-number").first()
    if last is None:
        raise Refused(_("Guarde primero los datos del servicio."))
    copied = {name: getattr(last, name) for name in COPIED}
    newest = newer_forms(v for v in (last.form, last.survey) if v)
    copied |= {name: newest[old].pk for name in ("form_id", "survey_id") if (old := copied[name]) in newest}
    return OfferingVersion(institution_id=offering.institution_id, offering=offering, number=_next(offering), **copied)


def says_the_same(one: OfferingVersion, other: OfferingVersion) -> bool:
    """Whether two versions say the same in everything but number and state."""
    return all(getattr(one, name) == getattr(other, name) for name in COPIED)


def newer_forms(used: Iterable[InstrumentVersion]) -> dict[int, InstrumentVersion]:
    """Of versions of forms in use, those that were replaced since: the published one of the same form, by the old one's id."""
    old = {v.pk: v.instrument_id for v in used if v.state == "retired"}
    now = {v.instrument_id: v for v in InstrumentVersion.objects.filter(
        instrument_id__in=old.values(), instrument__active=True, state="published").select_related("instrument")} if old else {}
    return {pk: now[instrument] for pk, instrument in old.items() if instrument in now}


@transaction.atomic
def renew_forms(*, actor: Person, offering: Offering) -> OfferingVersion:
    """Publish the next version of an offering with the form and survey that are published now; nothing else changes.

    A draft in which somebody wrote something else is not published along: Refused. Raises NotAllowed.
    """
    draft = start_version(actor=actor, offering=offering)
    written = {name for name in COPIED if name not in ("form_id", "survey_id")}
    last = OfferingVersion.objects.filter(offering=offering, state="published").first()
    if last and any(getattr(draft, name) != getattr(last, name) for name in written):
        raise Refused(_("Hay un borrador con otros cambios: ábralo, elija el formulario nuevo y publíquelo."))
    newest = newer_forms(v for v in (draft.form, draft.survey) if v)
    draft.form, draft.survey = newest.get(draft.form_id or 0, draft.form), newest.get(draft.survey_id or 0, draft.survey)
    draft.save()
    return publish(actor=actor, version=draft)


def _next(offering: Offering) -> int:
    top = OfferingVersion.objects.filter(offering=offering).aggregate(top=Max("number"))["top"]
    return int(top or 0) + 1


def try_out(version: OfferingVersion, *, at: datetime | None = None) -> list[Promised]:
    """What a ticket opened at that moment (now) would be promised. Writes nothing."""
    priority = priority_of(version.impact, version.urgency)
    kinds = {clock_kind(o): o for o in objectives(version.level, version.team, priority, version.kind)}
    goals = goals_of(version.level, version.team, priority, version.kind)
    found = dues([Wish(version.team.unit, at or timezone.now(), g.term, version=g.version) for g in goals])
    return [Promised(kinds[g.kind].get_metric_display() if g.kind in kinds else g.kind, g.term.amount, due.due_at,
                     g.kind in kinds and kinds[g.kind].metric == "team")
            for g, due in zip(goals, found, strict=True)]


@transaction.atomic
def publish(*, actor: Person, version: OfferingVersion) -> OfferingVersion:
    """The draft becomes what is offered, from now on by its name and in its service; the earlier one is retired and its tickets keep it.

    Raises NotAllowed, and Refused when nobody would attend it or its promise can never be kept.
    """
    require_offering(actor, version.offering)
    row = OfferingVersion.objects.select_for_update(of=("self",)).select_related("team__unit", "level", "form").get(pk=version.pk)
    if row.state != "draft":
        raise Refused(_("Esa versión ya se publicó."))
    _publishable(row)
    OfferingVersion.objects.filter(offering_id=row.offering_id, state="published").update(state="retired")
    row.state, row.published_at, row.published_by = "published", timezone.now(), actor
    row.save()
    Offering.objects.filter(pk=row.offering_id).update(name=row.name, service=row.service)
    record("servicedesk.publish", actor=actor, institution_id=row.institution_id, subject=f"offering:{row.offering_id}",
           detail={"version": row.number})
    return row


def _publishable(row: OfferingVersion) -> None:
    if not row.team.active:
        raise Refused(_("El equipo «%(team)s» ya no está activo.") % {"team": row.team.name}, "team")
    if not row.description.strip():
        raise Refused(_("Escriba qué es: es lo que lee quien lo pide."), "description")
    if row.form and row.form.state != "published":
        raise Refused(_("Publique primero el formulario."), "form")
    if any(p.minutes is not None and p.due_at is None for p in try_out(row)):
        raise Refused(_("El horario de ese nivel de servicio no tiene horas de atención en el futuro: nada vencería nunca."), "level")


def differences(version: OfferingVersion) -> list[tuple[str, str, str]]:
    """Field, before and after, against the version that is published now."""
    before = OfferingVersion.objects.filter(offering_id=version.offering_id, state="published").exclude(pk=version.pk).first()
    return _between(before, version) if before else []


def history_of(offering: Offering) -> list[tuple[OfferingVersion, list[tuple[str, str, str]]]]:
    """Every version that was published, newest first, each with what it changed of the one before it."""
    rows = list(OfferingVersion.objects.filter(offering=offering).exclude(state="draft").select_related(
        "service", "form__instrument", "survey__instrument", "level", "team").order_by("-number"))
    return [(row, _between(before, row) if before else []) for row, before in zip(rows, [*rows[1:], None], strict=True)]


def _between(before: OfferingVersion, after: OfferingVersion) -> list[tuple[str, str, str]]:
    return [(_label(name), _text(getattr(before, name)), _text(getattr(after, name))) for name in _names()
            if getattr(before, name) != getattr(after, name)]


def _names() -> Sequence[str]:
    return [name.removesuffix("_id") for name in COPIED]


def _label(name: str) -> str:
    labels = {"approvals": _("autorizaciones"), "tasks": _("lista de pasos"), "routing": _("reglas de envío a equipos")}
    return labels.get(name) or str(getattr(OfferingVersion._meta.get_field(name), "verbose_name", name))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " · ".join(str(v.get("label") or f"{v.get('field')} = {v.get('value')}") if isinstance(v, dict) else str(v) for v in value)
    if isinstance(value, InstrumentVersion):
        return f"{value.instrument.name} (v{value.number})"
    return "" if value is None else str(value)
