"""Articles: written as drafts, looked at by another person, published as immutable versions, retired; whether they help."""
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.recurrence import features
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ArticleVote, KnownError, ServiceFamily, Ticket
from ventanilla.modules.servicedesk.services.knowledge.reading import may_keep, may_publish, readable
from ventanilla.modules.servicedesk.services.relations import is_staff

REVIEW_DAYS: Final = 180
"""Calendar days after which an article is looked at again, unless another date is given."""
MOST: Final = 40_000


@dataclass(frozen=True)
class ArticleDraft:
    """What an article is to say; `review_on` is a local date, None: in REVIEW_DAYS."""

    title: str
    body: str
    summary: str = ""
    words: str = ""
    audience: str = "everybody"
    family: ServiceFamily | None = None
    review_on: date | None = None


@transaction.atomic
def save_draft(*, actor: Person, draft: ArticleDraft, article: Article | None = None, origin: Case | None = None) -> ArticleVersion:
    """Write a new article, or the next version of one (the same draft until it is published). Raises NotAllowed and Refused.

    Family and review date hold at once; what it says and who reads it, when it is published. A draft in review is a draft again.
    """
    _check(actor, draft, article)
    now = timezone.now()
    article = article or Article(institution_id=actor.institution_id, owner=actor, origin=origin, created_at=now)
    _set(article, draft)
    version = article.versions.select_for_update().filter(state__in=["draft", "review"]).first()
    version = version or ArticleVersion(article=article, number=_next(article))
    version.state, version.writer, version.written_at = "draft", actor, now
    for name, most in (("title", 200), ("summary", 400), ("words", 400), ("audience", 10), ("body", MOST)):
        setattr(version, name, clean_text(getattr(draft, name))[:most])
    version.save()
    _log("article.draft", actor, version)
    return version


def _check(actor: Person, draft: ArticleDraft, article: Article | None) -> None:
    if not may_keep(actor) or (article and article.institution_id != actor.institution_id):
        raise NotAllowed
    if article and article.retired_at:
        raise Refused(_("El artículo está retirado."))
    if not clean_text(draft.title):
        raise Refused(_("Escriba el título: la pregunta o el problema, como lo diría quien lo tiene."), "title")
    if not clean_text(draft.body):
        raise Refused(_("Escriba qué hacer."), "body")
    if len(draft.body) > MOST:
        raise Refused(_("El texto es demasiado largo: admite 40,000 letras."), "body")
    if draft.audience not in Article.Audience.values:
        raise Refused(_("Elija quién lo lee."), "audience")
    if draft.review_on and draft.review_on <= timezone.localdate() and draft.review_on != (article.review_on if article else None):
        raise Refused(_("Esa fecha ya llegó: elija una por venir."), "review_on")


def _set(article: Article, draft: ArticleDraft) -> None:
    article.family = draft.family
    article.audience = article.audience if article.current_id else draft.audience
    article.review_on = draft.review_on or article.review_on or timezone.localdate() + timedelta(days=REVIEW_DAYS)
    article.save()


def _next(article: Article) -> int:
    return int(article.versions.aggregate(top=Max("number"))["top"] or 0) + 1


@transaction.atomic
def submit(*, actor: Person, version: ArticleVersion) -> ArticleVersion:
    """Ask somebody else of the desk to look at it."""
    row = _open(actor, version, "draft", _("Sólo un borrador se envía a revisión."))
    return _to(row, "review", actor, "article.submit")


@transaction.atomic
def send_back(*, actor: Person, version: ArticleVersion, reason: str) -> ArticleVersion:
    """It needs work, with the reason."""
    row = _open(actor, version, "review", _("No está en revisión."))
    if not clean_text(reason):
        raise Refused(_("Escriba qué falta."), "reason")
    return _to(row, "draft", actor, "article.send_back", clean_text(reason)[:500])


@transaction.atomic
def publish(*, actor: Person, version: ArticleVersion) -> Article:
    """What was reviewed becomes what is read and found; the version before is kept as retired. Raises NotAllowed and Refused."""
    row = _open(actor, version, "review", _("Envíelo primero a revisión."))
    if not may_publish(actor, row):
        raise NotAllowed(_("Lo publica otra persona de la mesa que quien lo escribió, o la coordinación."))
    article = Article.objects.select_for_update().get(pk=row.article_id)
    article.versions.filter(state="published").update(state="retired")
    row.publisher, row.published_at = actor, timezone.now()
    _to(row, "published", actor, "article.publish")
    article.current, article.audience = row, row.audience
    _looked_at(article, actor)
    article.features = list(features(f"{row.title} {row.summary} {row.words}"))
    article.save(update_fields=["current", "audience", "features", "review_on", "owner"])
    return article


@transaction.atomic
def confirm(*, actor: Person, article: Article) -> Article:
    """Somebody of the desk read it and it still holds: it is looked at again in REVIEW_DAYS. Raises NotAllowed and Refused."""
    if not may_keep(actor) or article.institution_id != actor.institution_id:
        raise NotAllowed
    row = Article.objects.select_for_update(of=("self",)).select_related("owner").get(pk=article.pk)
    if row.current_id is None:
        raise Refused(_("Sólo lo publicado se confirma."))
    row.review_on = timezone.localdate()
    _looked_at(row, actor)
    row.save(update_fields=["review_on", "owner"])
    record("article.confirm", actor=actor, institution_id=row.institution_id, subject=f"article:{row.pk}",
           detail={"review_on": str(row.review_on)})
    return row


def _looked_at(article: Article, actor: Person) -> None:
    """A review that was due is done; who looked answers for it when its owner is not there any more."""
    if article.review_on is None or article.review_on <= timezone.localdate():
        article.review_on = timezone.localdate() + timedelta(days=REVIEW_DAYS)
    if not article.owner.active:
        article.owner = actor


@transaction.atomic
def retire(*, actor: Person, article: Article, reason: str) -> Article:
    """It is no longer so: nobody finds it; its versions stay."""
    if not may_keep(actor) or article.institution_id != actor.institution_id:
        raise NotAllowed
    if not clean_text(reason):
        raise Refused(_("Escriba por qué se retira."), "reason")
    row = Article.objects.select_for_update().get(pk=article.pk)
    row.versions.filter(state="published").update(state="retired")
    row.versions.filter(state__in=["draft", "review"]).delete()
    row.current, row.retired_at = None, row.retired_at or timezone.now()
    row.save(update_fields=["current", "retired_at"])
    record("article.retire", actor=actor, institution_id=row.institution_id, subject=f"article:{row.pk}",
           detail={"reason": clean_text(reason)[:500]})
    return row


@transaction.atomic
def vote(*, actor: Person, article: Article, helpful: bool, reason: str = "") -> ArticleVote:
    """Whether the article as published helped this person; said again, the last word counts. Raises NotAllowed."""
    found = readable(actor).filter(pk=article.pk).first()
    if found is None or found.current_id is None:
        raise NotAllowed
    row, _made = ArticleVote.objects.update_or_create(article=found, person=actor, defaults={
        "version_id": found.current_id, "helpful": helpful, "reason": clean_text(reason)[:500], "at": timezone.now()})
    record("article.vote", actor=actor, institution_id=found.institution_id, subject=f"article:{found.pk}", detail={"helpful": helpful})
    return row


@transaction.atomic
def from_case(*, actor: Person, case: Case) -> ArticleVersion:
    """A draft from a known error or a resolved ticket, in one step; the same draft when it was begun already.

    Raises NotAllowed, and Refused while there is nothing to tell.
    """
    if not may_keep(actor) or not is_staff(reach_of(actor), case) or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    known = Article.objects.filter(origin=case, retired_at=None).first()
    if known and (version := known.versions.order_by("-number").first()):
        return version
    ticket = Ticket.objects.select_related("service__family").get(pk=case.pk)
    draft = _of_error(case, ticket) if case.kind == "known_error" else _of_ticket(case, ticket)
    return save_draft(actor=actor, draft=draft, origin=case)


def _of_error(case: Case, ticket: Ticket) -> ArticleDraft:
    facts = KnownError.objects.get(pk=case.pk)
    parts = [(_("Cómo se reconoce"), facts.symptoms), (_("Qué hacer mientras se corrige"), facts.workaround),
             (_("Por qué pasa"), facts.root_cause)]
    return ArticleDraft(case.subject[:200], _sections(parts), audience="desk", family=_family(ticket))


def _of_ticket(case: Case, ticket: Ticket) -> ArticleDraft:
    if not ticket.solution:
        raise Refused(_("El ticket todavía no tiene solución que contar."))
    parts = [(_("Qué pasa"), ticket.description), (_("Qué hacer"), ticket.solution)]
    return ArticleDraft(case.subject[:200], _sections(parts), audience="desk", family=_family(ticket))


def _sections(parts: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts if text.strip())


def _family(ticket: Ticket) -> ServiceFamily | None:
    return ticket.service.family if ticket.service else None


def _open(actor: Person, version: ArticleVersion, state: str, otherwise: str) -> ArticleVersion:
    row = ArticleVersion.objects.select_for_update(of=("self",)).select_related("article").get(pk=version.pk)
    if not may_keep(actor) or row.article.institution_id != actor.institution_id:
        raise NotAllowed
    if row.state != state:
        raise Refused(otherwise)
    return row


def _to(version: ArticleVersion, state: str, actor: Person, event: str, reason: str = "") -> ArticleVersion:
    version.state = state
    version.save()
    _log(event, actor, version, reason)
    return version


def _log(event: str, actor: Person, version: ArticleVersion, reason: str = "") -> None:
    record(event, actor=actor, institution_id=version.article.institution_id, subject=f"article:{version.article_id}",
           detail={"version": version.number, **({"reason": reason} if reason else {})})
