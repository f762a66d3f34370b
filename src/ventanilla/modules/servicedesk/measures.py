"""Measures of the desk beside those of the spine: what was attended, in term, and how satisfied those are who asked.

Source of the list: practice form 5, sections IV and VI (nivel de satisfacción de las personas servidoras públicas, número de servicios
atendidos por área). They are counted when they are read (`Measure.live`), by the indexes of tickets and surveys, so that opening and
resolving a ticket cost no more. They count for the unit in charge of the ticket now. The monthly report tells the same as it was known on
a day; here a ticket that was reopened since is no longer attended.
"""
from typing import Final

from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.registry import Measure, register
from ventanilla.core.indicators.sql import local_day
from ventanilla.modules.servicedesk.flow import ASKED, FLOWS

SATISFIED: Final = 60
"""Points (0..100) of a survey above which whoever answered is satisfied: the two best of four or five levels, the best of three."""
_KINDS: Final = ", ".join(f"'{kind}'" for kind in ASKED)
_ANY: Final = ", ".join(f"'{flow.slug}'" for flow in FLOWS)
_SPAN: Final = "{moment} >= %(start)s::date::timestamp - interval '1 day' AND {moment} < %(end)s::date::timestamp + interval '2 days'"
_HERE: Final = "institution_id IN (SELECT u.institution_id FROM orgs_unit u WHERE u.id = ANY (%(units)s))"
_DONE: Final = f"""
SELECT c.unit_id, {local_day("k.resolved_at", "c.institution_id")}, {{part}}, 1
FROM (SELECT t.case_id, t.resolved_at FROM servicedesk_ticket t
      WHERE t.{_HERE} AND {_SPAN.format(moment="t.resolved_at")} OFFSET 0) k
JOIN cases_case c ON c.id = k.case_id {{join}}
WHERE c.unit_id = ANY (%(units)s) AND c.kind IN ({_KINDS}) AND c.state IN ('resolved', 'closed')
"""
"""OFFSET 0: the tickets of the span are found first, by their index; the local day is computed for no others."""
_PROMISED: Final = "JOIN cases_clock r ON r.case_id = c.id AND r.turn_id IS NULL AND r.kind = 'resolve' AND r.amount IS NOT NULL"
_ANSWERED: Final = f"""
SELECT c.unit_id, {local_day("r.submitted_at", "c.institution_id")}, {{part}}, 1
FROM (SELECT a.case_id, a.submitted_at, a.score FROM questionnaires_instrument i JOIN questionnaires_response a ON a.instrument_id = i.id
      WHERE i.{_HERE} AND i.purpose = 'survey' AND a.state = 'submitted' AND a.role = 'answer' AND a.score IS NOT NULL
        AND {_SPAN.format(moment="a.submitted_at")} OFFSET 0) r
JOIN cases_case c ON c.id = r.case_id
WHERE c.unit_id = ANY (%(units)s) AND c.kind IN ({_ANY}) {{only}}
"""
_LEVEL: Final = f"CASE WHEN r.score = 100 THEN 'very' WHEN r.score > {SATISFIED} THEN 'satisfied' ELSE 'not' END"

MEASURES: Final = (
    Measure("desk_attended", _("Solicitudes e incidentes atendidos"),
            _("Se resolvieron en ese día y no se han reabierto; a cargo de la unidad del equipo que los atendió."), _("solicitudes"),
            parts={"request": _("Solicitudes"), "incident": _("Incidentes")}, live=_DONE.format(part="c.kind::text", join="")),
    Measure("desk_in_term", _("Atendidos que tenían plazo"),
            _("De los atendidos, los que tenían un plazo para resolverse: en plazo, si se resolvieron antes de vencer, en horas de "
              "servicio y sin contar las esperas."), _("solicitudes"), parts={"on_time": _("En plazo"), "late": _("Con retraso")},
            live=_DONE.format(part="CASE WHEN k.resolved_at <= r.due_at THEN 'on_time' ELSE 'late' END", join=_PROMISED)),
    Measure("desk_surveys", _("Encuestas de la mesa respondidas"),
            _("Encuestas con puntos que respondieron quienes pidieron un servicio, en el día en que las respondieron, por cómo quedaron: "
              "muy satisfechas (el mejor nivel), satisfechas (más de 60 puntos de 100) o no satisfechas."), _("encuestas"),
            parts={"very": _("Muy satisfechas"), "satisfied": _("Satisfechas"), "not": _("No satisfechas")},
            live=_ANSWERED.format(part=_LEVEL, only="")),
    Measure("desk_satisfied", _("Encuestas de la mesa con personas satisfechas"),
            _("De las encuestas respondidas, las de personas satisfechas o muy satisfechas: más de 60 puntos de 100. Entre las "
              "respondidas, por cien, es la satisfacción."), _("encuestas"),
            parts={"very": _("Muy satisfechas"), "satisfied": _("Satisfechas")},
            live=_ANSWERED.format(part=_LEVEL, only=f"AND r.score > {SATISFIED}")),
)


def register_measures() -> None:
    """Called when the process starts."""
    for measure in MEASURES:
        register(measure)
