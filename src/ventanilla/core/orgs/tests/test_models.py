"""The tree keeps itself; the database refuses what must never happen."""
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.reach import reach_of, token
from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return create_institution(slug="vivienda", name="Instituto de Vivienda", short_name="IV")


def unit(institution, name, parent=None, **extra):
    return add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=parent, **extra))


def test_paths_follow_the_parent_when_a_branch_moves(institution):
    root, other = unit(institution, "Raíz"), unit(institution, "Otra")
    middle = unit(institution, "Media", root)
    leaf = unit(institution, "Hoja", middle)
    middle.parent = other
    middle.save()
    leaf.refresh_from_db()
    assert leaf.path == [other.pk, middle.pk, leaf.pk]


def test_a_unit_cannot_hang_below_itself(institution):
    root = unit(institution, "Raíz")
    leaf = unit(institution, "Hoja", root)
    root.parent = leaf
    with pytest.raises(IntegrityError), transaction.atomic():
        root.save()


def test_same_name_twice_under_one_parent_only_in_other_periods(institution):
    unit(institution, "Única")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(institution=institution, name="ÚNICA")
        from django.db import connection
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_codes_may_repeat(institution):
    unit(institution, "Una", code="206C"), unit(institution, "Dos", code="206C")
    assert Unit.objects.filter(code="206C").count() == 2


def test_spanish_order(institution):
    for name in ("Ñandú", "Nube", "Ópera", "Oca"):
        unit(institution, name)
    assert [u.name for u in Unit.objects.order_by("sort_key")] == ["Nube", "Ñandú", "Oca", "Ópera"]


def test_reach_expands_subtrees_and_clearance(institution):
    root = unit(institution, "Raíz")
    leaf = unit(institution, "Hoja", root)
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Peña"))
    give(actor=None, person=person, role="head", unit=root, subtree=True)
    reach = reach_of(person)
    assert reach.can(cap.ROUTE, leaf.pk) and token(leaf.pk, 2) in reach.tokens and -person.pk in reach.tokens


def test_reach_of_the_past_and_after_the_end(institution):
    root = unit(institution, "Raíz")
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Peña"))
    grant = give(actor=None, person=person, role="staff", unit=root, since=date(2026, 1, 1))
    grant.valid_to = date(2026, 6, 1)
    grant.save()
    assert reach_of(person, date(2026, 5, 31)).can(cap.READ, root.pk)
    assert not reach_of(person, date(2026, 6, 1)).can(cap.READ, root.pk)
