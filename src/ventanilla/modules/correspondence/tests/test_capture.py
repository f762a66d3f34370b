"""Registering from a scan: what was read stands marked in the form, in its words; scan and draft survive a lost session."""
import io
import re
from itertools import count
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.modules.correspondence.models import Upload
from ventanilla.modules.correspondence.services.uploads import add_uploads
from ventanilla.web.ui.drafts import keep
from ventanilla.web.ui.models import Draft

pytestmark = pytest.mark.django_db
_n = count(1)


@pytest.fixture
def w():
    return make.world()


def found(value, confidence=0.97, **more):
    return {"value": value, "raw": value, "confidence": confidence, "page": 1, "box": [0.1, 0.2, 0.5, 0.25], "alternatives": [],
            "corrections": [], "likely": confidence >= 0.5, **more}


READ = {"subject": found("Solicita informe de avance"), "order": found("municipal", 0.8), "dated": found("2026-03-05", 0.7, alternatives=["2026-03-06"]),
        "number": found("TOL/12/2026"), "organisation": found("Ayuntamiento de Toluca"), "signatory": found("Ana Peña", 0.3),
        "amount": found("10")}


def waiting(w, reading=None, unit=None, actor=None):
    """A scan that waits in the stack with this reading (as if it had been read)."""
    version = store(actor=actor or w.clerk, files=[FileDraft(f"escaneo {next(_n)}.pdf", io.BytesIO(f"%PDF-1.4 {uuid4()}".encode()))])[0]
    DocumentVersion.objects.filter(pk=version.pk).update(state="ready", page_count=3)
    upload = add_uploads(actor=actor or w.clerk, unit=unit or w.root, documents=[version.document])[0]
    Upload.objects.filter(pk=upload.pk).update(reading=READ if reading is None else reading)
    upload.refresh_from_db()
    return upload


def typed(w, **more):
    return {"uuid": str(uuid4()), "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "municipal",
            "organisation": "Ayuntamiento de Toluca", "number": "TOL/12/2026", "subject": "Solicita informe de avance",
            "received_at": "2026-03-06T10:00", "sheets": 3, "medium": "paper", "priority": 3, "level": 0, **more}


def of(page, name):
    """What the page shows for one field: up to the next field."""
    return page.split(f'id="id_{name}"')[1].split('class="field')[0]


def test_what_was_read_stands_marked_in_the_words_and_the_order_of_the_form(w):
    page = text(as_(w.clerk).get(reverse("letter_register"), {"carga": waiting(w).uuid}))
    order = [m[1] for m in re.finditer(r'name="confirmed" value="(\w+)"', page)]
    assert order == ["order", "organisation", "signatory", "number", "dated", "subject", "amount"]
    assert "5 de marzo de 2026" in of(page, "dated") and "Usar «6 de marzo de 2026»" in of(page, "dated") and "70\u00a0%" in of(page, "dated")
    assert "Se leyó «Municipal»" in of(page, "order") and "10 días hábiles" in of(page, "amount")
    assert 'name="signatory" value' not in page and "Usar «Ana Peña»" in of(page, "signatory")  # too doubtful to stand in the field
    assert len(re.findall(r'class="read standing"', page)) == 6 and 'aria-describedby="id_number_read"' in page
    assert re.search(r'name="sheets" value="3"', page)
    assert page.index('class="stack scan"') < page.index('id="id_order"')  # on a phone the page comes before the fields


def test_the_mark_goes_with_what_was_confirmed_or_edited(w):
    upload = waiting(w)
    client = as_(w.clerk)
    answer = client.post(f"{reverse('letter_register')}?carga={upload.uuid}", typed(
        w, subject="", number="TOL/13/2026", dated="2026-03-05", amount=10, confirmed=["dated"], uploads=upload.uuid))
    page = answer.content.decode()
    assert answer.status_code == 422 and not Case.objects.exists()
    assert re.findall(r'value="(\w+)" aria-label="Comprobado[^"]*" checked', page) == ["dated"]
    assert len(re.findall(r'class="read standing"', page)) == 4  # number and subject were changed by hand
    assert f'action="/correspondencia/registrar/?carga={upload.uuid}"' in page and f'name="uploads" value="{upload.uuid}"' in page


def test_each_scan_has_its_draft_and_signing_in_again_comes_back_to_it(w):
    one, other = waiting(w), waiting(w)
    client, address = as_(w.clerk), f"{reverse('letter_register')}?carga={one.uuid}"
    assert f'data-draft="letter-register-{one.uuid}"' in text(client.get(address))
    keep(w.clerk, f"letter-register-{one.uuid}", {"subject": ["A medias"]})
    keep(w.clerk, f"letter-register-{other.uuid}", {"subject": ["De otro"]})
    answer = Client().post(address, typed(w, uploads=one.uuid))  # signed out meanwhile
    assert answer.status_code == 302 and answer["Location"].endswith(f"?next=/correspondencia/registrar/%3Fcarga%3D{one.uuid}")
    assert client.post(address, typed(w, uploads=one.uuid)).status_code == 302
    assert list(Draft.objects.values_list("key", flat=True)) == [f"letter-register-{other.uuid}"]


def test_a_scan_that_does_not_wait_any_more_is_told_and_never_registered_without_its_file(w):
    upload = waiting(w)
    client, address = as_(w.clerk), f"{reverse('letter_register')}?carga={upload.uuid}"
    form = typed(w, uploads=upload.uuid)
    for _time in range(2):  # a double click
        assert client.post(address, form).status_code == 302
    case = Case.objects.get()
    answer = client.post(address, typed(w, uploads=upload.uuid))  # another window
    assert answer.status_code == 422 and "ya se registró o se quitó" in answer.content.decode() and Case.objects.count() == 1
    assert client.get(address)["Location"] == reverse("letter", args=[case.pk])
    assert client.get(reverse("letter_register"), {"carga": uuid4()})["Location"] == reverse("letter_stack")
    assert as_(make.world().clerk).get(address)["Location"] == reverse("letter_stack")
