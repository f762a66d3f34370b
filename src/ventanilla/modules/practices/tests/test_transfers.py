"""A municipality asks for a practice and gets it: both cases move together, 5.1.1 is filled by the taker; one from outside too."""
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import Adoption, Practice
from ventanilla.modules.practices.services import transfers
from ventanilla.modules.practices.services.transfers_noted import note_adoptions, unnoted
from ventanilla.modules.practices.tests.life import registry
from ventanilla.modules.practices.tests.taking import other_registry

pytestmark = pytest.mark.django_db


def states(row: transfers.Transfer) -> tuple[str, str]:
    found = dict(Case.objects.filter(pk__in=[row.case_id, row.adoption_id]).values_list("pk", "state"))
    return found[row.case_id], found.get(row.adoption_id, "")


def test_a_practice_goes_to_a_municipality() -> None:
    giver, taker, today = registry(), other_registry(), timezone.localdate()
    practice = giver.registered()
    draft = transfers.TransferDraft("total", "PM/12/2026", "municipality", taker.world.north, reason="Atender sin filas")
    row = transfers.ask_transfer(actor=taker.author, practice=practice, draft=draft)
    assert transfers.ask_transfer(actor=taker.author, practice=practice, draft=draft) == row
    assert row.adoption
    assert row.adoption.institution == taker.world.institution
    assert row.case.institution == giver.world.institution
    assert CaseLink.objects.filter(case=row.adoption, other=row.case, kind="mirrors").exists()
    assert not Case.objects.visible_to(taker.author).filter(pk=row.case_id).exists(), "each side sees its own"
    assert not Case.objects.visible_to(giver.author).filter(pk=row.adoption_id).exists()
    transfers.accept_transfer(actor=giver.author, transfer=row)
    with pytest.raises(NotAllowed):
        transfers.check_requirements(actor=giver.author, transfer=row, answers={})
    agreement = transfers.AgreementDraft("Convenio 3", today)
    with pytest.raises(Refused, match=r"5\.3"):
        transfers.agree(actor=giver.author, transfer=row, draft=agreement)
    answers = {one.key: (True, "Sí hay") for one in row.requirements.all()}
    assert len(answers) == 5
    transfers.check_requirements(actor=taker.author, transfer=row, answers=answers)
    with pytest.raises(Refused, match="al menos un paso"):
        transfers.agree(actor=giver.author, transfer=row, draft=agreement)
    ours = transfers.add_step(actor=giver.author, transfer=row, draft=transfers.StepDraft("Capacitar", today + timedelta(days=5)))
    theirs = transfers.add_step(actor=taker.author, transfer=row,
                                draft=transfers.StepDraft("Instalar", today + timedelta(days=9), by_taker=True))
    transfers.agree(actor=giver.author, transfer=row, draft=agreement)
    assert states(row) == ("running", "adopting")
    with pytest.raises(Refused, match="pasos suyos"):
        transfers.deliver(actor=giver.author, transfer=row)
    with pytest.raises(Refused, match="otra parte"):
        transfers.mark_step(actor=giver.author, step=theirs, done=True)
    transfers.mark_step(actor=giver.author, step=ours, done=True)
    transfers.deliver(actor=giver.author, transfer=row)
    assert states(row) == ("delivered", "received")
    transfers.object_delivery(actor=taker.author, transfer=row, reason="Falta el manual")
    assert states(row) == ("running", "adopting")
    transfers.deliver(actor=giver.author, transfer=row)
    with pytest.raises(NotAllowed):
        transfers.confirm_adoption(actor=giver.author, transfer=row, result="Yo digo que sí", since=today)
    transfers.confirm_adoption(actor=taker.author, transfer=row, result="Filas a la mitad", since=today)
    assert states(row) == ("concluded", "adopted")
    made = Adoption.objects.get(practice=practice)
    assert (made.name, made.sphere, made.level, made.taker) == (taker.world.institution.name, "municipality", "total",
                                                                taker.world.institution)
    assert Practice.objects.get(pk=practice.pk).transfers == 1
    assert [a.pk for a in unnoted(practice)] == [made.pk]
    saved = note_adoptions(actor=giver.author, practice=practice)
    assert saved.revision.values["receptores"] == [{"ambito": "municipios", "nombre": made.name}]
    assert not unnoted(practice)
    page = Client()
    page.force_login(giver.author.user)  # type: ignore[arg-type] - people of the registry sign in
    assert taker.world.institution.name in page.get("/practicas/red/").content.decode()


def test_one_from_outside_is_noted_by_the_giver_and_either_side_may_stop() -> None:
    giver, taker, today = registry(), other_registry(), timezone.localdate()
    practice = giver.registered()
    row = transfers.ask_transfer(actor=giver.author, practice=practice, draft=transfers.TransferDraft(
        "advice", "PM/1", "state", name="Secretaría de otro estado"))
    transfers.accept_transfer(actor=giver.author, transfer=row)
    transfers.check_requirements(actor=giver.author, transfer=row, answers={one.key: (False, "") for one in row.requirements.all()})
    step = transfers.add_step(actor=giver.author, transfer=row, draft=transfers.StepDraft("Asesorar", today, by_taker=True))
    transfers.agree(actor=giver.author, transfer=row, draft=transfers.AgreementDraft("Carta", today))
    transfers.mark_step(actor=giver.author, step=step, done=True)
    transfers.deliver(actor=giver.author, transfer=row)
    transfers.confirm_adoption(actor=giver.author, transfer=row, result="La usan", since=today)
    assert states(row)[0] == "concluded"
    asked = transfers.ask_transfer(actor=taker.author, practice=practice, draft=transfers.TransferDraft(
        "partial", "PM/2", "municipality", taker.world.north))
    transfers.cancel_transfer(actor=taker.author, transfer=asked, reason="Ya no")
    assert states(asked) == ("cancelled", "cancelled")
    other = transfers.ask_transfer(actor=taker.author, practice=practice, draft=transfers.TransferDraft(
        "partial", "PM/3", "municipality", taker.world.north))
    transfers.decline_transfer(actor=giver.author, transfer=other, reason="No hay personal")
    assert states(other) == ("declined", "turned_down")


def test_who_may_ask_and_for_what() -> None:
    giver, taker = registry(), other_registry()
    draft = transfers.TransferDraft("total", "PM/1", "municipality", taker.world.north)
    with pytest.raises(NotAllowed):
        transfers.ask_transfer(actor=taker.author, practice=giver.practice(), draft=draft)
    practice = giver.registered()
    with pytest.raises(NotAllowed):
        transfers.ask_transfer(actor=taker.world.staff, practice=practice, draft=draft)
    with pytest.raises(NotAllowed):
        transfers.ask_transfer(actor=giver.author, practice=practice, draft=draft)
    Practice.objects.filter(pk=practice.pk).update(transferable=False)
    with pytest.raises(Refused, match="no es transferible"):
        transfers.ask_transfer(actor=taker.author, practice=practice, draft=draft)
