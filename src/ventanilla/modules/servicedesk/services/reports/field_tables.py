"""The report by an extra field, and the tickets behind a figure of it, as tables to export (XLSX, CSV, PDF)."""
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.services.fields import ExtraField, fields_for
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.fields import COUNTED, SHOWN, FieldReport, by_field, label_of, rows_with
from ventanilla.modules.servicedesk.services.reports.measures import MEASURES
from ventanilla.modules.servicedesk.services.reports.tables import as_of_text, period_of, tickets_table, title_of

REPORT: Final = "servicedesk.fields"
ROWS: Final = "servicedesk.field_rows"


def counted_fields(person: Person) -> dict[str, ExtraField]:
    """The fields that can be counted, by name."""
    return {one.name: one for one in fields_for(person) if one.field.type in COUNTED}


def field_table(person: Person, params: Mapping[str, Any]) -> Table:
    """The report of `field` (a name) for `period` as of `day`. Raises KeyError for a field that there is not."""
    one, period = counted_fields(person)[str(params["field"])], period_of(params)
    found = by_field(Scope(person.institution, person), period, one)
    columns = [Column(one.label, width=44), *(Column(str(MEASURES[slug].label), "int") for slug in SHOWN),
               Column(_("Se resolvieron en plazo"), "percent"), Column(_("Horas hasta resolver (mediana)"), "float")]
    title = _("Por campo: %(field)s, %(period)s") % {"field": one.label, "period": title_of(period)}
    return Table(title, columns, _lines(found), as_of_text(period), person.name, person.institution.name)


def _lines(found: FieldReport) -> Iterator[list[Any]]:
    for line in found.lines:
        yield [line.label, *(line.values[slug] for slug in SHOWN), line.share, line.hours]


def field_rows_table(person: Person, params: Mapping[str, Any]) -> Table:
    """The tickets behind `measure` and `key` of a field. Raises KeyError for unknown ones."""
    one, period = counted_fields(person)[str(params["field"])], period_of(params)
    measure, key, scope = MEASURES[str(params["measure"])], str(params["key"]), Scope(person.institution, person)
    title = f"{measure.label}, {one.label}: {label_of(one, key)}, {title_of(period)}"
    return tickets_table(person, title, period, lambda after: rows_with(scope, period, one, measure.slug, key, after=after, limit=2000))
