"""Lists of the registry's cases: reviews, and transfers of either side."""
from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.queries import opened_to
from ventanilla.core.cases.words import labels_of, labels_over, state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.practices.flow import ADOPTION_FLOW, REVIEW_FLOW, TRANSFER_FLOW
from ventanilla.modules.practices.models import Review
from ventanilla.modules.practices.models.transfers import Level
from ventanilla.web.screens.columns import CASE_LIGHT, Column, case_light
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.states import StateFilter

_USUAL = {**ADOPTION_FLOW.labels, **TRANSFER_FLOW.labels}


def review_states(institution_id: int | None) -> Iterable[tuple[str, str]]:
    """States of a review."""
    return labels_of(institution_id, REVIEW_FLOW).items()


def transfer_states(institution_id: int | None) -> Iterable[tuple[str, str]]:
    """States of a transfer, as either side sees it."""
    return labels_over(institution_id, (ADOPTION_FLOW, TRANSFER_FLOW), _USUAL).items()


class ReviewFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """By state, purpose, and whether it is mine."""

    estado = StateFilter(review_states, field_name="case__state")
    motivo = django_filters.ChoiceFilter(field_name="purpose", label=_("Para"), choices=Review.Purpose.choices, empty_label=_("Todas"))
    mia = django_filters.ChoiceFilter(method="by_hand", label=_("La revisa"), choices=[("yo", _("Yo")), ("nadie", _("Nadie todavía"))],
                                      empty_label=_("Quien sea"))

    def by_hand(self, rows: QuerySet[Review], _name: str, value: str) -> QuerySet[Review]:
        """In whose hands it is."""
        return rows.filter(case__assignee=getattr(self.request, "person", None) if value == "yo" else None)


@register
class Reviews(Screen):
    """Reviews of practices: those of units that the person reviews, and those that they presented or read."""

    slug = "revisiones-practicas"
    title = _("Revisiones de prácticas")
    columns = (
        Column("case.folio", _("Folio"), "folio"), Column("practice.title", _("Práctica")),
        Column("purpose", _("Para"), get=lambda r: r.get_purpose_display()),
        Column("light", _("Semáforo"), "light", get=lambda r: case_light(r.case)),
        Column("state", _("Estado"), "badge", get=lambda r: state_of(r.case)),
        Column("practice.unit.name", _("Unidad")),
        Column("assignee", _("La revisa"), get=lambda r: r.case.assignee.name if r.case.assignee else ""),
        Column("letter", _("Oficio"), shown=False), Column("score", _("Puntos"), get=lambda r: _score(r), shown=False),
        Column("case.received_at", _("Presentada"), "datetime", shown=False), Column("case.due_at", _("Vence"), "datetime", shown=False),
    )
    filters = ReviewFilters
    case = "case_id"
    empty = _("No hay revisiones de prácticas que usted pueda ver.")
    empty_step = ("practices", _("Ir a buenas prácticas"))

    def queryset(self, person: Person) -> QuerySet[Review]:
        """Of units that the person reviews or keeps, and of cases that open to them."""
        mine = Q(practice__unit_id__in=reach_of(person).within(cap.PRACTICE_REVIEW,
                                                               cap.PRACTICE_REGISTRY)) | Q(case_id__in=opened_to(person))
        rows = Review.objects.filter(mine, institution_id=person.institution_id)
        return rows.select_related("case__unit", "case__assignee", "practice__unit")

    def row_url(self, row: Any) -> str:
        """The record."""
        return reverse("practice_review", args=[row.pk])


def _score(row: Review) -> float | None:
    """The panel's mean, once the review has ended."""
    return float(row.score) if row.score is not None and row.case.closed_at else None


class TransferFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """By side, state and level."""

    lado = django_filters.ChoiceFilter(field_name="kind", label=_("Lado"), empty_label=_("Los dos"), choices=[
        ("practice_transfer", _("Las que transferimos")), ("practice_adoption", _("Las que adoptamos"))])
    estado = StateFilter(transfer_states)
    nivel = django_filters.ChoiceFilter(method="by_level", label=_("Nivel"), choices=Level.choices, empty_label=_("Todos"))

    def by_level(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Of either side."""
        return rows.filter(Q(practice_transfer__level=value) | Q(practice_adoption__level=value))


@register
class Transfers(Screen):
    """Transfers that the person may read, as their institution has them: given or taken."""

    slug = "transferencias-practicas"
    title = _("Transferencias de prácticas")
    columns = (
        Column("folio", _("Folio"), "folio"), Column("subject", _("Asunto"), "title"),
        Column("kind", _("Lado"), get=lambda c: str(_("La adoptamos") if c.kind == "practice_adoption" else _("La transferimos")),
               reads=("kind",)),
        Column("light", _("Semáforo"), "light", get=case_light, sort="due_at", reads=CASE_LIGHT),
        Column("state", _("Estado"), "badge", get=state_of, reads=("institution_id", "kind", "state")),
        Column("unit.name", _("Unidad")), Column("received_at", _("Solicitada"), "datetime", shown=False),
        Column("due_at", _("Vence"), "datetime", shown=False),
    )
    filters = TransferFilters
    case = "pk"
    empty = _("No hay transferencias que usted pueda ver.")
    empty_step = ("practices", _("Buscar una práctica que adoptar"))
    row_reads = ("kind",)

    def queryset(self, person: Person) -> QuerySet[Case]:
        """Cases of either kind that open to the person."""
        return Case.objects.select_related("unit", "assignee").listed_to(person, ("practice_transfer", "practice_adoption"))

    def row_url(self, row: Any) -> str:
        """The record of that side."""
        return reverse(row.kind, args=[row.pk])
