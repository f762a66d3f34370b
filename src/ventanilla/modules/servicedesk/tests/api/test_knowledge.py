"""Knowledge by API: written, reviewed by another, published, found by whom it is for, judged; help counted; known errors."""
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import Article, ArticleVote, HelpOffer, KnownError, ProblemStep
from ventanilla.modules.servicedesk.services.hints import index_tickets
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
BODY = "## Qué hacer\n\n1. Apague la impresora."


@pytest.fixture
def d() -> Desk:
    return made()


def published(d: Desk, title: str = "No puedo imprimir a color", **extra: str) -> str:
    """The path of an article written by the engineer and published by the agent."""
    writer, other = Program(d.engineer), Program(d.agent)
    path = f"/articles/{writer.ok('POST', '/articles', {'title': title, 'body': BODY, **extra})['uuid']}"
    assert writer.ok("POST", f"{path}/steps/submit")["draft"] == "review"
    assert other.ok("POST", f"{path}/steps/publish")["state"] == "published"
    return path


def test_an_article_lives_its_life(d: Desk) -> None:
    writer, other, asker = Program(d.engineer), Program(d.agent), Program(d.asker)
    assert writer.no("POST", "/articles", {"title": "Sin texto"}) == (422, "body")
    assert writer.no("POST", "/articles", {"title": "x", "body": "y", "family": "No hay"}) == (422, "family")
    key = {"Idempotency-Key": str(uuid4())}
    draft = writer.ok("POST", "/articles", {"title": "No puedo imprimir", "body": BODY, "family": "Sitios web"}, **key)
    assert writer.ok("POST", "/articles", {"title": "No puedo imprimir", "body": BODY, "family": "Sitios web"}, **key) == draft
    path = f"/articles/{draft['uuid']}"
    assert (draft["state"], draft["family"], Article.objects.count()) == ("draft", "Sitios web", 1)
    assert asker.no("GET", path)[0] == 404 and asker.ok("GET", "/articles")["items"] == []
    assert [a["title"] for a in writer.ok("GET", "/articles?all=true")["items"]] == ["No puedo imprimir"]
    assert other.no("POST", f"{path}/steps/publish")[0] == 409
    writer.ok("POST", f"{path}/steps/submit")
    assert writer.no("POST", f"{path}/steps/publish")[0] == 404, "another person publishes"
    assert other.no("POST", f"{path}/steps/send_back") == (422, "reason")
    assert other.ok("POST", f"{path}/steps/send_back", {"reason": "Falta el paso 2"})["draft"] == "draft"
    etag = writer.send("GET", path)["ETag"]
    assert writer.send("GET", path, **{"If-None-Match": etag}).status_code == 304
    said = {"title": "No puedo imprimir", "body": f"{BODY}\n2. Espere."}
    writer.ok("PUT", path, said, **{"If-Match": etag})
    assert writer.no("PUT", path, {**said, "body": "Otra"}, **{"If-Match": etag})[0] == 412
    writer.ok("POST", f"{path}/steps/submit")
    assert other.ok("POST", f"{path}/steps/publish")["body"].endswith("2. Espere.")
    writer.ok("PUT", path, {**said, "title": "No imprime"})
    assert asker.ok("GET", path)["title"] == "No puedo imprimir" and asker.ok("GET", path)["draft"] is None
    assert [(v["number"], v["state"]) for v in writer.ok("GET", f"{path}/versions")] == [(2, "draft"), (1, "published")]
    assert asker.no("GET", f"{path}/versions")[0] == 404
    assert writer.no("POST", f"{path}/steps/retire") == (422, "reason")
    assert writer.ok("POST", f"{path}/steps/retire", {"reason": "Ya no hay impresora"})["retired_at"]
    assert asker.no("GET", path)[0] == 404 and writer.no("PUT", path, said)[0] == 409


def test_it_is_found_judged_and_counted_beside_the_form(d: Desk) -> None:
    path = published(d, words="tóner")
    published(d, "Claves de la mesa", audience="desk")
    asker, form = Program(d.asker), str(uuid4())
    assert [a["title"] for a in asker.ok("GET", "/articles?q=imprimir")["items"]] == ["No puedo imprimir a color"]
    assert asker.ok("GET", "/articles?q=claves")["items"] == [] and len(asker.ok("GET", "/articles?limit=1")["items"]) == 1
    page = Program(d.agent).ok("GET", "/articles?limit=1")
    assert [a["title"] for a in Program(d.agent).ok("GET", page["next"])["items"]] == ["No puedo imprimir a color"]
    asker.ok("POST", f"{path}/vote", {"helpful": False, "reason": "Falta el modelo"})
    asker.ok("POST", f"{path}/vote", {"helpful": True})
    assert (asker.ok("GET", path)["helped"], asker.ok("GET", path)["my_vote"], ArticleVote.objects.count()) == (1, True, 1)
    found = asker.ok("GET", f"/help-suggestions?subject=no puedo imprimir a color&form={form}")
    assert [(s["kind"], s["uuid"]) for s in found] == [("article", path.rsplit("/", 1)[1])]
    asker.ok("POST", f"{path}/help", {"form": form})
    asker.ok("POST", f"{path}/help", {"form": form, "solved": True})
    offer = HelpOffer.objects.get()
    assert str(offer.uuid) == form and offer.shown == offer.opened == [offer.helped_id]
    assert Program(d.agent).no("POST", f"{path}/help", {"form": form, "solved": True})[0] == 404, "another person's form"


def test_from_a_ticket_and_tickets_that_say_the_same(d: Desk) -> None:
    agent, asker = Program(d.agent), Program(d.asker)
    first, second = (d.ticket(subject=f"El sistema de nómina se queda en blanco {n}") for n in "ab")
    index_tickets()
    alike = agent.ok("GET", f"/tickets/{second.uuid}/similar")
    assert [a["ticket"]["uuid"] for a in alike] == [str(first.uuid)] and alike[0]["same_unit"]
    assert len(agent.ok("GET", f"/similar-tickets?subject=nómina en blanco&unit={d.world.south.uuid}")) == 2
    assert asker.no("GET", f"/tickets/{second.uuid}/similar")[0] == asker.no("GET", "/similar-tickets?subject=nómina")[0] == 404
    assert agent.no("POST", f"/tickets/{first.uuid}/article")[0] == 409, "no solution yet"
    verbs.take(actor=d.agent, case=first)
    verbs.resolve(actor=d.agent, case=Case.objects.get(pk=first.pk), cause=d.cause, solution="Reinicie el navegador")
    made_from = agent.ok("POST", f"/tickets/{first.uuid}/article")
    assert "Reinicie" in made_from["body"] and agent.ok("POST", f"/tickets/{first.uuid}/article") == made_from
    assert asker.no("POST", f"/tickets/{first.uuid}/article")[0] == 404


def test_an_incident_becomes_a_problem_and_a_known_error(d: Desk) -> None:
    agent, asker = Program(d.agent), Program(d.asker)
    cases = [d.ticket(version=d.incident, subject=f"El portal no responde {n}") for n in "ab"]
    opened = agent.ok("POST", f"/tickets/{cases[0].uuid}/problem", {"subject": "Portal caído", "incidents": [str(cases[1].uuid)]})
    problem = f"/problems/{opened['uuid']}"
    assert (opened["kind"], asker.no("POST", f"/tickets/{cases[0].uuid}/problem")[0]) == ("problem", 404)
    agent.ok("POST", f"/tickets/{opened['uuid']}/steps/assign", {"team": d.first.name, "person": str(d.agent.uuid)})
    agent.ok("POST", f"/tickets/{opened['uuid']}/steps/identify", {"root_cause": "Fuga de memoria", "workaround": "Reiniciar"})
    agent.ok("POST", f"/tickets/{opened['uuid']}/steps/plan", {"action": "Actualizar", "definitive": True})
    told = agent.ok("GET", problem)
    assert (told["root_cause"], told["steps"][0]["done_at"], told["effect"]) == ("Fuga de memoria", None, None)
    assert agent.ok("POST", f"{problem}/steps/{told['steps'][0]['id']}/done")["done_at"]
    assert agent.ok("GET", problem)["effect"] is None, "a day has to pass"
    ProblemStep.objects.update(done_at=timezone.now() - timedelta(days=2))
    assert agent.ok("GET", problem)["effect"] is not None and asker.no("GET", problem)[0] == 404
    assert agent.no("POST", f"{problem}/known-error", {"symptoms": "502"}) == (422, "workaround")
    known = agent.ok("POST", f"{problem}/known-error", {"symptoms": "Responde 502", "workaround": "Reiniciar la caché"})
    assert known["root_cause"] == "Fuga de memoria" and KnownError.objects.count() == 1
    assert [k["uuid"] for k in agent.ok("GET", "/known-errors?q=502 caché&service=portal")["items"]] == [known["uuid"]]
    assert agent.ok("GET", f"/known-errors/{known['uuid']}")["workaround"] == "Reiniciar la caché"
    assert agent.ok("GET", "/known-errors?open=false")["items"] == [] == asker.ok("GET", "/known-errors")["items"]
    assert asker.no("GET", f"/known-errors/{known['uuid']}")[0] == 404
    links = agent.ok("GET", f"/tickets/{opened['uuid']}/links")["links"]
    assert {(x["kind"], x["back"]) for x in links} == {("caused_by", True), ("known_as", False)} and len(links) == 3


def test_tickets_hang_together_and_people_are_told_or_asked_instead(d: Desk) -> None:
    agent, asker = Program(d.agent), Program(d.asker)
    one, two = d.ticket(), d.ticket(subject="Otra")
    path = f"/tickets/{one.uuid}"
    assert agent.ok("PUT", f"{path}/parent", {"parent": str(two.uuid)})["parent"]["uuid"] == str(two.uuid)
    assert [c["uuid"] for c in agent.ok("GET", f"/tickets/{two.uuid}/links")["children"]] == [str(one.uuid)]
    assert agent.no("PUT", f"/tickets/{two.uuid}/parent", {"parent": str(one.uuid)})[0] in (409, 422), "a circle"
    assert agent.no("PUT", f"{path}/parent", {"parent": str(uuid4())}) == (422, "parent")
    assert agent.ok("PUT", f"{path}/parent", {"parent": None})["parent"] is None
    assert asker.no("PUT", f"{path}/parent", {"parent": None})[0] == 404
    assert agent.ok("POST", f"{path}/links", {"ticket": str(two.uuid), "kind": "continues"})["links"][0]["ticket"]["folio"] == two.folio
    assert asker.no("POST", f"{path}/links", {"ticket": str(two.uuid), "kind": "continues"})[0] == 404
    watcher = Program(d.world.south_1_head)
    assert watcher.no("GET", path)[0] == 404
    agent.ok("POST", f"{path}/watchers", {"person": str(d.world.south_1_head.uuid)})
    assert watcher.ok("GET", path)["folio"] == one.folio
    assert watcher.send("DELETE", f"{path}/follow").status_code == 204
    assert asker.no("POST", f"{path}/watchers", {"person": str(d.engineer.uuid)})[0] == 404
    agent.ok("POST", f"{path}/steps/ask_approval", {"people": [str(d.world.south_head.uuid)]})
    instead = {"gone": str(d.world.south_head.uuid), "person": str(d.world.head.uuid)}
    assert agent.no("POST", f"{path}/approvals/instead", instead) == (422, "person"), "who can still answer is asked"
    type(d.agent).objects.filter(pk=d.world.south_head.pk).update(active=False)
    assert agent.ok("POST", f"{path}/approvals/instead", instead)["person"]["uuid"] == str(d.world.head.uuid)
    assert agent.ok("GET", f"{path}/imported") == [] and asker.no("GET", f"{path}/imported")[0] == 404
    assert len(asker.ok("GET", "/priorities")) == 9
