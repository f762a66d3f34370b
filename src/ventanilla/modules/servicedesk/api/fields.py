"""Extra fields of tickets in the API: which there are, tickets by their answers, and answers in lists. Private ones are nowhere here."""
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.models import Service
from ventanilla.modules.servicedesk.services.fields import ExtraField, answered, fields_for, raw_answers, reference
from ventanilla.web.api import scopes
from ventanilla.web.api.auth import Bearer, actor

Op = Literal["eq", "ge", "le", "contains"]
MOST: Final = 10
YES: Final = {"true": 1, "si": 1, "sí": 1, "1": 1, "false": 0, "no": 0, "0": 0}
router = Router()


class FieldOut(Schema):
    """A question of the forms of the catalogue. `key` is its name in `values`, `field`, `where` and `fields`; `services` are the
    slugs of those that ask it; `reference` says what kind of thing it names (unit, person, ci), by its number."""

    key: str
    type: str
    label: str
    unit: str
    help: str
    reference: str
    choices: list[dict[str, str]]
    services: list[str]


class Answer(Schema):
    """Tickets by an answer of their form: `field`, `op` and `value`; more of them in `where` as `key:op:value`."""

    field: str | None = Field(None, max_length=80, description="La clave de un campo de formulario; vea /ticket-fields")
    op: Op = "eq"
    value: str | None = Field(None, max_length=300, description="Opciones por su valor, fechas ISO, sí o no, referencias por su número")
    where: list[str] = Field([], max_length=MOST, description="Más condiciones: clave:operación:valor (eq, ge, le, contains)")
    fields: list[str] = Field([], max_length=50, description="Claves de los campos que se quieren en `values` de cada ticket")


@router.get("/ticket-fields", response={200: list[FieldOut], **shaping.READS}, auth=Bearer(scopes.READ), operation_id="list_ticket_fields",
            summary="Campos de los formularios del catálogo por los que se filtra y que se leen en cada ticket")
def ticket_fields(request: HttpRequest) -> Any:
    """Of the offerings that the person may see, as they are published now; never private ones."""
    person = actor(request)
    fields = fields_for(person)
    slugs = dict(Service.objects.filter(institution_id=person.institution_id).values_list("pk", "slug"))
    return [{"key": one.key, "type": one.field.type, "label": one.field.label, "unit": one.field.unit, "help": one.field.help,
             "reference": one.field.reference, "choices": [{"value": v, "label": label} for v, label in one.choices.items()],
             "services": sorted(slugs[pk] for pk in one.services if pk in slugs)} for one in fields]


def narrowed(person: Person, rows: QuerySet[Case], wanted: Answer) -> QuerySet[Case]:
    """The tickets with all of these answers; none for a field that there is not. Raises Refused for a value of another type."""
    asked = [(wanted.field, wanted.op, wanted.value or "")] if wanted.field else []
    asked += [_parts(text) for text in wanted.where]
    for key, op, value in asked:
        rows = rows.filter(_one(fields_for(person), key, op, value.replace("\x00", "")))
    return rows


def _parts(text: str) -> tuple[str, Any, str]:
    key, _colon, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if not colon or op not in ("eq", "ge", "le", "contains"):
        raise Refused("Escriba cada condición como clave:operación:valor, con eq, ge, le o contains.", "where")
    return key, op, value


def _one(fields: Sequence[ExtraField], key: str, op: str, value: str) -> Q:
    found = Q(pk__in=[])
    for one in (f for f in fields if f.key == key):
        found |= answered(one, op, _read(one, value))
    return found


def _read(one: ExtraField, value: str) -> Any:
    """The value as the type of the field is compared."""
    try:
        return _READ.get(one.field.type, str)(value)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise Refused(f"«{value}» no es un valor de «{one.key}».", "value") from error


def _number(value: str) -> Decimal:
    found = Decimal(value)
    if not found.is_finite() or abs(found) >= 10 ** 17:
        raise ValueError(value)
    return found


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else timezone.make_aware(found)


def _reference(value: str) -> int:
    number = whole(value)
    if number is None:
        raise ValueError(value)
    return reference(number)


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "integer": _number, "decimal": _number, "date": _moment, "datetime": _moment, "reference": _reference,
    "yes_no": lambda value: YES[value.lower()]}


def values_in(person: Person, ids: Sequence[int], keys: Sequence[str]) -> dict[int, dict[str, Any]]:
    """The answers to these fields by ticket; one query, and none for no field."""
    return raw_answers(ids, [one for one in fields_for(person) if one.key in keys]) if keys else {}
