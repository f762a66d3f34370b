"""The log of mails that came to the desk: what became of each and why, its text, the mail as it came, and doing it again."""
from collections.abc import Sequence
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import MailMessage
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.mail import MailRefused, parse, reprocess, set_aside
from ventanilla.modules.servicedesk.services.mail.receiving import raw_of
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.widgets import PeriodFilter
from ventanilla.web.ui.downloads import download

TABS = ((lazy("En revisión"), "hecho=held"), (lazy("Abrieron un ticket"), "hecho=opened"), (lazy("Sin efecto"), "hecho=ignored"))
REASONS = list(MailMessage.REASONS.items())
FLAGS = {"forged_mark": lazy("Traía una marca falsa"), "repeated_id": lazy("Su identificador ya lo había usado otro mensaje"),
         "told": lazy("Se le avisó que no se registró")}


class MailFilters(django_filters.FilterSet):  # type: ignore[misc]  # django-filter brings no types
    """By what was done, why, and period."""

    hecho = django_filters.ChoiceFilter(field_name="decision", label=lazy("Qué se hizo"),
                                        choices=[c for c in MailMessage.Decision.choices if c[0]], empty_label=lazy("Todo"))
    motivo = django_filters.ChoiceFilter(field_name="reason", label=lazy("Por qué"), choices=REASONS, empty_label=lazy("Todos"))
    llego = PeriodFilter(field_name="received_at", label=lazy("Llegó"))


@register
class MailLog(Screen):
    """Every mail of the mailboxes of teams that the person reads, newest first."""

    slug = "correo-de-la-mesa"
    title = lazy("Correo de la mesa")
    columns = (
        Column("received_at", lazy("Llegó"), "datetime"), Column("sender", lazy("Remitente")), Column("subject", lazy("Asunto")),
        Column("decision", lazy("Qué se hizo"), "badge", get=lambda m: MailMessage.Decision(m.decision).label, reads=("decision",)),
        Column("why", lazy("Por qué"), get=lambda m: MailMessage.REASONS.get(m.reason, ""), reads=("reason",)),
        Column("case.folio", lazy("Ticket"), "folio"), Column("mailbox.address", lazy("Buzón"), shown=False),
    )
    filters = MailFilters
    search = ("sender", "subject", "message_id")
    empty = lazy("Todavía no ha llegado ningún correo que usted pueda ver.")

    def queryset(self, person: Person) -> QuerySet[MailMessage]:
        """Mails visible to the person."""
        return MailMessage.objects.visible_to(person).select_related("case", "mailbox")

    def tabs_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """What waits for somebody, first."""
        return TABS

    def row_url(self, row: Model) -> str:
        """The mail's page."""
        return reverse("mail_message", args=[row.pk])


def _found(request: HttpRequest, pk: int) -> tuple[Person, MailMessage]:
    person = person_of(request)
    row = MailMessage.objects.visible_to(person).select_related("mailbox__team", "case", "person", "raw").filter(pk=pk).first()
    if row is None:
        raise Http404
    return person, row


def message(request: HttpRequest, pk: int) -> HttpResponse:
    """What came and what became of it."""
    person, row = _found(request, pk)
    return render(request, "servicedesk/mail.html", {
        "row": row, "flags": [FLAGS[f] for f in row.flags if f in FLAGS], "read": _read(row),
        "may_do": row.decision not in ("opened", "replied") and row.raw_id
        and reach_of(person).can(cap.REGISTER, row.mailbox.team.unit_id),
        "may_discard": (row.decision == "held" or row.state == "failed") and reach_of(person).can(cap.REGISTER, row.mailbox.team.unit_id)})


def _read(row: MailMessage) -> dict[str, Any]:
    """Its text and the names of its files, as far as they can be read."""
    try:
        mail = parse(raw_of(row))
    except (MailRefused, DocumentError, OSError):
        return {}
    return {"text": mail.text[:20_000], "files": [(a.name, len(a.content)) for a in mail.attachments]}


def raw(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The mail as it came, to be saved: never shown by the browser."""
    person, row = _found(request, pk)
    if row.raw is None:
        raise Http404
    try:
        return download(row.raw.latest, actor=person, name=f"{row.digest[:16]}.eml", mail=row.pk)
    except DocumentError as no:
        messages.error(request, no.message)
        return redirect("mail_message", pk)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Register what was held, refused or ignored."""
    person, row = _found(request, pk)
    try:
        done = reprocess(actor=person, message=row)
    except NotAllowed:
        raise Http404 from None
    except Refused as no:
        messages.error(request, no.message)
        return redirect("mail_message", pk)
    if done.case_id and done.decision in ("opened", "replied"):
        messages.success(request, _("Quedó registrado."))
        return redirect("ticket", done.case_id)
    messages.warning(request, done.why)
    return redirect("mail_message", pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """What was held is nothing for the desk."""
    person, row = _found(request, pk)
    try:
        set_aside(actor=person, message=row, reason=request.POST.get("reason", ""))
    except NotAllowed:
        raise Http404 from None
    except Refused as no:
        messages.error(request, no.message)
        return redirect("mail_message", pk)
    messages.success(request, _("Se descartó; a quien escribió no se le avisa. Si hace falta, todavía se puede registrar."))
    return redirect(f"{reverse('screen', args=['correo-de-la-mesa'])}?hecho=held")
