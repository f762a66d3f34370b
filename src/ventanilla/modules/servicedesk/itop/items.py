"""Configuration items as iTop's classes: `FunctionalCI` is all of them; their own data by iTop's names where it has one."""
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass, Seen, register
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem

CLASSES: Final = {
    "servicio": "BusinessProcess", "sistema": "ApplicationSolution", "base-de-datos": "DatabaseSchema", "servidor": "Server",
    "dispositivo-de-red": "NetworkDevice", "estacion": "PC", "impresora": "Printer", "software": "OtherSoftware", "equipo": "Peripheral",
    "contrato": "CustomerContract", "ubicacion": "Location",
}
"""Our type of item -> the class in which it is shown; a type of the institution's own is shown as the one above it."""
TYPES: Final[Mapping[str, str]] = {
    **{theirs: ours for ours, theirs in CLASSES.items()}, "DBServer": "base-de-datos", "VirtualMachine": "servidor",
    "Hypervisor": "servidor", "WebApplication": "sistema", "WebServer": "software", "Middleware": "software", "PCSoftware": "software"}
"""Their class -> our type, also of classes that are one type here."""
STATES_OUT: Final = {"planned": "implementation", "in_use": "production", "maintenance": "production", "retired": "obsolete"}
STATES_IN: Final = {"implementation": "planned", "stock": "planned", "production": "in_use", "obsolete": "retired"}
CRITICALITY_OUT: Final = {1: "low", 2: "medium", 3: "high", 4: "high"}
CRITICALITY_IN: Final = {"low": 1, "medium": 2, "high": 3}
OWN: Final = {
    "managementip": "ip", "ip": "ip", "cpu": "nucleos", "ram": "memoria", "osversion_name": "sistema_operativo", "brand_name": "marca",
    "model_name": "modelo", "end_of_warranty": "garantia", "version": "version", "url": "direccion"}
"""Their field -> our attribute."""


def class_name(item: ConfigurationItem) -> str:
    """The class of an item; of a type that iTop does not have, of the one above it."""
    kind: CIType | None = item.type
    while kind is not None:
        if kind.slug in CLASSES:
            return CLASSES[kind.slug]
        kind = kind.parent
    return "FunctionalCI"


def _rows(*types: str) -> Callable[[Person], QuerySet[ConfigurationItem]]:
    def rows(person: Person) -> QuerySet[ConfigurationItem]:
        found = ConfigurationItem.objects.visible_to(person).select_related("type__parent__parent__parent", "unit", "owner")
        below = Q(pk__in=[])
        for depth in ("type", "type__parent", "type__parent__parent"):
            below |= Q(**{f"{depth}__slug__in": types})
        return found.filter(below) if types else found

    return rows


def _plain(name: str) -> Attribute:
    return Attribute(lambda row, seen: str(getattr(row, name)), name)


def _own(name: str) -> Attribute:
    return Attribute(lambda row, seen: str(row.attributes.get(name, "")), f"attributes__{name}")


def _state_is(_person: Person, state: str) -> Q:
    return Q(state__in=[ours for ours, theirs in STATES_OUT.items() if theirs == state])


def _critical_is(_person: Person, word: str) -> Q:
    return Q(criticality__in=[ours for ours, theirs in CRITICALITY_OUT.items() if theirs == word])


def _class_is(_person: Person, name: str) -> Q:
    return Q(type__slug=TYPES.get(name, ""))


def _unit(row: Any, _seen: Seen) -> str:
    return row.unit.name if row.unit else ""


FIELDS: Final = {
    "id": Attribute(lambda row, seen: str(row.pk), "pk", "key"), "name": _plain("name"), "friendlyname": _plain("name"),
    "finalclass": Attribute(lambda row, seen: class_name(row), where=_class_is), "description": _plain("notes"),
    "org_id": Attribute(lambda row, seen: str(row.unit_id or 0), "unit", "key"), "org_name": Attribute(_unit, "unit__name"),
    "owner_id": Attribute(lambda row, seen: str(row.owner_id or 0), "owner", "key"),
    "serialnumber": _plain("serial"), "asset_number": _plain("code"),
    "status": Attribute(lambda row, seen: STATES_OUT[row.state], where=_state_is),
    "business_criticity": Attribute(lambda row, seen: CRITICALITY_OUT[row.criticality], where=_critical_is),
    **{theirs: _own(ours) for theirs, ours in OWN.items()},
}
_CONTRACT: Final = {
    **FIELDS, "start_date": _own("inicia"), "end_date": _own("termina"), "cost": _own("monto"), "provider_name": _own("proveedor"),
    "contract_number": _own("numero")}
register(ItopClass("Contract", _rows("contrato"), _CONTRACT, class_name, names=lambda row: str(row.name)))
register(ItopClass("FunctionalCI", _rows(), FIELDS, class_name, names=lambda row: str(row.name)),
         *(ItopClass(name, _rows(slug), FIELDS, class_name, names=lambda row: str(row.name)) for name, slug in TYPES.items()))
