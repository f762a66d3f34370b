"""Making a ticket another kind, or of another service: number, clocks and log stay; what the new kind asks for is added.

The table of what may become what is `servicedesk.reclassification`; here are the conditions that the table alone does not show.
"""
from typing import Any

from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, CaseLink, SearchRow
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import ASKED, CHANGES
from ventanilla.modules.servicedesk.models import Change, OfferingVersion, Problem, ProblemStep, Ticket
from ventanilla.modules.servicedesk.models.changes import Risk
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.reclassification import INSTEAD, WAYS
from ventanilla.modules.servicedesk.services.family import merged_ids
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts, require_kind, require_risk
from ventanilla.modules.servicedesk.services.promising import keep_promise, kind_levels, waiting
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.modules.servicedesk.services.working import works_somewhere


def reclassify(*, actor: Person, case: Case, kind: str, reason: str, version: OfferingVersion | None = None,
               change: ChangeFacts | None = None) -> Case:
    """The ticket is of another kind, or of another service of the catalogue; the state lands where `WAYS` says.

    A clock keeps its start and pauses and is counted anew by what is promised to the new kind (`promising.keep_promise`). A request or
    incident that was none before says of which service it is (`version`), a change its risk. Raises NotAllowed, and Refused with what
    to do instead.
    """
    _never(actor, case, kind)
    with moving(case, "reclassify", actor, reason=reason) as move:
        ticket = Ticket.objects.select_for_update(of=("self",)).select_related("team__unit", "level", "requester").get(pk=case.pk)
        move.detail.update(kind_before=move.case.kind, kind=kind, version=version.pk if version else None, service_before=ticket.service_id)
        lands = _way(move, kind)
        _conditions(actor, move.case, ticket, kind)
        _asked_for(move.case, ticket, kind, version, change)
        before = move.case.kind
        changed = version is not None or kind != before
        _turn(move, kind, lands)
        _own_facts(move, ticket, kind, change)
        _serve(ticket, version)
        _promise(ticket, before, kind)
        move.detail["service"] = ticket.service_id
        case_clocks_follow(move)
        if ticket.team and changed:
            keep_promise(move.case, ticket.team, move.at, level=ticket.level)
        return move.case


def _never(actor: Person, case: Case, kind: str) -> None:
    """A kind that has no such step at all (a known error) says what to do instead, to whoever works on the ticket."""
    if any(step.name == "reclassify" for step in kind_of(case.kind).flow.steps) or not is_staff(reach_of(actor), case):
        return
    if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise Refused(str(INSTEAD.get((case.kind, kind)) or _("Elija de qué tipo es.")), "kind")


def _way(move: Moving, kind: str) -> str:
    """The state in which it lands. Raises Refused where there is no way."""
    before, states = move.case.kind, WAYS.get((move.case.kind, kind))
    if states is None:
        raise Refused(str(INSTEAD.get((before, kind)) or _("Elija de qué tipo es.")), "kind")
    if move.case.state not in states:
        raise Refused(_("En «%(state)s» ya no pasa a «%(kind)s». Regréselo a un paso anterior, o registre otro y relaciónelo con éste.") % {
            "state": state_of(move.case), "kind": kind_of(kind).label}, "kind")
    return states[move.case.state]


def _conditions(actor: Person, case: Case, ticket: Ticket, kind: str) -> None:
    """What must hold beyond the table, by the kinds it goes between."""
    before = case.kind
    if (before, kind) == ("incident", "problem") and somebody_waits(ticket):
        raise Refused(_("Hay quien espera que se le devuelva el servicio: cree un problema a partir de este incidente."), "kind")
    if before == "problem" and found_out(case):
        raise Refused(_("Ya tiene incidentes relacionados, causa o plan: siga como problema y registre aparte lo que haga falta."), "kind")
    if before != kind:
        require_kind(actor, kind, case.unit_id)
    if not {before, kind} <= set(ASKED) and merged_ids(case.pk):
        raise Refused(_("Se le fusionaron otros tickets: deshaga la fusión antes de cambiarlo de tipo."), "kind")


def somebody_waits(ticket: Ticket) -> bool:
    """Whether somebody who is not of the desk asked for it, or is to get it."""
    outside = ticket.requester is not None and not works_somewhere(ticket.requester)
    return outside or bool(ticket.requester_name or ticket.requester_email or ticket.beneficiary_id or ticket.beneficiary_name
                            or ticket.beneficiary_email)


def found_out(case: Case) -> bool:
    """Whether a problem holds what only a problem can: incidents behind it, a cause, a plan, a known error."""
    return (CaseLink.objects.filter(other=case, kind="caused_by").exists() or CaseLink.objects.filter(case=case, kind="known_as").exists()
            or Problem.objects.filter(pk=case.pk).exclude(root_cause="").exists() or ProblemStep.objects.filter(case=case).exists())


def asks_service(case: Case, ticket: Ticket, kind: str) -> bool:
    """Whether the service must be said: of a request or incident that was none, and has none."""
    return kind in ASKED and case.kind not in ASKED and ticket.version_id is None


def asks_risk(case: Case, kind: str) -> bool:
    """Whether the risk must be said: of a change that was none."""
    return kind in CHANGES and case.kind not in CHANGES


def _asked_for(case: Case, ticket: Ticket, kind: str, version: OfferingVersion | None, change: ChangeFacts | None) -> None:
    if version and kind not in ASKED:
        raise Refused(_("El servicio del catálogo sólo se elige para una solicitud o un incidente."), "version")
    if version is None and asks_service(case, ticket, kind):
        raise Refused(_("Elija el servicio: de él salen los plazos."), "version")
    if asks_risk(case, kind) and (change is None or change.risk not in Risk.values):
        raise Refused(_("Diga el riesgo del cambio."), "risk")
    planned = Change.objects.filter(pk=case.pk).exclude(plan="").values_list("risk", flat=True).first()
    require_risk(kind, change.risk if change and change.risk else planned)


def _turn(move: Moving, kind: str, lands: str) -> None:
    """The new kind and its state together, for the database knows which states a kind has; written when the step lands."""
    waited = kind_of(move.case.kind).flow.mode(move.case.state) == "pause"
    if lands == move.case.state:
        move.detail.update(waiting(move.case, lands))
    move.case.kind, move.case.state = kind, lands
    if waited and kind_of(kind).flow.mode(lands) != "pause":
        Ticket.objects.filter(pk=move.case.pk).update(held_for=None)
    SearchRow.objects.filter(case=move.case, ref=move.case.pk, page=0).exclude(kind="page").update(kind=kind)


def _own_facts(move: Moving, ticket: Ticket, kind: str, change: ChangeFacts | None) -> None:
    """The row that the new kind adds; those of the old kind stay, for whoever turns it back."""
    if kind == "problem":
        Problem.objects.get_or_create(case=move.case)
    if kind in CHANGES:
        given: dict[str, Any] = {"risk": change.risk, "impact_text": clean_text(change.impact_text)} if change and change.risk else {}
        if kind == "simple_change" and not given:
            given = {"risk": Risk.LOW}
        Change.objects.update_or_create(case=move.case, defaults=given, create_defaults={"institution_id": ticket.institution_id, **given})
    if ticket.major and kind != "incident":
        move.detail["major_before"] = True
        Ticket.objects.filter(pk=ticket.pk).update(major=False)


def _serve(ticket: Ticket, version: OfferingVersion | None) -> None:
    if version:
        ticket.version, ticket.service, ticket.level = version, version.offering.service, version.level or ticket.level
        ticket.save(update_fields=["version", "service", "level"])


def _promise(ticket: Ticket, before: str, kind: str) -> None:
    """A problem or change is promised what its kind is (what it had, when the kind has no level); turned back, what its service is."""
    level = ticket.level
    if kind != before and kind in OWN_KINDS:
        level = kind_levels(ticket.institution_id).get(kind) or level
    elif kind in ASKED and before in OWN_KINDS:
        level = ticket.version.level if ticket.version else None
    if level != ticket.level:
        ticket.level = level
        ticket.save(update_fields=["level"])
