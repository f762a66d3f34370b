"""Measures of correspondence beside those of the spine: documents received and sent, by direction and type.

Source of the list: practice form 4, sections IV and VI (documentación interna y externa recibida, tipo de
documentación, turnos y respuestas enviados y recibidos).
"""
from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.registry import Measure, Text, register
from ventanilla.core.indicators.sources import WITHDRAWN
from ventanilla.core.indicators.sql import Source, in_pieces, local_day

_PART = """CASE WHEN l.direction = 'incoming' AND l."order" = 'internal' THEN 'internal' ELSE l.direction::text END"""
"""What another unit of the institution sent is internal, however it was registered."""
_RECEIVED = local_day("c.received_at", "c.institution_id")
_MAILED = f"CASE WHEN l.delivery_means = 'email' THEN {local_day('l.delivered_at', 'c.institution_id')} END"


def _pair(measure: str, day: str, part: str, amount: str) -> tuple[Source, Source]:
    """A letter is written before its case (the folio comes last), so either row may be the second to arrive.

    What changes in the letter itself (sender, type, sheets, delivery) is followed by triggers of its own: see the migrations.
    """
    columns, lasting = ("c.institution_id", "c.unit_id", day, part, amount), "c.state <> 'cancelled'"
    return (
        Source(measure, "correspondence_letter", watch=(), events=("INSERT", "DELETE"),
               counts="SELECT 1 FROM {rows} l JOIN cases_case c ON c.id = l.case_id",
               **in_pieces(columns, "{rows} l JOIN cases_case c ON c.id = l.case_id", lasting)),
        Source(measure, "cases_case", watch=("institution_id", "unit_id", "received_at", "state"), main=False,
               **in_pieces(columns, "{rows} c JOIN correspondence_letter l ON l.case_id = c.id", lasting)),
    )


SOURCES = (*_pair("letters", _RECEIVED, _PART, "1"), *_pair("letters_by_type", _RECEIVED, "'type:' || l.type_id", "1"),
           *_pair("letter_sheets", _RECEIVED, _PART, "l.sheets"), *_pair("deliveries", _MAILED, "'email'", "1"))

_ANSWERED = f"""
SELECT t.institution_id, t.unit_id, {local_day("r.at", "t.institution_id")}, 'answer', 1
"""
_ELSEWHERE = " WHERE t.unit_id <> t.from_unit_id"
_SENT = f"{_ELSEWHERE} AND NOT r.{WITHDRAWN}"
DELIVERIES = (
    Source("deliveries", "cases_turn", f"""
    SELECT t.institution_id, t.from_unit_id, {local_day("t.sent_at", "t.institution_id")}, 'turn', 1 FROM {{rows}} t""" + _ELSEWHERE,
           ("institution_id", "from_unit_id", "unit_id", "sent_at")),
    Source("deliveries", "cases_answer", _ANSWERED + "FROM {rows} r JOIN cases_turn t ON t.id = r.turn_id" + _SENT,
           ("turn_id", "at", WITHDRAWN),
           "SELECT 1 FROM cases_turn x WHERE x.id IN (SELECT r.turn_id FROM {rows} r) ORDER BY x.id FOR NO KEY UPDATE"),
    Source("deliveries", "cases_turn", _ANSWERED + "FROM {rows} t JOIN cases_answer r ON r.turn_id = t.id" + _SENT,
           ("institution_id", "from_unit_id", "unit_id"), main=False, events=("UPDATE",)),
)
"""What a messenger would have carried, beside the letters sent by e-mail; triggers of their own."""

LETTERS = register(Measure(
    "letters", _("Documentación registrada"),
    _("Documentos registrados por la unidad, en el día de su recepción, por sentido: recibida de fuera, interna o enviada. "
      "La que se recibe de otra unidad de la institución es interna. "
      "No cuentan los folios cancelados."), _("documentos"),
    parts={"incoming": _("Externa recibida"), "internal": _("Interna"), "outgoing": _("Enviada")}, sources=SOURCES[:2]))
BY_TYPE = register(Measure(
    "letters_by_type", _("Documentación por tipo"),
    _("Documentos registrados por la unidad, en el día de su recepción, por tipo de documento del catálogo."),
    _("documentos"), sources=SOURCES[2:4]))
SHEETS = register(Measure(
    "letter_sheets", _("Hojas registradas"),
    _("Hojas de los documentos que la unidad registró, en el día de su recepción, por sentido. Los anexos cuentan si se dijeron en las "
      "hojas; los folios cancelados no cuentan."), _("hojas"), parts=LETTERS.parts, sources=SOURCES[4:6]))
DELIVERED = register(Measure(
    "deliveries", _("Entregas sin mensajero"),
    _("Lo que habría llevado un mensajero: turnos que la unidad envió a otra unidad, respuestas que dio a otra y oficios suyos que se "
      "entregaron por correo electrónico, en el día en que pasó. No cuentan lo que se turna o responde dentro de la misma unidad ni las "
      "respuestas que se retiraron."),
    _("entregas"), parts={"turn": _("Turnos a otra unidad"), "answer": _("Respuestas a otra unidad"), "email": _("Oficios por correo")},
    sources=(*SOURCES[6:], *DELIVERIES)))

_ACTED = """
  SELECT v.at FROM cases_move v JOIN cases_case c ON c.id = v.case_id AND c.kind = 'letter'
  WHERE v.actor_id = s.person_id AND v.source = 'web' AND v.at >= s.lower AND v.at < s.upper ORDER BY v.at {order} LIMIT 1
"""
_ENDS = f"""
LEFT JOIN LATERAL ({_ACTED.format(order="")}) f ON true LEFT JOIN LATERAL ({_ACTED.format(order="DESC")}) l ON true
"""
"""The first and the last step that somebody took in a letter between two moments: two probes of an index, however many steps there are."""
ADOPTION = f"""
WITH programmed AS (
  SELECT p.unit_id, p.since, i.time_zone, %(start)s::date::timestamp AT TIME ZONE i.time_zone AS begins,
         (%(end)s::date + 1)::timestamp AT TIME ZONE i.time_zone AS ends
  FROM correspondence_programme p JOIN orgs_unit u ON u.id = p.unit_id JOIN orgs_institution i ON i.id = u.institution_id
  WHERE p.unit_id = ANY (%(units)s) AND p.since <= %(end)s AND u.valid_from <= %(end)s AND (u.valid_to IS NULL OR u.valid_to > %(end)s)
), staff AS (
  SELECT m.unit_id, a.person_id, a.valid_from::timestamp AT TIME ZONE m.time_zone AS lower,
         least(m.ends, a.valid_to::timestamp AT TIME ZONE m.time_zone) AS upper
  FROM programmed m JOIN orgs_post o ON o.unit_id = m.unit_id JOIN orgs_appointment a ON a.post_id = o.id
  UNION
  SELECT m.unit_id, e.id, coalesce((SELECT max(a.valid_to) FROM orgs_appointment a WHERE a.person_id = e.id), '-infinity')::timestamp
         AT TIME ZONE m.time_zone, m.ends
  FROM programmed m JOIN orgs_person e ON e.unit_id = m.unit_id
  WHERE NOT EXISTS (SELECT 1 FROM orgs_appointment a WHERE a.person_id = e.id AND a.valid_to IS NULL)
), used AS (
  SELECT s.unit_id, min(f.at) AS first, max(l.at) AS last FROM staff s {_ENDS} GROUP BY s.unit_id
), heads AS (
  SELECT DISTINCT ON (m.unit_id) m.unit_id, a.person_id, '-infinity'::timestamptz AS lower, m.ends AS upper
  FROM programmed m JOIN orgs_post o ON o.unit_id = m.unit_id AND o.kind = 'head' JOIN orgs_appointment a ON a.post_id = o.id
  WHERE a.valid_from <= %(end)s AND (a.valid_to IS NULL OR a.valid_to > %(end)s) ORDER BY m.unit_id, o."order", o.id
), led AS (
  SELECT s.unit_id, s.person_id, f.at AS first, l.at AS last FROM heads s {_ENDS}
)
SELECT m.unit_id, m.since, m.begins, u.first, u.last, h.person_id, h.first AS head_first, h.last AS head_last
FROM programmed m LEFT JOIN used u ON u.unit_id = m.unit_id LEFT JOIN led h ON h.unit_id = m.unit_id
"""
"""Every unit programmed at the end of a period, who heads it then, and when its people and its head acted first and last until then.

A step counts for the unit of who took it: where they held a post at that moment or, without a post, where they belong. It does not
matter whose letter or turn it was, nor that they acted for somebody absent, who did not.
"""
_COUNTED = f"""
SELECT a.unit_id, %(end)s::date, x.part, 1 FROM ({ADOPTION}) AS a
CROSS JOIN LATERAL (VALUES ('unit', {{unit}}), ('head', {{head}})) AS x (part, counts) WHERE x.counts
"""
_WHO: dict[str, Text] = {"unit": _("Unidades"), "head": _("Titulares")}
PROGRAMMED = register(Measure(
    "adoption_programmed", _("Programadas para usar el sistema"),
    _("Unidades del catálogo de áreas programadas cuya fecha llegó y que existían al terminar el periodo, y sus titulares de ese día; una "
      "unidad sin titular no cuenta entre los titulares."), _("unidades"), "period", _WHO,
    live=_COUNTED.format(unit="true", head="a.person_id IS NOT NULL")))
USED = register(Measure(
    "adoption_used", _("Usaron el sistema"),
    _("De las programadas, las unidades en que alguien dio al menos un paso en un documento durante el periodo: registrar, turnar, leer un "
      "turno, responder, evaluar, concluir… Cuenta en la unidad donde esa persona tenía un puesto (o, sin puesto, está adscrita), sea de "
      "quien sea el documento. Y los titulares que dieron ellos mismos alguno."), _("unidades"), "period", _WHO,
    live=_COUNTED.format(unit="a.last >= a.begins", head="a.head_last >= a.begins")))
