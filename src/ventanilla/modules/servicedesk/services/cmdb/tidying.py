"""What must be tidied: items that seem to be one, and items that nobody answers for or that stand alone."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Lifecycle, Relation
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask

STALE = timedelta(days=365)
"""After so long without a change somebody should look at an item."""
_TWINS = """SELECT array_agg(id ORDER BY id) FROM servicedesk_configurationitem
WHERE institution_id = %s AND state <> 'retired' AND {key} <> '' GROUP BY {by} HAVING count(*) > 1
ORDER BY min(sort_key), min(id) LIMIT %s"""


@dataclass(frozen=True)
class Finding:
    """A sort of untidiness: what it is, how many there are, and the first of them (groups, for duplicates)."""

    slug: str
    title: str
    advice: str
    count: int
    items: Sequence[Any]


def findings(person: Person, limit: int = 100) -> list[Finding]:
    """Everything that must be tidied in the person's institution. Raises NotAllowed unless they read the configuration database."""
    if not may_ask(person):
        raise NotAllowed
    found = [_twins(person, limit, "serial", "serial", (_("Mismo número de serie"), _("Compárelos y dé de baja el que sobra."))),
             _twins(person, limit, "sort_key", "type_id, sort_key", (
                 _("Mismo tipo y nombre"), _("Distinga sus nombres, o dé de baja el que sobra.")))]
    alive = ConfigurationItem.objects.visible_to(person).exclude(state=Lifecycle.RETIRED)
    alive = alive.select_related("type", "unit").order_by("sort_key", "pk")
    today = timezone.localdate()
    holding = Relation.objects.on(today)
    tied = Exists(holding.filter(source=OuterRef("pk"))) | Exists(holding.filter(target=OuterRef("pk")))
    lone = (
        ("unrelated", _("Sin relaciones"), _("Diga de qué depende o a qué da servicio; si no, el impacto no lo ve."), alive.exclude(tied)),
        ("unowned", _("Sin responsable"), _("Diga qué unidad o persona responde por él."), alive.filter(unit=None, owner=None)),
        ("gone", _("Con responsable que ya no está"), _("Asígnelo a otra persona o a su unidad."),
         alive.filter(Q(owner__active=False) | Q(unit__valid_to__lte=today))),
        ("stale", _("Sin cambios en un año"), _("Confirme que sigue igual."), alive.filter(changed_at__lt=timezone.now() - STALE)),
    )
    return found + [Finding(slug, title, advice, rows.count(), list(rows[:limit])) for slug, title, advice, rows in lone]


def _twins(person: Person, limit: int, key: str, by: str, words: tuple[str, str]) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(_TWINS.format(key=key, by=by), [person.institution_id, limit])
        groups = [ids for (ids,) in cursor.fetchall()]
    rows = ConfigurationItem.objects.select_related("type", "unit").in_bulk([pk for ids in groups for pk in ids])
    return Finding(f"twin-{key}", *words, len(groups), [[rows[pk] for pk in ids] for ids in groups])
