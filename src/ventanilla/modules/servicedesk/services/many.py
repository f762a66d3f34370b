"""The same thing done to many tickets: each by its own verb, transaction and log entry, with rights of its own; sent again it is once."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Round, RoundStep
from ventanilla.modules.servicedesk.services.closing import close, resolve
from ventanilla.modules.servicedesk.services.hanging import hang
from ventanilla.modules.servicedesk.services.solving import tie
from ventanilla.modules.servicedesk.services.working import assign, hold, prioritise, take, works_somewhere

MOST: Final = 200
"""Tickets of one round at most."""
LABELS: Final = {
    "take": lazy("Tomarlos"), "assign": lazy("Asignarlos a un equipo o persona"), "prioritise": lazy("Cambiar su prioridad"),
    "hold": lazy("Ponerlos en espera"), "resolve": lazy("Resolverlos"), "close": lazy("Cerrarlos"),
    "tie": lazy("Relacionarlos con un problema o un incidente mayor")}


@dataclass(frozen=True)
class Order:
    """What is done to each; `data` is what its verb takes. For `tie`, `other` is the ticket with which they are tied."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    uuid: UUID = field(default_factory=uuid4)


def do_to_many(*, actor: Person, cases: Sequence[int], order: Order) -> list[RoundStep]:
    """What became of each ticket, in the order of their numbers; those that the actor does not see are as if they did not exist.

    Not in a transaction: each ticket is on its own, and what was done stays done. Raises NotAllowed (nobody of the desk; somebody
    else's round) and Refused (too many, none, no such action).
    """
    if not works_somewhere(actor):
        raise NotAllowed
    if order.action not in _VERBS:
        raise Refused(_("Elija qué hacer con ellos."), "action")
    if len(set(cases)) > MOST:
        raise Refused(_("Marque %(n)s tickets a lo más.") % {"n": MOST})
    rows = list(Case.objects.visible_to(actor).filter(pk__in=cases, ticket__isnull=False).order_by("pk"))
    if not rows:
        raise Refused(_("Marque al menos un ticket."))
    one, _made = Round.objects.get_or_create(uuid=order.uuid, defaults={
        "institution_id": actor.institution_id, "person": actor, "action": order.action, "at": timezone.now()})
    if (one.person_id, one.action) != (actor.pk, order.action):
        raise NotAllowed
    known = set(one.steps.values_list("case_id", flat=True))
    for case in rows:
        if case.pk not in known:
            _step(one, actor, case, order)
    return list(one.steps.filter(case__in=rows).select_related("case"))


def _step(one: Round, actor: Person, case: Case, order: Order) -> None:
    """One ticket. Of the same round sent twice at once, the second waits for the first and does nothing."""
    try:
        with transaction.atomic():
            RoundStep.objects.create(round=one, case=case, done=True)
            _VERBS[order.action](actor, case, order.data)
    except (NotAllowed, Refused) as refusal:
        why = refusal.message if isinstance(refusal, Refused) else _("No le corresponde, o su estado ya no lo permite.")
        RoundStep.objects.get_or_create(round=one, case=case, defaults={"done": False, "why": why[:1000]})
    except IntegrityError as error:
        if "servicedesk_round_step_once" not in str(error):
            raise


def _tie(actor: Person, case: Case, data: Mapping[str, Any]) -> None:
    """With a problem as what causes it, with a major incident by hanging from it."""
    other: Case = data["other"]
    if case.pk == other.pk:
        raise Refused(_("Es el mismo ticket."))
    if other.kind == "problem":
        tie(actor=actor, case=case, other=other, kind="caused_by")
    else:
        hang(actor=actor, case=case, parent=other)


def other_of(person: Person, folio: str) -> Case:
    """The problem or major incident of that number. Raises Refused naming the field."""
    row = Case.objects.visible_to(person).select_related("ticket").filter(folio__iexact=folio.strip(), ticket__isnull=False).first()
    if row is None:
        raise Refused(_("No hay un ticket con ese número que usted pueda ver."), "folio")
    if row.kind != "problem" and not row.ticket.major:
        raise Refused(_("%(folio)s no es un problema ni un incidente mayor.") % {"folio": row.folio}, "folio")
    return row


Verb = Callable[[Person, Case, Mapping[str, Any]], object]
_VERBS: Final[dict[str, Verb]] = {
    "take": lambda actor, case, data: take(actor=actor, case=case),
    "assign": lambda actor, case, data: assign(actor=actor, case=case, **data),
    "prioritise": lambda actor, case, data: prioritise(actor=actor, case=case, **data),
    "hold": lambda actor, case, data: hold(actor=actor, case=case, **data),
    "resolve": lambda actor, case, data: resolve(actor=actor, case=case, **data),
    "close": lambda actor, case, data: close(actor=actor, case=case),
    "tie": _tie,
}
