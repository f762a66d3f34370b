"""What could keep somebody's data after they were told that it is gone, or destroy what had to be kept."""
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import Finding, SubjectRequest
from ventanilla.core.privacy.registry import GONE, Asked
from ventanilla.core.privacy.services import erasing, gathering, requests
from ventanilla.core.privacy.tests.making import HOLDER, Office, office
from ventanilla.core.privacy.tests.test_gathering import ASKED, archived, keys, letter, ticked
from ventanilla.modules.correspondence.models import ArchiveFile, Letter

pytestmark = pytest.mark.django_db
MAIL = Asked.of("", "maria@example.org", "")


@pytest.fixture
def o() -> Office:
    return office()


def search_and_tick(o: Office, row: SubjectRequest, asked: Asked, only: str = "") -> set[str]:
    """One search, with everything found of that table ticked."""
    found = {k for k in keys(o.gather(row, asked)) if k.startswith(only)}
    gathering.tick(actor=o.officer, request=row, asked=asked, ticked=found, offered=found)
    return found


def cancelled(o: Office, row: SubjectRequest) -> dict[str, Finding]:
    """After the cancellation: what became of each."""
    erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    return {f"{f.source}:{f.ref}": f for f in row.findings.all()}


def test_what_two_searches_found_is_erased_under_the_words_of_both(o: Office) -> None:
    case = letter(o)
    archived(o, case, 1)
    Letter.objects.filter(pk=case.pk).update(text="Escriba a maria@example.org")
    row = o.granted("cancellation")
    assert search_and_tick(o, row, Asked.of(HOLDER, "", ""), "correspondence.letter")
    search_and_tick(o, row, MAIL, "correspondence.letter")
    cancelled(o, row)
    left = Letter.objects.get(pk=case.pk)
    assert left.signatory == GONE and left.text == f"Escriba a {GONE}"


def test_words_of_a_search_that_ticked_nothing_are_not_kept(o: Office) -> None:
    letter(o)
    row = o.proven("cancellation")
    gathering.tick(actor=o.officer, request=row, asked=Asked.of("Otra Persona", "", ""), ticked=[], offered=[])
    search_and_tick(o, row, ASKED, "correspondence.letter")
    row.refresh_from_db()
    assert "Otra Persona" not in row.terms["names"]


def test_only_rows_in_which_the_words_stand_are_taken(o: Office) -> None:
    """Else a forged form would open the personal fields of any row of the institution, and nothing of it would be in the log."""
    row = o.proven("access")
    forged = [f"orgs.person:{o.w.head.pk}", f"correspondence.letter:{letter(o).pk}"]
    assert gathering.tick(actor=o.officer, request=row, asked=Asked.of("Nadie Deestos", "", ""), ticked=forged, offered=[]) == 0
    assert gathering.tick(actor=o.officer, request=row, asked=ASKED, ticked=forged, offered=[]) == 1
    assert set(row.findings.values_list("source", flat=True)) == {"correspondence.letter"}


def test_who_is_named_in_another_way_is_not_said_to_be_erased(o: Office) -> None:
    case = letter(o)
    archived(o, case, 1)
    Letter.objects.filter(pk=case.pk).update(text="Vino María José, la señora Núñez Ríos, con su hija María")
    row = ticked(o, "cancellation", only="correspondence.letter")
    found = cancelled(o, row)[f"correspondence.letter:{case.pk}"]
    assert found.outcome == "pending" and "de otra forma" in found.reason
    with pytest.raises(Refused, match="sin cancelar"):
        requests.fulfil(actor=o.officer, request=row, text="Listo")
    search_and_tick(o, row, Asked.of("María José\nNúñez Ríos", "", ""), "correspondence.letter")
    assert cancelled(o, row)[f"correspondence.letter:{case.pk}"].outcome == "erased"
    assert Letter.objects.get(pk=case.pk).text == f"Vino {GONE}, la señora {GONE}, con su hija María"


def test_what_stays_by_design_is_told(o: Office) -> None:
    left = o.w.staff
    Person.objects.filter(pk=left.pk).update(given_name="María José", surname_1="Núñez", surname_2="Ríos", email="maria@example.org",
                                             phone="722 000 0000", active=False)
    row = ticked(o, "cancellation", only="orgs.person")
    found = cancelled(o, row)[f"orgs.person:{left.pk}"]
    assert found.outcome == "erased" and "actos oficiales" in found.reason
    left.refresh_from_db()
    assert (left.given_name, left.email, left.phone) == ("María José", "", "")


def test_what_a_row_said_before_goes_too(o: Office) -> None:
    """Histories keep each version: also one in which the person stood before the title was corrected."""
    case = letter(o)
    file = archived(o, case, 1)
    ArchiveFile.objects.filter(pk=file.pk).update(title=f"Queja de {HOLDER} (maria@example.org)")
    ArchiveFile.objects.filter(pk=file.pk).update(title=f"Queja de {HOLDER}")
    history: Any = apps.get_model("correspondence", "ArchiveFileEvent")
    assert history.objects.filter(pgh_obj_id=file.pk, title__contains="Núñez").count() == 2
    row = ticked(o, "cancellation", only="correspondence.archivefile")
    cancelled(o, row)
    assert ArchiveFile.objects.get(pk=file.pk).title == f"Queja de {GONE}"
    said = " ".join(history.objects.filter(pgh_obj_id=file.pk).values_list("title", flat=True))
    assert "Núñez" not in said and "example.org" not in said and "Quejas" in said, "the rest of the history stands"


def test_what_came_under_reserve_since_it_was_ticked_is_left_to_its_unit(o: Office) -> None:
    case = letter(o)
    archived(o, case, 1)
    row = ticked(o, "cancellation", only="correspondence.letter")
    Case.objects.filter(pk=case.pk).update(level=2)
    from ventanilla.core.cases.places import refresh
    refresh([case.pk])
    found = cancelled(o, row)[f"correspondence.letter:{case.pk}"]
    assert found.outcome == "kept" and "reserva" in found.reason and Letter.objects.get(pk=case.pk).signatory == HOLDER


def test_a_part_that_is_no_longer_installed_is_kept_with_its_reason(o: Office) -> None:
    row = o.granted("cancellation")
    Finding.objects.create(request=row, source="quitado.tabla", ref=1, ticked_by=o.officer, ticked_at=row.case.received_at)
    found = cancelled(o, row)["quitado.tabla:1"]
    assert found.outcome == "kept" and "no está instalada" in found.reason


def test_reading_what_was_gathered_is_logged_and_only_for_who_attends(o: Office) -> None:
    letter(o)
    row = ticked(o, "access", only="correspondence.letter")
    read = Entry.objects.filter(verb="privacy.read", actor_id=o.officer.pk, case_id=row.pk)
    before = read.count()
    assert len(gathering.read_findings(actor=o.officer, request=row)) == 1
    assert read.count() == before + 1
    for person in (o.w.head, o.w.admin, office().officer):
        assert gathering.read_findings(actor=person, request=row) == []
    assert Entry.objects.filter(verb="privacy.read").count() == before + 1


def in_another(work: Any) -> "Future[Any]":
    """Run with a connection of its own."""
    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()
    return ThreadPoolExecutor(1).submit(run)


@pytest.mark.django_db(transaction=True)
def test_a_matter_that_is_taken_up_again_meanwhile_is_not_erased(o: Office) -> None:
    """The cancellation waits for who holds the matter, and looks again before it erases."""
    case = letter(o)
    archived(o, case, 1)
    row = ticked(o, "cancellation", only="correspondence.letter")
    with transaction.atomic():
        lock_case(case.pk)
        running = in_another(lambda: erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio))
        sleep(0.5)
        assert not running.done()
        Case.objects.filter(pk=case.pk).update(closed_at=None, state=case.state)
    running.result(timeout=120)
    finding = row.findings.get()
    assert finding.outcome == "kept" and "en trámite" in finding.reason
    assert Letter.objects.get(pk=case.pk).signatory == HOLDER


@pytest.mark.django_db(transaction=True)
def test_nothing_is_ticked_once_the_request_was_fulfilled(o: Office) -> None:
    case = letter(o)
    row = o.granted("access")
    with transaction.atomic():
        requests.fulfil(actor=o.officer, request=row, text="Se entregó")
        late = in_another(lambda: gathering.tick(
            actor=o.officer, request=row, asked=ASKED, ticked=[f"correspondence.letter:{case.pk}"], offered=[]))
        sleep(0.5)
        assert not late.done()
    with pytest.raises(Refused):
        late.result(timeout=120)
    assert not row.findings.exists()
