"""Letters that leave: written from a template with their own outgoing folio, also as the answer to a turn; and their papers."""
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case, CaseLink, Turn
from ventanilla.core.cases.services import attach, attach_each, takes_files
from ventanilla.core.documents.models import Document
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, open_version, store
from ventanilla.core.documents.services.copying import copy_documents
from ventanilla.core.exports.docx import TemplateRefused, fill_docx
from ventanilla.core.exports.typeset import TypesetError, typeset
from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.posts import head_of, valid_on
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import fold, long_date
from ventanilla.modules.correspondence.models import Circular, Letter, LetterTemplate, LetterType
from ventanilla.modules.correspondence.services.directory import lines_of
from ventanilla.modules.correspondence.services.papers import with_logo
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register
from ventanilla.modules.correspondence.services.templates import ENGLISH, blocks

ANSWERS = "answers"
"""The link from a letter to the matter that it answers."""
PAPER_PROBLEMS = (TypesetError, TemplateRefused, DocumentError)
"""Why a paper may not be made now: the compiler, the template, or a Word document still to be scanned. Each says it in Spanish."""


@dataclass(frozen=True)
class OutgoingDraft:
    """A letter that a unit writes. `addressee` is how it is addressed; `addressee_unit` when it stays inside.

    `annexes` go with it; several letters written at once may name the same ones.
    """

    unit: Unit
    type: LetterType
    subject: str
    text: str
    addressee: str = ""
    addressee_unit: Unit | None = None
    template: LetterTemplate | None = None
    direction: str = "outgoing"
    uuid: UUID = field(default_factory=uuid4)
    annexes: Sequence[Document] = ()


def post_of(person: Person, unit: Unit) -> str:
    """The name of the post that the person holds today: in that unit, else in any other; empty without one."""
    held = Appointment.objects.filter(valid_on(timezone.localdate()), person=person).select_related("post")
    rows = sorted(held, key=lambda a: (a.post.unit_id != unit.pk, a.post.order, a.pk))
    return rows[0].post.title if rows else ""


def signs_as(person: Person, unit: Unit) -> str:
    """The post with which they sign in that unit: who holds none there and stands in for who does says for whom."""
    here = Appointment.objects.filter(valid_on(timezone.localdate()), post__unit=unit)
    absent = here.filter(person__in=reach_of(person).lenders).select_related("post", "person").order_by("post__order", "pk").first()
    if absent is None or here.filter(person=person).exists():
        return post_of(person, unit)
    return f"En suplencia de {absent.person.name}, {absent.post.title}"


@transaction.atomic
def write_letters(*, actor: Person, drafts: Sequence[OutgoingDraft], circular: Circular | None = None) -> list[Case]:
    """Register outgoing letters with consecutive folios. Raises NotAllowed; Refused: no text, a template of another unit."""
    for draft in drafts:
        if not draft.text.strip():
            raise Refused(_("Escriba el texto del oficio."), "text")
        if draft.template and draft.template.unit_id not in (None, draft.unit.pk):
            raise Refused(_("Esa plantilla es sólo para otra unidad; elija otra."), "template")
    posts = {unit: signs_as(actor, unit) for unit in {d.unit for d in drafts}}
    cases = register(actor=actor, drafts=[
        LetterDraft(
            d.unit, d.type, d.subject, Sender("internal", d.unit.name, actor.name, posts[d.unit], d.unit), d.direction,
            addressee=d.addressee or (d.addressee_unit.name if d.addressee_unit else ""), addressee_unit=d.addressee_unit,
            text=d.text, letter={"template": d.template, "circular": circular}, uuid=d.uuid) for d in drafts])
    _annex(actor, cases, drafts)
    return cases


def _annex(actor: Person, cases: Sequence[Case], drafts: Sequence[OutgoingDraft]) -> None:
    """Each letter gets documents of its own: the first the annexes themselves, the others copies. One that has them is left alone."""
    known = Attachment.objects.filter(document__in={d.pk for draft in drafts for d in draft.annexes})
    taken = set(known.values_list("document_id", flat=True))
    given = set(Attachment.objects.filter(case__in=cases, role=Attachment.Role.ANNEX).values_list("case_id", flat=True)) if taken else set()
    wanted = [(case, document) for case, draft in zip(cases, drafts, strict=True) if case.pk not in given for document in draft.annexes]
    firsts = {document.pk: case.pk for case, document in reversed(wanted) if document.pk not in taken}
    again = [document for case, document in wanted if firsts.get(document.pk) != case.pk]
    copies = iter(copy_documents(actor=actor, documents=again, unread=True))
    attach_each(actor=actor, given=[
        Attachment(case=case, document=d if firsts.get(d.pk) == case.pk else next(copies), role=Attachment.Role.ANNEX)
        for case, d in wanted])


@transaction.atomic
def make_paper(*, actor: Person, case: Case) -> Attachment:
    """The letter's own paper, attached once: PDF, or DOCX from a Word template (nothing here sets DOCX as PDF faithfully).

    It belongs to the letter from its folio on: one that was archived before the worker came to it gets its paper too, by the platform.
    Raises NotAllowed, and PAPER_PROBLEMS.
    """
    held = Case.objects.select_for_update(of=("self",))
    locked = held.select_related("letter__template__document", "letter__addressee_unit", "unit", "institution").get(pk=case.pk)
    made: Attachment | None = Attachment.objects.filter(case=case, role=Attachment.Role.LETTER).first()
    if made:
        return made
    name, content = _paper(locked)
    version = store(actor=actor, files=[FileDraft(name, io.BytesIO(content), role="letter")])[0]
    by = actor if takes_files(locked) else None
    return attach(actor=by, case=case, documents=[version.document], role=Attachment.Role.LETTER)[0]


def _paper(case: Case) -> tuple[str, bytes]:
    letter: Letter = case.letter
    template, stem, values = letter.template, case.folio.replace("/", "-"), values_of(case)
    if template and template.engine == "docx" and template.document:
        with open_version(template.document.latest) as stream:
            return f"{stem}.docx", fill_docx(stream.read(), word_values(values))
    if template and template.body.strip():
        return f"{stem}.pdf", set_body(case.institution, template.body, values)
    data: dict[str, Any] = {english: values[spanish] for english, spanish in ENGLISH.items()} | {"folio": case.folio}
    data["addressee"] = "\n".join(_addressed(case))
    data["paragraphs"] = [p for p in letter.text.splitlines() if p.strip()]
    return f"{stem}.pdf", typeset("letters/oficio.typ", *with_logo(case.institution, data))


def _addressed(case: Case) -> list[str]:
    """Who is addressed, a line for each part that is known apart: name, post, and unit or organisation. No text is parted by its commas."""
    letter: Letter = case.letter
    unit = letter.addressee_unit
    if unit is None or letter.addressee != unit.name:
        return lines_of(case.institution_id, letter.addressee)
    held = Appointment.objects.filter(valid_on(timezone.localtime(case.received_at).date()), post__unit=unit,
                                      post__kind=PostKind.HEAD, person__active=True)
    head = held.select_related("person", "post").order_by("post__order", "pk").first()
    if head is None:
        return [unit.name]
    own = [] if fold(unit.name).casefold() in fold(head.post.title).casefold() else [unit.name]  # «Titular de la Dirección …»
    return [head.person.name, head.post.title, *own]


def values_of(case: Case) -> dict[str, str]:
    """What the fields of a template (`templates.FIELDS`) say for this letter."""
    letter: Letter = case.letter
    link = CaseLink.objects.filter(case=case, kind=ANSWERS).select_related("other__letter").first()
    head = head_of(letter.addressee_unit)[0] if letter.addressee_unit else None
    return {
        "folio": case.folio, "fecha": long_date(timezone.localtime(case.received_at).date()), "asunto": case.subject,
        "destinatario": letter.addressee, "texto": letter.text, "firmante": letter.signatory, "cargo": letter.post,
        "cargo_destinatario": post_of(head, letter.addressee_unit) if head and letter.addressee_unit else "",
        "numero_recibido": (link.other.letter.number or link.other.folio) if link else "",
        "unidad": case.unit.name, "institucion": case.institution.name}


def word_values(values: dict[str, str]) -> dict[str, Any]:
    """The fields of a Word template: the same, and under the names of earlier versions."""
    return {**values, **{english: values[spanish] for english, spanish in ENGLISH.items()},
            "paragraphs": [p for p in values["texto"].splitlines() if p.strip()]}


def set_body(institution: Any, body: str, values: dict[str, str]) -> bytes:
    """The PDF of a template's text. Raises TypesetError."""
    data = {"institution": institution.name, "folio": values["folio"], "title": f"Oficio {values['folio']}", "blocks": blocks(body, values)}
    return typeset("letters/template.typ", *with_logo(institution, data))


@dataclass(frozen=True)
class AnswerLetter:
    """The letter by which a turn is answered. What is left empty: "Respuesta a …", the first type, the unit that sent the turn."""

    text: str
    subject: str = ""
    type: LetterType | None = None
    addressee: str = ""
    template: LetterTemplate | None = None


@transaction.atomic
def answer_letter(*, actor: Person, turn: Turn, draft: AnswerLetter, uuid: UUID) -> Case:
    """The outgoing letter by which a unit answers a turn, with its own folio and paper; linked to what it answers.

    Its key derives from the answer's, so a resend gives the same letter. Raises NotAllowed and Refused.
    """
    kind = draft.type or LetterType.objects.filter(institution_id=turn.institution_id, active=True).first()
    if kind is None:
        raise Refused(_("La institución no tiene tipos de documento; pídalos a la administración."), "letter")
    inside = draft.addressee.strip() in ("", turn.from_unit.name)
    case = write_letters(actor=actor, drafts=[OutgoingDraft(
        turn.unit, kind, draft.subject.strip() or usual_subject(turn), draft.text, draft.addressee,
        turn.from_unit if inside else None, draft.template, uuid=UUID(int=(uuid.int + 1) % 2**128))])[0]
    CaseLink.objects.get_or_create(case=case, other=turn.case, kind=ANSWERS)
    try:
        make_paper(actor=actor, case=case)
    except PAPER_PROBLEMS as problem:
        raise Refused(str(problem), "template") from problem
    return case


def usual_subject(turn: Turn) -> str:
    """What a letter that answers a turn is about, when nothing else is written."""
    return _("Respuesta a %(folio)s") % {"folio": turn.case.folio}
