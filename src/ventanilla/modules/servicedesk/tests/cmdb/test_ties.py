"""Tickets tied to configuration items: who may, what the database refuses, forms and problems, the record, the list, the search."""
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import search
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.services import InstrumentDraft, create_instrument, publish, record_values
from ventanilla.modules.servicedesk.models import ConfigurationItem, OfferingVersion, TicketItem
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.cmdb import step_item
from ventanilla.modules.servicedesk.services.items import tie_answers, tie_item, ties_of, untie_item
from ventanilla.modules.servicedesk.services.naming import items_of
from ventanilla.modules.servicedesk.services.solving import open_problem, to_known_error
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor

pytestmark = pytest.mark.django_db


@pytest.fixture
def f() -> Floor:
    return floor()


def form_of(f: Floor) -> OfferingVersion:
    """The offering with a question that names a system."""
    institution = f.d.world.institution
    form: dict[str, Any] = {"sections": [{"key": "s", "title": "El sistema", "fields": [
        {"key": "cual", "type": "reference", "reference": "ci", "label": "Nombre del Sistema"}, {"key": "otra", "type": "text", "label": "Otra"}]}]}
    made = create_instrument(actor=None, institution=institution, draft=InstrumentDraft("Sistema", "request_form", definition=form))
    version = publish(actor=None, version=made.versions.get())
    old = f.d.version
    made_of = OfferingVersion.objects.create(institution=institution, offering=old.offering, number=2, state="draft", team=f.d.first, form=version)
    OfferingVersion.objects.filter(pk=old.pk).update(state="retired")
    OfferingVersion.objects.filter(pk=made_of.pk).update(state="published", published_at=old.published_at)
    made_of.refresh_from_db()
    return made_of


def test_the_desk_ties_and_unties_and_the_log_has_both(f: Floor) -> None:
    d, case = f.d, f.d.ticket()
    row = tie_item(actor=d.agent, case=case, item=f.system)
    assert tie_item(actor=d.agent, case=case, item=f.system) == row and (row.role, row.source, row.by) == ("affected", "desk", d.agent)
    tie_item(actor=d.agent, case=case, item=f.system, role="cause")
    assert items_of([case.pk]) == {case.pk: (f.system.pk,)}
    for who in (d.asker, d.world.nobody, d.world.south_head):
        with pytest.raises(NotAllowed):
            tie_item(actor=who, case=case, item=f.system)
    step_item(actor=None, item=f.lonely, step="retire", reason="Vieja")
    for item, role in ((f.lonely, "affected"), (f.system, "loquesea")):
        with pytest.raises(Refused):
            tie_item(actor=d.agent, case=case, item=item, role=role)
    with pytest.raises(NotAllowed):
        untie_item(actor=d.asker, tie=row)
    untie_item(actor=d.agent, tie=row)
    untie_item(actor=d.agent, tie=row)
    assert [t.role for t in TicketItem.objects.all()] == ["cause"]
    said = list(Entry.objects.filter(case_id=case.pk, verb__endswith="_item").order_by("pk").values_list("verb", flat=True))
    assert said == ["request.tie_item", "request.tie_item", "request.untie_item"]


def test_an_item_of_another_institution_is_refused_by_verb_and_database(f: Floor) -> None:
    case, theirs = f.d.ticket(), floor()
    with pytest.raises(Refused):
        tie_item(actor=f.d.agent, case=case, item=theirs.system)
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketItem.objects.create(institution=f.d.world.institution, case=case, item=theirs.system, at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tie_item(actor=f.d.agent, case=case, item=f.system)
    assert not TicketItem.objects.readable_by(theirs.d.agent).exists()


def test_answers_of_a_form_tie_and_follow_their_corrections(f: Floor) -> None:
    d, version = f.d, form_of(f)
    case = d.ticket(version=version, values={"cual": str(f.system.pk)})
    row = TicketItem.objects.get(case=case)
    assert (row.item, row.role, row.source, row.by) == (f.system, "affected", "form", None)
    tie_item(actor=d.agent, case=case, item=f.one)
    assert version.form
    said = record_values(actor=d.agent, case=case, version=version.form, values={"cual": str(f.pay.pk), "otra": "x"})
    assert tie_answers([(said, version.form)]) == 1 and tie_answers([(said, version.form)]) == 0
    assert {(t.item, t.source) for t in TicketItem.objects.filter(case=case)} == {(f.pay, "form"), (f.one, "desk")}
    said = record_values(actor=d.agent, case=case, version=version.form, values={"otra": "x"})
    tie_answers([(said, version.form)])
    assert [t.item for t in TicketItem.objects.filter(case=case)] == [f.one]


def test_a_problem_and_its_known_error_inherit_what_their_incidents_are_about(f: Floor) -> None:
    d = f.d
    first, second = (d.ticket(version=d.incident, actor=d.agent) for _n in range(2))
    tie_item(actor=d.agent, case=first, item=f.system)
    tie_item(actor=d.agent, case=second, item=f.one, role="cause")
    problem = open_problem(actor=d.agent, incidents=[first, second], subject="Pagos se cae")
    error = to_known_error(actor=d.agent, problem=problem, symptoms="Se cae", workaround="Reiniciar")
    for case in (problem, error):
        assert {(t.item, t.role) for t in TicketItem.objects.filter(case=case)} == {(f.system, "affected"), (f.one, "cause")}


def test_the_record_shows_them_to_the_desk_only_with_their_impact(f: Floor) -> None:
    d, case = f.d, f.d.ticket()
    agent, asker = as_(d.agent), as_(d.asker)
    page = reverse("ticket", args=[case.pk])
    assert "Todavía no se sabe de qué elemento trata" in text(agent.get(page))
    add = reverse("ticket_items", args=[case.pk])
    assert agent.post(add, {"item": "Base de pagos", "role": "affected"}).headers["Location"] == page + "#elementos"
    assert agent.post(add, {"item": "SRV-1", "role": "cause"}).status_code == 302
    wrong = agent.post(add, {"item": "nada así", "role": "affected"})
    assert wrong.status_code == 422 and "Ningún elemento se llama «nada así»" in wrong.content.decode()
    seen = text(agent.get(page))
    assert "Base de pagos" in seen and "Servidor uno" in seen and reverse("ticket_impact", args=[case.pk]) in seen
    look = text(agent.get(reverse("ticket_impact", args=[case.pk]), headers={"HX-Request": "true"}))
    assert "Pago de mensualidades" in look and "Sistema de pagos depende de Base de pagos" in look and "/cmdb/impacto/?ci=" in look
    assert "<html" in text(agent.get(reverse("ticket_impact", args=[case.pk])))
    hidden = text(asker.get(page))
    assert "Elementos afectados" not in hidden and "Base de pagos" not in hidden
    tie = TicketItem.objects.get(item=f.one)
    remove = reverse("ticket_item_remove", args=[case.pk, tie.pk])
    for url in (add, reverse("ticket_impact", args=[case.pk])):
        assert asker.get(url).status_code == 404
    assert asker.post(remove).status_code == 404 and agent.post(remove).status_code == 302
    assert not TicketItem.objects.filter(pk=tie.pk).exists()


def test_what_one_may_not_see_is_counted_and_not_named(f: Floor) -> None:
    """The manager leads the desk's unit but does not read the configuration database; systems may be named by everybody."""
    d, case = f.d, f.d.ticket()
    for item in (f.one, f.system):
        tie_item(actor=d.agent, case=case, item=item)
    named, hidden = ties_of(d.manager, case)
    assert ([t.item for t in named], hidden) == ([f.system], 1)
    page = text(as_(d.manager).get(reverse("ticket", args=[case.pk])))
    assert "Sistema de pagos" in page and "Servidor uno" not in page and "que usted no puede consultar" in page
    assert as_(d.manager).get(reverse("ticket_impact", args=[case.pk])).status_code == 404
    assert ties_of(d.asker, case) == ([], 0)


def test_an_item_shows_its_tickets_and_the_list_is_filtered_by_it_and_by_its_reach(f: Floor) -> None:
    d = f.d
    mine, wide, none = d.ticket(subject="Del sistema"), d.ticket(subject="Del pago"), d.ticket(subject="De nada")
    tie_item(actor=d.agent, case=mine, item=f.system)
    tie_item(actor=d.agent, case=wide, item=f.pay)
    agent = as_(d.agent)
    record = text(agent.get(reverse("ci", args=[f.system.pk])))
    assert mine.folio in record and wide.folio not in record and "elemento=" in record
    only = text(agent.get("/listas/tickets/", {"elemento": "Sistema de pagos"}))
    assert mine.folio in only and wide.folio not in only and none.folio not in only
    reach = text(agent.get("/listas/tickets/", {"elemento": f"#{f.base.pk}", "alcance": "si"}))
    assert mine.folio in reach and wide.folio in reach and none.folio not in reach
    assert mine.folio not in text(agent.get("/listas/tickets/", {"elemento": "no existe"}))
    assert mine.folio not in text(as_(d.asker).get("/listas/tickets/", {"elemento": "Sistema de pagos"}))


def test_items_are_found_by_the_one_search_by_who_may_read_them(f: Floor) -> None:
    d = f.d

    def found(person: Any, words: str, **more: Any) -> list[int]:
        return [h.ref for h in search.search(person, search.Wanted(words, **more)).hits if h.kind == "ci"]

    assert found(d.agent, "SRV-1") == [f.one.pk] == found(d.agent, "srv-1", kinds=["ci"]) == found(d.engineer, "SRV-1")
    assert found(d.manager, "SRV-1") == [] == found(d.asker, "SRV-1") == found(floor().d.agent, "SRV-1")[1:]
    ConfigurationItem.objects.filter(pk=f.one.pk).update(name="Servidor principal", unit=d.world.north)
    assert found(d.agent, "principal") == [f.one.pk] == found(d.manager, "principal")  # now it is of the unit they read
    ConfigurationItem.objects.filter(pk=f.one.pk).update(unit=None, owner=d.asker)
    assert found(d.manager, "principal") == [] and found(d.asker, "principal") == [f.one.pk]
    page = text(as_(d.agent).get("/buscar/", {"q": "Impresora"}))
    assert reverse("ci", args=[f.lonely.pk]) in page
    pk = f.lonely.pk
    f.lonely.delete()
    assert found(d.agent, "Impresora") == [] and pk


def test_a_ticket_without_a_catalogue_can_be_tied_too(f: Floor) -> None:
    d = f.d
    case = open_ticket(actor=d.agent, draft=TicketDraft("Cambio", kind="change", team=d.first, requester=d.agent))
    tie_item(actor=d.agent, case=case, item=f.one, role="changed")
    assert "Servidor uno" in text(as_(d.agent).get(reverse("ticket", args=[case.pk])))
