"""Rules of assignment: the first that fits decides and the log says so; broken ones are passed over; nobody away or full gets a ticket."""
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.orgs.models import Absence, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import AssignmentRule, Membership, OfferingVersion, Team, Ticket
from ventanilla.modules.servicedesk.services.approving import ask_approvals, decide
from ventanilla.modules.servicedesk.services.rules.assigning.facts import chosen_of, minutes_of, ready, tree_of
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import (
    AssignmentDraft,
    move_assignment,
    save_assignment,
    switch_assignment,
)
from ventanilla.modules.servicedesk.services.rules.assigning.trying import rehearse_assignment
from ventanilla.modules.servicedesk.services.rules.assigning.wording import told
from ventanilla.modules.servicedesk.tests.cmdb.floor import floor
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_fields import asks, form

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.fixture
def d() -> Desk:
    return made()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def rule(d: Desk, name: str = "Regla", *, on: bool = True, minutes: tuple[int | None, int | None] = (None, None), to: Team | None = None,
         strategy: str = "team", person: Person | None = None, **chosen: list[str]) -> AssignmentRule:
    """A rule that is on; `chosen` as the form's lists."""
    to = to if to or strategy != "team" else d.second
    saved = save_assignment(actor=d.manager, draft=AssignmentDraft(name, tree_of(chosen, minutes), to, strategy, person))
    return switch_assignment(actor=d.manager, rule=saved, active=on)


def member(d: Desk, name: str, team: Team | None = None, **extra: Any) -> Person:
    who = make.person(d.world.institution, d.world.north_1, "staff", name=name)
    (team or d.second).memberships.create(person=who, **extra)
    return who


def said(case: Case) -> str:
    return Move.objects.filter(case=case, verb="assign").values_list("reason", flat=True).last() or ""


def got(case: Case) -> tuple[Team | None, Person | None]:
    return Ticket.objects.get(pk=case.pk).team, Case.objects.get(pk=case.pk).assignee


def test_the_first_rule_that_fits_decides_and_the_log_says_which(d: Desk) -> None:
    rule(d, "Impresoras", words=["impresora*", "tóner"])
    second = rule(d, "De la Dirección Sur", unit=[str(d.world.root.pk)], strategy="person", person=d.agent)
    page = d.ticket()
    assert got(page) == (d.first, d.agent) and said(page) == "Asignado por la regla «De la Dirección Sur»: es a quien nombra la regla."
    printer = d.ticket(subject="Las IMPRESORAS no imprimen, falta toner")
    assert got(printer) == (d.second, None) and said(printer) == "Asignado por la regla «Impresoras»: lo atiende «Redes»."
    fresh = Case.objects.get(pk=printer.pk)
    assert fresh.unit_id == d.second.unit_id and fresh.folio.startswith("T2-"), "its desk numbers it"
    move_assignment(actor=d.manager, rule=second, up=True)
    assert got(d.ticket(subject="Otra impresora")) == (d.first, d.agent)
    switch_assignment(actor=d.manager, rule=second, active=False)
    assert got(d.ticket(subject="Impresiones a color")) == (d.first, None), "whole words, or beginnings where there is an asterisk"
    verbs = Entry.objects.filter(verb__startswith="servicedesk.assignment_").values_list("verb", flat=True)
    assert set(verbs) == {"servicedesk.assignment_saved", "servicedesk.assignment_switched", "servicedesk.assignment_moved"}


def test_conditions_look_at_what_was_asked_by_whom_how_and_when(d: Desk) -> None:
    version, sure = d.version, {"on": True}
    offering, service = version.offering, version.offering.service
    for chosen, fits in (
            ({"kind": ["request"], "priority": ["4"], "channel": ["portal"]}, True), ({"kind": ["incident"]}, False),
            ({"service": [str(service.pk)], "family": [str(service.family_id)], "offering": [str(offering.pk)]}, True),
            ({"offering": [str(d.incident.offering_id)]}, False), ({"team": [str(d.first.pk)]}, True), ({"team": [str(d.second.pk)]}, False),
            ({"unit": [str(d.world.south.pk)]}, True), ({"unit": [str(d.world.north.pk)]}, False), ({"words": ["página del"]}, True),
            ({"words": ["pagina programa"]}, False), ({"weekday": ["0"], "hours": ["open"]}, True), ({"hours": ["closed"]}, False)):
        one = rule(d, "Esta", **sure, **chosen)
        with at(MONDAY):
            assert got(d.ticket(subject="Actualizar la página del programa"))[0] == (d.second if fits else d.first), chosen
        one.delete()
    night = rule(d, "De noche", minutes=(22 * 60, 6 * 60))
    for hour, team in ((23, d.second), (5, d.second), (6, d.first), (12, d.first)):
        with at(MONDAY.replace(hour=hour)):
            assert got(d.ticket())[0] == team, hour
    tree = night.condition
    assert minutes_of(tree) == (1320, 360) and chosen_of(tree) == {}
    back = tree_of({"unit": ["3"], "kind": ["request", "incident"], "words": ["red"]}, (540, None))
    assert chosen_of(back) == {"unit": ["3"], "kind": ["incident", "request"], "words": ["red"]} and minutes_of(back) == (540, None)
    for wrong in ({"field": "clave", "op": "in", "value": ["x"]}, {"field": "kind", "op": "__class__"}, ["x"], {"all": {}}):
        with pytest.raises(Refused):
            ready(wrong)


def test_who_of_the_team_gets_it(d: Desk) -> None:
    ana, beto = member(d, "Ana", skills=["portal"]), member(d, "Beto", on_call=True)
    cases = {}
    for strategy in ("load", "skill", "on_call", "round"):
        one = rule(d, strategy, to=d.second, strategy=strategy)
        cases[strategy] = [got(d.ticket())[1] for _n in range(4)]
        one.delete()
    assert cases["load"] == [d.engineer, ana, beto, d.engineer]
    assert cases["skill"] == [ana] * 4 and cases["on_call"] == [beto] * 4
    assert cases["round"] == [d.engineer, ana, beto, d.engineer]


def test_who_is_away_or_has_enough_gets_none(d: Desk) -> None:
    ana, beto = member(d, "Ana", capacity=1), member(d, "Beto")
    today = date(2026, 11, 9)
    turns = rule(d, "Por turnos", to=d.second, strategy="round")
    with at(MONDAY):
        Absence.objects.create(person=d.engineer, valid_from=today, valid_to=today + timedelta(days=1), acting=beto)
        assert [got(d.ticket())[1] for _n in range(3)] == [ana, beto, beto], "Ana has one, which is what she takes"
        turns.delete()
        named = rule(d, "A Ignacio", to=d.second, strategy="person", person=d.engineer)
        case = d.ticket()
        assert got(case)[1] == beto and said(case).endswith("suple a Ignacio Prueba López.")
        Absence.objects.update(acting=None)
        nobody = d.ticket()
        assert got(nobody) == (d.second, None) and "nadie disponible en «Redes»; queda en el equipo" in said(nobody)
        Membership.objects.filter(team=d.second).update(capacity=0)
        named.delete()
        d.second.automatic = True
        d.second.save()
        assert got(d.ticket(actor=d.engineer, version=None, kind="incident", team=d.second))[1] is None, "sharing keeps to it too"


def test_a_rule_whose_team_or_person_is_gone_is_passed_over_and_shown_as_broken(d: Desk) -> None:
    ana = member(d, "Ana", d.first)
    gone, left, moved = rule(d, "Equipo"), rule(d, "Persona", strategy="person", person=ana), rule(
        d, "De otro", to=d.first, strategy="person", person=d.agent)
    rule(d, "La buena", strategy="load")
    d.second.active = False
    d.second.save()
    ana.active = False
    ana.save()
    d.first.memberships.filter(person=d.agent).delete()
    beto = member(d, "Beto", d.first)
    assert got(d.ticket()) == (d.first, beto) and "«La buena»" in said(Case.objects.latest("pk"))
    rows = list(AssignmentRule.objects.filter(pk__in=[gone.pk, left.pk, moved.pk]).select_related("team", "person").order_by("order"))
    assert [list(t.broken) for t in told(rows, [])] == [
        ["El equipo «Redes» se cerró."], ["Ana Prueba López ya no está en la institución."],
        ["Agustina Prueba López ya no es de «Mesa de ayuda»."]]
    AssignmentRule.objects.filter(pk=gone.pk).update(condition={"field": "nada", "op": "in", "value": ["x"]}, team=d.first)
    assert got(d.ticket()) == (d.first, beto), "one that cannot be read stops nothing"


def test_answers_of_the_form_and_the_items_it_names() -> None:
    f = floor()
    d = f.d
    fields = [{"key": "tramo", "type": "choice", "label": "Tramo", "choices": [{"value": "a", "label": "Norte"}, {"value": "b", "label": "Sur"}]},
              {"key": "urge", "type": "yes_no", "label": "¿Detiene el trabajo?"},
              {"key": "sistema", "type": "reference", "reference": "ci", "label": "Nombre del Sistema"}]
    version = asks(d, d.version, published(d.world.institution, form(*fields), "datos", "request_form"))
    for chosen, values, fits in (
            ({"campo-tramo": ["b"]}, {"tramo": "b"}, True), ({"campo-tramo": ["b"]}, {"tramo": "a"}, False),
            ({"campo-tramo": ["a", "b"], "campo-urge": ["si"]}, {"tramo": "a", "urge": True}, True), ({"campo-urge": ["si"]}, {}, False),
            ({"item": [str(f.pay.pk)]}, {"sistema": f.pay.pk}, True), ({"item": [str(f.pay.pk)]}, {"sistema": f.system.pk}, False),
            ({"item_type": [str(f.types["servicio"].pk)]}, {"sistema": f.pay.pk}, True), ({"campo-nada": ["x"]}, {"tramo": "a"}, False)):
        one = save_assignment(actor=d.manager, draft=AssignmentDraft("Esta", tree_of(chosen), d.second))
        switch_assignment(actor=d.manager, rule=one, active=True)
        case = d.ticket(actor=d.agent, version=version, values=values)
        assert got(case)[0] == (d.second if fits else d.first), (chosen, values)
        found = rehearse_assignment(one, timezone.now() + timedelta(minutes=1), person=d.manager)
        assert (case.pk in [c.pk for c in found.examples]) == fits, "a rehearsal sees the same"
        one.delete()
    page = text(as_(d.manager).get(reverse("assignment_new")))
    assert 'label="Tramo"' in page and "campo-tramo=b" in page


def test_mail_is_assigned_by_rules_and_imports_are_not(d: Desk) -> None:
    rule(d, "Correo", channel=["mail"])
    given = {"actor": d.agent, "version": None, "kind": "incident", "team": d.first, "channel": "mail"}
    assert got(d.ticket(**given, source="mail")) == (d.second, None) and got(d.ticket(**given)) == (d.first, None)
    assert got(d.ticket(**{**given, "team": None, "version": d.version}, source="import")) == (d.first, None)


def test_after_an_authorisation_the_rules_decide_too(d: Desk) -> None:
    rule(d, "Portal", to=d.second, strategy="load")
    OfferingVersion.objects.filter(pk=d.version.pk).update(approvals=[])
    case = d.ticket()
    assert got(case) == (d.second, d.engineer)
    fresh = d.ticket(actor=d.agent, version=None, kind="request", team=d.first, subject="Con permiso")
    assert got(fresh) == (d.first, None), "a team that somebody named is not changed"
    ask_approvals(actor=None, case=fresh, wanted=[{"label": "Jefatura", "who": [d.asker_head.pk], "quorum": 1}])
    assert decide(actor=d.asker_head, case=fresh, verdict=True).state == "assigned" and got(fresh) == (d.second, d.engineer)


def test_opening_asks_for_no_rule_that_the_process_knows(d: Desk) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            d.ticket()
        return len(queries)

    d.ticket()  # the first one makes the desk's numbering, the second one learns what is set up
    d.ticket()
    none = cost()
    for n in range(12):
        rule(d, f"Regla {n}", words=[f"palabra{n}"], kind=["incident"])
    assert cost() > none, "what changed is read once by each process"
    with CaptureQueriesContext(connection) as queries:
        d.ticket()
    assert len(queries) == none and not any("assignmentrule" in (q["sql"] or "") for q in queries)


def test_a_rehearsal_counts_what_the_rule_would_have_got_and_moves_nothing(d: Desk) -> None:
    with at(MONDAY):
        cases = [d.ticket(subject=f"Impresora {n}") for n in range(3)] + [d.ticket(subject="Impresora y red"), d.ticket(subject="Otra cosa")]
        desk.take(actor=d.agent, case=cases[0])
        rule(d, "Redes antes", words=["red"])
        mine = rule(d, "Impresoras", words=["impresora"], on=False)
    moves = Move.objects.count()
    with at(MONDAY + timedelta(days=5)), CaptureQueriesContext(connection) as queries:
        found = rehearse_assignment(mine, MONDAY + timedelta(days=5), person=d.manager)
    assert (found.tickets, found.got, found.before) == (5, 3, [("Redes antes", 1)]) and len(queries) < 20
    assert found.teams == [("Mesa de ayuda", 3)] and dict(found.people) == {d.agent.name: 1, None: 2}
    assert [c.pk for c in found.examples] == [c.pk for c in reversed(cases[:3])] and Move.objects.count() == moves
    assert rehearse_assignment(mine, MONDAY + timedelta(days=5), person=d.world.nobody).examples == []
    assert rehearse_assignment(mine, MONDAY + timedelta(days=60), person=d.manager).tickets == 0


def test_only_managers_keep_rules_and_what_is_wrong_is_said_at_its_field(d: Desk) -> None:
    other = made()
    with pytest.raises(NotAllowed):
        save_assignment(actor=d.asker, draft=AssignmentDraft("Mía", {}, d.first))
    for draft, field in ((AssignmentDraft(" ", {}, d.first), "name"), (AssignmentDraft("A", {}), "team"),
                         (AssignmentDraft("A", {}, other.first), "team"), (AssignmentDraft("A", {}, d.first, "person"), "person"),
                         (AssignmentDraft("A", {}, d.first, "person", d.engineer), "person"),
                         (AssignmentDraft("A", {}, d.first, "load", d.agent), "person"), (AssignmentDraft("A", {}, None, "magia"), "strategy"),
                         (AssignmentDraft("A", {"all": 3}, d.first), "condition")):
        with pytest.raises(Refused) as refused:
            save_assignment(actor=d.manager, draft=draft)
        assert refused.value.field == field
    mine = rule(d, "Mía")
    with pytest.raises(Refused):
        rule(d, "Mía")
    with pytest.raises(NotAllowed):
        save_assignment(actor=other.manager, draft=AssignmentDraft("Ajena", {}, other.first), rule=mine)


def test_the_pages_keep_order_try_and_show_rules(d: Desk) -> None:
    client = as_(d.manager)
    assert "Todavía no hay reglas de asignación" in text(client.get(reverse("assignments")))
    made_ = client.post(reverse("assignment_new"), {
        "name": "Lo de noche", "team": d.second.pk, "strategy": "on_call", "if_kind": ["incident"], "if_words": "red, inalámbrica",
        "since": "22:00", "until": "06:00", "if_unit": [d.world.south.pk], "if_item": ""})
    one = AssignmentRule.objects.get()
    assert made_.status_code == 302 and chosen_of(one.condition) == {
        "kind": ["incident"], "unit": [str(d.world.south.pk)], "words": ["inalámbrica", "red"]}
    page = text(client.get(reverse("assignment", args=[one.pk])))
    assert "Queda apagada" in page and "22:00" in client.get(reverse("assignment", args=[one.pk])).content.decode()
    rule(d, "Otra", on=False)
    shown = text(client.get(reverse("assignments")))
    assert "Redes, a quien está de guardia" in shown and "«inalámbrica» o «red»" in shown and "de 22:00 a 6:00" in shown
    client.post(reverse("assignment_step", args=[one.pk, "bajar"]))
    assert list(AssignmentRule.objects.values_list("name", flat=True)) == ["Otra", "Lo de noche"]
    client.post(reverse("assignment_step", args=[one.pk, "encender"]))
    assert "Habría asignado 0 tickets" in text(client.get(reverse("assignment_rehearsal", args=[one.pk])))
    wrong = client.post(reverse("assignment", args=[one.pk]), {"name": "", "strategy": "person", "if_item": "No existe"})
    assert wrong.status_code == 422
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("assignments"))
    for n in range(6):
        rule(d, f"Más {n}", service=[str(d.version.offering.service_id)], unit=[str(d.world.north.pk)])
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("assignments"))
    assert len(many) <= len(few) + 2, "names of services and units: one query each"
    assert as_(d.asker).get(reverse("assignments")).status_code == 404
