"""The tables of the board: what a page shows and a file holds are the same rows, made here."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.indicators.registry import measure
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.measures import LETTERS
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.screens.board_figures import SHOWN, Board
from ventanilla.modules.correspondence.screens.periods import STEPS
from ventanilla.modules.correspondence.services.adoption import Adopter
from ventanilla.modules.correspondence.services.figures import STAGES
from ventanilla.web.ui.formats import long_date

Rows = Iterator[list[Any]]


@dataclass(frozen=True)
class Sheet:
    """A table of the board by name: its columns and, for a board, its rows; `size` is how many there may be."""

    title: str | Promise
    columns: Callable[[Board], list[Column]]
    rows: Callable[[Board], Rows]
    size: Callable[[Board], int] = lambda board: len(board.units) + len(board.period.steps)


def label_of(slug: str) -> str:
    """What the board calls a measure: the module's word where it counts letters only."""
    return _("Documentos concluidos") if slug == "cases_concluded" else str(measure(slug).label)


def _figures(board: Board) -> Rows:
    for slug in SHOWN:
        now, then = board.figure(slug)
        yield [label_of(slug), now, then, now - then, str(measure(slug).definition)]


def _steps(board: Board) -> Rows:
    for n, day in enumerate(board.period.steps):
        yield [max(day, board.period.start), *(board.steps[slug][n] for slug in SHOWN)]


def by_unit(board: Board) -> list[list[Any]]:
    """Name and figures of each unit, in the order of the tree; last the share answered in time."""
    return [[u.name, *(board.of_unit(slug, u.pk) for slug in SHOWN), board.in_term(u.pk)] for u in board.units]


def _unit_steps(board: Board) -> Rows:
    """Only where there is something: a unit without figures in a step has no row for it."""
    for unit in board.units:
        values = [board.unit_steps[slug].get(unit.pk) for slug in SHOWN]
        for n, day in enumerate(board.period.steps if any(values) else ()):
            row = [one[n] if one else 0 for one in values]
            if any(row):
                yield [unit.name, max(day, board.period.start), *row]


def types_of(board: Board) -> list[tuple[int, int]]:
    """The number of each type of document and how many there are, most first."""
    counted = [(p, n) for (slug, unit, p), n in board.now.items() if slug == "letters_by_type" and unit is None and p and n]
    return sorted(((int(p.removeprefix("type:")), n) for p, n in counted), key=lambda one: (-one[1], one[0]))


def _types(board: Board) -> Rows:
    names = dict(LetterType.objects.filter(institution_id=board.person.institution_id).values_list("pk", "name"))
    for pk, n in types_of(board):
        yield [names.get(pk, "—"), n]


def _sides(board: Board) -> Rows:
    for part, label in LETTERS.parts.items():
        if n := board.now["letters", None, part]:
            yield [str(label), n]


def _loads(board: Board) -> Rows:
    for load in board.loads:
        yield [board.by_id[load.unit_id].name, load.red, load.amber, load.green, load.none, load.oldest]


def _stages(board: Board) -> Rows:
    for label, now, then in zip(STAGES, *board.stages, strict=True):
        yield [str(label), now.hours, now.times, then.hours, then.times]


def status(row: Adopter, *, head: bool = False) -> str:
    """How a unit, or its head, stands in words."""
    if head and row.head_id is None:
        return _("Sin titular")
    used, first = (row.head_used, row.head_first) if head else (row.used, row.first)
    return _("Lo usó en el periodo") if used else _("Sin uso en el periodo") if first else _("No ha empezado")


def _adoption(board: Board) -> Rows:
    heads = {p.pk: p.name for p in Person.objects.filter(pk__in=[a.head_id for a in board.adoption if a.head_id])}
    for row in board.adoption:
        yield [board.by_id[row.unit_id].name, row.since, status(row), row.first, row.last, heads.get(row.head_id or 0, ""),
               status(row, head=True), row.head_last]


def _started(board: Board) -> Rows:
    for day, (started, programmed) in zip(board.period.steps, board.started, strict=True):
        yield [max(day, board.period.start), started, programmed, started / programmed if programmed else None]


def _stored(board: Board) -> Rows:
    files, size = board.stored_before["files_attached"], board.stored_before["file_bytes"]
    for n, day in enumerate(board.period.steps):
        more = board.steps["files_attached"][n], board.steps["file_bytes"][n]
        files, size = files + more[0], size + more[1]
        yield [max(day, board.period.start), more[0], more[1] / 1e9, files, size / 1e9]


def _savings(board: Board) -> Rows:
    for s in board.savings:
        yield [s.label, str(s.per.label), s.times, float(s.share), s.cost, s.amount, s.source]


def _columns(*columns: tuple[str | Promise, Any]) -> Callable[[Board], list[Column]]:
    return lambda _board: [Column(str(title), kind) for title, kind in columns]


def _measured(*first: tuple[str | Promise, Any], last: Sequence[tuple[str | Promise, Any]] = ()) -> Callable[[Board], list[Column]]:
    return lambda _board: [*(Column(str(title), kind) for title, kind in first), *(Column(label_of(s), "int") for s in SHOWN),
                           *(Column(str(title), kind) for title, kind in last)]


IN_TERM: Final = lazy("Atendidos en plazo")
_FROM: Final = (lazy("Desde"), "date")
_UNIT: Final = (lazy("Unidad"), "text")
_LETTERS: Final = (lazy("Documentos"), "int")
SHEETS: Final = {
    "cifras": Sheet(lazy("Cifras del periodo"), _columns(
        (lazy("Cifra"), "text"), (lazy("En el periodo"), "int"), (lazy("Antes"), "int"), (lazy("Cambio"), "int"),
        (lazy("Qué cuenta"), "text")), _figures),
    "produccion": Sheet(lazy("Producción por paso"), _measured(_FROM), _steps),
    "unidades": Sheet(lazy("Cifras por unidad"), _measured(_UNIT, last=[(IN_TERM, "percent")]), lambda board: iter(by_unit(board))),
    "unidades-paso": Sheet(lazy("Cifras por unidad y paso"), _measured(_UNIT, _FROM), _unit_steps,
                           lambda board: len(board.units) * len(board.period.steps)),
    "tipos": Sheet(lazy("Documentación por tipo"), _columns((lazy("Tipo"), "text"), _LETTERS), _types),
    "sentidos": Sheet(lazy("Documentación por sentido"), _columns((lazy("Sentido"), "text"), _LETTERS), _sides),
    "semaforo": Sheet(lazy("Semáforo por unidad"), _columns(
        _UNIT, (lazy("Vencidos"), "int"), (lazy("Por vencer"), "int"), (lazy("En tiempo"), "int"), (lazy("Sin plazo"), "int"),
        (lazy("El más antiguo espera desde"), "datetime")), _loads),
    "tiempos": Sheet(lazy("Cuánto tarda cada paso"), _columns(
        (lazy("Paso"), "text"), (lazy("Mediana en horas"), "float"), (lazy("Turnos"), "int"), (lazy("Mediana antes, en horas"), "float"),
        (lazy("Turnos antes"), "int")), _stages),
    "uso": Sheet(lazy("Quién usa el sistema"), _columns(
        _UNIT, (lazy("Programada desde"), "date"), (lazy("Cómo va"), "text"), (lazy("Primer uso"), "datetime"),
        (lazy("Último uso"), "datetime"), (lazy("Titular"), "text"), (lazy("Cómo va su titular"), "text"),
        (lazy("Último uso de su titular"), "datetime")), _adoption),
    "inicio": Sheet(lazy("Unidades que han empezado"), _columns(
        _FROM, (lazy("Han empezado"), "int"), (lazy("Programadas"), "int"), (lazy("De las programadas"), "percent")), _started),
    "acervo": Sheet(lazy("Archivos y espacio"), _columns(
        _FROM, (lazy("Archivos nuevos"), "int"), (lazy("GB nuevos"), "float"), (lazy("Archivos en total"), "int"),
        (lazy("GB en total"), "float")), _stored),
    "ahorro": Sheet(lazy("Ahorro"), _columns(
        (lazy("Concepto"), "text"), (lazy("Se ahorra por cada"), "text"), (lazy("Veces"), "int"), (lazy("Proporción"), "percent"),
        (lazy("Costo unitario"), "money"), (lazy("Ahorro"), "money"), (lazy("Fuente"), "text")), _savings),
}


def about(board: Board) -> str:
    """Unit, period and step in words: what every file says of itself."""
    unit = board.chosen.name if board.chosen else _("Todas las unidades que usted mide")
    return _("%(unit)s, del %(start)s al %(end)s, por %(step)s") % {
        "unit": unit, "start": long_date(board.period.start), "end": long_date(board.period.end),
        "step": str(STEPS[board.period.step]).lower()}


def table_of(board: Board, name: str) -> Table:
    """A table of the board as a file holds it. Raises KeyError for an unknown one."""
    sheet, person = SHEETS[name], board.person
    return Table(str(sheet.title), sheet.columns(board), sheet.rows(board), filters=about(board), generated_by=person.name,
                 institution=person.institution.name)


def left_out(board: Board, name: str) -> Table:
    """What a workbook of all tables holds in place of one that is too large for it: that it is so, and where it is."""
    said = _("Tiene demasiados renglones para este libro: descárguela aparte, con su botón Excel o CSV en el tablero.")
    return replace(table_of(board, name), columns=[Column(_("Nota"), width=100)], rows=iter([[said]]))


def is_now(board: Board) -> bool:
    """Whether the period reaches today: what is pending at its end is what waits now."""
    return board.period.end >= timezone.localdate()
