"""What travels by NOTIFY: compact JSON with ids only, below PostgreSQL's 8,000 bytes; contents are fetched by each
browser with its own rights.

A case: `{"k": "case", "c": case, "v": verb, "t": [access tokens]}`. Notices: `{"k": "notice", "p": [persons]}`.
"""
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

CHANNEL: Final = "ventanilla_events"
MOST_BYTES: Final = 7900
CHUNK: Final = 300  # tokens of up to 19 digits and a comma stay below MOST_BYTES


def case_news(case_id: int, verb: str, tokens: Sequence[int]) -> Iterator[str]:
    """The payloads that tell whoever holds one of the tokens that the case changed."""
    for part in _chunks(tokens):
        yield _pack({"k": "case", "c": case_id, "v": verb, "t": part})


def notice_news(person_ids: Sequence[int]) -> Iterator[str]:
    """The payloads that tell people that they have a new notice."""
    for part in _chunks(person_ids):
        yield _pack({"k": "notice", "p": part})


def _chunks(numbers: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), CHUNK):
        yield list(numbers[start:start + CHUNK])


def _pack(value: dict[str, Any]) -> str:
    text = json.dumps(value, separators=(",", ":"))
    assert len(text) <= MOST_BYTES
    return text


def read(text: str) -> dict[str, Any] | None:
    """The payload, or None for what this version does not understand."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) and value.get("k") in ("case", "notice") else None
