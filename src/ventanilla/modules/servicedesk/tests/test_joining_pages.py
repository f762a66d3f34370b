"""Pages of merging, splitting, hanging, mentioning, following; the imported past; the rules' editor; the API's side of it."""
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Move, Note
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import (
    CannedAnswer,
    ChecklistItem,
    ImportedEvent,
    ImportedLog,
    Membership,
    Merge,
    NotificationRule,
    Team,
    Ticket,
    TimeEntry,
)
from ventanilla.modules.servicedesk.services import EntryDraft, changing, major, solving
from ventanilla.modules.servicedesk.tests.api.test_tickets import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.web.admin_area.registry import catalogue_of

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")


@pytest.fixture
def d() -> Desk:
    return made()


def step(case: Case, name: str) -> str:
    return reverse("ticket_action", args=[case.pk, name])


def page(person: Person, case: Case) -> str:
    return text(as_(person).get(reverse("ticket", args=[case.pk])))


def test_merging_from_the_record_and_undoing_it(d: Desk) -> None:
    first = d.ticket(subject="No abre el portal", actor=d.world.nobody, requester=d.world.nobody)
    double = d.ticket(subject="El portal no abre")
    desk.add_entry(actor=d.asker, ticket=double, draft=EntryDraft("Desde las ocho no abre"))
    agent = as_(d.agent)
    assert "Fusionar con otro" in page(d.agent, double) and "Fusionar con otro" not in page(d.asker, double)
    assert agent.post(step(double, "merge"), {"folio": "T26-99999"}).status_code == 422
    assert agent.post(step(double, "merge"), {"folio": first.folio.lower()}).status_code == 302
    seen = page(d.agent, first)
    assert "Se le fusionaron" in seen and "Se repite en" not in seen and "Desde las ocho no abre" in seen and f"de {double.folio}" in seen
    assert "Desde las ocho no abre" not in page(d.world.nobody, first), "who asked for the survivor does not read the other's words"
    assert "continúa allí" in page(d.asker, double) and f'href="{reverse("ticket", args=[first.pk])}"' in page(d.asker, double)
    assert "Guardar mensaje" not in page(d.asker, double)
    assert "Deshacer la fusión" in page(d.agent, double)
    assert agent.post(step(double, "unmerge"), {"reason": "No era"}).status_code == 302
    assert Case.objects.get(pk=double.pk).state == "new" and "Se le fusionaron" not in page(d.agent, first)


def test_merging_ticked_tickets_of_the_list(d: Desk) -> None:
    rows = [d.ticket(subject=f"No abre {n}") for n in range(3)]
    listed = text(as_(d.agent).get(reverse("screen", args=["tickets"])))
    assert reverse("ticket_merge") in listed and reverse("ticket_merge") not in text(as_(d.asker).get(reverse("screen", args=["tickets"])))
    ids = [c.pk for c in rows]
    asked = text(as_(d.agent).post(reverse("ticket_merge"), {"fila": ids}))
    assert all(c.folio in asked for c in rows) and not Merge.objects.exists()
    assert as_(d.agent).post(reverse("ticket_merge"), {"fila": ids[:1]}).headers["Location"] == reverse("screen", args=["tickets"])
    done = as_(d.agent).post(reverse("ticket_merge"), {"fila": ids, "continua": ids[1], "motivo": "Es lo mismo"})
    assert done.headers["Location"] == reverse("ticket", args=[ids[1]])
    assert [Case.objects.get(pk=i).state for i in ids] == ["merged", "new", "merged"]
    assert as_(d.asker).post(reverse("ticket_merge"), {"fila": ids}).status_code == 404


def test_splitting_hanging_and_following(d: Desk) -> None:
    case = d.ticket()
    note = desk.add_entry(actor=d.asker, ticket=case, draft=EntryDraft("Además no imprime"))
    agent = as_(d.agent)
    assert "Además no imprime" in text(agent.get(step(case, "split")))
    said = {"uuid": "6f1c1f86-3333-4333-8333-333333333334", "subject": "No imprime", "kind": "incident", "notes": [note.pk]}
    for _twice in range(2):
        assert agent.post(step(case, "split"), said).status_code == 302
    new = Case.objects.get(uuid=said["uuid"])
    assert "Se separó de" in page(d.agent, new) and "De él se separó" in page(d.agent, case) and "Además no imprime" in page(d.asker, new)
    assert agent.post(step(new, "depender"), {"folio": case.folio}).status_code == 302
    assert Ticket.objects.get(pk=new.pk).parent == case and "De él depende" in page(d.agent, case)
    assert agent.post(step(case, "depender"), {"folio": new.folio}).status_code == 422, "a circle"
    with pytest.raises(Refused, match="dependientes"):
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    with pytest.raises(NotAllowed):
        desk.hang(actor=d.asker, case=new, parent=None)
    assert agent.post(step(new, "depender"), {"folio": ""}).status_code == 302
    assert agent.post(step(case, "avisar-a"), {"person": d.world.nobody.pk}).status_code == 302
    assert "Dejar de avisarme" in page(d.world.nobody, case)
    assert as_(d.world.nobody).post(reverse("ticket_follow", args=[case.pk]), {"dejar": "1"}).status_code == 302
    assert not case.parties.filter(person=d.world.nobody).exists()


def test_mentions_canned_answers_and_time(d: Desk) -> None:
    CannedAnswer.objects.create(institution=d.world.institution, title="Falta dato", text="¿Nos indica el número de inventario?")
    CannedAnswer.objects.create(institution=d.world.institution, title="De otro equipo", text="x", team=d.second)
    case = d.ticket(actor=d.agent, version=d.version)
    seen = page(d.agent, case)
    assert 'data-value="¿Nos indica el número de inventario?"' in seen and "De otro equipo" not in seen and "Mencionar a alguien" in seen
    assert "Mencionar a alguien" not in page(d.asker, case) and "Falta dato" not in page(d.asker, case)
    said = {"uuid": "6f1c1f86-3333-4333-8333-333333333335", "text": "CANARIO: véalo", "private": "on", "mentioned": [d.manager.pk, d.asker.pk]}
    assert as_(d.agent).post(reverse("ticket_entry", args=[case.pk]), said).status_code == 302
    told = set(Notice.objects.filter(kind="mention", case_id=case.pk).values_list("person_id", flat=True))
    assert told == {d.manager.pk}, "a private note is told only to who may read it"
    assert as_(d.agent).post(step(case, "tiempo"), {"minutes": 25, "text": "Revisar"}).status_code == 302
    assert TimeEntry.objects.get(case=case).minutes == 25
    with pytest.raises(NotAllowed):
        desk.log_time(actor=d.asker, case=case, minutes=5)


def test_a_major_incident_links_between_kinds_and_the_checklist(d: Desk) -> None:
    case = d.ticket(version=d.incident)
    change = d.ticket(actor=d.agent, version=None, kind="change", team=d.first, requester=d.agent)
    major.declare_major(actor=d.agent, case=case, reason="Nadie entra")
    ticket = Ticket.objects.select_related("case").get(pk=case.pk)
    assert (ticket.major, ticket.impact, ticket.urgency, ticket.case.priority) == (True, 1, 1, 1)
    assert Notice.objects.filter(person=d.manager, title=f"Incidente mayor: {case.folio}").exists()
    agent = as_(d.agent)
    assert agent.post(step(case, "relacionar"), {"kind": "fixed_by", "folio": change.folio}).status_code == 302
    assert "Lo corrige" in page(d.agent, case) and "Corrige" in page(d.agent, change) and "Incidente mayor" in page(d.asker, case)
    assert change.folio not in page(d.asker, case), "who asked does not see a ticket that they may not read"
    item = ChecklistItem.objects.create(case=case, text="Revisar la red")
    assert agent.post(reverse("ticket_tick", args=[case.pk, item.pk]), {"done": "1"}).status_code == 302
    assert ChecklistItem.objects.get().done_by == d.agent
    with pytest.raises(NotAllowed):
        desk.tick(actor=d.asker, case=case, item_id=item.pk, done=False)


def test_the_guard_gets_what_arrives_outside_hours(d: Desk) -> None:
    Team.objects.filter(pk=d.first.pk).update(automatic=True)
    d.version.refresh_from_db()
    guard = make.person(d.world.institution, d.world.north, "head", name="Guardia")
    d.first.memberships.create(person=guard, on_call=True)
    Membership.objects.filter(person=d.agent).update(skills=["portal"])
    for hour, person in ((10, d.agent), (23, guard)):
        with time_machine.travel(datetime(2026, 11, 9, hour, tzinfo=ZONE), tick=False):
            assert Case.objects.get(pk=d.ticket().pk).assignee == person
    row = Membership.objects.get(person=guard)
    row.skills = ["Portal institucional"]
    check = catalogue_of("integrantes").check
    assert check is not None
    check(row)
    assert row.skills == ["portal"]
    row.skills = ["Nada"]
    with pytest.raises(Refused):
        check(row)


def test_a_rejected_change_comes_back_and_is_authorised_anew(d: Desk) -> None:
    case = d.ticket(actor=d.agent, version=None, kind="change", team=d.first, requester=d.agent)
    solving.take_reasoned(actor=d.manager, case=case, step="decline", reason="Falta el plan")
    assert Case.objects.get(pk=case.pk).closed_at
    assert as_(d.agent).post(step(case, "appeal"), {"reason": ""}).status_code == 422
    assert as_(d.agent).post(step(case, "appeal"), {"reason": "Ya tiene plan"}).status_code == 302
    assert (Case.objects.get(pk=case.pk).state, Case.objects.get(pk=case.pk).closed_at) == ("new", None)
    desk.assign(actor=d.agent, case=case, team=d.first, person=d.agent)
    start = datetime(2030, 1, 10, 20, tzinfo=ZONE)
    plan = changing.PlanDraft(2, "Uno", "Dos", start, start.replace(hour=22), d.engineer)
    people = [d.manager, d.asker_head, d.world.head]
    for verdict in (False, True):
        changing.plan(actor=d.agent, case=case, draft=plan)
        changing.submit(actor=d.agent, case=case, people=people, quorum=2)
        desk.decide(actor=d.manager, case=case, verdict=verdict, reason="" if verdict else "No así")
        if not verdict:
            assert Case.objects.get(pk=case.pk).state == "not_approved"
            solving.take_reasoned(actor=d.agent, case=case, step="replan", reason="Con respaldo")
    assert Case.objects.get(pk=case.pk).state == "approval", "what was asked in the first round counts no more"
    assert desk.decide(actor=d.asker_head, case=case, verdict=True).state == "approved"


def test_the_imported_past_is_shown_event_by_event(d: Desk) -> None:
    case = d.ticket()
    Case.objects.filter(pk=case.pk).update(source="import")
    log = ImportedLog.objects.create(institution=d.world.institution, system="ServiceNow", source="log.csv", digest="a" * 64,
                                     columns=["number", "state", "group"], at=datetime(2026, 1, 1, tzinfo=ZONE))
    for n, (state, group, flags) in enumerate([("New", "?", []), ("Resolved", "G7", []), ("Active", "G7", ["backwards"])], 1):
        ImportedEvent.objects.create(log=log, case=case, sequence=n, line=n + 1, at=datetime(2026, 1, n, tzinfo=ZONE), state=state,
                                     flags=flags, values=["INC1", state, group])
    where = reverse("ticket_imported", args=[case.pk])
    assert where in page(d.agent, case) and where not in page(d.asker, case)
    seen = text(as_(d.agent).get(where))
    assert "3 eventos." in seen and "1 tiene algo que señalar" in seen and seen.count("El estado regresó") == 1 and "G7" in seen
    assert as_(d.asker).get(where).status_code == 404
    assert as_(d.agent).get(reverse("ticket_imported", args=[d.ticket().pk])).status_code == 404


def test_a_rule_is_made_rehearsed_and_switched_without_code(d: Desk) -> None:
    admin = as_(d.world.admin)
    assert "Todavía no hay reglas" in text(admin.get(reverse("rules")))
    said: dict[str, Any] = {
        "name": "Lo urgente", "event": "opened", "recipients": ["manager"], "people": [d.agent.pk], "channel": "mail", "kind": ["incident"],
        "service": [str(d.version.offering.service_id)], "subject": "Urge {numero}", "body": "{pide} dice: {asunto}",
        "service_0": d.version.offering.service_id, "subject_0": "Portal {numero}", "body_0": ""}
    shown = text(admin.post(reverse("rule_new"), said | {"previa": "1"}))
    assert "Urge T26-00123" in shown and "Portal T26-00123" in shown and not NotificationRule.objects.exists()
    assert admin.post(reverse("rule_new"), said | {"body": "{clave}"}).status_code == 422
    assert admin.post(reverse("rule_new"), said).status_code == 302
    rule = NotificationRule.objects.get()
    assert not rule.active and rule.condition == {"all": [{"field": "service", "op": "in", "value": [str(d.version.offering.service_id)]},
                                                          {"field": "kind", "op": "in", "value": ["incident"]}]}
    form = text(admin.get(reverse("rule", args=[rule.pk])))
    assert "Portal {numero}" in form and "Lo urgente" in form
    case = d.ticket(version=d.incident, subject="Se cayó")
    rehearsed = text(admin.get(reverse("rule_rehearsal", args=[rule.pk])))
    assert "2 avisos" in rehearsed and "1 ticket" in rehearsed and case.folio not in rehearsed, "administering is not reading"
    for name, on in (("encender", True), ("apagar", False), ("subir", False), ("bajar", False)):
        assert admin.post(reverse("rule_step", args=[rule.pk, name])).status_code == 302
        assert NotificationRule.objects.get().active == on
    assert "Encender" in text(admin.get(reverse("rules")))
    stranger = as_(made().world.admin)
    for url in (reverse("rules"), reverse("rule", args=[rule.pk]), reverse("rule_rehearsal", args=[rule.pk])):
        assert as_(d.engineer).get(url).status_code == 404 and as_(d.agent).get(url).status_code == 200, "of who concludes in the unit"
        assert stranger.get(url).status_code == (200 if url == reverse("rules") else 404)


def test_joining_and_parting_by_api(d: Desk) -> None:
    first, double = d.ticket(), d.ticket()
    note = desk.add_entry(actor=d.agent, ticket=double, draft=EntryDraft("Canario interno", private=True))
    agent = Program(d.agent)
    told = agent.post(f"/tickets/{double.uuid}/steps/split", {"subject": "Otra cosa", "kind": "incident", "entries": [str(note.uuid)]})
    assert told.status_code == 200, told.content
    new = Case.objects.get(subject="Otra cosa")
    assert Note.objects.get(case=new).private and new.kind == "incident"
    assert agent.post(f"/tickets/{double.uuid}/steps/merge", {}).status_code == 422
    assert agent.post(f"/tickets/{double.uuid}/steps/merge", {"into": str(double.uuid)}).status_code in (409, 422)
    merged = agent.post(f"/tickets/{double.uuid}/steps/merge", {"into": str(first.uuid), "reason": "Igual"})
    assert merged.status_code == 200, merged.content
    assert (merged.json()["state"], merged.json()["merged_into"]) == ("merged", str(first.uuid))
    assert [a["name"] for a in merged.json()["actions"]] == ["unmerge"]
    assert Program(d.asker).post(f"/tickets/{double.uuid}/steps/unmerge", {"reason": "x"}).status_code == 404
    undone = agent.post(f"/tickets/{double.uuid}/steps/unmerge", {"reason": "No era"})
    assert (undone.status_code, undone.json()["state"], undone.json()["merged_into"]) == (200, "new", None)
    assert Move.objects.filter(case=first).latest("pk").verb == "release"
