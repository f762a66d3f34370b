"""Configuration items as answers of a form ("Nombre del Sistema"): found by name, code or serial, and who may choose which.

Everybody of the institution may name its business services and applications; other items, who sees them.
"""
from collections.abc import Collection
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.references import Suggestion, register_reference
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem

OPEN_TYPES: Final = ("servicio", "sistema")
MOST: Final = 20


def register() -> None:
    """Called once from the app's `ready()`."""
    register_reference("ci", _("Elemento de configuración"), find=find, get=get, visible=visible)


def find(person: Person, text: str) -> list[Suggestion]:
    """At most 20 that a person may choose and in whose name, code or serial every word stands."""
    rows = choosable(person, person.institution_id)
    for word in text.replace("\x00", "").split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(serial__icontains=word))
    return [Suggestion(i.pk, i.name, " · ".join(filter(None, (i.type.label, i.code)))) for i in rows.order_by("name", "pk")[:MOST]]


def get(ids: Collection[int]) -> dict[int, str]:
    """Names by id, also of those that were retired since."""
    return dict(ConfigurationItem.objects.filter(pk__in=ids).values_list("pk", "name"))


def visible(person: Person | None, institution_id: int, ids: Collection[int]) -> list[int]:
    """Those of `ids` that may be chosen; the system may choose any of the institution."""
    return list(choosable(person, institution_id).filter(pk__in=ids).values_list("pk", flat=True))


def choosable(person: Person | None, institution_id: int) -> QuerySet[ConfigurationItem]:
    """What a person may name: what they see, and every business service and application; nothing that was retired."""
    here = ConfigurationItem.objects.filter(institution_id=institution_id).exclude(state="retired").select_related("type")
    if person is None:
        return here
    seen = ConfigurationItem.objects.visible_to(person).values("pk")
    return here.filter(Q(pk__in=seen) | Q(type__slug__in=OPEN_TYPES))
