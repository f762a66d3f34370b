"""The package of a total transfer: the configuration that a practice runs on, made in one institution and installed in another."""
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.exports.packaging import Choices, Planned, install, pack, preview, unpack
from ventanilla.core.exports.packaging.registry import exported
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.modules.practices.flow import AUTHOR, KEEPER
from ventanilla.modules.practices.models import PackageInstallation, Practice, PracticePackage, Transfer
from ventanilla.modules.practices.services.lifecycle_relations import must


def available(institution: Institution) -> dict[str, int]:
    """How many pieces each part has there; parts without any are left out."""
    return dict(Counter(piece.part for piece in exported(institution)))


@transaction.atomic
def make_package(*, actor: Person, practice: Practice, parts: Sequence[str], transfer: Transfer | None = None,
                 uuid: UUID | None = None) -> PracticePackage:
    """Pack the configuration of the practice's institution, signed, for a total transfer or to keep. Idempotent by uuid.

    Raises NotAllowed; Refused without a piece, or for a transfer that is not total or has ended.
    """
    must(actor, practice, AUTHOR, KEEPER)
    key = uuid or uuid4()
    if known := PracticePackage.objects.filter(uuid=key, practice=practice).first():
        return known
    if transfer and (transfer.practice_id != practice.pk or transfer.level != "total" or transfer.case.closed_at):
        raise Refused(_("El paquete acompaña a una transferencia total que siga en curso."))
    pieces = list(exported(practice.institution, parts)) if parts else []
    if not pieces:
        raise Refused(_("Elija al menos una parte que tenga contenido."), "parts")
    now = timezone.now()
    content = pack(uuid=key, name=practice.title, source=practice.institution.name, made_at=now, pieces=pieces)
    row = PracticePackage.objects.create(
        institution_id=practice.institution_id, practice=practice, transfer=transfer, uuid=key, name=practice.title[:200], content=content,
        digest=hashlib.sha256(content).hexdigest(), counts=dict(Counter(p.part for p in pieces)), made_by=actor, made_at=now)
    record("practices.package", actor=actor, institution_id=practice.institution_id, subject=f"practice:{practice.pk}",
           detail={"package": str(key), "digest": row.digest, "counts": row.counts, "transfer": transfer.pk if transfer else None})
    return row


def packages_for(person: Person) -> QuerySet[PracticePackage]:
    """Packages that the person may take: of practices that they document, and of transfers to their institution that they read."""
    mine = Practice.objects.writable_by(person).values("pk")
    taken = Case.objects.visible_to(person).filter(kind="practice_adoption").values("pk")
    return PracticePackage.objects.filter(Q(practice__in=mine) | Q(transfer__adoption__in=taken)).select_related("practice", "transfer")


@transaction.atomic
def bring_package(*, actor: Person, content: bytes, transfer: Transfer | None = None) -> PackageInstallation:
    """Bring a package into the actor's institution to look at it; nothing is installed. The same file again is the same row.

    Raises NotAllowed, Refused (not a package, altered).
    """
    require(actor, cap.ADMIN_CATALOGUES)
    bundle = unpack(content)
    if transfer and transfer.taker_id != actor.institution_id:
        raise NotAllowed
    row, made = PackageInstallation.objects.get_or_create(
        institution_id=actor.institution_id, digest=hashlib.sha256(content).hexdigest(), defaults={
            "transfer": transfer, "name": bundle.name, "source": bundle.source, "content": content, "person": actor, "at": timezone.now()})
    if made:
        record("practices.package_bring", actor=actor, institution_id=actor.institution_id, subject=f"installation:{row.pk}",
               detail={"name": bundle.name, "source": bundle.source, "digest": row.digest, "own": bundle.own, "key": bundle.fingerprint})
    return row


def installations_of(person: Person) -> QuerySet[PackageInstallation]:
    """Packages brought into the person's institution, for who keeps its catalogues."""
    from ventanilla.core.orgs.reach import reach_of

    rows = PackageInstallation.objects.filter(institution_id=person.institution_id).select_related("person")
    return rows.defer("content") if reach_of(person).can(cap.ADMIN_CATALOGUES) else rows.none()


def look(*, actor: Person, installation: PackageInstallation) -> list[Planned]:
    """What installing would do now, piece by piece; writes nothing. Raises NotAllowed, Refused."""
    return preview(actor=actor, institution=actor.institution, bundle=unpack(bytes(installation.content)))


@transaction.atomic
def install_package(*, actor: Person, installation: PackageInstallation, choices: Choices) -> dict[str, list[str]]:
    """Install what was chosen, all of it or nothing; again it finds everything the same. Raises NotAllowed, Refused."""
    row = PackageInstallation.objects.select_for_update(of=("self",)).get(pk=installation.pk)
    if row.institution_id != actor.institution_id:
        raise NotAllowed
    report = install(actor=actor, institution=actor.institution, bundle=unpack(bytes(row.content)), choices=choices)
    kept: dict[str, Any] = {"units": dict(choices.units), "actions": dict(choices.actions)}
    row.report, row.choices, row.installed_at, row.person = report, kept, timezone.now(), actor
    row.save(update_fields=["report", "choices", "installed_at", "person"])
    return report
