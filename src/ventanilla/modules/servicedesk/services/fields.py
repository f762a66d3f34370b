"""The extra fields of tickets: what the forms of the catalogue ask, for lists, filters, files, reports and the API.

They are read from the published and earlier versions of the catalogue each time, so a field that was published a moment ago is
everywhere at once. Fields of the same key and type are one field, whatever form asks them. A field that is private in any
version of a form is left out for that form: it is for who works on the matter, in the record and nowhere else.
"""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.core.questionnaires.models import Response, Role, definitions
from ventanilla.core.questionnaires.queries import Ref, having
from ventanilla.core.questionnaires.showing import labels_in, typed
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.working import works_somewhere

PREFIX: Final = "campo-"
LEFT_OUT: Final = frozenset({"table", "file"})
Asked = tuple[int, str, int, str, int]
"""A service, its name, and a version of a form that it uses: id, digest, form."""


@dataclass
class ExtraField:
    """A question of one or more forms. `name` stands in addresses (`campo-sistema`); `field` is as its newest version asks it;
    `choices` are those of every version; `services` those that ask it, by id."""

    name: str
    field: Field
    choices: dict[str, str] = filled(default_factory=dict)
    instruments: set[int] = filled(default_factory=set)
    services: dict[int, str] = filled(default_factory=dict)

    @property
    def key(self) -> str:
        """Its key in forms and in the API."""
        return self.field.key

    @property
    def label(self) -> str:
        """The question, with its unit of measure."""
        return f"{self.field.label} ({self.field.unit})" if self.field.unit else self.field.label

    @property
    def group(self) -> str:
        """The service that asks it."""
        return next(iter(self.services.values())) if len(self.services) == 1 else _("En varios servicios")


def fields_for(person: Person) -> list[ExtraField]:
    """The fields of every offering that the person may see: those of several services first, then by service as asked.

    One query, and one for versions that this process has not read yet; kept on the person object for the length of a request.
    """
    kept: list[ExtraField] | None = person.__dict__.get("_extra_fields")
    if kept is None:
        kept = person.__dict__["_extra_fields"] = _found(person)
    return kept


def _found(person: Person) -> list[ExtraField]:
    rows = sorted(set(_asked(person)), key=lambda row: (row[2], row[1], row[0]))
    forms = definitions({row[2]: row[3] for row in rows})
    hidden = {(row[4], one.key) for row in rows for one in forms[row[2]].fields.values() if one.private}
    found: dict[tuple[str, str, str], ExtraField] = {}
    for row in rows:
        for one in forms[row[2]].fields.values():
            if one.type not in LEFT_OUT and not one.companion_of and (row[4], one.key) not in hidden:
                _merge(found, one, row)
    return sorted(found.values(), key=lambda f: (len(f.services) == 1, f.group.casefold()))


def _asked(person: Person) -> QuerySet[OfferingVersion, Asked]:
    rows = OfferingVersion.objects.filter(institution_id=person.institution_id, form__isnull=False).exclude(state="draft")
    if not works_somewhere(person):
        rows = rows.filter(offering_id__in=offered_to(person).order_by().values("offering_id"))
    return rows.values_list("offering__service_id", "offering__service__name", "form_id", "form__digest", "form__instrument_id")


def _merge(found: dict[tuple[str, str, str], ExtraField], one: Field, row: Asked) -> None:
    """The newest words of a question; a key that other forms use for another type gets a name of its own."""
    same = (one.key, one.type, one.reference)
    if same not in found:
        taken = any(key == one.key for key, _type, _reference in found)
        found[same] = ExtraField(f"{PREFIX}{one.key}" + (f"-{one.reference or one.type}" if taken else ""), one)
    held = found[same]
    held.field = one
    held.choices |= {c.value: c.label for c in one.choices}
    held.instruments.add(row[4])
    held.services[row[0]] = row[1]


@dataclass(frozen=True, eq=False)
class Answers:
    """Reads answers of many tickets at once, as a list or a file shows them: one query, and one per kind of reference."""

    fields: Mapping[str, ExtraField]

    def __call__(self, rows: Sequence[Any], names: Collection[str]) -> dict[int, dict[str, Any]]:
        """Values by ticket and name of field; of a ticket with two forms that ask the same, the newer answer."""
        wanted = {name: self.fields[name] for name in names}
        return _read([row.pk for row in rows], wanted)


def _read(ids: Sequence[int], wanted: Mapping[str, ExtraField]) -> dict[int, dict[str, Any]]:
    kept = _records(ids, wanted.values())
    labels = labels_in([(definition, values) for _case, _form, definition, values in kept])
    found: dict[int, dict[str, Any]] = {}
    for case, form, definition, values in kept:
        found.setdefault(case, {}).update({name: typed(definition.fields[one.key], values[one.key], labels)
                                           for name, one in wanted.items() if form in one.instruments and one.key in values})
    return found


def raw_answers(ids: Sequence[int], wanted: Sequence[ExtraField]) -> dict[int, dict[str, Any]]:
    """Canonical values by ticket and key, as the API tells them. One query."""
    found: dict[int, dict[str, Any]] = {}
    for case, form, _definition, values in _records(ids, wanted) if wanted else ():
        found.setdefault(case, {}).update({one.key: values[one.key] for one in wanted if form in one.instruments and one.key in values})
    return found


def _records(ids: Sequence[int], wanted: Collection[ExtraField]) -> list[tuple[int, int, Definition, dict[str, Any]]]:
    """Ticket, form, definition of its version and the answers to the wanted questions that are not private, oldest first."""
    rows = list(Response.objects.filter(
        case_id__in=ids, role=Role.RECORD, instrument_id__in={i for one in wanted for i in one.instruments}).order_by("pk").values_list(
            "case_id", "instrument_id", "version_id", "version__digest", "values"))
    forms, keys = definitions({version: digest for _case, _form, version, digest, _values in rows}), {one.key for one in wanted}
    return [(case or 0, form, forms[version], {k: v for k, v in values.items() if k in keys and _open(forms[version], k)})
            for case, form, version, _digest, values in rows]


def _open(definition: Definition, key: str) -> bool:
    return key in definition.fields and not definition.fields[key].private


def answered(one: ExtraField, op: str, value: Any) -> Q:
    """Tickets with such an answer; `op` and `value` as `having` takes them."""
    return Q(having(one.key, op, value, instruments=one.instruments))


def reference(number: int) -> Ref:
    """What a field of type reference is compared with."""
    return Ref(number)
