"""Configuration items and relations of an export, by the verbs of the configuration database: the same uuid in every run."""
from collections.abc import Callable, Iterator
from typing import Any, Final

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.itop.importing.lives import Known, uuid_of
from ventanilla.modules.servicedesk.itop.importing.reading import Export, Row, cell
from ventanilla.modules.servicedesk.itop.items import CRITICALITY_IN, OWN, STATES_IN, TYPES
from ventanilla.modules.servicedesk.itop.words import plain
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, RelationDraft, add_item, install_standard, relate, step_item

RUNS_ON: Final = {
    "DBServer": "system_id", "WebServer": "system_id", "Middleware": "system_id", "OtherSoftware": "system_id", "PCSoftware": "system_id",
    "DatabaseSchema": "dbserver_id", "WebApplication": "webserver_id", "VirtualMachine": "virtualhost_id"}
"""Class -> the field that names what it runs on."""
LINKS: Final = {
    "lnkApplicationSolutionToFunctionalCI": ("applicationsolution_id", "functionalci_id", "depende-de"),
    "lnkApplicationSolutionToBusinessProcess": ("businessprocess_id", "applicationsolution_id", "depende-de"),
    "lnkConnectableCIToNetworkDevice": ("connectableci_id", "networkdevice_id", "se-conecta-por"),
    "lnkPhysicalInterfaceToVLAN": ("", "", "")}
"""Class of links -> who depends, on what, and the relation of ours."""
Count = Callable[[str, bool], None]


def bring_items(system: str, export: Export, known: Known, count: Count) -> dict[str, ConfigurationItem]:
    """Every item by its id in the export. What is there already stays as it is; what is refused is told."""
    unit, found = known.around.unit, dict[str, ConfigurationItem]()
    rows = [(name, row) for name, row in export.of(*export.rows) if name in TYPES]
    if rows:
        install_standard(actor=None, institution=unit.institution)
    types = {t.slug: t for t in CIType.objects.filter(institution_id=unit.institution_id)}
    uuids = {uuid_of(system, unit.institution_id, "ci", cell(row, "id")) for _name, row in rows}
    there = {i.uuid: i for i in ConfigurationItem.objects.filter(uuid__in=uuids)}
    for name, row in rows:
        uuid = uuid_of(system, unit.institution_id, "ci", cell(row, "id"))
        try:
            draft = ItemDraft(types[TYPES[name]], uuid=uuid, **_facts(types, name, row))
            found[cell(row, "id")] = there.get(uuid) or _made(draft, row)
            count("items", uuid not in there)
        except (Refused, NotAllowed) as problem:
            export.problems.append(f"{name} {cell(row, 'id')}: {problem.message}")
            count("refused", True)
    return found


def _facts(types: dict[str, CIType], name: str, row: Row) -> dict[str, Any]:
    own = {a["name"] for kind in (types[TYPES[name]], types[TYPES[name]].parent) if kind for a in kind.attributes}
    attributes = {ours: cell(row, theirs) for theirs, ours in OWN.items() if ours in own and cell(row, theirs)}
    planned = STATES_IN.get(cell(row, "status"), "in_use") == "planned"
    return {"name": cell(row, "name", "friendlyname"), "code": cell(row, "asset_number")[:60], "serial": cell(row, "serialnumber")[:80],
            "criticality": CRITICALITY_IN.get(cell(row, "business_criticity"), 2), "notes": plain(row.get("description") or "")[:5000],
            "attributes": attributes, "state": "planned" if planned else "in_use"}


def _made(draft: ItemDraft, row: Row) -> ConfigurationItem:
    item = add_item(actor=None, draft=draft)
    if STATES_IN.get(cell(row, "status")) == "retired":
        item = step_item(actor=None, item=item, step="retire", reason="Dado de baja en el sistema anterior")
    return item


def bring_relations(system: str, export: Export, items: dict[str, ConfigurationItem], count: Count) -> None:
    """Who depends on what: from the tables of links, from the fields that name a host, and from the edges of `impacts`."""
    if not items:
        return
    institution_id = next(iter(items.values())).institution_id
    kinds = {t.slug: t for t in RelationType.objects.filter(institution_id=institution_id)}
    wanted = dict.fromkeys(edge for edge in _edges(export) if edge[0] in items and edge[1] in items and edge[0] != edge[1])
    uuids = {edge: uuid_of(system, institution_id, "relation", *edge) for edge in wanted}
    there = set(Relation.objects.filter(uuid__in=uuids.values()).values_list("uuid", flat=True))
    for edge, uuid in uuids.items():
        dependent, supplier, slug = edge
        try:
            if uuid not in there:
                relate(actor=None, draft=RelationDraft(kinds[slug], items[dependent], items[supplier], uuid=uuid))
            count("relations", uuid not in there)
        except (Refused, NotAllowed) as problem:
            export.problems.append(f"Relación {dependent} → {supplier}: {problem.message}")
            count("refused", True)


def _edges(export: Export) -> Iterator[tuple[str, str, str]]:
    """(who depends, on what, relation); an edge of `impacts` that a link says already is that one."""
    told = set()
    for name, row in export.of(*LINKS):
        dependent, supplier, slug = LINKS[name]
        if slug:
            told.add((cell(row, dependent), cell(row, supplier)))
            yield cell(row, dependent), cell(row, supplier), slug
    for name, row in export.of(*RUNS_ON):
        if host := cell(row, RUNS_ON[name]):
            told.add((cell(row, "id"), host))
            yield cell(row, "id"), host, "se-ejecuta-en"
    yield from ((target, source, "depende-de") for source, target in export.impacts if (target, source) not in told)
