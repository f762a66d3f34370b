"""The first institution: one command, one link, and the administrator is in and may only administer."""
import io
import os
import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from tests import database

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import PersonDraft, add_person
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register

pytestmark = pytest.mark.django_db
NAME, MAIL = "Instituto de Prueba del Agua", "admin@agua.example"


def create(**options):
    out = io.StringIO()
    call_command("institution_create", name=NAME, admin_email=MAIL, short_name="IPA", stdout=out, **options)
    return out.getvalue()


def test_the_link_opens_once_and_the_administrator_enters():
    link = re.search(r"https?://\S+", create()).group()
    client, path = Client(), re.sub(r"^https?://[^/]+", "", link)
    page = client.get(path, follow=True)
    assert page.status_code == 200
    place = page.redirect_chain[-1][0]
    answer = client.post(place, {"password1": "una-clave-muy-larga-7", "password2": "una-clave-muy-larga-7"})
    assert answer.status_code == 302
    assert Person.objects.get(email=MAIL).user.check_password("una-clave-muy-larga-7")
    again = Client().get(path, follow=True)
    assert "password1" not in again.content.decode()
    client.force_login(Person.objects.get(email=MAIL).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("admin_area:home")).status_code == 200


def test_a_clerk_registers_at_once_in_what_was_created():
    create(root_code="212C0101000000S")
    institution = Institution.objects.get(slug="ipa")
    root = Unit.objects.get(institution=institution)
    clerk = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Ruiz", unit=root))
    give(actor=None, person=clerk, role="clerk", unit=root)
    kind = LetterType.objects.filter(institution=institution).first()
    case = register(actor=clerk, drafts=[LetterDraft(root, kind, "Primer asunto", Sender("citizen", signatory="Luz Vega"))])[0]
    assert case.folio.startswith("212C0101000000S/E/1/")
    assert not Case.objects.visible_to(Person.objects.get(email=MAIL)).exists()


@pytest.mark.parametrize(("options", "words"), [({}, "Ya existe"), ({"slug": "otra", "admin_email": "no-es-correo"}, "no es un correo")])
def test_a_second_time_or_a_bad_mail_changes_nothing(options, words):
    create()
    with pytest.raises(CommandError, match=words):
        call_command("institution_create", **{"name": NAME, "admin_email": MAIL, "short_name": "IPA", **options})
    assert Institution.objects.count() == 1


def test_without_a_terminal_it_asks_nothing():
    with pytest.raises(CommandError, match="terminal"):
        create(ask_password=True)
    assert not Institution.objects.exists()


def test_everything_that_the_administrator_is_offered_opens_with_nothing_in_it_yet():
    create()
    client = Client()
    client.force_login(Person.objects.get(email=MAIL).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    menus = "".join(client.get(reverse(name)).content.decode() for name in ("admin_area:home", "admin_area:catalogues", "inbox"))
    offered = {path for path in re.findall(r'href="(/[^"#?]*)', menus) if not path.startswith(("/estaticos/", "/idioma/"))}
    assert len(offered) > 40
    assert {path: answer.status_code for path in offered if (answer := client.get(path, follow=True)).status_code != 200} == {}


def test_the_log_says_by_name_what_was_created():
    create()
    client, admin = Client(), Person.objects.get(email=MAIL)
    client.force_login(admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("admin_area:log")).content.decode()
    about = re.findall(r'href="\?sobre=[^"]*">([^<]*)<', page)
    assert {NAME, "Calendario institucional", admin.name} == set(about)


def test_a_person_with_one_surname_is_listed_without_a_gap():
    create(admin_name=["Ana", "Ruiz", ""])
    assert Person.objects.get(email=MAIL).listed_name == "Ruiz, Ana"


def test_where_nothing_is_prepared_the_command_says_what_to_do(tmp_path):
    """It is the first thing that an operator runs: the database is empty until it is migrated or served."""
    empty = {"DATABASE_URL": database.url(), "PGOPTIONS": "-c search_path=empty", "VENTANILLA_DATA": str(tmp_path)}
    asked = [sys.executable, "-m", "ventanilla", "institution", "create", "--name", NAME, "--admin-email", MAIL]
    done = subprocess.run(asked, env=os.environ | empty, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Prepárela con «ventanilla migrate»" in done.stderr and "Traceback" not in done.stderr
