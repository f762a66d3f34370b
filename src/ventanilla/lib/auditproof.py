"""The chain of the log as pure arithmetic, so that anybody can check a proof without this product.

Entry n of the log has a leaf (SHA-256 of its canonical bytes) and a link
`hash[n] = SHA-256(0x01 | n | hash[n-1] | hash[n & (n-1)] | leaf[n])`, with `hash[0]` = 32 zero bytes, n as 8
bytes, big endian. The second reference clears the lowest bit of n: it makes the chain a linked list with
short cuts (Buldas, Laud, Lipmaa and Willemson, "Time-Stamping with Binary Linking Schemes", CRYPTO 1998), so
the way from any head back to any entry visits some tens of links, even among millions. Run as a program:
`python auditproof.py proof.json`.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

FORMAT = "ventanilla-audit-proof-1"
GENESIS = bytes(32)
FIELDS = (
    "id",
    "at",
    "xid",
    "institution_id",
    "verb",
    "actor_id",
    "acting_for_id",
    "case_id",
    "subject",
    "detail",
    "digest",
)


def moment(value: datetime) -> str:
    """UTC with microseconds, whatever the zone of the value: `2026-11-21T20:15:00.000000+00:00`."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical_entry(entry: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: a JSON array of FIELDS in that order, UTF-8, no spaces; `digest` in
    hexadecimal."""
    values = [entry[name] for name in FIELDS]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def leaf(entry: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the entry's canonical bytes."""
    return hashlib.sha256(canonical_entry(entry)).digest()


def jump_of(seq: int) -> int:
    """The earlier link that link `seq` also refers to."""
    return seq & (seq - 1)


def link(seq: int, previous: bytes, jump: bytes, leaf_hash: bytes) -> bytes:
    """The hash of link `seq` (1, 2, …)."""
    return hashlib.sha256(b"\x01" + seq.to_bytes(8, "big") + previous + jump + leaf_hash).digest()


def ancestors(seq: int) -> list[int]:
    """The links whose hashes are needed to append after `seq`: seq itself with its low bits cleared one by
    one."""
    found = [seq]
    while seq:
        seq = jump_of(seq)
        found.append(seq)
    return found


def path(head: int, target: int) -> list[int]:
    """The links visited from `head` back to `target`, both included (1 <= target <= head)."""
    seen = [head]
    while seen[-1] > target:
        here = seen[-1]
        seen.append(jump_of(here) if jump_of(here) >= target else here - 1)
    return seen


@dataclass
class Chain:
    """Appends or follows links with a handful of hashes in memory."""

    seq: int = 0
    known: dict[int, bytes | None] = field(default_factory=lambda: {0: GENESIS})

    def next(self, leaf_hash: bytes, replaced: Mapping[int, bytes] | None = None) -> bytes | None:
        """The hash that link seq + 1 should have; None when a link that it refers to is unknown."""
        seq, known = self.seq + 1, {**self.known, **(replaced or {})}
        previous, jump = known.get(seq - 1), known.get(jump_of(seq))
        return link(seq, previous, jump, leaf_hash) if previous is not None and jump is not None else None

    def push(self, value: bytes | None) -> None:
        """Take the hash of link seq + 1 as given (None: unknown) and go on."""
        self.seq += 1
        keep = ancestors(self.seq)[1:]
        self.known = {n: self.known.get(n) for n in keep} | {self.seq: value}


def make_proof(
    seqs: Sequence[int], head: int, hashes: Mapping[int, bytes], leaves: Mapping[int, bytes]
) -> dict[str, Any]:
    """The links that lead from the head to each of `seqs`: `{number: [leaf, previous, jump]}` in
    hexadecimal."""
    nodes = {
        n: [leaves[n].hex(), hashes[n - 1].hex(), hashes[jump_of(n)].hex()]
        for seq in seqs
        for n in path(head, seq)
    }
    return {
        "head": {"seq": head, "hash": hashes[head].hex()},
        "links": {str(n): nodes[n] for n in sorted(nodes)},
    }


def verify_proof(proof: Mapping[str, Any], head_hash: str | None = None) -> list[str]:
    """What is wrong with a proof, in Spanish; an empty list when every entry in it belongs to the head.

    `head_hash` (hexadecimal) is the head that the reader trusts: a daily export kept outside the database.
    Without it only the consistency of the file with its own head is shown.
    """
    try:
        return _problems(proof, head_hash)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [f"El archivo no es una constancia completa ({type(error).__name__}: {error})."]


def _problems(proof: Mapping[str, Any], head_hash: str | None) -> list[str]:
    if proof["format"] != FORMAT:
        return ["El formato de la constancia no se conoce."]
    head = proof["proof"]["head"]
    if head_hash is not None and head_hash.lower() != head["hash"]:
        return ["La cabeza de la constancia no es la que usted tiene."]
    found = (_broken(item, proof["proof"]) for item in proof["entries"])
    return [problem for problem in found if problem]


def _broken(item: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    """Walk from the head to the entry; say what does not fit, or nothing."""
    name = f"El registro {item['entry']['id']} ({item['entry']['verb']})"
    target, expected = int(item["seq"]), bytes.fromhex(proof["head"]["hash"])
    if not 1 <= target <= proof["head"]["seq"]:
        return f"{name} está fuera de la cadena."
    for seq in path(proof["head"]["seq"], target):
        leaf_hash, previous, jump = (bytes.fromhex(text) for text in proof["links"][str(seq)])
        if link(seq, previous, jump, leaf_hash) != expected:
            return f"{name} no llega a la cabeza: el eslabón {seq} no coincide."
        expected = jump if jump_of(seq) >= target else previous
    return "" if leaf_hash == leaf(item["entry"]) else f"{name} fue alterado."


def personal_problem(item: Mapping[str, Any]) -> str:
    """The personal part of an entry against its salted digest: "", or what is wrong in Spanish."""
    part, wanted = item.get("personal"), item["entry"]["digest"]
    if part is None:
        return ""
    found = hashlib.sha256(bytes.fromhex(part["salt"]) + part["data"].encode()).hexdigest()
    return (
        ""
        if found == wanted
        else f"Los datos personales del registro {item['entry']['id']} fueron alterados."
    )


def check_file(name: str, head_hash: str | None = None) -> list[str]:
    """All problems of a proof stored as a JSON file, personal parts included."""
    with open(name, encoding="utf-8") as file:
        proof = json.load(file)
    return verify_proof(proof, head_hash) or [p for item in proof["entries"] if (p := personal_problem(item))]


def main(arguments: Sequence[str]) -> int:
    """`auditproof.py proof.json [head hash]`: 0 when it holds, 1 when it does not, 2 for a wrong call."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("Uso: auditproof.py constancia.json [hash de la cabeza]\n")
        return 2
    problems = check_file(*arguments)
    sys.stdout.write("\n".join(problems or ["La constancia es correcta."]) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
