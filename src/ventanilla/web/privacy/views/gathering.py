"""What the platform keeps of the person: looking for it, ticking what is theirs, the report, cancellation, opposition, rectification."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.exports.typeset import TypesetError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import Finding, PersonSearch, Right, SubjectRequest
from ventanilla.core.privacy.registry import Asked
from ventanilla.core.privacy.services import gathering as verbs
from ventanilla.core.privacy.services.erasing import cancel_findings, note_rectified
from ventanilla.core.privacy.services.opposition import Opposed
from ventanilla.core.privacy.services.opposition import oppose as mark
from ventanilla.core.privacy.services.reports import access_report
from ventanilla.core.privacy.services.searching import begin_search, tables_done
from ventanilla.lib.numbers import whole
from ventanilla.web.admin_area.pages import FormPage, form_page
from ventanilla.web.admin_area.pages import page as guarded
from ventanilla.web.privacy.forms import CancelForm, OpposeForm, SearchForm
from ventanilla.web.privacy.views.requests import request_of, trail
from ventanilla.web.ui.refusals import attempted


def _home(pk: int) -> str:
    return reverse("privacy:request", args=[pk])


def _initial(row: SubjectRequest, last: PersonSearch | None) -> dict[str, str]:
    terms = last.terms if last else row.terms or {"names": [row.holder], "emails": [row.email] if row.email else []}
    return {name: "\n".join(terms.get(name, ())) for name in ("names", "emails", "codes")}


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def search(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Look for the person across the platform, and keep what was ticked. The words travel in the form, never in the address."""
    row = request_of(person, pk)
    if row.case.state not in verbs.WORKABLE:
        return redirect(_home(pk))
    last = PersonSearch.objects.filter(request=row).select_related("request", "person").order_by("-pk").first()
    if request.method == "POST" and "marcar" in request.POST:
        return _ticked(request, person, row, last)
    form = SearchForm(request.POST or None, initial=_initial(row, last))
    if request.method == "POST" and form.is_valid():
        begun = attempted(form, lambda: begin_search(actor=person, request=row, asked=Asked.of(**form.cleaned_data)))
        if begun:
            return redirect("privacy:search", pk)
    slug, before = request.GET.get("tabla", ""), whole(request.GET.get("desde")) or 0
    found = verbs.gathered(actor=person, search=last, slug=slug, before=before) if last and not form.errors else None
    return render(request, "privacy/search.html", {
        "row": row, "case": row.case, "form": form, "found": found, "last": last, "slug": slug, "crumbs": trail(row),
        "done": tables_done(last) if last else None}, status=422 if form.errors else 200)


def _ticked(request: HttpRequest, person: Person, row: SubjectRequest, last: PersonSearch | None) -> HttpResponse:
    """Kept under the words of the search that is shown; after another search the page is shown anew."""
    if last is None or str(last.pk) != request.POST.get("marcar"):
        messages.error(request, _("Mientras tanto se hizo otra búsqueda: revise lo que encontró y vuelva a marcar."))
        return redirect("privacy:search", row.pk)
    n = verbs.tick(actor=person, request=row, asked=last.asked, ticked=request.POST.getlist("suyo"),
                   offered=request.POST.getlist("ofrecido"))
    messages.success(request, _("Quedó guardado lo que es de la persona: %(n)s.") % {"n": n})
    return redirect(request.get_full_path() if request.GET.get("tabla") else _home(row.pk))


@never_cache
@require_safe
@guarded(cap.PRIVACY_ATTEND)
def report(request: HttpRequest, person: Person, pk: int, kind: str) -> HttpResponse:
    """The report of access as a file."""
    row = request_of(person, pk)
    if kind not in ("pdf", "json"):
        raise Http404
    try:
        made = access_report(actor=person, request=row, kind=kind)
    except (Refused, TypesetError) as error:
        messages.error(request, str(error))
        return redirect(_home(pk))
    media = "application/pdf" if kind == "pdf" else "application/json; charset=utf-8"
    return HttpResponse(made, content_type=media, headers={
        "Content-Disposition": f'attachment; filename="informe-{slugify(row.case.folio)}.{kind}"', "X-Content-Type-Options": "nosniff"})


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def cancel(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Shows what will be erased and what is kept and why; done when the folio is written."""
    row = request_of(person, pk)
    if Right.CANCELLATION not in row.rights or row.case.state != "resolved":
        return redirect(_home(pk))
    waiting = [f for f in verbs.findings_of(person, row) if f.finding and f.finding.outcome == Finding.Outcome.PENDING]

    def save(data: dict[str, Any]) -> str:
        cancel_findings(actor=person, request=row, folio=data["folio"])
        return _home(pk)

    return form_page(request, FormPage(
        title=_("Cancelar los datos marcados"), form=CancelForm(request.POST or None), save=save, button=_("Cancelar definitivamente"),
        done=_("La cancelación quedó hecha: vea abajo qué se canceló y qué se conserva, y por qué."), back=_home(pk), danger=True,
        crumbs=trail(row), template="privacy/cancel.html", extra={
            "case": row.case, "erased": [f for f in waiting if not f.held], "kept": [f for f in waiting if f.held]}))


@never_cache
@guarded(cap.PRIVACY_ATTEND)
def oppose(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Mark addresses and people that are not to be disturbed."""
    row = request_of(person, pk)
    if Right.OPPOSITION not in row.rights or row.case.state != "resolved":
        return redirect(_home(pk))
    people = Person.objects.filter(pk__in=row.findings.filter(source="orgs.person").values("ref"), institution_id=row.institution_id)

    def save(data: dict[str, Any]) -> str:
        mark(actor=person, request=row, opposed=Opposed(data["emails"].splitlines(), list(data.get("people") or ()), data["folio"]))
        return _home(pk)

    return form_page(request, FormPage(
        title=_("Registrar la oposición"), save=save, button=_("Registrar la oposición"), back=_home(pk), crumbs=trail(row),
        form=OpposeForm(request.POST or None, people=people, initial={"emails": row.email}),
        done=_("Desde ahora no recibirán encuestas ni avisos por correo."),
        sub=_("No recibirán encuestas ni avisos por correo. Los avisos de sus asuntos siguen en la plataforma, para quien tiene cuenta.")))


@require_POST
@guarded(cap.PRIVACY_ATTEND)
def rectified(request: HttpRequest, person: Person, pk: int, finding: int) -> HttpResponse:
    """The officer says that a row was corrected on its own page."""
    row = request_of(person, pk)
    one = get_object_or_404(Finding, pk=finding, request=row)
    try:
        note_rectified(actor=person, request=row, finding=one, reason=request.POST.get("nota", ""))
        messages.success(request, _("Quedó anotado como rectificado."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(_home(pk))
