"""Writing articles: the editor with its preview, review, publication, retirement, and versions beside each other."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import long_date
from ventanilla.modules.servicedesk.models import Article, ArticleVersion
from ventanilla.modules.servicedesk.screens.knowledge.forms import ArticleForm, ReasonForm, said
from ventanilla.modules.servicedesk.screens.knowledge.text import compared
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import knowledge
from ventanilla.modules.servicedesk.services.knowledge import drafts_of, may_keep
from ventanilla.modules.servicedesk.services.knowledge.reading import may_publish
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.marked import rendered
from ventanilla.web.ui.refusals import blame


def keeper_of(request: HttpRequest, pk: int | None = None) -> tuple[Person, Article | None]:
    """Somebody who writes, and the article; otherwise 404."""
    person = person_of(request)
    if not may_keep(person):
        raise Http404
    rows = Article.objects.filter(institution_id=person.institution_id).select_related("current", "family", "owner", "origin")
    row = rows.filter(pk=pk).first() if pk else None
    if pk and row is None:
        raise Http404
    return person, row


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The draft of an article; with `ver` it is only shown as it will be read, without saving."""
    person, article = keeper_of(request, pk)
    latest = article.versions.order_by("-number").first() if article else None
    initial = said(article, latest) if article and latest else {}
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial, institution_id=person.institution_id)
    preview = request.POST.get("body", "")[:40_000] if "ver" in request.POST else None
    if request.method == "POST" and preview is None and form.is_valid():
        try:
            version = knowledge.save_draft(actor=person, draft=form.draft(), article=article)
            discard(person, f"article-{pk or 'new'}")
            messages.success(request, _("El borrador quedó guardado."))
            return redirect("article_edit", version.article_id)
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/knowledge/edit.html", {
        "form": form, "article": article, "draft": drafts_of(article) if article else None, "pk": pk or "new",
        "preview": rendered(preview if preview is not None else str(initial.get("body", ""))), "previewed": preview is not None,
        **_may(person, article)}, status=422 if form.is_bound and preview is None else 200)


def _may(person: Person, article: Article | None) -> dict[str, bool]:
    draft = drafts_of(article) if article else None
    return {"may_publish": bool(draft and draft.state == "review" and may_publish(person, draft))}


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it will be read (for the editor, while typing)."""
    keeper_of(request)
    return HttpResponse(rendered(request.POST.get("body", "")[:40_000]))


@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send to review, send back, publish, confirm, retire."""
    person, article = keeper_of(request, pk)
    if article is None or name not in ("revisar", "devolver", "publicar", "vigente", "retirar"):
        raise Http404
    try:
        messages.success(request, _take(person, article, name, request.POST.get("reason", "")))
    except NotAllowed as refusal:
        messages.error(request, refusal.message or _("No puede hacerlo."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("article", pk)


def _take(person: Person, article: Article, name: str, reason: str) -> str:
    if name == "retirar":
        knowledge.retire(actor=person, article=article, reason=reason)
        return _("El artículo se retiró: ya nadie lo encuentra.")
    if name == "vigente":
        row = knowledge.confirm(actor=person, article=article)
        assert row.review_on
        return _("Quedó anotado que sigue vigente; toca revisarlo otra vez el %(day)s.") % {"day": long_date(row.review_on)}
    draft = drafts_of(article)
    if draft is None:
        raise Refused(_("No hay nada que revisar."))
    if name == "revisar":
        knowledge.submit(actor=person, version=draft)
        return _("Quedó en revisión: lo publica otra persona de la mesa.")
    if name == "devolver":
        knowledge.send_back(actor=person, version=draft, reason=reason)
        return _("Se devolvió con el motivo.")
    knowledge.publish(actor=person, version=draft)
    return _("Se publicó: ya se encuentra y se sugiere.")


def reason_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page that asks why before an article is sent back or retired."""
    _person, article = keeper_of(request, pk)
    if article is None or name not in ("devolver", "retirar"):
        raise Http404
    if request.method == "POST":
        return step(request, pk, name)
    return render(request, "servicedesk/knowledge/reason.html", {"article": article, "name": name, "form": ReasonForm()})


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions beside each other; the last two unless others are chosen."""
    _person, article = keeper_of(request, pk)
    assert article is not None
    rows = list(article.versions.select_related("writer", "publisher").order_by("-number"))
    after = _chosen(rows, request.GET.get("b", ""), rows[0])
    before = _chosen(rows, request.GET.get("a", ""), rows[min(1, len(rows) - 1)])
    return render(request, "servicedesk/knowledge/versions.html", {
        "article": article, "versions": rows, "before": before, "after": after,
        "parts": [(label, compared(getattr(before, name), getattr(after, name))) for label, name in (
            (_("Título"), "title"), (_("En pocas palabras"), "summary"), (_("Texto"), "body"), (_("Otras formas de decirlo"), "words"))
            if getattr(before, name) or getattr(after, name)]})


def _chosen(rows: list[ArticleVersion], wanted: str, otherwise: ArticleVersion) -> ArticleVersion:
    return next((v for v in rows if str(v.number) == wanted), otherwise)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """An article from a known error or a resolved ticket."""
    person, _article = keeper_of(request)
    case = Case.objects.visible_to(person).filter(pk=pk, ticket__isnull=False).first()
    if case is None:
        raise Http404
    try:
        version = knowledge.from_case(actor=person, case=case)
        messages.success(request, _("Es un borrador: quite nombres y datos personales antes de publicarlo."))
        return redirect("article_edit", version.article_id)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("ticket", pk)
