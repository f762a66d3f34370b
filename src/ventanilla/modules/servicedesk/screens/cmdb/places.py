"""The pages of the configuration database, as tabs: the same above its list and on each of them."""
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.cmdb.writing import keeps

PLACES: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("cmdb", _("Elementos")), ("cmdb_impact", _("Impacto")), ("cmdb_tidy", _("Por ordenar")), ("cmdb_loads", _("Cargas de archivos")))


def places(person: Person) -> list[tuple[str, Any]]:
    """Names of addresses and what they are called; nothing for who does not read all of it."""
    return [place for place in PLACES if place[0] != "cmdb_loads" or keeps(person)] if may_ask(person) else []
