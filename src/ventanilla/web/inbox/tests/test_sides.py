"""Whoever also works in what hangs below their units: in Mi bandeja theirs comes first, and the rest stands apart, counted."""
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases import inbox
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs.models import Absence, Grant
from ventanilla.core.orgs.reach import forget, reach_of
from ventanilla.core.orgs.services import give

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    found = make.world()
    give(actor=None, person=found.north_head, role="head", unit=found.north, subtree=True)
    return found


def routed(w, unit, **extra):
    return make.turn(make.letter(w, subject=f"Para {unit.pk}"), w.head, unit, **extra)[0]


def held(person, side, tab=Tray.Tab.TO_DO):
    """The units of the rows of that side, and how many there are on the other, after comparing with the trays themselves."""
    forget(person)
    other = {inbox.OWN: inbox.BELOW, inbox.BELOW: inbox.OWN}[side]
    found = inbox.look(person, inbox.Place(tab, side), timezone.now(), inbox.Place(tab, other))
    assert found.counts[tab] == len(found.keys)
    return set(Tray.objects.filter(pk__in=found.keys).values_list("unit_id", flat=True)), found.beside[0]


def sides(page):
    """Names and counts of the sides as the page shows them."""
    return re.findall(r'<a class="btn btn-sm" href="[^"]*"(?: aria-current="page")?>([^<]+) <span class="count">([^<]+)</span>', page)


def test_what_was_sent_to_units_below_is_not_among_what_is_ones_own_to_attend_to(w):
    for unit in (w.north, w.north_1, w.north_1, w.north_2, w.south):
        routed(w, unit)
    assert held(w.north_head, inbox.OWN) == ({w.north.pk}, 3)
    assert held(w.north_head, inbox.BELOW) == ({w.north_1.pk, w.north_2.pk}, 1)
    client = as_(w.north_head)
    page = text(client.get("/bandeja/"))
    assert f"Para {w.north.pk}" in page and f"Para {w.north_1.pk}" not in page
    assert sides(page) == [("De mi unidad", "1"), ("De las que dependen", "3")]
    below = client.get("/bandeja/", {"ambito": "dependen", "q": "para"})
    assert f"Para {w.north_1.pk}" in text(below) and f"Para {w.north.pk}" not in text(below)
    assert '?pestana=espera&amp;q=para&amp;ambito=dependen"' in below.content.decode()
    assert 'name="consulta" value="ambito=dependen&amp;q=para"' in below.content.decode()


def test_who_works_in_one_place_is_asked_nothing(w):
    routed(w, w.north_1)
    assert not sides(text(as_(w.north_1_head).get("/bandeja/")))
    assert not inbox.units_below(w.north_1_head) and inbox.own_units(w.north_1_head) == {w.north_1.pk}


def test_a_unit_that_is_asked_for_is_shown_whichever_side_it_is_of(w):
    routed(w, w.north_1)
    page = text(as_(w.north_head).get("/bandeja/", {"unidad": w.north_1.pk}))
    assert f"Para {w.north_1.pk}" in page and not sides(page)


def test_what_is_addressed_by_name_is_ones_own_wherever_it_lies(w):
    named = spine.route(actor=w.head, case=make.letter(w), drafts=[spine.TurnDraft(w.south, w.north_head)])[0]
    assert held(w.north_head, inbox.OWN) == ({w.south.pk}, 0) and held(w.north_head, inbox.BELOW) == (set(), 1)
    assert named.person == w.north_head


def test_a_unit_for_which_one_stands_in_or_where_one_belongs_is_ones_own(w):
    routed(w, w.south), routed(w, w.south_1), routed(w, w.north_1)
    today = timezone.localdate()
    Absence.objects.create(person=w.south_head, acting=w.north_head, valid_from=today, valid_to=today + timedelta(days=9))
    assert held(w.north_head, inbox.OWN) == ({w.south.pk}, 1)
    assert sides(text(as_(w.north_head).get("/bandeja/")))[0] == ("De mis unidades", "1")
    give(actor=None, person=w.north_head, role="staff", unit=w.south_1)  # as a delegation does
    assert held(w.north_head, inbox.OWN) == ({w.south.pk, w.south_1.pk}, 1)
    Grant.objects.filter(person=w.staff).delete()
    give(actor=None, person=w.staff, role="head", unit=w.root, subtree=True)
    forget(w.staff)
    assert inbox.own_units(w.staff) == {w.root.pk, w.staff.unit_id}


def test_a_closed_unit_is_of_the_side_of_the_one_that_took_over(w):
    w.north_1.successor, w.north_2.successor = w.north, w.north_1
    for unit in (w.north_1, w.north_2):
        unit.save()
    forget(w.north_head)
    assert {w.north_1.pk, w.north_2.pk} <= reach_of(w.north_head).direct


def test_both_sides_cost_as_many_statements_as_one(w):
    def count(person, **asked):
        client = as_(person)
        client.get("/bandeja/", asked)
        with CaptureQueriesContext(connection) as seen:
            client.get("/bandeja/", asked)
        return len(seen)

    for unit in (w.north, w.north_1):
        routed(w, unit)
    undivided = count(w.north_head, unidad=[w.north.pk, w.north_1.pk])
    assert count(w.north_head) == count(w.north_head, ambito="dependen") == undivided


def test_the_file_holds_the_side_that_is_shown(w):
    routed(w, w.north), routed(w, w.north_1)
    for asked, unit, other in (({}, w.north, w.north_1), ({"ambito": "dependen"}, w.north_1, w.north)):
        said = b"".join(as_(w.north_head).get("/listas/bandeja/exportar/csv", asked)).decode()
        assert f"Para {unit.pk}" in said and f"Para {other.pk}" not in said
