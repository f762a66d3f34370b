"""Steps and minutes on the record of a ticket: marked, and taken away when they are a mistake."""
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.screens.record import visible_ticket
from ventanilla.web.ui.addresses import address


@require_POST
def tick(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Mark a step of the checklist, or take the mark away."""
    case, person = visible_ticket(request, pk)
    try:
        desk.tick(actor=person, case=case, item_id=item, done=request.POST.get("done") == "1")
    except (NotAllowed, ObjectDoesNotExist):
        raise Http404 from None
    return redirect(f"{address('ticket', pk)}#steps")


@require_POST
def drop(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take a step away that is not needed after all."""
    case, person = visible_ticket(request, pk)
    try:
        desk.drop_item(actor=person, case=case, item_id=item)
        messages.success(request, _("El paso ya no está en la lista."))
    except (NotAllowed, ObjectDoesNotExist):
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{address('ticket', pk)}#steps")


@require_POST
def drop_time(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take back minutes that were written down by mistake."""
    case, person = visible_ticket(request, pk)
    try:
        desk.drop_time(actor=person, case=case, entry_id=entry)
        messages.success(request, _("Esos minutos ya no cuentan; la bitácora los conserva."))
    except (NotAllowed, ObjectDoesNotExist):
        raise Http404 from None
    return redirect("ticket", pk)
