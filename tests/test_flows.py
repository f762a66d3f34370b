"""States are a table you can print: the docs, the database and every verb agree with it, for every pair.

The pairs: each state x each step x each relation, taken through the real verbs. The walk: random verbs on a
tree of turns, beside a small model written without looking at the code.
"""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests import make
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.management.commands.flows import pages
from ventanilla.core.cases.models import Access, Case, Move, Tray, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Flow, FlowError, Step
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import ArchiveSeries
from ventanilla.modules.correspondence.services.correcting import edition
from ventanilla.modules.correspondence.services.registration import Sender

DOCS = Path(__file__).resolve().parents[1] / "docs" / "flows"
IN_DATABASE = pytest.mark.django_db


# --- the table itself ----------------------------------------------------------------------------------------


def test_the_docs_show_what_the_code_does() -> None:
    written = {p.name: p.read_text(encoding="utf-8") for p in DOCS.glob("*.md")}
    assert written == pages(), "run `ventanilla flows`"


@pytest.mark.parametrize("flow", [TURN_FLOW, INFO_FLOW, LETTER_FLOW], ids=lambda f: f.slug)
def test_the_diagram_draws_every_arrow(flow: Flow) -> None:
    drawn = flow.mermaid()
    assert f"```mermaid\n{drawn}```" in (DOCS / f"{flow.slug}.md").read_text(encoding="utf-8")
    assert all(f"{a} --> {s.lands(a)}: {s.label}" in drawn for s in flow.steps for a in s.sources)


STEP = Step("go", ("a",), "b", frozenset({"x"}))


@pytest.mark.parametrize(("steps", "word"), [
    ((STEP, STEP), "twice"),
    ((STEP, Step("lost", ("z",), "b", frozenset())), "unreachable"),
    ((STEP, Step("trap", ("a",), "c", frozenset())), "no way to an end"),
])
def test_a_wrong_table_does_not_start(steps: tuple[Step, ...], word: str) -> None:
    with pytest.raises(FlowError, match=word):
        Flow("wrong", "a", steps, {s: s for s in "abcz"}, {"b": "stop"})


@IN_DATABASE
def test_the_database_knows_the_states_of_every_kind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, state, ends FROM cases_state")
        stored = set(cursor.fetchall())
    assert stored == {(k.slug, s, k.flow.is_end(s)) for k in kinds() for s in k.flow.states}


@IN_DATABASE
def test_the_database_refuses_a_state_that_is_not_in_the_table() -> None:
    case = make.letter(make.world())
    with pytest.raises(Exception, match="cases_case_state"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="perdido")
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- every pair ----------------------------------------------------------------------------------------------


@dataclass
class Cast:
    """A world with one person per relation and nothing else, a letter and a turn."""

    w: make.World
    case: Case
    turn: Turn
    people: dict[str, Person]


def only(w: make.World, unit: Unit, *capabilities: str) -> Person:
    """A person who may read in the unit and use these capabilities there; nothing else."""
    role = save_role(actor=None, institution=w.institution, draft=RoleDraft(" ".join(("leer", *capabilities)), (cap.READ, *capabilities)))
    person = make.person(w.institution, unit, None)
    give(actor=None, person=person, role=role.slug, unit=unit)
    return person


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(act: Callable[[], object], row: Case | Turn) -> str:
    """The state after the verb, or how it refused. Nothing stays."""
    with undone():
        try:
            with transaction.atomic():
                act()
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except (NotAllowed, Refused) as refusal:
            return type(refusal).__name__
        return str(type(row).objects.get(pk=row.pk).state)


def expected(flow: Flow, state: str, name: str, held: frozenset[str] | None) -> str:
    """`held` None: who cannot see the case."""
    step = flow.find(name, state)
    if held is None:
        return "NotAllowed"
    if step is None:
        return "Refused"
    return step.lands(state) if step.roles & held else "NotAllowed"


TURN_VERBS: dict[str, Callable[[Cast, Person], object]] = {
    "accept": lambda c, who: spine.accept(actor=who, turn=c.turn),
    "answer": lambda c, who: spine.answer(actor=who, turn=c.turn, draft=AnswerDraft("Va la respuesta")),
    "report": lambda c, who: spine.report(actor=who, turn=c.turn, draft=AnswerDraft("A la mitad")),
    "subroute": lambda c, who: spine.route(actor=who, case=c.case, parent=c.turn, drafts=[TurnDraft(c.w.north_2)]),
    "return": lambda c, who: spine.return_turn(actor=who, turn=c.turn, reason="No corresponde"),
    "reassign": lambda c, who: spine.reassign(actor=who, turn=c.turn, unit=c.w.south, person=None, reason="Es de allá"),
    "extend": lambda c, who: spine.extend(actor=who, turn=c.turn, due_at=c.case.received_at + timedelta(days=30), reason="Más"),
    "withdraw": lambda c, who: spine.withdraw(actor=who, turn=c.turn, reason="Por error"),
    "send_back": lambda c, who: spine.send_back(actor=who, turn=c.turn, reason="Falta el anexo"),
    "withdraw_answer": lambda c, who: spine.withdraw_answer(actor=who, turn=c.turn, reason="Falta un archivo"),
    "approve": lambda c, who: spine.approve(actor=who, turn=c.turn),
    "acknowledge": lambda c, who: spine.acknowledge(actor=who, turn=c.turn),
}
WAY = {"sent": (), "accepted": ("accept",), "answered": ("answer",), "sent_back": ("answer", "send_back"),
       "closed": ("answer", "approve"), "returned": ("return",), "cancelled": ("withdraw",), "read": ("acknowledge",)}
TURN_RELATIONS = {"holder": frozenset({"holder", "responder"}), "delegator": frozenset({"delegator"}), "router": frozenset({"router", "owner", "evaluator"}),
                  "reader": frozenset[str](), "outsider": None, "named": frozenset({"holder", "responder"})}


def turn_cast(purpose: str) -> Cast:
    w = make.world()
    case = make.letter(w)
    people = {"holder": only(w, w.north, cap.ANSWER), "delegator": only(w, w.north, cap.ROUTE),
              "router": only(w, w.root, cap.ROUTE), "reader": only(w, w.north), "outsider": w.south_head,
              "named": make.person(w.institution, w.north, None)}
    turn = make.turn(case, people["router"], w.north, purpose=purpose, person=people["named"])[0]
    case.refresh_from_db()
    return Cast(w, case, turn, people)


def bring(cast: Cast, state: str) -> None:
    for name in WAY[state]:
        person = cast.people["router" if name in ("send_back", "approve", "withdraw") else "holder"]
        TURN_VERBS[name](cast, person)
    cast.turn.refresh_from_db()
    assert cast.turn.state == state


@IN_DATABASE
@pytest.mark.parametrize("state", [(f, s) for f in (TURN_FLOW, INFO_FLOW) for s in f.states], ids=lambda p: f"{p[0].slug}-{p[1]}")
def test_every_step_of_a_turn_for_every_relation(state: tuple[Flow, str]) -> None:
    flow, name = state
    cast = turn_cast("action" if flow is TURN_FLOW else "information")
    bring(cast, name)
    wrong = {}
    for who, held in TURN_RELATIONS.items():
        for step, verb in TURN_VERBS.items():
            found = outcome(lambda verb=verb, who=who: verb(cast, cast.people[who]), cast.turn)  # type: ignore[misc]
            if found != (wanted := expected(flow, name, step, held)):
                wrong[who, step] = f"{found}, not {wanted}"
        if held is not None:
            offered = {s.name for s in allowed_steps(cast.people[who], cast.case, cast.turn)}
            assert offered == {s.name for s in flow.allowed(name, held)}, who
    assert wrong == {}
    assert {s.name for s in flow.steps} <= set(TURN_VERBS), "a step without a verb"


def correction_of(case: Case) -> letters.Correction:
    """Another subject, whatever it is now."""
    case = Case.objects.select_related("letter__type").get(pk=case.pk)
    return letters.Correction(case.letter.type, f"{case.subject} (corregido)", Sender("state", "Secretaría de Finanzas"),
                              seen=edition(case))


LETTER_VERBS: dict[str, Callable[[Cast, Person], object]] = {
    "route": lambda c, who: spine.route(actor=who, case=c.case, drafts=[TurnDraft(c.w.south)]),
    "complete": lambda c, who: spine.take_step(actor=who, case=c.case, step="complete"),
    "recall": lambda c, who: spine.take_step(actor=who, case=c.case, step="recall"),
    "conclude": lambda c, who: letters.conclude(actor=who, case=c.case, reason="Atendido"),
    "correct": lambda c, who: letters.correct(actor=who, case=c.case, draft=correction_of(c.case), reason="Se leyó mal"),
    "set_due": lambda c, who: letters.set_due(actor=who, case=c.case, due_at=timezone.now() + timedelta(days=30), reason="Prórroga"),
    "reopen": lambda c, who: letters.reopen(actor=who, case=c.case, reason="Faltó algo"),
    "cancel": lambda c, who: letters.cancel(actor=who, case=c.case, reason="Folio de más"),
    "archive": lambda c, who: letters.archive(actor=who, case=c.case, draft=letters.PlaceDraft(_expediente(c), 2)),
    "refile": lambda c, who: letters.refile(actor=who, case=c.case, draft=letters.PlaceDraft(_expediente(c), 2), reason="Era de otra serie"),
    "send": lambda c, who: spine.take_step(actor=who, case=c.case, step="send"),
    "settle": lambda c, who: spine.take_step(actor=who, case=c.case, step="settle"),
    "give_back": lambda c, who: spine.take_step(actor=who, case=c.case, step="give_back", reason="Falta un dato"),
    "cancel_circular": lambda c, who: spine.take_step(actor=who, case=c.case, step="cancel_circular", reason="Hubo un error"),
    "void": lambda c, who: spine.take_step(actor=who, case=c.case, step="void", reason="Falta un archivo"),
    "note_delivery": lambda c, who: letters.note_delivery(actor=who, case=c.case, draft=letters.DeliveryDraft(
        timezone.now(), "courier", "Oficialía de partes")),
}
LETTER_RELATIONS = {"owner": frozenset({"owner"}), "registrar": frozenset({"registrar"}), "closer": frozenset({"closer"}),
                    "archivist": frozenset({"archivist"}), "reader": frozenset[str](), "outsider": None}
LETTER_WAY = {"registered": (), "routed": ("route",), "attended": ("route", "attend"), "concluded": ("conclude",),
              "archived": ("conclude", "archive"), "cancelled": ("cancel",), "sent": (), "returned": ("give_back",)}
LEFT = {"sent", "returned"}  # the states of a letter that goes out


def _expediente(cast: Cast) -> Any:
    series = ArchiveSeries.objects.get(institution=cast.w.institution)
    return letters.open_file(actor=cast.w.head, unit=cast.w.root, series=series, title="Vivienda")


def letter_cast(direction: str = "incoming") -> Cast:
    w = make.world()
    held = {"owner": cap.ROUTE, "registrar": cap.REGISTER, "closer": cap.CONCLUDE, "archivist": cap.ARCHIVE}
    people = {name: only(w, w.root, capability) for name, capability in held.items()}
    return Cast(w, make.letter(w, direction=direction), Turn(), {**people, "reader": only(w, w.root), "outsider": w.south_head})


@IN_DATABASE
@pytest.mark.parametrize("state", LETTER_FLOW.states)
def test_every_step_of_a_letter_for_every_relation(state: str) -> None:
    cast = letter_cast("outgoing" if state in LEFT else "incoming")
    for step in LETTER_WAY[state]:
        if step == "attend":
            turn = Turn.objects.get(case=cast.case)
            spine.answer(actor=cast.w.south_head, turn=turn, draft=AnswerDraft("Va"))
            spine.approve(actor=cast.w.head, turn=turn)
        else:
            LETTER_VERBS[step](cast, None if step == "give_back" else cast.w.head)  # type: ignore[arg-type]
    cast.case.refresh_from_db()
    assert cast.case.state == state
    wrong = {}
    for who, held in LETTER_RELATIONS.items():
        if state in ("routed", "attended") and who == "outsider":
            held = frozenset[str]()  # the turn made it visible to the south
        for step, verb in LETTER_VERBS.items():
            found = outcome(lambda verb=verb, who=who: verb(cast, cast.people[who]), cast.case)  # type: ignore[misc]
            if found != (wanted := expected(LETTER_FLOW, state, step, held)):
                wrong[who, step] = f"{found}, not {wanted}"
    assert wrong == {}
    assert {s.name for s in LETTER_FLOW.steps} == set(LETTER_VERBS)


@IN_DATABASE
@pytest.mark.parametrize("step", [s for s in TURN_FLOW.steps if "reason" in s.needs], ids=lambda s: f"{s.name}-{s.sources[0]}")
def test_a_step_that_needs_a_reason_is_not_taken_without_one(step: Step) -> None:
    cast = turn_cast("action")
    bring(cast, step.sources[0])
    verb = {"return": spine.return_turn, "withdraw": spine.withdraw, "send_back": spine.send_back,
            "withdraw_answer": spine.withdraw_answer,
            "reassign": lambda **k: spine.reassign(**k, unit=cast.w.south, person=None),
            "extend": lambda **k: spine.extend(**k, due_at=timezone.now() + timedelta(days=9))}[step.name]
    who = cast.people["holder" if step.name in ("return", "withdraw_answer") else "router"]
    with pytest.raises(Refused, match="motivo") as refused:
        verb(actor=who, turn=cast.turn, reason=" \n ")
    assert refused.value.field == "reason"


# --- the walk ------------------------------------------------------------------------------------------------


@dataclass
class Sheet:
    """A turn as somebody with pencil and paper would keep it."""

    unit: str
    sender: str
    parent: int | None
    action: bool
    state: str = "sent"
    below: list[int] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.state in ("sent", "accepted", "answered", "sent_back")


class Desk(RuleBasedStateMachine):
    """Random verbs by the right people; the model says beforehand what must happen."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.sheets: dict[int, Sheet] = {}
        self.state = "registered"
        self.tokens: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.scope.__exit__(None, None, None)

    @initialize(days=st.sampled_from([None, 1, 5, 20]))
    def register(self, days: int | None) -> None:
        self.w = make.world()
        self.units = {n: getattr(self.w, n) for n in ("root", "north", "south", "north_1", "north_2", "south_1")}
        self.heads = {n: self.w.people["head" if n == "root" else f"{n}_head"] for n in self.units}
        self.case = make.letter(self.w, term=Term(days) if days else None)

    # what the model knows

    def waits_below(self, n: int) -> bool:
        return any(self.sheets[c].action and self.sheets[c].open for c in self.sheets[n].below)

    def waiting(self) -> bool:
        return any(s.action and s.open for s in self.sheets.values())

    def chain(self, n: int) -> set[str]:
        sheet = self.sheets[n]
        above = self.chain(sheet.parent) if sheet.parent else set()
        return above | {sheet.unit, sheet.sender}

    def settle(self) -> None:
        """Nothing owed any more: attended if something was accepted or only information stands, else as it came."""
        if self.state not in ("routed", "attended") or self.waiting():
            return
        standing = [s.action for s in self.sheets.values() if s.state != "cancelled"]
        accepted = any(s.state == "closed" for s in self.sheets.values())
        self.state = "attended" if accepted or (standing and not any(standing)) else "registered"

    def turn(self, n: int) -> Turn:
        return Turn.objects.get(pk=n)

    def attempt(self, may: bool, act: Callable[[], Any]) -> Any:
        """Do it; it must work exactly when the model says so. The database's own guards are asked at once."""
        try:
            with transaction.atomic():
                done = act()
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except Refused as refusal:
            assert not may, f"refused: {refusal.message}"
            return None
        assert may, "it should have been refused"
        return done or True

    def pick(self, n: int) -> int:
        return sorted(self.sheets)[n % len(self.sheets)]

    # what people do

    @rule(to=st.sets(st.sampled_from(["north", "south", "north_1", "south_1"]), min_size=1, max_size=2),
          action=st.booleans(), days=st.sampled_from([None, 0, 3, 30]))
    def route(self, to: set[str], action: bool, days: int | None) -> None:
        drafts = [TurnDraft(self.units[u], purpose="action" if action else "information", term=Term(days) if days else None)
                  for u in sorted(to)]
        may = self.state in ("registered", "routed", "attended")
        made = self.attempt(may, lambda: spine.route(actor=self.heads["root"], case=self.case, drafts=drafts))
        for row, unit in zip(made or [], sorted(to), strict=False):
            self.sheets[row.pk] = Sheet(unit, "root", None, action)
        if may:
            self.state = "routed"
            self.settle()

    @precondition(lambda self: self.sheets)
    @rule(n=st.integers(0, 9), to=st.sampled_from(["root", "north", "south", "north_1", "north_2", "south_1"]),
          action=st.booleans(), days=st.sampled_from([None, 2, 40]))
    def subroute(self, n: int, to: str, action: bool, days: int | None) -> None:
        n = self.pick(n)
        sheet = self.sheets[n]
        may = (sheet.action and sheet.state in ("sent", "accepted", "sent_back") and to not in self.chain(n))
        draft = TurnDraft(self.units[to], purpose="action" if action else "information", term=Term(days) if days else None)
        made = self.attempt(may, lambda: spine.route(actor=self.heads[sheet.unit], case=self.case, drafts=[draft],
                                                     parent=self.turn(n)))
        if made:
            self.sheets[made[0].pk] = Sheet(to, sheet.unit, n, action)
            sheet.below.append(made[0].pk)
            sheet.state = "accepted"

    @precondition(lambda self: self.sheets)
    @rule(n=st.integers(0, 9), verb=st.sampled_from(["accept", "answer", "answer", "report", "return", "read", "withdraw_answer"]))
    def holder(self, n: int, verb: str) -> None:
        n = self.pick(n)
        sheet, who = self.sheets[n], self.heads[self.sheets[n].unit]
        owed = sheet.action and sheet.state in ("sent", "accepted", "sent_back")
        may, lands, act = {
            "accept": (sheet.action and sheet.state == "sent", "accepted", lambda: spine.accept(actor=who, turn=self.turn(n))),
            "answer": (owed and not self.waits_below(n), "answered",
                       lambda: spine.answer(actor=who, turn=self.turn(n), draft=AnswerDraft("Va"))),
            "report": (owed, "accepted", lambda: spine.report(actor=who, turn=self.turn(n), draft=AnswerDraft("Avance"))),
            "return": (owed and sheet.state != "sent_back" and not self.waits_below(n), "returned",
                       lambda: spine.return_turn(actor=who, turn=self.turn(n), reason="No es de aquí")),
            "withdraw_answer": (sheet.action and sheet.state == "answered", "accepted",
                                lambda: spine.withdraw_answer(actor=who, turn=self.turn(n), reason="Falta un archivo")),
            "read": (not sheet.action and sheet.state == "sent", "read", lambda: spine.acknowledge(actor=who, turn=self.turn(n))),
        }[verb]
        if self.attempt(may, act):
            sheet.state = lands
            if verb == "return":
                self.settle()

    @precondition(lambda self: self.sheets)
    @rule(n=st.integers(0, 9), verb=st.sampled_from(["approve", "approve", "send_back", "withdraw"]))
    def router(self, n: int, verb: str) -> None:
        n = self.pick(n)
        sheet, who = self.sheets[n], self.heads[self.sheets[n].sender]
        judged = sheet.action and sheet.state == "answered"
        if verb == "approve" and self.attempt(judged, lambda: spine.approve(actor=who, turn=self.turn(n))):
            sheet.state = "closed"
            self.settle()
        if verb == "send_back" and self.attempt(judged, lambda: spine.send_back(actor=who, turn=self.turn(n), reason="Falta")):
            sheet.state = "sent_back"
        if verb == "withdraw" and self.attempt(sheet.open, lambda: spine.withdraw(actor=who, turn=self.turn(n), reason="Error")):
            self.fall(n)
            self.settle()

    def fall(self, n: int) -> None:
        self.sheets[n].state = "cancelled"
        for child in self.sheets[n].below:
            if self.sheets[child].open:
                self.fall(child)

    @precondition(lambda self: self.sheets)
    @rule(n=st.integers(0, 9), days=st.integers(-3, 60))
    def extend(self, n: int, days: int) -> None:
        n = self.pick(n)
        row, sheet = self.turn(n), self.sheets[n]
        due = timezone.now() + timedelta(days=days, minutes=5)
        above = self.turn(sheet.parent).due_at if sheet.parent else Case.objects.get(pk=self.case.pk).due_at
        below = [self.turn(c).due_at for c in sheet.below if self.sheets[c].open and self.sheets[c].action]
        may = (sheet.action and sheet.state in ("sent", "accepted", "sent_back") and days >= 0
               and (above is None or due <= above) and all(d is not None and d <= due for d in below))
        self.attempt(may, lambda: spine.extend(actor=self.heads[sheet.sender], turn=row, due_at=due, reason="Más tiempo"))

    @rule(verb=st.sampled_from(["conclude", "reopen", "cancel"]))
    def close(self, verb: str) -> None:
        sources = {"conclude": ("registered", "attended"), "reopen": ("concluded",), "cancel": ("registered",)}[verb]
        act = {"conclude": letters.conclude, "reopen": letters.reopen, "cancel": letters.cancel}[verb]
        may = self.state in sources and not self.waiting()
        if self.attempt(may, lambda: act(actor=self.heads["root"], case=self.case, reason="Así es")):
            self.state = {"conclude": "concluded", "reopen": "registered", "cancel": "cancelled"}[verb]

    # what is always true

    @invariant()
    def the_states_are_those_of_the_model(self) -> None:
        assert Case.objects.get(pk=self.case.pk).state == self.state
        assert dict(Turn.objects.filter(case=self.case).values_list("pk", "state")) == {n: s.state for n, s in self.sheets.items()}

    @invariant()
    def nothing_closes_over_what_is_open(self) -> None:
        for n, sheet in self.sheets.items():
            assert sheet.state in ("sent", "accepted", "sent_back") or not self.waits_below(n)
        assert self.state not in ("concluded", "cancelled") or not self.waiting()

    @invariant()
    def nothing_below_is_due_later(self) -> None:
        dues = dict(Turn.objects.filter(case=self.case).values_list("pk", "due_at"))
        for n, sheet in self.sheets.items():
            above = dues[sheet.parent] if sheet.parent else None
            if sheet.action and sheet.open and above:
                assert dues[n] is not None and dues[n] <= above

    @invariant()
    def it_waits_where_the_model_says(self) -> None:
        wanted = {(None, "owner", "root", 4 if self.state in ("concluded", "cancelled") else 3 if self.waiting() else 1)}
        for n, sheet in self.sheets.items():
            tab = 4 if not sheet.open else 3 if sheet.state == "answered" or self.waits_below(n) else 1
            wanted.add((n, "holder", sheet.unit, tab))
            if sheet.state == "answered":
                wanted.add((n, "router", sheet.sender, 2))
        names = {u.pk: n for n, u in self.units.items()}
        found = {(t, side, names[u], tab) for t, side, u, tab in Tray.objects.filter(case=self.case).values_list(
            "turn_id", "side", "unit_id", "tab")}
        assert found == wanted

    @invariant()
    def recomputing_changes_nothing(self) -> None:
        before = places(self.case)
        with connection.cursor() as cursor:
            cursor.execute("SELECT public.cases_refresh(ARRAY[%s]::bigint[])", [self.case.pk])
        assert places(self.case) == before

    @invariant()
    def whoever_could_see_it_still_can(self) -> None:
        tokens = set(Access.objects.filter(case=self.case).values_list("token", flat=True))
        involved = {self.units["root"].pk * 4, *(self.units[u].pk * 4 for s in self.sheets.values() for u in (s.unit, s.sender))}
        assert tokens >= self.tokens | involved
        self.tokens = tokens


def places(case: Case) -> tuple[list[Any], list[Any]]:
    trays = Tray.objects.filter(case=case).order_by("pk").values_list(
        "pk", "unit_id", "person_id", "turn_id", "side", "tab", "token", "due_at", "amber_at", "order_at", "since")
    return list(trays), sorted(Access.objects.filter(case=case).values_list("token", flat=True))


@IN_DATABASE
@pytest.mark.slow
def test_a_random_walk_agrees_with_pencil_and_paper() -> None:
    run_state_machine_as_test(Desk, settings=settings(
        max_examples=16, stateful_step_count=14, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck)))


@IN_DATABASE
def test_withdrawing_without_the_right_touches_nothing_below() -> None:
    w = make.world()
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    child = make.turn(turn.case, w.north_head, w.north_1, parent=turn)[0]
    moves = Move.objects.count()
    with pytest.raises(NotAllowed):
        spine.withdraw(actor=w.north_1_head, turn=turn, reason="Porque sí")
    child.refresh_from_db()
    assert (child.state, Move.objects.count()) == ("sent", moves)


@IN_DATABASE
def test_a_letter_routed_only_for_information_can_be_concluded() -> None:
    w = make.world()
    case = make.letter(w)
    make.turn(case, w.head, w.north, w.south, purpose="information")
    assert letters.conclude(actor=w.head, case=case, reason="Se hizo del conocimiento").state == "concluded"
