"""From the data files to a generation: `printed` as it is on paper, `definition` as the form engine asks it."""
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from ventanilla.core.questionnaires.definition import Definition, parse
from ventanilla.modules.practices.form.printing import Cell, Printed, PrintedSection, Row

HERE: Final = Path(__file__).parent


@cache
def generations() -> tuple[str, ...]:
    """The generations that are known, oldest first: ("2022", "2023", "2024")."""
    return tuple(sorted(p.stem for p in (HERE / "generations").glob("*.json")))


@cache
def printed(generation: str) -> Printed:
    """The generation as printed. Raises LookupError when it is not known."""
    data = _generation(generation)
    return Printed(data["generation"], data["title"], tuple(_section(one) for one in data["sections"]))


@cache
def definition(generation: str) -> Definition:
    """The generation as a form of `core.questionnaires`. Raises LookupError when it is not known."""
    return parse(definition_data(generation))


def definition_data(generation: str) -> dict[str, Any]:
    """The JSON of that form: what `create_instrument` publishes. Raises LookupError when it is not known."""
    return {"sections": [
        {"key": section.key, "title": section.title, "fields": [_asked(row, key) for row in section.rows for key in row.field_keys()]}
        for section in printed(generation).sections]}


def canonical_field(key: str) -> Mapping[str, Any]:
    """What a canonical key means in every generation. Raises KeyError."""
    found: Mapping[str, Any] = _fields()[key]
    return found


@cache
def _fields() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
    return found


def _generation(generation: str) -> dict[str, Any]:
    if generation not in generations():
        raise LookupError(generation)
    found: dict[str, Any] = json.loads((HERE / "generations" / f"{generation}.json").read_text(encoding="utf-8"))
    return found


def _section(data: Mapping[str, Any]) -> PrintedSection:
    return PrintedSection(data["key"], data["numeral"], data["title"], tuple(_row(one) for one in data["items"]))


def _row(data: Mapping[str, Any]) -> Row:
    return Row(data["as"], data.get("label", ""), data.get("key", ""), data.get("number", ""),
               tuple((value, label) for value, label in data.get("choices", ())), tuple(Cell(**one) for one in data.get("cells", ())),
               Cell(**data["other"]) if "other" in data else None,
               tuple(data.get("heads", ())), data.get("beside", ""), data.get("mark", "after"))


def _asked(row: Row, key: str) -> dict[str, Any]:
    """A field as JSON of the form engine: its meaning, with the label and the options of this generation."""
    meaning = dict(canonical_field(key))
    label = next((c.label for c in (*row.cells, row.other) if c and c.key == key), row.label)
    asked = {"key": key, "label": meaning.pop("ask", label), **meaning}
    if key == row.key and row.choices:
        choices = [{"value": value, "label": text} for value, text in row.choices]
        if asked["type"] == "table":
            asked["columns"] = [column | ({"choices": choices} if column["type"] == "choice" else {}) for column in asked["columns"]]
        else:
            asked["choices"] = choices
    return asked
