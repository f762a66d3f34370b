"""Duplicates become one ticket, without loss and with a way back; what was two things becomes two."""
import threading
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from tests import make

from ventanilla.core.cases.models import Case, CaseLink, Clock, Move, Note, Pause
from ventanilla.core.cases.services import attach
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services.intake import FileDraft, store
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import CopiedFile, Merge, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, SplitDraft
from ventanilla.modules.servicedesk.services.family import merged_ids, survivor_of
from ventanilla.modules.servicedesk.services.mail import mark, receive
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.mail.mails import mail, mailbox

MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))
IN_DATABASE = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def told(case: Case) -> set[tuple[int, str]]:
    """Notices that the last move of the case causes."""
    tell_moves([Move.objects.filter(case=case).select_related("case").latest("pk")])
    return set(Notice.objects.filter(case_id=case.pk).values_list("person_id", "title"))


def facts(case: Case) -> dict[str, Any]:
    """Everything that an undone merge has to bring back."""
    row = Case.objects.get(pk=case.pk)
    return {
        "case": (row.state, row.unit_id, row.assignee_id, row.due_at, row.amber_at, row.closed_at),
        "clocks": list(Clock.objects.filter(case=row).order_by("pk").values("kind", "state", "due_at", "amber_at", "stopped_at")),
        "pauses": list(Pause.objects.filter(clock__case=row).order_by("pk").values("since", "until", "reason")),
        "parties": sorted(row.parties.values_list("person_id", "role")), "tokens": sorted(row.access.values_list("token", flat=True)),
        "ticket": Ticket.objects.filter(pk=row.pk).values("parent_id", "held_for_id", "team_id").get(),
        "links": list(CaseLink.objects.filter(case=row).values("other_id", "kind"))}


@IN_DATABASE
def test_a_duplicate_goes_on_in_the_other_ticket(d: Desk) -> None:
    friend = make.person(d.world.institution, d.world.south, None, name="Beneficia")
    watcher = make.person(d.world.institution, d.world.south_1, None, name="Sigue")
    with at(MONDAY):
        first = d.ticket(version=d.incident, requester=d.world.nobody, actor=d.world.nobody, subject="No abre el portal")
        double = d.ticket(subject="El portal no abre", beneficiary=friend, actor=d.agent)
        desk.watch(actor=d.agent, case=double, person=watcher)
        desk.add_entry(actor=d.asker, ticket=double, draft=EntryDraft("Desde las ocho"))
        desk.add_entry(actor=d.agent, ticket=double, draft=EntryDraft("CANARIO interno", private=True))
    with at(MONDAY + timedelta(minutes=20)):
        row = desk.merge(actor=d.agent, case=double, survivor=first, reason="Es lo mismo")
    double.refresh_from_db()
    assert (double.state, double.closed_at, survivor_of(double)) == ("merged", MONDAY + timedelta(minutes=20), first)
    assert {c.state for c in Clock.objects.filter(case=double)} == {"stop"}
    assert CaseLink.objects.filter(case=double, other=first, kind="duplicates").exists() and list(merged_ids(first.pk)) == [double.pk]
    assert {p for _p, p in first.parties.filter(role="watcher").values_list("role", "person_id")} == {d.asker.pk, friend.pk, watcher.pk}
    assert Case.objects.visible_to(d.asker).filter(pk=first.pk).exists()
    assert not Case.objects.visible_to(d.world.nobody).filter(pk=double.pk).exists(), "who asked for the survivor reads only theirs"
    assert [m.verb for m in Move.objects.filter(case=first).order_by("pk")] == ["register", "absorb"]
    assert (d.asker.pk, f"Se unió a otro ticket: {double.folio}") in told(double)
    assert Notice.objects.get(person=d.asker, case_id=double.pk).body.startswith(f"Se atiende junto con {first.folio}.")
    with pytest.raises(Refused, match=first.folio):
        desk.add_entry(actor=d.asker, ticket=double, draft=EntryDraft("¿Y ahora?"))
    desk.assign(actor=d.agent, case=first, team=d.second)
    engineer = [n.text for n in Note.objects.readable_by(d.engineer).filter(case=double).order_by("pk")]
    assert engineer == ["Desde las ocho", "CANARIO interno"], "the team that gets the survivor reads what was merged"
    assert Merge.objects.get() == row


@IN_DATABASE
def test_an_undone_merge_never_happened(d: Desk) -> None:
    with at(MONDAY):
        first, double, child = d.ticket(actor=d.agent, requester=d.world.nobody), d.ticket(), d.ticket()
        Ticket.objects.filter(pk=child.pk).update(parent=double)
        give(actor=None, person=d.agent, role="head", unit=d.world.north_1)
        desk.assign(actor=d.agent, case=first, team=d.second)
        desk.take(actor=d.agent, case=double)
    with at(MONDAY + timedelta(minutes=30)):
        desk.hold(actor=d.agent, case=double, why=d.hold)
    before = facts(first), facts(double), facts(child)
    with at(MONDAY + timedelta(minutes=40)):
        desk.merge(actor=d.agent, case=double, survivor=first)
        assert Ticket.objects.get(pk=child.pk).parent_id == first.pk
        assert Case.objects.visible_to(d.asker).filter(pk=first.pk).exists()
        assert Case.objects.visible_to(d.engineer).filter(pk=double.pk).exists()
    with at(MONDAY + timedelta(minutes=50)):
        with pytest.raises(NotAllowed):
            desk.undo_merge(actor=d.asker, case=double, reason="No")
        desk.undo_merge(actor=d.agent, case=double, reason="No era lo mismo")
    assert (facts(first), facts(double), facts(child)) == before
    assert [m.verb for m in Move.objects.filter(case=first).order_by("pk")] == ["register", "assign", "absorb", "release"]
    with at(MONDAY + timedelta(minutes=90)):
        desk.resume(actor=d.agent, case=double)
        desk.merge(actor=d.agent, case=double, survivor=first)
        desk.add_entry(actor=d.agent, ticket=first, draft=EntryDraft("Seguimos"))
        with pytest.raises(Refused, match="hubo otros cambios"):
            desk.undo_merge(actor=d.agent, case=double, reason="Tarde")


@IN_DATABASE
def test_what_is_not_merged_says_why(d: Desk) -> None:
    first, double = d.ticket(), d.ticket()
    change = d.ticket(actor=d.agent, version=None, kind="change", team=d.first)
    elsewhere = made().ticket()
    for other, word in ((double, "consigo mismo"), (elsewhere, "No hay otro ticket"), (change, "mismo tipo")):
        with pytest.raises(Refused, match=word):
            desk.merge(actor=d.agent, case=double, survivor=other)
    with pytest.raises(NotAllowed):
        desk.merge(actor=d.asker, case=double, survivor=first)
    Ticket.objects.filter(pk=first.pk).update(parent=double)
    with pytest.raises(Refused, match="depende"):
        desk.merge(actor=d.agent, case=double, survivor=first)
    Ticket.objects.filter(pk=first.pk).update(parent=None)
    desk.cancel(actor=d.asker, case=first, reason="Ya no")
    with pytest.raises(Refused, match="ya terminó"):
        desk.merge(actor=d.agent, case=double, survivor=first)
    assert not Merge.objects.exists() and {c.state for c in Case.objects.filter(pk__in=[double.pk, change.pk])} == {"new"}


@IN_DATABASE
def test_merges_follow_one_another_and_never_make_a_ring(d: Desk) -> None:
    one, two, three = d.ticket(), d.ticket(), d.ticket()
    desk.merge(actor=d.agent, case=one, survivor=two)
    desk.merge(actor=d.agent, case=two, survivor=three)
    assert survivor_of(one) == three and list(merged_ids(three.pk)) == [one.pk, two.pk]
    with pytest.raises(Refused):
        desk.merge(actor=d.agent, case=three, survivor=one)
    with pytest.raises(Refused):
        desk.undo_merge(actor=d.agent, case=one, reason="La primera no se deshace antes que la segunda")


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_merge_crosswise_neither_deadlock_nor_make_a_ring() -> None:
    d = made()
    for _round in range(3):
        pair = [d.ticket(), d.ticket()]
        outcomes: list[str] = []
        start = threading.Barrier(2)

        def join(case: Case, survivor: Case, start: threading.Barrier = start, outcomes: list[str] = outcomes) -> None:
            try:
                start.wait(20)
                desk.merge(actor=d.agent, case=case, survivor=survivor)
                outcomes.append("merged")
            except Refused:
                outcomes.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=join, args=(a, b)) for a, b in (pair, pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(outcomes) == ["merged", "refused"]
        assert sorted(Case.objects.filter(pk__in=[c.pk for c in pair]).values_list("state", flat=True)) == ["merged", "new"]


@IN_DATABASE
def test_a_part_goes_on_in_a_ticket_of_its_own(d: Desk) -> None:
    case = d.ticket(actor=d.agent, beneficiary=d.world.nobody)
    public = desk.add_entry(actor=d.asker, ticket=case, draft=EntryDraft("Además no imprime"))
    private = desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("CANARIO: clave 123", private=True))
    desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("Esto se queda"))
    version = store(actor=d.agent, files=[FileDraft("foto.txt", BytesIO(b"papel atorado"))])[0]
    files = attach(actor=d.agent, case=case, documents=[version.document], private=True)
    draft = SplitDraft("No imprime", kind="incident", notes=[public, private], files=files)
    with pytest.raises(NotAllowed):
        desk.split(actor=d.asker, case=case, draft=draft)
    with pytest.raises(Refused, match="todavía se revisa"):
        desk.split(actor=d.agent, case=case, draft=draft)
    DocumentVersion.objects.update(state="clean")
    new = desk.split(actor=d.agent, case=case, draft=draft)
    assert desk.split(actor=d.agent, case=case, draft=draft) == new, "sent twice, made once"
    ticket = Ticket.objects.get(pk=new.pk)
    assert (new.kind, ticket.requester, ticket.beneficiary, ticket.team) == ("incident", d.asker, d.world.nobody, d.first)
    copies = list(Note.objects.filter(case=new).order_by("pk"))
    assert [(n.text, n.person, n.at, n.private) for n in copies] == [(n.text, n.person, n.at, n.private) for n in (public, private)]
    assert [n.copied_from.original for n in copies] == [public, private]
    assert [n.text for n in Note.objects.readable_by(d.asker).filter(case=new)] == ["Además no imprime"]
    assert CaseLink.objects.get(case=new).other == case and Case.objects.get(pk=case.pk).state == "new"
    for copy in CopiedFile.objects.filter(attachment__case=new).select_related("attachment__document", "original__document"):
        blobs = [DocumentVersion.objects.get(document=a.document).blob_id for a in (copy.attachment, copy.original)]
        assert blobs[0] == blobs[1] and copy.attachment.private == copy.original.private
    stranger = desk.add_entry(actor=d.agent, ticket=new, draft=EntryDraft("De otro"))
    with pytest.raises(Refused, match="ya no está"):
        desk.split(actor=d.agent, case=case, draft=SplitDraft("Otro", notes=[stranger]))



@IN_DATABASE
def test_a_guest_of_a_duplicate_is_told_and_their_mail_reaches_the_survivor(d: Desk) -> None:
    box = mailbox(d, unknown="guest")
    double = receive(box=box, raw=mail("vecina@example.net", "No abre", number=1)).case
    first = d.ticket()
    assert double
    desk.merge(actor=d.agent, case=double, survivor=first)
    told = Mail.objects.get(to="vecina@example.net", subject__contains="Se unió")
    assert first.folio in told.text and mark(d.world.institution.pk, double.pk) in told.subject
    answer = receive(box=box, raw=mail("vecina@example.net", told.subject, "Sigue igual", number=2))
    assert (answer.decision, answer.case) == ("replied", first)
    assert "Sigue igual" in Note.objects.get(case=first).text and not Note.objects.filter(case=double).exists()
    desk.add_entry(actor=d.agent, ticket=first, draft=EntryDraft("Ya abre"))
    told = Mail.objects.get(to="vecina@example.net", text__contains="Ya abre")
    again = receive(box=box, raw=mail("vecina@example.net", told.subject, "Gracias", number=3))
    assert (again.decision, again.case) == ("replied", first)
