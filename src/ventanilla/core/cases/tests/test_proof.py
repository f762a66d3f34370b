"""The proof of one case, made by the command, verifies without the platform and breaks when altered."""
import json

import pytest
from django.core.management import CommandError, call_command
from tests import make

from ventanilla.core.audit.models import Head
from ventanilla.lib.auditproof import verify_proof


@pytest.mark.django_db(transaction=True)
def test_the_proof_of_a_case_verifies(tmp_path):
    w = make.world()
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    make.letter(w, subject="Otro asunto")
    target = tmp_path / "prueba.json"
    call_command("audit_proof", case.folio, salida=str(target), verbosity=0)
    proof = json.loads(target.read_text())
    head = bytes(Head.objects.get().hash).hex()
    assert verify_proof(proof, head) == []
    proof["entries"][0]["entry"]["verb"] = "letter.cancel"
    assert verify_proof(proof, head)
    with pytest.raises(CommandError):
        call_command("audit_proof", "NO/EXISTE/1")
