"""Transfers: asked by letter, checked against 5.3, agreed, carried out in steps, confirmed by the taker, who then stands in 5.1.1.

A taker of this installation has a case of its own: verbs of one side move both, in one transaction, the giver's case locked first.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.cases.services import CaseDraft, attach, open_cases, take_step
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.modules.practices.flow import AUTHOR, KEEPER
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Adoption, Practice, PracticeState, Requirement, Transfer, TransferStep
from ventanilla.modules.practices.models.transfers import Level
from ventanilla.modules.practices.services.lifecycle_relations import admit, holders, let_in, must, numbering

ASKED, TAKEN = "practice-transfer", "practice-adoption"
MASK, TAKEN_MASK = "BP-TRA-{unit}-{n:03}/{year}", "BP-ADO-{unit}-{n:03}/{year}"
ANSWER_DAYS: Final = 10
NEEDS: Final = ("requisito_gestion", "requisito_normatividad", "requisito_tecnologicos", "requisito_materiales", "requisito_humanos")
FORM_LEVELS: Final = {"total": "total", "partial": "parcial", "advice": "asesoria", "support": "apoyo"}


@dataclass(frozen=True)
class TransferDraft:
    """What is asked for. `unit`: the unit of this installation that asks; without it, the name of who asks from outside."""

    level: str
    letter: str
    sphere: str
    unit: Unit | None = None
    name: str = ""
    contact: str = ""
    reason: str = ""
    documents: Sequence[Document] = ()
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def ask_transfer(*, actor: Person, practice: Practice, draft: TransferDraft) -> Transfer:
    """Ask for a practice by letter: the taker's case and the giver's are opened together. Idempotent by uuid.

    With a unit, for who documents practices of it; without, for the giver, who registers a letter from outside. Raises NotAllowed, Refused.
    """
    known = Transfer.objects.filter(case__uuid=draft.uuid, practice=practice).first()
    if known:
        return known
    row = Practice.objects.select_related("unit", "institution", "owner").get(pk=practice.pk)
    _may_ask(actor, row, draft)
    taken = _taker_case(actor, row, draft) if draft.unit else None
    return _giver_case(actor, row, draft, taken)


def _may_ask(actor: Person, practice: Practice, draft: TransferDraft) -> None:
    if practice.state != PracticeState.REGISTERED or not Practice.objects.visible_to(actor).filter(pk=practice.pk).exists():
        raise NotAllowed
    if practice.transferable is False:
        raise Refused(_("Esta práctica dice que no es transferible."))
    if draft.level not in Level.values:
        raise Refused(_("Elija el nivel de la transferencia."), "level")
    if not draft.letter.strip():
        raise Refused(_("Escriba el número del oficio de solicitud."), "letter")
    if draft.unit is None:
        _noted_by_giver(actor, practice, draft)
    else:
        _asked_by_taker(actor, practice, draft.unit)


def _noted_by_giver(actor: Person, practice: Practice, draft: TransferDraft) -> None:
    must(actor, practice, AUTHOR, KEEPER)
    if not draft.name.strip():
        raise Refused(_("Escriba quién la solicita."), "name")


def _asked_by_taker(actor: Person, practice: Practice, unit: Unit) -> None:
    if unit.institution_id != actor.institution_id:
        raise NotAllowed
    require(actor, cap.PRACTICE_WRITE, unit.pk)
    if unit.institution_id == practice.institution_id:
        raise Refused(_("La práctica ya es de su institución."))


def _taker_case(actor: Person, practice: Practice, draft: TransferDraft) -> Case:
    unit = draft.unit
    assert unit is not None
    numbering(unit, TAKEN, TAKEN_MASK)
    given = CaseDraft("practice_adoption", unit, _("Adoptar: %(name)s") % {"name": practice.title}, timezone.now(), TAKEN,
                      words=f"{practice.agency} {draft.letter}", uuid=UUID(int=draft.uuid.int ^ 1), assignee=actor)
    return open_cases(actor=actor, drafts=[given], details=_nothing, checked=True)[0]


def _nothing(_ids: Sequence[int], _drafts: Sequence[CaseDraft]) -> None:
    """The taker's case has its details in the giver's transfer."""


def _giver_case(actor: Person, practice: Practice, draft: TransferDraft, taken: Case | None) -> Transfer:
    numbering(practice.unit, ASKED, MASK)
    name = draft.unit.institution.name if draft.unit else draft.name.strip()
    here = actor if actor.institution_id == practice.institution_id else None

    def details(ids: Sequence[int], _drafts: Sequence[CaseDraft]) -> None:
        Transfer.objects.bulk_create(
            Transfer(case_id=i, institution_id=practice.institution_id, practice=practice, adoption=taken, sphere=draft.sphere,
                     level=draft.level,
                     taker_id=draft.unit.institution_id if draft.unit else None, taker_unit=draft.unit, taker_name=name[:200],
                     letter=draft.letter.strip()[:120], contact=draft.contact.strip()[:300], reason=draft.reason.strip()) for i in ids)

    given = CaseDraft("practice_transfer", practice.unit, _("%(who)s solicita: %(name)s") % {"who": name, "name": practice.title},
                      timezone.now(), ASKED, words=draft.letter, uuid=draft.uuid, goals=(Goal("answer", Term(ANSWER_DAYS)),),
                      assignee=practice.owner)
    case = open_cases(actor=here, drafts=[given], details=details, checked=True)[0]
    if taken:
        CaseLink.objects.get_or_create(case=taken, other=case, kind="mirrors")
    if draft.documents:
        attach(actor=actor, case=taken or case, documents=draft.documents, role="letter")
    transfer = Transfer.objects.get(case=case)
    _checklist(transfer)
    admit(case, holders(cap.PRACTICE_REGISTRY, practice.unit))
    return transfer


def _checklist(transfer: Transfer) -> None:
    """The five requirements of 5.3 as the practice states them."""
    practice = transfer.practice
    revision = practice.current or practice.revisions.order_by("-number").first()
    values = revision.values if revision else {}
    form = definition(revision.generation if revision else practice.generation)
    Requirement.objects.bulk_create([
        Requirement(transfer=transfer, key=key, label=form.fields[key].label[:120], needed=str(values.get(key) or "")) for key in NEEDS
        if key in form.fields])


def side_of(transfer: Transfer, person: Person) -> str:
    """"taker", "giver" or "": by which of its two cases the person reads the transfer."""
    if transfer.adoption_id and Case.objects.visible_to(person).filter(pk=transfer.adoption_id).exists():
        return "taker"
    return "giver" if Case.objects.visible_to(person).filter(pk=transfer.case_id).exists() else ""


def _lock(transfer: Transfer) -> Transfer:
    """The row with both cases locked, the giver's first."""
    row = Transfer.objects.select_for_update(of=("self",)).select_related("practice__unit", "case", "adoption").get(pk=transfer.pk)
    lock_case(row.case_id)
    if row.adoption_id:
        lock_case(row.adoption_id)
    return row


def _mirror(row: Transfer, step: str, reason: str = "") -> None:
    if row.adoption:
        take_step(actor=None, case=row.adoption, step=step, reason=reason)


@transaction.atomic
def accept_transfer(*, actor: Person, transfer: Transfer) -> Transfer:
    """The giver takes the request up: the checklist can be answered. Raises NotAllowed, Refused."""
    row = _lock(transfer)
    let_in(row.case, actor)
    take_step(actor=actor, case=row.case, step="accept")
    return row


@transaction.atomic
def decline_transfer(*, actor: Person, transfer: Transfer, reason: str) -> Transfer:
    """The giver says no, with the reason. Raises NotAllowed, Refused."""
    row = _lock(transfer)
    let_in(row.case, actor)
    take_step(actor=actor, case=row.case, step="decline", reason=reason)
    _mirror(row, "turn_down", reason)
    return row


@transaction.atomic
def check_requirements(*, actor: Person, transfer: Transfer, answers: Mapping[str, tuple[bool | None, str]]) -> Transfer:
    """Answer the checklist (by key: met or not, and a note): the taker for itself, or the giver of one outside. Raises NotAllowed,
    Refused.
    """
    row = _lock(transfer)
    _of_a_side(actor, row, outside=True)
    if row.case.state not in ("requested", "preparing"):
        raise Refused(_("Los requisitos se responden antes del convenio."))
    for one in row.requirements.filter(key__in=list(answers)):
        one.met, note = answers[one.key]
        one.note = note.strip()[:500]
        one.save(update_fields=["met", "note"])
    _log("requirements", actor, row, {key: met for key, (met, _note) in answers.items()})
    return row


def _of_a_side(actor: Person, row: Transfer, outside: bool = False) -> str:
    """Which side acts. With `outside`, only the taker may, and the giver where the taker is not of this installation."""
    side = side_of(row, actor)
    if side == "taker" and row.adoption and not reach_of(actor).can(cap.PRACTICE_WRITE, row.adoption.unit_id) \
            and row.adoption.registrar_id != actor.pk:
        raise NotAllowed
    if side == "giver":
        must(actor, row.practice, AUTHOR, KEEPER)
    if not side or (outside and side == "giver" and row.adoption_id):
        raise NotAllowed
    return side


def _log(verb: str, actor: Person, row: Transfer, detail: dict[str, Any]) -> None:
    record(f"practice_transfer.{verb}", actor=actor, institution_id=row.institution_id, subject=f"case:{row.case_id}", case_id=row.case_id,
           detail=detail)


@dataclass(frozen=True)
class AgreementDraft:
    """The agreement: its number or name, the local day it was signed, its file."""

    agreement: str
    agreed_on: date
    document: Document | None = None


@transaction.atomic
def agree(*, actor: Person, transfer: Transfer, draft: AgreementDraft) -> Transfer:
    """Note the agreement; work begins on both sides. Raises NotAllowed; Refused while the checklist or the steps are missing."""
    row = _lock(transfer)
    let_in(row.case, actor)
    if not draft.agreement.strip():
        raise Refused(_("Escriba el convenio o acuerdo."), "agreement")
    if draft.agreed_on > timezone.localdate():
        raise Refused(_("La fecha del convenio no puede quedar en el futuro."), "agreed_on")
    if row.requirements.filter(met=None).exists():
        raise Refused(_("Falta responder los requisitos de la lista 5.3."))
    if not row.steps.exists():
        raise Refused(_("Escriba al menos un paso con su fecha."))
    take_step(actor=actor, case=row.case, step="agree", detail={"agreement": draft.agreement.strip()})
    row.agreement, row.agreed_on, row.document = draft.agreement.strip()[:200], draft.agreed_on, draft.document
    row.save(update_fields=["agreement", "agreed_on", "document"])
    if draft.document:
        attach(actor=actor, case=row.case, documents=[draft.document], role="annex")
    _mirror(row, "begin")
    return row


@dataclass(frozen=True)
class StepDraft:
    """Something to be done by a local day, by the giver or by the taker."""

    text: str
    due_on: date
    by_taker: bool = False
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def add_step(*, actor: Person, transfer: Transfer, draft: StepDraft) -> TransferStep:
    """Add a step; either side may. Idempotent by uuid. Raises NotAllowed, Refused."""
    row = _lock(transfer)
    _of_a_side(actor, row)
    if row.case.state not in ("preparing", "running"):
        raise Refused(_("Los pasos se escriben mientras la transferencia se prepara o está en marcha."))
    if not draft.text.strip():
        raise Refused(_("Escriba qué se hará."), "text")
    known = TransferStep.objects.filter(uuid=draft.uuid, transfer=row).first()
    step = known or TransferStep.objects.create(transfer=row, uuid=draft.uuid, order=row.steps.count() + 1, text=draft.text.strip()[:300],
                                                due_on=draft.due_on, by_taker=draft.by_taker)
    _log("step", actor, row, {"step": step.pk, "due": step.due_on, "by_taker": step.by_taker})
    return step


@transaction.atomic
def mark_step(*, actor: Person, step: TransferStep, done: bool) -> TransferStep:
    """Mark a step as done today, or not; whoever it belongs to (of a taker outside, the giver). Raises NotAllowed, Refused."""
    row = _lock(step.transfer)
    side = _of_a_side(actor, row)
    if row.case.closed_at or (row.adoption_id and side != ("taker" if step.by_taker else "giver")):
        raise Refused(_("Ese paso le toca a la otra parte."))
    one = TransferStep.objects.select_for_update().get(pk=step.pk)
    one.done_on, one.done_by = (timezone.localdate(), actor) if done else (None, None)
    one.save(update_fields=["done_on", "done_by"])
    _log("step_done", actor, row, {"step": one.pk, "done": done})
    return one


@transaction.atomic
def deliver(*, actor: Person, transfer: Transfer) -> Transfer:
    """The giver says that everything was handed over; the taker confirms. Raises NotAllowed; Refused while steps of the giver are open."""
    row = _lock(transfer)
    let_in(row.case, actor)
    if row.steps.filter(done_on=None, by_taker=False).exists():
        raise Refused(_("Quedan pasos suyos sin hacer."))
    take_step(actor=actor, case=row.case, step="deliver")
    _mirror(row, "receive")
    return row


@transaction.atomic
def object_delivery(*, actor: Person, transfer: Transfer, reason: str) -> Transfer:
    """The taker says what is missing; it is under way again. Raises NotAllowed, Refused."""
    row = _lock(transfer)
    if row.adoption is None:
        raise NotAllowed
    take_step(actor=actor, case=row.adoption, step="object", reason=reason)
    take_step(actor=None, case=row.case, step="object", reason=reason)
    return row


@transaction.atomic
def confirm_adoption(*, actor: Person, transfer: Transfer, result: str, since: date) -> Adoption:
    """The taker confirms that the practice works there since a local day, with the result; it stands in 5.1.1 from now on.

    Of a taker outside, the giver notes it. Raises NotAllowed, Refused.
    """
    row = _lock(transfer)
    if not result.strip():
        raise Refused(_("Escriba qué resultado dio la adopción."), "result")
    if since > timezone.localdate():
        raise Refused(_("La fecha no puede quedar en el futuro."), "since")
    if row.adoption:
        take_step(actor=actor, case=row.adoption, step="adopt", reason=result)
        take_step(actor=None, case=row.case, step="confirm", reason=result)
    else:
        take_step(actor=actor, case=row.case, step="confirm", reason=result)
    row.result = result.strip()
    row.save(update_fields=["result"])
    return _adopted(actor, row, since)


def _adopted(actor: Person, row: Transfer, since: date) -> Adoption:
    made = Adoption.objects.create(
        institution_id=row.institution_id, practice=row.practice, transfer=row, taker_id=row.taker_id, name=row.taker_name,
        sphere=row.sphere,
        level=row.level, since=since, result=row.result, recorded_by=actor, recorded_at=timezone.now())
    count = Adoption.objects.filter(practice=row.practice).count()
    Practice.objects.filter(pk=row.practice_id).update(transfers=count, updated_at=timezone.now())
    return made


@transaction.atomic
def cancel_transfer(*, actor: Person, transfer: Transfer, reason: str) -> Transfer:
    """Either side gives it up, with the reason. Raises NotAllowed, Refused."""
    row = _lock(transfer)
    if row.adoption and side_of(row, actor) == "taker":
        take_step(actor=actor, case=row.adoption, step="cancel", reason=reason)
        take_step(actor=None, case=row.case, step="cancel", reason=reason)
        return row
    let_in(row.case, actor)
    take_step(actor=actor, case=row.case, step="cancel", reason=reason)
    _mirror(row, "cancel", reason)
    return row
