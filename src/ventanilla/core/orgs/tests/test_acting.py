"""Posts, delegations and absences: who heads a unit, who may what, and until when."""
from datetime import date, timedelta

import pytest
from django.utils import timezone

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Appointment, Grant, Role
from ventanilla.core.orgs.reach import reach_of, token
from ventanilla.core.orgs.services import (
    add_person,
    add_unit,
    appoint,
    close_unit,
    create_institution,
    declare_absence,
    delegate,
    end_absence,
    end_appointment,
    give,
    head_of,
    people_with,
    replace,
    revoke,
)
from ventanilla.core.orgs.services.grants import AbsenceDraft, Delegation
from ventanilla.core.orgs.services.posts import held_post
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused, UnitDraft

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def day(n):
    return TODAY + timedelta(days=n)


class World:
    """A root, a branch and a leaf; a head each, a deputy of the branch, staff."""

    def __init__(self):
        self.institution = create_institution(slug="v", name="Instituto", short_name="I")
        self.root, self.names = self.unit("Raíz"), iter("ABCDEFGH")
        self.branch = self.unit("Rama", self.root)
        self.leaf = self.unit("Hoja", self.branch)
        self.top, self.middle, self.low = (self.head(u) for u in (self.root, self.branch, self.leaf))
        self.deputy, self.staff = self.person(), self.person()
        appoint(actor=None, person=self.deputy, unit=self.branch, kind="deputy")
        give(actor=None, person=self.deputy, role="staff", unit=self.branch)
        give(actor=None, person=self.staff, role="staff", unit=self.leaf)
        self.admin = self.person()
        give(actor=None, person=self.admin, role="admin", unit=self.root)

    def unit(self, name, parent=None):
        return add_unit(actor=None, institution=self.institution, draft=UnitDraft(name, parent=parent))

    def person(self):
        return add_person(actor=None, institution=self.institution, draft=PersonDraft(next(self.names), "Prueba"))

    def head(self, unit):
        made = self.person()
        appoint(actor=None, person=made, unit=unit, kind="head")
        give(actor=None, person=made, role="head", unit=unit, subtree=True)
        return made

    def role(self, slug):
        return Role.objects.get(institution=self.institution, slug=slug)


@pytest.fixture
def w():
    return World()


def away(w, person, acting=None, since=0, until=5, actor=None):
    return declare_absence(actor=actor, person=person, draft=AbsenceDraft(day(since), day(until), acting, "Vacaciones"))


def test_the_head_heads_until_away_then_the_deputy_acts(w):
    assert head_of(w.branch) == (w.middle, False)
    assert away(w, w.middle).acting == w.deputy
    assert head_of(w.branch) == (w.deputy, True)
    assert head_of(w.branch, day(5)) == (w.middle, False)


def test_without_a_deputy_the_head_above_acts(w):
    assert away(w, w.low).acting == w.middle
    assert head_of(w.leaf) == (w.middle, True)


def test_when_the_deputy_is_away_too_the_head_above_acts(w):
    away(w, w.deputy, acting=w.staff)
    assert away(w, w.middle).acting == w.top


def test_who_acts_and_then_leaves_passes_it_on(w):
    away(w, w.middle)
    away(w, w.deputy, acting=w.staff)
    assert head_of(w.branch) == (w.staff, True)
    assert reach_of(w.staff, TODAY).can(cap.ROUTE, w.branch.pk)


def test_a_vacancy_is_headed_by_the_deputy_else_from_above(w):
    post = w.branch.posts.get(kind="head")
    end_appointment(actor=w.admin, appointment=post.appointments.get(), day=TODAY)
    assert head_of(w.branch) == (w.deputy, True)
    leaf_post = w.leaf.posts.get(kind="head")
    end_appointment(actor=w.admin, appointment=leaf_post.appointments.get(), day=TODAY)
    assert head_of(w.leaf) == (w.deputy, True)


def test_an_appointment_of_today_or_later_is_withdrawn(w):
    for since in (0, 9):
        made = appoint(actor=w.admin, person=w.staff, unit=w.leaf, kind="staff", title="Analista", since=day(since))
        end_appointment(actor=w.admin, appointment=made)
        assert not w.staff.appointments.exists()
    replace(actor=w.admin, post=w.leaf.posts.get(kind="head"), person=w.staff)
    replace(actor=w.admin, post=w.leaf.posts.get(kind="head"), person=w.deputy)
    assert head_of(w.leaf) == (w.deputy, False)
    assert not w.staff.appointments.exists()


def test_whom_a_withdrawn_replacement_would_have_ended_goes_on(w):
    post = w.leaf.posts.get(kind="head")
    for person in (w.staff, w.deputy):
        made = replace(actor=w.admin, post=post, person=person, since=day(9))
    assert [a.person_id for a in post.appointments.filter(valid_from=day(9))] == [w.deputy.pk]
    end_appointment(actor=w.admin, appointment=made)
    assert [(a.person_id, a.valid_to) for a in post.appointments.all()] == [(w.low.pk, None)]
    replace(actor=w.admin, post=post, person=w.staff, since=day(9))
    replace(actor=w.admin, post=post, person=w.low, since=day(9))
    assert head_of(w.leaf, day(20)) == (w.low, False)


def test_nobody_holds_a_post_of_a_closed_unit(w):
    replace(actor=w.admin, post=w.leaf.posts.get(kind="head"), person=w.staff, since=day(9))
    close_unit(actor=w.admin, unit=w.leaf)
    assert [(a.person_id, a.valid_to) for a in Appointment.objects.filter(post__unit=w.leaf)] == [(w.low.pk, TODAY)]


def test_who_left_the_institution_acts_for_nobody(w):
    away(w, w.middle, acting=w.staff)
    w.staff.active = False
    w.staff.save()
    assert head_of(w.branch) == (w.deputy, True)


def test_of_several_posts_of_a_kind_the_title_says_which_is_taken_over(w):
    for person, title in ((w.low, "Analista"), (w.staff, "Archivista")):
        appoint(actor=w.admin, person=person, unit=w.leaf, kind="staff", title=title)
    assert held_post(w.leaf, "staff", "archivista", TODAY).title == "Archivista"
    assert held_post(w.leaf, "assistant", "", TODAY) is None
    for title in ("", "Chofer"):
        with pytest.raises(Refused):
            held_post(w.leaf, "staff", title, TODAY)


def test_a_new_head_brings_the_title_that_was_given(w):
    post = w.leaf.posts.get(kind="head")
    replace(actor=w.admin, post=post, person=w.staff, title="Directora de la Hoja")
    assert w.leaf.posts.get(kind="head").title == "Directora de la Hoja"


def test_the_same_role_is_not_given_twice(w):
    with pytest.raises(Refused, match="ya tiene"):
        give(actor=None, person=w.deputy, role="staff", unit=w.branch)
    give(actor=None, person=w.deputy, role="staff", unit=w.branch, subtree=True)


def test_the_root_alone_may_have_nobody(w):
    away(w, w.top)
    assert head_of(w.root) == (None, False)


def test_acting_gives_the_work_but_no_administration_and_says_for_whom(w):
    give(actor=None, person=w.middle, role="admin", unit=w.root)
    absence = away(w, w.middle)
    reach = reach_of(w.deputy, TODAY)
    assert reach.can(cap.ROUTE, w.branch.pk) and token(w.leaf.pk, 2) in reach.tokens
    assert not reach.can(cap.ADMIN_ORGS)
    assert reach.on_behalf_of(cap.ROUTE, w.branch.pk) == w.middle.pk
    assert reach.on_behalf_of(cap.ANSWER, w.branch.pk) is None
    assert w.deputy in people_with(w.branch, cap.ROUTE)
    end_absence(actor=w.middle, absence=absence)
    assert not Absence.objects.exists()
    assert not reach_of(w.deputy, TODAY).can(cap.ROUTE, w.branch.pk)


def test_absences_refuse_in_spanish(w):
    away(w, w.deputy, acting=w.staff)
    with pytest.raises(Refused, match="tampoco está"):
        away(w, w.middle, acting=w.deputy)
    with pytest.raises(Refused, match="anterior a la salida"):
        away(w, w.middle, since=3, until=3)
    with pytest.raises(Refused, match="Ya hay una ausencia"):
        away(w, w.deputy, acting=w.top, since=4, until=9)
    with pytest.raises(Refused, match="se suple a sí mismo"):
        away(w, w.top, acting=w.top)


def test_others_do_not_declare_my_absence(w):
    with pytest.raises(NotAllowed):
        away(w, w.middle, actor=w.staff)
    away(w, w.middle, actor=w.middle)
    away(w, w.low, actor=w.admin)


def lend(w, role="head", unit=None, actor=None, by=None, to=None, **extra):
    draft = Delegation(to or w.staff, w.role(role), unit or w.branch, day(0), day(10), **extra)
    return delegate(actor=actor or w.middle, delegator=by or w.middle, draft=draft)


def test_a_delegation_lends_what_one_holds_until_it_ends(w):
    lend(w, subtree=True, source="Oficio 12")
    assert reach_of(w.staff, day(9)).can(cap.ROUTE, w.leaf.pk)
    assert not reach_of(w.staff, day(10)).can(cap.ROUTE, w.leaf.pk)
    entry = Entry.objects.get(verb="orgs.delegate")
    assert f'"from":{w.middle.pk}' in entry.detail and f'"to":{w.staff.pk}' in entry.detail


def test_nobody_lends_what_they_do_not_hold(w):
    for wrong in ({"role": "admin"}, {"role": "auditor"}, {"unit": w.root}, {"to": w.middle}):
        with pytest.raises(Refused):
            lend(w, **wrong)


def test_what_was_lent_is_not_lent_on(w):
    lend(w)
    with pytest.raises(Refused, match="sólo se delega lo que se tiene"):
        lend(w, actor=w.staff, by=w.staff, to=w.deputy)


def test_a_grant_over_one_unit_does_not_cover_its_subtree(w):
    give(actor=None, person=w.deputy, role="head", unit=w.branch)
    lend(w, actor=w.deputy, by=w.deputy)
    with pytest.raises(Refused):
        lend(w, actor=w.deputy, by=w.deputy, subtree=True)


def test_a_grant_that_ends_sooner_does_not_cover_the_delegation(w):
    Grant.objects.filter(person=w.middle).update(valid_to=day(5))
    with pytest.raises(Refused):
        lend(w)


def test_revoking_ends_what_hung_from_it(w):
    lend(w)
    revoke(actor=w.admin, grant=Grant.objects.get(person=w.middle))
    assert not reach_of(w.middle, TODAY).can(cap.READ, w.branch.pk)
    assert not reach_of(w.staff, TODAY).can(cap.ROUTE, w.branch.pk)


def test_a_delegator_takes_back_and_nobody_else(w):
    grant = lend(w)
    with pytest.raises(NotAllowed):
        revoke(actor=w.deputy, grant=grant)
    revoke(actor=w.middle, grant=grant)
    assert not reach_of(w.staff, TODAY).can(cap.ROUTE, w.branch.pk)


def test_an_administrator_cannot_give_themselves_the_matters(w):
    with pytest.raises(Refused, match="No puede darse permisos"):
        give(actor=w.admin, person=w.admin, role="head", unit=w.root, subtree=True)


def test_people_of_another_institution_get_nothing(w):
    other = create_institution(slug="o", name="Otra", short_name="O")
    stranger = add_person(actor=None, institution=other, draft=PersonDraft("X", "Y"))
    with pytest.raises(NotAllowed):
        give(actor=w.admin, person=stranger, role="staff", unit=w.leaf)
    with pytest.raises(NotAllowed):
        lend(w, to=stranger)


def test_a_post_is_taken_over_on_a_day_and_twice_is_once(w):
    post = w.branch.posts.get(kind="head")
    for _ in range(2):
        replace(actor=w.admin, post=post, person=w.staff, since=TODAY, source="Nombramiento")
    assert head_of(w.branch) == (w.staff, False)
    assert head_of(w.branch, day(-1)) == (w.middle, False)
    assert post.appointments.count() == 2
    with pytest.raises(Refused, match="ocupa el puesto"):
        appoint(actor=w.admin, person=w.low, unit=w.branch, kind="head", since=date(2020, 1, 1))


def test_capabilities_from_above_and_by_grant(w):
    assert set(people_with(w.leaf, cap.ANSWER)) == {w.top, w.middle, w.low, w.staff}
    assert people_with(w.leaf, cap.ADMIN_ORGS) == []
