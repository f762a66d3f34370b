"""Letters that leave: written from a template with their own outgoing folio, and circulars to many addressees."""
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Case, CaseLink, Turn
from ventanilla.core.cases.services import TurnDraft, attach, route, take_step
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.services import FileDraft, open_version, store
from ventanilla.core.exports.docx import fill_docx
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.lib.spanish import clean_text, long_date
from ventanilla.modules.correspondence import tasks
from ventanilla.modules.correspondence.models import Circular, Letter, LetterTemplate, LetterType
from ventanilla.modules.correspondence.services.papers import with_logo
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register

MOST = 500
"""Addressees of one circular."""


@dataclass(frozen=True)
class OutgoingDraft:
    """A letter that a unit writes. `addressee` is how it is addressed; `addressee_unit` when it stays inside."""

    unit: Unit
    type: LetterType
    subject: str
    text: str
    addressee: str = ""
    addressee_unit: Unit | None = None
    template: LetterTemplate | None = None
    direction: str = "outgoing"
    uuid: UUID = field(default_factory=uuid4)


def write_letters(*, actor: Person, drafts: Sequence[OutgoingDraft], circular: Circular | None = None) -> list[Case]:
    """Register outgoing letters with consecutive folios and order their papers. Raises NotAllowed and Refused."""
    for draft in drafts:
        if not draft.text.strip():
            raise Refused(_("Escriba el texto del oficio."), "text")
    return register(actor=actor, drafts=[
        LetterDraft(
            d.unit, d.type, d.subject, Sender("internal", d.unit.name, actor.name, "", d.unit), d.direction,
            addressee=d.addressee or (d.addressee_unit.name if d.addressee_unit else ""), addressee_unit=d.addressee_unit,
            text=d.text, letter={"template": d.template, "circular": circular}, uuid=d.uuid) for d in drafts])


@transaction.atomic
def make_paper(*, actor: Person, case: Case) -> Attachment:
    """The letter's own paper (PDF, or DOCX from an office template), attached once. Raises NotAllowed, TypesetError."""
    held = Case.objects.select_for_update(of=("self",))
    locked = held.select_related("letter__template__document", "unit", "institution").get(pk=case.pk)
    made: Attachment | None = Attachment.objects.filter(case=case, role=Attachment.Role.LETTER).first()
    if made:
        return made
    name, content = _paper(actor, locked)
    version = store(actor=actor, files=[FileDraft(name, io.BytesIO(content), role="letter")])[0]
    return attach(actor=actor, case=case, documents=[version.document], role=Attachment.Role.LETTER)[0]


def _paper(actor: Person, case: Case) -> tuple[str, bytes]:
    letter: Letter = case.letter
    data = {
        "institution": case.institution.name, "unit": case.unit.name, "folio": case.folio, "subject": case.subject,
        "date": long_date(timezone.localtime(case.received_at).date()), "addressee": letter.addressee, "text": letter.text,
        "signatory": actor.name, "post": case.unit.name, "paragraphs": [p for p in letter.text.splitlines() if p.strip()],
    }
    template = letter.template
    stem = case.folio.replace("/", "-")
    if template and template.engine == "docx" and template.document:
        with open_version(template.document.latest) as stream:
            return f"{stem}.docx", fill_docx(stream.read(), data)
    return f"{stem}.pdf", typeset("letters/oficio.typ", *with_logo(case.institution, data))


@transaction.atomic
def answer_letter(*, actor: Person, turn: Turn, text: str, template: LetterTemplate | None, uuid: UUID) -> Case:
    """The outgoing letter by which a unit answers a turn, with its own folio and paper; linked to what it answers.

    Its key derives from the answer's, so a resend gives the same letter. Raises NotAllowed and Refused.
    """
    kind = LetterType.objects.filter(institution_id=turn.institution_id, active=True).first()
    if kind is None:
        raise Refused(_("La institución no tiene tipos de documento; pídalos a la administración."), "letter")
    draft = OutgoingDraft(turn.unit, kind, _("Respuesta a %(folio)s") % {"folio": turn.case.folio}, text,
                          addressee_unit=turn.from_unit, template=template, uuid=UUID(int=(uuid.int + 1) % 2**128))
    case = write_letters(actor=actor, drafts=[draft])[0]
    make_paper(actor=actor, case=case)
    CaseLink.objects.get_or_create(case=case, other=turn.case, kind="answers")
    return case


@dataclass(frozen=True)
class CircularDraft:
    """One text to many units of the institution, for information or for action with one term."""

    unit: Unit
    type: LetterType
    subject: str
    text: str
    addressees: Sequence[Unit]
    purpose: str = "information"
    term: Term | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def send_circular(*, actor: Person, draft: CircularDraft) -> Circular:
    """Send a circular: a letter with its own consecutive folio and a turn for each addressee. Idempotent by uuid.

    Raises NotAllowed and Refused (no addressee, too many, a routing rule that refuses one of them).
    """
    require(actor, cap.ROUTE, draft.unit.pk)
    if known := Circular.objects.filter(uuid=draft.uuid).first():
        return known
    units = sorted({u.pk: u for u in draft.addressees if u.pk != draft.unit.pk}.values(), key=lambda u: (u.sort_key, u.pk))
    if not units or len(units) > MOST:
        raise Refused(_("Elija de 1 a %(n)s unidades destinatarias.") % {"n": MOST}, "addressees")
    circular = Circular.objects.create(institution_id=draft.unit.institution_id, uuid=draft.uuid, unit=draft.unit, person=actor,
                                       subject=clean_text(draft.subject), text=clean_text(draft.text), at=timezone.now())
    cases = write_letters(actor=actor, circular=circular, drafts=[
        OutgoingDraft(draft.unit, draft.type, draft.subject, draft.text, addressee_unit=unit,
                      uuid=UUID(int=(draft.uuid.int + n) % 2**128)) for n, unit in enumerate(units, 1)])
    for n, (case, unit) in enumerate(zip(cases, units, strict=True), 1):
        route(actor=actor, case=case, drafts=[TurnDraft(unit, purpose=draft.purpose, text=draft.subject[:200], term=draft.term,
                                                        uuid=UUID(int=(draft.uuid.int + 2**64 + n) % 2**128))])
        if draft.purpose == Turn.Purpose.INFORMATION:
            take_step(actor=None, case=case, step="conclude", reason=_("Circular enviada para conocimiento."))
    jobs: list[dict[str, Any]] = [{"case_id": c.pk, "person_id": actor.pk} for c in cases]
    tasks.make_paper.batch_defer(*jobs)
    record("letter.circular", actor=actor, institution_id=circular.institution_id, subject=f"circular:{circular.pk}",
           detail={"addressees": len(units), "purpose": draft.purpose, "cases": [c.pk for c in cases]})
    return circular


def circular_status(circular: Circular) -> list[tuple[Letter, Turn | None]]:
    """Each addressee's letter and its turn: folio, read receipt (who and when), answer."""
    letters = list(Letter.objects.filter(circular=circular).select_related("case", "addressee_unit").order_by("case__number"))
    turns = {t.case_id: t for t in Turn.objects.filter(case__letter__circular=circular).select_related("read_by", "unit")}
    return [(letter, turns.get(letter.case_id)) for letter in letters]
