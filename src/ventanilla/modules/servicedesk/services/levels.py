"""Service levels as data: what the generic keeping of catalogues does not do."""
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.modules.servicedesk.models import KindLevel, Objective, ServiceLevel
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.services.keeping import require_goal


@transaction.atomic
def drop_objective(*, actor: Person, objective: Objective) -> None:
    """Take a goal away from its level; running clocks keep it until the level is applied (`repromising`). Raises NotAllowed."""
    require_goal(actor, objective)
    detail = {"metric": objective.metric, "kind": objective.kind, "priority": objective.priority, "minutes": objective.minutes,
              "team": objective.team_id}
    record("servicedesk.objective_dropped", actor=actor, institution_id=actor.institution_id, subject=f"level:{objective.level_id}",
           detail=detail)
    objective.delete()


@transaction.atomic
def keep_kind_level(*, actor: Person, kind: str, level: ServiceLevel | None) -> None:
    """What is promised to problems or changes of that kind that are opened, or become one, from now on; None: nothing.

    Open tickets keep what they were promised. Raises NotAllowed, and Refused for another kind, or a level that is not in use.
    """
    require(actor, cap.ADMIN_CATALOGUES)
    if kind not in OWN_KINDS:
        raise Refused(_("Eso lo promete el catálogo de servicios: elija un problema o un cambio."), "kind")
    if level and (level.institution_id != actor.institution_id or not level.active):
        raise Refused(_("Elija un nivel en uso de la institución."), "level")
    rows = KindLevel.objects.select_for_update().filter(institution_id=actor.institution_id, kind=kind)
    before = rows.values_list("level_id", flat=True).first()
    if before == (level.pk if level else None):
        return
    if level is None:
        rows.delete()
    else:
        KindLevel.objects.update_or_create(institution_id=actor.institution_id, kind=kind, defaults={"level": level})
    record("servicedesk.kind_level", actor=actor, institution_id=actor.institution_id, subject=f"institution:{actor.institution_id}",
           detail={"kind": kind, "before": before, "level": level.pk if level else None})
