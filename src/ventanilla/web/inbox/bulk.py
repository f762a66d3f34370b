"""One step on several turns at once: each by its own verb and transaction, and each refusal told."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases import services
from ventanilla.core.cases.flows import TURN_FLOW, flow_of
from ventanilla.core.cases.models import Case, Tray, Turn
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused

MOST: Final = 100   # turns in one go: a page has 50
TOLD: Final = 5     # refusals told one by one
VERBS: Final[dict[str, Callable[..., None]]] = {"accept": services.accept, "acknowledge": services.acknowledge}


@dataclass(frozen=True)
class Refusal:
    """A turn on which the step was not taken, and why; `folio` is empty when the person may not see it."""

    folio: str
    reason: str


@dataclass(frozen=True)
class ManyPage:
    """A page of a module on which what is ticked in «Por atender» takes `step` of turns together: turns (`turno`), and matters (`asunto`)
    of `kind` in `state`. Offered to who has `capability`."""

    url: str
    step: str
    kind: str
    state: str
    capability: str


_pages: list[ManyPage] = []


def offer(page: ManyPage) -> None:
    """Add a page to those of the inbox."""
    _pages.append(page)


def buttons_for(person: Person, pages: Sequence[ManyPage]) -> list[tuple[str, str]]:
    """The address and the word of each, as the institution calls the step."""
    return [(reverse(page.url), step_of(person.institution_id, TURN_FLOW, page.step)) for page in pages]


def pages_for(person: Person) -> list[ManyPage]:
    """The pages that this person may use."""
    return [page for page in _pages if reach_of(person).can(page.capability)]


def choice_of(row: Tray, turn: Turn | None, pages: Sequence[ManyPage] = ()) -> tuple[str, int] | None:
    """What may be ticked in this row, by the name of its field: a turn that its holder could accept or mark as read, or whose answer waits
    to be evaluated; a matter that one of these pages takes."""
    if turn is None:
        taken = row.tab == Tray.Tab.TO_DO and any(p.kind == row.case.kind and p.state == row.case.state for p in pages)
        return ("asunto", row.case_id) if taken and row.side == "owner" else None
    if row.tab == Tray.Tab.TO_EVALUATE:
        return ("turno", turn.pk) if turn.state == "answered" else None
    if row.side != "holder" or row.tab != Tray.Tab.TO_DO:
        return None
    return ("turno", turn.pk) if any(flow_of(turn.purpose).find(name, turn.state) for name in VERBS) else None


def take(*, actor: Person, step: str, turn_ids: Sequence[int]) -> tuple[int, list[Refusal]]:
    """Take `step` (accept, acknowledge) on each turn. How many were done, and what was refused."""
    turns = Turn.objects.filter(pk__in=list(turn_ids)[:MOST]).select_related("case").order_by("pk")
    refused = [r for r in (_one(actor, step, turn) for turn in turns) if r is not None]
    return len(turns) - len(refused), refused


def _one(actor: Person, step: str, turn: Turn) -> Refusal | None:
    try:
        if _other_purpose(step, turn) and Case.objects.visible_to(actor).filter(pk=turn.case_id).exists():
            return Refusal(turn.case.folio or "", _reason(turn))
        VERBS[step](actor=actor, turn=turn)
    except NotAllowed:
        return Refusal("", _("Ya no está en su bandeja."))
    except Refused as refusal:
        return Refusal(turn.case.folio or "", refusal.message)
    return None


def _other_purpose(step: str, turn: Turn) -> bool:
    return (step == "acknowledge") != (turn.purpose == "information")


def _reason(turn: Turn) -> str:
    return _("Es para conocimiento: márquelo como leído.") if turn.purpose == "information" else _(
        "Pide respuesta: acéptelo o ábralo para atenderlo.")


def tell(request: HttpRequest, step: str, done: int, refused: Sequence[Refusal]) -> None:
    """Say what was done and what was not, with each reason."""
    if done:
        text = ngettext("Se aceptó %(n)s turno.", "Se aceptaron %(n)s turnos.", done) if step == "accept" else ngettext(
            "Se marcó %(n)s turno como leído.", "Se marcaron %(n)s turnos como leídos.", done)
        messages.success(request, text % {"n": done})
    for refusal in refused[:TOLD]:
        messages.warning(request, f"{refusal.folio}: {refusal.reason}" if refusal.folio else refusal.reason)
    if len(refused) > TOLD:
        messages.warning(request, _("Y otros %(n)s tampoco.") % {"n": len(refused) - TOLD})
