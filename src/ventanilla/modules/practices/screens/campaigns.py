"""Campaigns: the list, and a call with its calendar and ranking; what everybody reads of it is in `calls.py`."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.practices import forms_life as own
from ventanilla.modules.practices.instrument import LABELS
from ventanilla.modules.practices.models import Campaign, Review
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.common import person_of
from ventanilla.modules.practices.services import campaigns
from ventanilla.web.ui.charts import bar_chart


def keeps(person: Person) -> bool:
    """Whether the person keeps the registry."""
    return reach_of(person).can(cap.PRACTICE_REGISTRY)


def index(request: HttpRequest) -> HttpResponse:
    """Every campaign of the institution; who does not keep the registry sees those that were called."""
    person = person_of(request)
    rows = Campaign.objects.filter(institution_id=person.institution_id)
    return render(request, "practices/campaigns.html", {
        "rows": list(rows if keeps(person) else rows.exclude(called_at=None)), "keeps": keeps(person), "today": timezone.localdate()})


def campaign_of(request: HttpRequest, pk: int) -> tuple[Campaign, Person]:
    """The campaign, when this person may see it, else 404."""
    person = person_of(request)
    row = get_object_or_404(Campaign, pk=pk, institution_id=person.institution_id)
    if row.called_at is None and not keeps(person):
        raise Http404
    return row, person


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The call, its calendar, how many were presented, and (to the registry) the ranking so far."""
    row, person = campaign_of(request, pk)
    keeper = keeps(person)
    reviews = Review.objects.filter(campaign=row).select_related("case", "practice__unit") if keeper else Review.objects.none()
    return render(request, "practices/campaign.html", {
        "row": row, "keeps": keeper, "reviews": list(reviews.order_by("-pk")[:200]), "labels": LABELS,
        "placed": campaigns.ranking(row) if keeper and not row.published_at else [],
        "ranking": list(row.ranking.select_related("practice__unit")), "chart": chart(row)})


def chart(row: Campaign) -> Any:
    """The ten best, by score."""
    best = list(row.ranking.select_related("practice")[:10])
    if len(best) < 2:
        return None
    return bar_chart(_("Puntos de las primeras diez"), [f"{r.place}. {r.practice.title[:22]}" for r in best],
                     [float(r.score) for r in best],
                     width=960, lying=True)


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new campaign, or its data."""
    person = person_of(request)
    if not keeps(person):
        raise Http404
    row = get_object_or_404(Campaign, pk=pk, institution_id=person.institution_id) if pk else None

    def run(data: dict[str, Any]) -> str:
        draft = campaigns.CampaignDraft(data["name"], data["text"], data["opens_on"], data["closes_on"], data["evaluates_until"],
                                        data["publishes_on"], data["reminders"], data["requirements"], data["uuid"])
        campaigns.save_campaign(actor=person, institution=person.institution, draft=draft, campaign=row)
        return _("La campaña quedó guardada.")

    first = {name: getattr(row, name) for name in (
        "name", "text", "requirements", "opens_on", "closes_on", "evaluates_until", "publishes_on")} | {
        "reminders": ", ".join(map(str, row.reminder_days))} if row else None
    back = reverse("practice_campaign", args=[pk]) if pk else reverse("practice_campaigns")
    title = _("Editar la campaña") if row else _("Nueva campaña")
    given = Act(title, back, run, label=_("Guardar"), crumbs=[(_("Convocatorias"), reverse("practice_campaigns")), (title, "")],
                said="" if row else _("Se guarda como borrador; nadie más la ve hasta que publique la convocatoria."))
    return act(request, given, own.CampaignForm, **({"initial": first} if first else {}))


STEPS: dict[str, tuple[str, Any, str, str]] = {
    "publicar": (noop("Publicar la convocatoria"), campaigns.call, noop("La convocatoria quedó publicada."),
                 noop("Cualquiera podrá leerla en su página pública, y se avisará a todas las personas que documentan prácticas.")),
    "cerrar": (noop("Cerrar la convocatoria"), campaigns.close, noop("La convocatoria quedó cerrada."),
               noop("Ya no se recibirán prácticas; las presentadas siguen.")),
    "clasificar": (noop("Publicar la clasificación"), campaigns.publish_ranking, noop("La clasificación quedó publicada."),
                   noop("Quedará fija y todas las personas podrán leerla.")),
}


def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Publish the call, close it, or publish the ranking."""
    row, person = campaign_of(request, pk)
    if what not in STEPS or not keeps(person):
        raise Http404
    title, verb, done, said = STEPS[what]

    def run(_data: dict[str, Any]) -> str:
        verb(actor=person, campaign=row)
        return _(done)

    here = reverse("practice_campaign", args=[pk])
    return act(request, Act(_(title), here, run, sub=row.name, crumbs=[(row.name, here), (_(title), "")], said=_(said)), own.PlainForm)

