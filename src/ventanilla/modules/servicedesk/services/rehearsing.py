"""A version of the catalogue, draft or published, tried as a whole: who asks fills in its form, and is told what would happen.

It runs the very verbs that a request runs, inside a transaction that is always rolled back, and tells what they left there. So it says
what happens and nothing else, and writes nothing: no folio is used up, nobody is told, no turn is taken, and a file that a question asks
for is a row without bytes that goes with the rest. Only the desk that numbers tickets waits for it, some milliseconds.
"""
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.derivation import sentences
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services import stand_in
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, require
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.models import Approval, ChecklistItem, Escalation, OfferingVersion, Ticket
from ventanilla.modules.servicedesk.services.explaining import LABELS
from ventanilla.modules.servicedesk.services.opening import TicketDraft, open_ticket, ruled
from ventanilla.modules.servicedesk.services.promises.escalating.keeping import USUAL
from ventanilla.modules.servicedesk.services.promises.escalating.moments import Reached, metric_of, thresholds_of
from ventanilla.modules.servicedesk.services.promises.escalating.recipients import told_by
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.modules.servicedesk.services.routing import why_routed
from ventanilla.modules.servicedesk.services.rules import tell_by_rules
from ventanilla.modules.servicedesk.services.rules.recipients import Circle


@dataclass(frozen=True)
class TrialFile:
    """A file that is only tried: its name and how many bytes it has; the bytes themselves are nobody's business here."""

    name: str
    size: int


@dataclass(frozen=True)
class Trial:
    """Who would ask, for what, with which raw answers of the form, and when (aware, not in the future; now).

    `files` answer questions that ask for one, by their keys.
    """

    person: Person
    subject: str
    description: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    files: Mapping[str, TrialFile] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A step of authorisation: who would be asked, and how many are enough."""

    step: int
    label: str
    quorum: int
    people: Sequence[str]


@dataclass(frozen=True)
class Later:
    """A notice before or after a deadline: at which share of its time (None: when its light turns amber), when, and whom it tells."""

    percent: int | None
    at: datetime | None
    people: Sequence[str]


@dataclass(frozen=True)
class Promise:
    """A clock: minutes promised (None: none), due and amber moments (aware; None while it waits), how they come about, its notices.

    `internal`: an agreement within the desk, of which who asks is told nothing.
    """

    label: str
    internal: bool
    minutes: int | None
    waits: bool
    due_at: datetime | None
    amber_at: datetime | None
    derivation: Sequence[str]
    later: Sequence[Later]


@dataclass(frozen=True)
class Told:
    """A notice that would go at once; `mail` is how the person takes such: now, digest, none."""

    person: str
    title: str
    text: str
    mail: str


@dataclass(frozen=True)
class Rehearsal:
    """What would happen: where it lands and why, what is promised, who authorises, what is done, who is told, what is asked at the end."""

    kind: str
    state: str
    team: str
    why_team: str
    person: str
    why_person: str
    impact: str
    urgency: str
    priority: str
    level: str
    approvals: Sequence[Asked]
    tasks: Sequence[str]
    promises: Sequence[Promise]
    notices: Sequence[Told]
    survey: str
    questions: Sequence[str]


def newest(rows: QuerySet[OfferingVersion]) -> OfferingVersion | None:
    """Of the versions of an offering the one that is tried: the draft, else what is published, with all that is read of it."""
    return rows.exclude(state="retired").select_related(
        "offering__service__family", "service__family", "team__unit", "level", "form", "survey__instrument").order_by("-number").first()


def rehearse(*, actor: Person, version: OfferingVersion, trial: Trial) -> Rehearsal:
    """What would become of this request if the version were published. Writes nothing.

    By who keeps catalogues. Raises NotAllowed (also when that person may not ask for it) and Refused, as asking would; `Invalid` with the
    mistakes of the form.
    """
    require(actor, cap.ADMIN_CATALOGUES)
    if {version.institution_id, trial.person.institution_id} != {actor.institution_id}:
        raise NotAllowed
    with transaction.atomic():
        try:
            return _rehearsed(_published(version), trial)
        finally:
            transaction.set_rollback(True)


def _published(version: OfferingVersion) -> OfferingVersion:
    """As it would be offered, name and service too; the rows stay as they are."""
    row = copy(version)
    row.state, row.offering = "published", copy(version.offering)
    row.offering.name, row.offering.service = version.name, version.of_service
    return row


def _rehearsed(version: OfferingVersion, trial: Trial) -> Rehearsal:
    values = {**trial.values, **_stand_ins(version, trial)}
    draft = TicketDraft(trial.subject, version=version, description=trial.description, requester=trial.person, values=values,
                        received_at=trial.at or timezone.now())
    [wanted] = ruled([draft])
    case = Case.objects.select_related("assignee", "unit").get(pk=open_ticket(actor=trial.person, draft=draft).pk)
    ticket, moves = Ticket.objects.select_related("team", "level").get(pk=case.pk), _moves(case)
    assert ticket.team
    rule = _("Lo dice la regla de asignación «%(name)s».") % {"name": wanted.ruling.rule.name} if wanted.ruling else ""
    survey = version.survey
    return Rehearsal(
        str(kind_of(case.kind).label), state_of(case), ticket.team.name,
        rule or why_routed(version, values) or _("Es el equipo de este servicio."),
        case.assignee.name if case.assignee else "", _why_person(case, ticket, moves),
        str(ticket.get_impact_display()), str(ticket.get_urgency_display()), str(Priority(case.priority).label),
        ticket.level.name if ticket.level else "", _approvals(case),
        list(ChecklistItem.objects.filter(case=case).values_list("text", flat=True)), _promises(case), _notices(case, moves),
        survey.instrument.name if survey else "", [f.label for f in survey.form.fields.values()] if survey else ())


def _stand_ins(version: OfferingVersion, trial: Trial) -> dict[str, str]:
    """A document in the place of each file that is tried, as if who asks had just uploaded it. Raises Invalid, by question."""
    asked = {one.key for one in version.form.form.fields.values() if one.type == "file"} if version.form else set()
    if strange := set(trial.files) - asked:
        raise Invalid(dict.fromkeys(strange, _("Esa pregunta no pide un archivo.")))
    found, wrong = {}, {}
    for key, one in trial.files.items():
        try:
            found[key] = str(stand_in(actor=trial.person, name=one.name, size=one.size).uuid)
        except FileRefused as refused:
            wrong[key] = refused.message
    if wrong:
        raise Invalid(wrong)
    return found


def _moves(case: Case) -> list[Move]:
    return list(Move.objects.filter(case=case).select_related("case", "case__institution").order_by("pk"))


def _why_person(case: Case, ticket: Ticket, moves: Sequence[Move]) -> str:
    """Why that person gets it at once, or nobody does."""
    if case.state == "approval":
        return _("Se reparte cuando esté autorizado.")
    said = next((m.reason for m in reversed(moves) if m.verb == "assign" and m.reason), "")
    if said or case.assignee is None:
        return said or _("Espera a que lo tome alguien del equipo.")
    return _("«%(team)s» reparte sola: a quien domina el servicio y tiene menos en la mano.") % {"team": ticket.team}


def _approvals(case: Case) -> list[Asked]:
    found: dict[int, list[Approval]] = {}
    for row in Approval.objects.filter(case=case).select_related("person").order_by("step", "pk"):
        found.setdefault(row.step, []).append(row)
    return [Asked(step, rows[0].label, rows[0].quorum, [r.person.name for r in rows]) for step, rows in found.items()]


def _promises(case: Case) -> list[Promise]:
    clocks = list(clocks_of(case))
    reached = thresholds_of(clocks)
    circle = Circle.around([case.pk])
    return [Promise(_(LABELS[c.kind]) if c.kind in LABELS else _("Acuerdo interno del equipo"), c.kind.startswith("team"), c.amount,
                    c.state == "pause", c.due_at, c.amber_at, sentences(c) if c.amount is not None else [],
                    [_later(case, r, circle) for r in _points(case, c, reached)]) for c in clocks]


def _points(case: Case, clock: Clock, reached: Sequence[Reached]) -> list[Reached]:
    """The thresholds of the level, else the two usual notices, in the order in which they come; none without a goal."""
    own = [r for r in reached if r.clock.pk == clock.pk]
    usual = [Escalation(institution_id=case.institution_id, percent=u.percent, tell=list(u.tell)) for u in USUAL
             if u.metric == metric_of(clock.kind)]
    found = own or [Reached(clock, e, clock.due_at if e.percent else clock.amber_at) for e in usual]
    return sorted(found, key=lambda r: r.at or timezone.now()) if clock.amount is not None else []


def _later(case: Case, one: Reached, circle: Circle) -> Later:
    names = Person.objects.filter(pk__in=told_by(one.escalation, case, circle))
    return Later(one.escalation.percent, one.at, [p.name for p in names])


def _notices(case: Case, moves: Sequence[Move]) -> list[Told]:
    """What the fixed notices and the rules of notification say; authorisations have told already."""
    tell_moves(moves)
    tell_by_rules(moves)
    rows = Notice.objects.filter(case_id=case.pk).select_related("person").order_by("pk")
    return [Told(n.person.name, n.title.replace(case.folio, _("(su folio)")), n.body.replace(case.folio, _("(su folio)")), n.mail)
            for n in rows]
