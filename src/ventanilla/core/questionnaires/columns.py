"""From clean values to rows of `FieldValue`: which column holds what, so that filters and counts use indexes."""
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.core.questionnaires.definition.fields import NUMBERS
from ventanilla.core.questionnaires.definition.values import ZONE
from ventanilla.core.questionnaires.models import FieldValue, Response

LONGEST = 200


def value_rows(response: Response, definition: Definition, values: Mapping[str, Any]) -> list[FieldValue]:
    """The rows of a response, not saved."""
    return [FieldValue(institution_id=response.institution_id, response=response, case_id=response.case_id, key=key, position=n, **column)
            for key, n, column in _columns(definition, values)]


def write_rows(pairs: Sequence[tuple[Response, Definition]]) -> None:
    """Replace the rows of responses by those of their values."""
    FieldValue.objects.filter(response__in=[r.pk for r, _d in pairs]).delete()
    FieldValue.objects.bulk_create([row for r, d in pairs for row in value_rows(r, d, r.values)], batch_size=2000)


def _columns(definition: Definition, values: Mapping[str, Any]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for key, value in values.items():
        one = definition.fields[key]
        if one.type == "table":
            for n, row in enumerate(value):
                for column in (c for c in one.columns if c.key in row):
                    yield from ((f"{key}.{column.key}", n, held) for held in _held(column, row[column.key]))
        else:
            yield from ((key, n, held) for n, held in enumerate(_held(one, value)))


def _held(one: Field, value: Any) -> Iterator[dict[str, Any]]:
    if one.type == "long_text":
        return
    for item in value if one.type == "choices" else (value,):
        yield {"ref": item} if one.type == "reference" else _plain(one, item)


def _plain(one: Field, value: Any) -> dict[str, Any]:
    if one.type == "yes_no":
        return {"number": int(value)}
    if one.type in NUMBERS:
        return {"number": Decimal(str(value))}
    if one.type in ("date", "datetime"):
        moment = datetime.fromisoformat(value)
        return {"moment": moment if moment.tzinfo else moment.replace(tzinfo=ZONE)}
    return {"text": str(value)[:LONGEST]}
