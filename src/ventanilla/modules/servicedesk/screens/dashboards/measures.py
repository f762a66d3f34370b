"""The library of measures that a tile may show, each with one definition; presets by profile."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import Membership, Team
from ventanilla.modules.servicedesk.screens.dashboards.counting import Look, Result, narrowed_to
from ventanilla.modules.servicedesk.screens.dashboards.figures import (
    OPEN,
    age,
    caused,
    deflected,
    kept,
    lights,
    number,
    open_by,
    reopened,
    satisfied,
    told,
    weekly,
    worked,
)
from ventanilla.modules.servicedesk.services.opening import liaison_units
from ventanilla.modules.servicedesk.services.working import works_somewhere


@dataclass(frozen=True)
class Measure:
    """A named measure. `desk`: only for whoever works in the desk. `shown` looks at what the person may see."""

    slug: str
    label: str | Promise
    definition: str | Promise
    shown: Callable[[Look], Result]
    desk: bool = True
    narrows: bool = True
    """Whether it counts tickets, which can be narrowed."""

    def count(self, look: Look) -> Result:
        """Its figures, each with the address of the rows that it counts."""
        return narrowed_to(self.shown(look), look.narrowed)


_MINE: Final = {**OPEN, "mio": "mine"}
_ASKED: Final = {**OPEN, "mio": "asked"}
LIBRARY: Final = {m.slug: m for m in (
    Measure("mios", _("Los que atiendo, por semáforo"), _("Tickets abiertos asignados a usted."), partial(lights, _MINE)),
    Measure("libres", _("Sin nadie asignado"), _("Tickets abiertos que nadie ha tomado."), partial(number, {"mio": "free"})),
    Measure("mayores", _("Incidentes mayores abiertos"), _("Incidentes declarados mayores que siguen abiertos."),
            partial(number, {**OPEN, "mayor": "si"})),
    Measure("semaforo", _("Abiertos por semáforo"), _("Tickets abiertos que usted puede ver."), partial(lights, OPEN)),
    Measure("estado", _("Abiertos por estado"), _("Tickets abiertos que usted puede ver, por su estado de hoy."), open_by("estado")),
    Measure("equipo", _("Abiertos por equipo"), _("Tickets abiertos, por el equipo que los tiene."), open_by("equipo")),
    Measure("agente", _("Abiertos por persona"), _("Tickets abiertos, por quien los atiende."), open_by("atiende")),
    Measure("servicio", _("Abiertos por servicio"), _("Tickets abiertos, por servicio del catálogo."), open_by("servicio")),
    Measure("unidad", _("Abiertos por unidad que pide"), _("Tickets abiertos, por la unidad de quien los pidió."), open_by("unidad")),
    Measure("solicitante", _("Abiertos por quien pide"), _("Tickets abiertos, por la persona que los pidió."), open_by("pide")),
    Measure("enlace", _("Abiertos por enlace"), _("Tickets abiertos, por el enlace de la unidad que los pidió."), open_by("enlace")),
    Measure("prioridad", _("Abiertos por prioridad"), _("Tickets abiertos, por prioridad."), open_by("prioridad")),
    Measure("semanas", _("Recibidos y resueltos por semana"),
            _("Tickets por la semana en que llegaron y en que se resolvieron."), weekly),
    Measure("plazo", _("Resueltos en plazo"), _("De los resueltos en 90 días que tenían plazo, cuántos lo cumplieron, en horas de "
                                                "servicio y sin contar esperas."), partial(kept, None)),
    Measure("plazo-equipo", _("Resueltos en plazo por equipo"), _("Lo mismo, por el equipo que los tiene."), partial(kept, "equipo")),
    Measure("plazo-servicio", _("Resueltos en plazo por servicio"), _("Lo mismo, por servicio."), partial(kept, "servicio")),
    Measure("plazo-unidad", _("Resueltos en plazo por unidad que pide"), _("Lo mismo, por la unidad de quien los pidió."),
            partial(kept, "unidad")),
    Measure("plazo-agente", _("Resueltos en plazo por persona"), _("Lo mismo, por quien los atiende."), partial(kept, "atiende")),
    Measure("antiguedad", _("Antigüedad de los abiertos"), _("Tickets abiertos, por los días naturales desde que llegaron."), age),
    Measure("reabiertos", _("Reabiertos por servicio"), _("De los resueltos en 90 días, los que se habían reabierto."), reopened),
    Measure("causas", _("Causas de lo resuelto"), _("De los resueltos en 90 días, con qué causa."), caused),
    Measure("tiempo", _("Tiempo trabajado por persona"),
            _("Horas anotadas en los últimos 30 días en tickets que usted puede ver."), partial(worked, False)),
    Measure("mi-tiempo", _("Mi tiempo trabajado"), _("Horas que usted anotó en los últimos 30 días."), partial(worked, True)),
    Measure("satisfaccion", _("Satisfacción"), _("Encuestas contestadas en este mes y los dos anteriores."), satisfied,
            narrows=False),
    Measure("ayuda", _("Solicitudes que la ayuda evitó"),
            _("Formularios de los últimos 90 días en que se mostró un artículo."), deflected, narrows=False),
    Measure("pedidos", _("Lo que pedí o pidió mi unidad, por estado"),
            _("Tickets abiertos pedidos por usted, para usted, o por su unidad si es su enlace."), partial(told, _ASKED, "estado"), False),
    Measure("pedidos-semaforo", _("Lo que pedí, por semáforo"), _("Los mismos, por semáforo."), partial(lights, _ASKED), False),
    Measure("pedidos-servicio", _("Lo que más pide mi unidad"),
            _("Todos los tickets pedidos por usted, para usted, o por su unidad."), partial(told, {"mio": "asked"}, "servicio"), False),
)}
PRESETS: Final[dict[str, tuple[str, ...]]] = {
    "agent": ("mios", "libres", "semanas", "estado", "mi-tiempo"),
    "second": ("mios", "equipo", "semanas", "antiguedad", "reabiertos", "mi-tiempo"),
    "manager": ("mayores", "semaforo", "semanas", "plazo", "plazo-equipo", "agente", "antiguedad", "causas", "unidad", "servicio",
                "satisfaccion", "ayuda"),
    "liaison": ("pedidos", "pedidos-semaforo", "pedidos-servicio"),
    "asker": ("pedidos", "pedidos-semaforo"),
}
WIDE: Final = frozenset({"semanas"})
"""Two columns wide: in a preset after an even number of the others, so that no place stays empty."""


def profile_of(person: Person) -> str:
    """The preset of a person: who coordinates a team, its second level, an agent, a liaison, or who only asks."""
    if works_somewhere(person):
        teams = Team.objects.filter(institution_id=person.institution_id, active=True)
        if Membership.objects.filter(team__in=teams, person=person, lead=True).exists() or teams.filter(
                unit_id__in=reach_of(person).within(cap.CONCLUDE)).exists():
            return "manager"
        return "second" if teams.filter(memberships__person=person, tier__gte=2).exists() else "agent"
    return "liaison" if liaison_units(person).exists() else "asker"


def offered(person: Person) -> dict[str, Measure]:
    """The measures that a person may choose."""
    desk = works_somewhere(person)
    return {slug: m for slug, m in LIBRARY.items() if desk or not m.desk}


def preset(person: Person) -> list[tuple[str, bool]]:
    """The tiles of a profile: (measure, wide)."""
    return [(slug, slug in WIDE) for slug in PRESETS[profile_of(person)]]


def shown_to(person: Person, kept: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """A person's own tiles that still exist for them, or their preset."""
    mine = [(slug, wide) for slug, wide in kept if slug in offered(person)]
    return mine or preset(person)
