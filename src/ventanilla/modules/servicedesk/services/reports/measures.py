"""The named measures of the monthly report, one definition each: a condition over the relation `f`, and shares of one in another.

Source: practice form 5, sections IV and VI (satisfacción y servicios atendidos por área; número de solicitudes, solicitudes atendidas
para cada unidad, servicio con mayor demanda). Requests are the tickets that somebody asked for: solicitudes and incidentes.
"""
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
_DONE = "f.resolved_at >= %(since)s AND f.resolved_at < %(until)s"


@dataclass(frozen=True)
class Measure:
    """How many tickets fulfil `where`."""

    slug: str
    label: Text
    definition: Text
    where: str

    @property
    def sql(self) -> str:
        """The aggregate."""
        return f"count(*) FILTER (WHERE {self.where})"


MEASURES: Final = {m.slug: m for m in (
    Measure("received", _("Recibidas"), _("Solicitudes e incidentes que llegaron en el periodo, también los que después se cancelaron."),
            "f.received_at >= %(since)s AND f.received_at < %(until)s"),
    Measure("attended", _("Atendidas"), _("Se resolvieron en el periodo y no se habían reabierto a la fecha del informe. Cuenta su última "
                                          "solución."), _DONE),
    Measure("own_promised", _("Con plazo para tomarlas"), _("Atendidas cuyo nivel de servicio promete en cuánto tiempo se toman."),
            f"{_DONE} AND f.own_minutes IS NOT NULL"),
    Measure("own_met", _("Tomadas en plazo"), _("De ellas, las que una persona tomó antes de vencer ese plazo, en horas de servicio."),
            f"{_DONE} AND f.own_minutes IS NOT NULL AND f.owned_at <= f.own_due"),
    Measure("resolve_promised", _("Con plazo para resolverlas"),
            _("Atendidas cuyo nivel de servicio promete en cuánto tiempo se resuelven."),
            f"{_DONE} AND f.resolve_minutes IS NOT NULL"),
    Measure("resolve_met", _("Resueltas en plazo"),
            _("De ellas, las que se resolvieron antes de vencer ese plazo, en horas de servicio y sin "
                                                      "contar las esperas."),
            f"{_DONE} AND f.resolve_minutes IS NOT NULL AND f.resolved_at <= f.resolve_due"),
    Measure("reopened", _("Reabiertas"), _("Atendidas que se habían reabierto al menos una vez."), f"{_DONE} AND f.reopened > 0"),
    Measure("pending", _("Pendientes"), _("Llegaron antes de terminar el periodo y al terminar no estaban resueltas ni canceladas."),
            "f.received_at < %(until)s AND f.state_then NOT IN ('resolved', 'closed', 'cancelled', 'rejected', 'merged')"),
)}


@dataclass(frozen=True)
class Share:
    """One measure as a share of another, 0..1."""

    slug: str
    label: Text
    definition: Text
    part: str
    whole: str


SHARES: Final = {s.slug: s for s in (
    Share("own_share", _("Se tomaron en plazo"), _("Tomadas en plazo entre las atendidas que tenían ese plazo."), "own_met",
          "own_promised"),
    Share("resolve_share", _("Se resolvieron en plazo"), _("Resueltas en plazo entre las atendidas que tenían ese plazo."), "resolve_met",
          "resolve_promised"),
)}


@dataclass(frozen=True)
class Dimension:
    """By what figures are told: `key` is a column of `f`, as text; `none` names tickets without one.

    `where` says instead which tickets are of %(key)s, where a ticket may be of several.
    """

    slug: str
    label: Text
    plural: Text
    key: str
    none: Text
    where: str = ""

    @property
    def fits(self) -> str:
        """The condition for tickets of %(key)s."""
        return self.where or f"{self.key} IS NOT DISTINCT FROM %(key)s"


CAUSE: Final = """CASE WHEN f.resolved_at IS NULL THEN NULL WHEN f.later THEN coalesce((
  SELECT (m.detail->>'cause')::bigint FROM cases_move m WHERE m.case_id = f.case_id AND m.turn_id IS NULL AND m.verb = 'resolve'
    AND m.at <= %(as_of)s ORDER BY m.id DESC LIMIT 1), f.cause_id) ELSE f.cause_id END"""
"""The cause with which a ticket was resolved, as known then; of tickets that moved on since, that of the last solution by then."""
DIMENSIONS: Final = {d.slug: d for d in (
    Dimension("service", _("Servicio"), _("Por servicio"), "f.service_id::text", _("Sin servicio")),
    Dimension("team", _("Equipo"), _("Por equipo"), "f.team_id::text", _("Sin equipo")),
    Dimension("unit", _("Área que solicita"), _("Por área que solicita"), "f.unit_id::text", _("Sin área")),
    Dimension("agent", _("Quien resolvió"), _("Por quien resolvió"), "f.agent_id::text", _("Sin persona")),
    Dimension("requester", _("Quien solicita"), _("Por quien solicita"),
              "coalesce(f.requester_id::text, nullif('n:' || f.requester_name, 'n:'))", _("Sin persona")),
    Dimension("kind", _("Tipo"), _("Por tipo"), "f.kind", _("Sin tipo")),
    Dimension("cause", _("Causa"), _("Por causa"), f"({CAUSE})::text", _("Sin resolver, o sin causa anotada")),
)}
SYSTEM_KEYS: Final = ("sistema", "nombre_del_sistema", "system")
"""Fields of forms that name a system, also where they hold a text."""
_KNOWN: Final = """({t}.{since} <= %(as_of)s OR {t}.source = 'import'
  OR {t}.source = 'form' AND {t}.{since} <= y.created_at + interval '1 minute')"""
TIED: Final = f"""(
  SELECT t.institution_id, t.case_id, t.item_id FROM servicedesk_ticketitem t JOIN cases_case y ON y.id = t.case_id
  WHERE {_KNOWN.format(t="t", since="at")}
  UNION
  SELECT p.institution_id, p.case_id, p.item_id FROM servicedesk_pastticketitem p JOIN cases_case y ON y.id = p.case_id
  WHERE p.until > %(as_of)s AND {_KNOWN.format(t="p", since="since")}
)"""
"""Ties of tickets and items as they were known then. What came with the ticket (its form, an import) is known from the ticket on:
tickets are registered, and imported, after the moment at which they came."""
DRILLS: Final = {**DIMENSIONS, "system": Dimension(
    "system", _("Nombre del Sistema"), _("Por sistema"), "", _("Sin sistema"),
    f"(EXISTS (SELECT 1 FROM {TIED} t WHERE t.case_id = f.case_id AND 'ci:' || t.item_id = %(key)s)"
    " OR EXISTS (SELECT 1 FROM questionnaires_fieldvalue v JOIN questionnaires_response q ON q.id = v.response_id AND q.role = 'record'"
    " WHERE v.case_id = f.case_id AND v.position = 0 AND v.text = %(key)s AND v.key IN ('sistema', 'nombre_del_sistema', 'system')))")}
"""Everything by which the rows behind a figure may be opened: the dimensions, and the system, of which a ticket may have several."""
