"""The record of a letter: the thing itself, its facts, the tree of turns, one time line, the actions allowed now."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ventanilla.core.cases.derivation import derivation_of, derivations_of
from ventanilla.core.cases.inbox import own_units
from ventanilla.core.cases.judging import author_of, keep_authors
from ventanilla.core.cases.models import Answer, Attachment, Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import mark_read, takes_files
from ventanilla.core.cases.words import label_of, state_of, step_of, turn_state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.flow import Step
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace
from ventanilla.modules.correspondence.screens.again import about_again
from ventanilla.modules.correspondence.screens.attached import attached
from ventanilla.modules.correspondence.screens.blocked import blocked
from ventanilla.modules.correspondence.screens.standing import standing
from ventanilla.modules.correspondence.screens.timeline import events_of, moves_of, parts_of
from ventanilla.modules.correspondence.services.papers import by_answer, letters_of
from ventanilla.modules.correspondence.services.proofs import may_prove
from ventanilla.modules.correspondence.services.receipts import newest
from ventanilla.web.screens.columns import LightCell, case_light, turn_light
from ventanilla.web.ui.returning import key_of

FIRST = ("approve", "send_back", "answer", "acknowledge", "subroute", "accept")
PRIMARY = ("answer", "approve", "accept", "acknowledge", "note_delivery", "route", "conclude", "archive")


AGAIN = ("X-Refetch", "HX-Request")
"""Headers of what is fetched by itself: live updates (assets/js/refetch.js) and parts of a page."""


@dataclass
class Node:
    """A turn in the tree with what hangs below it and what this person may do.

    `derivation`: why it is due when it is; `own`: this person wrote the answer that waits, and so does not evaluate it.
    """

    turn: Turn
    light: LightCell
    state: str
    steps: tuple[Step, ...] = ()
    derivation: Sequence[str] = ()
    own: bool = False
    answers: list[Answer] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """It could be answered, were it not for open turns below."""
        open_below = any(c.turn.is_open and c.turn.purpose == "action" for c in self.children)
        return open_below and any(s.name == "answer" for s in self.steps)

    @property
    def first(self) -> list[Step]:
        """The one or two steps that come first, as buttons."""
        usual = [s for n in FIRST for s in self.steps if s.name == n and not (n == "answer" and self.waits)]
        return usual[:2]

    @property
    def rest(self) -> list[Step]:
        """The other steps, in the menu."""
        return [s for s in self.steps if s not in self.first and not (s.name == "answer" and self.waits)]


def person_of(request: HttpRequest) -> Person:
    """The signed-in person, or 404."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    return person


def visible_case(request: HttpRequest, pk: int) -> tuple[Case, Person]:
    """The letter when this person may read it; otherwise the same 404 as for one that does not exist."""
    person = person_of(request)
    case = (Case.objects.visible_to(person).filter(pk=pk, kind="letter")
            .select_related("letter__type", "letter__sender_unit", "letter__circular", "unit", "registrar", "institution").first())
    if case is None:
        raise Http404
    return case, person


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a letter (with `panel=1`, the part that opens beside the inbox).

    Opening it is the read receipt of whoever holds a turn.
    """
    case, person = visible_case(request, pk)
    turns = turns_of(case)
    if is_reading(request):
        mark_read(actor=person, turns=turns)
    panel = request.GET.get("panel") == "1"
    template = "correspondence/record_part.html" if panel else "correspondence/record.html"
    return render(request, template, page_of(request, case, person, turns) | {"panel": panel})


def page_of(request: HttpRequest, case: Case, person: Person, turns: list[Turn]) -> dict[str, Any]:
    """The record with the part of its history that was asked for."""
    context = context_of(case, person, turns)
    return context | {"told": parts_of(context["events"], request.GET.get("historia", "")), "form_key": key_of(request) or uuid4()}


def turns_of(case: Case) -> list[Turn]:
    """All turns of the letter, oldest first, with what the record says of them."""
    return list(Turn.objects.filter(case=case).select_related(
        "unit", "person", "from_unit", "from_person", "instruction", "read_by").order_by("pk"))


def context_of(case: Case, person: Person, turns: list[Turn]) -> dict[str, Any]:
    """What the record shows; also the fragment that live updates fetch."""
    steps = allowed_steps(person, case)
    answers = list(Answer.objects.filter(turn__in=turns).select_related("person", "verdict_by", "letter").order_by("pk"))
    nodes, moves, files = _tree(person, case, turns, answers), moves_of(case), attached(case)
    place: ArchivePlace | None = getattr(case, "archive_place", None)
    return {
        "case": case, "letter": case.letter, "light": case_light(case), "state": state_of(case),
        "void_word": label_of(case.institution_id, LETTER_FLOW, "returned"),
        "correct_word": step_of(case.institution_id, LETTER_FLOW, "correct"),
        "steps": steps, "primary": _primary(steps, turns), "waiting": [node for node in _every(nodes) if _owes(person, node)],
        "tree": nodes, "standing": standing(case, turns, moves),
        "derivation": derivation_of(case), "events": events_of(case, moves), "blocked": blocked(person, case, turns),
        "files": files, "evidence": by_answer(one.attachment for one in files),
        "takes_files": takes_files(case), "can_register": reach_of(person).can(cap.REGISTER, case.unit_id),
        "place": place, "opens_place": place and ArchiveFile.objects.visible_to(person).filter(pk=place.file_id).exists(),
        "receipt": newest(case), **_papers(case, person, answers),
        "can_prove": may_prove(person, case), **about_again(person, case),
    }


def is_reading(request: HttpRequest) -> bool:
    """Whether a person opened the page: not a part of it fetched again in an open tab, nor a page fetched ahead."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not ahead and not any(request.headers.get(name) for name in AGAIN)


def _papers(case: Case, person: Person, answers: list[Answer]) -> dict[str, Any]:
    """Of the letters that answered: their papers, and which of them this person may open; of a letter: what it answers."""
    papers: dict[int, list[Attachment]] = {}
    letters = [a.letter_id for a in answers if a.letter_id]
    for _answer, row in letters_of(case) if letters else ():
        papers.setdefault(row.case_id, []).append(row)
    opened = set(Case.objects.visible_to(person).filter(pk__in=letters).values_list("pk", flat=True)) if letters else set()
    said = Answer.objects.filter(letter=case).select_related("turn__case", "verdict_by").first()
    to = Case.objects.visible_to(person).filter(pk=said.turn.case_id).first() if said else None
    return {"papers": papers, "opened": opened, "said": said, "answers_to": to}


def _primary(steps: Sequence[Step], turns: Sequence[Turn]) -> Step | None:
    """The step of the letter that comes first; to route it once more is none, while a turn of it stands."""
    routed = any(turn.state not in ("returned", "cancelled") for turn in turns)
    return next((s for n in PRIMARY for s in steps if s.name == n and not (n == "route" and routed)), None)


def _owes(person: Person, node: Node) -> bool:
    """Whether the next step of the turn is of this person or of their units, or of whom they stand in for. Over other units they may do
    more, which nobody asks of them."""
    steps = {step.name for step in node.first}
    unit = node.turn.from_unit_id if "approve" in steps else node.turn.unit_id if steps & {"answer", "acknowledge", "accept"} else None
    return unit is not None and (unit in own_units(person) or node.turn.person_id in (person.pk, *reach_of(person).lenders))


def _every(nodes: Sequence[Node]) -> Iterator[Node]:
    """The tree, each before what hangs below it."""
    for node in nodes:
        yield node
        yield from _every(node.children)


def _tree(person: Person, case: Case, turns: list[Turn], answers: list[Answer]) -> list[Node]:
    keep_authors(turns)
    why = derivations_of(case, turns)
    nodes = {t.pk: Node(t, turn_light(t), turn_state_of(t), allowed_steps(person, case, t), why.get(t.pk, ()),
                        author_of(t) == person.pk) for t in turns}
    for answer in answers:
        nodes[answer.turn_id].answers.append(answer)
    for turn in turns:
        if turn.parent_id:
            nodes[turn.parent_id].children.append(nodes[turn.pk])
    return [nodes[t.pk] for t in turns if t.parent_id is None]

