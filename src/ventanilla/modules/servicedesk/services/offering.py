"""The draft of an offering: written whole, checked, kept; and an offering that is not asked for any more."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion, Service, Team
from ventanilla.modules.servicedesk.services.catalogue import next_version, says_the_same
from ventanilla.modules.servicedesk.services.keeping import require_draft, require_keeper, require_offering
from ventanilla.modules.servicedesk.services.routing import conditions

FACTS: Final = ("kind", "description", "includes", "requirements", "hours", "legal_basis", "audience", "impact", "urgency", "form",
                "survey", "level")
STEPS: Final = 3
"""Steps of authorisation of an offering, at most."""
RULES: Final = 5
"""Rules of routing of an offering, at most."""
TASKS: Final = 50


@dataclass(frozen=True)
class OfferingDraft:
    """What the next version says. `facts` are FACTS by name; `approvals` and `routing` as `OfferingVersion` keeps them."""

    name: str
    service: Service
    team: Team
    facts: Mapping[str, Any] = field(default_factory=dict)
    tasks: Sequence[str] = ()
    approvals: Sequence[Mapping[str, Any]] = ()
    routing: Sequence[Mapping[str, Any]] = ()
    uuid: UUID = field(default_factory=uuid4)


def save_draft(*, actor: Person, draft: OfferingDraft, offering: Offering | None = None) -> OfferingVersion:
    """Keep a new offering with its first draft, or what the next version of one will say; nothing of it holds before it is published.

    What says the same as the published version is not kept: the version that is returned has no key then. Idempotent by uuid. Raises
    NotAllowed, and Refused naming the field.
    """
    require_keeper(actor, actor.institution_id)
    if offering:
        require_offering(actor, offering)
    _check(actor, draft)
    try:
        with transaction.atomic():
            return _kept(actor, draft, offering)
    except IntegrityError:
        raise Refused(_("Ya hay un servicio con ese nombre."), "name") from None


def _kept(actor: Person, draft: OfferingDraft, known: Offering | None) -> OfferingVersion:
    row = known or Offering.objects.filter(institution_id=actor.institution_id, uuid=draft.uuid).first()
    row = row or Offering(institution_id=actor.institution_id, uuid=draft.uuid)
    versions = OfferingVersion.objects.filter(offering=row) if row.pk else OfferingVersion.objects.none()
    name = clean_text(draft.name)[:160]
    if not versions.exclude(state="draft").exists():  # nobody was offered it: it goes by what its draft says
        row.name, row.slug, row.service = name, slugify(draft.name)[:80], draft.service
        row.save()
    version = next_version(row) if versions.exists() else OfferingVersion(institution_id=actor.institution_id, offering=row, number=1)
    _say(version, draft, name)
    published = versions.filter(state="published").first()
    if version._state.adding and published and says_the_same(version, published):
        return version
    version.save()
    record("servicedesk.offering", actor=actor, institution_id=row.institution_id, subject=f"offering:{row.pk}",
           detail={"version": version.number})
    return version


def _say(version: OfferingVersion, draft: OfferingDraft, name: str) -> None:
    """What the draft says, written on its version."""
    for fact in FACTS:
        if fact in draft.facts:
            setattr(version, fact, draft.facts[fact])
    version.name, version.service, version.team = name, draft.service, draft.team
    version.tasks = [t for line in draft.tasks if (t := clean_text(line)[:300])][:TASKS]
    version.approvals, version.routing = [dict(a) for a in draft.approvals], [dict(r) for r in draft.routing]


def _check(actor: Person, draft: OfferingDraft) -> None:
    if not slugify(draft.name):
        raise Refused(_("Escriba un nombre con letras."), "name")
    form, survey = draft.facts.get("form"), draft.facts.get("survey")
    for name, thing in (("service", draft.service), ("team", draft.team), ("level", draft.facts.get("level")), ("form", form),
                        ("survey", survey)):
        if thing and thing.institution_id != actor.institution_id:
            raise Refused(_("Elija uno de la institución."), name)
    require_draft(actor, draft.service, draft.team)
    if draft.facts.get("kind", "request") not in ("request", "incident"):
        raise Refused(_("Elija si abre una solicitud o un incidente."), "kind")
    _check_approvals(actor, draft.approvals)
    _check_routing(actor, draft.routing, form)


def _check_approvals(actor: Person, approvals: Sequence[Mapping[str, Any]]) -> None:
    if len(approvals) > STEPS:
        raise Refused(_("Son tres autorizaciones cuando más."), "approvals")
    for step in approvals:
        who, quorum = step.get("who"), int(step.get("quorum") or 1)
        if not isinstance(who, list):
            if who not in ("head", "service_owner"):
                raise Refused(_("Diga quién autoriza."), "approvals")
            continue
        known = Person.objects.filter(pk__in=who, institution_id=actor.institution_id, active=True).count()
        if not who or known != len(set(who)) or not 1 <= quorum <= known:
            raise Refused(_("No pueden bastar más personas que las elegidas."), "approvals")


def _check_routing(actor: Person, routing: Sequence[Mapping[str, Any]], form: InstrumentVersion | None) -> None:
    if len(routing) > RULES:
        raise Refused(_("Son cinco reglas de envío cuando más."), "routing")
    known = answers_of(form) if routing else set()
    ours = Team.objects.filter(institution_id=actor.institution_id, pk__in=[r.get("team") for r in routing])
    teams = set(ours.values_list("pk", flat=True))
    for rule in routing:
        if f"{rule.get('field')}={rule.get('value')}" not in known or rule.get("team") not in teams:
            raise Refused(_("Una regla de envío nombra una respuesta o un equipo que no existe."), "routing")


def answers_of(form: InstrumentVersion | None) -> set[str]:
    """The answers that a rule of routing can name, as `key=value`."""
    return {key for _label, options in conditions(form.form) for key, _text in options} if form else set()


@transaction.atomic
def retire(*, actor: Person, offering: Offering, reason: str) -> Offering:
    """It is not offered any more; its tickets keep their version, and publishing a draft offers it again.

    Raises NotAllowed, and Refused without a reason or when it is not offered.
    """
    require_offering(actor, offering)
    if not clean_text(reason):
        raise Refused(_("Escriba por qué se retira."), "reason")
    if not OfferingVersion.objects.filter(offering=offering, state="published").update(state="retired"):
        raise Refused(_("Eso no está publicado."))
    record("servicedesk.retire", actor=actor, institution_id=offering.institution_id, subject=f"offering:{offering.pk}",
           detail={"reason": clean_text(reason)[:500]})
    return offering
