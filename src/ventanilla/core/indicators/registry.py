"""The measures by name, each with one definition. Modules add theirs with `register`, when they start."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import Source

Text = str | Promise


@dataclass(frozen=True)
class Measure:
    """A number with a name. `unit` is what is counted ("asuntos", "bytes").

    `event` says how it arises: "flow" adds what happened on each day; "stock" is what there is at the end of
    a day, the sum of all changes up to it; "period" counts over a whole period and has no steps (units that used the system: the sum
    of their months is no number of units). `parts` name the values of `part`.

    `sources` keep it by triggers, for what pages read all day. `live` counts it instead when it is read: a SELECT of (unit, local day,
    part, amount) with %(units)s, %(start)s and %(end)s, which must read by an index; writing then costs nothing more. One or the other.
    """

    slug: str
    label: Text
    definition: Text
    unit: Text
    event: str = "flow"
    parts: dict[str, Text] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    live: str = ""


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Add a measure. Raises ValueError when the name is taken by another."""
    if _measures.setdefault(measure.slug, measure) != measure:
        raise ValueError(f"the measure {measure.slug} exists already")
    return measure


def measure(slug: str) -> Measure:
    """The measure of that name. Raises KeyError."""
    return _measures[slug]


def measures() -> Iterator[Measure]:
    """All of them, in order of registration."""
    yield from _measures.values()


def _of(slug: str) -> tuple[Source, ...]:
    return tuple(source for source in SOURCES if source.measure == slug)


_PURPOSE: dict[str, Text] = {"action": _("Para atención"), "information": _("Para conocimiento")}
_ANSWER: dict[str, Text] = {"final": _("Definitivas"), "partial": _("Parciales")}
_TIME: dict[str, Text] = {"on_time": _("En tiempo"), "late": _("Con retraso")}
for _measure in (
    Measure(
        "cases_registered",
        _("Asuntos registrados"),
        _("Asuntos a cargo de la unidad, en el día en que se recibieron, por tipo de asunto."),
        _("asuntos"),
    ),
    Measure(
        "cases_concluded",
        _("Asuntos concluidos"),
        _(
            "Asuntos a cargo de la unidad que terminaron, en el día en que se concluyeron, por tipo de asunto."
        ),
        _("asuntos"),
    ),
    Measure(
        "turns_sent",
        _("Turnos enviados"),
        _(
            "Turnos que la unidad envió, en el día del envío, también los que después se retiraron o devolvieron."
        ),
        _("turnos"),
        parts=_PURPOSE,
    ),
    Measure(
        "turns_received",
        _("Turnos recibidos"),
        _(
            "Turnos dirigidos a la unidad, en el día del envío. Un turno reasignado cuenta en la unidad que lo tiene."
        ),
        _("turnos"),
        parts=_PURPOSE,
    ),
    Measure(
        "turns_concluded",
        _("Turnos concluidos"),
        _(
            "Turnos para atención que la unidad respondió y le fueron aceptados, en el día de la conclusión; en "
            "tiempo, si su respuesta llegó antes de vencer o no tenían plazo."
        ),
        _("turnos"),
        parts=_TIME,
    ),
    Measure(
        "turns_pending",
        _("Turnos pendientes"),
        _("Turnos para atención que la unidad tenía abiertos al terminar el día."),
        _("turnos"),
        "stock",
        _PURPOSE,
    ),
    Measure(
        "answers_sent",
        _("Respuestas enviadas"),
        _("Respuestas a los turnos que tiene la unidad, en el día en que se dieron. Las que la unidad retiró no cuentan."),
        _("respuestas"),
        parts=_ANSWER,
    ),
    Measure(
        "answers_received",
        _("Respuestas recibidas"),
        _("Respuestas a los turnos que la unidad envió, en el día en que se dieron. Las que se retiraron no cuentan."),
        _("respuestas"),
        parts=_ANSWER,
    ),
    Measure(
        "files_attached",
        _("Archivos adjuntos"),
        _(
            "Archivos adjuntos a los asuntos, por tipo de asunto; cuentan en la unidad del turno o, si no tienen turno, en la unidad a "
            "cargo del asunto."
        ),
        _("archivos"),
    ),
    Measure(
        "file_bytes",
        _("Tamaño de los archivos"),
        _("Bytes de todas las versiones de los archivos adjuntos, por tipo de asunto, en el día en que llegó cada versión."),
        _("bytes"),
    ),
):
    register(
        Measure(
            _measure.slug,
            _measure.label,
            _measure.definition,
            _measure.unit,
            _measure.event,
            _measure.parts,
            _of(_measure.slug),
        )
    )
