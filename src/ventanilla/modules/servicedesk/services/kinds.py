"""Who may open, or make of another ticket, which kind: one check for every door (pages, API, façade, mail, reclassification).

What anybody asks for is the catalogue's to say (`opening.may_ask`). Here is what the desk itself opens.
"""
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.flow import CHANGES, FLOWS
from ventanilla.modules.servicedesk.models import Change, ChangeModel, Team
from ventanilla.modules.servicedesk.models.changes import Risk


@dataclass(frozen=True)
class ChangeFacts:
    """What a change asks for from the beginning: its risk (1 low to 3 high) and, in words, whom it touches.

    `model` is the routine change, authorised once, of which a simple change is: its plan and way back come with it.
    """

    risk: int | None = None
    impact_text: str = ""
    model: ChangeModel | None = None


def works_in_unit(reach: Reach, unit_id: int) -> bool:
    """Whether the person registers or works what comes to this unit."""
    return reach.can(cap.REGISTER, unit_id) or reach.can(cap.ANSWER, unit_id)


def at_the_desk(person: Person) -> bool:
    """Whether the person works in the unit of a team of the first level: the desk notes what anybody asks, whoever attends it."""
    desks = Team.objects.filter(institution_id=person.institution_id, active=True, tier=1).values_list("unit_id", flat=True)
    return any(works_in_unit(reach_of(person), unit_id) for unit_id in desks)


def require_kind(person: Person, kind: str, unit_id: int, change: ChangeFacts | None = None) -> None:
    """Raises Refused when this person may not open tickets of that kind for a team of that unit.

    Requests, incidents, problems, known errors and normal changes: whoever works there. A simple change is not authorised one by
    one, so it is of an authorised model, or whoever concludes in the unit says that it is routine. An emergency is begun before it
    is authorised: whoever routes or concludes there declares it.
    """
    reach = reach_of(person)
    leads = reach.can(cap.CONCLUDE, unit_id)
    if kind == "simple_change" and not leads and not (change and change.model):
        raise Refused(_("Que un cambio es de rutina lo dice quien coordina: un cambio simple no pasa por autorización. Elija un modelo "
                        "autorizado, o abra un cambio normal."), "kind")
    if kind == "emergency_change" and not leads and not reach.can(cap.ROUTE, unit_id):
        raise Refused(_("Una emergencia la declara quien coordina o reparte el trabajo: comienza antes de autorizarse."), "kind")


def require_facts(kind: str, unit: Team, change: ChangeFacts | None) -> None:
    """What a kind takes with it, whoever opens it. Raises Refused: a model that is not of this team or kind, a risky routine."""
    if change is None:
        return
    if kind not in CHANGES:
        raise Refused(_("El riesgo y el modelo sólo son de un cambio."), "kind")
    if change.model and (kind != "simple_change" or not change.model.active or change.model.team_id != unit.pk):
        raise Refused(_("Ese modelo no es de un cambio simple de este equipo, o ya no está activo."), "model")
    require_risk(kind, change.risk)


def require_risk(kind: str, risk: int | None) -> None:
    """A routine change is of low risk: anything else has to be authorised. Raises Refused."""
    if risk is not None and risk not in Risk.values:
        raise Refused(_("Diga el riesgo del cambio."), "risk")
    if kind == "simple_change" and risk is not None and risk != Risk.LOW:
        raise Refused(_("Un cambio simple es de riesgo bajo; con otro riesgo es un cambio normal, que se autoriza."), "risk")


def openable(person: Person, unit_id: int) -> list[str]:
    """The kinds that the person may open at a team of this unit without a model; none for who does not work there."""
    if not works_in_unit(reach_of(person), unit_id):
        return []
    return [flow.slug for flow in FLOWS if _allowed(person, flow.slug, unit_id)]


def _allowed(person: Person, kind: str, unit_id: int) -> bool:
    try:
        require_kind(person, kind, unit_id)
    except Refused:
        return False
    return True


def new_change(case_id: int, institution_id: int, kind: str, facts: ChangeFacts | None) -> Change:
    """The row of a change that is opened: a simple one is of low risk, and has the plan of its model."""
    row, facts = Change(case_id=case_id, institution_id=institution_id), facts or ChangeFacts()
    row.risk = facts.risk or (Risk.LOW if kind == "simple_change" else Risk.MEDIUM)
    row.impact_text = facts.impact_text
    if facts.model:
        row.model, row.plan, row.back_out = facts.model, facts.model.plan, facts.model.back_out
        row.impact_text = row.impact_text or facts.model.impact_text
    return row
