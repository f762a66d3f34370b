"""The stack in one go: many scans become letters, each in a transaction of its own, so that one that fails leaves the others.

What a person confirmed is kept (`StackRun`, `StackRow`) before anything is registered, and a task ordered with it goes on
after any kill. The key of a letter derives from its scan: however often it is sent, a scan gives one folio.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import DataError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record
from ventanilla.core.cases.terms import Term
from ventanilla.core.notices.services.telling import NoticeDraft, notify
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import LetterType, StackRow, StackRun, Upload
from ventanilla.modules.correspondence.models.letters import Direction, Order
from ventanilla.modules.correspondence.services.receipts import issue_receipt
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender
from ventanilla.modules.correspondence.services.uploads import register_with_uploads

MOST = 500
"""Documents of one run: a folder that a person can look over before it is registered, page by page."""
AT_ONCE = 10
"""Up to so many are registered while the person waits; more are left to the task, and a notice says when it is over."""


@dataclass(frozen=True)
class RowDraft:
    """A scan, and its letter's facts as JSON (see `_draft`); or the problem that keeps it from being tried."""

    upload: Upload
    facts: Mapping[str, Any]
    problem: str = ""


@transaction.atomic
def begin_run(*, actor: Person, uuid: UUID, rows: Sequence[RowDraft]) -> StackRun:
    """Keep what is to be registered and order it. Idempotent by uuid. Raises NotAllowed, and Refused without rows or for too many."""
    from ventanilla.modules.correspondence import tasks

    if not rows:
        raise Refused(_("Marque al menos un documento."))
    if len(rows) > MOST:
        raise Refused(_("Se registran hasta %(n)s documentos por vez.") % {"n": MOST})
    run, made = StackRun.objects.get_or_create(uuid=uuid, defaults={"institution_id": actor.institution_id, "person": actor})
    if run.person_id != actor.pk:
        raise NotAllowed
    if made:
        StackRow.objects.bulk_create(StackRow(run=run, upload=r.upload, title=str(r.upload.document)[:300], facts=dict(r.facts),
                                              problem=r.problem) for r in rows)
        record("letter.stack_begun", actor=actor, institution_id=run.institution_id, subject=f"stack:{run.pk}", detail={"rows": len(rows)})
        tasks.order_stack(run.pk)
    return run


def perform_run(run_id: int) -> None:
    """Register what is left of the run; safe to be killed, done again, and done by two at once."""
    run = StackRun.objects.select_related("person").get(pk=run_id)
    if run.finished_at:
        return
    for number in run.rows.filter(case=None, problem="").order_by("pk").values_list("pk", flat=True):
        _register(run.person, number)
    _finish(run)


def _register(person: Person, number: int) -> None:
    """One row, wholly or not at all; what is refused is kept as its problem."""
    try:
        with transaction.atomic():
            rows = StackRow.objects.select_for_update(of=("self",)).select_related("upload__unit__institution", "upload__document")
            row = rows.get(pk=number)
            if row.case_id or row.problem:
                return
            if row.upload is None:
                raise Refused(_("Se quitó de la pila."))
            case = register_with_uploads(actor=person, draft=_draft(row.upload, row.facts), uploads=[row.upload], documents=[])
            issue_receipt(actor=person, case=case)
            StackRow.objects.filter(pk=number).update(case=case)
    except Refused as refusal:
        _fail(number, refusal.message)
    except NotAllowed:
        _fail(number, _("Ya no puede registrar en esa unidad."))
    except (DataError, IntegrityError):
        _fail(number, _("No se pudo guardar con esos datos; regístrelo solo."))


def _fail(number: int, problem: str) -> None:
    StackRow.objects.filter(pk=number, case=None).update(problem=problem)


def letter_key(upload: Upload) -> UUID:
    """Key of the letter that a scan becomes in a run."""
    return uuid5(upload.uuid, "letter")


def _draft(upload: Upload, facts: Mapping[str, Any]) -> LetterDraft:
    kind = LetterType.objects.filter(institution_id=upload.institution_id, active=True, pk=facts["type"]).first()
    if kind is None:
        raise Refused(_("Ese tipo de documento ya no se usa; elija otro."), "type")
    side = facts.get("direction", Direction.INCOMING)  # runs begun before rows had a direction
    return LetterDraft(
        upload.unit, kind, facts["subject"], _sender(upload, side, facts["sender"]), side, facts["number"],
        date.fromisoformat(facts["dated"]) if facts.get("dated") else None, datetime.fromisoformat(facts["received_at"]),
        addressee=facts["addressee"], sheets=facts["sheets"], annexes=facts["annexes"], medium=facts["medium"], level=facts["level"],
        term=_term(kind, side, facts.get("amount")), uuid=letter_key(upload))


def _sender(upload: Upload, side: str, said: Mapping[str, Any]) -> Sender:
    """Whoever the row says; of what leaves, the unit that registers it, as of any letter that it writes."""
    if side == Direction.OUTGOING:
        return Sender(Order.INTERNAL, upload.unit.name, said["signatory"], said["post"], upload.unit)
    if said.get("unit") is None:
        return Sender(**{name: value for name, value in said.items() if name != "unit"})
    unit = Unit.objects.filter(institution_id=upload.institution_id, valid_to=None, pk=said["unit"]).first()
    if unit is None:
        raise Refused(_("La unidad que lo envía ya no existe; elija la que la sustituye."), "sender_unit")
    return Sender(**{**said, "unit": unit})


def _term(kind: LetterType, side: str, amount: int | None) -> Term | None:
    """The one written, else that of the type. What leaves has none: the days that it names are those of who receives it."""
    days = kind.amount if amount is None else amount
    return Term(days) if days and side != Direction.OUTGOING else None


@transaction.atomic
def _finish(run: StackRun) -> None:
    if not StackRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=timezone.now()) or run.rows.count() <= AT_ONCE:
        return
    done, left = run.rows.exclude(case=None).count(), run.rows.filter(case=None).count()
    title = ngettext("Se registró %(n)s documento de la pila", "Se registraron %(n)s documentos de la pila", done) % {"n": done}
    text = ngettext("Falta %(n)s, con su motivo.", "Faltan %(n)s, cada uno con su motivo.", left) % {"n": left} if left else ""
    notify(recipients=[run.person_id], draft=NoticeDraft("system", title, f"stack:{run.pk}", text,
                                                       url=reverse("letter_stack_run", args=[run.uuid])))


def problems_of(uploads: Sequence[Upload]) -> dict[int, str]:
    """Why each of these uploads was not registered the last time."""
    rows = StackRow.objects.filter(upload__in=[u.pk for u in uploads]).exclude(problem="").order_by("pk")
    return {number: problem for number, problem in rows.values_list("upload_id", "problem") if number}
