"""The identification that comes with a request: taken in, read by who attends it, and deleted when its term has passed.

The law asks to prove who one is, not to keep the proof: what stays is by what it was proven (`SubjectRequest.identity`).
"""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.intake import clean_name
from ventanilla.core.documents.services.screening import screened
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import IdentityFile, PrivacyDesk, SubjectRequest

ALLOWED: Final = ("application/pdf", "image/jpeg", "image/png")
MOST_FILES: Final = 4
AWAITED: Final = ("received", "proving")
"""States in which identity is still to be proven."""


@dataclass(frozen=True)
class IdentityDraft:
    """A file that was looked at and may be kept. `uuid` is client-made, where there is one."""

    name: str
    media_type: str
    content: bytes
    uuid: UUID = field(default_factory=uuid4)


def examined(files: Sequence[tuple[str, IO[bytes]]]) -> list[IdentityDraft]:
    """The files, read and looked at: before anything of the request is written. Raises Refused at `copies`."""
    if len(files) > MOST_FILES:
        raise Refused(_("Elija a lo más %(n)s archivos.") % {"n": MOST_FILES}, "copies")
    return [_examined(name, stream) for name, stream in files]


def _examined(name: str, stream: IO[bytes]) -> IdentityDraft:
    shown, content = clean_name(name), stream.read(IdentityFile.MOST_BYTES + 1)
    if not content:
        raise Refused(_("«%(name)s» está vacío: elíjalo de nuevo.") % {"name": shown}, "copies")
    if len(content) > IdentityFile.MOST_BYTES:
        raise Refused(_("«%(name)s» pesa más de 4 MB: tome la foto con menos resolución.") % {"name": shown}, "copies")
    try:
        return IdentityDraft(shown, screened(content, ALLOWED), content)
    except DocumentError as error:
        raise Refused(_("«%(name)s»: %(why)s Envíe un PDF o una foto JPEG o PNG.") % {"name": shown, "why": error}, "copies") from error


@transaction.atomic
def add_identity(*, actor: Person | None, request: SubjectRequest, files: Sequence[IdentityDraft]) -> list[IdentityFile]:
    """Keep copies of an identification. `actor` None: the person, by the public form or with their key.

    Raises NotAllowed (not who attends it), Refused: already proven, or too many.
    """
    case = lock_case(request.pk)
    if actor is not None and not SubjectRequest.objects.attended_by(actor).filter(pk=request.pk).exists():
        raise NotAllowed
    if case.state not in AWAITED:
        raise Refused(_("La identidad ya consta, o la solicitud terminó: no hace falta otra copia."), "copies")
    if request.identities.count() + len(files) > MOST_FILES:
        raise Refused(_("Ya hay %(n)s archivos de su identificación: son los que se admiten.") % {"n": MOST_FILES}, "copies")
    made = [IdentityFile.objects.create(request=request, person=actor, at=timezone.now(), **vars(one)) for one in files]
    if made:
        record("privacy.add_identity", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
               detail={"files": len(made), "bytes": sum(len(one.content) for one in made)})
    return made


@transaction.atomic
def open_identity(*, actor: Person, uuid: UUID) -> IdentityFile:
    """The file, for who attends its request; each opening is an entry of the log. Raises NotAllowed."""
    mine = SubjectRequest.objects.attended_by(actor)
    row = IdentityFile.objects.select_related("request__case").filter(uuid=uuid, request__in=mine).first()
    if row is None:
        raise NotAllowed
    record("privacy.read_identity", actor=actor, institution_id=row.request.institution_id, subject=f"case:{row.request_id}",
           case_id=row.request_id, detail={"file": row.uuid})
    return row


def forget_identities(now: datetime | None = None) -> int:
    """Delete the copies whose term has passed: so many days after identity was proven, or after the request ended. Returns how many."""
    now, gone = now or timezone.now(), 0
    for desk in PrivacyDesk.objects.all():
        before = now - timedelta(days=desk.identity_days)
        settled = Coalesce(Least("request__proven_at", "request__case__closed_at"), "request__proven_at", "request__case__closed_at")
        due = IdentityFile.objects.filter(request__institution_id=desk.institution_id).annotate(settled=settled).filter(settled__lt=before)
        for case_id in sorted(set(due.values_list("request_id", flat=True))):
            gone += _forget(case_id, desk)
    return gone


@transaction.atomic
def _forget(case_id: int, desk: PrivacyDesk) -> int:
    rows = IdentityFile.objects.select_for_update(of=("self",)).filter(request_id=case_id)
    n = len(rows.values_list("pk"))
    rows.delete()
    if n:
        record("privacy.forget_identity", actor=None, institution_id=desk.institution_id, subject=f"case:{case_id}", case_id=case_id,
               detail={"files": n, "days": desk.identity_days})
    return n
