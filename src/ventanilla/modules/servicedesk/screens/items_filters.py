"""The filter of the list of tickets by configuration item, and by everything that the item's failure reaches."""
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.forms_changing import ItemInput
from ventanilla.modules.servicedesk.models import ConfigurationItem, TicketItem
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.dashboards.filters import BoardFilters
from ventanilla.modules.servicedesk.services.cmdb import impact_of
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable


def named(person: Person | None, text: str) -> ConfigurationItem | None:
    """The item that the text names: `#` and its number, an inventory number, or a name.

    By number also retired ones, and what a ticket is about whose desk the person is of.
    """
    if person is None:
        return None
    number = whole(text.strip().removeprefix("#"))
    if text.strip().startswith("#") and number is not None:
        seen = ConfigurationItem.objects.visible_to(person) | choosable(person, person.institution_id)
        tied = ConfigurationItem.objects.filter(pk__in=TicketItem.objects.readable_by(person).filter(item_id=number).values("item_id"))
        return seen.filter(pk=number).first() or tied.first()
    for among in (choosable(person, person.institution_id), ConfigurationItem.objects.visible_to(person)):
        try:
            return picked(person, text, among=among)
        except Refused:
            continue
    return None


class ItemFilters(BoardFilters):
    """By what a ticket is about: an item, or also what falls with it. Ties are read on the desk's side only."""

    elemento = django_filters.CharFilter(method="by_item", label=_("Elemento"), widget=ItemInput)
    alcance = django_filters.ChoiceFilter(method="by_nothing", label=_("También lo que ese elemento afecta"), choices=[("si", _("Sí"))],
                                          empty_label=_("No"))

    def by_item(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Tickets tied to the item; with `alcance`, also to what its failure would hurt."""
        request: HttpRequest | None = self.request
        person: Person | None = getattr(request, "person", None)
        item = named(person, value)
        if person is None or item is None:
            return rows.none()
        ids = [item.pk]
        if self.data.get("alcance") and may_ask(person):
            ids += [h.node.id for h in impact_of(person, ids).hurt]
        return rows.filter(Exists(TicketItem.objects.readable_by(person).filter(case=OuterRef("pk"), item_id__in=ids)))

    def by_nothing(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Says only how `elemento` is read."""
        return rows
