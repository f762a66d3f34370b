"""Measures of correspondence beside those of the spine: documents received and sent, by direction and type.

Source of the list: practice form 4, sections IV and VI (documentación interna y externa recibida, tipo de
documentación, turnos y respuestas enviados y recibidos).
"""
from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.registry import Measure, register
from ventanilla.core.indicators.sql import Source, local_day

_SELECT = f"""
SELECT c.institution_id, c.unit_id, {local_day("c.received_at", "c.institution_id")}, l.direction::text, 1
"""
_TYPES = f"""
SELECT c.institution_id, c.unit_id, {local_day("c.received_at", "c.institution_id")}, 'type:' || l.type_id, 1
"""
_BY_LETTER = "FROM {rows} l JOIN cases_case c ON c.id = l.case_id WHERE c.state <> 'cancelled'"
_BY_CASE = "FROM {rows} c JOIN correspondence_letter l ON l.case_id = c.id WHERE c.state <> 'cancelled'"


def _pair(measure: str, select: str) -> tuple[Source, Source]:
    """A letter is written before its case (the folio comes last), so either row may be the second to arrive."""
    return (
        Source(measure, "correspondence_letter", select + _BY_LETTER, (), events=("INSERT", "DELETE")),
        Source(measure, "cases_case", select + _BY_CASE, ("institution_id", "unit_id", "received_at", "state"), main=False),
    )


SOURCES = (*_pair("letters", _SELECT), *_pair("letters_by_type", _TYPES))

LETTERS = register(Measure(
    "letters", _("Documentación registrada"),
    _("Documentos registrados por la unidad, en el día de su recepción, por sentido: recibida de fuera, interna o enviada. "
      "No cuentan los folios cancelados."), _("documentos"),
    parts={"incoming": _("Externa recibida"), "internal": _("Interna"), "outgoing": _("Enviada")}, sources=SOURCES[:2]))
BY_TYPE = register(Measure(
    "letters_by_type", _("Documentación por tipo"),
    _("Documentos registrados por la unidad, en el día de su recepción, por tipo de documento del catálogo."),
    _("documentos"), sources=SOURCES[2:]))
