"""What was written wrong is put right by hand: relations, names that two items share, a type; and what was looked at says so."""
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models.cmdb import CIVersion, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb import (
    Group,
    RelationFacts,
    confirm_item,
    edit_relation,
    end_relation,
    impact_of,
    step_item,
)
from ventanilla.modules.servicedesk.services.cmdb.past import history
from ventanilla.modules.servicedesk.services.cmdb.relating import ended_of
from ventanilla.modules.servicedesk.services.cmdb.tidying import findings
from ventanilla.modules.servicedesk.tests.cmdb.making import LONG_AGO, Estate, estate
from ventanilla.modules.servicedesk.tests.cmdb.test_pages import client, text

pytestmark = pytest.mark.django_db


def cluster(e: Estate) -> tuple[ConfigurationItem, ConfigurationItem, Relation]:
    """A system that needs one of a group, and a server that it was tied to without the group."""
    system, server = e.item("Sistema", "sistema", redundancy=[Group("Nodos", "count", 1)]), e.item("Servidor 1")
    e.tie(system, e.item("Servidor 2"), "se-ejecuta-en", group="nodos")
    return system, server, e.tie(system, server, "se-ejecuta-en")


def effect(e: Estate, server: ConfigurationItem, day: date | None = None) -> list[str]:
    return [h.level for h in impact_of(e.keeper, [server.pk], day).hurt]


def test_a_slip_of_today_is_taken_back_and_written_right() -> None:
    e = estate()
    system, server = e.item("Sistema", "sistema", redundancy=[Group("Nodos", "count", 1)]), e.item("Servidor 1")
    today = timezone.localdate()
    end_relation(actor=e.keeper, relation=e.tie(system, server, since=today))
    assert not Relation.objects.filter(source=system).exists()
    assert e.tie(system, server, since=today, group="NODOS").group == "Nodos"


def test_a_group_is_given_from_today_on_or_from_the_start() -> None:
    with time_machine.travel("2025-01-10 18:00Z", tick=False):
        e = estate()
        _system, server, relation = cluster(e)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert Relation.objects.exclude(pk=relation.pk).get().group == "Nodos"
    assert effect(e, server) == ["down"]
    now = edit_relation(actor=e.keeper, relation=relation, facts=RelationFacts("nodos", LONG_AGO))
    assert now.pk != relation.pk and now.valid_from == timezone.localdate() and now.group == "Nodos"
    assert effect(e, server) == ["degraded"] and effect(e, server, yesterday) == ["down"]
    always = edit_relation(actor=e.keeper, relation=Relation.objects.get(pk=relation.pk), facts=RelationFacts(
        "Nodos", LONG_AGO, yesterday, always=True))
    assert always.pk == relation.pk and effect(e, server, yesterday) == ["degraded"]


def test_the_days_of_a_relation_are_corrected_and_an_end_taken_away() -> None:
    e = estate()
    system, server, relation = cluster(e)
    today = timezone.localdate()
    edit_relation(actor=e.keeper, relation=relation, facts=RelationFacts("", LONG_AGO, today - timedelta(days=5)))
    assert effect(e, server) == [] and [n.other for n in ended_of(e.keeper, system)] == [server]
    edit_relation(actor=e.keeper, relation=relation, facts=RelationFacts("", LONG_AGO - timedelta(days=9)))
    assert effect(e, server) == ["down"] and ended_of(e.keeper, system) == []
    assert effect(e, server, LONG_AGO - timedelta(days=3)) == []  # the server itself was not registered yet


def test_what_a_correction_refuses() -> None:
    e, other = estate(), estate()
    system, server, relation = cluster(e)
    second = e.tie(system, server, "depende-de")
    today = timezone.localdate()
    for facts, field in ((RelationFacts("Enlaces", LONG_AGO), "group"), (RelationFacts("", today, today - timedelta(days=1)), "until")):
        with pytest.raises(Refused) as refusal:
            edit_relation(actor=e.keeper, relation=relation, facts=facts)
        assert refusal.value.field == field
    with pytest.raises(Refused, match="Tiene: Nodos"):
        edit_relation(actor=e.keeper, relation=relation, facts=RelationFacts("Enlaces", LONG_AGO))
    end_relation(actor=e.keeper, relation=second)
    e.tie(system, server, "depende-de", since=today + timedelta(days=3))
    with pytest.raises(Refused, match="ya está vigente"):
        edit_relation(actor=e.keeper, relation=second, facts=RelationFacts("", LONG_AGO))
    for who in (e.reader, other.keeper):
        with pytest.raises(NotAllowed):
            edit_relation(actor=who, relation=relation, facts=RelationFacts("", LONG_AGO))
    step_item(actor=e.keeper, item=server, step="retire", reason="Viejo")
    with pytest.raises(Refused, match="dado de baja"):
        edit_relation(actor=e.keeper, relation=relation, facts=RelationFacts("", LONG_AGO))


def test_a_relation_is_corrected_on_its_page_and_what_ended_is_told() -> None:
    e = estate()
    system, server, relation = cluster(e)
    c = client(e.keeper)
    address = reverse("ci_relation", args=[relation.pk])
    page = text(c.get(address + f"?desde={server.pk}"))
    assert "Servidor 1 aloja a Sistema" in page and "estaba mal escrito" in page
    wrong = c.post(address, {"group": "Otro", "since": "2024-01-02"})
    assert wrong.status_code == 422 and "Tiene: Nodos" in text(wrong)
    assert c.post(address, {"group": "nodos", "since": "2024-01-02"}).status_code == 302
    record = text(c.get(reverse("ci", args=[system.pk])))
    assert "Relaciones que terminaron" in record and record.count("grupo «Nodos»") == 2
    assert client(e.reader).get(address).status_code == 404


def test_items_with_one_name_and_no_number_are_told_apart() -> None:
    e = estate()
    system, first, second = e.item("Sistema", "sistema"), e.item("Conmutador"), e.item("Conmutador")
    c = client(e.keeper)
    offered = c.get(reverse("ci_options"), {"q": "conmu"}).content.decode()
    assert f"Conmutador #{first.pk}" in offered and f"Conmutador #{second.pk}" in offered
    form = {"uuid": "11111111-1111-4111-8111-111111111111", "reads": f"{e.ties['depende-de'].pk}:f", "other": "Conmutador"}
    address = reverse("ci_relate", args=[system.pk])
    assert "Varios elementos se llaman «Conmutador»" in text(c.post(address, form))
    assert "Ningún elemento se llama «Nada»" in text(c.post(address, {**form, "other": "Nada"}))
    assert c.post(address, {**form, "other": f"Conmutador #{second.pk}"}).status_code == 302
    assert Relation.objects.get().target == second


def test_who_looks_at_an_item_says_that_it_is_as_it_was() -> None:
    with time_machine.travel("2025-01-10 18:00Z", tick=False):
        e = estate()
        old, other = e.item("Antiguo"), e.item("También")
    assert {f.slug: f.count for f in findings(e.keeper)}["stale"] == 2
    c = client(e.keeper)
    assert f'value="{old.pk}"' in c.get(reverse("cmdb_tidy")).content.decode()
    done = c.post(reverse("ci_confirm"), {"ci": [str(old.pk), "nada"]}, follow=True)
    assert "Quedó anotado que 1 elemento sigue igual." in text(done)
    assert {f.slug: f.count for f in findings(e.keeper)}["stale"] == 1
    assert history(old)[0].reason == "Se revisó y sigue igual" and history(old)[0].changes == []
    assert CIVersion.objects.filter(item=other).count() == 1
    with pytest.raises(NotAllowed):
        confirm_item(actor=e.reader, item=other)
    assert "Marque por lo menos uno" in text(c.post(reverse("ci_confirm"), {}, follow=True)).replace("un elemento", "uno")


def test_the_list_has_its_neighbours_and_finds_by_owner() -> None:
    e = estate()
    e.item("Con dueño", owner=e.world.staff), e.item("Sin dueño")
    c = client(e.keeper)
    page = text(c.get("/listas/configuracion/?responsable=null"))
    assert "Sin dueño" in page and "Con dueño" not in page and "Cargas de archivos" in page
    found = text(c.get("/listas/configuracion/", {"responsable": e.world.staff.pk}))
    assert "Con dueño" in found and "Sin dueño" not in found
    assert "Por ordenar" in text(client(e.reader).get("/listas/configuracion/"))
    assert "Cargas de archivos" not in text(client(e.reader).get("/listas/configuracion/"))
    assert "Por ordenar" not in text(client(e.world.staff).get("/listas/configuracion/"))


def test_an_item_becomes_of_another_type_on_its_page() -> None:
    e = estate()
    item = e.item("Impresora del pasillo")
    c = client(e.keeper)
    address = reverse("ci_edit", args=[item.pk]) + "?tipo=impresora"
    page = c.get(address)
    assert "Cambiar de tipo" in text(page)
    form = {"uuid": str(item.uuid), "name": item.name, "criticality": "2", "reason": "No era un servidor"}
    assert c.post(address, form).status_code == 302
    assert ConfigurationItem.objects.get(pk=item.pk).type.slug == "impresora"


@pytest.mark.parametrize("day", ["2025-99-01", "2099-01-01", "ayer"])
def test_a_day_that_is_not_past_is_said(day: str) -> None:
    e = estate()
    a, b = e.item("Sistema", "sistema"), e.item("Servidor")
    e.tie(a, b)
    c = client(e.keeper)
    for address in (reverse("ci", args=[b.pk]), reverse("cmdb_impact") + f"?ci={b.pk}"):
        sign = "&" if "?" in address else "?"
        assert f"«{day}» no es una fecha pasada" in text(c.get(f"{address}{sign}dia={day}"))
        assert "no es una fecha pasada" not in text(c.get(f"{address}{sign}dia={timezone.localdate()}"))
    down = text(c.get(reverse("cmdb_impact"), {"ci": a.pk, "sentido": "baja"}))
    assert "Sistema: Se pregunta por él. Aplicación o sistema" in down and "Sistema: Falla" not in down


def test_words_for_one_or_several_and_for_today_or_a_past_day() -> None:
    e = estate()
    a, b, gone = e.item("A"), e.item("B"), e.item("C")
    step_item(actor=e.keeper, item=gone, step="retire", reason="Viejo")
    c = client(e.keeper)
    assert "Si fallan A y B, nada más se afecta." in text(c.get(reverse("cmdb_impact"), {"ci": [a.pk, b.pk]}))
    assert "No está en servicio: nada depende de él ahora." in text(c.get(reverse("cmdb_impact"), {"ci": gone.pk}))
    assert "Hoy no están en servicio: C." in text(c.get(reverse("cmdb_impact"), {"ci": [a.pk, gone.pk]}))
