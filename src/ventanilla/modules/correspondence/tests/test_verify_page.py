"""The public check of a receipt, from the home page on: however the code is typed, and whatever is typed in its place."""
import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.modules.correspondence.services import issue_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    w = make.world()
    return issue_receipt(actor=w.clerk, case=make.letter(w))


def asked(typed):
    return Client().get(reverse("ui:home"), {"code": typed}, follow=True)


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code.replace('-', '')} "])
def test_a_code_is_found_however_it_is_typed(receipt, change):
    page = asked(change(receipt.code))
    assert page.status_code == 200 and "El acuse es auténtico." in page.content.decode()


def test_a_folio_is_no_code_and_the_page_says_so(receipt):
    page = asked(receipt.case.folio)
    assert page.status_code == 404 and "Con el folio solo no se puede" in page.content.decode()
    assert receipt.case.subject not in page.content.decode()


@pytest.mark.parametrize("typed", ["/", "../../etc", "%2F", "?", "#", "\x00", "a" * 500, "‮", "7KXM-Q2WP-9RTA-1111", "<b>"])
def test_nonsense_is_answered(typed):
    for page in (asked(typed), Client().get(reverse("verify"), {"codigo": typed}), Client().get(reverse("verify_code", args=["x-ñ<b>"]))):
        assert page.status_code in (200, 404)
