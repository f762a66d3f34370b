"""Ends of a ticket: resolved with cause and solution, closed, reopened within its window, cancelled."""
from datetime import timedelta
from typing import Final
from uuid import uuid5

from django.db import transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, SearchRow
from ventanilla.core.cases.moving import moving
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.services.opposition import opposed_people
from ventanilla.core.questionnaires.services import InvitationDraft, invite
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Cause, Ticket
from ventanilla.modules.servicedesk.services.major_telling import tell_over
from ventanilla.modules.servicedesk.services.working import take

REOPEN_DAYS: Final = 15
"""Calendar days in which a resolved or closed ticket can be reopened, unless the institution's policy says otherwise."""


@transaction.atomic
def resolve(*, actor: Person | None, case: Case, cause: Cause | None, solution: str, children: bool = False) -> Case:
    """Resolved: cause (of the catalogue) and solution are kept, searched and counted. Stops the clocks.

    With `children` the open tickets that hang from it are resolved with the same cause and solution, each by a step of its own, so that
    each has its history and whoever asked for it is told. Raises NotAllowed, and Refused naming what is missing, or the child that
    cannot be resolved (none is, then); while child tickets are open and not resolved with it, too.
    """
    solution = clean_text(solution)
    if actor and cause is None:
        raise Refused(_("Elija la causa."), "cause")
    if not solution:
        raise Refused(_("Escriba la solución: servirá a quien tenga el mismo problema."), "solution")
    if children and actor:
        for child in _held_below(case):
            _resolve_with(actor, case, child, cause, solution)
    if open_children(case):
        raise Refused(_("Tiene tickets dependientes sin resolver: resuélvalos con éste, por su cuenta, o sepárelos."), "children")
    return _resolved(actor, case, cause, solution)


def _resolved(actor: Person | None, case: Case, cause: Cause | None, solution: str, reason: str = "") -> Case:
    with moving(case, "resolve", actor, reason=reason, given={"cause": cause, "solution": solution}) as move:
        move.detail["cause"] = cause.pk if cause else None
        move.personal["solution"] = solution
        Ticket.objects.filter(pk=case.pk).update(cause=cause, solution=solution, resolved_at=move.at, resolved_by=actor, held_for=None,
                                                 owned_at=Coalesce(F("owned_at"), move.at))
        case_clocks_follow(move)
        _find_by(move.case, solution)
        tell_over(move.case, move.at, "resolve")
        return move.case


def _held_below(case: Case) -> list[Case]:
    """Open tickets that hang from it, directly or through another, lowest first; all locked, with it, in the order of their numbers."""
    rows, edge = list[int](), [case.pk]
    while edge:
        edge = [pk for pk in Ticket.objects.filter(parent__in=edge, case__closed_at=None).order_by("pk").values_list("pk", flat=True)
                if pk not in rows]
        rows += edge
    held = {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk, *rows]).order_by("pk")}
    return [held[pk] for pk in reversed(rows) if held[pk].closed_at is None and held[pk].state != "resolved"]


def _resolve_with(actor: Person, parent: Case, child: Case, cause: Cause | None, solution: str) -> None:
    """One that nobody took yet is taken first. Raises Refused naming the child."""
    try:
        if kind_of(child.kind).flow.find("resolve", child.state) is None:
            child = take(actor=actor, case=child)
        _resolved(actor, child, cause, solution, reason=_("Se resolvió junto con %(folio)s.") % {"folio": parent.folio})
    except (Refused, NotAllowed) as refusal:
        why = refusal.message if isinstance(refusal, Refused) else _("usted no lo atiende")
        raise Refused(_("%(folio)s no se puede resolver con éste: %(why)s") % {"folio": child.folio, "why": why}, "children") from None


def _find_by(case: Case, solution: str) -> None:
    """Whoever may see the ticket finds it by its solution too."""
    rows = SearchRow.objects.filter(case=case, ref=case.pk, page=0).exclude(kind="page")
    rows.update(body=Concat(F("body"), Value(f" {solution}"), output_field=TextField()))


def open_children(case: Case) -> bool:
    """Whether tickets that hang from this one still owe something."""
    return Ticket.objects.filter(parent=case, case__closed_at=None).exclude(case__state="resolved").exists()


def close(*, actor: Person | None, case: Case) -> Case:
    """The requester agrees, or nobody objected in time (the system). Who asked and who benefits are invited to the survey, once."""
    with moving(case, "close", actor) as move:
        case_clocks_follow(move)
        ask_opinion(move.case)
        return move.case


def ask_opinion(case: Case) -> None:
    """Invite who asked, and who benefits, to the survey of the ticket's offering: the link goes in a notice, also by mail; to who has
    no account only by mail.
    """
    from ventanilla.modules.servicedesk.services.mail.guests import guests_of

    ticket = Ticket.objects.select_related("version__survey__instrument", "requester", "beneficiary").get(pk=case.pk)
    survey = ticket.version.survey if ticket.version else None
    if survey:
        quiet = opposed_people([i for i in (ticket.requester_id, ticket.beneficiary_id) if i])
        for person, key in ((ticket.requester, "survey"), (ticket.beneficiary, "survey:beneficiary")):
            if person and person.pk not in quiet and (key == "survey" or person != ticket.requester):
                _invite(case, person, survey.instrument.slug, key)
        for address in guests_of([case.pk]).get(case.pk, ()):
            _invite(case, address, survey.instrument.slug, f"survey:{address.lower()}")


def _invite(case: Case, who: Person | str, slug: str, key: str) -> None:
    """`who`: a person, or the address of somebody without an account."""
    from ventanilla.modules.servicedesk.services.mail.guests import ask_guest

    person = None if isinstance(who, str) else who
    made = invite(actor=None, drafts=[InvitationDraft(slug, case.institution_id, case, person, "ticket", uuid=uuid5(case.uuid, key))])[0]
    if made.path and isinstance(who, str):
        ask_guest(who, case, made.path, made.response.uuid)
    elif made.path and person:
        with override(SPANISH):
            title = _("¿Cómo le atendimos? %(folio)s") % {"folio": case.folio}
            text = _("Su opinión toma un minuto: %(subject)s") % {"subject": case.subject[:200]}
        notify(recipients=[person.pk], draft=NoticeDraft("survey", title, f"{key}:{case.pk}", text, made.path, case.pk))


def reopen(*, actor: Person, case: Case, reason: str) -> Case:
    """It was not solved: the clocks run on, less the time in which it was closed. Refused after the window."""
    days = int(case.institution.policy.get("reopen_days", REOPEN_DAYS))
    ended = Ticket.objects.get(pk=case.pk).resolved_at
    if ended and timezone.now() > ended + timedelta(days=days):
        raise Refused(_("Pasaron más de %(n)s días desde que se resolvió: abra uno nuevo y menciónelo.") % {"n": days})
    with moving(case, "reopen", actor, reason=reason) as move:
        Ticket.objects.filter(pk=case.pk).update(resolved_at=None, resolved_by=None, reopened=F("reopened") + 1)
        case_clocks_follow(move)
        return move.case


def cancel(*, actor: Person, case: Case, reason: str) -> Case:
    """No longer needed; folio and reason stay."""
    step = "withdraw" if case.state == "approval" and case.kind == "request" else "cancel"
    with moving(case, step, actor, reason=reason) as move:
        case_clocks_follow(move)
        tell_over(move.case, move.at, "cancel")
        return move.case
