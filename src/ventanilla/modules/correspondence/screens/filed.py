"""The list of files of the correspondence: what was added to which letter, by which unit and when."""
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Attachment, Turn
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.correspondence.screens.lists import RECORD, _units
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.units import UnitFilter, units_of
from ventanilla.web.screens.widgets import PeriodFilter


def told(rows: Sequence[Any], _names: Collection[str]) -> Mapping[int, Mapping[str, Any]]:
    """What the newest version of each file is, and the unit that it counts for: its turn's, else the letter's."""
    versions = DocumentVersion.objects.filter(document__in=[row.document_id for row in rows]).latest_only().select_related("blob")
    newest = {v.document_id: v for v in versions}
    units = dict(Turn.objects.filter(pk__in=[row.turn_id for row in rows if row.turn_id]).values_list("pk", "unit__name"))
    found = {}
    for row in rows:
        version = newest.get(row.document_id)
        found[row.pk] = {
            "file": version.filename if version else "", "media": version.blob.media_type if version else "",
            "size": round(version.blob.size / 1000, 1) if version else None, "pages": (version.page_count or None) if version else None,
            "versions": version.number if version else None, "unit": units.get(row.turn_id) or row.case.unit.name}
    return found


class FileFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """By unit, kind, what it belongs to, and day."""

    unidad = UnitFilter(method="by_unit", label=_("Unidad"), queryset=_units)
    clase = django_filters.ChoiceFilter(field_name="role", label=_("Clase"), choices=Attachment.Role.choices, empty_label=_("Todas"))
    de = django_filters.ChoiceFilter(method="by_place", label=_("Se agregó a"), empty_label=_("Todo"), choices=[
        ("documento", _("El documento")), ("turno", _("Un turno")), ("respuesta", _("Una respuesta"))])
    agregado = PeriodFilter(field_name="at", label=_("Agregado"))

    def by_unit(self, rows: QuerySet[Attachment], _name: str, value: Sequence[Unit]) -> QuerySet[Attachment]:
        """Files of turns that the units have, and others of letters in their charge: as the measure counts them."""
        units = units_of(value)
        held = Exists(Turn.objects.filter(pk=OuterRef("turn_id"), unit__in=units))
        return rows.filter(Q(turn_id=None, case__unit__in=units) | Q(held, turn_id__isnull=False))

    def by_place(self, rows: QuerySet[Attachment], _name: str, value: str) -> QuerySet[Attachment]:
        """What the file came with."""
        return {"documento": rows.filter(turn_id=None), "turno": rows.filter(turn_id__isnull=False, answer_id=None),
                "respuesta": rows.filter(answer_id__isnull=False)}[value]


@register
class LetterFiles(Screen):
    """Every file of the letters that one may read, newest first."""

    slug = "archivos"
    title = _("Archivos de la correspondencia")
    columns = (
        Column("document.title", _("Nombre"), "title"),
        Column("role", _("Clase"), get=lambda a: Attachment.Role(a.role).label, reads=("role",)),
        Column("size", _("Tamaño (kB)"), "float", together=told), Column("pages", _("Páginas"), "int", together=told),
        Column("case.folio", _("Folio"), "folio"), Column("unit", _("Unidad"), together=told),
        Column("at", _("Agregado"), "datetime", sort="at"), Column("case.subject", _("Asunto"), shown=False),
        Column("file", _("Nombre del archivo"), together=told, shown=False), Column("media", _("Formato"), together=told, shown=False),
        Column("versions", _("Versiones"), "int", together=told, shown=False), Column("person", _("Quién lo agregó"), shown=False),
    )
    order = "-at"
    filters = FileFilters
    row_reads = ("case_id", "document_id", "turn_id", "case__unit__name")
    case = "case_id"
    empty = _("Todavía no hay archivos que usted pueda ver.")

    def queryset(self, person: Person) -> QuerySet[Attachment]:
        """Files of letters visible to the person; private ones only where they may be read."""
        rows = Attachment.objects.readable_by(person).filter(case__kind="letter")
        return rows.select_related("document", "case__unit", "person")

    def row_url(self, row: Any) -> str:
        """The record of its letter."""
        return RECORD(row.case_id)
