"""Several letters, or several turns, sent on in one go: those that may not go there are left out and told, the others go together."""
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import lock_cases
from ventanilla.core.cases.routing import check_route, rules_of
from ventanilla.core.cases.services import TurnDraft
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused

LeftOut = tuple[str, str]
Place = tuple[int, int, int | None]
"""A matter, a unit, and a person of it where one is named."""


def route_together(person: Person, things: Sequence[Any], form: Any) -> tuple[int, list[LeftOut]]:
    """Send these letters, or these turns, where a valid form says: in how many, and where not and why.

    What the rules refuse is left out before; if something changed meanwhile nothing is sent. Raises NotAllowed and Refused.
    """
    wanted = [(thing, form.drafts(f"{type(thing).__name__} {thing.pk}")) for thing in things]
    going, left = _sorted_out(wanted)
    if going:
        try:
            with transaction.atomic():
                lock_cases([_case(thing).pk for thing, _drafts in going])  # of both kinds at once, in one order for everybody
                for kind in (Case, Turn):
                    spine.route_many(actor=person, sent=[(thing, drafts) for thing, drafts in going if isinstance(thing, kind)])
        except NotAllowed:
            raise Refused(_("Algo cambió mientras tanto y no se turnó nada. Envíelo otra vez: se dirá en cuáles ya no se puede.")) from None
    return len(going), left


def _sorted_out(wanted: Sequence[tuple[Any, Sequence[TurnDraft]]]) -> tuple[list[tuple[Any, Sequence[TurnDraft]]], list[LeftOut]]:
    cases = [_case(thing) for thing, _drafts in wanted]
    keys = {draft.uuid for _thing, drafts in wanted for draft in drafts}
    known = set(Turn.objects.filter(uuid__in=keys).values_list("uuid", flat=True))
    rules, held = rules_of(cases[0].institution_id), _held(cases, keys)
    going: list[tuple[Any, Sequence[TurnDraft]]] = []
    left: list[LeftOut] = []
    for thing, drafts in wanted:
        try:
            _may_go(thing, drafts, known, held, rules)
        except Refused as refusal:
            left.append((_case(thing).folio or "", refusal.message))
        else:
            going.append((thing, drafts))
            held |= {_place(thing, draft) for draft in drafts if draft.purpose == Turn.Purpose.ACTION}
    return going, left


def _may_go(thing: Any, drafts: Sequence[TurnDraft], known: set[UUID], held: set[Place], rules: Sequence[Any]) -> None:
    """Raises Refused where the rules do not let it go, or where the place has an open turn of the matter already."""
    parent = thing if isinstance(thing, Turn) else None
    for draft in drafts:
        if draft.uuid in known:
            continue                # sent by this very form: a resend
        check_route(thing.unit, draft, parent, timezone.now(), rules)
        if draft.purpose == Turn.Purpose.ACTION and _place(thing, draft) in held:
            raise Refused(_("%(to)s ya tiene un turno abierto de este asunto.") % {
                "to": draft.person.name if draft.person else draft.unit.name})


def _held(cases: Sequence[Case], but: set[UUID]) -> set[Place]:
    """Where a turn for action of these matters is open, besides those of these keys."""
    rows = Turn.objects.filter(case__in={case.pk for case in cases}).open().for_action().exclude(uuid__in=but)
    return set(rows.values_list("case_id", "unit_id", "person_id"))


def _case(thing: Any) -> Case:
    found: Case = thing.case if isinstance(thing, Turn) else thing
    return found


def _place(thing: Any, draft: TurnDraft) -> Place:
    return _case(thing).pk, draft.unit.pk, draft.person.pk if draft.person else None
