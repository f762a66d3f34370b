"""Help for who asks: what is most useful by family, a search, an article, and whether it helped."""
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models import Article, ArticleVote
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.knowledge import article_for, drafts_of, may_keep, readable, vote
from ventanilla.modules.servicedesk.services.knowledge.helping import suggest
from ventanilla.modules.servicedesk.services.knowledge.reading import with_votes
from ventanilla.modules.servicedesk.services.knowledge.reviewing import AHEAD
from ventanilla.web.ui.marked import rendered

MOST = 60


def home(request: HttpRequest) -> HttpResponse:
    """Frequent questions by family of services, or what fits the words that were typed."""
    person, words = person_of(request), request.GET.get("q", "").strip()[:200]
    rows = list(found(person, words) if words else frequent(person))
    families = [(name, list(members)) for name, members in groupby(rows, key=_family)] if not words else [("", rows)] if rows else []
    return render(request, "servicedesk/knowledge/home.html", {
        "families": families, "q": words, "keeper": may_keep(person)})


def _family(article: Article) -> str:
    return article.family.name if article.family else ""


def frequent(person: Person) -> QuerySet[Article]:
    """By family, those that helped most first."""
    rows: QuerySet[Article] = with_votes(readable(person)).order_by(
        F("family__order").asc(nulls_last=True), "family__name", "-yes", "current__title")
    return rows[:200]


def found(person: Person, words: str) -> list[Article]:
    """By what they say (the one search), then by what they are like; each once."""
    hits = search(person, Wanted(words, ranked=True, limit=MOST))
    ids = [h.ref for h in hits.hits if h.kind == "article"]
    ids += [s.article.pk for s in suggest(person, words, limit=10) if s.article and s.article.pk not in ids]
    rows = with_votes(readable(person)).in_bulk(ids)
    return [rows[i] for i in ids if i in rows]


def article(request: HttpRequest, pk: int) -> HttpResponse:
    """An article, and whether it helped; for those who write, its state and what can be done."""
    person = person_of(request)
    row = article_for(person, pk)
    if row is None:
        raise Http404
    mine = ArticleVote.objects.filter(article=row, person=person).first()
    return render(request, "servicedesk/knowledge/article.html", {"article": row, "mine": mine, **shown(person, row)})


def shown(person: Person, row: Article) -> dict[str, Any]:
    """The published text, or for those who write the draft while there is none."""
    keeper = may_keep(person)
    draft = drafts_of(row) if keeper else None
    version = row.current or draft or row.versions.order_by("-number").first()
    near = [s for s in suggest(person, version.title, limit=5) if s.article and s.article.pk != row.pk][:4] if version else []
    soon = timezone.localdate() + timedelta(days=AHEAD)
    due = row.current is not None and row.review_on is not None and row.review_on <= soon
    return {"version": version, "html": rendered(version.body) if version else "", "draft": draft, "keeper": keeper, "near": near,
            "near_review": due, "counts": with_votes(Article.objects.filter(pk=row.pk)).values("yes", "no").get() if keeper else None}


@require_POST
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether it helped, with what is missing."""
    person = person_of(request)
    row = readable(person).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        helpful = request.POST.get("sirve") == "si"
        vote(actor=person, article=row, helpful=helpful, reason=request.POST.get("falta", ""))
    except NotAllowed:
        raise Http404 from None
    messages.success(request, _("Gracias: lo tomaremos en cuenta.") if helpful else _("Gracias: quien lo escribió sabrá qué falta."))
    return redirect("article", pk)
