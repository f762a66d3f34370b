"""The check of a change: calendar x impact x promises, with reasons; periods without changes; what needs a reason or an exception."""
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Blackout, Clearance
from ventanilla.modules.servicedesk.services import changing
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, call_off, save_blackout
from ventanilla.modules.servicedesk.services.collisions import Collision, collisions_of
from ventanilla.modules.servicedesk.services.items import tie_item
from ventanilla.modules.servicedesk.services.solving import take_reasoned
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor

pytestmark = pytest.mark.django_db


@pytest.fixture
def f() -> Floor:
    return floor()


def blackout(f: Floor, hours: tuple[int, int] = (0, 48), **extra: Any) -> Blackout:
    now = timezone.now()
    return save_blackout(actor=f.d.manager, draft=BlackoutDraft(
        "Pago de quincena", "Corre la nómina", now + timedelta(hours=hours[0]), now + timedelta(hours=hours[1]), **extra))


def met(f: Floor, *ours: Any, theirs: tuple[Any, ...] = (), hours: tuple[int, int] = (25, 27)) -> list[Collision]:
    """What a change of `ours` collides with, when another one of `theirs` is planned."""
    f.change(*theirs, hours=hours, subject="El otro")
    return collisions_of(f.change(*ours), f.d.agent)


def kinds(found: list[Collision]) -> list[str]:
    return [c.kind for c in found]


def test_two_changes_collide_when_their_hours_and_their_items_meet(f: Floor) -> None:
    same = met(f, f.lonely, theirs=(f.lonely,))
    assert kinds(same) == ["change"] and same[0].why == ["Los dos cambian «Impresora»."] and same[0].case
    assert collisions_of(f.change(f.lonely, hours=(200, 201)), f.d.agent) == []
    assert kinds(collisions_of(f.change(f.one), f.d.agent)) == []


def test_they_collide_through_impact_with_the_reason_path(f: Floor) -> None:
    found = met(f, f.base, theirs=(f.pay,))
    assert found[0].why == ["Este cambio afecta a «Pago de mensualidades», que el otro cambia.", "Sistema de pagos depende de Base de pagos",
                            "Pago de mensualidades depende de Sistema de pagos"]
    back = collisions_of(Case.objects.get(subject="El otro"), f.d.agent)
    assert back[0].why[0] == "El otro cambio afecta a «Pago de mensualidades», que aquí se cambia."


def test_each_alone_keeps_the_service_and_both_together_bring_it_down(f: Floor) -> None:
    """One of two servers is enough: the collision is only in doing both at once."""
    found = met(f, f.one, theirs=(f.two,))
    assert kinds(found) == ["change"] and found[0].why[0].startswith("Juntos dejan sin servicio a «Sistema de pagos»")
    assert "grupo «Nodos»: necesita 1 de 2" in found[0].why[1]


def test_in_a_circle_the_check_ends_and_an_item_does_not_hurt_itself(f: Floor) -> None:
    found = met(f, f.base, theirs=(f.system,))
    assert kinds(found) == ["change"] and "Sistema de pagos" in found[0].why[0]


def test_without_items_only_the_hours_are_told_and_nothing_has_to_be_answered(f: Floor) -> None:
    found = met(f, f.one, theirs=())
    assert kinds(found) == ["window"] and not found[0].asks
    assert kinds(collisions_of(f.change(f.one, hours=(27, 28)), f.d.agent)) == []  # one begins when the other ends


def test_promises_that_end_in_the_window_on_what_it_brings_down(f: Floor) -> None:
    d, case = f.d, f.d.ticket()
    quiet, other = d.ticket(subject="De la impresora"), d.ticket(subject="Más tarde")
    for one, item in ((case, f.pay), (quiet, f.lonely), (other, f.pay)):
        tie_item(actor=d.agent, case=one, item=item)
    due = timezone.now() + timedelta(hours=25)
    Case.objects.filter(pk__in=[case.pk, quiet.pk]).update(due_at=due)
    Case.objects.filter(pk=other.pk).update(due_at=due + timedelta(hours=15))
    found = collisions_of(f.change(f.base), d.agent)
    assert kinds(found) == ["promise"] and found[0].case == case and found[0].since == due
    assert found[0].why[-1] == "Pago de mensualidades depende de Sistema de pagos"
    assert collisions_of(f.change(f.one, hours=(39, 42)), d.agent) == []  # a server of two brings nothing down


def test_periods_without_changes_of_everything_of_a_type_and_of_an_item(f: Floor) -> None:
    blackout(f)
    assert kinds(collisions_of(f.change(f.lonely), f.d.agent)) == ["blackout"] == kinds(collisions_of(f.change(), f.d.agent))[:1]
    Blackout.objects.all().delete()
    blackout(f, item=f.pay)
    by_impact = collisions_of(f.change(f.base, hours=(1, 2)), f.d.agent)
    assert by_impact[0].why[-1] == "Pago de mensualidades depende de Sistema de pagos"
    assert collisions_of(f.change(f.lonely, hours=(3, 4)), f.d.agent) == []
    Blackout.objects.all().delete()
    blackout(f, type=f.types["servicio"])
    assert kinds(collisions_of(f.change(f.base, hours=(5, 6)), f.d.agent)) == ["blackout"]
    assert collisions_of(f.change(f.lonely, hours=(7, 8)), f.d.agent) == []


def test_who_keeps_the_periods_and_what_is_refused(f: Floor) -> None:
    d, now = f.d, timezone.now()
    draft = BlackoutDraft("Cierre", "Ejercicio", now, now + timedelta(days=1))
    for who in (d.engineer, d.asker, floor().d.asker):
        with pytest.raises(NotAllowed):
            save_blackout(actor=who, draft=draft)
    with pytest.raises(NotAllowed):
        save_blackout(actor=d.manager, draft=BlackoutDraft("Cierre", "Ejercicio", now, now + timedelta(days=1), item=floor().pay))
    for wrong in (BlackoutDraft("", "x", now, now + timedelta(days=1)), BlackoutDraft("x", " ", now, now + timedelta(days=1)),
                  BlackoutDraft("x", "y", now, now), BlackoutDraft("x", "y", now, now + timedelta(days=1), f.types["servicio"], f.pay)):
        with pytest.raises(Refused):
            save_blackout(actor=d.manager, draft=wrong)
    row = save_blackout(actor=d.manager, draft=draft)
    assert save_blackout(actor=d.manager, draft=draft) == row and Blackout.objects.count() == 1
    call_off(actor=d.manager, blackout=row)
    with pytest.raises(Refused):
        save_blackout(actor=d.manager, draft=draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        Blackout.objects.create(institution=d.world.institution, name="x", reason="y", starts_at=now, ends_at=now)
    assert list(Entry.objects.filter(verb__startswith="blackout.").order_by("pk").values_list("verb", flat=True)) == [
        "blackout.declare", "blackout.edit", "blackout.call_off"]


def test_a_change_with_collisions_is_sent_only_with_a_reason_that_stays(f: Floor) -> None:
    d = f.d
    f.change(f.pay, subject="El otro")
    case = f.change(f.base)
    send: dict[str, Any] = {"actor": d.agent, "case": case, "people": [d.asker_head], "quorum": 1}
    with pytest.raises(Refused) as refused:
        changing.submit(**send)
    assert refused.value.field == "reason" and Case.objects.get(pk=case.pk).state == "planned"
    changing.submit(**send, reason="El proveedor sólo puede ese día")
    row = Clearance.objects.get(case=case)
    assert (row.step, row.by, row.exception) == ("submit", d.agent, "") and row.collisions[0]["kind"] == "change"
    assert Entry.objects.filter(case_id=case.pk, verb="change.clear").count() == 1


def test_a_period_without_changes_stops_a_change_and_an_emergency_passes_by_a_named_exception(f: Floor) -> None:
    d = f.d
    planned, ready = f.change(f.base, hours=(1, 3)), f.change(f.lonely, hours=(1, 3), kind="simple_change")
    emergency = f.change(f.base, hours=(30, 31), kind="emergency_change")
    blackout(f)
    with pytest.raises(Refused, match="En esas fechas no se hacen cambios"):
        changing.submit(actor=d.agent, case=planned, people=[d.asker_head], quorum=1, reason="Aun así")
    with pytest.raises(Refused, match="Pago de quincena"):
        take_reasoned(actor=d.agent, case=ready, step="implement", reason="Aun así")
    with pytest.raises(Refused) as refused:
        take_reasoned(actor=d.manager, case=emergency, step="implement", reason="Está caído")
    assert refused.value.field == "exception" and Case.objects.get(pk=emergency.pk).state == "planned"
    take_reasoned(actor=d.manager, case=emergency, step="implement", reason="Está caído", exception="Restablecer pagos; la dio la Dirección")
    row = Clearance.objects.get(case=emergency)
    assert (row.exception, row.reason, row.collisions[0]["kind"]) == ("Restablecer pagos; la dio la Dirección", "Está caído", "blackout")


def test_the_pages_show_the_collisions_and_ask_for_what_is_missing(f: Floor) -> None:
    d = f.d
    f.change(f.pay, subject="El otro")
    case = f.change(f.base)
    agent = as_(d.agent)
    seen = text(agent.get(reverse("ticket_collisions", args=[case.pk]), headers={"HX-Request": "true"}))
    assert "El otro" in seen and "Sistema de pagos depende de Base de pagos" in seen
    page = reverse("ticket_action", args=[case.pk, "submit"])
    assert "Este cambio choca con lo siguiente" in text(agent.get(page)) and 'name="reason"' in text(agent.get(page))
    assert agent.post(page, {"people": [d.asker_head.pk], "quorum": 1}).status_code == 422
    assert agent.post(page, {"people": [d.asker_head.pk], "quorum": 1, "reason": "Sólo ese día"}).status_code == 302
    assert "Sólo ese día" in text(agent.get(reverse("ticket", args=[case.pk])))
    calm = f.change(f.lonely, hours=(70, 71))
    assert 'name="reason"' not in text(agent.get(reverse("ticket_action", args=[calm.pk, "submit"])))
    assert "No choca con nada" in text(agent.get(reverse("ticket_collisions", args=[calm.pk])))
    assert as_(d.world.nobody).get(reverse("ticket_collisions", args=[calm.pk])).status_code == 404


def test_what_the_reader_may_not_see_is_not_named(f: Floor) -> None:
    """The manager does not read the configuration database: they are told that it collides, and not through what."""
    f.change(f.pay, subject="El otro")
    found = collisions_of(f.change(f.base), f.d.manager)
    assert kinds(found) == ["change"] and "Base de pagos" not in " ".join(found[0].why) and len(found[0].why) == 1
    told = collisions_of(f.change(f.base), f.d.world.nobody)
    assert told[0].case is None and "Otro cambio, que usted no puede consultar" in [c.title for c in told]


def test_the_pages_of_the_periods(f: Floor) -> None:
    d = f.d
    manager, agent = as_(d.manager), as_(d.engineer)
    assert "No hay periodos sin cambios" in text(manager.get(reverse("blackouts")))
    said = {"uuid": "6f1c1f86-7777-4777-8777-777777777777", "name": "Cierre", "reason": "Ejercicio", "starts_at": "2031-01-01T00:00",
            "ends_at": "2031-01-15T23:59", "type": "", "item": "Pago de mensualidades"}
    assert manager.post(reverse("blackout_new"), {**said, "ends_at": "2030-01-01T00:00"}).status_code == 422
    assert manager.post(reverse("blackout_new"), said).status_code == 302
    row = Blackout.objects.get()
    assert row.item == f.pay and "Cierre" in text(agent.get(reverse("blackouts"))) and "Corregir" not in text(agent.get(reverse("blackouts")))
    edit = reverse("blackout", args=[row.pk])
    assert agent.get(edit).status_code == 404 and agent.post(reverse("blackout_off", args=[row.pk])).status_code == 404
    assert manager.post(edit, {**said, "name": "Cierre anual", "item": "", "type": f.types["sistema"].pk}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.type, row.item) == ("Cierre anual", f.types["sistema"], None)
    assert manager.post(reverse("blackout_off", args=[row.pk])).status_code == 302 and "Se quitó" in text(manager.get(reverse("blackouts")))
    assert as_(d.asker).get(reverse("blackouts")).status_code == 404
