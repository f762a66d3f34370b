"""Dashboards: the library of measures, what each counts now for this person, and which tiles they chose."""
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS
from ventanilla.modules.servicedesk.screens.dashboards.counting import Look, Result
from ventanilla.modules.servicedesk.screens.dashboards.measures import Measure, offered, profile_of, shown_to
from ventanilla.modules.servicedesk.screens.dashboards.narrowing import checked, params_of
from ventanilla.modules.servicedesk.services.dashboards import MOST, arrange, tiles_of
from ventanilla.web.api import scopes
from ventanilla.web.api.auth import Bearer, actor

router = Router(tags=["Mesa: informes"])
READ = Bearer(scopes.REPORTS)


class MeasureOut(Schema):
    """A measure that the person may put on their board."""

    measure: str
    label: str
    definition: str


class TileIO(Schema):
    """A measure on the board, and whether it takes the whole width."""

    measure: str = Field(max_length=60, examples=["semaforo"])
    wide: bool = False
    narrowed: dict[str, str] | None = Field(
        None, examples=[{"equipo": "3", "dias": "30"}],
        description="Sólo los tickets de un equipo, servicio, tipo o unidad (sus números, como en la lista), o de los últimos días (7, "
                    "30, 90 o 365); sin decirlo queda como estaba")


class BoardIn(Schema):
    """The tiles in their order; none: the preset of the person's profile again."""

    tiles: list[TileIO] = Field([], max_length=MOST)


class BoardOut(Schema):
    """The person's board, the preset it began with (`profile`), and the whole library."""

    profile: Literal["agent", "second", "manager", "liaison", "asker"]
    tiles: list[TileIO]
    library: list[MeasureOut]


class BoardLine(Schema):
    """A line: a value per column after the first, and the address of the page with exactly those tickets (empty: none)."""

    label: str
    values: list[float | None]
    pages: list[str]


class TileValues(Schema):
    """What a measure counts now, over what the person may see; `columns` name the label and the values."""

    measure: str
    label: str
    definition: str
    kind: Literal["bars", "lines", "stacked", "number"]
    columns: list[str]
    unit: str
    sentence: str
    total: float
    rows: list[BoardLine]


def _board(person: Person) -> dict[str, Any]:
    tiles = shown_to(person, [(t.measure, t.wide) for t in tiles_of(person)])
    kept = {t.measure: t.narrowed for t in tiles_of(person)}
    return {"profile": profile_of(person), "tiles": [{"measure": m, "wide": w, "narrowed": kept.get(m, {})} for m, w in tiles],
            "library": [_measure(m) for m in offered(person).values()]}


def _measure(one: Measure) -> dict[str, str]:
    return {"measure": one.slug, "label": str(one.label), "definition": str(one.definition)}


@router.get("/boards", response={200: BoardOut, **READS}, auth=READ, operation_id="get_board",
            summary="El tablero de la persona y las figuras entre las que puede elegir")
def board(request: HttpRequest) -> Any:
    """Without its values: ask for each by its name."""
    return _board(actor(request))


@router.put("/boards", response={200: BoardOut, **CHANGES}, auth=READ, operation_id="arrange_board",
            summary="Elegir y ordenar las figuras del tablero propio")
def rearrange(request: HttpRequest, data: BoardIn) -> Any:
    """Only one's own. Without tiles, the preset again. 422 for a measure that there is not."""
    person = actor(request)
    if unknown := {t.measure for t in data.tiles} - set(offered(person)):
        raise Refused(_("No hay una figura que se llame «%(name)s».") % {"name": sorted(unknown)[0]}, "tiles")
    arrange(actor=person, tiles=[(t.measure, t.wide) for t in data.tiles],
            narrowed={t.measure: checked(person, t.narrowed) for t in data.tiles if t.narrowed is not None})
    return _board(person)


@router.get("/boards/{measure}", response={200: TileValues, **READS}, auth=READ, operation_id="get_board_tile",
            summary="Lo que cuenta una figura ahora, de lo que la persona puede ver")
def tile(request: HttpRequest, measure: str) -> Any:
    """404 for one that the person may not choose."""
    person = actor(request)
    one = offered(person).get(measure)
    if one is None:
        raise Http404
    kept = next((t for t in tiles_of(person) if t.measure == measure), None)
    return _measure(one) | _values(one.count(Look(request, person, params_of(kept.narrowed if kept else {}))))


def _values(found: Result) -> dict[str, Any]:
    return {"kind": found.kind, "columns": [str(c) for c in found.columns], "unit": found.unit, "sentence": found.sentence,
            "total": found.total, "rows": [{"label": r.label, "values": list(r.values), "pages": list(r.urls)} for r in found.rows]}
