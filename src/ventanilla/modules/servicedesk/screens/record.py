"""The record of a ticket: what is asked, its clocks, its two logs, what may be done now. Each side sees its own."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ventanilla.core.cases.models import Attachment, Case, CaseLink, Clock, Note, Party
from ventanilla.core.cases.queries import VISIBLE, visible_values
from ventanilla.core.cases.telling import people
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.plans import Related, kept_plans
from ventanilla.lib.flow import Step
from ventanilla.modules.servicedesk.flow import ASKED, CHANGES, FLOWS
from ventanilla.modules.servicedesk.forms import EntryForm
from ventanilla.modules.servicedesk.forms_changing import TieItemForm
from ventanilla.modules.servicedesk.leaving import left_from
from ventanilla.modules.servicedesk.models import (
    Change,
    ChecklistItem,
    Clearance,
    ImportedEvent,
    KnownError,
    Membership,
    Problem,
    ProblemStep,
    Ticket,
    TimeEntry,
)
from ventanilla.modules.servicedesk.screens.major_panel import panel_of
from ventanilla.modules.servicedesk.screens.record_parts import Parts, approvals_of, followers_of, moves_of, parts_of
from ventanilla.modules.servicedesk.services import canned
from ventanilla.modules.servicedesk.services.approving import implemented_by, waiting
from ventanilla.modules.servicedesk.services.checklist import may_drop
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.correcting import changes_of
from ventanilla.modules.servicedesk.services.effects import effect_of
from ventanilla.modules.servicedesk.services.explaining import Explanation, explain, measure
from ventanilla.modules.servicedesk.services.family import merged_ids, merges_of
from ventanilla.modules.servicedesk.services.items import ties_of
from ventanilla.modules.servicedesk.services.major import steps_of
from ventanilla.modules.servicedesk.services.merging import may_undo, merge_of
from ventanilla.modules.servicedesk.services.opinions import asked_of, opinions_of, still_asked
from ventanilla.modules.servicedesk.services.promises.escalating import points_of
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.modules.servicedesk.services.working import waits
from ventanilla.web.screens.columns import LightCell, case_light

KINDS = tuple(f.slug for f in FLOWS)
PRIMARY = ("take", "resolve", "resume", "identify", "submit", "implement", "plan", "finish", "review", "close", "fix")
HIDDEN = {"plan_step"}
MOST_WORKED = 50
T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """One entry of the time line."""

    at: Any
    kind: str
    row: Any

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What a correction changed, in words."""
        return changes_of(self.row)


def person_of(request: HttpRequest) -> Person:
    """The signed-in person, or 404."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    return person


def visible_ticket(request: HttpRequest, pk: int) -> tuple[Case, Person]:
    """The ticket when this person may read it; otherwise the same 404 as for one that does not exist."""
    person = person_of(request)
    found = _SHOWN([pk, list(KINDS), *visible_values(person)])
    if not found:
        raise Http404
    return found[0], person


_SHOWN = Related(
    Case, "ticket__service", "ticket__version__offering", "ticket__version__form", "ticket__team", "ticket__requester",
    "ticket__beneficiary", "ticket__unit", "ticket__cause", "ticket__held_for", "ticket__level", "unit", "assignee", "institution",
    where=f"t.id = %s AND t.kind = ANY (%s::text[]) AND {VISIBLE}")


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a ticket (with `panel=1`, the part that opens beside the inbox)."""
    case, person = visible_ticket(request, pk)
    panel = request.GET.get("panel") == "1"
    template = "servicedesk/record_part.html" if panel else "servicedesk/record.html"
    with kept_plans():
        return render(request, template, context_of(case, person) | {"panel": panel})


def context_of(case: Case, person: Person) -> dict[str, Any]:
    """What the record shows to this person."""
    staff, merged = is_staff(reach_of(person), case), merge_of(case) if case.state == "merged" else None
    hidden = HIDDEN if merged and may_undo(merged) else HIDDEN | {"unmerge"}
    if case.kind in CHANGES and person.pk in implemented_by(case):
        hidden = hidden | {"review"}
    steps = [s for s in steps_of(person, case) if s.name not in hidden]
    family = [case.pk, *merged_ids(case.pk)]
    parts = parts_of(case, family, person)
    return {
        "case": case, "ticket": case.ticket, "staff": staff, "state": state_of(case), "light": light_now(case), "steps": steps,
        "primary": _primary(steps), "clocks": _clocks(case, staff, measure),
        "events": _events(case, family if parts.notes else (), person), "files": _files(family, person) if parts.files else [],
        "major": panel_of(case, staff), "parties": followers_of(case) if parts.parties else [],
        "entry": EntryForm(people=_named(may_mention(case, person))), "follows": parts.follows, "merged": merged,
        "merges": merges_of(case) if len(family) > 1 else [], "into": _readable(person, merged.survivor_id) if merged else None,
        "imported": staff and case.source == "import" and ImportedEvent.objects.filter(case=case).exists(),
        "approvals": approvals_of(case) if parts.approvals else [],
        "left": left_from(case) if parts.approvals else {},
        "may_decide": case.state == "approval" and waiting(case).filter(person=person).exists(),
        "checklist": list(ChecklistItem.objects.filter(case=case)) if staff and parts.checklist else [],
        "minutes": parts.minutes if staff else 0, "worked": _worked(case, person) if staff and parts.minutes else [],
        "canned": canned.offered(person, case) if staff and parts.canned else [], "values": _values(case, staff),
        **_hanging(case, family, person, parts), **(_opinions(case, person) if parts.opinions else {}),
        "problem": Problem.objects.filter(pk=case.pk).first() if staff and case.kind == "problem" else None,
        "plan_steps": list(ProblemStep.objects.filter(case=case).select_related("owner").order_by("pk"))
        if staff and case.kind == "problem" else [],
        "effect": effect_of(case) if staff and case.kind == "problem" else None,
        "change": Change.objects.filter(pk=case.pk).select_related("implementer").first() if case.kind in CHANGES else None,
        "meets": staff and case.kind in CHANGES and not case.closed_at,
        "clearances": list(Clearance.objects.filter(case=case).select_related("by").order_by("pk")) if case.kind in CHANGES else [],
        "ties": (ties_of(person, case) if parts.ties else ([], 0)) if staff else None, "tie_form": TieItemForm() if staff else None,
        "sees_impact": staff and may_ask(person),
        "known_error": KnownError.objects.filter(pk=case.pk).first() if case.kind == "known_error" else None,
    }


def _clocks(case: Case, staff: bool, told: Callable[[Clock], T]) -> list[T]:
    """Promises towards who asks are theirs to see; internal agreements and other kinds are the desk's."""
    shown = clocks_of(case) if staff or case.kind in ASKED else ()
    return [told(c) for c in shown if staff or c.kind in ("own", "resolve")]


def light_now(case: Case) -> LightCell | None:
    """The light; none while the ticket waits, for then no deadline runs."""
    return None if waits(case) else case_light(case)


def _primary(steps: list[Step]) -> Step | None:
    return next((s for name in PRIMARY for s in steps if s.name == name), None)


def _values(case: Case, staff: bool) -> list[Any]:
    from ventanilla.core.questionnaires.services import shown_values

    return shown_values(case, private=staff) if case.ticket.version and case.ticket.version.form_id else []


def _hanging(case: Case, family: Sequence[int], person: Person, parts: Parts) -> dict[str, Any]:
    """Tickets tied to this one that the person may read; what was merged stands elsewhere on the page."""
    seen = Case.objects.visible_to(person)
    links = CaseLink.objects.filter(case=case, other__in=seen).select_related("other") if parts.links else CaseLink.objects.none()
    links = links.exclude(kind="duplicates") if case.state == "merged" else links
    back = CaseLink.objects.filter(other=case, case__in=seen).exclude(
        kind="duplicates", case__in=family).select_related("case") if parts.back else ()
    children = seen.filter(pk__in=Ticket.objects.filter(parent=case).values("case_id")) if parts.children else ()
    parent = seen.filter(pk=case.ticket.parent_id).first() if case.ticket.parent_id else None
    return {"links": [(r.kind, r.other, False) for r in links] + [(r.kind, r.case, True) for r in back], "children": list(children),
            "parent": parent}


def _worked(case: Case, person: Person) -> list[tuple[TimeEntry, bool]]:
    """The newest minutes written down, and whether the person may take them back."""
    rows = TimeEntry.objects.filter(case=case).select_related("person").order_by("-pk")[:MOST_WORKED]
    return [(row, may_drop(person, case, row)) for row in rows]


def _opinions(case: Case, person: Person) -> dict[str, Any]:
    """What was said of how it was attended, and whether that is still asked: of this person, or of anybody as far as they may know."""
    return {"opinions": opinions_of(person, case), "opinion_asked": asked_of(person).filter(case=case).exists(),
            "opinions_waiting": still_asked(person, case)}


def may_mention(case: Case, person: Person) -> QuerySet[Person] | None:
    """Whom an entry can name: people of the teams and of the unit in charge, and whom the ticket concerns; None: not of the desk."""
    if not is_staff(reach_of(person), case):
        return None
    team = Membership.objects.filter(team__institution_id=case.institution_id, team__active=True).values("person_id")
    unit = people.people_of(case.unit_id, case.level, cap.ANSWER, cap.ROUTE, cap.CONCLUDE)
    parties = Party.objects.filter(case=case).values("person_id")
    rows = Person.objects.filter(Q(pk__in=team) | Q(pk__in=parties) | Q(pk__in=unit), active=True)
    return rows.exclude(pk=person.pk).order_by("given_name", "surname_1")


def _named(people: QuerySet[Person] | None) -> QuerySet[Person] | None:
    """For a page that only shows their names."""
    return people if people is None else people.only("given_name", "surname_1", "surname_2")


def _readable(person: Person, pk: int) -> Case | None:
    return Case.objects.visible_to(person).filter(pk=pk).first()


def _events(case: Case, family: Sequence[int], person: Person) -> list[Event]:
    """The ticket's own steps, and what was said in it and in those merged into it, as far as the person may read each."""
    notes = Note.objects.readable_by(person).filter(case__in=family).select_related("person", "case") if family else ()
    events = [*(Event(m.at, "move", m) for m in moves_of(case)), *(Event(n.at, "note", n) for n in notes)]
    return sorted(events, key=lambda e: e.at, reverse=True)


def _files(family: Sequence[int], person: Person) -> list[tuple[Attachment, DocumentVersion | None]]:
    rows = list(Attachment.objects.readable_by(person).filter(case__in=family).select_related("document").order_by("pk"))
    versions = DocumentVersion.objects.filter(document__in=[r.document_id for r in rows]).select_related("blob").latest_only()
    newest = {v.document_id: v for v in versions}
    return [(row, newest.get(row.document_id)) for row in rows]


def clock_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain this clock: a bar and a table in which each stretch of the ticket's life has its cause."""
    case, person = visible_ticket(request, pk)
    staff = is_staff(reach_of(person), case)
    found = _clocks(case, staff, explain)
    points = points_of([e.clock for e in found]) if staff else {}
    return render(request, "servicedesk/clock.html", {"case": case, "found": found, "bars": [_bar(e) for e in found], "points": points})


def _bar(found: Explanation) -> list[tuple[float, float, Any]]:
    """Left edge and width of each stretch, in percent of the whole."""
    left, parts = 0.0, []
    for one in found.stretches:
        width = 100 * one.seconds / (found.total or 1)
        parts.append((round(left, 3), round(width, 3), one))
        left += width
    return parts
