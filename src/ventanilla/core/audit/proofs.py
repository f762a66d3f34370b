"""The log of one case with the proof that it belongs to the chain, for whoever must be shown it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit import rows
from ventanilla.core.audit.heads import current_head
from ventanilla.lib import auditproof


@transaction.atomic
def proof_of(case_id: int, *, personal: bool = False) -> dict[str, Any]:
    """Every sealed entry of the case, and the links from each to the head: ready for `json.dumps`.

    Other cases appear only as hashes. With `personal` the parts not erased are included (who may ask for
    that is for the caller to decide). Entries too recent to be sealed are listed in `unsealed`, without
    proof.
    `lib/auditproof.py` verifies the file without this product, against a head that the reader trusts.
    """
    entries = [
        rows.as_entry(row)
        for row in rows.query(
            f"SELECT {rows.COLUMNS} FROM audit_entry e WHERE e.case_id = %s ORDER BY e.id", [case_id]
        )
    ]
    seqs = dict(
        rows.query(
            "SELECT entry_id, seq FROM audit_seal WHERE entry_id = ANY(%s)", [[e["id"] for e in entries]]
        )
    )
    private = _personal(entries) if personal else {}
    items = [
        {"seq": seqs[e["id"]], "entry": e, "personal": private.get(e["id"])}
        for e in entries
        if e["id"] in seqs
    ]
    return {
        "format": auditproof.FORMAT,
        "case": case_id,
        "how": _how(),
        "entries": sorted(items, key=lambda i: i["seq"]),
        "unsealed": [e for e in entries if e["id"] not in seqs],
        "proof": _links([i["seq"] for i in items]),
    }


def _links(seqs: list[int]) -> dict[str, Any]:
    head = current_head()
    visited = {n for seq in seqs for n in auditproof.path(head.seq, seq)}
    wanted = visited | {n - 1 for n in visited} | {auditproof.jump_of(n) for n in visited} | {head.seq}
    stored = rows.query("SELECT seq, hash, entry_id FROM audit_seal WHERE seq = ANY(%s)", [sorted(wanted)])
    hashes = {0: auditproof.GENESIS} | {seq: bytes(value) for seq, value, _entry in stored}
    return auditproof.make_proof(
        seqs, head.seq, hashes, _leaves((s, e) for s, _h, e in stored if s in visited)
    )


def _leaves(pairs: Iterable[tuple[int, int]]) -> dict[int, bytes]:
    by_entry = {entry: seq for seq, entry in pairs}
    found = rows.entries_by_id(list(by_entry))
    return {
        seq: auditproof.leaf(found[entry][0]) if entry in found else b"" for entry, seq in by_entry.items()
    }


def _personal(entries: list[rows.Entry]) -> dict[int, dict[str, str]]:
    return {
        number: {"salt": bytes(salt).hex(), "data": data}
        for number, salt, data in rows.query(
            "SELECT entry_id, salt, data FROM audit_personal WHERE entry_id = ANY(%s)",
            [[e["id"] for e in entries]],
        )
    }


def _how() -> str:
    return _(
        "Cada registro tiene una huella (SHA-256) de su contenido y un eslabón que la une a los anteriores. La lista "
        "«links» da, para cada eslabón del camino, [huella, eslabón anterior, eslabón de atajo]. Parta de «head», "
        "cuyo valor debe ser igual al de una cabeza exportada que usted tenga, y siga el camino hasta cada registro; "
        "el último paso debe dar la huella del registro. El programa auditproof.py lo hace: "
        "python auditproof.py constancia.json HASH."
    )
