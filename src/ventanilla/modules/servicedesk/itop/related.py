"""`core/get_related`: who is hurt by items, or what they depend on, as our impact analysis says."""
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.itop.items import class_name
from ventanilla.modules.servicedesk.itop.problems import UNAUTHORIZED, ItopError
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb import ImpactReport, impact_of

RELATIONS: Final = {"impacts": 1, "depends on": -1}


def related(person: Person, rows: Sequence[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Items within `depth` steps (20), and the edges by which they were reached.

    `impacts` down is who is hurt; up, or `depends on` down, is what is needed. With `redundancy` only what fails for good is
    told; without it also what merely loses a spare. Raises ItopError.
    """
    relation, direction = str(data.get("relation") or ""), str(data.get("direction") or "down")
    if relation not in RELATIONS or direction not in ("down", "up"):
        raise ItopError(f"Unknown relation or direction: '{relation}', '{direction}'")
    found = [row for row in rows if isinstance(row, ConfigurationItem)]
    hurts = (RELATIONS[relation] == 1) == (direction == "down")
    if not found:
        return {"objects": None, "relations": None, "message": "Scope: 0; Related objects: 0"}
    try:
        report = impact_of(person, [r.pk for r in found], direction="up" if hurts else "down")
    except NotAllowed:
        raise ItopError("Error: this user does not read the configuration database", UNAUTHORIZED) from None
    return _told(report, found, _depth(data), bool(data.get("redundancy")) and hurts)


def _depth(data: Mapping[str, Any]) -> int:
    text = str(data.get("depth") or 20)
    if not re.fullmatch(r"\d{1,4}", text):
        raise ItopError("'depth' is a number")
    return int(text)


def _told(report: ImpactReport, roots: Sequence[ConfigurationItem], depth: int, only_down: bool) -> dict[str, Any]:
    kept = {h.node.id for h in report.hurt if h.wave <= depth and (h.level == "down" or not only_down)} | {r.pk for r in roots}
    items = ConfigurationItem.objects.filter(pk__in=kept).select_related("type__parent__parent__parent")
    keys = {i.pk: f"{class_name(i)}::{i.pk}" for i in items}
    names = {i.pk: i.name for i in items}
    edges: dict[str, list[dict[str, str]]] = {}
    for link in report.links():
        if link.supplier.id in keys and link.dependent.id in keys:
            edges.setdefault(keys[link.supplier.id], []).append({"key": keys[link.dependent.id]})
    objects = {key: {"code": 0, "message": "", "class": key.split("::")[0], "key": str(pk),
                     "fields": {"id": str(pk), "friendlyname": names[pk]}} for pk, key in keys.items()}
    return {"objects": objects or None, "relations": edges or None,
            "message": f"Scope: {len(roots)}; Related objects: {len(keys) - len(roots)}"}
