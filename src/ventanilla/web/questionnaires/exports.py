"""Answers as a table for files: one row per response that the person may see, one column per question that is not private."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from ventanilla.core.exports.services import register_export
from ventanilla.core.exports.tables import Column, Kind, Table
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import Field
from ventanilla.core.questionnaires.models import Instrument, Response
from ventanilla.core.questionnaires.queries import ResponseQuerySet
from ventanilla.core.questionnaires.showing import labels_in, typed, without_private
from ventanilla.core.questionnaires.statistics import every_field

KIND = "questionnaires.responses"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
KINDS: dict[str, Kind] = {"integer": "int", "decimal": "float", "date": "date", "datetime": "datetime"}


def answers_table(
    person: Person, instrument: Instrument, since: datetime | None = None, until: datetime | None = None, words: str = ""
) -> Table:
    """The answers submitted in [since, until), oldest first, over all versions of the form."""
    fields = every_field(instrument.pk)
    rows = (
        Response.objects.visible_to(person)
        .filter(instrument=instrument)
        .submitted(since, until)
        .select_related("version", "case")
    )
    heads = [
        Column(_("Folio")),
        Column(_("Versión"), "int"),
        Column(_("Respondida el"), "datetime"),
        Column(_("Medio")),
        Column(_("Calificación"), "float"),
    ]
    return Table(
        instrument.name,
        [*heads, *(Column(f.label, KINDS.get(f.type, "text")) for f in fields)],
        _rows(rows.order_by("submitted_at", "pk"), fields),
        filters=words,
        generated_by=person.name,
        institution=person.institution.name,
    )


def _rows(rows: ResponseQuerySet, fields: list[Field]) -> Iterator[list[Any]]:
    stream = rows.iterator(chunk_size=500)
    while part := list(islice(stream, 500)):
        labels = labels_in([(r.version.form, r.values) for r in part])
        for row in part:
            yield [
                row.case.folio if row.case else "",
                row.version.number,
                row.submitted_at,
                row.channel,
                float(row.score) if row.score is not None else None,
                *_cells(row, fields, labels),
            ]


def _cells(row: Response, fields: list[Field], labels: Mapping[tuple[str, Any], str]) -> Iterator[Any]:
    """Each answer as its own version says it."""
    values, known = without_private(row.version.form, row.values), row.version.form.fields
    for one in fields:
        yield typed(known[one.key], values[one.key], labels) if one.key in values else None


def _build(person: Person, params: Mapping[str, Any]) -> Table:
    return answers_table(person, Instrument.objects.get(pk=params["instrument"], institution_id=person.institution_id))


register_export(KIND, _build, lambda _params: _("Respuestas de un formulario"))
