"""A practice that runs on the platform, from end to end: reviewed, evaluated by two, registered, filled by the service desk, taken over.

Contract D of the registry, the import aside: the municipality ends with a desk of its own that was installed from the package.
"""
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from ventanilla.core.cases.models import Case
from ventanilla.core.exports.packaging import Choices
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.modules.practices.models import Adoption, Practice
from ventanilla.modules.practices.periods import starting
from ventanilla.modules.practices.services import evidence, packages, transfers
from ventanilla.modules.practices.tests.life import registry
from ventanilla.modules.servicedesk.models import OfferingVersion, Team
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = pytest.mark.django_db


def test_a_practice_lives_is_proven_and_is_taken_over() -> None:
    d = desk()
    OfferingVersion.objects.filter(institution=d.world.institution).update(state="retired")
    OfferingVersion.objects.create(
        institution=d.world.institution, offering=d.version.offering, number=2, state="published", team=d.first, level=d.level,
        description="Cambios al sitio", published_at=timezone.now())
    r, today = registry(d.world), timezone.localdate()
    month = starting("month", today.replace(day=1) - timedelta(days=1))
    practice = r.registered()
    for n in range(4):
        open_ticket(actor=d.manager, draft=TicketDraft(f"Actualizar {n}", team=d.first, requester=d.asker, received_at=make.at(month[0])))
    indicator = evidence.save_indicator(actor=r.author, practice=practice, draft=evidence.IndicatorDraft(
        "Solicitudes por mes", "month", "cases_registered", "request", units=[d.world.north], since=month[0]))
    found = evidence.reported(indicator)
    assert [x.value for x in found] == [Case.objects.filter(kind="request", unit=d.world.north, received_at__date__range=month).count()] == [4]
    evidence.save_target(actor=r.author, practice=practice, draft=evidence.TargetDraft("", indicator, 5, "least", month))  # type: ignore[arg-type]
    assert evidence.fulfilled(practice) == 80
    town = registry(make.world())
    row = transfers.ask_transfer(actor=town.author, practice=practice, draft=transfers.TransferDraft(
        "total", "PM/12", "municipality", town.world.north))
    transfers.accept_transfer(actor=r.author, transfer=row)
    transfers.check_requirements(actor=town.author, transfer=row, answers={one.key: (True, "") for one in row.requirements.all()})
    step = transfers.add_step(actor=r.author, transfer=row, draft=transfers.StepDraft("Entregar el paquete", today))
    transfers.agree(actor=r.author, transfer=row, draft=transfers.AgreementDraft("Convenio", today))
    made = packages.make_package(actor=r.author, practice=practice, parts=list(packages.available(practice.institution)), transfer=row)
    give(actor=None, person=town.author, role="admin", unit=town.world.root)
    forget(town.author)
    assert packages.packages_for(town.author).get() == made
    brought = packages.bring_package(actor=town.author, content=bytes(made.content), transfer=row)
    verdicts = {p.piece.part: p.verdict for p in packages.look(actor=town.author, installation=brought)}
    assert verdicts["desk-offerings"] == "new"
    packages.install_package(actor=town.author, installation=brought, choices=Choices({"desk-teams:mesa-de-ayuda": town.world.north.pk}))
    assert Team.objects.filter(institution=town.world.institution, name="Mesa de ayuda", unit=town.world.north).exists()
    version = OfferingVersion.objects.get(institution=town.world.institution, state="published")
    assert open_ticket(actor=town.world.staff, draft=TicketDraft("El aviso", version=version, requester=town.world.staff)).due_at
    transfers.mark_step(actor=r.author, step=step, done=True)
    transfers.deliver(actor=r.author, transfer=row)
    transfers.confirm_adoption(actor=town.author, transfer=row, result="Atiende en un día", since=today)
    assert Adoption.objects.get(practice=practice).name == town.world.institution.name
    assert Practice.objects.get(pk=practice.pk).transfers == 1
