"""What everybody reads and asks, without sign-in and without script: notices, what is kept and why, a request and how it goes."""
from collections.abc import Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ventanilla.core.cases.words import seen, state_of
from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import PrivacyNotice, SubjectRequest
from ventanilla.core.privacy.registry import purposes as declared_purposes
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.services.figures import public_figures
from ventanilla.core.privacy.services.identities import AWAITED, IdentityDraft, add_identity, examined
from ventanilla.core.privacy.services.notices import notice_in_force
from ventanilla.web.privacy.forms import FollowForm, IdentityForm, PublicRequestForm, ReasonForm
from ventanilla.web.questionnaires.throttle import too_often
from ventanilla.web.screens.columns import case_light
from ventanilla.web.ui import themes
from ventanilla.web.ui.marked import rendered
from ventanilla.web.ui.refusals import attempted, blame

SENT, FLOOD, TRIED = (10, 3600), (200, 3600), (20, 600)
"""How many requests are taken from an address and for an institution, and how many keys are tried: in how many seconds."""
MOST_INSTITUTIONS: Final = 200


def shown(request: HttpRequest, template: str, institution: Institution | None, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """In the look of the institution that is asked, not of who happens to be signed in."""
    look = {"asking": institution, "asking_css": themes.address(institution) if institution else "",
            "asking_logo": themes.logo_shown(institution) if institution else None}
    return render(request, template, {**look, **context}, status=status)


def institution_of(slug: str) -> Institution:
    """The active institution of that address, or 404."""
    return get_object_or_404(Institution, slug=slug, active=True)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notice in force: of the one institution that has published one, else a list; before any, what the platform itself does."""
    day = timezone.localdate()
    having = PrivacyNotice.objects.in_force(day).order_by().values("institution")
    found = list(Institution.objects.filter(active=True, pk__in=having).order_by("name")[:MOST_INSTITUTIONS])
    if len(found) == 1:
        return redirect("privacy:notice", found[0].slug)
    return render(request, "privacy/all.html" if found else "privacy/none.html", {"institutions": found})


@require_safe
def notice(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The version in force of an institution, or an older or coming one by its number."""
    institution = institution_of(slug)
    current = notice_in_force(institution)
    versions = list(PrivacyNotice.objects.filter(institution=institution).published())
    row = next((v for v in versions if v.number == number), None) if number else current
    if row is None:
        raise Http404
    short = request.GET.get("texto") == "simplificado"
    return shown(request, "privacy/notice.html", institution, {
        "notice": row, "current": current, "versions": versions, "short": short, "desk": verbs.desk_of(institution),
        "text": rendered(row.simplified if short else row.integral), "is_draft": False})


@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """What is kept of people, by part of the platform: whose, which fields, for what, by which law, and how long."""
    return render(request, "privacy/purposes.html", {"groups": declared_purposes()})


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """How many requests an institution received, by year and right; small cells suppressed."""
    institution = institution_of(slug)
    return shown(request, "privacy/figures.html", institution, {"figures": public_figures(institution)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a request; once sent, folio and key are shown, once."""
    institution = institution_of(slug)
    current, desk = notice_in_force(institution), verbs.desk_of(institution)
    form = PublicRequestForm(request.POST or None, request.FILES or None, initial={"notice_id": current.pk if current else None})
    context: dict[str, Any] = {"form": form, "desk": desk, "current": current}
    if request.method != "POST" or desk is None:
        return shown(request, "privacy/ask.html", institution, context)
    if not form.is_valid():
        return shown(request, "privacy/ask.html", institution, context, 422)
    if _flooded(request, institution):
        return shown(request, "privacy/wait.html", institution, {}, 429)
    made = _registered(institution, form)
    if made is None:
        return shown(request, "privacy/ask.html", institution, context, 422)
    return shown(request, "privacy/asked.html", institution, {"row": made.request, "key": _grouped(made.key), "desk": desk,
                                                             "address": made.key and reverse("privacy:followed", args=[made.key])})


def _flooded(request: HttpRequest, institution: Institution) -> bool:
    """From one address, or from many at once: each request is a matter with a legal term, which nobody may make by the thousand."""
    return too_often(f"arco:{request.META.get('REMOTE_ADDR', '')}", *SENT) or too_often(f"arco-all:{institution.pk}", *FLOOD)


def _registered(institution: Institution, form: PublicRequestForm) -> verbs.Registered | None:
    """None when it was refused, and the form says why."""
    data = form.cleaned_data
    if data["sitio_web"]:
        form.add_error(None, _("No pudimos comprobar que lo envía una persona. Abra de nuevo la página e inténtelo otra vez."))
        return None
    names = ("rights", "holder", "details", "representative", "email", "notice_id", "uuid")
    try:
        return verbs.register_request(actor=None, institution=institution, draft=verbs.RequestDraft(
            **{name: data[name] for name in names}, channel=SubjectRequest.Channel.WEB, identity=examined_of(data["copies"])))
    except Refused as refusal:
        blame(form, refusal)
        return None


def examined_of(files: Sequence[Any]) -> list[IdentityDraft]:
    """The files of a form, looked at. Raises Refused at `copies`."""
    return examined([(one.name, one) for one in files])


def _grouped(key: str) -> str:
    """In groups of four, as it is easier to copy."""
    return " ".join(key[n:n + 4] for n in range(0, len(key), 4))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """By folio and key; a wrong folio and a wrong key are the same answer."""
    form = FollowForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "privacy/track.html", {"form": form}, status=422 if form.is_bound else 200)
    if _tried(request):
        return render(request, "privacy/wait.html", status=429)
    found = verbs.by_key(form.cleaned_data["key"], form.cleaned_data["folio"])
    if found is None:
        form.add_error(None, _("No hay una solicitud con ese folio y esa clave. Revise que estén escritos como los recibió."))
        return render(request, "privacy/track.html", {"form": form}, status=422)
    return redirect("privacy:followed", "".join(c for c in form.cleaned_data["key"].upper() if c.isalnum()))


def _tried(request: HttpRequest) -> bool:
    return too_often(f"arco-key:{request.META.get('REMOTE_ADDR', '')}", *TRIED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest, key: str) -> HttpResponse:
    """How a request goes, for who has its key: what is awaited and until when, the answer, and giving it up."""
    row = verbs.by_key(key) if len(key) == verbs.KEY_LENGTH else None
    if row is None:
        if _tried(request):
            return render(request, "privacy/wait.html", status=429)
        raise Http404
    proving = "identidad" in request.POST
    form = ReasonForm(request.POST if request.method == "POST" and not proving else None)
    identity = IdentityForm(request.POST if proving else None, request.FILES if proving else None)
    if proving and _flooded(request, row.institution):
        return render(request, "privacy/wait.html", status=429)
    bound, verb = (identity, _proving) if proving else (form, _desisting)
    if bound.is_bound and bound.is_valid() and attempted(bound, lambda: verb(row, bound.cleaned_data)):
        return redirect("privacy:followed", key)
    return _followed(request, row, form, identity)


def _desisting(row: SubjectRequest, data: dict[str, Any]) -> Any:
    return verbs.desist(actor=None, request=row, reason=data["reason"])


def _proving(row: SubjectRequest, data: dict[str, Any]) -> Any:
    if not data["copies"]:
        raise Refused(_("Elija el archivo."), "copies")
    return add_identity(actor=None, request=row, files=examined_of(data["copies"]))


def _followed(request: HttpRequest, row: SubjectRequest, form: ReasonForm, identity: IdentityForm) -> HttpResponse:
    case = row.case
    seen(case.institution_id, row.institution.words_changed)
    asked = case.moves.filter(verb="require").order_by("-pk").first()
    page = shown(request, "privacy/followed.html", row.institution, {
        "row": row, "case": case, "state": state_of(case), "light": case_light(case), "desk": verbs.desk_of(row.institution),
        "required": asked.reason if asked and case.state == "proving" else "", "form": form,
        "lapsed": case.moves.filter(verb__in=("lapse", "desist")).order_by("-pk").first(),
        "identity": identity if case.state in AWAITED else None, "copies": row.identities.count(),
        "may_desist": case.state in ("received", "proving", "processing", "resolved")}, 422 if form.errors or identity.errors else 200)
    page["Referrer-Policy"] = "same-origin"
    page["X-Robots-Tag"] = "noindex"
    return page
