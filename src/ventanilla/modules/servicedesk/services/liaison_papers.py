"""The file of a liaison's appointment: letters and documents with number and date, matters of correspondence, and our own letter.

Practice 5, 3.3: solicitud de responsables, oficios y listas de capacitación, acuerdo de confidencialidad, oficios de cambio de enlaces.
"""
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, FolioSeries
from ventanilla.core.cases.services.numbering import take_folio
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.branding import logo_of
from ventanilla.core.orgs.services.posts import head_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text, long_date
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Liaison, LiaisonPaper, Team
from ventanilla.modules.servicedesk.services.liaisons import complete, leads
from ventanilla.modules.servicedesk.services.working import works_somewhere

Kind = LiaisonPaper.Kind
SERIES: Final = "appointment"
MASK: Final = "{unit}/ENL/{n}/{year}"
TEMPLATE: Final = "servicedesk/appointment.typ"
BY_HEADS: Final = frozenset({Kind.REQUEST, Kind.CHANGE})
"""Papers that the head of the unit files too; the others are the desk's."""
_TICKETS: Final = frozenset(flow.slug for flow in FLOWS)


@dataclass(frozen=True)
class PaperDraft:
    """A paper to file: a posted `file`, or the `folio` of a matter that the actor may read. `dated` is a local date."""

    kind: str
    dated: date
    number: str = ""
    file: Any = None
    folio: str = ""
    uuid: UUID = field(default_factory=uuid4)


def may_read(person: Person, liaison: Liaison) -> bool:
    """The desk, whoever leads the unit, and the liaison."""
    if person.institution_id != liaison.institution_id:
        return False
    return person.pk == liaison.person_id or reach_of(person).can(cap.ROUTE, liaison.unit_id) or works_somewhere(person)


def kinds_for(person: Person, liaison: Liaison) -> list[str]:
    """Which papers the person may file."""
    if person.institution_id != liaison.institution_id:
        return []
    if works_somewhere(person):
        return list(Kind.values)
    return [k.value for k in Kind if k in BY_HEADS] if leads(person, liaison.unit) else []


@transaction.atomic
def file_paper(*, actor: Person, liaison: Liaison, draft: PaperDraft) -> LiaisonPaper:
    """File a paper; idempotent by uuid. The date of an agreement or a training that was not recorded yet is recorded with it, which
    may open the account (see `liaisons.complete`).

    Raises NotAllowed, and Refused naming the field.
    """
    if draft.kind not in kinds_for(actor, liaison):
        raise NotAllowed
    if known := LiaisonPaper.objects.filter(uuid=draft.uuid, liaison=liaison).first():
        return known
    if draft.dated > timezone.localdate():
        raise Refused(_("La fecha no puede quedar en el futuro."), "dated")
    case = _matter(actor, draft)
    paper = LiaisonPaper(
        liaison=liaison, uuid=draft.uuid, kind=draft.kind, number=clean_text(draft.number)[:120] or (case.folio if case else ""),
        dated=draft.dated, case=case, document=None if case else _stored(actor, draft), at=timezone.now(), by=actor)
    _kept(paper)
    _log(actor, paper, "file")
    _recorded(actor, liaison, paper)
    return paper


def _matter(actor: Person, draft: PaperDraft) -> Case | None:
    """The matter of that folio; nothing when a file was posted."""
    folio = draft.folio.strip()
    if bool(folio) == bool(draft.file):
        raise Refused(_("Adjunte un archivo, o escriba el folio de un asunto: uno de los dos."), "file")
    if not folio:
        return None
    found = Case.objects.visible_to(actor).filter(folio=folio).exclude(kind__in=_TICKETS).order_by("-pk").first()
    if found is None:
        raise Refused(_("No hay un asunto con ese folio que usted pueda ver."), "folio")
    return found


def _stored(actor: Person, draft: PaperDraft) -> Any:
    title = f"{Kind(draft.kind).label} {draft.number}".strip()
    try:
        [version] = store(actor=actor, files=[FileDraft(draft.file.name or "archivo", draft.file.file, title=title, uuid=draft.uuid)])
    except DocumentError as problem:
        raise Refused(problem.message, "file") from problem
    return version.document


def _kept(paper: LiaisonPaper) -> None:
    try:
        with transaction.atomic():
            paper.save()
    except IntegrityError:
        raise Refused(_("Ese asunto ya está en el expediente."), "folio") from None


def _recorded(actor: Person, liaison: Liaison, paper: LiaisonPaper) -> None:
    row = Liaison.objects.get(pk=liaison.pk)
    agreement = paper.dated if paper.kind == Kind.AGREEMENT and row.agreement_at is None else None
    training = paper.dated if paper.kind == Kind.TRAINING and row.trained_at is None else None
    if row.state != Liaison.State.ENDED and (agreement or training):
        complete(actor=actor, liaison=row, agreement=agreement, training=training)


@transaction.atomic
def withdraw_paper(*, actor: Person, paper: LiaisonPaper, reason: str) -> LiaisonPaper:
    """A paper that was filed by mistake is not of the file; who did it and why stays. By the desk. Raises NotAllowed and Refused."""
    if actor.institution_id != paper.liaison.institution_id or not works_somewhere(actor):
        raise NotAllowed
    row = LiaisonPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if not clean_text(reason):
        raise Refused(_("Escriba por qué se retira del expediente."), "reason")
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_for = timezone.now(), actor, clean_text(reason)[:300]
        row.save()
        _log(actor, row, "withdraw")
    return row


def _log(actor: Person, paper: LiaisonPaper, what: str) -> None:
    record(f"servicedesk.paper_{what}", actor=actor, institution_id=actor.institution_id, subject=f"unit:{paper.liaison.unit_id}",
           detail={"liaison": paper.liaison_id, "paper": paper.pk, "kind": paper.kind, "number": paper.number, "dated": paper.dated,
                   "document": paper.document_id, "case": paper.case_id})


# --- reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filed:
    """A paper as one reader sees it: `version` is the newest of its document, `case` only when they may read it."""

    paper: LiaisonPaper
    version: DocumentVersion | None
    case: Case | None


def papers_of(person: Person, liaison: Liaison) -> list[Filed]:
    """The papers of a file that the person may read, by date; those that were withdrawn are left out. Three queries."""
    rows = list(LiaisonPaper.objects.filter(liaison=liaison, withdrawn_at=None).select_related("by").order_by("dated", "pk"))
    versions = {v.document_id: v for v in DocumentVersion.objects.filter(
        document__in=[p.document_id for p in rows if p.document_id]).select_related("blob").order_by("number")}
    cases = Case.objects.visible_to(person).in_bulk([p.case_id for p in rows if p.case_id])
    return [Filed(p, versions.get(p.document_id or 0), cases.get(p.case_id or 0)) for p in rows]


def version_of(liaison: Liaison, uuid: UUID) -> DocumentVersion | None:
    """The newest version of the document of a paper of the file."""
    rows = DocumentVersion.objects.filter(document__in=LiaisonPaper.objects.filter(liaison=liaison, uuid=uuid, withdrawn_at=None).values(
        "document"))
    return rows.select_related("document", "blob").order_by("-number").first()


# --- our own letter ------------------------------------------------------------------------------------------


@transaction.atomic
def issue_appointment(*, actor: Person, liaison: Liaison) -> LiaisonPaper:
    """The appointment letter, with a folio of the desk's series; its document is made by `compose`. Again, it is the same letter.

    By the desk, of a liaison whom the head validated. Raises NotAllowed and Refused.
    """
    if actor.institution_id != liaison.institution_id or not works_somewhere(actor):
        raise NotAllowed
    row = Liaison.objects.select_for_update(of=("self",)).select_related("unit").get(pk=liaison.pk)
    if issued := LiaisonPaper.objects.filter(liaison=row, issued=True, withdrawn_at=None).first():
        return issued
    if row.state not in (Liaison.State.VALIDATED, Liaison.State.ACTIVE):
        raise Refused(_("El nombramiento se expide cuando la jefatura ya validó, y mientras no concluya."))
    series, _made = FolioSeries.objects.select_related("unit").get_or_create(unit=desk_of(actor), slug=SERIES, defaults={
        "institution_id": row.institution_id, "mask": MASK})
    today = timezone.localdate()
    paper = LiaisonPaper.objects.create(liaison=row, kind=Kind.APPOINTMENT, number=take_folio(series, today), dated=today, issued=True,
                                        at=timezone.now(), by=actor)
    _log(actor, paper, "issue")
    return paper


def desk_of(person: Person) -> Unit:
    """The unit of the desk for which somebody of it signs: that of a team of theirs, the first level before the others."""
    teams = Team.objects.filter(institution_id=person.institution_id, active=True).select_related("unit").order_by("tier", "pk")
    mine = teams.filter(unit__in=reach_of(person).within(cap.ANSWER, cap.ROUTE, cap.REGISTER)).first()
    team = mine or teams.filter(memberships__person=person).first()
    if team is None:
        raise NotAllowed
    return team.unit


def compose(*, actor: Person, paper: LiaisonPaper) -> LiaisonPaper:
    """Make the document of an issued letter, once: the same letter again gives the same document. Raises TypesetError."""
    if not paper.issued or paper.document_id:
        return paper
    liaison = Liaison.objects.select_related("unit", "person", "validated_by", "institution").get(pk=paper.liaison_id)
    content = typeset(TEMPLATE, *letter_of(liaison, paper, desk_of(actor)), at=paper.at)
    name = f"{paper.number.replace('/', '-')}.pdf"
    with transaction.atomic():
        [version] = store(actor=actor, files=[FileDraft(name, io.BytesIO(content), title=str(paper), role="letter", uuid=paper.uuid)])
        LiaisonPaper.objects.filter(pk=paper.pk, document=None).update(document=version.document)
    return LiaisonPaper.objects.get(pk=paper.pk)


def letter_of(liaison: Liaison, paper: LiaisonPaper, desk: Unit) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Data and assets of the letter."""
    head, _acting = head_of(desk)
    logo = logo_of(liaison.institution)
    data = {
        "institution": liaison.institution.name, "unit": desk.name, "folio": paper.number, "subject": _("Nombramiento de enlace"),
        "date": long_date(paper.dated), "addressee": liaison.person.name, "place": liaison.unit.name, "logo": bool(logo),
        "signatory": head.name if head else (paper.by.name if paper.by else ""), "post": desk.name,
        "paragraphs": _paragraphs(liaison, desk)}
    return data, {"logo.png": logo} if logo else {}


def _paragraphs(liaison: Liaison, desk: Unit) -> Sequence[str]:
    validated = _day(liaison.validated_at.astimezone(timezone.get_current_timezone()).date() if liaison.validated_at else None)
    since = liaison.active_at.astimezone(timezone.get_current_timezone()).date() if liaison.active_at else None
    begins = _("a partir del %(day)s") % {"day": long_date(since)} if since else _(
        "a partir de que consten su acuerdo de confidencialidad y su capacitación")
    first = _("En atención al oficio %(letter)s, y con la validación de %(head)s del %(day)s, se le comunica que %(begins)s usted es la "
              "persona enlace de %(unit)s ante %(desk)s.") % {
        "letter": liaison.request_letter, "head": liaison.validated_by.name if liaison.validated_by else "", "day": validated,
        "begins": begins, "unit": liaison.unit.name, "desk": desk.name}
    duties = _("Como enlace, usted pide los servicios del catálogo en nombre del personal de su unidad, da seguimiento a cada solicitud y "
               "contesta la encuesta cuando se cierra. Su cuenta es personal: no se presta ni se comparte.")
    signed = liaison.agreement_at and liaison.trained_at
    papers = _("Firmó el acuerdo de confidencialidad el %(agreement)s y recibió la capacitación el %(training)s.") % {
        "agreement": _day(liaison.agreement_at), "training": _day(liaison.trained_at)} if signed else ""
    ends = _("Este nombramiento termina el %(day)s.") % {"day": long_date(liaison.until)} if liaison.until else _(
        "Este nombramiento vale hasta que su unidad comunique un cambio por oficio.")
    return [p for p in (first, duties, papers, ends) if p]


def _day(day: date | None) -> str:
    return long_date(day) if day else ""
