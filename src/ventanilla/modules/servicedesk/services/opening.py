"""Opening tickets: from the catalogue by who may ask, or by an agent for somebody; one or many at once."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.models import Case, FolioSeries, Party
from ventanilla.core.cases.services import CaseDraft, attach, open_cases
from ventanilla.core.cases.telling.moves import SILENT
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.services import ValuesDraft, record_many_values
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import ASKED, CHANGES
from ventanilla.modules.servicedesk.models import (
    Change,
    ChecklistItem,
    KnownError,
    Liaison,
    OfferingVersion,
    Problem,
    Service,
    ServiceLevel,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.services.approving import ask_approvals
from ventanilla.modules.servicedesk.services.items import tie_answers
from ventanilla.modules.servicedesk.services.promising import goals_of, priority_of
from ventanilla.modules.servicedesk.services.routing import routed
from ventanilla.modules.servicedesk.services.sharing import share

SERIES: Final = "ticket"
MASK: Final = "T{yy}-{n:05}"
MAX_SUBJECT: Final = 300
MAX_TEXT: Final = 20_000


@dataclass(frozen=True)
class TicketDraft:
    """A ticket to open. With a `version` of the catalogue, team, promise, form and approvals come from it.

    `requester` asks (None: somebody without an account, named in `requester_name`); `values` are the raw answers of the form.
    `received_at` is aware.
    """

    subject: str
    version: OfferingVersion | None = None
    kind: str = "request"
    description: str = ""
    requester: Person | None = None
    requester_name: str = ""
    requester_email: str = ""
    beneficiary: Person | None = None
    beneficiary_name: str = ""
    unit: Unit | None = None
    service: Service | None = None
    team: Team | None = None
    level: ServiceLevel | None = None
    channel: str = "portal"
    impact: int | None = None
    urgency: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    value_files: Sequence[str] = ()
    documents: Sequence[Document] = ()
    parent: Case | None = None
    external_key: str = ""
    received_at: datetime = field(default_factory=timezone.now)
    source: str = "web"
    uuid: UUID = field(default_factory=uuid4)

    @cached_property
    def works(self) -> Team:
        """The team that gets it: the one that is named, that the answers choose, or of the catalogue. Raises Refused when nobody does."""
        return routed(self.version, self.values) or self.desk if self.team is None else self.team

    @property
    def desk(self) -> Team:
        """The team at which it is asked, whose people may register it. Raises Refused when there is none."""
        team = self.team or (self.version.team if self.version else None)
        if team is None:
            raise Refused(_("Elija el equipo que atenderá."), "team")
        return team

    @property
    def promise(self) -> ServiceLevel | None:
        """The service level by which it is promised."""
        return self.level or (self.version.level if self.version else None)

    @property
    def weights(self) -> tuple[int, int]:
        """Impact and urgency, those of the catalogue unless said."""
        usual = (self.version.impact, self.version.urgency) if self.version else (3, 2)
        return self.impact or usual[0], self.urgency or usual[1]


def open_ticket(*, actor: Person | None, draft: TicketDraft) -> Case:
    """One ticket; see `open_tickets`."""
    return open_tickets(actor=actor, drafts=[draft])[0]


@transaction.atomic
def open_tickets(*, actor: Person | None, drafts: Sequence[TicketDraft]) -> list[Case]:
    """Open tickets and return their cases in order, each with its folio and clocks. Idempotent by uuid.

    Raises NotAllowed, and Refused naming the field (also of the form, as `values.<key>`).
    """
    for draft in drafts:
        _check(actor, draft)
    by_uuid, liaisons, fresh = {d.uuid: d for d in drafts}, _liaisons(drafts), list[int]()

    def details(ids: Sequence[int], opened: Sequence[CaseDraft]) -> None:
        _write(ids, [by_uuid[d.uuid] for d in opened])
        fresh.extend(ids)

    _number(drafts)
    cases = open_cases(actor=actor, drafts=[_case_draft(d, liaisons) for d in drafts], details=details, checked=True)
    new = set(fresh)
    for case, draft in zip(cases, drafts, strict=True):
        if case.pk in new:
            _follow_up(actor, case, draft)
    return cases


def may_register(person: Person, team: Team) -> bool:
    """Whether the person registers what others ask of this team."""
    return reach_of(person).can(cap.REGISTER, team.unit_id) or reach_of(person).can(cap.ANSWER, team.unit_id)


def may_ask(person: Person, version: OfferingVersion) -> bool:
    """Whether the person may ask for this offering, by its audience."""
    if may_register(person, version.team):
        return True
    if version.offering.service.internal or version.audience == OfferingVersion.Audience.STAFF:
        return False
    return version.audience == OfferingVersion.Audience.EVERYBODY or liaison_units(person).exists()


def liaison_units(person: Person) -> Any:
    """The appointments by which a person asks for a unit now."""
    return Liaison.objects.filter(person=person, state=Liaison.State.ACTIVE)


def _check(actor: Person | None, draft: TicketDraft) -> None:
    if not clean_text(draft.subject):
        raise Refused(_("Escriba en pocas palabras qué se necesita."), "subject")
    if len(draft.subject) > MAX_SUBJECT or len(draft.description) > MAX_TEXT:
        raise Refused(_("El texto es demasiado largo: el título admite 300 caracteres y la descripción 20,000."), "subject")
    if draft.version and draft.version.state != "published":
        raise Refused(_("Ese servicio cambió en el catálogo; vuelva a elegirlo."), "version")
    if draft.received_at > timezone.now() + timedelta(minutes=10):
        raise Refused(_("La fecha no puede quedar en el futuro."), "received_at")
    if actor and not may_register(actor, draft.desk):
        _may_ask_for(actor, draft)


def _may_ask_for(actor: Person, draft: TicketDraft) -> None:
    """Who is not of the desk asks from the catalogue, for themselves or, as liaison, for the staff of their unit."""
    if draft.version is None or draft.kind not in ASKED or draft.requester != actor or draft.team or draft.level:
        raise NotAllowed
    if not may_ask(actor, draft.version):
        raise NotAllowed(_("Este servicio sólo lo pide el enlace de su unidad."))
    if draft.beneficiary and draft.beneficiary != actor and not liaison_units(actor).filter(unit=draft.beneficiary.unit_id).exists():
        raise NotAllowed(_("Sólo el enlace de una unidad pide para su personal."))


_ACTIVE = plans.Related(Liaison, "person", where="t.unit_id = ANY (%s::bigint[]) AND t.state = %s")


def _liaisons(drafts: Sequence[TicketDraft]) -> dict[int, Person]:
    units = {u for d in drafts if (u := _unit_of(d))}
    return {row.unit_id: row.person for row in _ACTIVE([list(units), Liaison.State.ACTIVE.value])}


def _unit_of(draft: TicketDraft) -> int | None:
    if draft.unit:
        return draft.unit.pk
    who = draft.beneficiary or draft.requester
    return who.unit_id if who else None


_NUMBERED = "SELECT unit_id FROM cases_folioseries WHERE slug = %s AND unit_id = ANY (%s::bigint[])"


def _number(drafts: Sequence[TicketDraft]) -> None:
    """The desk's numbering is made with its first ticket: one series for all kinds, so a reclassified one keeps its number.

    A second desk of the institution has a prefix of its own: T26-00001, T2-26-00001.
    """
    units = {d.works.unit_id: d.works.unit for d in drafts}
    for unit_id in set(units) - {row[0] for row in plans.rows(_NUMBERED, [SERIES, list(units)])}:
        desks = FolioSeries.objects.filter(institution_id=units[unit_id].institution_id, slug=SERIES).count()
        FolioSeries.objects.get_or_create(unit=units[unit_id], slug=SERIES, defaults={
            "institution_id": units[unit_id].institution_id, "mask": MASK if desks == 0 else f"T{desks + 1}-{MASK[1:]}"})


def _case_draft(draft: TicketDraft, liaisons: Mapping[int, Person]) -> CaseDraft:
    impact, urgency = draft.weights
    priority = priority_of(impact, urgency)
    words = " ".join(filter(None, (draft.description, draft.requester_name, draft.beneficiary_name,
                                   draft.requester.name if draft.requester else "",
                                   draft.beneficiary.name if draft.beneficiary else "")))
    liaison = liaisons.get(_unit_of(draft) or 0)
    parties = [(Party.Role.REQUESTER, draft.requester), (Party.Role.BENEFICIARY, draft.beneficiary), (Party.Role.LIAISON, liaison)]
    kind = draft.version.kind if draft.version else draft.kind
    return CaseDraft(
        kind, draft.works.unit, clean_text(draft.subject), draft.received_at, SERIES, priority, words=clean_text(words),
        uuid=draft.uuid, source=draft.source, goals=goals_of(draft.promise, draft.works, priority),
        parties=[(role.value, person) for role, person in parties if person])


def _write(ids: Sequence[int], drafts: Sequence[TicketDraft]) -> None:
    Ticket.objects.bulk_create(_ticket(i, d) for i, d in zip(ids, drafts, strict=True))
    ChecklistItem.objects.bulk_create(
        ChecklistItem(case_id=i, order=n, text=str(text)[:300])
        for i, d in zip(ids, drafts, strict=True) for n, text in enumerate(d.version.tasks if d.version else (), start=1))
    own = [(i, d) for i, d in zip(ids, drafts, strict=True) if d.version is None]
    Problem.objects.bulk_create(Problem(case_id=i) for i, d in own if d.kind == "problem")
    KnownError.objects.bulk_create(KnownError(case_id=i) for i, d in own if d.kind == "known_error")
    Change.objects.bulk_create(Change(case_id=i, institution_id=d.works.institution_id) for i, d in own if d.kind in CHANGES)


def _ticket(case_id: int, draft: TicketDraft) -> Ticket:
    impact, urgency = draft.weights
    version = draft.version
    return Ticket(
        case_id=case_id, institution_id=draft.works.institution_id, version=version, team=draft.works, level=draft.promise,
        service=draft.service or (version.offering.service if version else None), requester=draft.requester,
        requester_name=clean_text(draft.requester_name)[:200], requester_email=draft.requester_email[:254],
        unit_id=_unit_of(draft), beneficiary=draft.beneficiary, beneficiary_name=clean_text(draft.beneficiary_name)[:200],
        channel=draft.channel, impact=impact, urgency=urgency, description=clean_text(draft.description),
        parent=draft.parent, external_key=draft.external_key)


def _follow_up(actor: Person | None, case: Case, draft: TicketDraft) -> None:
    """Answers of the form, files, and authorisations that the offering asks for."""
    if draft.version and draft.version.form:
        inside = actor is None or may_register(actor, draft.desk)
        answers = ValuesDraft(case, draft.version.form, draft.values, draft.value_files, private=inside)
        [said] = record_many_values(actor=actor, drafts=[answers])
        tie_answers([(said, draft.version.form)], fresh=True)
    if draft.documents:
        attach(actor=actor, case=case, documents=draft.documents, role="annex")
    if draft.version and draft.version.approvals:
        ask_approvals(actor=None, case=case, wanted=draft.version.approvals)
    elif draft.works.automatic and draft.source not in SILENT:
        share(case)
