"""Undoing a whole load: what it added goes, what it changed is as before; refused, with the reason, where something came after."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIVersion, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb.loading import sets
from ventanilla.modules.servicedesk.services.cmdb.writing import keeper

LISTED: Final = 20
"""Obstacles told."""


def obstacles(load: CILoad) -> list[str]:
    """Why the load cannot be undone, in Spanish; nothing when it can."""
    if load.undone_at:
        return [_("Ya se deshizo.")]
    return (_items_changed if load.what == "items" else _relations_changed)(load)[:LISTED]


@transaction.atomic
def undo_load(*, actor: Person | None, load: CILoad) -> CILoad:
    """Undo it. Raises NotAllowed; Refused naming what came after it, and then nothing is undone."""
    keeper(actor, load.institution_id)
    Institution.objects.select_for_update(no_key=True).get(pk=load.institution_id)
    row = CILoad.objects.select_for_update(of=("self",)).filter(pk=load.pk).first()
    if row is None:
        raise NotAllowed
    if found := obstacles(row):
        raise Refused(" ".join(found))
    row.undone_at, row.undone_by = timezone.now(), actor
    try:
        with transaction.atomic():
            counts = (_undo_items if row.what == "items" else _undo_ties)(actor, row)
    except (ProtectedError, RestrictedError) as error:
        raise Refused(_used(error)) from error
    except IntegrityError as error:
        raise Refused(_("Algo de esta carga ya está en uso en otra parte, o su número de inventario ya es de otro.")) from error
    row.save(update_fields=["undone_at", "undone_by"])
    record("cmdb.undo_load", actor=actor, institution_id=row.institution_id, subject=f"load:{row.pk}", detail=counts)
    return row


def _used(error: Any) -> str:
    things: Any = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
    return _("Hay elementos de esta carga que ya usan otros registros (%(what)s).") % {
        "what": ", ".join(sorted({str(t._meta.verbose_name) for t in list(things)[:50]}))}


_TOUCHED = """SELECT v.item_id, max(a.id) FILTER (WHERE a.id < v.id), bool_or(a.id > v.id AND l.undone_at IS NULL)
FROM servicedesk_civersion v JOIN servicedesk_civersion a ON a.item_id = v.item_id LEFT JOIN servicedesk_ciload l ON l.id = a.load_id
WHERE v.load_id = %s GROUP BY v.id, v.item_id ORDER BY v.item_id"""
_NAMES = """SELECT name FROM servicedesk_configurationitem i WHERE id = ANY(%s) AND {which} ORDER BY sort_key, id LIMIT %s"""
_TIED = """(EXISTS (SELECT FROM servicedesk_relation r WHERE r.source_id = i.id)
  OR EXISTS (SELECT FROM servicedesk_relation r WHERE r.target_id = i.id))"""
_DOCUMENTED = "EXISTS (SELECT FROM servicedesk_cidocument d WHERE d.item_id = i.id)"


@dataclass(frozen=True)
class _Touched:
    """Items of a load: those it added, those it changed with their version of before, those changed since by more than undone loads."""

    added: list[int]
    changed: dict[int, int]
    later: list[int]


def _touched(load: CILoad) -> _Touched:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [load.pk])
        rows = cursor.fetchall()
    return _Touched([i for i, before, _later in rows if before is None], {i: before for i, before, _later in rows if before is not None},
                    [i for i, _before, later in rows if later])


def _named(ids: Sequence[int], which: str, words: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES.format(which=which), [list(ids), LISTED])
        return [words % {"name": name} for (name,) in cursor.fetchall()]


def _items_changed(load: CILoad) -> list[str]:
    found = _touched(load)
    return [*_named(found.later, "true", _("«%(name)s» cambió después.")),
            *_named(found.added, _TIED, _("«%(name)s» ya tiene relaciones.")),
            *_named(found.added, _DOCUMENTED, _("«%(name)s» ya tiene documentos."))]


def _undo_items(actor: Person | None, load: CILoad) -> dict[str, int]:
    found, at = _touched(load), load.undone_at or timezone.now()
    changed = list(ConfigurationItem.objects.select_for_update(of=("self",)).filter(pk__in=found.changed).only("pk"))
    before = {v.item_id: v.facts for v in CIVersion.objects.filter(pk__in=found.changed.values())}
    sets.put({item.pk: before[item.pk] for item in changed}, at)
    sets.keep([i.pk for i in changed], by=actor, at=at, load=load, reason=_("Se deshizo la carga de «%(name)s»") % {"name": load.filename})
    sets.remove(found.added)
    return {"removed": len(found.added), "restored": len(changed)}


def _relations_changed(load: CILoad) -> list[str]:
    """Relations of the load, new or altered by it, that are not any more as it left them."""
    made = list(Relation.objects.filter(load=load).select_related("source", "target", "type"))
    altered = list(Relation.objects.filter(pk__in=_numbers(load)).select_related("source", "target", "type"))
    found = [r for r in made if _iso(r.valid_to) != load.undo["ends"].get(str(r.pk))]
    found += [r for r in altered if {"to": _iso(r.valid_to), "group": r.group} != load.undo["after"][str(r.pk)]]
    told = [_("«%(a)s» %(reads)s «%(b)s» cambió después.") % {"a": r.source.name, "reads": r.type.forward, "b": r.target.name}
            for r in found[:LISTED]]
    if gone := load.undo["made"] + len(load.undo["after"]) - len(made) - len(altered):
        told.append(_("%(n)s relaciones de esta carga ya no están.") % {"n": gone})
    return told


def _numbers(load: CILoad) -> list[int]:
    return [int(pk) for pk in load.undo["before"]]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _undo_ties(_actor: Person | None, load: CILoad) -> dict[str, int]:
    made = Relation.objects.filter(load=load)
    count = made.count()
    made.delete()
    rows = list(Relation.objects.select_for_update(of=("self",)).filter(pk__in=_numbers(load)))
    for row in rows:
        kept = load.undo["before"][str(row.pk)]
        row.valid_to, row.group = date.fromisoformat(kept["to"]) if kept["to"] else None, kept["group"]
    Relation.objects.bulk_update(rows, ["valid_to", "group"])
    return {"removed": count, "restored": len(rows)}
