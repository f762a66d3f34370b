"""Requests about personal data: registered by the officer or by the person without an account, proven, answered, made effective.

Every step is a row of the spine's history and of the log. The subject of the case never names anybody: the name is only in the request.
"""
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.clocks import case_clocks_follow, govern, recount
from ventanilla.core.cases.models import Case, Clock, FolioSeries, Pause
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.cases.services import CaseDraft, open_cases
from ventanilla.core.cases.terms import Goal, Term, Wish, dues
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import Reach
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, administer, require
from ventanilla.core.privacy.flow import ANSWER, FULFIL, KIND, OFFICER, REQUEST_FLOW
from ventanilla.core.privacy.models import Denial, PersonSearch, PrivacyDesk, Receipt, Right, SubjectRequest
from ventanilla.core.privacy.services.identities import IdentityDraft, add_identity
from ventanilla.core.privacy.services.notices import leave_receipt
from ventanilla.lib.spanish import clean_text, listed

SERIES: Final = "subject-request"
MASK: Final = "ARCO/{n:04}/{year}"
CONFIDENTIAL: Final = 2
KEY_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
KEY_LENGTH: Final = 16
"""Letters of a key that nobody confuses on paper; sixteen of them are 79 bits."""
KEY_AGAIN: Final = timedelta(minutes=15)
"""For so long the same form, sent again, is answered with the same key: a double click or a lost answer must not lose it."""
LONGEST: Final = 8000


@dataclass(frozen=True)
class RequestDraft:
    """What is asked for, and for whom. `notice_id`: the version that the public form named."""

    rights: Sequence[str]
    holder: str
    details: str
    representative: str = ""
    email: str = ""
    channel: str = "counter"
    notice_id: int | None = None
    identity: Sequence[IdentityDraft] = ()
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Registered:
    """The request and the key by which it is followed; "" when it had been registered a while before."""

    request: SubjectRequest
    key: str


def relations(reach: Reach, case: Case) -> tuple[str, ...]:
    """For the core's registry of kinds."""
    return (OFFICER,) if reach.can(cap.PRIVACY_ATTEND, case.unit_id) else ()


def desk_of(institution: Institution) -> PrivacyDesk | None:
    """Who attends the requests of the institution; None until the administration says so."""
    return PrivacyDesk.objects.select_related("unit", "institution").filter(institution=institution, unit__valid_to=None).first()


@dataclass(frozen=True)
class DeskTerms:
    """The unit in charge, how to reach it, and the terms in working days with their legal source."""

    unit: Unit
    contact: str = ""
    respond_days: int = 20
    extend_days: int = 10
    fulfil_days: int = 15
    prove_days: int = 10
    identity_days: int = 10
    restarts: bool = True
    source: str = ""


@transaction.atomic
def choose_desk(*, actor: Person | None, institution: Institution, terms: DeskTerms) -> PrivacyDesk:
    """Say which unit attends the requests and by which terms; they hold for what is registered from then on.

    For who administers units and people, or publishes notices. Raises NotAllowed, Refused.
    """
    if actor is None or actor.institution_id != institution.pk:
        administer(actor, institution.pk)
    else:
        _may_choose(actor)
    if terms.unit.institution_id != institution.pk:
        raise NotAllowed
    if not terms.source.strip():
        raise Refused(_("Escriba el fundamento de los plazos."), "source")
    row, _made = PrivacyDesk.objects.update_or_create(institution=institution, defaults={**vars(terms), "contact": terms.contact.strip()})
    record("privacy.choose_desk", actor=actor, institution_id=institution.pk, subject=f"unit:{terms.unit.pk}",
           detail={k: v for k, v in vars(terms).items() if k not in ("unit", "contact")})
    return row


def _may_choose(actor: Person) -> None:
    try:
        require(actor, cap.PRIVACY_NOTICES)
    except NotAllowed:
        require(actor, cap.ADMIN_ORGS)


@transaction.atomic
def register_request(*, actor: Person | None, institution: Institution, draft: RequestDraft) -> Registered:
    """Open the request with its folio and the clock to answer. `actor` None: the person, by the public form.

    Idempotent by uuid, also when both come at once; the key is the same for `KEY_AGAIN`. Raises NotAllowed (not an officer of the unit
    in charge), Refused naming the field.
    """
    desk = desk_of(institution)
    if desk is None:
        raise Refused(_("La institución todavía no dice qué unidad atiende estas solicitudes; diríjase a su Unidad de Transparencia."))
    if actor is not None:
        require(actor, cap.PRIVACY_ATTEND, desk.unit_id)
    clean = _checked(draft)
    key = key_of(draft.uuid)
    case = _opened(actor, desk, clean, digest_of(key))
    if actor is None:
        leave_receipt(institution=institution, source=Receipt.Source.REQUEST, ref=draft.uuid, notice_id=draft.notice_id)
    row = SubjectRequest.objects.select_related("case").filter(case=case, institution=institution).first()
    if row is None:
        raise NotAllowed
    if draft.identity and not row.identities.exists():
        add_identity(actor=actor, request=row, files=draft.identity)
    told = row.key_digest == digest_of(key) and timezone.now() - case.received_at < KEY_AGAIN
    return Registered(row, key if told else "")


def _checked(draft: RequestDraft) -> RequestDraft:
    rights = [r for r in Right.values if r in draft.rights]
    if not rights:
        raise Refused(_("Elija al menos un derecho."), "rights")
    if not clean_text(draft.holder):
        raise Refused(_("Escriba el nombre de la persona titular de los datos."), "holder")
    if not clean_text(draft.details):
        raise Refused(_("Diga con sus palabras qué pide."), "details")
    if len(draft.details) > LONGEST:
        raise Refused(_("El texto admite hasta %(n)s caracteres.") % {"n": f"{LONGEST:,}"}, "details")
    _addressable(draft.email)
    return RequestDraft(rights, clean_text(draft.holder)[:200], clean_text(draft.details), clean_text(draft.representative)[:200],
                        draft.email.strip(), draft.channel, draft.notice_id, (), draft.uuid)


def _addressable(email: str) -> None:
    try:
        if email.strip():
            validate_email(email.strip())
    except ValidationError as error:
        raise Refused(_("Ese no es un correo electrónico."), "email") from error


def _opened(actor: Person | None, desk: PrivacyDesk, draft: RequestDraft, key_digest: str) -> Case:
    FolioSeries.objects.get_or_create(unit=desk.unit, slug=SERIES, defaults={"institution_id": desk.institution_id, "mask": MASK})
    words = listed([str(Right(r).label).lower() for r in draft.rights])

    def details(ids: Sequence[int], _drafts: Sequence[CaseDraft]) -> None:
        SubjectRequest.objects.bulk_create(SubjectRequest(
            case_id=i, institution_id=desk.institution_id, rights=list(draft.rights), holder=draft.holder, email=draft.email,
            representative=draft.representative, details=draft.details, channel=draft.channel, key_digest=key_digest) for i in ids)

    given = CaseDraft(KIND, desk.unit, _("Datos personales: solicitud de %(rights)s") % {"rights": words}, timezone.now(), SERIES,
                      level=CONFIDENTIAL, uuid=draft.uuid, goals=(Goal(ANSWER, Term(desk.respond_days)),), source="web")
    return open_cases(actor=actor, drafts=[given], details=details, checked=True)[0]


def key_of(form: UUID) -> str:
    """The key of the request that this form made: nobody finds it without the installation's secret, and it is not kept anywhere."""
    number = int.from_bytes(salted_hmac("privacy.key", form.hex, algorithm="sha256").digest())
    letters = []
    for _n in range(KEY_LENGTH):
        number, at = divmod(number, len(KEY_LETTERS))
        letters.append(KEY_LETTERS[at])
    return "".join(letters)


def digest_of(key: str) -> str:
    """What is kept of a key: SHA-256 of its letters, however they were typed."""
    return hashlib.sha256("".join(c for c in key.upper() if c.isalnum()).encode()).hexdigest()


def by_key(key: str, folio: str | None = None) -> SubjectRequest | None:
    """The request of that key, and of that folio where one is given; None says nothing of which of the two was wrong."""
    rows = SubjectRequest.objects.select_related("case__institution", "institution")
    found = rows.filter(key_digest=digest_of(key)).first()
    if found and folio is not None and found.case.folio.casefold() != folio.strip().casefold():
        return None
    return found


@contextmanager
def _step(actor: Person | None, request: SubjectRequest, step: str, **given: Any) -> Iterator[tuple[Moving, SubjectRequest]]:
    """A step of the request: case and request locked; when it has landed the request is saved and its clocks follow."""
    with moving(request.case, step, actor, reason=given.pop("reason", ""), given=given) as move:
        row = SubjectRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        yield move, row
        row.save()
        if REQUEST_FLOW.mode(move.step.target) == "stop":
            PersonSearch.objects.filter(request=row).delete()
        case_clocks_follow(move)


def require_proof(*, actor: Person, request: SubjectRequest, reason: str) -> SubjectRequest:
    """Ask for what is missing: proof of identity, of representation, or what is meant. The clock to answer stands still."""
    with _step(actor, request, "require", reason=reason) as (_move, row):
        return row


def admit(*, actor: Person, request: SubjectRequest, identity: str) -> SubjectRequest:
    """Identity (and representation) are proven: by what, `identity` says, never by keeping the document. The matter is in process."""
    if not clean_text(identity):
        raise Refused(_("Diga con qué se acreditó la identidad."), "identity")
    with _step(actor, request, "admit", identity=identity) as (move, row):
        row.identity, row.proven_by, row.proven_at = clean_text(identity)[:300], actor, move.at
        if move.before == "proving":
            _begin_anew(move)
        return row


def _begin_anew(move: Moving) -> None:
    """The requirement interrupts the term (where the institution's terms say so): its days are counted from now."""
    desk = PrivacyDesk.objects.filter(institution_id=move.case.institution_id).first()
    if desk is None or desk.restarts:
        for clock in Clock.objects.select_for_update().filter(case=move.case, kind=ANSWER):
            Pause.objects.filter(clock=clock).delete()
            clock.start, clock.state = move.at, "run"
            recount(clock)
            clock.save()


def lapse(*, actor: Person, request: SubjectRequest, reason: str) -> SubjectRequest:
    """What was required never came: as if the request had not been made."""
    with _step(actor, request, "lapse", reason=reason) as (_move, row):
        return row


def extend_answer(*, actor: Person, request: SubjectRequest, reason: str) -> SubjectRequest:
    """More days to answer, once. Raises Refused the second time."""
    with _step(actor, request, "extend", reason=reason) as (move, row):
        if row.extended_at:
            raise Refused(_("El plazo ya se amplió una vez, y solo se puede una."))
        desk = PrivacyDesk.objects.get(institution_id=row.institution_id)
        clocks = list(Clock.objects.select_for_update().filter(case=move.case))
        for clock in (c for c in clocks if c.kind == ANSWER):
            clock.amount = (clock.amount or 0) + desk.extend_days
            recount(clock)
            clock.save()
        govern(move.case, clocks)
        row.extended_at = move.at
        return row


def resolve(*, actor: Person, request: SubjectRequest, text: str, partial: bool = False) -> SubjectRequest:
    """It is granted (or in part): the clock to answer ends and the one to make it effective starts."""
    if not clean_text(text):
        raise Refused(_("Escriba la respuesta."), "text")
    with _step(actor, request, "resolve", text=text) as (move, row):
        row.resolution, row.partial = clean_text(text), partial
        _start_fulfilling(move)
        return row


def _start_fulfilling(move: Moving) -> None:
    days = PrivacyDesk.objects.get(institution_id=move.case.institution_id).fulfil_days
    unit = Unit.objects.select_related("institution").get(pk=move.case.unit_id)
    found = dues([Wish(unit, move.at, Term(days))])[0]
    Clock.objects.create(case=move.case, kind=FULFIL, version=found.version, start=move.at, amount=days, due_at=found.due_at,
                         amber_at=found.amber_at)


def deny(*, actor: Person, request: SubjectRequest, ground: str, reason: str) -> SubjectRequest:
    """It is denied: one of the grounds of the law, and why it applies."""
    if ground not in Denial.values:
        raise Refused(_("Elija la causa."), "ground")
    with _step(actor, request, "deny", reason=reason) as (_move, row):
        row.denial, row.resolution = ground, clean_text(reason)
        return row


def fulfil(*, actor: Person, request: SubjectRequest, text: str) -> SubjectRequest:
    """What was granted was done. Raises Refused while findings of a cancellation wait."""
    if not clean_text(text):
        raise Refused(_("Diga cómo se cumplió."), "text")
    with _step(actor, request, "fulfil", text=text) as (_move, row):
        if Right.CANCELLATION in row.rights and row.findings.filter(outcome="pending").exists():
            raise Refused(_("Quedan datos marcados sin cancelar ni bloquear: termine la cancelación, o quítelos de lo encontrado."))
        row.fulfilment = clean_text(text)
        return row


def desist(*, actor: Person | None, request: SubjectRequest, reason: str) -> SubjectRequest:
    """The person gives it up: told to the officer, or by themselves with their key (`actor` None)."""
    with _step(actor, request, "desist", reason=reason) as (_move, row):
        return row
