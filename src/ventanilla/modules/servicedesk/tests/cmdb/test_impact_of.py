"""Relations and impact over real rows: who is hurt and why, whom to tell, what if, as of a past day."""
import random
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb import (
    Group,
    draft_of,
    edit_item,
    end_relation,
    impact_of,
    neighbours,
    step_item,
    to_tell,
)
from ventanilla.modules.servicedesk.tests.cmdb.making import LONG_AGO, Estate, estate

pytestmark = pytest.mark.django_db


def hurt(report: object) -> dict[str, str]:
    return {h.node.name: h.level for h in report.hurt}  # type: ignore[attr-defined]


def said(report: object, item: ConfigurationItem) -> list[str]:
    return [f"{link.dependent.name} {link.reads} {link.supplier.name}" for link in report.path(item.pk)]  # type: ignore[attr-defined]


def housing(e: Estate) -> dict[str, ConfigurationItem]:
    """A service on a system on a cluster of two servers, in one room."""
    items = {
        "service": e.item("Trámite de escrituración", "servicio", unit=e.world.north, owner=e.world.staff, criticality=4),
        "system": e.item("Sistema de escrituras", "sistema", unit=e.world.north_1, redundancy=[Group("Nodos", "count", 1)]),
        "db": e.item("Base escrituras", "base-de-datos"), "one": e.item("Servidor 1"), "two": e.item("Servidor 2"),
        "room": e.item("Centro de datos", "ubicacion"), "printer": e.item("Impresora", "impresora")}
    e.tie(items["service"], items["system"])
    for node in ("one", "two"):
        e.tie(items["system"], items[node], "se-ejecuta-en", group="Nodos")
        e.tie(items[node], items["room"], "esta-en")
    e.tie(items["system"], items["db"], "usa-datos-de")
    e.tie(items["db"], items["one"], "se-ejecuta-en")
    return items


def test_a_server_is_switched_off_on_paper() -> None:
    e = estate()
    i = housing(e)
    report = impact_of(e.keeper, [i["one"].pk])
    assert hurt(report) == {"Base escrituras": "down", "Sistema de escrituras": "down", "Trámite de escrituración": "down"}
    assert report.hurt[0].node.name == "Trámite de escrituración"
    assert said(report, i["service"]) == ["Base escrituras se ejecuta en Servidor 1", "Sistema de escrituras usa los datos de Base escrituras",
                                          "Trámite de escrituración depende de Sistema de escrituras"]
    assert {t.person: t.roles for t in to_tell(report)} == {
        e.world.staff: ["responsable"], e.world.north_head: ["titular"], e.world.north_1_head: ["titular"]}


def test_redundancy_holds_until_it_does_not() -> None:
    e = estate()
    i = housing(e)
    assert hurt(impact_of(e.keeper, [i["two"].pk])) == {"Sistema de escrituras": "degraded", "Trámite de escrituración": "degraded"}
    report = impact_of(e.keeper, [i["room"].pk])
    assert {n for n, level in hurt(report).items() if level == "down"} == {
        "Servidor 1", "Servidor 2", "Base escrituras", "Sistema de escrituras", "Trámite de escrituración"}
    edit_item(actor=e.keeper, item=i["system"], draft=draft_of(i["system"], redundancy=[Group("Nodos", "percent", 100)]))
    two = impact_of(e.keeper, [i["two"].pk])
    assert hurt(two)["Sistema de escrituras"] == "down"
    link = two.path(i["system"].pk)[0]
    assert (link.group, link.need, link.members) == ("Nodos", 2, 2)


def test_what_if_several_or_with_something_out_already() -> None:
    e = estate()
    i = housing(e)
    both = impact_of(e.keeper, [i["two"].pk, i["db"].pk])
    assert hurt(both)["Trámite de escrituración"] == "down"
    more = impact_of(e.keeper, [i["db"].pk], without=[i["two"].pk])
    assert hurt(more) == {"Sistema de escrituras": "down", "Trámite de escrituración": "down"}
    assert impact_of(e.keeper, [i["two"].pk], without=[i["one"].pk]).hurt == []


def test_what_something_depends_on_and_what_alone_would_suffice() -> None:
    e = estate()
    i = housing(e)
    report = impact_of(e.keeper, [i["service"].pk], direction="down")
    assert {h.node.name: h.single for h in report.hurt} == {
        "Sistema de escrituras": True, "Base escrituras": True, "Servidor 1": True, "Centro de datos": True, "Servidor 2": False}
    assert said(report, i["two"]) == ["Sistema de escrituras se ejecuta en Servidor 2", "Trámite de escrituración depende de Sistema de escrituras"]


def test_circles_end_and_one_that_brings_itself_down_is_named() -> None:
    e = estate()
    a, b, c = e.item("A", redundancy=[Group("G", "count", 1)]), e.item("B"), e.item("C")
    e.tie(a, b, group="G"), e.tie(a, c, group="G"), e.tie(b, a), e.tie(c, a)
    report = impact_of(e.keeper, [a.pk])
    assert hurt(report) == {"B": "down", "C": "down"} and report.returning == {a.pk}
    assert hurt(impact_of(e.keeper, [b.pk])) == {"A": "degraded", "C": "degraded"}


def test_what_is_not_in_service_neither_falls_nor_holds() -> None:
    e = estate()
    i = housing(e)
    step_item(actor=e.keeper, item=i["system"], step="retire", reason="Se sustituyó")
    assert hurt(impact_of(e.keeper, [i["one"].pk])) == {"Base escrituras": "down"}
    gone = impact_of(e.keeper, [i["system"].pk])
    assert gone.hurt == [] and [n.name for n in gone.outside] == ["Sistema de escrituras"]


def test_the_graph_of_a_past_day() -> None:
    e = estate()
    with time_machine.travel("2025-01-10 18:00Z", tick=False):
        i = housing(e)
    with time_machine.travel("2025-06-10 18:00Z", tick=False):
        relation = Relation.objects.get(source=i["db"], target=i["one"])
        end_relation(actor=e.keeper, relation=relation)
        e.tie(i["db"], i["two"], "se-ejecuta-en", since=None)
        edit_item(actor=e.keeper, item=i["system"], draft=draft_of(i["system"], name="Sistema nuevo", redundancy=[]))
        step_item(actor=e.keeper, item=i["printer"], step="retire", reason="Rota")
    before, after = date(2025, 6, 9), date(2025, 6, 10)
    assert hurt(impact_of(e.keeper, [i["one"].pk], before)) == {
        "Base escrituras": "down", "Sistema de escrituras": "down", "Trámite de escrituración": "down"}
    assert "Base escrituras" not in hurt(impact_of(e.keeper, [i["one"].pk], after))
    assert hurt(impact_of(e.keeper, [i["two"].pk], before))["Sistema de escrituras"] == "degraded"
    assert hurt(impact_of(e.keeper, [i["two"].pk]))["Sistema nuevo"] == "down"
    assert impact_of(e.keeper, [i["one"].pk], date(2025, 1, 9)).hurt == []
    assert [n.other.name for n in neighbours(e.keeper, i["db"], before)[0] if n.supplies_me] == ["Servidor 1"]


def test_who_may_ask() -> None:
    e, other = estate(), estate()
    i = housing(e)
    assert impact_of(e.reader, [i["one"].pk]).hurt
    for who in (e.world.north_head, e.world.admin, e.world.staff):
        with pytest.raises(NotAllowed):
            impact_of(who, [i["one"].pk])
    report = impact_of(other.keeper, [i["one"].pk, 987654321])
    assert (report.hurt, list(report.roots), list(report.outside)) == ([], [], [])


def test_the_cost_does_not_grow_in_statements() -> None:
    e = estate()
    i = housing(e)
    with CaptureQueriesContext(connection) as few:
        impact_of(e.keeper, [i["one"].pk]).links()
    for n in range(30):
        e.tie(e.item(f"Sistema {n}", "sistema"), i["db"])
    with CaptureQueriesContext(connection) as many:
        assert len(impact_of(e.keeper, [i["one"].pk]).links()) == 33
    assert len(many) == len(few)


def test_a_relation_is_refused_to_itself_twice_retired_or_without_its_group() -> None:
    e, other = estate(), estate()
    a, b, gone = e.item("A"), e.item("B"), e.item("C")
    step_item(actor=e.keeper, item=gone, step="retire", reason="x")
    e.tie(a, b)
    for source, target, extra in ((a, a, {}), (a, b, {}), (a, gone, {}), (b, a, {"group": "Nadie"})):
        with pytest.raises(Refused):
            e.tie(source, target, **extra)
    e.tie(b, a), e.tie(a, b, "esta-en")
    with pytest.raises(NotAllowed):
        e.tie(a, other.item("Z"))


def test_a_relation_ends_and_may_begin_again_and_one_of_today_or_later_is_dropped() -> None:
    e = estate()
    a, b, today = e.item("A"), e.item("B"), timezone.localdate()
    first = e.tie(a, b)
    end_relation(actor=e.keeper, relation=first)
    with pytest.raises(Refused):
        end_relation(actor=e.keeper, relation=first)
    slip = e.tie(a, b, since=today)
    end_relation(actor=e.keeper, relation=slip)
    assert not Relation.objects.filter(pk=slip.pk).exists()
    again = e.tie(a, b, since=today)
    end_relation(actor=e.keeper, relation=again, day=today + timedelta(days=1))
    assert Relation.objects.get(pk=again.pk).valid_to == today + timedelta(days=1)
    later = e.tie(a, b, since=today + timedelta(days=30))
    end_relation(actor=e.keeper, relation=later)
    assert Relation.objects.filter(source=a).count() == 2 and Relation.objects.filter(valid_from=LONG_AGO).count() == 1


def test_random_estates_equal_a_recount_in_plain_python() -> None:
    """The arrays read from the database say what plain rows say, with groups, circles, both sides and retired items."""
    e, rng = estate(), random.Random(11)
    RelationType.objects.create(institution=e.world.institution, slug="alreves", forward="sirve a", backward="es servido por", dependent="target")
    e.ties = {t.slug: t for t in RelationType.objects.filter(institution=e.world.institution)}
    items = [e.item(f"I{n}", redundancy=[Group("G", rng.choice(["count", "percent"]), rng.choice([1, 2]) if n % 2 else 50)]) for n in range(25)]
    for item in items:
        rows = item.redundancy
        rows[0]["amount"] = 50 if rows[0]["mode"] == "percent" else 2
        item.save()
    for _ in range(60):
        a, b = rng.sample(items, 2)
        kind = rng.choice(["depende-de", "alreves", "tiene-instalado"])
        group = "G" if kind != "tiene-instalado" and rng.random() < 0.6 else ""
        try:
            e.tie(a, b, kind, group=group)
        except Refused:
            continue
    ConfigurationItem.objects.filter(pk__in=[i.pk for i in items[:3]]).update(state="retired")
    for root in items[3:]:
        assert {h.node.id: h.level for h in impact_of(e.keeper, [root.pk]).hurt} == plain(items[3:], root.pk)


def plain(items: list[ConfigurationItem], root: int) -> dict[int, str]:
    alive = {i.pk: i for i in items}
    single: list[tuple[int, set[int], int]] = []
    groups: dict[int, set[int]] = {}
    for r in Relation.objects.select_related("type").filter(source__in=alive, target__in=alive, type__impacts=True):
        dependent, supplier = (r.source_id, r.target_id) if r.type.dependent == "source" else (r.target_id, r.source_id)
        if r.group:
            groups.setdefault(dependent, set()).add(supplier)
        else:
            single.append((dependent, {supplier}, 1))
    for pk, members in groups.items():
        g = alive[pk].redundancy[0]
        single.append((pk, members, min(len(members), g["amount"] if g["mode"] == "count" else -(-len(members) * g["amount"] // 100))))
    down, weak = {root}, set()
    while more := {d for d, m, n in single if d not in down and len(m - down) < n}:
        down |= more
    while more := {d for d, m, n in single if d not in down | weak and (m & down or len(m - down - weak) < n)}:
        weak |= more
    return {**dict.fromkeys(weak, "degraded"), **dict.fromkeys(down - {root}, "down")}


