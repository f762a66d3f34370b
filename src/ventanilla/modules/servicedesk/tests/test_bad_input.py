"""Bad input and faults: what the desk refuses or survives. Where the rest of the list is tested: docs/modules/servicedesk.md."""
import re
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Clock, Move, Note
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import add_person
from ventanilla.core.orgs.services.setup import NotAllowed, PersonDraft, Refused
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Approval, Change, Liaison, ServiceLevel, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, TicketDraft, changing, liaisons, solving
from ventanilla.modules.servicedesk.services.approving import ask_instead
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version, try_out
from ventanilla.modules.servicedesk.services.changing import PlanDraft
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.modules.servicedesk.tests.api.test_tickets import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

IN_DATABASE = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZONE)


@pytest.fixture
def d() -> Desk:
    return made()


def change(d: Desk, kind: str = "change") -> Case:
    return desk.open_ticket(actor=d.manager, draft=TicketDraft("Cambiar el cable", kind=kind, team=d.first, requester=d.agent))


def planned(d: Desk, implementer: Person) -> Case:
    """A normal change with a plan."""
    case, start = change(d), timezone.now() + timedelta(days=3)
    desk.assign(actor=d.manager, case=case, team=d.first)
    changing.plan(actor=d.manager, case=case, draft=PlanDraft(2, "Uno", "Dos", start, start + timedelta(hours=1), implementer))
    return Case.objects.get(pk=case.pk)


@IN_DATABASE
def test_tickets_are_not_tied_to_themselves_nor_in_a_circle(d: Desk) -> None:
    one, two, three = (d.ticket(subject=f"Falla {n}") for n in range(3))
    with pytest.raises(Refused):
        solving.tie(actor=d.agent, case=one, other=one, kind="continues")
    solving.tie(actor=d.agent, case=one, other=two, kind="continues")
    solving.tie(actor=d.agent, case=two, other=three, kind="continues")
    for case, other in ((two, one), (three, one)):
        with pytest.raises(Refused, match="al revés"):
            solving.tie(actor=d.agent, case=case, other=other, kind="continues")
    solving.tie(actor=d.agent, case=three, other=one, kind="caused_by")  # another kind says something else


@IN_DATABASE
def test_who_implements_does_not_authorise_before_nor_afterwards(d: Desk) -> None:
    boss = d.world.head
    case = planned(d, implementer=d.asker_head)
    with pytest.raises(Refused, match="sólo hay 0"):
        changing.submit(actor=d.manager, case=case, people=[d.asker_head], quorum=1)
    changing.submit(actor=d.manager, case=case, people=[boss, d.manager], quorum=1)
    Change.objects.filter(pk=case.pk).update(implementer=boss)  # the plan changes hands meanwhile
    with pytest.raises(NotAllowed):
        desk.decide(actor=boss, case=case, verdict=True)
    desk.decide(actor=d.manager, case=case, verdict=True)
    with pytest.raises(Refused, match="otra persona"):
        solving.take_reasoned(actor=d.manager, case=Case.objects.get(pk=case.pk), step="implement")
    assert solving.take_reasoned(actor=d.agent, case=Case.objects.get(pk=case.pk), step="implement").state == "implementing"


@IN_DATABASE
def test_who_did_an_emergency_does_not_authorise_it_afterwards(d: Desk) -> None:
    """Nobody is named in a plan: who began and finished it stands in the history."""
    case = change(d, "emergency_change")
    for step in ("implement", "finish"):
        solving.take_reasoned(actor=d.manager, case=Case.objects.get(pk=case.pk), step=step, reason="Se cayó todo")
    with pytest.raises(Refused, match="sólo hay 0"):
        changing.review(actor=d.agent, case=Case.objects.get(pk=case.pk), text="Bien", people=[d.manager])
    assert Case.objects.get(pk=case.pk).state == "implemented", "nothing of a refused review stays"
    after = changing.review(actor=d.agent, case=Case.objects.get(pk=case.pk), text="Bien", people=[d.manager, d.asker_head])
    assert [a.person_id for a in Approval.objects.filter(case=after)] == [d.asker_head.pk]


@IN_DATABASE
def test_an_approver_who_left_is_not_asked_and_somebody_else_is_asked_instead(d: Desk) -> None:
    case, gone, other = d.ticket(), d.asker_head, d.world.south_1_head
    Person.objects.filter(pk=other.pk).update(active=False)
    with pytest.raises(Refused, match="sólo hay 1"):
        desk.ask_approvals(actor=None, case=case, wanted=[{"label": "Dos jefaturas", "who": [gone.pk, other.pk], "quorum": 2}])
    Person.objects.filter(pk=other.pk).update(active=True)
    other.refresh_from_db()
    desk.ask_approvals(actor=None, case=case, wanted=[{"label": "Jefatura", "who": [gone.pk]}])
    page = reverse("ticket_action", args=[case.pk, "autoriza-otra"])
    asked = {"gone": gone.pk, "person": other.pk}
    assert "todavía puede contestar" in as_(d.agent).post(page, asked).content.decode()
    Person.objects.filter(pk=gone.pk).update(active=False)
    assert "Pedirla a otra persona" in text(as_(d.agent).get(reverse("ticket", args=[case.pk])))
    assert as_(d.agent).post(page, asked | {"person": d.asker.pk}).status_code == 422, "who asks authorises nothing"
    assert as_(d.agent).post(page, asked).status_code == 302
    assert Notice.objects.filter(person=other, kind="approval").count() == 1
    with pytest.raises(NotAllowed):
        desk.decide(actor=gone, case=case, verdict=True)
    with pytest.raises(NotAllowed):
        ask_instead(actor=d.asker, case=case, gone=other, person=d.asker_head)
    assert desk.decide(actor=other, case=case, verdict=True).state == "new"


@IN_DATABASE
def test_without_coverage_in_the_future_there_is_an_explicit_none(d: Desk) -> None:
    """Hours that ended: no due moment, an explained clock, a page; and an offering that promises by them is not published."""
    calendar = Calendar.objects.create(institution=d.world.institution, name="Se acabó", purpose="nunca")
    CalendarVersion.objects.create(institution=d.world.institution, calendar=calendar, number=1, published_at=timezone.now())
    ServiceLevel.objects.filter(pk=d.level.pk).update(calendar=calendar)
    d.version.refresh_from_db()
    case = d.ticket()
    assert Case.objects.get(pk=case.pk).due_at is None
    assert {(c.due_at, c.state, explain(c).used) for c in clocks_of(case)} == {(None, "run", 0)}
    for step in (desk.take, lambda **who: desk.hold(why=d.hold, **who), desk.resume):
        step(actor=d.agent, case=Case.objects.get(pk=case.pk))
    page = text(as_(d.asker).get(reverse("ticket", args=[case.pk]))) + text(as_(d.asker).get(reverse("ticket_clock", args=[case.pk])))
    assert "Sin plazo" in page
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.description = "Lo que se ofrece"
    draft.save()
    assert {p.due_at for p in try_out(draft)} == {None}
    with pytest.raises(Refused):
        publish(actor=d.world.admin, version=draft)


@IN_DATABASE
def test_a_promise_changed_while_it_waits_loses_no_pause(d: Desk) -> None:
    """What users of other desks complain about most: the promise changes while the ticket waits, or goes and comes back."""
    with time_machine.travel(MONDAY, tick=False):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    hours = iter(range(1, 9))

    def at(verb: Callable[..., Any], **given: Any) -> None:
        with time_machine.travel(MONDAY + timedelta(hours=next(hours)), tick=False):
            verb(actor=d.agent, case=Case.objects.get(pk=case.pk), **given)

    at(desk.hold, why=d.hold)                                                   # 11:00 waits
    d.level.objectives.filter(metric="resolve", priority=0).delete()
    at(desk.prioritise, impact=3, urgency=3, reason="No urge")                  # 12:00 nothing is promised of that priority
    assert (Clock.objects.get(case=case, kind="resolve").amount, Clock.objects.get(case=case, kind="resolve").state) == (None, "pause")
    at(desk.resume)                                                             # 13:00 works
    at(desk.prioritise, impact=1, urgency=1, reason="Ahora sí")                 # 14:00 two hours are promised
    clock = Clock.objects.get(case=case, kind="resolve")
    assert clock.due_at == MONDAY + timedelta(hours=4), "one hour before and one after the wait of two"
    assert Clock.objects.get(case=case, kind="own").state == "stop"
    at(desk.assign, team=d.second)                                              # 15:00 second level: its agreement starts
    with time_machine.travel(MONDAY + timedelta(hours=next(hours)), tick=False):
        desk.assign(actor=d.engineer, case=Case.objects.get(pk=case.pk), team=d.first)  # 16:00 and stops
    at(desk.take)
    inner = Clock.objects.get(case=case, kind__startswith="team")
    assert (inner.state, inner.stopped_at) == ("stop", MONDAY + timedelta(hours=6)), "another step does not wake it"
    assert Clock.objects.get(case=case, kind="own").stopped_at == MONDAY, "it was taken once"


@IN_DATABASE
def test_a_mention_in_the_private_log_tells_only_who_may_read_it(d: Desk) -> None:
    case = d.ticket()
    desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("La clave es tlacoyo", private=True, mentioned=[d.manager, d.asker, d.engineer]))
    assert set(Notice.objects.filter(body__contains="tlacoyo").values_list("person", flat=True)) == {d.manager.pk}


@IN_DATABASE
def test_the_account_of_a_liaison_opens_with_the_last_paper(d: Desk) -> None:
    person = add_person(actor=None, institution=d.world.institution, draft=PersonDraft(
        "Nueva", "Enlace", "Ruiz", email="nueva.enlace@example.org", unit=d.world.south))
    row = liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(d.world.south, person, "212C/9/2026"))
    liaisons.validate(actor=d.asker_head, liaison=row)
    page, day = reverse("liaison", args=[row.pk]), timezone.localdate().isoformat()
    as_(d.agent).post(page, {"agreement": day, "training": ""})
    assert Person.objects.get(pk=person.pk).user is None
    as_(d.agent).post(page, {"agreement": day, "training": day})
    assert Person.objects.get(pk=person.pk).user is not None
    assert Mail.objects.filter(to="nueva.enlace@example.org", subject__contains="contraseña").count() == 1


@IN_DATABASE
def test_a_ticket_is_found_by_its_solution_and_who_benefits_is_asked_too(d: Desk) -> None:
    survey = published(d.world.institution, {"sections": [{"title": "Trato", "fields": [
        {"key": "trato", "type": "yes_no", "label": "¿Fue bueno el trato?"}]}]}, "opinion")
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.survey, draft.description = survey, "Lo que se ofrece"
    draft.save()
    case = d.ticket(actor=d.agent, version=publish(actor=d.world.admin, version=draft), beneficiary=d.world.nobody)
    desk.take(actor=d.agent, case=case)
    desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Se purgó el huitlacoche del servidor")
    with override("en"):
        desk.close(actor=d.asker, case=case)
    assert case.folio in text(as_(d.asker).get("/buscar/", {"q": "huitlacoche"}))
    assert case.folio not in text(as_(d.world.south_1_head).get("/buscar/", {"q": "huitlacoche"}))
    assert set(Notice.objects.filter(kind="survey").values_list("person", flat=True)) == {d.asker.pk, d.world.nobody.pk}
    assert set(Notice.objects.filter(kind="survey").values_list("title", flat=True)) == {f"¿Cómo le atendimos? {case.folio}"}, (
        "Spanish whatever who closes it reads")


@IN_DATABASE
def test_a_step_of_the_plan_is_done_on_its_page_and_its_effect_shown(d: Desk) -> None:
    problem = solving.open_problem(actor=d.agent, incidents=[d.ticket(version=d.incident)], subject="Se satura")
    desk.take(actor=d.agent, case=problem)
    step = solving.add_step(actor=d.agent, case=problem, draft=solving.StepDraft("Ampliar la memoria", definitive=True))
    assert "Marcar una acción como hecha" in text(as_(d.agent).get(reverse("ticket", args=[problem.pk])))
    assert as_(d.agent).post(reverse("ticket_action", args=[problem.pk, "accion-hecha"]), {"step": step.pk}).status_code == 302
    assert "Efecto medido" in text(as_(d.agent).get(reverse("ticket", args=[problem.pk])))


@IN_DATABASE
def test_a_note_by_the_general_api_keeps_to_its_side(d: Desk) -> None:
    """A program that says nothing of `public` speaks to the desk when the desk speaks, and to everybody when who asked does."""
    case = d.ticket()
    path = f"/cases/{case.uuid}/notes"
    assert Program(d.agent).post(path, {"text": "La clave es epazote"}).json()["public"] is False
    assert Program(d.asker).post(path, {"text": "Sigue igual"}).json()["public"] is True
    assert [n.text for n in Note.objects.readable_by(d.asker).filter(case=case)] == ["Sigue igual"]
    assert "epazote" not in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    kept = Note.objects.get(case=case, private=True)
    with pytest.raises(NotAllowed):
        desk.add_entry(actor=d.asker, ticket=case, draft=EntryDraft("¿Y esto?", uuid=kept.uuid))


def at_once(works: Sequence[Callable[[], Any]]) -> list[str]:
    """Every work in a thread of its own, begun together; what came of each."""
    start, outcomes = threading.Barrier(len(works)), list[str]()

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            work()
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_agent_takes_it_and_one_liaison_becomes_active() -> None:
    d = made()
    case = d.ticket()
    agents = (d.agent, d.manager, d.agent, d.manager)
    assert at_once([lambda a=a: desk.take(actor=a, case=case) for a in agents]) == ["done", "refused", "refused", "refused"]
    assert Move.objects.filter(case=case, verb="take").count() == 1
    holder = Case.objects.select_related("assignee").get(pk=case.pk).assignee
    late = next(a for a in agents if a != holder)
    page = as_(late).post(reverse("ticket_action", args=[case.pk, "take"]), follow=True)
    assert holder and f"Ahora lo atiende {holder.name}." in text(page)
    refused = Program(late).post(f"/tickets/{case.uuid}/steps/take", {})
    assert refused.status_code == 409 and holder.name in refused.json()["detail"]
    assert not {"absorb", "release"} & {a["name"] for a in Program(late).get(f"/tickets/{case.uuid}").json()["actions"]}
    day, south = timezone.localdate(), d.world.south
    people = [d.asker, d.asker_head, d.world.south_1_head, d.world.nobody]
    rows = [Liaison.objects.create(institution=d.world.institution, unit=south, person=p, state="validated", validated_at=timezone.now(),
                                   requested_at=timezone.now()) for p in people]
    assert at_once([lambda r=r: liaisons.complete(actor=d.agent, liaison=r, agreement=day, training=day) for r in rows]) == ["done"] * 4
    assert Liaison.objects.filter(unit=south, state="active").count() == 1, "each ended the one before it"
    assert Liaison.objects.filter(unit=south, state="ended").count() == 3
    assert Ticket.objects.filter(pk=case.pk, owned_at__isnull=False).exists()


def test_the_list_of_faults_names_tests_that_exist() -> None:
    """docs/modules/servicedesk.md says for each fault where it is tested."""
    page = Path(settings.SRC_DIR.parent, "docs/modules/servicedesk.md").read_text()
    named = re.findall(r"`([\w./]+)::(test_\w+)`", page)
    assert len(named) >= 14
    for module, name in named:
        assert hasattr(import_module(module.replace("/", ".")), name), (module, name)
