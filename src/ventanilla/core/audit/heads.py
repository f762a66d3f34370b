"""The head of the chain, exported every day to a file outside the database.

Whoever can rewrite the whole database cannot rewrite what was copied away before: keep these files elsewhere
too.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from ventanilla.core.audit import rows
from ventanilla.core.audit.sealing import seal

FORMAT = "ventanilla-audit-head-1"


@dataclass(frozen=True, slots=True)
class ExportedHead:
    """Link `seq` had this hash (hexadecimal) when it was exported at `exported_at` (ISO 8601 with zone)."""

    seq: int
    hash: str
    entry_id: int | None = None
    case_id: int | None = None
    verb: str | None = None
    exported_at: str = ""

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> "ExportedHead":
        """From the contents of a file. Raises ValueError when it is no exported head."""
        if (
            value.get("format") != FORMAT
            or not isinstance(value.get("seq"), int)
            or not isinstance(value.get("hash"), str)
        ):
            raise ValueError("no es una cabeza exportada de la bitácora")
        kept: dict[str, Any] = {name: value[name] for name in cls.__slots__ if name in value}
        return cls(**kept)


def folder() -> Path:
    """Where heads are exported: `audit-heads` in the data folder, readable only by its owner."""
    path = Path(settings.DATA_DIR) / "audit-heads"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def current_head() -> ExportedHead:
    """The last link as it stands now (seq 0 when nothing was ever sealed)."""
    row = rows.one(
        "SELECT h.seq, h.hash, s.entry_id, s.case_id, s.verb FROM audit_head h "
        "LEFT JOIN audit_seal s ON s.seq = h.seq WHERE h.id = 1"
    )
    seq, value, entry, case, verb = row
    return ExportedHead(seq, bytes(value).hex(), entry, case, verb, timezone.now().isoformat())


def export_head(on: date | None = None) -> Path:
    """Seal what can be sealed and write the head to `<local date>.json` (mode 600, on disk when this
    returns).

    A file is never overwritten: a second export of a day that says something else gets a number.
    """
    seal()
    head, day = current_head(), (on or timezone.localdate()).isoformat()
    for n in range(1, 1000):
        target = folder() / (f"{day}.json" if n == 1 else f"{day}-{n}.json")
        if target.exists():
            if (old := read_head(target)) and (old.seq, old.hash) == (head.seq, head.hash):
                return target
        elif _write(target, json.dumps({"format": FORMAT, **asdict(head)}, indent=1)):
            return target
    raise RuntimeError("demasiadas cabezas exportadas en un día")


def _write(target: Path, text: str) -> bool:
    """Whole or not at all: a temporary file, fsync, link, fsync of the folder. False when the name was just
    taken."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    _sync(target.parent)
    return True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_head(path: Path) -> ExportedHead | None:
    """The head in a file, or None when the file is not one."""
    try:
        return ExportedHead.parse(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, AttributeError, TypeError, OSError):
        return None


def exported_heads() -> list[ExportedHead]:
    """Every head found in the folder, oldest link first."""
    found = (read_head(path) for path in sorted(folder().glob("*.json")))
    return sorted((head for head in found if head), key=lambda head: head.seq)
