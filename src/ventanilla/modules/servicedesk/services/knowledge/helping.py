"""Help while somebody asks: articles and known errors that fit what is being typed, the best first."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.recurrence import Candidate, Typed, duplicates, features, rarest
from ventanilla.modules.servicedesk.models import Article, KnownError
from ventanilla.modules.servicedesk.services.knowledge.reading import readable

T = TypeVar("T")
SHORTEST: Final = 6
FEW: Final = 50
"""Rarities are counted as of at least so many texts: of two or three nothing would be rare."""
LOOKED_AT: Final = 200
_COUNTS = """
SELECT f, count(*) FROM servicedesk_article a, unnest(a.features) f
WHERE a.institution_id = %s AND a.current_id IS NOT NULL AND a.features && %s::varchar[] AND f = ANY(%s) GROUP BY f
"""


@dataclass(frozen=True)
class Suggestion:
    """An article or a known error (`case`) that may answer, with the words it shares; `score` 0 to 1."""

    title: str
    summary: str
    words: tuple[str, ...]
    score: float
    article: Article | None = None
    case: Case | None = None


def suggest(person: Person, subject: str, description: str = "", limit: int = 4) -> list[Suggestion]:
    """What fits the text among what this person may read, best first; nothing for less than a few letters."""
    both = {subject.strip()[:300], f"{subject} {description}".strip()[:1200]}
    texts = sorted(t for t in both if len(t) >= SHORTEST)
    if not texts:
        return []
    wanted = sorted({f for text in texts for f in features(text)})
    errors = _errors(person)
    counts = _counts(person, wanted) + Counter(f for error in errors for f in features(_symptoms(error)))
    articles = _articles(person, sorted({f for text in texts for f in rarest(text, counts, most=12)}))
    total = max(FEW, len(articles) + len(errors))
    found = [Suggestion(str(a.current), a.current.summary if a.current else "", words, score, article=a)
             for a, score, words in _scored(texts, {a: _said(a) for a in articles}, counts, total)]
    found += [Suggestion(e.case.subject, e.workaround, words, score, case=e.case)
              for e, score, words in _scored(texts, {e: _symptoms(e) for e in errors}, counts, total)]
    return sorted(found, key=lambda s: (-s.score, s.title))[:limit]


def _articles(person: Person, keys: Sequence[str]) -> list[Article]:
    return list(readable(person).filter(features__overlap=list(keys)).order_by("-pk")[:LOOKED_AT]) if keys else []


def _errors(person: Person) -> list[KnownError]:
    """Those in force that the person may read; few, so that no index is needed."""
    rows = KnownError.objects.filter(case__closed_at=None, case__in=Case.objects.visible_to(person).filter(kind="known_error"))
    return list(rows.select_related("case").order_by("-case")[:LOOKED_AT])


def _symptoms(error: KnownError) -> str:
    return f"{error.case.subject} {error.symptoms}"[:600]


def _said(article: Article) -> str:
    version = article.current
    return f"{version.title} {version.summary} {version.words}" if version else ""


def _counts(person: Person, wanted: Sequence[str]) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [person.institution_id, list(wanted), list(wanted)])
        return Counter(dict(cursor.fetchall()))


def _scored(texts: Iterable[str], said: Mapping[T, str], counts: Mapping[str, int],
            total: int) -> Iterable[tuple[T, float, tuple[str, ...]]]:
    now, things = timezone.now(), list(said)
    rows = [Candidate(n, said[thing], now) for n, thing in enumerate(things)]
    best: dict[int, tuple[float, tuple[str, ...]]] = {}
    for text in texts:
        for hint in duplicates(Typed(text, now), rows, counts, total, limit=LOOKED_AT):
            best[hint.id] = max(best.get(hint.id, (0.0, ())), (hint.score, hint.words))
    return ((things[n], score, words) for n, (score, words) in best.items())
