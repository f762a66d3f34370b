"""The five real forms against a key made by hand, field by field: every filled value right, nothing invented, every oddity noticed.

A long answer is in the key as its line, its cell, and the words with which it begins and ends; the forms themselves are not kept here.
"""
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ventanilla.modules.practices.form import definition, write_text
from ventanilla.modules.practices.reading import Reading, read_text

pytestmark = pytest.mark.shared_data
HERE = Path(__file__).parent
FORMS = (1, 2, 3, 4, 5)


@cache
def form(number: int) -> str:
    for folder in Path(__file__).resolve().parents:
        path = folder.parent / "shared" / "data" / "practices" / f"practice-{number}.txt"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    pytest.skip("los formularios no están en esta máquina")


@cache
def key(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"key_{number}.json").read_text(encoding="utf-8"))
    return found


@cache
def reading(number: int) -> Reading:
    return read_text(form(number))


def expected(number: int, value: Any) -> Any:
    """The value of the key; a place in the form is looked up there, without the parser."""
    if not (isinstance(value, dict) and "line" in value):
        return value
    cell = form(number).split("\n")[value["line"] - 1].split("\t")[value["cell"]]
    cell = re.sub(r"</?p>", "", cell)
    text = cell[cell.index(value["starts"]):].strip()
    assert text.endswith(value["ends"]), (value, text[-60:])
    return text


@pytest.mark.parametrize("number", FORMS)
def test_every_filled_value_is_right_and_nothing_is_invented(number: int) -> None:
    wanted = {name: expected(number, value) for name, value in key(number)["values"].items()}
    assert reading(number).values() == wanted
    assert reading(number).generation == key(number)["generation"]
    assert list(reading(number).fields) == list(definition(key(number)["generation"]).fields)


@pytest.mark.parametrize("number", FORMS)
def test_contradictions_wait_with_every_reading(number: int) -> None:
    waiting = {name: [one.value for one in field.alternatives] for name, field in reading(number).fields.items() if field.waiting}
    assert waiting == {name: [expected(number, one) for one in values] for name, values in key(number)["waiting"].items()}
    assert sorted(one.code for one in reading(number).contradictions) == sorted(key(number)["contradictions"])
    assert all(field.question and all(one.why for one in field.alternatives) for field in reading(number).fields.values() if field.waiting)


@pytest.mark.parametrize("number", FORMS)
def test_every_oddity_is_noticed_where_it_stands(number: int) -> None:
    seen = {(notice.code, notice.line) for notice in reading(number).notices}
    assert {(code, line) for code, line in key(number)["notices"]} - seen == set()


@pytest.mark.parametrize("number", FORMS)
def test_nothing_is_dropped(number: int) -> None:
    """Every piece is in a field or in the residue, the residue says why, and the original is kept byte for byte."""
    one = reading(number)
    assert [r for r in one.residue if not r.explained] == []
    assert one.original == form(number)
    counts = {"boxes": "<input", "checked": "checked=", "nested": "<table", "paragraphs": "<p>", "zero_dates": "0000-00-00"}
    assert {name: form(number).count(sign) for name, sign in counts.items()} == key(number)["counts"]
    zero = [notice for notice in one.notices if notice.code == "fecha_nula"]
    assert len(zero) == key(number)["counts"]["zero_dates"]


@pytest.mark.parametrize("number", FORMS)
@pytest.mark.parametrize("boxes", [False, True])
def test_what_was_read_is_written_and_read_again_to_the_same(number: int, boxes: bool) -> None:
    one, generation = reading(number), reading(number).generation
    values = one.values() | {name: field.alternatives[0].value for name, field in one.fields.items() if field.waiting}
    again = read_text(write_text(values, generation, boxes=boxes))
    assert again.generation == generation
    found = {name: field.value for name, field in again.fields.items() if field.value is not None}
    assert found == values
    assert write_text(found, generation, boxes=boxes) == write_text(values, generation, boxes=boxes)
    assert [r for r in again.residue if not r.explained] == []
