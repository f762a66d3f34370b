"""What a state or a step of a flow is called for a person: the institution's own word, else the flow's.

Everything that shows a state or a step asks here; codes stay what they are in addresses, the API and history. Words are kept in the
process. Whoever reads an institution's row with a request tells `seen` when its words last changed (`words_changed`, written by the
database with every change), so a copy that is old is read anew, and an institution without own words never costs a query. Where no request
says so (tasks), a copy serves for `SECONDS`.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Final, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW, flow_of
from ventanilla.core.cases.kinds import kind_of, kinds
from ventanilla.core.cases.models import Case, FlowWord, Move
from ventanilla.lib.flow import Flow, Step, Text

SECONDS: Final = 60.0
MOST: Final = 500
MANY: Final = 5000
STATE, STEP = FlowWord.Kind.STATE.value, FlowWord.Kind.STEP.value
Key = tuple[str, str, str]
"""(flow, "state" or "step", code)."""
NONE: Final[Mapping[Key, str]] = {}
UNDONE: Final = frozenset({"cancelled", "withdrawn", "returned", "merged", "rejected", "retired", "declined", "turned_down", "waived",
                           "denied", "lapsed"})
"""Ends in which what was asked was not done: whoever says «Concluido» of these says something that is not so."""


class _Kept(NamedTuple):
    stamp: str | None
    until: float
    words: Mapping[Key, str]


_kept: dict[int, _Kept] = {}
_said: dict[tuple[str | None, int], tuple[Text, str]] = {}


_SHARED: Final = ((TURN_FLOW, lazy("Turnos para atención")), (INFO_FLOW, lazy("Turnos para conocimiento")))


def every_flow() -> dict[str, tuple[Text, Flow]]:
    """Each flow of cases and turns by its slug, with what it is the life of."""
    return {kind.flow.slug: (kind.plural, kind.flow) for kind in kinds()} | {flow.slug: (title, flow) for flow, title in _SHARED}


def seen(institution_id: int, stamp: str) -> None:
    """Told when the institution's row was read: `stamp` is its `words_changed`. Only a new one costs a query."""
    held = _kept.get(institution_id)
    if held is None or held.stamp != stamp:
        _keep(institution_id, stamp, _read(institution_id) if stamp else NONE)
    elif held.until - monotonic() < SECONDS / 2:
        _keep(institution_id, held.stamp, held.words)


def forget(institution_id: int) -> None:
    """Drop this process' copy: the words are being changed."""
    _kept.pop(institution_id, None)


def words_of(institution_id: int | None) -> Mapping[Key, str]:
    """The institution's own words; nobody has none."""
    if institution_id is None:
        return NONE
    held = _kept.get(institution_id)
    if held is None or held.until < monotonic():
        held = _keep(institution_id, None, _read(institution_id))
    return held.words


def _keep(institution_id: int, stamp: str | None, words: Mapping[Key, str]) -> _Kept:
    if len(_kept) >= MOST:
        _kept.clear()
    held = _kept[institution_id] = _Kept(stamp, monotonic() + SECONDS, words)
    return held


def _read(institution_id: int) -> Mapping[Key, str]:
    rows = FlowWord.objects.filter(institution_id=institution_id).values_list("flow", "kind", "code", "label")
    return {(flow, kind, code): label for flow, kind, code, label in rows} or NONE


def label_of(institution_id: int | None, flow: Flow, state: str) -> str:
    """What a state of the flow is called there."""
    return own_word(institution_id, flow, STATE, state) or said(flow.labels[state])


def said(label: Text) -> str:
    """A text that stands in the code, in the language of now. Remembered: a list says the same fifty times, and for a Spanish text
    every catalogue is asked in vain."""
    if isinstance(label, str):
        return label
    held = _said.get(key := (get_language(), id(label)))
    if held is None or held[0] is not label:
        if len(_said) >= MANY:
            _said.clear()
        held = _said[key] = label, str(label)
    return held[1]


def labels_of(institution_id: int | None, flow: Flow) -> dict[str, str]:
    """Every state of the flow, as it is called there."""
    return {state: label_of(institution_id, flow, state) for state in flow.labels}


def labels_over(institution_id: int | None, flows: Sequence[Flow], usual: Mapping[str, Text]) -> dict[str, str]:
    """The states of several flows that are told apart by their code alone: as `usual` says, unless the institution calls one of them
    by a word of its own: then by every word that it has in them."""
    own = words_of(institution_id)
    ours = {code for flow, kind, code in own if kind == STATE and any(f.slug == flow for f in flows)}
    return {state: " / ".join(dict.fromkeys(label_of(institution_id, f, state) for f in flows if state in f.labels))
            if state in ours else str(label) for state, label in usual.items()}


def state_of(case: Any) -> str:
    """What the state of a case, or of a row read like one, is called."""
    return label_of(case.institution_id, kind_of(case.kind).flow, case.state)


def turn_state_of(turn: Any) -> str:
    """What the state of a turn, or of a row read like one, is called."""
    return label_of(turn.institution_id, flow_of(turn.purpose), turn.state)


def undone(row: Any, state_word: Callable[[Any], str]) -> str:
    """How a case or a turn ended that was not done, in its institution's words; empty for one that was."""
    return state_word(row) if row.state in UNDONE else ""


def own_word(institution_id: int | None, flow: Flow, kind: str, code: str) -> str:
    """The institution's own word for a state or a step; empty when it uses the flow's."""
    return words_of(institution_id).get((flow.slug, kind, code), "")


def step_of(institution_id: int | None, flow: Flow, name: str) -> str:
    """What a step of the flow is called there."""
    return own_word(institution_id, flow, STEP, name) or next(str(s.label) for s in flow.steps if s.name == name)


def taken(move: Move, case: Case) -> str:
    """That a step was taken which the institution calls by a word of its own; empty for the others, of which each module tells."""
    flows = (TURN_FLOW, INFO_FLOW) if move.turn_id else (kind_of(case.kind).flow,)
    word = next(filter(None, (own_word(case.institution_id, flow, STEP, move.verb) for flow in flows)), "")
    return _("dio el paso «%(step)s»") % {"step": word} if word else ""


def steps_of(institution_id: int | None, flow: Flow) -> dict[str, str]:
    """Every step of the flow by its name, as it is called there."""
    return {s.name: own_word(institution_id, flow, STEP, s.name) or str(s.label) for s in flow.steps}


def named(institution_id: int, flow: Flow, steps: Iterable[Step]) -> tuple[Step, ...]:
    """These steps with the institution's words for labels."""
    own = words_of(institution_id)
    return tuple(replace(s, label=word) if (word := own.get((flow.slug, STEP, s.name))) else s for s in steps) if own else tuple(steps)
