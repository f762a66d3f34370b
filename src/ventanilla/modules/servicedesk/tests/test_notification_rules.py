"""Rules of notification: what is told to whom in which words; a rehearsal shows exactly what a replay sends; no private word leaks."""
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from tests import make
from tests.pages import as_
from tests.pages import text as words_of

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Move, Note, Party
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import NotificationRule
from ventanilla.modules.servicedesk.services import EntryDraft
from ventanilla.modules.servicedesk.services.rules import (
    RuleDraft,
    move_rule,
    rehearse,
    save_rule,
    switch_rule,
    tell_by_rules,
    tell_deadlines_by_rules,
)
from ventanilla.modules.servicedesk.services.rules.events import LABELS, OF_VERB
from ventanilla.modules.servicedesk.services.rules.facts import chosen_of, condition_of, tree_of
from ventanilla.modules.servicedesk.services.rules.telling import tell
from ventanilla.modules.servicedesk.services.rules.texts import fill
from ventanilla.modules.servicedesk.services.rules.trying import happened
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.fixture
def d() -> Desk:
    return made()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def rule(d: Desk, event: str, *recipients: str, on: bool = True, **extra: Any) -> NotificationRule:
    """A rule that is on."""
    given: dict[str, Any] = {"texts": {None: ("{numero}: {asunto}", "{texto}")}, **extra}
    name = given.pop("name", f"{event} {recipients}")
    saved = save_rule(actor=d.world.admin, draft=RuleDraft(name, event, recipients=recipients, **given))
    return switch_rule(actor=d.world.admin, rule=saved, active=on)


def replay(since: datetime) -> None:
    """What the relay does with the moves since then."""
    tell_by_rules(list(Move.objects.filter(at__gte=since).select_related("case").order_by("pk")))


def sent() -> set[tuple[int, str, str]]:
    return set(Notice.objects.filter(dedupe__startswith="rule:").values_list("person_id", "title", "body"))


def test_a_rule_tells_the_people_it_names_in_its_words(d: Desk) -> None:
    lead = make.person(d.world.institution, d.world.north, "staff", name="Coordina")
    d.first.memberships.create(person=lead, lead=True)
    rule(d, "resolved", "requester", "unit_head", "lead", people=[d.manager], channel="mail", texts={
        None: ("{numero} quedó lista", "Para {pide} de {unidad}: {texto}"), d.version.offering.service: ("El portal: {numero}", "{asunto}")})
    with at(MONDAY):
        case, other = d.ticket(), d.ticket(actor=d.agent, version=None, kind="incident", team=d.first, subject="Otra cosa")
        for one in (case, other):
            desk.take(actor=d.agent, case=one)
            desk.resolve(actor=d.agent, case=one, cause=d.cause, solution="Listo")
        replay(MONDAY)
        replay(MONDAY)  # the relay was killed before it marked them
    told = sent()
    assert {(p, t) for p, t, _b in told} == {(d.asker.pk, f"El portal: {case.folio}"), (lead.pk, f"El portal: {case.folio}"),
                                             (d.manager.pk, f"El portal: {case.folio}"), (d.asker.pk, f"{other.folio} quedó lista"),
                                             (lead.pk, f"{other.folio} quedó lista"), (d.manager.pk, f"{other.folio} quedó lista")}
    assert d.asker_head.pk not in {p for p, _t, _b in told}, "the head of the asking unit may not read it"
    assert Notice.objects.filter(dedupe__startswith="rule:").count() == 6 == len(told)
    mailed = Mail.objects.filter(person__in=[d.asker, lead, d.manager]).count()
    assert mailed == Notice.objects.filter(dedupe__startswith="rule:", mail="now").count() == 6


def test_conditions_look_at_service_family_priority_kind_unit_and_channel(d: Desk) -> None:
    tree = tree_of({"kind": ["incident"], "priority": ["1", "2"], "channel": ["phone"]})
    assert chosen_of(tree) == {"kind": ["incident"], "priority": ["1", "2"], "channel": ["phone"]} and tree_of({}) == {}
    rule(d, "opened", "assignee", "team", condition=tree)
    with at(MONDAY):
        d.ticket()
        d.ticket(actor=d.agent, version=d.incident, impact=1, urgency=1, channel="portal")
        hot = d.ticket(actor=d.manager, version=d.incident, impact=1, urgency=1, channel="phone", subject="Caído")
        replay(MONDAY)
    assert sent() == {(d.agent.pk, f"{hot.folio}: Caído", "")}
    for wrong in ({"field": "clave", "op": "in", "value": ["x"]}, {"field": "kind", "op": "__class__"}, ["x"], {"all": {}}):
        with pytest.raises(Refused):
            condition_of(wrong)


def test_a_private_note_is_told_only_to_who_may_read_it(d: Desk) -> None:
    everybody = ("requester", "beneficiary", "watcher", "unit_head", "assignee", "team", "manager")
    rule(d, "noted", *everybody, people=[d.asker, d.world.nobody, d.engineer])
    case = d.ticket(actor=d.agent, beneficiary=d.world.nobody)
    desk.watch(actor=d.agent, case=case, person=d.asker_head)
    desk.add_entry(actor=d.manager, ticket=case, draft=EntryDraft("CANARIO-9", private=True, mentioned=[d.asker, d.agent]))
    carriers = set(Notice.objects.filter(body__contains="CANARIO-9").values_list("person_id", flat=True))
    assert d.agent.pk in carriers and carriers <= {d.agent.pk, d.world.head.pk, d.manager.pk}
    assert not carriers & {d.asker.pk, d.world.nobody.pk, d.asker_head.pk, d.engineer.pk}
    assert not Mail.objects.filter(person__in=[d.asker, d.world.nobody, d.asker_head], text__contains="CANARIO").exists()


def test_a_rehearsal_shows_what_a_replay_really_sends_and_sends_nothing(d: Desk) -> None:
    rules = [rule(d, event, "requester", "assignee", "manager", on=False) for event in ("opened", "paused", "answered", "red", "resolved")]
    with at(MONDAY):
        cases = [d.ticket(subject=f"Asunto {n}") for n in range(4)]
        desk.take(actor=d.agent, case=cases[0])
        desk.hold(actor=d.agent, case=cases[0], why=d.hold)
        desk.add_entry(actor=d.asker, ticket=cases[1], draft=EntryDraft("¿Cómo va?"))
    with at(MONDAY + timedelta(hours=30)):
        desk.take(actor=d.agent, case=cases[2])
        desk.resolve(actor=d.agent, case=cases[2], cause=d.cause, solution="Listo")
    until = MONDAY + timedelta(days=3)
    Notice.objects.all().delete()
    for one in rules:
        found = rehearse(one, until, person=d.manager)
        assert found.messages > 0 and not sent(), one.event
        switch_rule(actor=d.world.admin, rule=one, active=True)
        with at(until):
            tell(happened(one, found.since, until))
        rows = Notice.objects.filter(dedupe__startswith="rule:")
        assert rows.count() == found.messages == sum(n for _name, n in found.people), one.event
        assert {n.case_id for n in rows} >= {m.case.pk for m in found.examples}
        assert {(m.person_id, m.draft.title, m.draft.body) for m in found.examples} <= sent()
        switch_rule(actor=d.world.admin, rule=one, active=False)
        rows.delete()
    assert rehearse(rules[0], until, person=d.world.nobody).examples == [], "examples only of tickets that one may read"


def test_clocks_that_pass_are_told_once(d: Desk) -> None:
    rule(d, "amber", "manager")
    rule(d, "red", "manager", "team")
    with at(MONDAY):
        tell_deadlines_by_rules(MONDAY)
        case = d.ticket()
    with at(MONDAY + timedelta(hours=2)):
        assert tell_deadlines_by_rules(MONDAY + timedelta(hours=2)) >= 2
        before = sent()
        tell_deadlines_by_rules(MONDAY + timedelta(hours=2))
    assert sent() == before and {t for _p, t, _b in before} == {f"{case.folio}: {case.subject}"}


def test_who_did_it_is_not_told_and_the_first_rule_counts(d: Desk) -> None:
    one = rule(d, "assigned", "assignee", name="una", texts={None: ("Primera", "")})
    two = rule(d, "assigned", "assignee", "team", name="dos", texts={None: ("Segunda", "")})
    case = d.ticket()
    desk.assign(actor=d.manager, case=case, team=d.first, person=d.agent)
    move_rule(actor=d.world.admin, rule=two, up=True)
    move_rule(actor=d.world.admin, rule=two, up=False)
    replay(MONDAY)
    assert [t for p, t, _b in sent() if p == d.agent.pk] == ["Primera"]
    Party.objects.filter(case=case).delete()
    assert [r.pk for r in NotificationRule.objects.all()] == [one.pk, two.pk]


def test_a_manager_of_the_desk_keeps_them_and_nobody_those_of_others(d: Desk) -> None:
    mine = save_rule(actor=d.manager, draft=RuleDraft("Mía", "opened", {None: ("x", "")}, ["requester"]))
    assert switch_rule(actor=d.manager, rule=mine, active=True).active
    other = made()
    with pytest.raises(NotAllowed):
        save_rule(actor=other.manager, draft=RuleDraft("Suya", "opened", {None: ("x", "")}, ["requester"]), rule=mine)
    with pytest.raises(Refused, match="servicios"):
        theirs = {None: ("x", ""), other.version.offering.service: ("y", "")}
        save_rule(actor=d.manager, draft=RuleDraft("Otra", "opened", theirs, ["requester"]))
    page = as_(d.manager).get(reverse("rules"))
    assert page.status_code == 200 and as_(d.engineer).get(reverse("rules")).status_code == 404
    assert reverse("rules") in words_of(as_(d.manager).get(reverse("boards"))) and reverse("rules") not in words_of(as_(d.engineer).get(reverse("boards")))


def test_words_are_only_words(d: Desk) -> None:
    assert fill("{asunto} {asunto.__class__} {{numero}}", {"asunto": "{numero}", "numero": "7"}) == "{numero}  {7}"
    for text in ("{numero.folio}", "{0}", "{clave}"):
        with pytest.raises(Refused, match="no es un dato"):
            save_rule(actor=d.world.admin, draft=RuleDraft("x", "opened", {None: (text, "")}, ["requester"]))
    with pytest.raises(NotAllowed):
        save_rule(actor=d.engineer, draft=RuleDraft("x", "opened", {None: ("x", "")}, ["requester"]))
    with pytest.raises(Refused, match="a quién"):
        save_rule(actor=d.world.admin, draft=RuleDraft("x", "opened", {None: ("x", "")}))
    rule(d, "opened", "requester", name="Ésta")
    with pytest.raises(Refused, match="Ya hay"):
        rule(d, "opened", "requester", name="Ésta")
    logged = Entry.objects.filter(verb__startswith="servicedesk.rule_", institution_id=d.world.institution.pk).order_by("pk")
    assert [e.verb for e in logged] == ["servicedesk.rule_saved", "servicedesk.rule_switched"]
    assert set(OF_VERB.values()) <= set(LABELS) and Case.objects.count() == Note.objects.count() == 0
