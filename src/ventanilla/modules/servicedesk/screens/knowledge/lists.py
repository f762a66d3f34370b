"""The list of articles: for those who write all of them, for the others those that they may read."""
from typing import Any

import django_filters
from django.db.models import Case as When
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models import When as Is
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ServiceFamily
from ventanilla.modules.servicedesk.services.knowledge import may_keep, readable
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register

STATES = [("published", _("Publicado")), ("review", _("En revisión")), ("draft", _("Borrador")), ("retired", _("Retirado"))]
LABELS = dict(STATES)


def _families(request: HttpRequest | None) -> QuerySet[ServiceFamily]:
    person: Person | None = getattr(request, "person", None)
    return ServiceFamily.objects.filter(institution_id=person.institution_id) if person else ServiceFamily.objects.none()


class ArticleFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """By state, audience, family, and whether it must be looked at again."""

    estado = django_filters.ChoiceFilter(field_name="stage", label=_("Estado"), choices=STATES, empty_label=_("Todos"))
    publico = django_filters.ChoiceFilter(field_name="audience", label=_("Quién lo lee"), choices=Article.Audience.choices,
                                          empty_label=_("Todos"))
    familia = django_filters.ModelChoiceFilter(field_name="family", label=_("Familia"), queryset=_families, empty_label=_("Todas"))
    revisar = django_filters.ChoiceFilter(method="to_review", label=_("Revisión"), choices=[("si", _("Toca revisarlo"))],
                                          empty_label=_("Todos"))

    def to_review(self, rows: Any, _name: str, _value: str) -> Any:
        """Published, and its date has come."""
        return rows.filter(current__isnull=False, review_on__lte=timezone.localdate())


@register
class Articles(Screen):
    """Every article, newest first."""

    slug = "articulos"
    title = _("Artículos de ayuda")
    columns = (
        Column("heading", _("Título")), Column("stage", _("Estado"), "badge", get=lambda a: str(LABELS[a.stage])),
        Column("audience", _("Quién lo lee"), get=lambda a: a.get_audience_display()), Column("family.name", _("Familia")),
        Column("owner", _("Responsable"), get=lambda a: a.owner.name), Column("review_on", _("Revisar el"), "date", sort="review_on"),
        Column("yes", _("Le sirvió a"), "int"), Column("no", _("No le sirvió a"), "int", shown=False),
        Column("created_at", _("Creado"), "datetime", sort="created_at", shown=False),
    )
    filters = ArticleFilters
    search = ("heading",)
    empty = _("Todavía no hay artículos.")
    empty_step = ("help", _("Ir a la ayuda"))

    def queryset(self, person: Person) -> QuerySet[Article]:
        """Articles of the institution, or those that the person may read."""
        rows = Article.objects.filter(institution_id=person.institution_id) if may_keep(person) else readable(person)
        drafts = ArticleVersion.objects.filter(article=OuterRef("pk"), state__in=["draft", "review"])
        newest = ArticleVersion.objects.filter(article=OuterRef("pk")).order_by("-number").values("title")[:1]
        return rows.select_related("family", "owner").annotate(
            heading=Coalesce("current__title", newest), yes=Count("votes", filter=Q(votes__helpful=True)),
            no=Count("votes", filter=Q(votes__helpful=False)),
            stage=When(Is(current__isnull=False, then=Value("published")), Is(retired_at__isnull=False, then=Value("retired")),
                       Is(Exists(drafts.filter(state="review")), then=Value("review")), default=Value("draft")))

    def row_url(self, row: Any) -> str:
        """The article."""
        return reverse("article", args=[row.pk])
