"""Reading a folder of exports: one file per class, `UserRequest.csv` (headers are attribute codes) or `UserRequest.json`
(the answer of `core/get`, or a list of objects). Both may be there for different classes; several files of a class add up.

Nothing is interpreted here but the two shapes of a case log.
"""
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ventanilla.core.orgs.services.setup import Refused

MAX_BYTES: Final = 1024 * 2**20
MAX_FIELD: Final = 64 * 2**20
_HEAD: Final = re.compile(r"^={4,} (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) : (?P<who>.*?) \((?P<id>\d*)\) ={4,}[ \t]*$", re.M)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """What was said in a log: when (as written), by whom, and the text exactly as it is."""

    at: str
    who: str
    text: str


@dataclass
class Export:
    """A folder, read: rows by class, edges of the relation `impacts` (source id, target id), and what could not be read."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    impacts: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def of(self, *names: str) -> Iterator[tuple[str, Row]]:
        """Class and row, of these classes in this order."""
        return ((name, row) for name in names for row in self.rows.get(name, ()))


def read_folder(folder: Path) -> Export:
    """Read every file. Raises Refused: no such folder, nothing to read in it, or a file that is too large or not readable."""
    if not folder.is_dir():
        raise Refused(f"No existe la carpeta «{folder}».", "folder")
    export = Export()
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".csv", ".json") and path.is_file():
            if path.stat().st_size > MAX_BYTES:
                raise Refused(f"«{path.name}» pasa de {MAX_BYTES // 2**20} MB; pártalo.", "folder")
            (_json if path.suffix.lower() == ".json" else _csv)(export, path)
    if not export.rows and not export.impacts:
        raise Refused("En la carpeta no hay exportaciones: se esperan archivos como UserRequest.csv o UserRequest.json.", "folder")
    return export


def _class_of(path: Path) -> str:
    """`UserRequest.csv`, `UserRequest-2.csv`, `UserRequest_2024.json`."""
    return re.split(r"[-_. ]", path.stem)[0]


def _csv(export: Export, path: Path) -> None:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max((",", ";", "\t"), key=first.count))
    try:
        names = [n.strip() for n in next(reader, [])]
        for number, cells in enumerate(reader, start=1):
            if len(cells) == len(names):
                _take(export, _class_of(path), dict(zip(names, cells, strict=True)))
            elif any(cells):
                export.problems.append(f"{path.name}, renglón {number}: tiene {len(cells)} columnas y se esperaban {len(names)}.")
    except csv.Error as problem:
        raise Refused(f"«{path.name}» no es un CSV legible: {problem}.", "folder") from problem


def _json(export: Export, path: Path) -> None:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise Refused(f"«{path.name}» no es un JSON legible.", "folder") from problem
    relations = data.get("relations") if isinstance(data, dict) else None
    if isinstance(relations, dict):
        export.impacts += [(_number(source), _number(t.get("key", ""))) for source, targets in relations.items() for t in targets]
        return
    objects = data.get("objects") or {} if isinstance(data, dict) else data
    for one in objects.values() if isinstance(objects, dict) else objects:
        if isinstance(one, dict):
            fields = one.get("fields", one)
            _take(export, str(one.get("class") or _class_of(path)), {"id": one.get("key", ""), **fields})


def _number(key: Any) -> str:
    return str(key).rsplit("::", 1)[-1]


def _take(export: Export, name: str, row: Row) -> None:
    """By its final class where it says so; a table of edges is not a class."""
    if name.lower() in ("relations", "impacts"):
        export.impacts.append((str(row.get("source_id", "")), str(row.get("target_id", ""))))
        return
    final = str(row.get("finalclass") or name)
    export.rows.setdefault(final, []).append(row)


def cell(row: Row, *names: str) -> str:
    """The first of these fields that says something, without outer spaces."""
    for name in names:
        value = row.get(name)
        if value not in (None, "", 0, "0") and not isinstance(value, dict | list):
            return str(value).strip()
    return ""


def entries(value: Any) -> list[Entry]:
    """A case log, the oldest entry first, from either shape. Text without a heading is an entry without moment and author."""
    if isinstance(value, dict):
        found = [Entry(str(e.get("date", "")), str(e.get("user_login", "")), str(e.get("message", ""))) for e in value.get("entries") or ()
                 if isinstance(e, dict)]
        return found[::-1]
    text = str(value or "").replace("\r\n", "\n")
    heads = list(_HEAD.finditer(text))
    bounds = [h.start() for h in heads] + [len(text)]
    found = [Entry(h["at"], h["who"], text[h.end():end].strip("\n")) for h, end in zip(heads, bounds[1:], strict=True)][::-1]
    before = text[:bounds[0]].strip("\n")
    return [Entry("", "", before), *found] if before.strip() else found
