"""The help of the demo's desk: articles that staff and agents read, each written by one person and published by another."""
import csv
from datetime import timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.lib.recurrence import features
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ArticleVote, ServiceFamily


def _articles() -> list[dict[str, str]]:
    """Family, audience, title, summary, other words and steps of each."""
    with (Path(__file__).parent / "help.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_help(setup: Setup, rng: Random) -> int:
    """The articles, published along the two years, with votes of those who read them; returns how many there are."""
    families = {f.name: f for f in ServiceFamily.objects.filter(institution=setup.org.institution)}
    writers = [person for agents in setup.agents.values() for person in agents]
    today, versions, rows = timezone.localdate(), [], []
    told = _articles()
    for n, one in enumerate(told):
        at = setup.begun + timedelta(days=20 * n, hours=n % 7)
        words = f"{one['title']} {one['summary']} {one['words']}"
        rows.append(Article(
            institution=setup.org.institution, family=families.get(one["family"]), audience=one["audience"],
            owner=writers[n % len(writers)], features=list(features(words)), created_at=at,
            review_on=today + timedelta(days=12 + 11 * n % 170)))
    Article.objects.bulk_create(rows)
    for row, one in zip(rows, told, strict=True):
        body = "\n".join(f"{number}. {text}" for number, text in enumerate(one["steps"].split("|"), start=1))
        versions.append(ArticleVersion(
            article=row, number=1, state="published", title=one["title"], summary=one["summary"], words=one["words"], body=body,
            audience=row.audience,
            writer=row.owner, written_at=row.created_at, publisher=setup.manager, published_at=row.created_at + timedelta(days=2)))
    ArticleVersion.objects.bulk_create(versions)
    for row, version in zip(rows, versions, strict=True):
        row.current = version
    Article.objects.bulk_update(rows, ["current"])
    _votes(setup, rng, rows)
    return len(rows)


def _votes(setup: Setup, rng: Random, rows: list[Article]) -> None:
    readers = list(setup.liaisons.values())
    now, votes = timezone.now(), []
    for row in rows:
        for reader in rng.sample(readers, min(rng.randrange(2, 9), len(readers))):
            helpful = rng.random() < 0.85
            votes.append(ArticleVote(article=row, version=row.current, person=reader, helpful=helpful, at=now - timedelta(
                days=rng.randrange(1, 60)), reason="" if helpful else "Le falta decir a quién llamar"))
    ArticleVote.objects.bulk_create(votes)
