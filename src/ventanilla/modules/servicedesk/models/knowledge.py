"""Knowledge (ITIL 4, knowledge management): articles with immutable versions, whether they help, and help given while asking."""
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.catalogue import OfferingVersion, ServiceFamily


class Article(models.Model):
    """Something worth knowing again. What it says is in its versions; `current` is the published one, by which it is read and found.
    `audience` is that of the published version, so that it does not widen before somebody else saw it.

    Its row of the one search is written by a database trigger, so that nobody finds what their audience does not hold.
    `review_on`: the local date on which its owner looks at it again. `origin`: the known error or resolved ticket it came from.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", lazy("Todo el personal")
        LIAISONS = "liaisons", lazy("Enlaces y mesa de servicio")
        DESK = "desk", lazy("Sólo la mesa de servicio")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(ServiceFamily, models.PROTECT, null=True, related_name="+", verbose_name=lazy("familia de servicios"))
    audience = models.CharField(lazy("quién lo lee"), max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=lazy("responsable"))
    review_on = models.DateField(lazy("revisar el"), null=True)
    origin = models.ForeignKey(Case, models.PROTECT, null=True, related_name="articles")
    current = models.OneToOneField("ArticleVersion", models.PROTECT, null=True, related_name="+")
    features = ArrayField(models.CharField(max_length=60), default=list)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(audience__in=["everybody", "liaisons", "desk"]), name="servicedesk_article_audience"),
            models.CheckConstraint(condition=Q(retired_at=None) | Q(current=None), name="servicedesk_article_retired"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "family"], name="servicedesk_article_family"),
            models.Index(fields=["review_on"], condition=Q(current__isnull=False), name="servicedesk_article_review"),
        ]

    def __str__(self) -> str:
        return str(self.current or self.pk)


class ArticleVersion(models.Model):
    """What an article says: draft, in review, published, retired. Once published it never changes (database trigger).

    `body` is Markdown without HTML; `words` are other ways to say it, by which it is found.
    """

    class State(models.TextChoices):
        DRAFT = "draft", lazy("Borrador")
        REVIEW = "review", lazy("En revisión")
        PUBLISHED = "published", lazy("Publicado")
        RETIRED = "retired", lazy("Retirado")

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(lazy("versión"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(lazy("título"), max_length=200)
    summary = models.CharField(lazy("en pocas palabras"), max_length=400, blank=True)
    body = models.TextField(lazy("texto"))
    words = models.CharField(lazy("otras formas de decirlo"), max_length=400, blank=True)
    audience = models.CharField(max_length=10, choices=Article.Audience.choices, default=Article.Audience.EVERYBODY)
    writer = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    publisher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="servicedesk_article_number"),
            models.UniqueConstraint(fields=["article"], condition=Q(state="published"), name="servicedesk_article_one_published"),
            models.UniqueConstraint(fields=["article"], condition=Q(state__in=["draft", "review"]), name="servicedesk_article_one_open"),
            models.CheckConstraint(condition=Q(state__in=["draft", "review", "published", "retired"]), name="servicedesk_article_state"),
            models.CheckConstraint(condition=Q(state__in=["draft", "review"]) | Q(published_at__isnull=False, publisher__isnull=False),
                                   name="servicedesk_article_dated"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVote(models.Model):
    """Whether a version helped a person; the last word counts."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes", db_index=False)
    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    helpful = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "person"], name="servicedesk_vote_once")]


class HelpOffer(models.Model):
    """Help given while a person fills in one form: `uuid` is the form's, and becomes that of the ticket if it is sent.

    So what was shown, opened and useful is compared with the tickets that were opened anyway (deflection).
    """

    uuid = models.UUIDField(unique=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(OfferingVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    shown = ArrayField(models.BigIntegerField(), default=list)
    opened = ArrayField(models.BigIntegerField(), default=list)
    helped = models.ForeignKey(Article, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["institution", "at"], name="servicedesk_help_at")]
