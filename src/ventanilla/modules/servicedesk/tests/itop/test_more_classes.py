"""Joins, links, contacts, files, known errors and help articles through the façade: read by who may read both ends, else as if not there."""
import base64

import pytest
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Attachment, Party
from ventanilla.core.documents.services import process
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Role
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.itop.joining import alternatives
from ventanilla.modules.servicedesk.itop.oql import parse
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, TicketItem
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, RelationType
from ventanilla.modules.servicedesk.services import solving
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, RelationDraft, add_item, install_standard, relate
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.modules.servicedesk.tests.itop.scripts import Script

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ventanilla.modules.servicedesk.tests.itop.urls")]


@pytest.fixture
def d() -> Desk:
    return build()


def titles(script: Script, query: str, name: str = "UserRequest") -> list[str]:
    return sorted(row["title"] for row in script.get(name, query, "title"))


def test_classes_are_joined_by_their_keys_and_conditions_hold_of_the_same_objects(d: Desk) -> None:
    agent = Script(d.agent)
    one, two = d.ticket(subject="Uno"), d.ticket(subject="Dos", requester=d.agent, actor=d.agent)
    desk.take(actor=d.agent, case=two)
    asked = "SELECT UserRequest AS r JOIN Person AS p ON r.caller_id = p.id WHERE "
    assert titles(agent, f"{asked} p.email = '{d.asker.email}'") == ["Uno"]
    assert titles(agent, f"{asked} p.email != '{d.asker.email}' AND r.status = 'assigned'") == ["Dos"]
    assert titles(agent, f"{asked} p.email = '{d.asker.email}' OR r.title = 'Dos'") == ["Dos", "Uno"]
    assert titles(agent, f"{asked} NOT (p.email = '{d.asker.email}' OR r.title = 'Nada')") == ["Dos"]
    people = agent.get("Person", "SELECT p FROM Person AS p JOIN UserRequest AS r ON r.caller_id = p.id WHERE r.title = 'Uno'", "email")
    assert people == [{"email": d.asker.email}]
    chain = ("SELECT UserRequest AS r JOIN Team AS t ON r.team_id = t.id JOIN lnkPersonToTeam AS l ON l.team_id = t.id "
             "JOIN Person AS p ON l.person_id = p.id WHERE p.first_name = '{}'")
    assert titles(agent, chain.format("Agustina")) == ["Dos", "Uno"] and titles(agent, chain.format("Ignacio")) == []
    assert one.pk and agent.get("UserRequest", f"{asked} r.id = {two.pk}", "caller_id_friendlyname,agent_id_friendlyname") == [
        {"caller_id_friendlyname": d.agent.name, "agent_id_friendlyname": d.agent.name}]


@pytest.mark.parametrize("query", [
    "SELECT UserRequest AS r JOIN Person AS p", "SELECT UserRequest AS r JOIN Person AS p ON r.caller_id < p.id",
    "SELECT UserRequest AS r JOIN Person AS r ON r.caller_id = r.id", "SELECT x FROM UserRequest AS r",
    "SELECT UserRequest AS r JOIN Person AS p ON r.caller_id = q.id", "SELECT UserRequest AS r WHERE z.title = 'x'",
    "SELECT UserRequest AS r JOIN Person AS p ON r.title = p.name WHERE p.id = 1", "SELECT UserRequest AS r JOIN Nada AS n ON r.org_id = n.id",
    "SELECT UserRequest AS r JOIN Person AS p ON r.caller_id = p.nada", "SELECT UserRequest" + "".join(
        f" JOIN Person AS p{n} ON UserRequest.caller_id = p{n}.id" for n in range(6))])
def test_a_join_that_says_nothing_is_refused_with_the_code_of_a_query(d: Desk, query: str) -> None:
    answer = Script(d.agent).ask("core/get", **{"class": "UserRequest"}, key=query)
    assert answer["code"] == 100 and answer["message"], answer


def test_a_join_tells_nothing_of_what_is_not_the_readers(d: Desk) -> None:
    d.ticket(subject="Reservado")
    query = "SELECT Person AS p JOIN UserRequest AS r ON r.caller_id = p.id WHERE r.title = 'Reservado'"
    assert len(Script(d.agent).get("Person", query, "id")) == 1
    assert Script(d.world.south_1_head).get("Person", query, "id") == [], "a ticket that they do not see"
    assert Script(d.agent, ("catalogues:read",)).ask("core/get", **{"class": "Person"}, key=query)["code"] == 1, "a token without its scope"
    with pytest.raises(ItopError, match="alternatives"):
        wide = " AND ".join(f"(r.title = '{n}' OR p.email = '{n}')" for n in range(9))
        alternatives(parse(f"SELECT Person AS p JOIN UserRequest AS r ON r.caller_id = p.id WHERE {wide}", timezone.now())[0].where)


def test_fields_that_scripts_of_tickets_ask_for(d: Desk) -> None:
    agent, case = Script(d.agent), d.ticket()
    key = agent.create("UserRequest", title="Con contactos", description="x", servicesubcategory_id={"name": "Actualización del sitio"},
                       request_type="service_request", contacts_list=[{"contact_id": d.engineer.pk}])
    found = agent.get("UserRequest", key)[0]
    assert found["request_type"] == "service_request" and d.engineer.name in {c["contact_name"] for c in found["contacts_list"]}
    assert (found["time_spent"], found["escalation_flag"], found["cumulatedpending"]) == ("", "no", "0")
    assert titles(agent, "SELECT UserRequest WHERE request_type = 'incident'") == []
    mine = Script(d.asker).get("UserRequest", case.pk, "contacts_list")[0]["contacts_list"]
    assert {c["contact_id"] for c in mine} <= {str(d.asker.pk)}, "who only asked reads none of the others"
    desk.take(actor=d.agent, case=case)
    desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    assert agent.get("UserRequest", case.pk, "time_spent")[0]["time_spent"].isdigit()
    link = agent.create("lnkContactToTicket", ticket_id=case.pk, contact_id=d.engineer.pk)
    assert Party.objects.get(pk=link).role == "watcher"
    assert Script(d.asker).ask("core/create", **{"class": "lnkContactToTicket"}, fields={"ticket_id": case.pk, "contact_id": d.engineer.pk})["code"] == 1
    assert agent.ask("core/create", **{"class": "lnkContactToTicket"}, fields={"ticket_id": case.pk})["code"] == 100


def test_a_file_is_read_again_by_who_reads_its_side(d: Desk) -> None:
    agent, case = Script(d.agent), d.ticket()
    key = agent.create("Attachment", item_class="UserRequest", item_id=case.pk, contents={
        "data": base64.b64encode(b"Un texto\n").decode(), "filename": "nota.txt", "mimetype": "text/plain"})
    row = Attachment.objects.get(pk=key)
    process(row.document.latest.pk)
    found = agent.get("Attachment", f"SELECT Attachment WHERE item_id = {case.pk}")[0]
    assert (found["item_class"], base64.b64decode(found["contents"]["data"])) == ("UserRequest", b"Un texto\n")
    Attachment.objects.filter(pk=key).update(private=True)
    assert Script(d.asker).get("Attachment", key) == [] and len(agent.get("Attachment", key, "id")) == 1
    assert Script(d.agent, ("cases:read",)).ask("core/get", **{"class": "Attachment"}, key=key)["code"] == 1


def test_known_errors_and_articles(d: Desk) -> None:
    agent = Script(d.agent)
    problem = solving.open_problem(actor=d.agent, incidents=[d.ticket(version=d.incident)], subject="Se cae el portal")
    key = agent.create("KnownError", problem_id=problem.pk, symptom="Página en blanco", workaround="Reiniciar")
    solving.revise(actor=d.agent, case=solving.Case.objects.get(pk=key), reason="Se supo", draft=solving.KnownDraft(root_cause="Memoria"))
    found = agent.get("KnownError", "SELECT KnownError WHERE symptom LIKE '%blanco%'")[0]
    assert (found["workaround"], found["root_cause"], found["problem_id"]) == ("Reiniciar", "Memoria", str(problem.pk))
    assert agent.ask("core/update", **{"class": "KnownError"}, key=key, fields={"workaround": "Reiniciar dos veces"}, comment="Más")["code"] == 0
    assert agent.get("KnownError", key, "workaround") == [{"workaround": "Reiniciar dos veces"}]
    assert Script(d.asker).get("KnownError", key) == []
    now = problem.received_at
    for audience, title in (("everybody", "Cambiar la clave"), ("desk", "Reiniciar el servicio")):
        article = Article.objects.create(institution=d.world.institution, owner=d.agent, audience=audience, created_at=now)
        article.current = ArticleVersion.objects.create(article=article, number=1, state="published", title=title, body="Así", writer=d.agent,
                                                        written_at=now, publisher=d.manager, published_at=now, audience=audience)
        article.save()
    assert [a["title"] for a in Script(d.asker).get("FAQ", "SELECT FAQ")] == ["Cambiar la clave"]
    assert len(agent.get("FAQ", "SELECT FAQ WHERE title LIKE '%'")) == 2


def test_links_of_items_are_read_with_both_ends(d: Desk) -> None:
    install_standard(actor=None, institution=d.world.institution)
    Role.objects.create(institution=d.world.institution, slug="cmdb", name="CMDB", capabilities=[cap.CMDB_READ], clearance=0)
    reader = make.person(d.world.institution, d.world.root, "cmdb")
    keeper, case = Script(reader), d.ticket()
    types = {t.slug: t for t in CIType.objects.filter(institution=d.world.institution)}
    system, server = (add_item(actor=None, draft=ItemDraft(types[kind], name, state="in_use")) for name, kind in (
        ("Sistema", "sistema"), ("Servidor", "servidor")))
    relate(actor=None, draft=RelationDraft(RelationType.objects.get(institution=d.world.institution, slug="depende-de"), system, server))
    link = keeper.get("lnkApplicationSolutionToFunctionalCI", "SELECT lnkApplicationSolutionToFunctionalCI")[0]
    assert (link["applicationsolution_name"], link["functionalci_id"]) == ("Sistema", str(server.pk))
    ConfigurationItem.objects.filter(pk=server.pk).update(owner=d.engineer)
    assert keeper.get("lnkContactToFunctionalCI", f"SELECT lnkContactToFunctionalCI WHERE contact_id = {d.engineer.pk}", "functionalci_name") == [
        {"functionalci_name": "Servidor"}]
    assert Script(d.asker).get("lnkContactToFunctionalCI", "SELECT lnkContactToFunctionalCI") == []
    agent = Script(d.agent)
    key = agent.create("lnkFunctionalCIToTicket", ticket_id=case.pk, functionalci_id=system.pk, impact_code="manual")
    assert TicketItem.objects.get(pk=key).item == system
    query = (f"SELECT UserRequest AS r JOIN lnkFunctionalCIToTicket AS l ON l.ticket_id = r.id WHERE l.functionalci_id = {system.pk}")
    assert [r["id"] for r in agent.get("UserRequest", query, "id")] == [str(case.pk)] and Script(d.asker).get("UserRequest", query, "id") == []
