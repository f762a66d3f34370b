"""Invitations: a link with a random secret of 256 bits, of which only the SHA-256 is kept, good once and until a day."""
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record, record_many
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import InstrumentVersion, Response, ResponseState
from ventanilla.core.questionnaires.services.records import published_version

DAYS = 30


@dataclass(frozen=True)
class InvitationDraft:
    """Whom to ask what: a form by its slug (its published version), about a case or not; answered until `days` from now."""

    instrument: str
    institution_id: int
    case: Case | None = None
    respondent: Person | None = None
    channel: str = "link"
    days: int = DAYS
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Invitation:
    """The response that waits, and the secret of its link; "" when it had been invited before (see `renew`)."""

    response: Response
    secret: str

    @property
    def path(self) -> str:
        """Where it is answered; "" without the secret."""
        return f"/encuesta/{self.secret}/" if self.secret else ""


def digest_of(secret: str) -> str:
    """What is kept of a secret: SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(*, actor: Person | None, drafts: Sequence[InvitationDraft]) -> list[Invitation]:
    """Invitations in order, one per draft; idempotent by uuid. The module sends the links.

    Raises NotAllowed (the case is not visible; without a case: who neither measures nor keeps forms), Refused when a form has
    no published version or is out of use.
    """
    _may_invite(actor, drafts)
    known = {r.uuid: r for r in Response.objects.filter(uuid__in=[d.uuid for d in drafts])}
    fresh = [d for d in drafts if d.uuid not in known]
    versions = {(d.institution_id, d.instrument): None for d in fresh}
    found = {key: published_version(institution_id=key[0], instrument=key[1]) for key in versions}
    keys = {d.uuid: secrets.token_urlsafe(32) for d in fresh}
    made = Response.objects.bulk_create(_response(d, found[d.institution_id, d.instrument], keys[d.uuid]) for d in fresh)
    record_many([_line(actor, r) for r in made])
    known |= {r.uuid: r for r in made}
    return [Invitation(known[d.uuid], keys.get(d.uuid, "")) for d in drafts]


def _may_invite(actor: Person | None, drafts: Sequence[InvitationDraft]) -> None:
    if actor is None:
        return
    cases = {d.case.pk for d in drafts if d.case}
    if any(d.institution_id != actor.institution_id for d in drafts):
        raise NotAllowed
    if Case.objects.visible_to(actor).filter(pk__in=cases).count() != len(cases):
        raise NotAllowed
    reach = reach_of(actor)
    if any(d.case is None for d in drafts) and not (reach.can(cap.MEASURE) or reach.can(cap.ADMIN_CATALOGUES)):
        raise NotAllowed


def _response(draft: InvitationDraft, version: InstrumentVersion, secret: str) -> Response:
    now = timezone.now()
    return Response(institution_id=draft.institution_id, uuid=draft.uuid, instrument_id=version.instrument_id, version=version,
                    case=draft.case, respondent=draft.respondent, channel=draft.channel, token_digest=digest_of(secret),
                    invited_at=now, expires_at=now + timedelta(days=draft.days))


def _line(actor: Person | None, response: Response) -> Line:
    return Line("questionnaires.invite", response.institution_id, f"response:{response.pk}", actor.pk if actor else None, response.case_id,
                detail={"instrument": response.instrument_id, "version": response.version_id, "until": response.expires_at})


@transaction.atomic
def renew(*, actor: Person | None, response: Response, days: int = DAYS) -> Invitation:
    """A new secret and a new last day for an open response; the old link stops working. Raises NotAllowed, Refused."""
    row = _open_row(actor, response)
    secret = secrets.token_urlsafe(32)
    row.token_digest, row.expires_at = digest_of(secret), timezone.now() + timedelta(days=days)
    row.save(update_fields=["token_digest", "expires_at"])
    record("questionnaires.renew", actor=actor, institution_id=row.institution_id, subject=f"response:{row.pk}", case_id=row.case_id,
           detail={"until": row.expires_at})
    return Invitation(row, secret)


@transaction.atomic
def void(*, actor: Person | None, response: Response, reason: str) -> Response:
    """Annul a response, answered or not: it no longer counts anywhere. Raises NotAllowed, Refused (no reason)."""
    if not reason.strip():
        raise Refused(_("Escriba el motivo."), "reason")
    row = _seen(actor, response)
    if row.role == "record":
        raise Refused(_("Los datos de un asunto se corrigen, no se anulan."))
    if row.state != ResponseState.VOID:
        row.state, row.void_reason = ResponseState.VOID, reason.strip()[:200]
        row.save(update_fields=["state", "void_reason"])
        row.field_values.all().delete()
        record("questionnaires.void", actor=actor, institution_id=row.institution_id, subject=f"response:{row.pk}", case_id=row.case_id,
               personal={"reason": row.void_reason})
    return row


def _seen(actor: Person | None, response: Response) -> Response:
    """The row, locked; for whoever may see its case, or keeps forms or measures when it has none (not for who answered)."""
    row = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if actor is None:
        return row
    _may_invite(actor, [InvitationDraft("", row.institution_id, row.case)])
    return row


def _open_row(actor: Person | None, response: Response) -> Response:
    row = _seen(actor, response)
    if row.state != ResponseState.OPEN:
        raise Refused(_("Esta encuesta ya se respondió o se anuló."))
    return row
