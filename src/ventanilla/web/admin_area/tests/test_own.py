"""A person declares absences and delegates, from the profile; whoever acts is told; nobody lends what they lack."""
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Grant, Role
from ventanilla.core.orgs.reach import forget, reach_of
from ventanilla.core.orgs.services.grants import lendable

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def days(since, until):
    today = timezone.localdate()
    return {"since": str(today + timedelta(days=since)), "until": str(today + timedelta(days=until))}


def test_an_absence_from_the_profile_hands_the_work_over_and_tells(w):
    client = signed_in(w.north_head)
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    assert "Ausencias y delegaciones" in client.get(reverse("ui:profile")).content.decode()
    answer = client.post(reverse("own:away"), {**days(0, 5), "acting": w.staff.pk, "reason": "Comisión"})
    assert answer.status_code == 302
    absence = Absence.objects.get(person=w.north_head)
    assert absence.acting == w.staff and absence.reason == "Comisión"
    told = Notice.objects.get(person=w.staff, kind="deputy")
    assert w.north_head.name in told.title and told.url == reverse("own:deputies")
    forget(w.staff)
    assert Case.objects.visible_to(w.staff).filter(pk=case.pk).exists()
    page = client.get(reverse("own:deputies")).content.decode()
    assert w.staff.name in page and "Comisión" in page
    client.post(reverse("own:end_away", args=[absence.pk]))
    assert not Absence.objects.filter(valid_to__gt=timezone.localdate()).exists()
    assert Notice.objects.filter(person=w.staff, kind="deputy").count() == 2


def test_the_notice_is_spanish_whatever_who_declares_reads(w):
    w.north_head.user.language = "en"
    w.north_head.user.save()
    signed_in(w.north_head).post(reverse("own:away"), {**days(0, 5), "acting": w.staff.pk})
    told = Notice.objects.get(person=w.staff, kind="deputy")
    assert told.title == f"Suple a {w.north_head.name}" and told.body.startswith("Del ")


def test_absences_that_overlap_or_began_yesterday_are_refused_with_the_reason(w):
    client = signed_in(w.north_head)
    client.post(reverse("own:away"), days(3, 6))
    told = client.get(reverse("own:deputies")).content.decode()
    assert "aquí abajo dice quién suple" in told and w.head.name in told
    again = client.post(reverse("own:away"), days(5, 9))
    assert again.status_code == 422 and "Ya hay una ausencia registrada" in again.content.decode()
    past = client.post(reverse("own:away"), days(-1, 2))
    assert past.status_code == 422 and "puede empezar hoy" in past.content.decode()
    assert Absence.objects.filter(person=w.north_head).count() == 1


def test_a_delegation_gives_what_one_has_until_its_last_day(w):
    client = signed_in(w.north_head)
    role = Role.objects.get(institution=w.institution, slug="clerk")
    data = {"to": w.nobody.pk, "what": f"{role.pk}-{w.north.pk}-0", **days(0, 4), "source": "Oficio 12"}
    assert client.post(reverse("own:lend"), data).status_code == 302
    grant = Grant.objects.get(delegated_by=w.north_head)
    assert grant.last_day == timezone.localdate() + timedelta(days=4) and grant.source == "Oficio 12"
    forget(w.nobody)
    assert reach_of(w.nobody).can(cap.REGISTER, w.north.pk) and not reach_of(w.nobody).can(cap.ANSWER, w.north.pk)
    assert Notice.objects.filter(person=w.nobody, kind="deputy").count() == 1
    again = client.post(reverse("own:lend"), {**data, **days(2, 9)})
    assert again.status_code == 422 and "ya tiene esa delegación" in again.content.decode()
    assert client.post(reverse("own:lend"), {**data, **days(5, 9)}).status_code == 302
    assert "Recuperar" in client.get(reverse("own:deputies")).content.decode()
    client.post(reverse("own:end_lent", args=[grant.pk]))
    forget(w.nobody)
    assert not reach_of(w.nobody).can(cap.REGISTER, w.north.pk)


def test_nobody_lends_what_they_do_not_have(w):
    assert lendable(w.nobody) == []
    slugs = {(o.role.slug, o.unit.pk) for o in lendable(w.staff)}
    assert slugs == {("staff", w.north_1.pk)}
    head = Role.objects.get(institution=w.institution, slug="head")
    answer = signed_in(w.staff).post(reverse("own:lend"), {
        "to": w.nobody.pk, "what": f"{head.pk}-{w.north_1.pk}-0", **days(0, 4)})
    assert answer.status_code == 422 and not Grant.objects.exclude(delegated_by=None).exists()


def test_what_was_lent_cannot_be_lent_on_nor_taken_back_by_others(w):
    role = Role.objects.get(institution=w.institution, slug="staff")
    signed_in(w.north_1_head).post(reverse("own:lend"), {"to": w.nobody.pk, "what": f"{role.pk}-{w.north_1.pk}-0", **days(0, 4)})
    grant = Grant.objects.get(delegated_by=w.north_1_head)
    assert lendable(w.nobody) == []
    assert signed_in(w.staff).post(reverse("own:end_lent", args=[grant.pk])).status_code == 404
    absence = Absence.objects.create(person=w.head, valid_from=timezone.localdate(), valid_to=timezone.localdate() + timedelta(days=2))
    assert signed_in(w.staff).post(reverse("own:end_away", args=[absence.pk])).status_code == 404
