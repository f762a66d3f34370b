"""On the record of a ticket: opinions asked and given, steps that the desk adds, minutes that were a mistake."""
import html
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import answer
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import CannedAnswer
from ventanilla.modules.servicedesk.screens.lists import DESK_TABS, TicketFilters
from ventanilla.modules.servicedesk.services import canned
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.modules.servicedesk.services.checklist import MOST
from ventanilla.modules.servicedesk.services.opinions import address_for, asked_of, opinions_of
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def _closed(d: Desk, **extra: Any) -> Case:
    """A closed ticket of an offering with a survey."""
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.survey, draft.description = published(d.world.institution, samples.survey(), "opinion"), "Lo que se ofrece"
    draft.save()
    case = d.ticket(version=publish(actor=d.world.admin, version=draft), **extra)
    desk.take(actor=d.agent, case=case)
    desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    desk.close(actor=d.asker, case=case)
    return case


def test_who_is_asked_answers_from_the_ticket_and_the_desk_reads_it_there(d: Desk) -> None:
    case = _closed(d, actor=d.agent, beneficiary=d.world.nobody)
    page, to_survey = reverse("ticket", args=[case.pk]), reverse("ticket_opinion", args=[case.pk])
    assert "Contestar la encuesta" in text(as_(d.asker).get(page)) and "Contestar la encuesta" not in text(as_(d.agent).get(page))
    assert "a 2 personas" in text(as_(d.agent).get(page)), "the desk knows how many have not answered"
    sent = Notice.objects.get(person=d.asker, kind="survey").url
    assert as_(d.asker).post(to_survey).headers["Location"] == sent, "the link of the mail stays good"
    with pytest.raises(NotAllowed):
        address_for(d.agent, case)
    assert as_(d.agent).post(to_survey).headers["Location"] == page
    row = Response.objects.get(case=case, respondent=d.asker)
    answer(actor=d.asker, response=row, raw={"nivel": "poco", "motivo": "Tardó ocho días"})
    seen = text(as_(d.agent).get(page))
    assert "Tardó ocho días" in seen and "a 1 persona" in seen
    mine, theirs = text(as_(d.asker).get(page)), text(as_(d.world.nobody).get(page))
    assert "Tardó ocho días" in mine and "Contestar la encuesta" not in mine
    assert "Tardó ocho días" not in theirs and "Contestar la encuesta" in theirs, "nobody else's opinion is theirs to read"
    assert [o.who for o in opinions_of(d.agent, case)] == [d.asker.name] and opinions_of(d.world.nobody, case) == []
    assert opinions_of(d.world.south_1_head, case) == [] and not asked_of(d.world.south_1_head).exists()


def test_a_lost_notice_gives_a_new_link_and_what_expired_is_not_asked(d: Desk) -> None:
    case = _closed(d)
    Notice.objects.all().delete()
    path = address_for(d.asker, case)
    assert path.startswith("/encuesta/") and as_(d.asker).get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        assert "Contestar la encuesta" not in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
        with pytest.raises(NotAllowed):
            address_for(d.asker, case)


def test_the_desk_adds_steps_and_takes_away_those_that_are_not_done(d: Desk) -> None:
    case, agent = d.ticket(), as_(d.agent)
    url = reverse("ticket_action", args=[case.pk, "paso"])
    assert agent.post(url, {"text": "   "}).status_code == 422
    for said in ("Revisar el cable", "Llamar a la persona"):
        assert agent.post(url, {"text": said}).status_code == 302
    first, second = case.checklist.all()
    assert (first.text, second.text, first.order < second.order) == ("Revisar el cable", "Llamar a la persona", True)
    assert "0 de 2" in text(agent.get(reverse("ticket", args=[case.pk])))
    assert "Revisar el cable" not in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    agent.post(reverse("ticket_tick", args=[case.pk, first.pk]), {"done": "1"})
    with pytest.raises(Refused):
        desk.drop_item(actor=d.agent, case=case, item_id=first.pk)
    assert agent.post(reverse("ticket_step_drop", args=[case.pk, second.pk])).status_code == 302
    assert list(case.checklist.values_list("text", flat=True)) == ["Revisar el cable"]
    assert as_(d.asker).post(reverse("ticket_step_drop", args=[case.pk, first.pk])).status_code == 404
    for verb in ("step_added", "step_dropped"):
        assert Entry.objects.filter(case_id=case.pk, verb=f"request.{verb}").exists()
    with pytest.raises(NotAllowed):
        desk.add_item(actor=d.asker, case=case, text="Colado")
    for n in range(MOST - 1):
        desk.add_item(actor=d.agent, case=case, text=f"Paso {n}")
    with pytest.raises(Refused):
        desk.add_item(actor=d.agent, case=case, text="Uno más")
    desk.cancel(actor=d.agent, case=case, reason="Ya no")
    with pytest.raises(Refused, match="ya terminó"):
        desk.add_item(actor=d.agent, case=case, text="Tarde")


def test_minutes_are_listed_and_taken_back_by_who_wrote_them_or_leads(d: Desk) -> None:
    case = d.ticket()
    desk.assign(actor=d.agent, case=case, team=d.first)
    mine = desk.log_time(actor=d.agent, case=case, minutes=480, text="Era 48")
    other = desk.log_time(actor=d.manager, case=case, minutes=30)
    page = text(as_(d.agent).get(reverse("ticket", args=[case.pk])))
    assert "Era 48" in page and reverse("ticket_time_drop", args=[case.pk, mine.pk]) in page
    assert as_(d.asker).post(reverse("ticket_time_drop", args=[case.pk, mine.pk])).status_code == 404
    assert as_(d.agent).post(reverse("ticket_time_drop", args=[case.pk, mine.pk])).status_code == 302
    assert [t.pk for t in case.time_entries.all()] == [other.pk]
    assert Entry.objects.get(case_id=case.pk, verb="request.time_dropped").detail.count("480") == 1


def test_what_waits_for_an_authorisation_is_seen_by_who_gives_it_in_its_turn(d: Desk) -> None:
    first, second, third = d.world.south_head, d.manager, d.world.north_1_head
    case = d.ticket(subject="Comprar licencias")
    desk.ask_approvals(actor=d.agent, case=case, wanted=[
        {"label": "Jefaturas", "who": [first.pk, third.pk], "quorum": 1}, {"label": "Coordinación", "who": [second.pk], "quorum": 1}])

    def told(person: Any) -> tuple[bool, bool, bool]:
        client = as_(person)
        listed = text(client.get(reverse("screen", args=["tickets"]), {"mio": "authorise"}))
        return ("1 ticket espera su autorización" in text(client.get("/bandeja/")), "Esperan su autorización" in text(client.get("/mesa/")),
                "Comprar licencias" in listed)

    assert told(first) == told(third) == (True, True, True) and told(second) == (False, False, False), "the second step was not reached"
    assert told(d.asker) == told(d.agent) == (False, False, False)
    desk.decide(actor=first, case=case, verdict=True)
    assert told(first) == told(third) == (False, False, False), "one was enough"
    assert told(second) == (True, True, True)
    desk.decide(actor=second, case=case, verdict=True)
    assert told(second) == (False, False, False)


def test_the_portal_leads_to_surveys_and_to_what_ended(d: Desk) -> None:
    case = _closed(d)
    page = text(as_(d.asker).get("/mesa/"))
    assert "Contestar la encuesta" in page and reverse("ticket_opinion", args=[case.pk]) in page
    assert "No tiene solicitudes abiertas" in page and "?mio=asked" in page, "what ended is a click away when nothing is open"
    assert "Contestar la encuesta" not in text(as_(d.agent).get("/mesa/"))


def test_what_came_in_writing_is_told_from_mail(d: Desk) -> None:
    case = d.ticket(actor=d.agent, channel="letter")
    assert "Por escrito" in text(as_(d.agent).get(reverse("ticket", args=[case.pk])))
    assert "Por escrito" in text(as_(d.agent).get(reverse("ticket_register")))
    assert case.folio in text(as_(d.agent).get(reverse("screen", args=["tickets"]), {"canal": "letter"}))
    assert case.folio not in text(as_(d.agent).get(reverse("screen", args=["tickets"]), {"canal": "mail"}))


def test_ready_texts_say_what_the_ticket_says(d: Desk) -> None:
    here = {"institution": d.world.institution}
    CannedAnswer.objects.create(**here, title="Saludo", text="Buenos días, {pide}. Soy {yo}; atiendo {numero} ({asunto}). {sin dato} {{x}}")
    CannedAnswer.objects.create(**here, title="De otro equipo", text="{numero}", team=d.second)
    case = d.ticket(subject="La página <b>no abre</b>")
    desk.assign(actor=d.manager, case=case, team=d.first)
    page = html.unescape(text(as_(d.agent).get(reverse("ticket", args=[case.pk]))))
    assert f"Buenos días, {d.asker.name}. Soy {d.agent.name}; atiendo {case.folio} (La página <b>no abre</b>). {{sin dato}} {{{{x}}}}" in page
    assert "De otro equipo" not in page and "Saludo" not in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    with pytest.raises(Refused, match="telefono"):
        canned.check("Llame al {telefono}")
    canned.check("Sin llaves, o con {vence} y {yo}")


def test_the_list_has_the_queues_of_the_desk_as_tabs_and_what_is_looked_for_first_first(d: Desk) -> None:
    d.first.memberships.filter(person=d.agent).delete()
    d.first.memberships.create(person=d.agent)
    mine, free, other = d.ticket(subject="Lo mío"), d.ticket(subject="De nadie"), d.ticket(subject="De otro equipo")
    desk.take(actor=d.agent, case=mine)
    desk.assign(actor=d.manager, case=other, team=d.second, person=d.engineer)
    listing = reverse("screen", args=["tickets"])
    page = text(as_(d.manager).get(listing))
    shown = {name: {c.subject for c in (mine, free, other) if c.subject in text(as_(d.agent).get(f"{listing}?{query}"))}
             for name, query in DESK_TABS}
    assert shown["Los atiendo yo"] == {"Lo mío"} and shown["Sin nadie asignado"] == {"De nadie"} and shown["Vencidos"] == set()
    assert shown["De mis equipos"] == {"Lo mío", "De nadie"}
    for name, query in DESK_TABS:
        assert str(name) in page and f"?{query.replace('&', '&amp;')}" in page
        assert 'aria-current="page">' + str(name) in text(as_(d.agent).get(f"{listing}?{query}")), "the tab of what is shown is marked"
    assert "Sin nadie asignado" not in text(as_(d.asker).get(listing)) and "Pedidos por mí o para mí" in text(as_(d.asker).get(listing))
    assert list(TicketFilters.base_filters)[:4] == ["tipo", "estado", "luz", "mio"]
