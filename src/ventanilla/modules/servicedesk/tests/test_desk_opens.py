"""What the desk opens, corrects and ties: one check of kinds at every door, duties apart, corrections with their history, parents."""
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, CaseLink, Move, Party, SearchRow
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person, Role
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import ChangeModel, ChangeRule, Offering, OfferingVersion, ProblemStep, Ticket
from ventanilla.modules.servicedesk.services import (
    TicketDraft,
    assign,
    changing,
    hang,
    open_ticket,
    reclassify,
    resolve,
    solving,
    take,
)
from ventanilla.modules.servicedesk.services.authorities import authorities
from ventanilla.modules.servicedesk.services.correcting import Correction, changes_of, correct
from ventanilla.modules.servicedesk.services.effects import effect_of
from ventanilla.modules.servicedesk.services.major import declare_major, stand_down, steps_of
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.itop.scripts import Script

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return desk()


def first_line(d: Desk) -> Person:
    """An agent who answers and routes, and concludes nothing."""
    one = make.person(d.world.institution, d.world.north, "desk_agent", name="Primera")
    d.first.memberships.create(person=one)
    return one


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)  # type: ignore[arg-type] - people of the desk sign in
    return client


def routine(d: Desk) -> ChangeModel:
    return ChangeModel.objects.create(institution=d.world.institution, name="Alta de impresora", team=d.first, plan="Instalar",
                                      back_out="Quitar", authorised="Dirección de TI, oficio 214")


def planned(d: Desk, person: Person, kind: str = "change", risk: int = 2, implementer: Person | None = None) -> Case:
    case = open_ticket(actor=d.manager, draft=TicketDraft("Cambiar la versión", kind=kind, team=d.first, requester=person))
    case = assign(actor=d.manager, case=case, team=d.first, person=person)
    start = timezone.now() + timedelta(days=2)
    return changing.plan(actor=person, case=case, draft=changing.PlanDraft(
        risk, "Uno", "Dos", start, start + timedelta(hours=1), implementer or person))


def test_a_change_is_opened_by_page_from_a_problem_and_a_problem_without_incident(d: Desk) -> None:
    page = browser(d.agent)
    sent = {"uuid": "11111111-1111-4111-8111-111111111111", "team": d.first.pk, "subject": "Se satura los lunes", "incidents": ""}
    assert page.post(reverse("problem_new"), {**sent, "incidents": "T99-00001"}).status_code == 422
    assert page.post(reverse("problem_new"), sent).status_code == 302
    problem = Case.objects.get(kind="problem")
    assert not CaseLink.objects.filter(other=problem).exists()
    record = page.get(reverse("ticket", args=[problem.pk])).content.decode()
    where = f"{reverse('change_new')}?de={problem.pk}"
    assert where in record and reverse("change_new") in page.get(reverse("portal")).content.decode()
    assert "Se satura los lunes" in page.get(where).content.decode()
    asked = {"uuid": "22222222-2222-4222-8222-222222222222", "team": d.first.pk, "subject": "Ampliar la memoria", "kind": "change", "risk": 3}
    for _twice in range(2):
        page.post(where, asked)
    change = Case.objects.get(kind="change")
    assert (change.change.risk, change.ticket.requester) == (3, d.agent)
    assert CaseLink.objects.get(case=problem, other=change).kind == "fixed_by"
    assert browser(d.asker).get(reverse("change_new")).status_code == 404
    assert page.get(f"{reverse('change_new')}?de={change.pk}").status_code == 404


def test_one_check_says_at_every_door_who_opens_which_kind(d: Desk) -> None:
    agent, engineer = first_line(d), make.person(d.world.institution, d.world.north, "desk_engineer", name="Segunda")
    program = Program(agent)
    for kind, who in (("simple_change", agent), ("emergency_change", engineer)):
        with pytest.raises(Refused, match=r"rutina|emergencia"):
            open_ticket(actor=who, draft=TicketDraft("Algo", kind=kind, team=d.first, requester=who))
        open_ticket(actor=d.manager, draft=TicketDraft("Algo", kind=kind, team=d.first, requester=d.manager))
    assert program.no("POST", "/tickets", {"tickets": [{"subject": "A", "kind": "simple_change", "team": d.first.name}]})[1] == "kind"
    said = Script(agent).ask("core/create", **{"class": "RoutineChange"}, comment="", fields={"title": "Algo"}, output_fields="id")
    assert said["code"] != 0 and "rutina" in said["message"], said
    assert "simple_change" not in browser(agent).get(reverse("change_new")).content.decode()
    model = routine(d)
    made = program.ok("POST", "/tickets", {"tickets": [{"subject": "Impresora", "kind": "simple_change", "team": d.first.name,
                                                        "model": model.name}]})[0]
    change = Case.objects.get(uuid=made["uuid"]).change
    assert (change.risk, change.plan, change.model) == (1, "Instalar", model)
    assert program.no("POST", "/tickets", {"tickets": [{"subject": "A", "kind": "simple_change", "team": d.first.name, "model": model.name,
                                                        "risk": 3}]})[1] == "risk"
    with pytest.raises(Refused, match="rutina"):
        reclassify(actor=agent, case=open_ticket(actor=agent, draft=TicketDraft("A", kind="change", team=d.first, requester=agent)),
                   kind="simple_change", reason="Es fácil")


def test_who_implements_does_not_review_and_a_routine_is_of_low_risk(d: Desk) -> None:
    agent = first_line(d)
    with pytest.raises(Refused, match="riesgo bajo"):
        planned(d, agent, "simple_change", risk=3)
    case = planned(d, agent, "simple_change", risk=1)
    for step in ("implement", "finish"):
        case = solving.take_reasoned(actor=agent, case=case, step=step)
    with pytest.raises(Refused, match="otra persona"):
        changing.review(actor=agent, case=case, text="Quedó bien")
    assert Program(agent).no("POST", f"/tickets/{case.uuid}/steps/review", {"review": "Bien"})[1] == "review"
    assert changing.review(actor=d.manager, case=case, text="Quedó bien").state == "closed"


def test_rules_say_who_authorises_which_risk_and_how_many(d: Desk) -> None:
    case = planned(d, first_line(d), risk=3, implementer=d.engineer)
    page = reverse("ticket_action", args=[case.pk, "submit"])
    nobody = browser(d.agent).post(page, {"people--text": d.asker.name, "quorum": 1})
    assert nobody.status_code == 422 and Case.objects.get(pk=case.pk).state == case.state
    with pytest.raises(Refused, match="No puede autorizar"):
        changing.submit(actor=d.agent, case=case, people=[d.asker], quorum=1)
    with pytest.raises(Refused, match="al menos 2"):
        changing.submit(actor=d.agent, case=case, people=[d.asker_head, d.manager], quorum=1)
    ChangeRule.objects.create(institution=d.world.institution, risk=3, quorum=1, role=Role.objects.get(
        institution=d.world.institution, slug="admin"))
    assert set(authorities(case)) == {d.world.admin}
    with pytest.raises(Refused, match="No puede autorizar"):
        changing.submit(actor=d.agent, case=case, people=[d.asker_head], quorum=1)
    assert changing.submit(actor=d.agent, case=case, people=[d.world.admin], quorum=1).state == "approval"


def test_facts_are_corrected_with_a_reason_and_the_history_keeps_what_they_were(d: Desk) -> None:
    case, other = d.ticket(actor=d.agent), make.person(d.world.institution, d.world.south_1, None, name="Verdadera")
    page, address = browser(d.agent), reverse("ticket_action", args=[case.pk, "correct"])
    assert "Actualizar la página del programa" in page.get(address).content.decode()
    sent = {"subject": "Publicar la convocatoria", "description": "", "channel": "phone", "requester": other.pk, "beneficiary": "", "unit": ""}
    assert page.post(address, sent).status_code == 422
    assert page.post(address, {**sent, "reason": "Se anotó a otra persona"}).status_code == 302
    case.refresh_from_db()
    ticket = Ticket.objects.get(pk=case.pk)
    assert (case.subject, ticket.requester, ticket.channel) == ("Publicar la convocatoria", other, "phone")
    assert list(Party.objects.filter(case=case, role="requester").values_list("person", flat=True)) == [other.pk]
    assert not Case.objects.visible_to(d.asker).filter(pk=case.pk).exists() and Case.objects.visible_to(other).filter(pk=case.pk).exists()
    assert "convocatoria" in SearchRow.objects.get(case=case, ref=case.pk, page=0, kind="request").title
    move = Move.objects.get(case=case, verb="correct")
    assert ("Asunto", "Actualizar la página del programa", "Publicar la convocatoria") in changes_of(move)
    assert "<del>«Actualizar la página del programa»</del>" in page.get(reverse("ticket", args=[case.pk])).content.decode()
    program = Program(d.agent)
    told = program.ok("POST", f"/tickets/{case.uuid}/steps/correct", {"reason": "Faltaba", "facts": {"description": "La de mayo"}})
    assert told["description"] == "La de mayo" and told["subject"] == "Publicar la convocatoria"
    assert program.no("POST", f"/tickets/{case.uuid}/steps/correct", {"reason": "Otra vez", "facts": {"description": "La de mayo"}})[0] >= 400
    with pytest.raises(NotAllowed):
        correct(actor=other, case=case, draft=Correction({"subject": "Otra"}), reason="Sí")


def test_a_known_error_links_and_steps_of_a_plan_are_corrected(d: Desk) -> None:
    incident = d.ticket(version=d.incident)
    problem = take(actor=d.agent, case=solving.open_problem(actor=d.agent, incidents=[incident], subject="Se satura"))
    known = solving.to_known_error(actor=d.agent, problem=problem, symptoms="502", workaround="Reiniciar")
    page, program = browser(d.agent), Program(d.agent)
    sent = {"symptoms": "502", "workaround": "Vaciar la caché", "root_cause": "", "reason": "Reiniciar ya no basta"}
    assert page.post(reverse("ticket_action", args=[known.pk, "revise"]), sent).status_code == 302
    assert program.ok("GET", f"/known-errors/{known.uuid}")["workaround"] == "Vaciar la caché"
    assert Entry.objects.filter(verb="known_error.revise").exists()
    step = solving.add_step(actor=d.agent, case=problem, draft=solving.StepDraft("Cambiar el cable"))
    address = reverse("plan_step", args=[problem.pk, step.pk])
    assert page.post(address, {"text": "Cambiar el servidor", "definitive": "on", "reason": "No era el cable"}).status_code == 302
    step.refresh_from_db()
    assert (step.text, step.definitive) == ("Cambiar el servidor", True)
    where = f"/problems/{problem.uuid}/steps/{step.pk}"
    assert program.ok("PUT", where, {"text": "Cambiar los dos", "reason": "Son dos"})["text"] == "Cambiar los dos"
    assert program.no("POST", f"{where}/drop")[1] == "reason"
    program.ok("POST", f"{where}/drop", {"reason": "Ya no"})
    assert not ProblemStep.objects.exists()
    link = CaseLink.objects.get(case=incident, other=problem)
    assert page.post(reverse("ticket_action", args=[problem.pk, "quitar-relacion"]), {"link": link.pk, "reason": "Era otro"}).status_code == 302
    assert not CaseLink.objects.filter(pk=link.pk).exists() and Entry.objects.filter(verb="incident.untie").exists()
    gone = {"ticket": str(known.uuid), "kind": "known_as", "reason": "No es ése"}
    assert program.ok("POST", f"/tickets/{problem.uuid}/links/remove", gone)["links"] == []


def test_who_has_no_account_is_registered_with_an_address_and_for_whom_it_is(d: Desk) -> None:
    sent = {"uuid": "33333333-3333-4333-8333-333333333333", "channel": "phone", "requester": "", "requester_name": "Rosa Peña",
            "requester_email": "rosa@example.org", "beneficiary": d.asker.pk, "unit": "", "version": d.version.pk, "subject": "Una cosa"}
    assert browser(d.agent).post(reverse("ticket_register"), sent).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.requester_email, ticket.beneficiary, ticket.unit) == ("rosa@example.org", d.asker, d.world.south)


def test_the_effect_is_counted_on_incidents_of_the_service_before_and_after_the_definitive_step(d: Desk) -> None:
    now = timezone.now()
    incidents = [d.ticket(version=d.incident, subject=f"Cae {n}") for n in range(8)]
    for n, case in enumerate(incidents):  # six in the twenty days before the step, two in the twenty since
        Case.objects.filter(pk=case.pk).update(received_at=now - timedelta(days=39 - 3 * n if n < 6 else 5))
    Case.objects.filter(pk=incidents[7].pk).update(received_at=now - timedelta(days=200))
    problem = take(actor=d.agent, case=solving.open_problem(actor=d.agent, incidents=incidents[:1], subject="Se cae"))
    assert effect_of(problem) is None
    for words, definitive, days in (("Cambiar el servidor", True, 20), ("Avisar", False, 3)):
        step = solving.add_step(actor=d.agent, case=problem, draft=solving.StepDraft(words, definitive=definitive))
        ProblemStep.objects.filter(pk=step.pk).update(done_at=now - timedelta(days=days, minutes=1))
    effect = effect_of(problem)
    assert effect and (effect.incidents_before, effect.incidents_since, effect.days) == (6, 1, 20)
    assert (effect.step, effect.definitive, effect.before, effect.fewer) == ("Cambiar el servidor", True, 9.0, 83)
    assert "Portal institucional" in effect.counted[0]
    assert Program(d.agent).ok("GET", f"/problems/{problem.uuid}")["effect"]["incidents_since"] == 1
    assert "83 % menos" in browser(d.agent).get(reverse("ticket", args=[problem.pk])).content.decode()


def test_a_parent_is_resolved_with_its_children_each_logged_and_told(d: Desk) -> None:
    parent, child, below = (d.ticket(subject=s) for s in ("Uno", "Dos", "Tres"))
    hang(actor=d.agent, case=child, parent=parent)
    hang(actor=d.agent, case=below, parent=child)
    parent = take(actor=d.agent, case=parent)
    with pytest.raises(Refused, match="dependientes"):
        resolve(actor=d.agent, case=parent, cause=d.cause, solution="Se cambió")
    page, address = browser(d.agent), reverse("ticket_action", args=[parent.pk, "resolve"])
    assert "Resolver también los tickets que dependen" in page.get(address).content.decode()
    assert page.post(address, {"cause": d.cause.pk, "solution": "Se cambió", "children": "on"}).status_code == 302
    assert set(Case.objects.values_list("state", flat=True)) == {"resolved"}
    assert set(Ticket.objects.values_list("solution", "cause")) == {("Se cambió", d.cause.pk)}
    assert Move.objects.filter(verb="resolve").count() == 3
    held, blocked = d.ticket(), planned(d, d.agent)
    hang(actor=d.agent, case=blocked, parent=held)
    told = Program(d.agent).no("POST", f"/tickets/{take(actor=d.agent, case=held).uuid}/steps/resolve", {
        "cause": d.cause.name, "solution": "x", "children": True})
    assert told[1] == "children" and Case.objects.get(pk=held.pk).state == "in_progress"


def test_a_major_incident_is_declared_once_lifted_and_found(d: Desk) -> None:
    case = d.ticket(version=d.incident)
    before = Ticket.objects.get(pk=case.pk)
    declare_major(actor=d.agent, case=case, reason="Nadie entra")
    with pytest.raises(Refused, match="Ya es"):
        declare_major(actor=d.agent, case=case, reason="Nadie entra")
    case = Case.objects.select_related("ticket").get(pk=case.pk)
    names = {s.name for s in steps_of(d.agent, case)}
    assert "stand_down" in names and "major" not in names and "major" in {s.name for s in allowed_steps(d.agent, case)}
    page = browser(d.agent)
    assert case.folio in page.get("/listas/tickets/?mayor=si").content.decode()
    offered = {a["name"] for a in Program(d.agent).ok("GET", f"/tickets/{case.uuid}")["actions"]}
    assert "stand_down" in offered and "major" not in offered
    assert page.post(reverse("ticket_action", args=[case.pk, "stand_down"]), {"reason": "Ya entran"}).status_code == 302
    ticket = Ticket.objects.get(pk=case.pk)
    assert (ticket.major, ticket.impact, ticket.urgency) == (False, before.impact, before.urgency)
    assert case.folio not in page.get("/listas/tickets/?mayor=si").content.decode()
    with pytest.raises(Refused, match="No es"):
        stand_down(actor=d.agent, case=case, reason="Otra vez")
    assert Notice.objects.filter(title__contains="Ya no es un incidente mayor").exists()


def test_the_desk_notes_what_anybody_asks_of_any_team_and_follows_it(d: Desk) -> None:
    one, other = first_line(d), make.person(d.world.institution, d.world.north_1, "desk_agent", name="Segunda")
    of_first = d.version
    lines = Offering.objects.create(institution=d.world.institution, service=of_first.offering.service, slug="lineas", name="Falla de líneas")
    of_second = OfferingVersion.objects.create(institution=d.world.institution, offering=lines, number=1, state="published", team=d.second,
                                               level=d.level, kind="incident", published_at=timezone.now())
    page = text(browser(one).get(reverse("ticket_register")))
    assert of_first.offering.name in page and of_second.offering.name in page
    sent = {"uuid": "22222222-2222-4222-8222-222222222222", "version": of_second.pk, "channel": "phone", "requester": d.asker.pk,
            "subject": "No abre el portal"}
    noted = browser(one).post(reverse("ticket_register"), sent, follow=True)
    case = Case.objects.get()
    assert noted.status_code == 200 and case.folio in text(noted) and case.ticket.team == d.second
    assert Party.objects.filter(case=case, person=one, role="watcher").exists()
    with pytest.raises(NotAllowed):
        open_ticket(actor=one, draft=TicketDraft("Sin causa", kind="problem", team=d.second))
    with pytest.raises(NotAllowed):
        open_ticket(actor=one, draft=TicketDraft("Para ellos", version=of_first, team=d.second, requester=d.asker))
    page = text(browser(other).get(reverse("ticket_register")))
    assert of_second.offering.name in page and of_first.offering.name not in page
    with pytest.raises(NotAllowed):
        open_ticket(actor=other, draft=TicketDraft("De otros", version=of_first, requester=d.asker))
