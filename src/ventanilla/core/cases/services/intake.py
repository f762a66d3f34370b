"""Opening cases, one or a hundred thousand: set-based, idempotent by uuid, folio taken last before commit."""
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import settled
from ventanilla.core.audit.services import Line, record_with
from ventanilla.core.cases.clocks import start_clocks
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, FolioSeries, Move, Party
from ventanilla.core.cases.moving import Moving
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.plans import FEW, Related, insert, kept_plans, new, rows, together
from ventanilla.lib.folio import Mask


@dataclass(frozen=True)
class CaseDraft:
    """What a case needs to be opened. `received_at` is aware; `series` names a use of the unit's folios.

    `numbered` is that series when it is at hand (active, and of the unit). `year` is the folio's (default: the local year of
    registration; importers say the original one). `words` are further text by which the case is found (sender, number of the
    letter…). `goals` are several clocks in the place of the one of `term`; `parties` are (role, person) whom the case concerns.
    """

    kind: str
    unit: Unit
    subject: str
    received_at: datetime
    series: str = "incoming"
    priority: int = 3
    level: int = 0
    term: Term | None = None
    words: str = ""
    year: int | None = None
    uuid: UUID = field(default_factory=uuid4)
    source: str = "web"
    goals: Sequence[Goal] = ()
    assignee: Person | None = None
    parties: Sequence[tuple[str, Person]] = ()
    numbered: FolioSeries | None = None


Details = Callable[[Sequence[int], Sequence[CaseDraft]], None]
Entrust = Callable[[Sequence[Case]], Iterable[Moving]]


def _to_nobody(_cases: Sequence[Case]) -> Iterable[Moving]:
    return ()


def open_cases(*, actor: Person | None, drafts: Sequence[CaseDraft], details: Details, checked: bool = False,
               entrust: Entrust = _to_nobody) -> list[Case]:
    """Open the cases and return them in order; one already opened with the same uuid is returned as it is.

    `details(ids, drafts)` writes the module's rows of the new cases. `checked`: the module has asked its own rule who may
    open them (else the right to register in the unit). `entrust(cases)` gives new cases to people before they are written: it takes
    the first step of some of them (`moving.first_step`) and gives back the steps whose history stands next to that of the
    registrations. Raises NotAllowed and Refused.
    """
    for unit_id in () if checked else {d.unit.pk for d in drafts}:
        require(actor, cap.REGISTER, unit_id)
    with transaction.atomic(savepoint=False), kept_plans() if len(drafts) <= FEW else nullcontext():
        wanted = {d.uuid: d for d in drafts}
        numbers, there = _claim(list(wanted))
        known = _known(actor, there) if there else {}
        fresh = [d for d in wanted.values() if d.uuid not in known]
        known |= {c.uuid: c for c in _open(actor, fresh, [numbers[d.uuid] for d in fresh], (details, entrust))} if fresh else {}
    return [known[d.uuid] for d in drafts]


def _known(actor: Person | None, keys: Sequence[UUID]) -> dict[UUID, Case]:
    """The cases that these keys opened before. Raises NotAllowed for one that somebody else opened and this person may not read: a key that
    was guessed or overheard is no way to it."""
    found = list(Case.objects.filter(uuid__in=keys))
    others = [c.pk for c in found if actor and c.registrar_id != actor.pk]
    if actor and others and Case.objects.visible_to(actor).filter(pk__in=others).count() < len(others):
        raise NotAllowed
    return {c.uuid: c for c in found}


def _claim(keys: Sequence[UUID]) -> tuple[dict[UUID, int], list[UUID]]:
    """A number for each key, and the keys that have a case already. A resend waits for the first and then finds its case."""
    locks = sorted(k.int % 2**63 for k in keys)
    found = rows("SELECT key, id, known FROM public.cases_claim(%s::uuid[], %s::bigint[])", [list(keys), locks])
    return {key: number for key, number, _known in found}, [key for key, _number, known in found if known]


def _open(actor: Person | None, drafts: Sequence[CaseDraft], ids: Sequence[int], module: tuple[Details, Entrust]) -> list[Case]:
    """Write them. The folios are taken as late as possible: whoever comes next waits from there to the end of the transaction."""
    now = timezone.now()
    series = _series_of(drafts)
    details, entrust = module
    with together():
        clocks = start_clocks(ids, drafts)
        details(ids, drafts)
        cases = [
            new(Case, id=i, institution_id=d.unit.institution_id, uuid=d.uuid, kind=d.kind, state=kind_of(d.kind).flow.initial,
                 series=s, year=d.year or timezone.localtime(now).year, unit=d.unit, registrar=actor, subject=d.subject,
                 priority=d.priority, level=d.level, received_at=d.received_at, created_at=now, due_at=clock.due_at,
                 amber_at=clock.amber_at, source=d.source, assignee=d.assignee)
            for i, d, s, clock in zip(ids, drafts, series, clocks, strict=True)
        ]
        registered = [_registered(case) for case in cases]
        _write_history(actor, cases, registered, list(entrust(cases)))
        insert(Party, [new(Party, case_id=i, role=role, person=p, since=now) for i, d in zip(ids, drafts, strict=True)
                       for role, p in dict.fromkeys(d.parties)])
    _file(cases, [d.words for d in drafts])
    return cases


_SERIES = Related(FolioSeries, where="t.active AND t.unit_id = ANY (%s::bigint[]) AND t.slug = ANY (%s::text[])")


def _series_of(drafts: Sequence[CaseDraft]) -> list[FolioSeries]:
    found = {(d.unit.pk, d.series): d.numbered for d in drafts if d.numbered}
    if wanted := {(d.unit.pk, d.series) for d in drafts} - found.keys():
        found |= {(s.unit_id, s.slug): s for s in settled.answered(_SERIES, [[u for u, _slug in wanted], [slug for _u, slug in wanted]])}
    if missing := next((d for d in drafts if (d.unit.pk, d.series) not in found), None):
        raise Refused(_("La unidad «%(unit)s» no tiene numeración para este tipo de documento; pídala a la "
                        "administración.") % {"unit": missing.unit.name}, "unit")
    return [found[d.unit.pk, d.series] for d in drafts]


def _registered(case: Case) -> Move:
    """The first row of a case's history, as it comes in."""
    return new(Move, institution_id=case.institution_id, case_id=case.pk, verb="register", to_state=case.state, actor=case.registrar,
                unit_id=case.unit_id, at=case.created_at, source=case.source)


def _write_history(actor: Person | None, cases: Sequence[Case], registered: Sequence[Move], then: Sequence[Moving]) -> None:
    """History and log of the registrations, and behind them of what happened at once."""
    lines = [Line(f"{c.kind}.register", c.institution_id, f"case:{c.pk}", actor.pk if actor else None, c.pk,
                  detail={"unit": c.unit_id, "uuid": c.uuid, "source": c.source, "level": c.level}, personal={"subject": c.subject})
             for c in cases]
    insert(Move, [*registered, *(m.history for m in then)])
    record_with([*lines, *(m.line for m in then)])


_COLUMNS = [(str(f.column), f.attname) for f in Case._meta.concrete_fields if f.name not in ("number", "folio")]


def _file(cases: Sequence[Case], words: Sequence[str]) -> None:
    """Take the folios, write the cases and make them findable, in one call: one range of folios per series and year."""
    if len(cases) == 1:
        found = {cases[0].pk: rows(_FILE_ONE, _alone(_given(cases[0]) | {"words": words[0]}))[0]}
    else:
        given = json.dumps([_given(case) for case in cases], default=str)
        found = {pk: (number, folio) for pk, number, folio in rows(_FILE, [[case.pk for case in cases], list(words), given])}
    for case in cases:
        case.number, case.folio = found[case.pk]
        case._state.adding, case._state.db = False, DEFAULT_DB_ALIAS


_FILE = "SELECT filed, numbered, named FROM public.cases_file(%s::bigint[], %s::text[], %s::json)"
_ALONE = {
    "id": "bigint", "institution_id": "bigint", "uuid": "uuid", "kind": "text", "state": "text", "series_id": "bigint", "year": "smallint",
    "unit_id": "bigint", "registrar_id": "bigint", "assignee_id": "bigint", "subject": "text", "priority": "smallint", "level": "smallint",
    "received_at": "timestamptz", "created_at": "timestamptz", "due_at": "timestamptz", "amber_at": "timestamptz",
    "closed_at": "timestamptz", "source": "text", "counter": "int", "head": "text", "width": "int", "tail": "text", "words": "text"}
_FILE_ONE = f"SELECT numbered, named FROM public.cases_file_one({', '.join(f'%s::{kind}' for kind in _ALONE.values())})"


def _alone(given: dict[str, Any]) -> list[Any]:
    """The values in the order of the function. Numbers go as text: else a statement would be another one for each mixture of sizes."""
    return [str(value) if isinstance(value := given[name], (int, str)) else value for name in _ALONE]


def _given(case: Case) -> dict[str, Any]:
    """Its row, and how its folio is written round its number."""
    head, width, tail = Mask(case.series.mask, case.series.yearly).around(
        unit=case.unit.code or case.unit.short_name, year=case.year, series=case.series.slug)
    return {column: getattr(case, name) for column, name in _COLUMNS} | {
        "counter": case.year if case.series.yearly else 0, "head": head, "width": width, "tail": tail}
