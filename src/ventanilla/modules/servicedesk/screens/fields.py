"""Extra fields in the list of tickets: a column for each, and a filter for those of the service that is chosen."""
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.models import FieldValue
from ventanilla.core.questionnaires.references import labels_of, reference_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.services.fields import PREFIX, Answers, ExtraField, answered, fields_for, reference
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.filtering import SUFFIXES
from ventanilla.web.screens.widgets import NumberRange, PeriodFilter

KINDS: Final = {"integer": "int", "decimal": "float", "date": "date", "datetime": "datetime", "long_text": "long"}
YES_NO: Final = [("si", _("Sí")), ("no", _("No"))]
SERVICE: Final = "servicio"
LATEST: Final = 2000
"""In how many tickets of a service, the newest, the things that a reference points to are looked for."""
MOST: Final = 300


def columns_of(fields: Sequence[ExtraField]) -> tuple[Column, ...]:
    """A column per field, to be chosen, under its service."""
    answers = Answers({one.name: one for one in fields})
    return tuple(Column(one.name, one.label, KINDS.get(one.field.type, "text"), shown=False, together=answers, group=one.group)
                 for one in fields)


def filters_of(base: type[django_filters.FilterSet], given: Mapping[str, str], person: Person) -> type[django_filters.FilterSet]:
    """The filters with those of the fields of the chosen service, and those that the address names; else as they are."""
    service = whole(given.get(SERVICE)) or 0
    if not service and not any(key.startswith(PREFIX) for key in given):
        return base
    chosen = [one for one in fields_for(person) if service in one.services or any(one.name + s in given for s in SUFFIXES)]
    in_use = _in_use(person, service, [one for one in chosen if one.field.type == "reference"], given)
    made = {one.name: made for one in chosen if (made := _filter(one, in_use.get(one.name, {}))) is not None}
    return type("FieldFilters", (base,), made) if made else base


def _filter(one: ExtraField, in_use: Mapping[int, str]) -> django_filters.Filter | None:
    make = _MAKE.get(one.field.type)
    return make(one, in_use) if make else None


def _one_of(choices: Collection[tuple[Any, Any]], read: Callable[[str], Any], one: ExtraField) -> django_filters.Filter:
    def narrow(rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        return rows.filter(answered(one, "eq", read(value)))

    return django_filters.ChoiceFilter(method=narrow, label=one.label, choices=list(choices), empty_label=_("Todos"))


def _choice(one: ExtraField, _in_use: Mapping[int, str]) -> django_filters.Filter:
    return _one_of(one.choices.items(), str, one)


def _yes_no(one: ExtraField, _in_use: Mapping[int, str]) -> django_filters.Filter:
    return _one_of(YES_NO, lambda value: int(value == "si"), one)


def _reference(one: ExtraField, in_use: Mapping[int, str]) -> django_filters.Filter:
    return _one_of([(str(pk), label) for pk, label in in_use.items()], lambda value: reference(int(value)), one)


def _text(one: ExtraField, _in_use: Mapping[int, str]) -> django_filters.Filter:
    return django_filters.CharFilter(method=partial(_containing, one), label=one.label)


def _containing(one: ExtraField, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
    return rows.filter(answered(one, "contains", value.replace("\x00", "")[:200]))


def _number(one: ExtraField, _in_use: Mapping[int, str]) -> django_filters.Filter:
    return django_filters.RangeFilter(method=partial(_between, one), label=one.label, widget=NumberRange(one.label))


def _date(one: ExtraField, _in_use: Mapping[int, str]) -> django_filters.Filter:
    return PeriodFilter(method=partial(_between, one), label=one.label)


def _between(one: ExtraField, rows: QuerySet[Case], _name: str, value: slice) -> QuerySet[Case]:
    for op, limit in (("ge", value.start), ("le", value.stop)):
        rows = rows.filter(answered(one, op, limit)) if limit is not None else rows
    return rows


_MAKE: Final[dict[str, Callable[[ExtraField, Mapping[int, str]], django_filters.Filter]]] = {
    "choice": _choice, "choices": _choice, "scale": _choice, "yes_no": _yes_no, "reference": _reference, "integer": _number,
    "decimal": _number, "date": _date, "datetime": _date, "text": _text, "email": _text, "phone": _text, "url": _text}


def _in_use(person: Person, service: int, fields: Sequence[ExtraField], given: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """What each reference field points to in the newest tickets that the person sees, and what the address asks for, by label.

    What only the address names is told only where the person may choose it, so that nobody learns a name by its number.
    """
    if not fields:
        return {}
    asked = {one.name: pk for one in fields if (pk := whole(given.get(one.name))) is not None}
    found: dict[str, set[int]] = {one.name: set() for one in fields}
    for key, instrument, ref in _pointed(person, service, fields) if service else ():
        for one in fields:
            if one.key == key and instrument in one.instruments:
                found[one.name].add(ref)
    for one in fields:
        if (number := asked.get(one.name)) and number not in found[one.name]:
            found[one.name] |= set(reference_of(one.field.reference).visible(person, person.institution_id, [number]))
    labels = labels_of({(one.field.reference, pk) for one in fields for pk in found[one.name]})
    return {one.name: dict(sorted(((pk, labels.get((one.field.reference, pk), f"({pk})")) for pk in found[one.name]),
                                  key=lambda pair: pair[1].casefold())[:MOST]) for one in fields}


def _pointed(person: Person, service: int, fields: Sequence[ExtraField]) -> QuerySet[FieldValue, tuple[str, int, int]]:
    seen = Case.objects.visible_to(person).filter(ticket__service=service).order_by("-pk").values("pk")[:LATEST]
    rows = FieldValue.objects.filter(case_id__in=seen, key__in={one.key for one in fields}, ref__isnull=False, response__role="record")
    return rows.values_list("key", "response__instrument_id", "ref").distinct()  # type: ignore[return-value]  # `ref` is not null here
