"""The annual campaign: called, closed and published, with reminders while it is open and a ranking of what was evaluated."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.lib.spanish import long_date
from ventanilla.modules.practices.models import Campaign, Evaluation, Practice, RankedPractice, Review
from ventanilla.modules.practices.queries import PracticeQuerySet

FACTOR_ORDER = ("impacto", "relevancia", "vinculacion", "originalidad", "oportunidad")
"""Equal scores are put in order by these factors, one after another; what is still equal shares its place."""


@dataclass(frozen=True)
class CampaignDraft:
    """A call: its text and calendar (local days, both ends included)."""

    name: str
    text: str
    opens_on: date
    closes_on: date
    evaluates_until: date
    publishes_on: date
    reminder_days: Sequence[int] = (30, 15, 5, 1)
    requirements: str = ""
    uuid: UUID = field(default_factory=uuid4)


def _keeper(actor: Person, institution_id: int) -> None:
    if actor.institution_id != institution_id:
        raise NotAllowed
    require(actor, cap.PRACTICE_REGISTRY)


@transaction.atomic
def save_campaign(*, actor: Person, institution: Institution, draft: CampaignDraft, campaign: Campaign | None = None) -> Campaign:
    """Keep a campaign; once called only its later dates change. Idempotent by uuid. Raises NotAllowed, Refused."""
    _keeper(actor, institution.pk)
    row = campaign or Campaign.objects.filter(uuid=draft.uuid, institution=institution).first() or Campaign(
        institution=institution, uuid=draft.uuid, created_by=actor, created_at=timezone.now())
    _check(row, draft)
    row.name, row.text, row.year = draft.name.strip()[:160], draft.text.strip(), draft.opens_on.year
    row.requirements = draft.requirements.strip()
    row.opens_on, row.closes_on, row.evaluates_until, row.publishes_on = (
        draft.opens_on, draft.closes_on, draft.evaluates_until, draft.publishes_on)
    row.reminder_days = sorted({d for d in draft.reminder_days if 0 < d <= 365}, reverse=True)[:12]
    row.save()
    _log("campaign", actor, row)
    return row


def _check(row: Campaign, draft: CampaignDraft) -> None:
    if not draft.name.strip() or not draft.text.strip():
        raise Refused(_("Escriba el nombre y el texto de la convocatoria."), "name" if not draft.name.strip() else "text")
    if not draft.opens_on <= draft.closes_on <= draft.evaluates_until <= draft.publishes_on:
        raise Refused(_("Las fechas deben ir en orden: se abre, se cierra, se evalúa, se publica."), "closes_on")
    said = (draft.opens_on, draft.text.strip(), draft.requirements.strip())
    if row.called_at and (row.opens_on, row.text, row.requirements) != said:
        raise Refused(_("La convocatoria ya se publicó: solo cambian las fechas que faltan."), "text")
    if row.published_at:
        raise Refused(_("La campaña ya terminó."))
    others = Campaign.objects.filter(institution_id=row.institution_id, year=draft.opens_on.year,
                                     name=draft.name.strip()).exclude(pk=row.pk)
    if others.exists():
        raise Refused(_("Ya hay una campaña con ese nombre en el año."), "name")


def _log(verb: str, actor: Person | None, row: Campaign) -> None:
    record(f"practices.{verb}", actor=actor, institution_id=row.institution_id, subject=f"campaign:{row.pk}",
           detail={"name": row.name, "opens": row.opens_on, "closes": row.closes_on, "publishes": row.publishes_on})


def _locked(actor: Person, campaign: Campaign) -> Campaign:
    _keeper(actor, campaign.institution_id)
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


@transaction.atomic
def call(*, actor: Person, campaign: Campaign) -> Campaign:
    """Publish the call and tell everybody who documents practices. Raises NotAllowed, Refused."""
    row = _locked(actor, campaign)
    if row.called_at:
        raise Refused(_("La convocatoria ya se publicó."))
    if row.closes_on < timezone.localdate():
        raise Refused(_("La fecha de cierre ya pasó."), "closes_on")
    row.called_at = timezone.now()
    row.save(update_fields=["called_at"])
    _log("campaign_call", actor, row)
    with override(SPANISH):
        title = _("Convocatoria abierta: %(name)s") % {"name": row.name}
        body = _("Puede presentar prácticas hasta el %(day)s.") % {"day": long_date(row.closes_on)}
    _tell(row, writers(row), f"campaign:{row.pk}:call", title, body)
    return row


@transaction.atomic
def close(*, actor: Person, campaign: Campaign) -> Campaign:
    """No more practices are taken; what was presented goes on. Raises NotAllowed, Refused."""
    row = _locked(actor, campaign)
    if row.stage != "open":
        raise Refused(_("La convocatoria no está abierta."))
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    _log("campaign_close", actor, row)
    return row


@dataclass(frozen=True)
class Placed:
    """A practice with its place so far."""

    place: int
    review: Review
    score: Decimal
    factors: dict[str, float]


def ranking(campaign: Campaign) -> list[Placed]:
    """The registered practices of the campaign by mean score; ties by the factors of FACTOR_ORDER, then they share the place."""
    rows = Review.objects.filter(campaign=campaign, case__state="registered", score__isnull=False).select_related("practice__unit", "case")
    ordered = sorted(rows, key=lambda r: (_merit(r), r.practice.title))
    placed: list[Placed] = []
    for number, row in enumerate(ordered, start=1):
        same = placed and _merit(placed[-1].review) == _merit(row)
        factors = {k: float(v) for k, v in row.agreement.get("factors", {}).items()}
        placed.append(Placed(placed[-1].place if same else number, row, row.score or Decimal(), factors))
    return placed


def _merit(row: Review) -> tuple[Decimal, ...]:
    factors = row.agreement.get("factors", {})
    return (-(row.score or Decimal()), *(-Decimal(str(factors.get(key, 0))) for key in FACTOR_ORDER))


@transaction.atomic
def publish_ranking(*, actor: Person, campaign: Campaign) -> Campaign:
    """Fix the ranking for ever and tell the authors. Raises NotAllowed; Refused while a practice of it is under way, or none was
    registered.
    """
    row = _locked(actor, campaign)
    if row.stage != "evaluating":
        raise Refused(_("Cierre antes la convocatoria.") if row.stage in ("planned", "open") else _("La clasificación ya se publicó."))
    if Review.objects.filter(campaign=row, open=True).exists():
        raise Refused(_("Hay prácticas de esta campaña sin dictamen."))
    placed = ranking(row)
    if not placed:
        raise Refused(_("Ninguna práctica de esta campaña quedó registrada."))
    RankedPractice.objects.bulk_create(RankedPractice(campaign=row, practice_id=p.review.practice_id, place=p.place, score=p.score,
                                                      factors=p.factors) for p in placed)
    row.published_at = timezone.now()
    row.save(update_fields=["published_at"])
    _log("campaign_publish", actor, row)
    owners = {p.review.practice.owner_id for p in placed}
    with override(SPANISH):
        title = _("Se publicó la clasificación: %(name)s") % {"name": row.name}
    _tell(row, owners, f"campaign:{row.pk}:published", title, "")
    return row


def registered_of(campaign: Campaign) -> PracticeQuerySet:
    """What everybody may read of the practices that were registered by it, by their title."""
    taken = Review.objects.filter(campaign=campaign, case__state="registered").values("practice_id")
    return Practice.objects.published().filter(pk__in=taken).select_related("unit").order_by("title", "pk")


def writers(campaign: Campaign) -> set[int]:
    """Everybody of the institution who documents practices today."""
    day = timezone.localdate()
    grants = Grant.objects.filter(unit__institution_id=campaign.institution_id, valid_from__lte=day, person__active=True,
                                  role__capabilities__contains=[cap.PRACTICE_WRITE]).exclude(valid_to__lte=day)
    return set(grants.values_list("person_id", flat=True))


def _tell(row: Campaign, people: set[int], key: str, title: str, body: str) -> int:
    draft = NoticeDraft("practice", title, key, body, f"/practicas/convocatorias/{row.pk}/")
    return len(notify_many([(person, draft) for person in sorted(people)]))


def remind(today: date | None = None) -> int:
    """Remind, on the days of each open campaign, whoever still has a draft; and panels whose evaluation is due within three days.

    Repeating it tells nobody twice. Returns how many notices.
    """
    day, told = today or timezone.localdate(), 0
    for row in Campaign.objects.filter(called_at__isnull=False, closed_at=None, closes_on__gte=day):
        left = (row.closes_on - day).days
        due = [d for d in row.reminder_days if d >= left]
        if due:
            owners = set(Practice.objects.filter(institution_id=row.institution_id,
                                                 state__in=("draft", "observed")).values_list("owner_id", flat=True))
            title = _("Faltan %(n)s días para presentar: %(name)s") % {"n": left, "name": row.name}
            told += _tell(row, owners, f"campaign:{row.pk}:left:{min(due)}", title, _("Tiene prácticas sin presentar o con observaciones."))
    return told + _remind_panels(day)


def _remind_panels(day: date) -> int:
    rows = Evaluation.objects.filter(finished_at=None, replaced_at=None,
                                     due_on__lte=day + timedelta(days=3)).select_related("review__practice")
    drafts = [(row.evaluator_id, NoticeDraft("approval", _("Falta su evaluación de una buena práctica"), f"evaluation:{row.pk}:remind",
                                             row.review.practice.title, f"/practicas/evaluaciones/{row.pk}/")) for row in rows]
    return len(notify_many(drafts)) if drafts else 0


@transaction.atomic
def ask_revalidations(today: date | None = None) -> int:
    """Tell the owners of practices whose last validation is older than the institution asks for; once a year each. Returns how many."""
    from ventanilla.modules.practices.models import RegistryDesk

    day, told = today or timezone.localdate(), []
    for desk in RegistryDesk.objects.all():
        limit = timezone.now() - timedelta(days=30 * desk.revalidate_months)
        fresh = Review.objects.filter(case__state="registered", case__closed_at__gte=limit).values("practice_id")
        late = Practice.objects.filter(institution_id=desk.institution_id, state="registered", registered_at__lt=limit)
        for row in late.exclude(pk__in=fresh).exclude(reviews__open=True):
            told.append((row.owner_id,
                         NoticeDraft("practice", _("Toca validar de nuevo una buena práctica"), f"practice:{row.pk}:validate:{day.year}",
                                                   row.title, f"/practicas/{row.pk}/")))
    return len(notify_many(told)) if told else 0
