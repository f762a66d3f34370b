"""Major incidents for those whom they touch: the notice on the portal, "it affects me", and the public messages of the desk."""
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk.forms import DATETIME, FORMATS, AboutCase
from ventanilla.modules.servicedesk.models import MajorMessage, Offering, Ticket
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.major_telling import MAX_HEADLINE, MAX_TEXT, say_affected
from ventanilla.modules.servicedesk.services.touching import headline_of
from ventanilla.web.ui.sendings import Keyed


class MajorMessageForm(AboutCase, Keyed):
    """How it stands, for who uses the service: none of it is taken from the ticket."""

    headline = forms.CharField(label=lazy("Qué falla"), max_length=MAX_HEADLINE,
                               help_text=lazy("En una frase, como lo dirían quienes lo usan."))
    text = forms.CharField(label=lazy("Cómo va y qué pueden hacer mientras tanto"), max_length=MAX_TEXT,
                           widget=forms.Textarea(attrs={"rows": 4}),
                           help_text=lazy("Lo leerán en el portal personas ajenas a la mesa: sin nombres, claves ni detalles internos."))
    next_at = forms.DateTimeField(label=lazy("Siguiente aviso"), required=False, widget=DATETIME, input_formats=FORMATS,
                                  help_text=lazy("Cuándo volverá a decir cómo va; vacío: no se anuncia."))

    def prepare(self) -> None:
        """What fails stays as it was said, unless it is written anew."""
        last = MajorMessage.objects.filter(case=self.case).values_list("headline", flat=True).first()
        self.fields["headline"].initial = last or headline_of(self.case.ticket)


@require_POST
def affects_me(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One click: it affects me (or, with `no`, it does not), and back to where the notice stood."""
    person, affected = person_of(request), request.POST.get("no") != "1"
    try:
        say_affected(actor=person, uuid=uuid, affected=affected)
    except Ticket.DoesNotExist:
        if not Case.objects.filter(uuid=uuid, institution_id=person.institution_id, ticket__major=True).exists():
            raise Http404 from None
        messages.info(request, _("Esa falla ya terminó. Si todavía le afecta, pídalo aquí."))
    else:
        messages.success(request, _("Anotado: le avisaremos cómo va. No hace falta otra solicitud.") if affected
                         else _("Anotado: ya no le avisaremos de esta falla."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the form of the offering on which the notice stood, else to the portal."""
    slug = request.POST.get("de", "")
    here = Offering.objects.filter(institution_id=person_of(request).institution_id, slug=slug).exists()
    to: HttpResponse = redirect("ask", slug) if here else redirect("portal")
    return to
