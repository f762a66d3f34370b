"""Verification of the whole log, in one consistent snapshot and constant memory.

Each link is recomputed from the *stored* hashes before it, so one alteration gives one finding instead of
blaming everything after it. Start at `verify`; `Walk` follows the chain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from ventanilla.core.audit import rows
from ventanilla.core.audit.findings import Finding, Report
from ventanilla.core.audit.heads import ExportedHead
from ventanilla.core.audit.personal import Personal
from ventanilla.lib import auditproof
from ventanilla.lib.auditproof import Chain

CHUNK = 2000


def verify(exported_head: ExportedHead | Sequence[ExportedHead] | None = None) -> Report:
    """Check every entry, seal, personal digest and the head; against exported heads also truncation and
    rewriting.

    Takes a moment's snapshot, so people may go on working; must not be called inside a transaction.
    """
    heads = [exported_head] if isinstance(exported_head, ExportedHead) else list(exported_head or [])
    report = Report(heads_compared=len(heads))
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        walk = Walk(report, {head.seq: head for head in heads})
        for chunk in _chunks():
            walk.chunk(chunk)
        walk.close()
        _check_head(report, walk, heads)
        _check_unsealed(report)
        walk.personal.check_orphans()
    return report


@dataclass(frozen=True, slots=True)
class SealRow:
    """A stored link."""

    seq: int
    entry_id: int
    hash: bytes
    case_id: int | None
    verb: str | None

    def finding(self, kind: str) -> Finding:
        """A finding about the entry of this link, named as it was when sealed."""
        return Finding(kind, self.entry_id, self.case_id, self.verb, self.seq)


def _chunks() -> Iterator[list[SealRow]]:
    last = 0
    while found := [
        SealRow(seq, number, bytes(value), case, verb)
        for seq, number, value, case, verb in rows.query(
            "SELECT seq, entry_id, hash, case_id, verb FROM audit_seal WHERE seq > %s ORDER BY seq LIMIT %s",
            [last, CHUNK],
        )
    ]:
        yield found
        last = found[-1].seq


@dataclass
class Suspect:
    """A link that does not fit, until what follows shows whether its entry or its seal is to blame."""

    seal: SealRow
    entry: rows.Entry
    expected: bytes
    after: tuple[int, int]

    @property
    def key(self) -> tuple[int, int]:
        """Its place in the order of sealing."""
        return self.entry["xid"], self.entry["id"]


@dataclass
class Walk:
    """Follows the chain link by link."""

    report: Report
    exported: dict[int, ExportedHead]
    chain: Chain = field(default_factory=Chain)
    suspect: Suspect | None = None
    order: tuple[int, int] = (0, 0)
    last: SealRow | None = None

    def __post_init__(self) -> None:
        self.personal = Personal(self.report)

    def chunk(self, seals: Sequence[SealRow]) -> None:
        """Check links that follow each other, and the personal parts of their entries."""
        entries = rows.entries_by_id([seal.entry_id for seal in seals])
        for seal in seals:
            self._gap(seal)
            self._link(seal, entries.get(seal.entry_id, []))
        self.personal.check([found[0] for found in entries.values()])

    def close(self) -> None:
        """Nothing follows: a suspect at the end is judged by the head."""
        if self.suspect:
            self._judge(
                rows.one("SELECT hash FROM audit_head WHERE id = 1")[0] == self.suspect.expected, None
            )

    def _gap(self, seal: SealRow) -> None:
        while self.chain.seq + 1 < seal.seq:
            self._settle(None, None)
            self.report.add(Finding("seal_missing", seq=self.chain.seq + 1))
            self.chain.push(None)

    def _link(self, seal: SealRow, found: list[rows.Entry]) -> None:
        self.report.entries += 1
        self._compare(seal)
        if not found:
            self._settle(None, None)
            self.report.add(seal.finding("missing"))
        else:
            self._fit(seal, self._only(found, seal))
        self.chain.push(seal.hash)
        self.last = seal

    def _only(self, found: list[rows.Entry], seal: SealRow) -> rows.Entry:
        """The entry of the link among those that carry its number; the others were put beside it."""
        fitting = [e for e in found if self.chain.next(auditproof.leaf(e)) == seal.hash] or found
        for _other in found[1:]:
            self.report.add(seal.finding("duplicated"))
        return fitting[0]

    def _fit(self, seal: SealRow, entry: rows.Entry) -> None:
        leaf, key = auditproof.leaf(entry), (entry["xid"], entry["id"])
        expected = self._expected(seal, leaf, key)
        if expected is None:
            self.report.add(seal.finding("unprovable"))
        elif expected == seal.hash:
            self._settle(False, key)
            self.order = key
        else:
            before = self.suspect.key if self.suspect else self.order
            self._settle(None, key)
            self.suspect = Suspect(seal, entry, expected, max(self.order, before))

    def _expected(self, seal: SealRow, leaf: bytes, key: tuple[int, int]) -> bytes | None:
        """What the link should be; clears the suspect before it when its seal, not its entry, was changed."""
        expected = self.chain.next(leaf)
        if self.suspect is None or expected == seal.hash:
            return expected
        instead = self.chain.next(leaf, {self.suspect.seal.seq: self.suspect.expected})
        if instead == seal.hash:
            self.chain.known[self.suspect.seal.seq] = self.suspect.expected
            self._judge(True, key)
            return instead
        return expected

    def _settle(self, seal_is_wrong: bool | None, following: tuple[int, int] | None) -> None:
        if self.suspect:
            self._judge(bool(seal_is_wrong), following)

    def _judge(self, seal_is_wrong: bool, following: tuple[int, int] | None) -> None:
        suspect, self.suspect = self.suspect, None
        assert suspect is not None
        moved = suspect.key < suspect.after or (following is not None and suspect.key > following)
        same = (suspect.entry["case_id"], suspect.entry["verb"]) == (suspect.seal.case_id, suspect.seal.verb)
        kind = "seal_altered" if seal_is_wrong else "reordered" if moved else "altered"
        self.report.add(suspect.seal.finding(kind))
        if kind == "altered" and not same:
            self.report.add(
                Finding(
                    kind,
                    suspect.entry["id"],
                    suspect.entry["case_id"],
                    suspect.entry["verb"],
                    suspect.seal.seq,
                )
            )

    def _compare(self, seal: SealRow) -> None:
        head = self.exported.get(seal.seq)
        if head and head.hash != seal.hash.hex():
            self.report.add(seal.finding("recomputed"))


def _check_head(report: Report, walk: Walk, heads: Iterable[ExportedHead]) -> None:
    seq, value = rows.one("SELECT seq, hash FROM audit_head WHERE id = 1")
    report.head_seq, report.head_hash = seq, bytes(value).hex()
    if seq > walk.chain.seq:
        report.add(Finding("truncated", seq=walk.chain.seq + 1))
    elif seq < walk.chain.seq or (walk.last and walk.last.hash != bytes(value)):
        report.add(Finding("head_altered", seq=seq))
    for head in heads:
        if head.seq > walk.chain.seq:
            report.add(Finding("truncated", head.entry_id, head.case_id, head.verb, head.seq))


def _check_unsealed(report: Report) -> None:
    """Entries without a seal are the tail, unless the sealer had already passed their place."""
    _seq, xid, number, floor = rows.one(
        "SELECT seq, last_xid, last_id, floor_id FROM audit_head WHERE id = 1"
    )
    for found in rows.streamed(_UNSEALED):
        row: tuple[Any, ...] = found
        if row[0] > floor and (row[1], row[0]) > (xid, number):
            report.tail += 1
            report.tail_since = min(report.tail_since or row[4].isoformat(), row[4].isoformat())
        else:
            report.add(Finding("inserted", row[0], row[2], row[3]))


_UNSEALED = """
SELECT e.id, e.xid, e.case_id, e.verb, e.at FROM audit_entry e
WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)
"""
