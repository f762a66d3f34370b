"""Accounts: the link to choose a password goes by mail and works once; blocking ends sessions at once."""
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.notices.models import Mail
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import add_person
from ventanilla.core.orgs.services.accounts import block_account, open_account, unblock_account
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def somebody(w, email="ines.nava@example.org"):
    return add_person(actor=None, institution=w.institution, draft=PersonDraft("Inés", "Nava", "Ruiz", email=email, unit=w.north))


def test_the_link_lets_them_choose_a_password_and_sign_in(w):
    person = somebody(w)
    signed_in(w.admin).post(reverse("admin_area:open_account", args=[person.pk]))
    mail = Mail.objects.get(to="ines.nava@example.org")
    path = re.search(r"https?://[^/]+(/\S*password/reset\S*)", mail.text)[1]
    visitor = Client()
    form = visitor.get(path, follow=True)
    assert form.status_code == 200 and b"password1" in form.content
    done = visitor.post(form.request["PATH_INFO"], {"password1": "una-clave-bien-larga-7", "password2": "una-clave-bien-larga-7"})
    assert done.status_code == 302
    person.refresh_from_db()
    assert person.user.check_password("una-clave-bien-larga-7")
    assert b"password1" not in Client().get(path, follow=True).content


def test_without_mail_or_with_somebody_elses_it_is_refused(w):
    with pytest.raises(Refused):
        open_account(actor=w.admin, person=somebody(w, ""))
    with pytest.raises(Refused):
        open_account(actor=w.admin, person=somebody(w, w.staff.email))
    with pytest.raises(NotAllowed):
        open_account(actor=w.head, person=somebody(w))


def test_blocking_ends_sessions_and_unblocking_lets_in_again(w):
    staff = signed_in(w.staff)
    admin = signed_in(w.admin)
    assert staff.get("/bandeja/").status_code == 200
    admin.post(reverse("admin_area:block_account", args=[w.staff.pk]))
    assert staff.get("/bandeja/").status_code == 302
    assert "Cuenta bloqueada" in admin.get(reverse("admin_area:person", args=[w.staff.pk])).content.decode()
    admin.post(reverse("admin_area:unblock_account", args=[w.staff.pk]))
    assert Person.objects.get(pk=w.staff.pk).user.is_active


def test_nobody_blocks_themselves_or_an_account_of_two_institutions(w):
    with pytest.raises(Refused):
        block_account(actor=w.admin, person=w.admin)
    other = make.world()
    Person.objects.filter(pk=other.nobody.pk).update(user=w.staff.user)
    with pytest.raises(Refused):
        block_account(actor=w.admin, person=w.staff)
    with pytest.raises(NotAllowed):
        unblock_account(actor=w.head, person=w.nobody)
