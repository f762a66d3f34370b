"""The estate of the demo is the same for the same seed, believable, and its impact makes sense; the docs print the table."""
import random
from pathlib import Path

import pytest

from ventanilla.modules.servicedesk.models.cmdb import CIVersion, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb import CI_FLOW, impact_of
from ventanilla.modules.servicedesk.services.cmdb.bench import bench
from ventanilla.modules.servicedesk.services.cmdb.filling import fill
from ventanilla.modules.servicedesk.services.cmdb.tidying import findings
from ventanilla.modules.servicedesk.tests.cmdb.making import Estate, estate

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[6] / "docs" / "modules" / "cmdb.md"


def filled(e: Estate, count: int = 300) -> list[ConfigurationItem]:
    return fill(e.world.institution, [e.keeper, e.world.north_head, e.world.staff], random.Random(4), count)


def test_the_same_seed_makes_the_same_estate() -> None:
    one, other = estate(), estate()
    names = [[(i.name, i.state, i.code, i.serial, i.attributes) for i in filled(e)] for e in (one, other)]
    assert names[0] == names[1] and len(names[0]) == 300
    assert Relation.objects.filter(institution=one.world.institution).count() == Relation.objects.filter(institution=other.world.institution).count()
    assert CIVersion.objects.filter(item__institution=one.world.institution).count() == 300


def test_it_holds_together() -> None:
    e = estate()
    filled(e)
    room = ConfigurationItem.objects.get(name="Centro de datos principal")
    report = impact_of(e.keeper, [room.pk])
    assert report.count("down") > 100 and any(h.node.name == "Trámite de escrituración" for h in report.hurt)
    core = ConfigurationItem.objects.get(name="Conmutador central 1")
    assert impact_of(e.keeper, [core.pk]).count("down") == 0
    assert {f.slug: f.count for f in findings(e.keeper)}["unrelated"] < 30


def test_the_docs_print_the_table() -> None:
    assert CI_FLOW.mermaid() in DOCS.read_text(encoding="utf-8")


def test_the_bench_measures_and_leaves_nothing() -> None:
    before = ConfigurationItem.objects.count()
    rows = bench(5200)
    assert {"fixpoint, with reasons", "impact of 5,001 items, with every path", "file of items: validated, applied, logged"} <= {r["what"] for r in rows}
    assert ConfigurationItem.objects.count() == before
