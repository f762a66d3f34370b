"""The log of one case is proved with a file that pure Python can check, and no change to the file
survives."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ventanilla.core.audit.heads import current_head
from ventanilla.core.audit.proofs import proof_of
from ventanilla.core.audit.tests.tamper import sealed
from ventanilla.lib import auditproof
from ventanilla.lib.auditproof import verify_proof

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["ventanilla.core.audit"])


def proof_in_a_long_log(log: Any) -> dict[str, Any]:
    log(300, 1)
    log(4, 77, personal={"name": "Juana Ñúñez"})
    log(500, 2)
    log(2, 77)
    log(3, 3)
    sealed()
    log(1, 77)
    return json.loads(json.dumps(proof_of(77, personal=True)))  # type: ignore[no-any-return]


def test_the_proof_holds_and_is_short(log: Any) -> None:
    proof = proof_in_a_long_log(log)
    assert verify_proof(proof, current_head().hash) == []
    assert len(proof["entries"]) == 6 and len(proof["unsealed"]) == 1
    assert len(proof["proof"]["links"]) < 120
    assert all(not auditproof.personal_problem(item) for item in proof["entries"])
    assert verify_proof(proof, "00" * 32) == ["La cabeza de la constancia no es la que usted tiene."]


def test_any_change_breaks_it(log: Any) -> None:
    proof, head = proof_in_a_long_log(log), current_head().hash
    for number in range(6):
        changed = copy.deepcopy(proof)
        changed["entries"][number]["entry"]["actor_id"] = 8
        assert verify_proof(changed, head)
    for key in proof["proof"]["links"]:
        changed = copy.deepcopy(proof)
        changed["proof"]["links"][key][0] = "11" * 32
        assert verify_proof(changed, head)
    changed = copy.deepcopy(proof)
    changed["entries"][0]["personal"]["data"] = "{}"
    assert auditproof.personal_problem(changed["entries"][0])
    assert verify_proof({}) and verify_proof({"format": auditproof.FORMAT})


def test_the_file_alone_is_enough(log: Any, tmp_path: Path) -> None:
    file = tmp_path / "constancia.json"
    file.write_text(json.dumps(proof_in_a_long_log(log)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", auditproof.__file__, file, current_head().hash],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "La constancia es correcta.\n")


def test_a_case_without_entries_gives_an_empty_proof(log: Any) -> None:
    assert proof_of(123456)["entries"] == []
