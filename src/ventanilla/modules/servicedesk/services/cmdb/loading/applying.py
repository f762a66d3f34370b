"""Applying a file that was looked at: all of it in one transaction, with a version and a log entry per item, or nothing."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record, record_many
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import CILoad, Criticality, Lifecycle, Relation
from ventanilla.modules.servicedesk.services.cmdb.loading import sets
from ventanilla.modules.servicedesk.services.cmdb.loading.items import plan_items
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import Change, Plan
from ventanilla.modules.servicedesk.services.cmdb.loading.ties import Tie, plan_relations, regrouped
from ventanilla.modules.servicedesk.services.cmdb.past import Facts
from ventanilla.modules.servicedesk.services.cmdb.writing import keeper


@dataclass(frozen=True)
class LoadFile:
    """A file to apply: what it holds (`items` or `relations`), and the digest of the plan that was confirmed."""

    what: str
    name: str
    data: bytes
    digest: str
    uuid: UUID = field(default_factory=uuid4)


def plan_load(institution: Institution, what: str, data: bytes) -> Plan:
    """What the file would do; nothing is written. Raises Refused when it is no table."""
    return plan_items(institution, data) if what == "items" else plan_relations(institution, data)


@transaction.atomic
def apply_load(*, actor: Person | None, institution: Institution, file: LoadFile) -> CILoad:
    """Apply the plan that was confirmed by its digest, all or nothing. Idempotent by uuid.

    Raises NotAllowed; Refused when the plan has problems, changes nothing, or is no longer the confirmed one.
    """
    keeper(actor, institution.pk)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if made := CILoad.objects.filter(institution=institution, uuid=file.uuid).first():
        return made
    plan = plan_load(institution, file.what, file.data)
    if plan.problems:
        raise Refused(_("Línea %(line)s: %(text)s.") % vars(plan.problems[0]), "file")
    if plan.digest != file.digest:
        raise Refused(_("Los datos cambiaron desde la vista previa; revise de nuevo qué se hará."), "file")
    if not plan.changes:
        raise Refused(_("El archivo ya está aplicado."), "file")
    load = CILoad.objects.create(
        institution=institution, uuid=file.uuid, what=file.what, filename=file.name[:200], digest=plan.digest, person=actor,
        at=timezone.now(), added=len(plan.of("add")), changed=len(plan.of("change")), unchanged=plan.unchanged)
    try:
        with transaction.atomic():
            (_items if file.what == "items" else _ties)(actor, load, plan)
    except IntegrityError as error:
        raise _collision(error) from error
    record("cmdb.load", actor=actor, institution_id=institution.pk, subject=f"load:{load.pk}",
           detail={"what": load.what, "added": load.added, "changed": load.changed, "digest": load.digest})
    return load


def _collision(error: IntegrityError) -> Exception:
    if "cmdb_item_code" in str(error):
        return Refused(_("Un número de inventario del archivo ya es de otro elemento."), "file")
    if "cmdb_relation_once" in str(error):
        return Refused(_("Una relación del archivo se encima con otra de las mismas fechas."), "file")
    return error


def _items(actor: Person | None, load: CILoad, plan: Plan) -> None:
    new, changes = [_new(c) for c in plan.of("add")], plan.of("change")
    made = sets.add(load.institution_id, new, load.at)
    changed = {item.pk: facts for item, facts in (c.work for c in changes)}
    sets.put(changed, load.at)
    sets.keep([*made, *changed], by=actor, at=load.at, load=load, reason=_("Carga de «%(name)s»") % {"name": load.filename})
    _log(actor, load, "cmdb.add", {pk: {"code": f["code"], "name": f["name"]} for pk, f in zip(made, new, strict=True)})
    _log(actor, load, "cmdb.edit", {c.work[0].pk: {"code": c.code, "changed": [d[0] for d in c.differences]} for c in changes})


def _log(actor: Person | None, load: CILoad, verb: str, details: Mapping[int, Mapping[str, Any]]) -> None:
    """An entry per item, written in batches."""
    who = actor.pk if actor else None
    for batch in sets.batches([*details.items()]):
        record_many([Line(verb, load.institution_id, f"ci:{pk}", who, detail={"load": load.pk, **detail}) for pk, detail in batch])


def _new(change: Change) -> Facts:
    line = change.work
    usual = {"code": "", "serial": "", "state": Lifecycle.IN_USE, "criticality": Criticality.MEDIUM, "notes": "", "unit": None,
             "owner": None, "redundancy": []}
    return {**usual, **line.facts, "type": line.kind.pk, "attributes": dict(line.attributes)}


def _ties(actor: Person | None, load: CILoad, plan: Plan) -> None:
    """New relations; those that change their group end and begin again with the other one. The load keeps what undoing needs."""
    altered = [(c, *c.work) for c in plan.of("change")]
    before = {str(held.pk): _left(held) for _change, _tie, held in altered}
    fresh = [c.work[0] for c in plan.of("add")] + [t for c, tie, held in altered for t in _altered(load.at, c, tie, held)]
    made = Relation.objects.bulk_create((_relation(actor, load, t) for t in fresh), batch_size=sets.BATCH)
    load.undo = {"before": before, "after": {str(held.pk): _left(held) for _change, _tie, held in altered}, "made": len(made),
                 "ends": {str(r.pk): r.valid_to.isoformat() for r in made if r.valid_to}}
    load.save(update_fields=["undo"])
    for batch in sets.batches(fresh):
        record_many([Line("cmdb.relate", load.institution_id, f"ci:{t.source.pk}", actor.pk if actor else None, detail={
            "load": load.pk, "type": t.type.slug, "target": t.target.pk, "group": t.group, "from": t.since}) for t in batch])


def _left(relation: Relation) -> dict[str, str | None]:
    return {"to": relation.valid_to.isoformat() if relation.valid_to else None, "group": relation.group}


def _altered(at: datetime, change: Change, tie: Tie, held: Relation) -> list[Tie]:
    today = timezone.localdate(at)
    if regrouped(change.differences) and held.valid_from < today:
        held.valid_to = today
        held.save(update_fields=["valid_to"])
        return [Tie(tie.type, tie.source, tie.target, tie.group, today, tie.until)]
    held.group = tie.group or held.group
    held.valid_to = _end(tie.until, held)
    held.save(update_fields=["group", "valid_to"])
    return []


def _end(until: date | None, held: Relation) -> date | None:
    if until is not None and until <= held.valid_from:
        raise Refused(_("Una relación termina antes de empezar."), "file")
    return until or held.valid_to


def _relation(actor: Person | None, load: CILoad, tie: Tie) -> Relation:
    return Relation(institution_id=load.institution_id, type=tie.type, source=tie.source, target=tie.target, group=tie.group,
                    valid_from=tie.since, valid_to=tie.until, by=actor, load=load)
