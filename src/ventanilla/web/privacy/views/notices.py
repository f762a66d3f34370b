"""The notice shown once to who signs in; its editor, preview and publication; and which unit attends requests, in which terms."""
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import PrivacyDesk, PrivacyNotice
from ventanilla.core.privacy.services import notices as verbs
from ventanilla.core.privacy.services import requests
from ventanilla.web.admin_area.pages import FormPage, form_page
from ventanilla.web.admin_area.pages import page as guarded
from ventanilla.web.privacy.forms import DeskForm, NoticeForm
from ventanilla.web.privacy.gate import remember
from ventanilla.web.privacy.views.public import shown
from ventanilla.web.ui.marked import rendered


@guarded()
def know(request: HttpRequest, person: Person) -> HttpResponse:
    """The version in force, what changed, and the button that says that one knows it; then on to where one was going."""
    version = person.institution.notice_on(timezone.localdate())
    row = PrivacyNotice.objects.filter(pk=version or 0, institution_id=person.institution_id).first()
    if row is None:
        return redirect(_onward(request))
    if request.method == "POST":
        verbs.acknowledge(actor=person, notice=row)
        remember(request, person, row.pk)
        return redirect(_onward(request))
    before = row.receipts.model.objects.filter(person=person).exclude(notice=row).exists()
    return render(request, "privacy/know.html", {"notice": row, "text": rendered(row.simplified), "before": before,
                                                 "known": verbs.acknowledged(person, row.pk), "next": _onward(request)})


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else settings.LOGIN_REDIRECT_URL


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Administración"), reverse("admin_area:home"))]


@guarded(cap.PRIVACY_NOTICES)
def versions(request: HttpRequest, person: Person) -> HttpResponse:
    """Every version with who knows it, and the draft."""
    rows = PrivacyNotice.objects.filter(institution_id=person.institution_id)
    told = rows.published().order_by("-number").annotate(known=Count("receipts")).select_related("published_by")
    return render(request, "privacy/versions.html", {
        "versions": list(told), "draft": rows.filter(published_at=None).first(), "crumbs": _crumbs(),
        "current": person.institution.notice_on(timezone.localdate()),
        "people": Person.objects.filter(institution_id=person.institution_id, active=True, user__isnull=False).count(),
        "desk": requests.desk_of(person.institution)})


@guarded(cap.PRIVACY_NOTICES)
def draft(request: HttpRequest, person: Person) -> HttpResponse:
    """Write the draft; without one it starts from the last version."""
    rows = PrivacyNotice.objects.filter(institution_id=person.institution_id)
    row = rows.filter(published_at=None).first()
    base = row or rows.published().order_by("-number").first()
    initial: dict[str, Any] = {"simplified": base.simplified, "integral": base.integral} if base else {}
    initial |= {"changes": row.changes, "valid_from": row.valid_from} if row else {}

    def save(data: dict[str, Any]) -> str:
        verbs.save_notice(actor=person, institution=person.institution, text=verbs.NoticeText(**data))
        return reverse("privacy:preview")

    return form_page(request, FormPage(
        title=_("Borrador del aviso de privacidad"), form=NoticeForm(request.POST or None, initial=initial), save=save,
        button=_("Guardar y ver cómo queda"), done=_("El borrador quedó guardado. Todavía no lo ve nadie más."),
        sub=_("Nadie lo ve hasta que se publique. Una versión publicada ya no se puede cambiar."),
        crumbs=[*_crumbs(), (_("Aviso de privacidad"), reverse("privacy:versions"))], back=reverse("privacy:versions")))


@guarded(cap.PRIVACY_NOTICES)
def preview(request: HttpRequest, person: Person) -> HttpResponse:
    """The draft as everybody will read it."""
    row = PrivacyNotice.objects.filter(institution_id=person.institution_id, published_at=None).first()
    if row is None:
        return redirect("privacy:versions")
    short = request.GET.get("texto") == "simplificado"
    return shown(request, "privacy/notice.html", person.institution, {
        "notice": row, "current": None, "versions": [], "short": short, "is_draft": True, "desk": requests.desk_of(person.institution),
        "text": rendered(row.simplified if short else row.integral)})


@require_POST
@guarded(cap.PRIVACY_NOTICES)
def publish(request: HttpRequest, person: Person) -> HttpResponse:
    """Publish the draft."""
    try:
        row = verbs.publish_notice(actor=person, institution=person.institution)
        messages.success(request, _("La versión %(n)s quedó publicada. Desde que entre en vigor, cada persona la verá una vez al entrar.")
                         % {"n": row.number})
        return redirect("privacy:versions")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("privacy:draft")


@guarded(cap.PRIVACY_NOTICES, cap.ADMIN_ORGS)
def desk(request: HttpRequest, person: Person) -> HttpResponse:
    """Which unit attends requests about personal data, and its terms."""
    row = PrivacyDesk.objects.filter(institution_id=person.institution_id).first() or PrivacyDesk()
    initial = {f.attname.removesuffix("_id"): getattr(row, f.attname) for f in PrivacyDesk._meta.concrete_fields}

    def save(data: dict[str, Any]) -> str:
        requests.choose_desk(actor=person, institution=person.institution, terms=requests.DeskTerms(**data))
        return reverse("admin_area:home")

    return form_page(request, FormPage(
        title=_("Atención de datos personales"), form=DeskForm(request.POST or None, initial=initial, person=person), save=save,
        sub=_("Los plazos valen para las solicitudes que se registren desde ahora."), crumbs=_crumbs(), back=reverse("admin_area:home")))


