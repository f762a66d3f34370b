"""Which articles a person may read: the same rule as the tokens of their rows in the one search (migration 0061)."""
from typing import Any

from django.db.models import Count, Q, QuerySet

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, Team
from ventanilla.modules.servicedesk.services.opening import liaison_units
from ventanilla.modules.servicedesk.services.working import works_somewhere

WHOLE = ("current__publisher", "family", "owner")


def readable(person: Person | None) -> QuerySet[Article]:
    """Published articles that this person may read, with what they say."""
    if person is None:
        return Article.objects.none()
    rows = Article.objects.filter(institution_id=person.institution_id, current__isnull=False, audience__in=audiences_of(person))
    return rows.select_related(*WHOLE)


def audiences_of(person: Person) -> list[str]:
    """The audiences to which the person belongs."""
    if reads_desk(person):
        return list(Article.Audience.values)
    return ["everybody", "liaisons"] if liaison_units(person).exists() else ["everybody"]


def reads_desk(person: Person) -> bool:
    """Whether the person belongs to the desk, or reads the matters of the unit of a team."""
    if may_keep(person):
        return True
    teams = Team.objects.filter(institution_id=person.institution_id, active=True)
    return teams.filter(unit_id__in=reach_of(person).within(cap.READ)).exists()


def may_keep(person: Person) -> bool:
    """Whether the person writes articles: whoever works in a team."""
    return works_somewhere(person)


def may_publish(person: Person, version: ArticleVersion) -> bool:
    """Another person of the desk than its writer, or whoever concludes the matters of a team."""
    if not may_keep(person):
        return False
    units = reach_of(person).within(cap.CONCLUDE)
    return person.pk != version.writer_id or Team.objects.filter(institution_id=person.institution_id, unit_id__in=units).exists()


def article_for(person: Person, pk: int) -> Article | None:
    """An article that the person may read; those who write see unpublished ones too."""
    rows = Article.objects.filter(institution_id=person.institution_id, pk=pk).select_related(*WHOLE)
    return (rows if may_keep(person) else readable(person).filter(pk=pk)).first()


def drafts_of(article: Article) -> ArticleVersion | None:
    """The version being written or reviewed."""
    return article.versions.filter(state__in=["draft", "review"]).select_related("writer").first()


def with_votes(rows: QuerySet[Article]) -> Any:
    """With how many people said that it helped (`yes`) and that it did not (`no`)."""
    return rows.annotate(yes=Count("votes", filter=Q(votes__helpful=True)), no=Count("votes", filter=Q(votes__helpful=False)))
