"""Accounts: the link to choose a password goes by mail and works once; blocking ends sessions at once."""
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services import send_waiting
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import add_person
from ventanilla.core.orgs.services.accounts import block_account, open_account, unblock_account
from ventanilla.core.orgs.services.importing_people import plan_people
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused
from ventanilla.web.admin_area.views.imports import packed

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


def test_the_link_lets_them_choose_a_password_and_sign_in_and_is_not_kept_once_sent(w, settings):
    person = somebody(w)
    signed_in(w.admin).post(reverse("admin_area:open_account", args=[person.pk]))
    mail, settings.EMAIL_HOST = Mail.objects.get(to="ines.nava@example.org"), "localhost"
    assert send_waiting() == 1 and Mail.objects.values_list("text", "html").get(pk=mail.pk) == ("", "")
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


def test_who_lost_phone_and_codes_enters_again_with_the_password_alone(w):
    TOTP.activate(w.staff.user, generate_totp_secret())
    RecoveryCodes.activate(w.staff.user)
    entering = {"login": w.staff.user.email, "password": make.PASSWORD}
    assert Client().post(reverse("account_login"), entering).url == reverse("mfa_authenticate")
    admin, page = signed_in(w.admin), reverse("admin_area:person", args=[w.staff.pk])
    drop = reverse("admin_area:drop_second_factor", args=[w.staff.pk])
    assert drop in admin.get(page).content.decode()
    assert signed_in(w.head).post(drop).status_code == 404 and Authenticator.objects.count() == 2
    for _twice in range(2):
        admin.post(drop)
    assert not Authenticator.objects.exists() and drop not in admin.get(page).content.decode()
    assert w.admin.name in Mail.objects.get(to=w.staff.email).text
    assert Entry.objects.filter(verb="orgs.drop_second_factor", subject=f"person:{w.staff.pk}").count() == 1
    assert Client().post(reverse("account_login"), entering).url != reverse("mfa_authenticate")


def test_nobody_takes_away_their_own_second_factor_without_the_password(w):
    TOTP.activate(w.admin.user, generate_totp_secret())
    signed_in(w.admin).post(reverse("admin_area:drop_second_factor", args=[w.admin.pk]))
    assert Authenticator.objects.filter(user=w.admin.user).exists()


def test_who_comes_in_by_a_file_with_a_role_gets_the_link(w):
    data = f"nombre,primer apellido,correo,clave unidad,funcion\nLuz,Gil,luz@example.org,{w.north.code},Personal de la unidad\n".encode()
    done = signed_in(w.admin).post(reverse("admin_area:import_people"), {
        "contents": packed(data), "digest": plan_people(w.institution, data).digest})
    assert done.status_code == 302 and "password/reset" in Mail.objects.get(to="luz@example.org").text
