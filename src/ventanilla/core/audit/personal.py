"""The personal parts against the salted digests that their entries keep; erased ones are told from removed
ones."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ventanilla.core.audit import rows
from ventanilla.core.audit.findings import Finding, Report


@dataclass
class Personal:
    """Checks personal parts, a batch of entries at a time."""

    report: Report

    def check(self, entries: Sequence[rows.Entry]) -> None:
        """Compare each entry's digest with its personal part, or find out that it was erased on request."""
        found = {
            number: hashlib.sha256(bytes(salt) + data.encode()).hexdigest()
            for number, salt, data in rows.query(
                "SELECT entry_id, salt, data FROM audit_personal WHERE entry_id = ANY(%s)",
                [[e["id"] for e in entries]],
            )
        }
        gone = [e for e in entries if e["digest"] is not None and e["id"] not in found]
        erased = recorded_erasures([e["id"] for e in gone])
        self.report.erased += len(erased)
        for entry in gone:
            if entry["id"] not in erased:
                self._add("personal_missing", entry)
        for entry in entries:
            if found.get(entry["id"], entry["digest"]) != entry["digest"]:
                self._add("personal_altered" if entry["digest"] else "personal_inserted", entry)

    def check_orphans(self) -> None:
        """Personal parts of entries that do not exist."""
        for (number,) in rows.streamed(
            "SELECT p.entry_id FROM audit_personal p WHERE NOT EXISTS "
            "(SELECT 1 FROM audit_entry e WHERE e.id = p.entry_id)"
        ):
            self.report.add(Finding("personal_inserted", number))

    def _add(self, kind: str, entry: rows.Entry) -> None:
        self.report.add(Finding(kind, entry["id"], entry["case_id"], entry["verb"]))


def recorded_erasures(ids: Sequence[int]) -> set[int]:
    """Those of `ids` that an entry `audit.erase` names."""
    if not ids:
        return set()
    return {row[0] for row in rows.query(_ERASED, [list(ids)])}


_ERASED = """
SELECT DISTINCT x::bigint FROM audit_entry e, jsonb_array_elements_text(e.detail::jsonb -> 'entries') AS x
WHERE e.verb = 'audit.erase' AND x::bigint = ANY(%s)
"""
