"""The public password of the demo opens nothing outside demo mode, whoever has it."""
import pytest
from django.contrib.auth import authenticate

from ventanilla.core.orgs.models import User
from ventanilla.web.ui.demo import DEMO_PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("demo", "password", "opens"), [
    (True, DEMO_PASSWORD, True), (False, DEMO_PASSWORD, False), (False, "otra-contraseña-larga", True)])
def test_accepted_only_in_demo_mode(settings, rf, demo, password, opens):
    settings.DEMO = demo
    user = User.objects.create_user("persona@example.org", password)
    found = authenticate(rf.post("/entrar/"), email=user.email, password=password)
    assert (found == user) is opens


@pytest.mark.parametrize("demo", [True, False])
def test_the_sign_in_page_follows_it(settings, client, demo):
    settings.DEMO = demo
    User.objects.create_user("persona@example.org", DEMO_PASSWORD)
    answer = client.post("/entrar/", {"login": "persona@example.org", "password": DEMO_PASSWORD})
    assert (answer.status_code == 302) is demo
