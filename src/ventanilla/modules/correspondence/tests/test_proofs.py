"""The log of one letter with its proof: who may take it, and that it proves without the platform."""
import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.lib import auditproof
from ventanilla.modules.correspondence import services
from ventanilla.modules.correspondence.services.proofs import may_prove

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def taken(case):
    """Who downloaded it, by the log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_id FROM audit_entry WHERE verb = 'letter.proof' AND case_id = %s", [case.pk])
        return [row[0] for row in cursor.fetchall()]


def test_the_downloaded_file_proves_the_log_of_the_letter():
    w = make.world()
    case = make.letter(w, subject="Asunto que no debe salir en la constancia")
    services.conclude(actor=w.head, case=case, reason="Atendido")
    answer = signed_in(w.head).get(reverse("letter_proof", args=[case.pk]))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"] and answer["X-Content-Type-Options"] == "nosniff"
    made = json.loads(answer.content)
    assert {i["entry"]["verb"] for i in made["entries"]} >= {"letter.register", "letter.conclude"}
    assert "no debe salir" not in answer.content.decode()
    assert auditproof.verify_proof(made) == []
    made["entries"][0]["entry"]["verb"] = "letter.cancel"
    assert auditproof.verify_proof(made)
    assert taken(case) == [w.head.pk]


def test_who_may_take_it():
    w = make.world()
    auditor = make.person(w.institution, w.root, "auditor")
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    assert may_prove(auditor, case) and may_prove(w.head, case) and not may_prove(w.clerk, case)
    address, record = reverse("letter_proof", args=[case.pk]), reverse("letter", args=[case.pk])
    for person, status in ((w.head, 200), (auditor, 200), (w.clerk, 404), (w.north_head, 404), (w.admin, 404), (make.world().head, 404)):
        client = signed_in(person)
        assert client.get(address).status_code == status, person
        if person in (w.head, w.clerk):
            assert (address in client.get(record).content.decode()) == (status == 200)
