"""People who may be the same: offered in the record and on a page of pairs for who keeps the registry; decided, and taken back."""
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.models import Practice, SamePerson
from ventanilla.modules.practices.screens.bases import keeper_of
from ventanilla.modules.practices.screens.common import Panel, attempt
from ventanilla.modules.practices.services import naming

PER_PAGE: Final = 25
WHY: Final = {"name": gettext_lazy("el mismo nombre"), "post": gettext_lazy("el mismo cargo"),
              "post_part": gettext_lazy("un cargo dice lo mismo que el otro y algo más"), "mail": gettext_lazy("el mismo correo"),
              "institution": gettext_lazy("la misma institución"), "elsewhere": gettext_lazy("otra institución")}


def because(reasons: Any) -> list[str]:
    """The codes in words."""
    return [str(WHY[code]) for code in reasons if code in WHY]


def pairs(request: HttpRequest) -> HttpResponse:
    """What is offered, a page by key, and what was decided lately."""
    person = keeper_of(request)
    after = request.GET.get("despues", "")
    found = naming.offers(person, after=whole(after) or 0, limit=PER_PAGE + 1)
    return render(request, "practices/pairs.html", {
        "people": [[(pair, because(pair.reasons)) for pair in group] for group in naming.together(found[:PER_PAGE])], "later": bool(after),
        "next": found[PER_PAGE - 1].other.pk if len(found) > PER_PAGE else 0,
        "decided": [(row, because(row.reasons)) for row in naming.decided(person, limit=30)]})


@require_POST
def decide(request: HttpRequest, one: int, verb: str) -> HttpResponse:
    """The same person as each of those marked (`otro`), or another one."""
    person = keeper_of(request)
    others = [pk for other in request.POST.getlist("otro")[:PER_PAGE] if (pk := whole(other)) is not None]
    if verb not in ("misma", "distinta"):
        raise Http404
    if not others:
        messages.warning(request, _("Marque al menos una práctica."))
        return redirect(_back(request))
    same = verb == "misma"
    done = _("Quedaron ligadas como la misma persona; puede deshacerlo.") if same else _("No se volverá a proponer.")
    attempt(request, lambda: naming.decide_all(actor=person, one=one, others=others, same=same), done)
    return redirect(_back(request))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    person = keeper_of(request)
    row = get_object_or_404(SamePerson.objects.select_related("one__practice", "other__practice"), pk=pk,
                            institution_id=person.institution_id)
    if attempt(request, lambda: naming.undo_decision(actor=person, decision=row), ""):
        messages.success(request, _("Se deshizo: el par se vuelve a proponer."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page it was done from."""
    wanted = request.POST.get("volver", "")
    return wanted if wanted.startswith("/practicas/") and url_has_allowed_host_and_scheme(wanted, None) else "/practicas/personas/"


def people_panel(person: Person, practice: Practice) -> Panel | None:
    """Who the form names: in which other practices they stand, and (to the registry) whom they may be."""
    if practice.institution_id != person.institution_id:
        return None
    also = naming.also_in(person, practice)
    offered = [(pair, because(pair.reasons)) for pair in naming.offers(person, limit=4, practice=practice)]
    if not also and not offered:
        return None
    return Panel("practices/panel_people.html", {
        "practice": practice, "named": [(n, also[n.part]) for n in practice.named.all() if n.part in also], "offered": offered}, "aside")
