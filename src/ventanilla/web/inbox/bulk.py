"""One step on several turns at once: each by its own verb and transaction, and each refusal told."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases import services
from ventanilla.core.cases.flows import flow_of
from ventanilla.core.cases.models import Case, Tray, Turn
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused

MOST: Final = 100   # turns in one go: a page has 50
TOLD: Final = 5     # refusals told one by one
VERBS: Final[dict[str, Callable[..., None]]] = {"accept": services.accept, "acknowledge": services.acknowledge}


@dataclass(frozen=True)
class Refusal:
    """A turn on which the step was not taken, and why; `folio` is empty when the person may not see it."""

    folio: str
    reason: str


def choice_of(row: Tray, turn: Turn | None) -> int | None:
    """The turn that may be ticked in this row: one that its holder could accept or mark as read, or whose answer waits to be evaluated."""
    if turn is not None and row.tab == Tray.Tab.TO_EVALUATE:
        return turn.pk if turn.state == "answered" else None
    if turn is None or row.side != "holder" or row.tab != Tray.Tab.TO_DO:
        return None
    return turn.pk if any(flow_of(turn.purpose).find(name, turn.state) for name in VERBS) else None


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
