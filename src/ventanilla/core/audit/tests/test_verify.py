"""Every kind of tampering, done as superuser with the triggers off, is found and named."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ventanilla.core.audit.heads import current_head, export_head, exported_heads
from ventanilla.core.audit.sealing import rebase, seal
from ventanilla.core.audit.services import erase_personal
from ventanilla.core.audit.tests.tamper import sealed, tamper
from ventanilla.core.audit.verify import verify

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["ventanilla.core.audit"])


def found(*heads: Any) -> list[tuple[str, int | None]]:
    """Kinds and entries of a verification."""
    return [(f.kind, f.entry_id) for f in verify(heads).findings]


def test_a_sound_log_verifies(log: Any) -> None:
    log(30)
    assert sealed() == 30 and seal() == 0
    report = verify(current_head())
    assert report.ok and (report.entries, report.tail, report.head_seq) == (30, 0, 30)


def test_the_database_refuses_to_change_the_log(log: Any) -> None:
    number = log(2)[0]
    sealed()
    for statement in (
        f"UPDATE audit_entry SET verb = 'x' WHERE id = {number}",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_seal SET hash = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
    ):
        with (
            pytest.raises(DatabaseError, match="bitácora"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'test.other'",
        "actor_id = 99",
        "actor_id = NULL",
        "acting_for_id = 3",
        "case_id = 2",
        "subject = 'x'",
        "detail = '{\"n\":1000}'",
        "at = at + interval '1 microsecond'",
        "institution_id = 2",
        "digest = 'x'::bytea",
    ],
)
@pytest.mark.parametrize("place", [0, 11, 19])
def test_an_altered_entry_is_named(log: Any, change: str, place: int) -> None:
    ids = log(20)
    sealed()
    tamper(f"UPDATE audit_entry SET {change} WHERE id = {ids[place]}")
    report = verify()
    chain = [f for f in report.findings if not f.kind.startswith("personal")]
    assert {(f.kind, f.entry_id) for f in chain} == {("altered", ids[place])}
    assert (chain[0].case_id, chain[0].verb) == (1, f"test.verb{place % 3}")


@pytest.mark.parametrize("place", range(16))
def test_an_altered_seal_is_told_from_an_altered_entry(log: Any, place: int) -> None:
    ids = log(16)
    sealed()
    tamper(f"UPDATE audit_seal SET hash = sha256('x') WHERE entry_id = {ids[place]}")
    assert ("seal_altered", ids[place]) in found()
    assert {entry for _kind, entry in found() if entry} == {ids[place]}


@pytest.mark.parametrize("place", [0, 7, 15])
def test_a_missing_entry_is_named_with_case_and_verb(log: Any, place: int) -> None:
    ids = log(16, 5)
    sealed()
    tamper(f"DELETE FROM audit_entry WHERE id = {ids[place]}")
    assert [(f.kind, f.entry_id, f.case_id, f.verb) for f in verify().findings] == [
        ("missing", ids[place], 5, f"test.verb{place % 3}")
    ]


def test_entry_and_seal_removed_together(log: Any) -> None:
    ids = log(16)
    sealed()
    tamper(
        f"DELETE FROM audit_entry WHERE id = {ids[7]}", f"DELETE FROM audit_seal WHERE entry_id = {ids[7]}"
    )
    assert "seal_missing" in {kind for kind, _entry in found()}


def test_a_removed_seal_leaves_its_entry_named(log: Any) -> None:
    ids = log(16)
    sealed()
    tamper(f"DELETE FROM audit_seal WHERE entry_id = {ids[6]}")
    kinds = found()
    assert ("seal_missing", None) in kinds and ("inserted", ids[6]) in kinds


@pytest.mark.parametrize("a,b", [(3, 4), (2, 9), (0, 15)])
def test_reordered_entries_are_named(log: Any, a: int, b: int) -> None:
    ids = log(16)
    sealed()
    swap = f"UPDATE audit_seal SET entry_id = CASE entry_id WHEN {ids[a]} THEN -1 ELSE -2 END WHERE entry_id IN ({ids[a]}, {ids[b]})"
    tamper(
        swap,
        f"UPDATE audit_seal SET entry_id = {ids[b]} WHERE entry_id = -1",
        f"UPDATE audit_seal SET entry_id = {ids[a]} WHERE entry_id = -2",
    )
    assert set(found()) == {("reordered", ids[a]), ("reordered", ids[b])}


def test_an_entry_slipped_behind_the_seals_is_named(log: Any) -> None:
    log(5)
    sealed()
    tamper(
        "INSERT INTO audit_entry (id, xid, institution_id, verb, subject) VALUES (9000000001, 3, 1, 'test.false', 'x')"
    )
    report = verify()
    assert [(f.kind, f.entry_id, f.verb) for f in report.findings] == [("inserted", 9000000001, "test.false")]
    assert report.tail == 0


def test_a_second_entry_with_the_same_number_is_named(log: Any) -> None:
    ids = log(5)
    sealed()
    tamper(
        "INSERT INTO audit_entry (id, at, xid, institution_id, verb, subject) "
        f"SELECT id, at + interval '1 s', xid, 1, 'test.false', 'x' FROM audit_entry WHERE id = {ids[2]}"
    )
    assert found() == [("duplicated", ids[2])]


def test_truncation_is_found_by_the_head_and_if_that_is_changed_too_by_an_exported_one(log: Any) -> None:
    ids = log(20, 3)
    sealed()
    head = current_head()
    gone = ",".join(map(str, ids[15:]))
    tamper(
        f"DELETE FROM audit_entry WHERE id IN ({gone})", f"DELETE FROM audit_seal WHERE entry_id IN ({gone})"
    )
    assert found() == [("truncated", None)]
    tamper("UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_seal ORDER BY seq DESC LIMIT 1)")
    assert found() == []
    assert [(f.kind, f.entry_id, f.case_id, f.verb) for f in verify(head).findings] == [
        ("truncated", ids[-1], 3, "test.verb1")
    ]


def test_a_full_recomputation_is_found_against_an_exported_head(log: Any) -> None:
    ids = log(20)
    sealed()
    head = current_head()
    tamper(
        f"UPDATE audit_entry SET detail = '{{}}' WHERE id = {ids[4]}",
        "DELETE FROM audit_seal",
        "UPDATE audit_head SET seq = 0, hash = '', last_xid = 0, last_id = 0",
    )
    assert sealed() == 20 and found() == []
    assert found(head) == [("recomputed", ids[-1])]


def test_a_forged_head_row_is_found(log: Any) -> None:
    log(5)
    sealed()
    tamper("UPDATE audit_head SET hash = sha256('x')")
    assert found() == [("head_altered", None)]


def test_two_alterations_give_two_findings(log: Any) -> None:
    ids = log(20)
    sealed()
    tamper(f"UPDATE audit_entry SET subject = 'x' WHERE id IN ({ids[4]}, {ids[5]})")
    assert found() == [("altered", ids[4]), ("altered", ids[5])]


def test_the_unsealed_tail_is_reported_and_is_no_problem(log: Any) -> None:
    log(4)
    sealed()
    log(3)
    report = verify()
    assert report.ok and report.tail == 3 and report.tail_since


def test_personal_parts(log: Any) -> None:
    ids = log(6, personal={"name": "Ñandú Peña"})
    erase_personal(actor=_Nobody(), entry_ids=ids[:1], institution_id=1, reason="ARCO")
    sealed()
    report = verify()
    assert report.ok and report.erased == 1
    tamper(
        f"UPDATE audit_personal SET data = '{{}}' WHERE entry_id = {ids[2]}",
        f"DELETE FROM audit_personal WHERE entry_id = {ids[3]}",
        "INSERT INTO audit_personal (entry_id, salt, data) VALUES (-5, 'x', 'y')",
    )
    assert set(found()) == {
        ("personal_altered", ids[2]),
        ("personal_missing", ids[3]),
        ("personal_inserted", -5),
    }


class _Nobody:
    pk = 7


def test_after_a_restore_the_count_starts_again(log: Any) -> None:
    old = log(6)
    sealed()
    log(2)
    tamper(
        "UPDATE audit_entry SET xid = xid + 4000000000",
        "UPDATE audit_head SET last_xid = last_xid + 4000000000",
        "DELETE FROM audit_seal",
        "UPDATE audit_head SET seq = 0, hash = '', last_xid = 0, last_id = 0, floor_id = 0",
    )
    assert seal() == 0, "their numbers lie in the future of this cluster"
    assert rebase() == 8
    log(3)
    assert sealed() == 4, "three and the entry of the rebase"
    report = verify()
    assert report.ok and report.entries == 12 and old


def test_heads_are_exported_once_with_mode_600_and_compared(log: Any, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    log(5)
    path = export_head()
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert export_head() == path
    log(5)
    assert export_head() != path
    assert [head.seq for head in exported_heads()] == [5, 10]
    assert verify(exported_heads()).ok and json.loads(path.read_text())["seq"] == 5


def test_the_command_names_the_entry_and_fails(log: Any, settings: Any, tmp_path: Path, capsys: Any) -> None:
    settings.DATA_DIR = tmp_path
    ids = log(5, 42)
    call_command("audit_seal", "--export")
    call_command("audit_verify")
    assert "La bitácora está íntegra." in capsys.readouterr().out
    tamper(f"UPDATE audit_entry SET actor_id = 1 WHERE id = {ids[1]}")
    with pytest.raises(SystemExit) as stop:
        call_command("audit_verify")
    assert stop.value.code == 1
    assert (
        f"entrada alterada: entrada {ids[1]}, asunto 42, acción test.verb1, eslabón 2"
        in capsys.readouterr().out
    )


def test_verification_reads_in_chunks(log: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("ventanilla.core.audit.verify.CHUNK", 3)
    monkeypatch.setattr("ventanilla.core.audit.sealing.BATCH", 4)
    ids = log(17)
    assert seal(10) == 10 and sealed() == 7
    tamper(f"UPDATE audit_entry SET subject = 'x' WHERE id IN ({ids[2]}, {ids[8]})")
    assert found() == [("altered", ids[2]), ("altered", ids[8])]
