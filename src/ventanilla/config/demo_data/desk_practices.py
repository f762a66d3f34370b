"""Problems with their known errors, and changes, in every state: what the demo's desk learned from two years of incidents."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.core.cases.models import CaseLink
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.servicedesk.models import Approval, Change, KnownError, Problem, ProblemStep
from ventanilla.modules.servicedesk.services.importing import Happened, Promise, TicketPast, write_tickets

Path = Sequence[tuple[str, str]]
#: the steps (verb, state after) that lead to each state
PROBLEM_PATHS: Final[Mapping[str, Path]] = {
    "new": (), "assigned": (("assign", "assigned"),), "investigating": (("assign", "assigned"), ("take", "investigating")),
    "known": (("assign", "assigned"), ("take", "investigating"), ("identify", "known"), ("plan", "known")),
    "pending": (("assign", "assigned"), ("take", "investigating"), ("identify", "known"), ("hold", "pending")),
    "resolved": (("take", "investigating"), ("identify", "known"), ("plan", "known"), ("resolve", "resolved")),
    "closed": (("take", "investigating"), ("identify", "known"), ("plan", "known"), ("resolve", "resolved"), ("close", "closed")),
    "cancelled": (("take", "investigating"), ("cancel", "cancelled")),
}
_PLANNED: Final[Path] = (("assign", "assigned"), ("plan", "planned"))
_ASKED: Final[Path] = (*_PLANNED, ("submit", "approval"))
_BEGUN: Final[Path] = (*_ASKED, ("approve", "approved"), ("implement", "implementing"))
CHANGE_PATHS: Final[Mapping[str, Path]] = {
    "new": (), "assigned": _PLANNED[:1], "planned": _PLANNED, "approval": _ASKED, "rejected": (("decline", "rejected"),),
    "not_approved": (*_ASKED, ("reject", "not_approved")), "approved": _BEGUN[:-1], "implementing": _BEGUN,
    "implemented": (*_BEGUN, ("finish", "implemented")), "failed": (*_BEGUN, ("fail", "failed")),
    "rolled_back": (*_BEGUN, ("fail", "failed"), ("roll_back", "rolled_back")),
    "closed": (*_BEGUN, ("finish", "implemented"), ("review", "closed")), "cancelled": (*_PLANNED, ("cancel", "cancelled")),
}
SIMPLE_PATHS: Final[Mapping[str, Path]] = {
    "planned": _PLANNED, "implementing": (*_PLANNED, ("implement", "implementing")),
    "closed": (*_PLANNED, ("implement", "implementing"), ("finish", "implemented"), ("review", "closed")),
}
EMERGENCY_PATHS: Final[Mapping[str, Path]] = {
    "implemented": (("implement", "implementing"), ("finish", "implemented")),
    "approval": (("implement", "implementing"), ("finish", "implemented"), ("review", "approval")),
    "closed": (("implement", "implementing"), ("finish", "implemented"), ("review", "approval"), ("approve", "closed")),
}
PATHS: Final = {"problem": PROBLEM_PATHS, "change": CHANGE_PATHS, "simple_change": SIMPLE_PATHS, "emergency_change": EMERGENCY_PATHS}
_SYSTEM: Final = frozenset({"approve", "reject"})
_REASONS: Final = {"cancel": "Ya no hace falta", "hold": "Se espera al proveedor", "decline": "No corresponde a este ejercicio",
                   "reject": "Falta el plan de reversión", "fail": "No arrancó el servicio",
                   "roll_back": "Se regresó a la versión anterior",
                   "implement": "Está detenido el servicio"}


@dataclass
class Invented:
    """A problem or change that was invented: its history and its words."""

    past: TicketPast
    row: Any
    began: datetime


def write_practices(setup: Setup, rng: Random, now: datetime, incidents: Mapping[str, Sequence[int]]) -> None:
    """Write them, tied to the incidents that they explain."""
    problems = _write(setup, [_problem(setup, row, n, rng, now) for n, row in enumerate(words.PROBLEMS)])
    _problem_facts(setup, problems, incidents)
    errors = _known_errors(setup, problems, rng, now)
    changes = _write(setup, [_change(setup, row, n, rng, now) for n, row in enumerate(words.CHANGES)])
    _change_facts(setup, changes, rng, now)
    CaseLink.objects.bulk_create(CaseLink(case_id=error, other_id=changes[n][0], kind="fixed_by") for n, error in enumerate(errors))


def _write(setup: Setup, invented: Sequence[Invented]) -> list[tuple[int, Invented]]:
    ordered = sorted(invented, key=lambda i: i.began)
    lives = write_tickets([i.past for i in ordered], source="demo")
    return [(life.id, one) for life, one in zip(lives, ordered, strict=True)]


def _past(setup: Setup, kind: str, subject: str, state: str, began: datetime, rng: Random, now: datetime) -> TicketPast:
    """The history that leads to a state, in even steps from the beginning until some days ago, or now."""
    team = setup.teams["Desarrollo de sistemas" if "sistema" in subject.lower() or "portal" in subject.lower() else "Mesa de ayuda"]
    agent, path = rng.choice(setup.agents[team.name]), PATHS.get(kind, {}).get(state, ())
    step = (now - began) / (len(path) + 2)
    happened = [Happened(began, began, "register", "current" if kind == "known_error" else "new", setup.manager.pk)]
    for n, (verb, after) in enumerate(path, start=1):
        at, actor = began + n * step, None if verb in _SYSTEM else agent.pk
        detail = {"team": team.name, "person": agent.name, "team_before": team.pk} if verb == "assign" else {}
        happened.append(Happened(at, at, verb, after, actor, _REASONS.get(verb, ""), detail))
    past = TicketPast(kind, team.unit, subject, began, began, happened, [Promise("resolve", None, version_for(team.unit).pk, began)],
                      priority=3,
                      registrar_id=setup.manager.pk, description=subject, uuid=UUID(int=rng.getrandbits(128), version=4))
    past.assignee_id = agent.pk if len(path) else None
    done = state in ("resolved", "closed") and kind == "problem"
    past.facts = {"team_id": team.pk, "requester_id": setup.manager.pk, "impact": 2, "urgency": 2, "channel": "portal",
                  "cause_id": setup.causes["incident"][1].pk if done else None, "resolved_by_id": agent.pk if done else None,
                  "solution": "Se corrigió la causa y se verificó durante dos semanas." if done else ""}
    return past


def _problem(setup: Setup, row: tuple[str, ...], n: int, rng: Random, now: datetime) -> Invented:
    began = now - timedelta(days=250 - 28 * n, hours=rng.randrange(1, 8))
    return Invented(_past(setup, "problem", row[0], row[1], began, rng, now), row, began)


def _problem_facts(setup: Setup, problems: Sequence[tuple[int, Invented]], incidents: Mapping[str, Sequence[int]]) -> None:
    Problem.objects.bulk_create(Problem(case_id=pk, root_cause=one.row[2], workaround=one.row[3]) for pk, one in problems)
    CaseLink.objects.bulk_create(CaseLink(case_id=incident, other_id=pk, kind="caused_by") for pk, one in problems
                                 for incident in list(incidents.get(one.row[4], ()))[2:8])
    steps = []
    for pk, one in problems:
        if one.row[2]:
            owner, done = _owner(setup, one), one.row[1] in ("resolved", "closed")
            for k, (text, definitive) in enumerate((("Publicar la solución temporal a la mesa", False), ("Corregir la causa", True),
                                                    ("Verificar durante dos semanas", True))):
                at = one.began + timedelta(days=20 + 10 * k)
                steps.append(ProblemStep(case_id=pk, text=text, owner=owner, due_on=at.date(), definitive=definitive,
                                         done_at=at if done or k == 0 else None))
    ProblemStep.objects.bulk_create(steps)


def _owner(setup: Setup, one: Invented) -> Person:
    people = {p.pk: p for agents in setup.agents.values() for p in agents}
    return people.get(one.past.assignee_id or 0) or setup.manager


def _known_errors(setup: Setup, problems: Sequence[tuple[int, Invented]], rng: Random, now: datetime) -> list[int]:
    """One for each problem whose cause is known, tied to it; the closed ones are fixed."""
    known = [(pk, one) for pk, one in problems if one.row[3]]
    pasts = []
    for _pk, one in known:
        began = one.began + timedelta(days=12)
        past = _past(setup, "known_error", one.row[0], "current", began, rng, now)
        if one.row[1] == "closed":
            at = began + timedelta(days=60)
            past.happened = [*past.happened, Happened(at, at, "fix", "fixed", setup.manager.pk)]
        pasts.append(Invented(past, one.row, began))
    written = _write(setup, pasts)
    by_subject = {one.row[0]: pk for pk, one in known}
    KnownError.objects.bulk_create(KnownError(case_id=pk, symptoms=f"{one.row[0]}.", root_cause=one.row[2], workaround=one.row[3])
                                   for pk, one in written)
    CaseLink.objects.bulk_create(CaseLink(case_id=by_subject[one.row[0]], other_id=pk, kind="known_as") for pk, one in written)
    return [pk for pk, _one in written]


def _change(setup: Setup, row: tuple[str, str, str, int], n: int, rng: Random, now: datetime) -> Invented:
    kind, subject, state, _risk = row
    began = now - timedelta(days=8 * n + 6, hours=rng.randrange(1, 8))
    return Invented(_past(setup, kind, subject, state, began, rng, now), row, began)


_OUTCOMES: Final = {"implemented": "implemented", "closed": "implemented", "approval": "implemented", "failed": "failed",
                    "rolled_back": "rolled_back"}


def _change_facts(setup: Setup, changes: Sequence[tuple[int, Invented]], rng: Random, now: datetime) -> None:
    rows, approvals = [], []
    for pk, one in changes:
        kind, subject, state, risk = one.row
        verbs = {h.verb: h.at for h in one.past.happened}
        starts = verbs.get("implement", now + timedelta(days=rng.randrange(2, 20)))
        planned = "plan" in verbs or "implement" in verbs
        done = kind == "emergency_change" or state not in ("planned", "approval", "approved", "not_approved")
        rows.append(Change(
            case_id=pk, institution=setup.org.institution, risk=risk, impact_text="Usuarios de oficinas centrales" if planned else "",
            plan=f"1. Avisar. 2. Respaldar. 3. {subject}. 4. Probar." if planned else "",
            back_out="Restaurar el respaldo." if planned else "",
            starts_at=starts if planned else None, ends_at=starts + timedelta(hours=3) if planned else None,
            implementer=_owner(setup, one) if planned else None, outcome=_OUTCOMES.get(state, "") if done else "",
            review="Salió como se planeó; se documentó el procedimiento." if "review" in verbs else ""))
        approvals += _approvals(setup, pk, one, verbs)
    Change.objects.bulk_create(rows)
    Approval.objects.bulk_create(approvals)


def _approvals(setup: Setup, pk: int, one: Invented, verbs: Mapping[str, datetime]) -> list[Approval]:
    """Two were asked; a pending one waits for the second."""
    emergency = one.row[0] == "emergency_change"
    asked = verbs.get("review" if emergency else "submit")
    if asked is None or one.row[0] == "simple_change":
        return []
    above = [setup.org.head(setup.org.units[code]) for code in ("212C0101030000L", "212C0101000000S")]
    ended = verbs.get("approve") or verbs.get("reject")
    verdict = "no" if "reject" in verbs else "yes" if "approve" in verbs else ""
    return [Approval(case_id=pk, label="Autorización a posteriori" if emergency else "Autorización", quorum=2, person=person,
                     retrospective=emergency, asked_at=asked, at=ended, verdict=verdict,
                     reason="Falta el plan de reversión" if verdict == "no" else "") for person in above]
