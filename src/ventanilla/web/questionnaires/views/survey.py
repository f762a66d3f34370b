"""Answering by link: no sign-in, no script needed, in the look of the institution that asks."""

from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ventanilla.core.privacy.models import Receipt
from ventanilla.core.privacy.services.notices import leave_receipt
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import Proof, open_by_token, submit
from ventanilla.core.questionnaires.words import Closed, Invalid
from ventanilla.lib.numbers import whole
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import receive
from ventanilla.web.questionnaires.throttle import too_often
from ventanilla.web.ui import themes

SALT = "questionnaires.survey"
TRAP = "sitio_web"
STARTED = "inicio"
NOTICE = "aviso"
STATUS = {"unknown": 404, "expired": 410, "void": 410, "answered": 200, "robot": 403, "too_soon": 422}
TRIES, FORMS = (20, 600), (12, 60)  # unknown links by address; sent forms by link: how many, in how many seconds


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, secret: str) -> HttpResponse:
    """The form, its errors, the thanks, or why it cannot be answered."""
    try:
        response = open_by_token(secret=secret)
        return (
            _sent(request, secret, response)
            if request.method == "POST"
            else _shown(request, response, QuestionForm(response.version.form, private=False))
        )
    except Closed as closed:
        return _closed(request, closed)


def _sent(request: HttpRequest, secret: str, response: Response) -> HttpResponse:
    if too_often(f"form:{response.pk}", *FORMS):
        return _page(
            request,
            response,
            "questionnaires/closed.html",
            {
                "title": _("Espere un momento"),
                "text": _("Se envió muchas veces seguidas. Espere un minuto y vuelva a intentarlo; la liga sigue sirviendo."),
            },
            429,
        )
    sent = receive(response.version.form, request)
    if sent.more:
        return _shown(request, response, sent.form(private=False), started=request.POST.get(STARTED, ""))
    try:
        with transaction.atomic():
            submit(secret=secret, raw=sent.raw, proof=_proof(request, response))
            leave_receipt(institution=response.institution, source=Receipt.Source.SURVEY, ref=response.uuid,
                          notice_id=whole(request.POST.get(NOTICE)))
    except Invalid as invalid:
        return _shown(request, response, sent.form(invalid.errors, private=False), 422, started=request.POST.get(STARTED, ""))
    except Closed as closed:
        if closed.reason != "too_soon":
            raise
        return _shown(
            request, response, sent.form({"": closed.message}, private=False), 422, started=request.POST.get(STARTED, "")
        )
    return HttpResponseRedirect(reverse("questionnaires:survey", args=[secret]))


def _proof(request: HttpRequest, response: Response) -> Proof:
    try:
        stamp = signing.loads(request.POST.get(STARTED, ""), salt=SALT)
        started = datetime.fromtimestamp(stamp["at"], UTC) if stamp["to"] == str(response.uuid) else None
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        started = None
    return Proof(request.POST.get(TRAP, ""), started)


def _shown(request: HttpRequest, response: Response, form: QuestionForm, status: int = 200, *, started: str = "") -> HttpResponse:
    stamp = started or signing.dumps({"to": str(response.uuid), "at": timezone.now().timestamp()}, salt=SALT)
    return _page(request, response, "questionnaires/survey.html", {
        "form": form, "started": stamp, "notice": response.institution.notice_told(timezone.localdate())}, status)


def _closed(request: HttpRequest, closed: Closed) -> HttpResponse:
    if closed.response is None and too_often(f"unknown:{request.META.get('REMOTE_ADDR', '')}", *TRIES):
        return _page(
            request,
            None,
            "questionnaires/closed.html",
            {"title": _("Espere un momento"), "text": _("Se probaron muchas ligas que no existen. Espere unos minutos.")},
            429,
        )
    titles = {
        "answered": _("Gracias por responder"),
        "expired": _("El plazo terminó"),
        "void": _("Ya no es necesario responder"),
        "robot": _("No se pudo enviar"),
        "unknown": _("Esta liga no existe"),
    }
    thanks = closed.response.version.form.thanks if closed.response and closed.reason == "answered" else ""
    context = {"title": titles.get(closed.reason, ""), "text": thanks or closed.message, "reason": closed.reason,
               "sent": request.method == "POST"}
    return _page(request, closed.response, "questionnaires/closed.html", context, STATUS[closed.reason])


def _page(request: HttpRequest, response: Response | None, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """In the look of the institution that asks, not of who happens to be signed in; the link must not leak."""
    institution = response.institution if response else None
    look = {
        "response": response,
        "asking": institution,
        "asking_css": themes.address(institution) if institution else "",
        "asking_logo": themes.logo_shown(institution) if institution else None,
    }
    page = render(request, template, {**look, **context}, status=status)
    page["Referrer-Policy"] = "same-origin"  # not no-referrer: browsers then send Origin: null, and the form is refused
    page["X-Robots-Tag"] = "noindex"
    return page
