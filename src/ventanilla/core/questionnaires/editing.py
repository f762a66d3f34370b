"""Changes of a definition's JSON, one at a time, as the builder makes them: pure, the draft given is not touched.

A place is (section, field), both by number. Raises IndexError for a place that does not exist (any more).
"""
import copy
from collections.abc import Mapping
from typing import Any

from ventanilla.core.questionnaires.definition.texts import slug

Data = dict[str, Any]


def is_form(data: object) -> bool:
    """Whether something has the shape of a definition, so that it can be edited; what it says may still be wrong."""
    sections = data.get("sections") if isinstance(data, dict) else None
    return isinstance(sections, list) and all(
        isinstance(s, dict) and isinstance(s.get("fields", []), list) and all(isinstance(f, dict) for f in s.get("fields", []))
        for s in sections)


def _copied(data: Mapping[str, Any]) -> Data:
    found = copy.deepcopy(dict(data))
    found.setdefault("sections", [])
    for section in found["sections"]:
        section.setdefault("fields", [])
    return found


def free_key(label: str, taken: set[str], most: int = 40) -> str:
    """A key made of the label that nobody has: `sistema`, `sistema_2`…"""
    base, key, n = slug(label, most), slug(label, most), 2
    while key in taken:
        key, n = f"{base}_{n}", n + 1
    return key


def keys_of(data: Mapping[str, Any]) -> set[str]:
    """The keys of all fields."""
    return {str(f.get("key")) for s in data.get("sections") or () for f in s.get("fields") or ()}


def put_section(data: Mapping[str, Any], at: int | None, values: Mapping[str, Any]) -> Data:
    """Change section `at`, or add one at the end (None). Empty values are left out."""
    found = _copied(data)
    if at is None:
        key = free_key(str(values.get("title", "")), {str(s.get("key")) for s in found["sections"]})
        found["sections"].append({"key": key, "fields": []})
        at = len(found["sections"]) - 1
    section = found["sections"][_index(at, found["sections"])]
    kept = {k: section[k] for k in ("key", "fields") if k in section}
    found["sections"][at] = kept | _filled(values)
    return found


def put_field(data: Mapping[str, Any], section: int, at: int | None, values: Mapping[str, Any]) -> Data:
    """Change field `at` of a section, or add one at the end of it (None)."""
    found = _copied(data)
    fields = found["sections"][_index(section, found["sections"])]["fields"]
    if at is None:
        fields.append(_filled(values))
    else:
        fields[_index(at, fields)] = _filled(values)
    return found


def remove(data: Mapping[str, Any], section: int, at: int | None = None) -> Data:
    """Take a field, or (None) a whole section away."""
    found = _copied(data)
    if at is None:
        del found["sections"][_index(section, found["sections"])]
    else:
        fields = found["sections"][_index(section, found["sections"])]["fields"]
        del fields[_index(at, fields)]
    return found


def move(data: Mapping[str, Any], section: int, at: int | None, by: int) -> Data:
    """Move a section, or a field, one place up (-1) or down (1); a field at the end of its section goes to the next one."""
    found = _copied(data)
    sections = found["sections"]
    if at is None:
        _swap(sections, _index(section, sections), by)
        return found
    fields = sections[_index(section, sections)]["fields"]
    place = _index(at, fields)
    if 0 <= place + by < len(fields):
        _swap(fields, place, by)
    elif 0 <= section + by < len(sections):
        beside = sections[section + by]["fields"]
        beside.insert(0 if by > 0 else len(beside), fields.pop(place))
    return found


def _swap(items: list[Any], place: int, by: int) -> None:
    if 0 <= place + by < len(items):
        items[place], items[place + by] = items[place + by], items[place]


def _index(at: int, items: list[Any]) -> int:
    if not 0 <= at < len(items):
        raise IndexError(at)
    return at


def _filled(values: Mapping[str, Any]) -> Data:
    return {k: v for k, v in values.items() if v not in (None, "", [], {}) and v is not False}
