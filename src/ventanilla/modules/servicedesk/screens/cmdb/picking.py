"""Finding an item by what a person writes, and proposing items while they write."""
import re

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.web.admin_area.pages import page

PROPOSED = 12


def picked(person: Person, text: str, field: str = "other", among: QuerySet[ConfigurationItem] | None = None) -> ConfigurationItem:
    """The one item that the text names: inventory number, "Nombre (número)", or a name that only one has. Raises Refused.

    `among`: others than those that the person sees in the configuration database.
    """
    words = " ".join(text.split())[:240]
    rows = (ConfigurationItem.objects.visible_to(person) if among is None else among).select_related("type")
    numbers = [words, *re.findall(r"\(([^()]+)\)$", words)]
    found = list(rows.filter(code__in=numbers)[:2]) if words else []
    found = found or (list(rows.filter(name__iexact=words)[:2]) if words else [])
    if len(found) != 1:
        raise Refused(_("Ningún elemento, o más de uno, corresponde a «%(text)s».") % {"text": words[:80]}, field)
    return found[0]


def proposals(person: Person, text: str) -> list[ConfigurationItem]:
    """Items that the person may name, in whose name or numbers every word stands."""
    rows = choosable(person, person.institution_id)
    words = text.replace("\x00", "").split()[:6]
    for word in words:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(serial__icontains=word))
    return list(rows.order_by("sort_key", "pk")[:PROPOSED]) if words else []


@page()
def options(request: HttpRequest, person: Person) -> HttpResponse:
    """The proposals as options of a list."""
    return render(request, "servicedesk/cmdb/options.html", {"items": proposals(person, request.GET.get("q", "")[:100])})
