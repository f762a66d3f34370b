"""Knowledge: articles found, read and judged by who may read them; written, reviewed, published and retired by the desk."""
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, ticket_of
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ArticleVote, ServiceFamily
from ventanilla.modules.servicedesk.services import knowledge
from ventanilla.modules.servicedesk.services.knowledge import ArticleDraft, article_for, drafts_of, may_keep, readable
from ventanilla.modules.servicedesk.services.knowledge.reading import with_votes
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import PersonRef, ReasonIn
from ventanilla.web.api.validators import changed, next_page, told

router = Router(tags=["Mesa: ayuda"])
READ, WRITE = Bearer(scopes.KNOWLEDGE_READ), Bearer(scopes.KNOWLEDGE_WRITE, may_keep)
KEPT = Bearer(scopes.KNOWLEDGE_READ, may_keep)
Audience = Literal["everybody", "liaisons", "desk"]
State = Literal["draft", "review", "published", "retired"]
BODY = "## Qué hacer\n\n1. Apague la impresora.\n2. Espere diez segundos y enciéndala."


class ArticleIn(Schema):
    """What an article is to say, in Markdown without HTML; `family` by its name; without `review_on`, in half a year."""

    title: str = Field(max_length=200, examples=["No puedo imprimir a color"])
    body: str = Field("", max_length=40_000, examples=[BODY])
    summary: str = Field("", max_length=400)
    words: str = Field("", max_length=400, description="Otras formas de decirlo, separadas por comas")
    audience: Audience = "everybody"
    family: str | None = None
    review_on: date | None = None


class ArticleOut(Schema):
    """An article in a list, as it is published (as its newest version says, for who writes it, while it is not)."""

    uuid: UUID
    title: str
    summary: str
    audience: Audience
    family: str | None
    owner: PersonRef
    review_on: date | None
    published_at: datetime | None
    retired_at: datetime | None
    helped: int
    not_helped: int


class ArticleDetail(ArticleOut):
    """An article with its text (Markdown). `draft`: the state of the version being written or reviewed, told to who writes."""

    body: str
    version: int
    state: State
    draft: Literal["draft", "review"] | None
    my_vote: bool | None


class ArticlePage(Schema):
    """A page; `next` is the address of the following one. What is searched comes whole, best first."""

    items: list[ArticleOut]
    next: str | None


class ArticleVersionOut(Schema):
    """One version; a published one never changes."""

    number: int
    state: State
    title: str
    summary: str
    body: str
    words: str
    audience: Audience
    writer: PersonRef
    written_at: datetime
    publisher: PersonRef | None
    published_at: datetime | None


class ArticlesAsked(Schema):
    """Which articles; `all`: also what is not published (for who writes)."""

    q: str = Field("", max_length=200)
    family: str | None = None
    all: bool = False
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class VoteIn(Schema):
    """Whether it helped; and what is missing, when it did not."""

    helpful: bool = True
    reason: str = Field("", max_length=500)


def article_of(person: Person, uuid: UUID) -> Article:
    """The article, when this person may read it. Raises Article.DoesNotExist."""
    found = Article.objects.filter(institution_id=person.institution_id, uuid=uuid).values_list("pk", flat=True).first()
    row = article_for(person, found) if found else None
    if row is None:
        raise Article.DoesNotExist
    return row


def _out(row: Any, said: ArticleVersion | None) -> dict[str, Any]:
    return {"uuid": row.uuid, "title": said.title if said else "", "summary": said.summary if said else "", "audience": row.audience,
            "family": row.family.name if row.family else None, "owner": shapes.person_ref(row.owner), "review_on": row.review_on,
            "published_at": row.current.published_at if row.current else None, "retired_at": row.retired_at, "helped": row.yes,
            "not_helped": row.no}


def _detail(person: Person, uuid: UUID) -> dict[str, Any]:
    article = article_of(person, uuid)
    row = with_votes(Article.objects.filter(pk=article.pk)).select_related("current", "family", "owner").get()
    draft = drafts_of(row) if may_keep(person) else None
    said = row.current or draft or row.versions.order_by("-number").first()
    assert said is not None
    mine = ArticleVote.objects.filter(article=row, person=person).values_list("helpful", flat=True).first()
    return _out(row, said) | {"body": said.body, "version": said.number, "state": said.state, "draft": draft.state if draft else None,
                              "my_vote": mine}


@router.get("/articles", response={200: ArticlePage, **READS}, auth=READ, operation_id="list_articles",
            summary="Artículos de ayuda que la persona puede leer, o los que responden a unas palabras")
def articles(request: HttpRequest, asked: Query[ArticlesAsked]) -> Any:
    """The newest first; with `q` at most 60, best first, in one page."""
    person = actor(request)
    if asked.q.strip():
        ids = [h.ref for h in search(person, Wanted(asked.q, ranked=True, limit=60)).hits if h.kind == "article"]
        rows = with_votes(_listed(person, asked)).in_bulk(ids)
        return {"items": [_out(rows[pk], rows[pk].current) for pk in ids if pk in rows], "next": None}
    rows = with_votes(_listed(person, asked)).order_by("-pk")
    found = list((rows.filter(pk__lt=asked.after) if asked.after else rows)[:asked.limit + 1])
    shown = found[:asked.limit]
    said = _newest(shown)
    return {"items": [_out(r, r.current or said.get(r.pk)) for r in shown],
            "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


def _listed(person: Person, asked: ArticlesAsked) -> QuerySet[Article]:
    rows = readable(person)
    if asked.all and may_keep(person):
        rows = Article.objects.filter(institution_id=person.institution_id).select_related("current", "family", "owner")
    return rows.filter(family__name=asked.family) if asked.family else rows


def _newest(rows: list[Article]) -> dict[int, ArticleVersion]:
    """The newest version of those that are not published; one query, and none when all are."""
    ids = [r.pk for r in rows if r.current_id is None]
    found = ArticleVersion.objects.filter(article__in=ids).order_by("article", "-number").distinct("article") if ids else ()
    return {v.article_id: v for v in found}


@router.post("/articles", response={201: ArticleDetail, **CHANGES}, auth=WRITE, operation_id="write_article",
             summary="Escribir un artículo: queda como borrador")
def write(request: HttpRequest, data: ArticleIn) -> Any:
    """By the desk. `Idempotency-Key` makes a repetition harmless."""
    person = actor(request)
    version = knowledge.save_draft(actor=person, draft=_draft(person, data))
    return 201, _detail(person, version.article.uuid)


def _draft(person: Person, data: ArticleIn) -> ArticleDraft:
    family = ServiceFamily.objects.filter(institution_id=person.institution_id, name=data.family).first() if data.family else None
    if data.family and family is None:
        raise Refused(_("No existe esa familia de servicios."), "family")
    return ArticleDraft(data.title, data.body, data.summary, data.words, data.audience, family, data.review_on)


@router.post("/tickets/{uuid}/article", response={201: ArticleDetail, **CHANGES}, auth=WRITE, operation_id="article_from_ticket",
             summary="Empezar un artículo a partir de un error conocido o de un ticket resuelto")
def begin(request: HttpRequest, uuid: UUID) -> Any:
    """The same draft when it was begun already. Take names and personal data out before publishing."""
    person = actor(request)
    return 201, _detail(person, knowledge.from_case(actor=person, case=ticket_of(person, uuid)).article.uuid)


@router.get("/articles/{uuid}", response={200: ArticleDetail, 304: None, **READS}, auth=READ, operation_id="get_article",
            summary="Un artículo con su texto")
def article(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`. 404 for what the person's audience does not hold."""
    return told(request, response, _detail(actor(request), uuid))


@router.put("/articles/{uuid}", response={200: ArticleDetail, **CHECKED}, auth=WRITE, operation_id="rewrite_article",
            summary="Escribir la siguiente versión: el mismo borrador hasta que se publica")
def rewrite(request: HttpRequest, response: HttpResponse, uuid: UUID, data: ArticleIn) -> Any:
    """What is published stays as it is until the draft is published. `If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = article_of(person, uuid)
    return changed(request, response, row, lambda: _detail(person, uuid),
                   lambda: knowledge.save_draft(actor=person, draft=_draft(person, data), article=article_of(person, uuid)))


@router.get("/articles/{uuid}/versions", response={200: list[ArticleVersionOut], **READS}, auth=KEPT, operation_id="list_article_versions",
            summary="Las versiones de un artículo, de la más nueva a la más antigua (sólo la mesa de servicio)")
def versions(request: HttpRequest, uuid: UUID) -> Any:
    """Also drafts and what was retired."""
    row = article_of(actor(request), uuid)
    plain = ("number", "state", "title", "summary", "body", "words", "audience", "written_at", "published_at")
    return [{n: getattr(v, n) for n in plain} | {"writer": shapes.person_ref(v.writer), "publisher": shapes.person_ref(v.publisher)}
            for v in row.versions.select_related("writer", "publisher").order_by("-number")]


@router.post("/articles/{uuid}/steps/{step}", response={200: ArticleDetail, **CHECKED}, auth=WRITE, operation_id="step_article",
             summary="Enviar a revisión (submit), devolver con motivo (send_back), publicar (publish), "
                     "confirmar que sigue vigente (confirm), retirar con motivo (retire)")
def step(request: HttpRequest, response: HttpResponse, uuid: UUID, step: Literal["submit", "send_back", "publish", "confirm", "retire"],
         data: ReasonIn) -> Any:
    """Another person of the desk than its writer publishes it, or who coordinates."""
    person = actor(request)
    row = article_of(person, uuid)
    return changed(request, response, row, lambda: _detail(person, uuid), lambda: _take(person, row, step, data.reason))


def _take(person: Person, row: Article, step: str, reason: str) -> object:
    if step == "retire":
        return knowledge.retire(actor=person, article=row, reason=reason)
    if step == "confirm":
        return knowledge.confirm(actor=person, article=row)
    draft = drafts_of(row)
    if draft is None:
        raise Refused(_("No hay nada que revisar."))
    if step == "send_back":
        return knowledge.send_back(actor=person, version=draft, reason=reason)
    return (knowledge.submit if step == "submit" else knowledge.publish)(actor=person, version=draft)


@router.post("/articles/{uuid}/vote", response={204: None, **CHANGES}, auth=READ, operation_id="vote_article",
             summary="Decir si el artículo sirvió; cuenta lo último que diga cada persona")
def vote(request: HttpRequest, uuid: UUID, data: VoteIn) -> Any:
    """Only of what is published."""
    person = actor(request)
    knowledge.vote(actor=person, article=article_of(person, uuid), helpful=data.helpful, reason=data.reason)
    return 204, None
