"""Items: registering, changing, life, versions, visibility, what the database refuses."""
import random
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models.cmdb import CIVersion, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb import (
    CI_FLOW,
    Group,
    ItemDraft,
    add_item,
    draft_of,
    edit_item,
    neighbours,
    step_item,
)
from ventanilla.modules.servicedesk.services.cmdb.past import facts_on, history
from ventanilla.modules.servicedesk.services.cmdb.standard import TYPES, install_standard
from ventanilla.modules.servicedesk.tests.cmdb.making import estate

pytestmark = pytest.mark.django_db


def test_an_item_is_registered_once_by_its_uuid_with_a_version_and_an_entry() -> None:
    e = estate()
    draft = ItemDraft(e.types["servidor"], "  Servidor   uno\u202e ", code="INV-1", serial="S1", unit=e.world.north, owner=e.world.north_head,
                      attributes={"ip": "10.0.0.1", "memoria": "64", "garantia": "21/11/2026", "virtual": "virtual"}, uuid=uuid4())
    item = add_item(actor=e.keeper, draft=draft)
    again = add_item(actor=e.keeper, draft=draft)
    assert item.pk == again.pk and item.name == "Servidor uno" and item.state == "planned"
    assert item.attributes == {"garantia": "2026-11-21", "ip": "10.0.0.1", "memoria": 64, "virtual": "Virtual"}
    assert [v.facts["name"] for v in CIVersion.objects.filter(item=item)] == ["Servidor uno"]
    assert Entry.objects.filter(verb="cmdb.add", subject=f"ci:{item.pk}").count() == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"name": " \u200b "}, "name"), ({"criticality": 9}, "criticality"), ({"attributes": {"memoria": "mucha"}}, "attribute:memoria"),
    ({"attributes": {"garantia": "31/02/2026"}}, "attribute:garantia"), ({"attributes": {"virtual": "etéreo"}}, "attribute:virtual"),
    ({"redundancy": [Group("", "count", 1)]}, "redundancy"), ({"redundancy": [Group("a", "percent", 101)]}, "redundancy"),
    ({"redundancy": [Group("a"), Group("a")]}, "redundancy"), ({"state": "retired"}, "state")])
def test_what_makes_no_sense_is_refused_at_its_field(change: dict[str, object], field: str) -> None:
    e = estate()
    with pytest.raises(Refused) as refused:
        add_item(actor=e.keeper, draft=ItemDraft(**{"type": e.types["servidor"], "name": "Uno", **change}))  # type: ignore[arg-type]
    assert refused.value.field == field and refused.value.message


def test_an_inventory_number_is_of_one_item() -> None:
    e = estate()
    e.item("Uno", code="INV-1")
    e.item("Sin número"), e.item("Tampoco")
    with pytest.raises(Refused) as refused:
        e.item("Dos", code="INV-1")
    assert refused.value.field == "code"
    other = estate()
    assert other.item("De otra institución", code="INV-1").pk


def test_a_change_keeps_the_past_and_says_who_and_why() -> None:
    e = estate()
    with time_machine.travel("2025-03-03 16:00Z", tick=False):
        item = e.item("Servidor", unit=e.world.north, attributes={"ip": "10.0.0.1"})
    with time_machine.travel("2025-03-10 16:00Z", tick=False):
        item = edit_item(actor=e.keeper, item=item, draft=draft_of(item, name="Servidor central", attributes={"ip": "10.0.0.9"}),
                         seen=item.changed_at, reason="Se movió de red")
    day = timezone.datetime(2025, 3, 10).date()
    assert facts_on(item, day - timedelta(days=8)) is None
    assert [facts_on(item, day - timedelta(days=d))["name"] for d in (7, 1, 0)] == ["Servidor", "Servidor", "Servidor central"]
    told = history(item)
    assert [t.first for t in told] == [False, True] and told[0].reason == "Se movió de red" and told[0].by == e.keeper
    assert told[0].changes == [("Nombre", "Servidor", "Servidor central"), ("Dirección IP", "10.0.0.1", "10.0.0.9")]


def test_a_change_that_changes_nothing_writes_nothing_and_a_stale_one_is_refused() -> None:
    e = estate()
    item = e.item("Servidor")
    seen = item.changed_at
    assert edit_item(actor=e.keeper, item=item, draft=draft_of(item)).changed_at == seen
    assert CIVersion.objects.filter(item=item).count() == 1
    edit_item(actor=e.keeper, item=item, draft=draft_of(item, name="Otro"), seen=seen)
    with pytest.raises(Refused, match="Otra persona"):
        edit_item(actor=e.keeper, item=item, draft=draft_of(item, name="Mío"), seen=seen)


def test_every_pair_of_state_and_step() -> None:
    e = estate()
    for state in CI_FLOW.states:
        for step in {s.name for s in CI_FLOW.steps}:
            item = e.item(f"{state} {step}")
            ConfigurationItem.objects.filter(pk=item.pk).update(state=state)
            arrow = CI_FLOW.find(step, state)
            if arrow is None:
                with pytest.raises(Refused):
                    step_item(actor=e.keeper, item=item, step=step, reason="Porque sí")
            else:
                assert step_item(actor=e.keeper, item=item, step=step, reason="Porque sí").state == arrow.lands(state)


def test_random_walks_never_leave_the_table() -> None:
    e, rng = estate(), random.Random(3)
    item = e.item("Caminante")
    names = sorted({s.name for s in CI_FLOW.steps})
    for _ in range(60):
        step, before = rng.choice(names), ConfigurationItem.objects.get(pk=item.pk).state
        try:
            item = step_item(actor=e.keeper, item=item, step=step, reason="x")
        except Refused:
            assert CI_FLOW.find(step, before) is None
        assert item.state in CI_FLOW.states
    assert CIVersion.objects.filter(item=item).count() >= 2


def test_retiring_needs_a_reason_and_ends_relations() -> None:
    e = estate()
    a, b = e.item("Sistema", "sistema"), e.item("Servidor")
    e.tie(a, b)
    with pytest.raises(Refused) as refused:
        step_item(actor=e.keeper, item=b, step="retire")
    assert refused.value.field == "reason"
    step_item(actor=e.keeper, item=b, step="retire", reason="Se descompuso")
    assert neighbours(e.keeper, a) == ([], 0)
    assert Relation.objects.get().valid_to == timezone.localdate()
    assert len(neighbours(e.keeper, a, timezone.localdate() - timedelta(days=1))[0]) == 1


def test_who_sees_what() -> None:
    e = estate()
    north, south, none = e.item("Norte", unit=e.world.north), e.item("Sur", unit=e.world.south), e.item("De nadie", owner=e.world.nobody)
    seen = lambda who: set(ConfigurationItem.objects.visible_to(who))  # noqa: E731
    assert seen(e.keeper) == seen(e.reader) == {north, south, none}
    assert seen(e.world.north_head) == {north} and seen(e.world.south_head) == {south} and seen(e.world.nobody) == {none}
    assert seen(e.world.admin) == set() and seen(None) == set() and seen(estate().keeper) == set()
    e.tie(north, south)
    assert neighbours(e.world.north_head, north) == ([], 1)


def test_only_a_keeper_writes_and_only_in_the_own_institution() -> None:
    e, other = estate(), estate()
    item = e.item("Servidor")
    for who in (e.reader, e.world.north_head, e.world.admin, other.keeper):
        with pytest.raises(NotAllowed):
            add_item(actor=who, draft=ItemDraft(e.types["servidor"], "X"))
        with pytest.raises(NotAllowed):
            edit_item(actor=who, item=item, draft=draft_of(item, name="X"))
        with pytest.raises(NotAllowed):
            step_item(actor=who, item=item, step="retire", reason="x")
    with pytest.raises(NotAllowed):
        add_item(actor=e.keeper, draft=ItemDraft(e.types["servidor"], "X", unit=other.world.root))
    with pytest.raises(NotAllowed):
        edit_item(actor=e.keeper, item=item, draft=draft_of(item, type=other.types["servidor"]))


def test_the_database_refuses_what_must_never_happen() -> None:
    e, other = estate(), estate()
    a, b = e.item("A"), e.item("B")
    tie = e.tie(a, b)
    wrong = (
        lambda: ConfigurationItem.objects.filter(pk=a.pk).update(state="exploded"),
        lambda: ConfigurationItem.objects.filter(pk=a.pk).update(unit=other.world.root),
        lambda: Relation.objects.filter(pk=tie.pk).update(target=a),
        lambda: Relation.objects.filter(pk=tie.pk).update(target=other.item("C")),
        lambda: Relation.objects.create(institution=e.world.institution, type=tie.type, source=a, target=b, valid_from=timezone.localdate()),
        lambda: CIVersion.objects.filter(item=a).update(reason="x"),
    )
    for attempt in wrong:
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            attempt()
            from django.db import connection
            connection.check_constraints()


def test_references_are_found_by_number_or_name() -> None:
    e = estate()
    kind = e.types["servidor"]
    kind.attributes = [*kind.attributes, {"name": "sitio", "label": "Sitio", "kind": "reference", "to": "ubicacion"}]
    kind.save()
    place = e.item("Centro de datos", "ubicacion", code="UB-1")
    for text in ("UB-1", "centro de datos", str(place.pk)):
        assert e.item(f"S {text}", attributes={"sitio": text}).attributes["sitio"] == place.pk
    with pytest.raises(Refused) as refused:
        e.item("S", attributes={"sitio": "No existe"})
    assert refused.value.field == "attribute:sitio"


def test_standard_types_come_once() -> None:
    e = estate()
    assert install_standard(actor=None, institution=e.world.institution) == 0
    assert len(e.types) == len(TYPES) and e.types["servidor"].parent == e.types["equipo"]
    with pytest.raises(NotAllowed):
        install_standard(actor=e.keeper, institution=e.world.institution)
