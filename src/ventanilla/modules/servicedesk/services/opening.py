"""Opening tickets: from the catalogue by who may ask, or by an agent for somebody; one or many at once."""
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans, settled
from ventanilla.core.cases.models import Case, FolioSeries, Party
from ventanilla.core.cases.moving import Moving, write_history
from ventanilla.core.cases.services import CaseDraft, attach, open_cases
from ventanilla.core.cases.telling.moves import SILENT
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.plans import insert, new
from ventanilla.core.questionnaires.services import ValuesDraft, record_many_values
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import ASKED, CHANGES
from ventanilla.modules.servicedesk.models import (
    AssignmentRule,
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
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.services.approving import ask_approvals
from ventanilla.modules.servicedesk.services.items import tie_answers
from ventanilla.modules.servicedesk.services.kinds import (
    ChangeFacts,
    at_the_desk,
    new_change,
    require_facts,
    require_kind,
    works_in_unit,
)
from ventanilla.modules.servicedesk.services.promising import goals_of, kind_levels, priority_of
from ventanilla.modules.servicedesk.services.routing import routed
from ventanilla.modules.servicedesk.services.rules.assigning.deciding import Ruling, rules_of, ruling_for
from ventanilla.modules.servicedesk.services.rules.assigning.facts import Lookups, Wanted
from ventanilla.modules.servicedesk.services.rules.assigning.placing import Newcomer, place_new

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
    beneficiary_email: str = ""
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
    change: ChangeFacts | None = None
    external_key: str = ""
    received_at: datetime = field(default_factory=timezone.now)
    source: str = "web"
    uuid: UUID = field(default_factory=uuid4)
    ruling: Ruling | None = None

    @property
    def works(self) -> Team:
        """The team that gets it: that of the rule which fits, else as `chosen`. Raises Refused when nobody does."""
        return self.ruling.team if self.ruling else self.chosen

    @cached_property
    def chosen(self) -> Team:
        """The team that is named, that the answers choose, or of the catalogue. Raises Refused when there is none."""
        return routed(self.version, self.values) or self.desk if self.team is None else self.team

    @property
    def free(self) -> bool:
        """Whether rules of assignment decide: nobody named a team (that of a mailbox is only where it came in)."""
        return (self.team is None or self.source == "mail") and self.source not in SILENT

    @property
    def desk(self) -> Team:
        """The team at which it is asked, whose people may register it. Raises Refused when there is none."""
        team = self.team or (self.version.team if self.version else None)
        if team is None:
            raise Refused(_("Elija el equipo que atenderá."), "team")
        return team

    @property
    def shared(self) -> bool:
        """Whether somebody may get it by itself at once: nobody has to authorise it, and a rule fits or the team shares."""
        waits = self.version and self.version.approvals
        return not waits and bool(self.ruling or (self.works.automatic and self.source not in SILENT))

    @property
    def brings(self) -> bool:
        """Whether answers of a form or files come with it."""
        return self.answered or bool(self.documents)

    @property
    def answered(self) -> bool:
        """Whether the form of the offering was put to somebody: a mail answers none (the desk may, by correcting)."""
        return bool(self.version and self.version.form_id) and (self.source != "mail" or bool(self.values))

    @property
    def promise(self) -> ServiceLevel | None:
        """The service level by which it is promised."""
        return self.level or (self.version.level if self.version else None)

    @property
    def by_kind(self) -> bool:
        """Whether the level of its kind promises it: a problem or a change for which nobody named one, and no import."""
        return self.promise is None and self.version is None and self.kind in OWN_KINDS and self.source not in SILENT

    @property
    def weights(self) -> tuple[int, int]:
        """Impact and urgency, those of the catalogue unless said."""
        usual = (self.version.impact, self.version.urgency) if self.version else (3, 2)
        return self.impact or usual[0], self.urgency or usual[1]


def open_ticket(*, actor: Person | None, draft: TicketDraft) -> Case:
    """One ticket; see `open_tickets`."""
    return open_tickets(actor=actor, drafts=[draft])[0]


def open_tickets(*, actor: Person | None, drafts: Sequence[TicketDraft], whole: bool = False) -> list[Case]:
    """Open tickets and return their cases in order, each with its folio and clocks. Idempotent by uuid.

    `whole`: when it is refused, the caller's transaction is given up too, so it needs no savepoint. Raises NotAllowed, and Refused
    naming the field (also of the form, as `values.<key>`).
    """
    with transaction.atomic(savepoint=not whole), settled.settled():
        return _opened(actor, drafts)


def _opened(actor: Person | None, drafts: Sequence[TicketDraft]) -> list[Case]:
    for draft in drafts:
        _check(actor, draft)
    lookups = Lookups()
    drafts = ruled(_promised(drafts), lookups)
    liaisons, opening = _liaisons(drafts), _Opening(drafts)
    numbered = _number(drafts)
    given = [replace(_case_draft(d, liaisons, lookups, _follower(actor, d)), numbered=numbered.get(d.works.unit_id)) for d in drafts]
    cases = open_cases(actor=actor, drafts=given, details=opening.details, checked=True,
                       entrust=opening.entrust)
    for case, draft in zip(cases, drafts, strict=True):
        if case.pk in opening.tickets:
            _follow_up(actor, case, draft)
            write_history(opening.later.pop(case.pk, ()))
    return cases


class _Opening:
    """Tickets while they are being opened: the rows of new ones by their number, and what their history says after what they brought."""

    def __init__(self, drafts: Sequence[TicketDraft]) -> None:
        self.drafts = {d.uuid: d for d in drafts}
        self.tickets: dict[int, Ticket] = {}
        self.later: dict[int, list[Moving]] = {}

    def details(self, ids: Sequence[int], opened: Sequence[CaseDraft]) -> None:
        """Write what the module keeps of new cases."""
        drafts = [self.drafts[d.uuid] for d in opened]
        self.tickets = {i: _ticket(i, d) for i, d in zip(ids, drafts, strict=True)}
        insert(Ticket, self.tickets.values())
        _write(ids, drafts)

    def entrust(self, cases: Sequence[Case]) -> list[Moving]:
        """Who gets them at once. What stands in the log of one that brings answers or files comes after these."""
        drafts = {c.pk: self.drafts[c.uuid] for c in cases}
        at_once = []
        for one, move in place_new([Newcomer(c, self.tickets[c.pk], drafts[c.pk].ruling) for c in cases if drafts[c.pk].shared]):
            if drafts[one.case.pk].brings:
                self.later[one.case.pk] = [move]
            else:
                at_once.append(move)
        return at_once


def may_register(person: Person, team: Team) -> bool:
    """Whether the person registers what others ask of this team."""
    return works_in_unit(reach_of(person), team.unit_id)


def _notes(actor: Person, draft: TicketDraft) -> bool:
    """Whether the desk notes what somebody else asks of another team, as the catalogue says."""
    return draft.version is not None and draft.requester != actor and not draft.team and not draft.level and (
        draft.desk.institution_id == actor.institution_id and at_the_desk(actor))


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
    if draft.source != "mail":
        require_addresses({"requester_email": draft.requester_email, "beneficiary_email": draft.beneficiary_email})
    kind = draft.version.kind if draft.version else draft.kind
    require_facts(kind, draft.desk, draft.change)
    if actor and may_register(actor, draft.desk):
        require_kind(actor, kind, draft.desk.unit_id, draft.change)
    elif actor and not _notes(actor, draft):
        _may_ask_for(actor, draft)


def require_addresses(said: Mapping[str, Any]) -> None:
    """Raises Refused, naming the field, for what is written as an address and is none."""
    for name in ("requester_email", "beneficiary_email"):
        try:
            if said.get(name):
                EmailValidator()(said[name])
        except ValidationError:
            raise Refused(_("Escriba un correo completo, como ana@ejemplo.gob.mx."), name) from None


def _may_ask_for(actor: Person, draft: TicketDraft) -> None:
    """Who is not of the desk asks from the catalogue, for themselves or, as liaison, for the staff of their unit."""
    if draft.version is None or draft.kind not in ASKED or draft.requester != actor or draft.team or draft.level:
        raise NotAllowed
    if not may_ask(actor, draft.version):
        raise NotAllowed(_("Este servicio sólo lo pide el enlace de su unidad."))
    if draft.beneficiary and draft.beneficiary != actor and not liaison_units(actor).filter(unit=draft.beneficiary.unit_id).exists():
        raise NotAllowed(_("Sólo el enlace de una unidad pide para su personal."))
    if draft.beneficiary_email and not liaison_units(actor).exists():
        raise NotAllowed(_("Sólo la mesa de servicio y los enlaces piden que se escriba a alguien sin cuenta."))


def _promised(drafts: Sequence[TicketDraft]) -> list[TicketDraft]:
    """The drafts; what the desk opens itself (problems, changes) with the service level of its kind. No query without such."""
    own = {d.desk.institution_id for d in drafts if d.by_kind}
    known = {pk: kind_levels(pk) for pk in own}
    return [replace(d, level=known[d.desk.institution_id].get(d.kind)) if d.by_kind else d for d in drafts]


def ruled(drafts: Sequence[TicketDraft], lookups: Lookups | None = None) -> list[TicketDraft]:
    """The drafts, each with the rule of assignment that fits it. One query for all of them while there are no rules."""
    lookups, known = lookups or Lookups(), dict[int, list[AssignmentRule]]()
    found = []
    for draft in drafts:
        owner = draft.desk.institution_id
        if draft.free and owner not in known:
            known[owner] = rules_of(owner)
        rules = known.get(owner) if draft.free else None
        found.append(replace(draft, ruling=ruling_for(_wanted(draft), rules, lookups)) if rules else draft)
    return found


def _wanted(draft: TicketDraft) -> Wanted:
    version, service = draft.version, draft.service or (draft.version.offering.service if draft.version else None)
    return Wanted(
        draft.desk.institution_id, version.kind if version else draft.kind, draft.subject, draft.received_at, priority_of(*draft.weights),
        draft.channel, draft.chosen, draft.promise, _unit_of(draft), service.pk if service else None,
        service.family_id if service else None, version, draft.values)


_ACTIVE = plans.Related(Liaison, "person", where="t.unit_id = ANY (%s::bigint[]) AND t.state = %s")


def _liaisons(drafts: Sequence[TicketDraft]) -> dict[int, Person]:
    units = {u for d in drafts if (u := _unit_of(d))}
    found = settled.answered(_ACTIVE, [sorted(units), Liaison.State.ACTIVE.value])
    return {row.unit_id: copy(row.person) for row in found}  # a person keeps their reach of the day: never one that others hold too


def _unit_of(draft: TicketDraft) -> int | None:
    if draft.unit:
        return draft.unit.pk
    who = draft.beneficiary or draft.requester
    return who.unit_id if who else None


_NUMBERED = plans.Related(FolioSeries, where="t.unit_id = ANY (%s::bigint[]) AND t.slug = %s")


def _number(drafts: Sequence[TicketDraft]) -> dict[int, FolioSeries]:
    """The desks' numbering in use, by unit. It is made with a desk's first ticket: one series for all kinds, so a reclassified one
    keeps its number.

    A second desk of the institution has a prefix of its own: T26-00001, T2-26-00001.
    """
    units = {d.works.unit_id: d.works.unit for d in drafts}
    found = {row.unit_id: row for row in settled.answered(_NUMBERED, [sorted(units), SERIES])}
    for unit_id in units.keys() - found.keys():
        desks = FolioSeries.objects.filter(institution_id=units[unit_id].institution_id, slug=SERIES).count()
        found[unit_id], _made = FolioSeries.objects.get_or_create(unit=units[unit_id], slug=SERIES, defaults={
            "institution_id": units[unit_id].institution_id, "mask": MASK if desks == 0 else f"T{desks + 1}-{MASK[1:]}"})
    return {unit_id: row for unit_id, row in found.items() if row.active}


def _follower(actor: Person | None, draft: TicketDraft) -> Person | None:
    """Who noted it for another team follows it, to answer whoever calls again."""
    return actor if actor and draft.requester != actor and not may_register(actor, draft.works) else None


def _case_draft(draft: TicketDraft, liaisons: Mapping[int, Person], lookups: Lookups, follower: Person | None) -> CaseDraft:
    impact, urgency = draft.weights
    priority = priority_of(impact, urgency)
    words = " ".join(filter(None, (draft.description, draft.requester_name, draft.beneficiary_name,
                                   draft.requester.name if draft.requester else "",
                                   draft.beneficiary.name if draft.beneficiary else "")))
    liaison = liaisons.get(_unit_of(draft) or 0)
    parties = [(Party.Role.REQUESTER, draft.requester), (Party.Role.BENEFICIARY, draft.beneficiary), (Party.Role.LIAISON, liaison),
               (Party.Role.WATCHER, follower)]
    kind = draft.version.kind if draft.version else draft.kind
    return CaseDraft(
        kind, draft.works.unit, clean_text(draft.subject), draft.received_at, SERIES, priority, words=clean_text(words),
        uuid=draft.uuid, source=draft.source, goals=goals_of(
            draft.promise, draft.works, priority, kind, lookups.hours(draft.promise, draft.works.unit)),
        parties=[(role.value, person) for role, person in parties if person])


def _write(ids: Sequence[int], drafts: Sequence[TicketDraft]) -> None:
    insert(ChecklistItem, [
        ChecklistItem(case_id=i, order=n, text=str(text)[:300])
        for i, d in zip(ids, drafts, strict=True) for n, text in enumerate(d.version.tasks if d.version else (), start=1)])
    own = [(i, d) for i, d in zip(ids, drafts, strict=True) if d.version is None]
    insert(Problem, [Problem(case_id=i) for i, d in own if d.kind == "problem"])
    insert(KnownError, [KnownError(case_id=i) for i, d in own if d.kind == "known_error"])
    insert(Change, [new_change(i, d.works.institution_id, d.kind, d.change) for i, d in own if d.kind in CHANGES])


def _ticket(case_id: int, draft: TicketDraft) -> Ticket:
    impact, urgency = draft.weights
    version = draft.version
    return new(
        Ticket, case_id=case_id, institution_id=draft.works.institution_id, version=version, team=draft.works, level=draft.promise,
        service=draft.service or (version.offering.service if version else None), requester=draft.requester,
        requester_name=clean_text(draft.requester_name)[:200], requester_email=draft.requester_email[:254],
        unit_id=_unit_of(draft), beneficiary=draft.beneficiary, beneficiary_name=clean_text(draft.beneficiary_name)[:200],
        beneficiary_email="" if draft.beneficiary else draft.beneficiary_email,
        channel=draft.channel, impact=impact, urgency=urgency, description=clean_text(draft.description),
        parent=draft.parent, external_key=draft.external_key)


def _follow_up(actor: Person | None, case: Case, draft: TicketDraft) -> None:
    """Answers of the form, files, and authorisations that the offering asks for."""
    if draft.version and draft.version.form and draft.answered:
        inside = actor is None or may_register(actor, draft.desk) or _notes(actor, draft)
        answers = ValuesDraft(case, draft.version.form, draft.values, draft.value_files, private=inside)
        [said] = record_many_values(actor=actor, drafts=[answers])
        tie_answers([(said, draft.version.form)], fresh=True)
    if draft.documents:
        attach(actor=actor, case=case, documents=draft.documents, role="annex")
    if draft.version and draft.version.approvals:
        ask_approvals(actor=None, case=case, wanted=draft.version.approvals)
