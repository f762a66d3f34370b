"""What an item was: its facts as kept in versions, on a day and one after another."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIType, CIVersion, ConfigurationItem, Criticality, Lifecycle
from ventanilla.modules.servicedesk.services.cmdb.attributes import attributes_of

Facts = dict[str, Any]
FIELDS: Final = {"name": _("Nombre"), "code": _("Número de inventario"), "serial": _("Número de serie"), "type": _("Tipo"),
                 "state": _("Estado"), "criticality": _("Criticidad"), "unit": _("Unidad responsable"),
                 "owner": _("Persona responsable"), "notes": _("Observaciones"), "redundancy": _("Respaldo")}


def facts_of(item: ConfigurationItem) -> Facts:
    """Everything that a version keeps."""
    return {"name": item.name, "code": item.code, "serial": item.serial, "type": item.type_id, "state": item.state,
            "criticality": item.criticality, "unit": item.unit_id, "owner": item.owner_id, "notes": item.notes,
            "attributes": item.attributes, "redundancy": item.redundancy}


def put_back(item: ConfigurationItem, facts: Mapping[str, Any]) -> None:
    """The item as a version says; the caller saves."""
    for name in ("name", "code", "serial", "state", "criticality", "notes", "attributes", "redundancy"):
        setattr(item, name, facts[name])
    item.type_id, item.unit_id, item.owner_id = facts["type"], facts["unit"], facts["owner"]


def keep(items: Iterable[ConfigurationItem], *, by: Person | None, at: datetime, load: CILoad | None = None,
         reason: str = "") -> list[CIVersion]:
    """Write a version of each item as it is now; called by the verbs, in their transaction."""
    return CIVersion.objects.bulk_create(
        (CIVersion(item=i, since=at, facts=facts_of(i), by=by, load=load, reason=reason[:300]) for i in items), batch_size=2000)


def end_of(day: date) -> datetime:
    """The first moment after a local day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def facts_on(item: ConfigurationItem, day: date) -> Facts | None:
    """What the item was at the end of a local day; None when it was not registered yet."""
    version = CIVersion.objects.filter(item=item, since__lt=end_of(day)).order_by("-since", "-pk").first()
    return version.facts if version else None


@dataclass(frozen=True)
class Change:
    """A version told: when, who, why, and what became what (label, before, after); none for the first one."""

    at: datetime
    by: Person | None
    reason: str
    load: CILoad | None
    changes: Sequence[tuple[str, str, str]]
    first: bool


def history(item: ConfigurationItem, limit: int = 200) -> list[Change]:
    """The newest first."""
    rows = list(CIVersion.objects.filter(item=item).select_related("by", "load").order_by("-since", "-pk")[:limit + 1])
    words = _Words([r.facts for r in rows], item)
    return [Change(new.since, new.by, new.reason, new.load, words.differences(old.facts, new.facts) if old else (), old is None)
            for new, old in zip(rows[:limit], [*rows[1:], None], strict=False)]


class _Words:
    """Numbers of types, units and people as words, read at once for all versions."""

    def __init__(self, facts: Sequence[Facts], item: ConfigurationItem) -> None:
        self.names: dict[str, Mapping[Any, Any]] = {"state": dict(Lifecycle.choices), "criticality": dict(Criticality.choices)}
        for key, model in (("type", CIType), ("unit", Unit), ("owner", Person)):
            ids = {f[key] for f in facts if f.get(key)}
            self.names[key] = {row.pk: str(row) for row in model._default_manager.filter(pk__in=ids)}
        self.labels = {a.name: a for a in attributes_of(item.type)}
        ids = {f["attributes"].get(a.name) for f in facts for a in self.labels.values() if a.kind == "reference"} - {None}
        self.items = dict(ConfigurationItem.objects.filter(pk__in=[i for i in ids if isinstance(i, int)]).values_list("pk", "name"))

    def differences(self, old: Facts, new: Facts) -> list[tuple[str, str, str]]:
        """What changed between two versions."""
        found = [(str(label), self._said(key, old.get(key)), self._said(key, new.get(key)))
                 for key, label in FIELDS.items() if old.get(key) != new.get(key)]
        a, b = old["attributes"], new["attributes"]
        return found + [(self.labels[k].label if k in self.labels else k, self._value(k, a.get(k)), self._value(k, b.get(k)))
                        for k in dict.fromkeys([*a, *b]) if a.get(k) != b.get(k)]

    def _said(self, key: str, value: Any) -> str:
        if key == "redundancy":
            return "; ".join(f"{g['name']}: {g['amount']}{' %' if g['mode'] == 'percent' else ''}" for g in value or [])
        return str(self.names.get(key, {}).get(value, value if value is not None else ""))

    def _value(self, name: str, value: Any) -> str:
        if name in self.labels and self.labels[name].kind == "reference":
            return self.items.get(value, "")
        return "" if value is None else str(value)
