"""Counting tickets for tiles: always over the list of tickets with its own filters, so that a number and its rows agree."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.words import labels_over
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Cause, Service, Team
from ventanilla.modules.servicedesk.screens.lists import LIGHTS, SINGULAR, Tickets
from ventanilla.web.screens.screen import screen_of

Params = Mapping[str, str]


@dataclass(frozen=True)
class Look:
    """Who looks, by which request; `narrowed` are filters that every count keeps beside its own."""

    request: HttpRequest
    person: Person
    narrowed: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A line of a tile: its values, and for each the address of the very rows it counts ("" where there are none)."""

    label: str
    values: Sequence[float | None]
    urls: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """What a tile shows: `columns` name label and values; `kind` is bars, lines or number; `sentence` answers in words."""

    kind: str
    columns: Sequence[str]
    rows: Sequence[Row]
    sentence: str = ""
    unit: str = ""
    css: Sequence[str] = field(default=())

    @property
    def total(self) -> float:
        """Sum of the first value of all rows."""
        return sum(row.values[0] or 0 for row in self.rows)


def address(params: Params) -> str:
    """The list of tickets with those filters."""
    return f"{reverse('screen', args=['tickets'])}?{urlencode(dict(params))}"


def both(narrowed: Params, params: Params) -> dict[str, str]:
    """Filters that hold together; of two bounds of the same dates the narrower one."""
    found = {**narrowed, **params}
    for name in set(narrowed) & set(params):
        if name.endswith(("_after", "_before")):
            found[name] = (max if name.endswith("_after") else min)(narrowed[name], params[name])
    return found


def narrowed_to(result: "Result", narrowed: Params) -> "Result":
    """The same figures, each leading to the rows that it counts: those within what the tile is narrowed to."""
    start = address({})
    return replace(result, rows=[replace(row, urls=[
        address(both(narrowed, dict(parse_qsl(url.removeprefix(start))))) if url.startswith(start) else url
        for url in row.urls]) for row in result.rows]) if narrowed else result


def tickets(look: Look, params: Params) -> QuerySet[Case]:
    """Exactly the rows that the list shows to this person with those filters."""
    screen = screen_of("tickets")
    assert screen.filters is not None
    given = QueryDict(urlencode(both(look.narrowed, params)))
    chosen = screen.filters(given, queryset=Tickets.queryset(screen, look.person), request=look.request)  # type: ignore[arg-type]
    rows: QuerySet[Any] = chosen.qs if chosen.is_valid() else Case.objects.none()
    return Case.objects.filter(pk__in=rows.order_by().values("pk"))


@dataclass(frozen=True)
class Dimension:
    """By what tickets are told: the filter of the list, the field, its column's name, the words of a value, and which of several
    (parties of a ticket) count."""

    param: str
    path: str
    column: str | Promise
    words: Callable[[int, Any], str] = lambda _institution, value: str(value)
    name: str = ""
    none: str | Promise = ""
    only: Mapping[str, str] = field(default_factory=dict)


_USUAL = {state: label for flow in reversed(FLOWS) for state, label in flow.labels.items()}
def state_words(institution_id: int, state: str) -> str:
    """A state of tickets of every kind."""
    return labels_over(institution_id, FLOWS, {state: _USUAL.get(state, state)})[state]


DIMENSIONS: Final = {d.param: d for d in (
    Dimension("estado", "state", lazy("Estado"), state_words),
    Dimension("tipo", "kind", lazy("Tipo"), lambda _institution, v: str(SINGULAR[v])),
    Dimension("prioridad", "priority", lazy("Prioridad"), lambda _institution, v: str(Priority(v).label)),
    Dimension("equipo", "ticket__team", lazy("Equipo"), name="ticket__team__name", none=lazy("Sin equipo")),
    Dimension("servicio", "ticket__service", lazy("Servicio"), name="ticket__service__name", none=lazy("Sin servicio")),
    Dimension("unidad", "ticket__unit", lazy("Unidad que pide"), name="ticket__unit__name", none=lazy("Sin unidad")),
    Dimension("causa", "ticket__cause", "Causa", name="ticket__cause__name", none="Sin causa"),
    Dimension("atiende", "assignee", lazy("Atiende"), name="assignee", none=lazy("Sin nadie asignado")),
    Dimension("pide", "ticket__requester", lazy("Pide"), name="ticket__requester", none=lazy("Personas sin cuenta")),
    Dimension("enlace", "parties__person", lazy("Enlace"), name="parties__person", only={"parties__role": "liaison"}),
)}


PEOPLE: Final = ("atiende", "pide", "enlace")


def by(look: Look, params: Params, param: str, most: int = 12) -> Result:
    """How many tickets by a dimension, most first; the rest together."""
    dimension = DIMENSIONS[param]
    rows = tickets(look, params).filter(**dimension.only).values_list(dimension.path)
    counted = list(rows.annotate(n=Count("pk")).order_by("-n", dimension.path))
    names = _names(dimension, [value for value, _n in counted if value is not None])
    told = [_row(look, dimension, params, one, names) for one in counted[:most]]
    if rest := sum(n for _value, n in counted[most:]):
        besides = ",".join("null" if value is None else str(value) for value, _n in counted[:most])
        told.append(Row(_("Otros"), (rest,), (address({**params, "fuera": f"{param}:{besides}"}),)))
    return Result("bars", [_(str(dimension.column)), _("Tickets")], told)


def _row(look: Look, dimension: Dimension, params: Params, counted: tuple[Any, int], names: Mapping[Any, str]) -> Row:
    value, n = counted
    if value is None:
        return Row(_(str(dimension.none)), (n,), (address({**params, "sin": dimension.param}),))
    label = names.get(value) or dimension.words(look.person.institution_id, value)
    return Row(label, (n,), (address({**params, dimension.param: str(value)}),))


def _names(dimension: Dimension, ids: Sequence[Any]) -> dict[Any, str]:
    if not dimension.name or not ids:
        return {}
    if dimension.param in PEOPLE:
        return {p.pk: p.name for p in Person.objects.filter(pk__in=ids)}
    model: type[Model] = {"equipo": Team, "servicio": Service, "unidad": Unit, "causa": Cause}[dimension.param]
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", "name"))


def by_light(look: Look, params: Params) -> Result:
    """How many open tickets of each light, worst first."""
    rows = []
    for value, label in LIGHTS:
        given = {**params, "luz": value}
        rows.append(Row(str(label), (tickets(look, given).count(),), (address(given),)))
    return Result("bars", [_("Semáforo"), _("Tickets")], rows)
