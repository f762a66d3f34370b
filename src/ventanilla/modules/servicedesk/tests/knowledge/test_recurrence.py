"""Hints while typing, proposed problems with their decisions, and alarms of rising rates."""
import random
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Candidate, CIType, FeatureCount, TicketHint, TicketItem
from ventanilla.modules.servicedesk.services import TicketDraft, assign, open_tickets
from ventanilla.modules.servicedesk.services.candidates import accept, dismiss, refresh, same, visible
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, add_item, install_standard
from ventanilla.modules.servicedesk.services.hints import Asked, alike, count_features, index_tickets
from ventanilla.modules.servicedesk.services.rising import tell_rising
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
THINGS = ("teclado", "ratón", "monitor", "cable", "silla", "teléfono", "escáner", "memoria", "disco", "proyector", "bocina", "cámara")
FAULTS = ("no enciende", "está roto", "hace ruido", "se calienta", "quedó flojo", "se perdió", "no sirve", "falla a veces")
REPEATED = ("El sistema de nómina se queda en blanco al timbrar", "Al timbrar la nómina la pantalla queda en blanco",
            "Pantalla en blanco cuando timbro la nómina", "No puedo timbrar nómina, sale blanco")


@pytest.fixture
def d() -> Desk:
    return made()


def incidents(d: Desk, subjects: list[tuple[str, int]], **extra: Any) -> list[Case]:
    """Incidents with how many days ago each came."""
    now = timezone.now()
    return open_tickets(actor=d.agent, drafts=[TicketDraft(s, version=d.incident, requester=d.asker, channel="phone",
                                                           received_at=now - timedelta(days=days, minutes=n), **extra)
                                               for n, (s, days) in enumerate(subjects)])


def everyday(count: int, seed: int = 7) -> list[tuple[str, int]]:
    rng = random.Random(seed)
    return [(f"{rng.choice(THINGS)} {rng.choice(FAULTS)} en {rng.choice(THINGS)}", rng.randrange(1, 85)) for _n in range(count)]


def repeated(count: int, days: int = 6) -> list[tuple[str, int]]:
    return [(REPEATED[n % len(REPEATED)], 2 + n % days) for n in range(count)]


def test_a_ticket_that_says_the_same_is_shown_with_why(d: Desk) -> None:
    first = incidents(d, [(REPEATED[0], 3), *everyday(40)])[0]
    assert index_tickets() == 41 and index_tickets() == 0
    count_features(d.world.institution.pk)
    assert FeatureCount.objects.get(institution=d.world.institution, feature="").tickets == TicketHint.objects.count() == 41
    found = alike(d.agent, Asked("la nomina sale en blanco al tinbrar", d.world.south.pk))
    assert found[0].case == first and found[0].same_unit and "nómina" in found[0].words
    assert alike(d.agent, Asked("nómina en blanco al timbrar", besides=first.pk)) == [] == alike(d.agent, Asked("hola"))
    assert alike(d.world.nobody, Asked("la nómina sale en blanco al timbrar")) == []
    page = text(as_(d.agent).get(reverse("ticket_hints"), {"subject": "nómina en blanco", "description": "al timbrar", "requester": d.asker.pk}))
    assert first.folio in page and "misma unidad" in page
    assert as_(d.asker).get(reverse("ticket_hints"), {"subject": "nómina en blanco"}).status_code == 404
    again = incidents(d, [("Nómina en blanco al timbrar", 0)])[0]
    assert first.folio in text(as_(d.agent).get(reverse("ticket_alike", args=[again.pk])))
    assert as_(d.asker).get(reverse("ticket_alike", args=[again.pk])).status_code == 404
    assert as_(d.agent).get(reverse("ticket_hints"), {"unit": "9" * 30, "subject": "\x00nómina"}).status_code == 200


def test_the_newest_are_compared_before_the_index_knows_them(d: Desk) -> None:
    case = incidents(d, [(REPEATED[0], 0)])[0]
    assert [a.case for a in alike(d.agent, Asked("nómina en blanco al timbrar"))] == [case]


def test_repeated_incidents_are_proposed_accepted_and_not_proposed_again(d: Desk) -> None:
    incidents(d, everyday(150))
    same_fault = incidents(d, repeated(12))
    assert refresh(d.world.institution, timezone.now()) == 1 == refresh(d.world.institution, timezone.now())
    row = Candidate.objects.get()
    assert len(set(row.tickets) & {c.pk for c in same_fault}) >= 10
    assert {"nómina", "blanco"} & {w for w, _n in row.evidence["words"]}
    assert visible(d.agent) == [row] and visible(d.asker) == [] == visible(d.engineer)
    page = text(as_(d.agent).get(reverse("candidates")))
    assert "nómina" in page and same_fault[0].folio in page
    for who in (d.asker, d.engineer):
        assert as_(who).post(reverse("candidate_accept", args=[row.pk]), {"subject": "x"}).status_code == 404
    assert as_(d.asker).get(reverse("candidates")).status_code == 404
    assert "Escriba cómo se llama" in text(as_(d.agent).post(reverse("candidate_accept", args=[row.pk]), {"subject": " "}, follow=True))
    sent = as_(d.agent).post(reverse("candidate_accept", args=[row.pk]), {"subject": "Nómina en blanco al timbrar"}, follow=True)
    problem = Case.objects.get(kind="problem")
    assert "Se abrió el problema" in text(sent)
    assert set(CaseLink.objects.filter(other=problem, kind="caused_by").values_list("case_id", flat=True)) == set(row.tickets)
    with pytest.raises(Refused):
        accept(actor=d.agent, candidate=row, subject="Otra vez")
    assert refresh(d.world.institution, timezone.now()) == 0
    assert problem.folio in text(as_(d.agent).get(reverse("candidates")))


def test_what_was_dismissed_comes_back_only_with_as_many_new_ones(d: Desk) -> None:
    incidents(d, everyday(150))
    incidents(d, repeated(12))
    refresh(d.world.institution, timezone.now())
    row = Candidate.objects.get()
    with pytest.raises(Refused):
        dismiss(actor=d.agent, candidate=row, reason=" ")
    with pytest.raises(NotAllowed):
        dismiss(actor=d.asker, candidate=row, reason="no")
    assert "se descartó" in text(as_(d.agent).post(reverse("candidate_dismiss", args=[row.pk]), {"reason": "Era un simulacro"}, follow=True)).lower()
    incidents(d, repeated(2))
    assert refresh(d.world.institution, timezone.now()) == 0
    incidents(d, repeated(16))
    assert refresh(d.world.institution, timezone.now()) == 1
    assert "Era un simulacro" in text(as_(d.agent).get(reverse("candidates")))
    assert same([1, 2, 3], [2, 3, 9, 10]) and not same([1, 2, 3], [3, 4, 5])


def test_a_rate_that_rises_is_told_the_same_day_once(d: Desk) -> None:
    incidents(d, [("Falla de siempre", n) for n in range(5, 120, 3)])
    today = timezone.localdate()
    assert tell_rising(d.world.institution, today) == 0
    incidents(d, [("No abre el portal", 0)] * 14)
    assert tell_rising(d.world.institution, today) == tell_rising(d.world.institution, today) == 1
    notices = Notice.objects.filter(dedupe__startswith="rising:service")
    assert {n.person_id for n in notices} == {d.agent.pk, d.manager.pk}
    assert f"servicio={d.incident.offering.service_id}" in notices[0].url and notices[0].body.startswith("14 incidentes hoy; lo usual es ")
    page = text(as_(d.agent).get(notices[0].url))
    assert "No abre el portal" in page and "Falla de siempre" not in page


def test_an_item_that_fails_more_leads_to_its_own_incidents_and_is_told_to_their_team(d: Desk) -> None:
    install_standard(actor=None, institution=d.world.institution)
    server = add_item(actor=None, draft=ItemDraft(CIType.objects.get(slug="servidor"), "SRV-WEB", state="in_use"))
    incidents(d, [("Falla de siempre", n) for n in range(5, 120, 3)])
    fresh = incidents(d, [("No abre el portal", 0)] * 14 + [("Otra cosa", 0)])
    TicketItem.objects.bulk_create(TicketItem(
        institution=d.world.institution, case=c, item=server, role="affected", source="desk", at=timezone.now()) for c in fresh[:14])
    for case in fresh:
        assign(actor=d.manager, case=case, team=d.second)
    tell_rising(d.world.institution, timezone.localdate())
    notices = Notice.objects.filter(dedupe__startswith="rising:ci")
    assert {n.person_id for n in notices} == {d.world.north_1_head.pk}
    page = text(as_(d.world.north_1_head).get(notices[0].url))
    assert "SRV-WEB" in notices[0].title and page.count("No abre el portal") >= 14 and "Otra cosa" not in page
