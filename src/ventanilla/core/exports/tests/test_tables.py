"""CSV and XLSX say the same, hold no formula, keep their types, and take no memory."""

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ventanilla.core.exports import bench, spreadsheets
from ventanilla.core.exports.tables import Column, Table, long_moment, shown

MOMENT = datetime(2026, 11, 21, 20, 32, tzinfo=UTC)
COLUMNS = [
    Column("Folio"),
    Column("Recibido", "date"),
    Column("Registrado", "datetime"),
    Column("Fojas", "int"),
    Column("Costo", "money"),
    Column("Avance", "percent"),
    Column("Semáforo", "light"),
]
EVIL = [
    "=1+1",
    "+52 722",
    "-3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "Ñandú \u202e revés",
    "a\x00\x0bb",
    "\ud800",
]


def table(rows: Any = (), **extra: Any) -> Table:
    return Table(
        "Documentos recibidos",
        COLUMNS,
        rows,
        filters="Unidad: Tesorería",
        generated_by="Ana Peña",
        institution="Instituto de Vivienda",
        generated_at=MOMENT,
        **extra,
    )


def row(text: str = "212C/1/2026") -> tuple[Any, ...]:
    return text, date(2026, 11, 20), MOMENT, 12, 1234.5, 0.875, "red"


def test_csv(tmp_path: Path) -> None:
    assert spreadsheets.write_csv(table([row(), (None,) * 7]), tmp_path / "a.csv") == 2
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 3
    found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert found[1] == [
        "212C/1/2026",
        "2026-11-20",
        "2026-11-21T14:32:00-06:00",
        "12",
        "1234.5",
        "0.875",
        "Vencido",
    ]


@pytest.mark.parametrize("text", EVIL)
def test_no_formula_reaches_a_spreadsheet(text: str, tmp_path: Path) -> None:
    line = list(spreadsheets.csv_lines(table([row(text)])))[1].decode()
    cell = next(csv.reader(io.StringIO(line, newline="")))[0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    spreadsheets.write_xlsx(table([row(text)]), tmp_path / "a.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert isinstance(book.get_sheet_by_name("Datos").to_python()[1][0], str)


def test_csv_streams() -> None:
    def endless() -> Iterator[Any]:
        while True:
            yield row()

    chunks = spreadsheets.csv_lines(table(endless()))
    assert len([next(chunks) for _ in range(50)]) == 50


def test_xlsx_keeps_types_and_tells_about_itself(tmp_path: Path) -> None:
    assert spreadsheets.write_xlsx(table([row(), (None,) * 7]), tmp_path / "a.xlsx") == 2
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert book.sheet_names == ["Datos", "Acerca de"]
    assert book.get_sheet_by_name("Datos").to_python()[1] == [
        "212C/1/2026",
        date(2026, 11, 20),
        datetime(2026, 11, 21, 14, 32),
        12.0,
        1234.5,
        0.875,
        "Vencido",
    ]
    about = dict(book.get_sheet_by_name("Acerca de").to_python())
    assert about["Filtros"] == "Unidad: Tesorería" and about["Renglones"] == "2"
    assert about["Generado el"] == "21 de noviembre de 2026, 14:32"


def test_odd_values_are_written(tmp_path: Path) -> None:
    odd = ("x" * 40_000, date(1899, 12, 31), None, True, float("nan"), "", "other")
    spreadsheets.write_xlsx(table([odd]), tmp_path / "a.xlsx")
    found = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Datos").to_python()
    assert found[1][1] == "31/12/1899"


def test_too_many_rows_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 3)
    with pytest.raises(spreadsheets.TooManyRows):
        spreadsheets.write_xlsx(table([row()] * 4), tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_shown_values() -> None:
    assert [shown(1234567, "int"), shown(0.8749, "percent"), shown(1234.5, "money"), shown(None, "date")] == [
        "1,234,567",
        "87.5%",
        "$1,234.50",
        "",
    ]
    assert long_moment(MOMENT) == "21 de noviembre de 2026, 14:32"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings_test")
    monkeypatch.setenv("PYTHONPATH", os.fspath(Path(bench.__file__).parents[3]))
    assert bench._child(name, 30_000)["growth_mib"] <= 64
