"""Finding an item by what a person writes, and proposing items while they write."""
import re

from django.db.models import Count, Q, QuerySet
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
    """The one item that the text names: inventory number, "Nombre (número)", a name that only one has, or "Nombre #id".

    Raises Refused, telling none from several. `among`: others than those that the person sees in the configuration database.
    """
    words = " ".join(text.split())[:240]
    rows = (ConfigurationItem.objects.visible_to(person) if among is None else among).select_related("type")
    numbers = [words, *re.findall(r"\(([^()]+)\)$", words)]
    handle = re.search(r"#(\d{1,15})$", words)
    ways = (Q(pk=handle[1]) if handle else Q(pk=None), Q(code__in=numbers), Q(name__iexact=words))
    found = next((some for way in ways if words and (some := list(rows.filter(way)[:2]))), [])
    if not found:
        raise Refused(_("Ningún elemento se llama «%(text)s» ni tiene ese número de inventario. Escriba parte de su nombre y elíjalo "
                        "de la lista.") % {"text": words[:80]}, field)
    if len(found) > 1:
        raise Refused(_("Varios elementos se llaman «%(text)s». Escriba su nombre y elija el suyo de la lista: cada uno lleva su "
                        "número.") % {"text": words[:80]}, field)
    return found[0]


def proposals(person: Person, text: str) -> list[tuple[str, ConfigurationItem]]:
    """Items that the person may name, in whose name or numbers every word stands, each with words that name only it."""
    rows = choosable(person, person.institution_id)
    words = text.replace("\x00", "").split()[:6]
    for word in words:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(serial__icontains=word))
    found = list(rows.order_by("sort_key", "pk")[:PROPOSED]) if words else []
    bare = [item.name for item in found if not item.code]
    alike = ConfigurationItem.objects.filter(institution_id=person.institution_id, name__in=bare)
    twins = set(alike.values_list("name", flat=True).annotate(many=Count("pk")).filter(many__gt=1).order_by()) if bare else set()
    return [(f"{item.name} #{item.pk}" if not item.code and item.name in twins else item.label, item) for item in found]


@page()
def options(request: HttpRequest, person: Person) -> HttpResponse:
    """The proposals as options of a list."""
    return render(request, "servicedesk/cmdb/options.html", {"items": proposals(person, request.GET.get("q", "")[:100])})
