"""What the demo's desk does by itself: warnings of what cannot wait, who gets what, who is on call, and what kinds are promised."""
from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone

from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.modules.servicedesk.models import KindLevel, Objective, ServiceLevel
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.services.on_call import RotaDraft, plan_rota
from ventanilla.modules.servicedesk.services.promises.escalating.keeping import EscalationDraft, save_escalation
from ventanilla.modules.servicedesk.services.rules.assigning.facts import tree_of
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import AssignmentDraft, save_assignment, switch_assignment
from ventanilla.modules.servicedesk.services.rules.keeping import RuleDraft, save_rule, switch_rule

CRITICAL: Final = "Servicios críticos 24/7"
THRESHOLDS: Final = (
    EscalationDraft("resolve", 50, ("holder",)), EscalationDraft("resolve", 75, ("holder", "lead")),
    EscalationDraft("resolve", 90, ("on_call", "manager")), EscalationDraft("resolve", 100, ("holder", "manager"), raises=True),
    EscalationDraft("resolve", 150, ("manager", "head")))
STANDARD_INCIDENT: Final = 1080
"""Minutes for an incident of the standard level: it stops somebody, a request does not."""
DEEP: Final = {"problem": 10_800, "change": 8100, "simple_change": 2700, "emergency_change": 1620}
"""Minutes of attention within which problems and changes end: 20, 15, 5 and 3 days of nine hours."""
NIGHTS: Final = ("Redes e infraestructura", "Soporte técnico")
WEEKS: Final = 12
MAJOR: Final = ("Incidente mayor: {asunto}", "Se declaró incidente mayor. La guardia y la coordinación ya trabajan en él.")


def write_rules(setup: Setup) -> None:
    """Thresholds on the critical level, rules of assignment and notification, goals by kind, and twelve weeks on call."""
    for draft in THRESHOLDS:
        save_escalation(actor=setup.manager, level=setup.levels[CRITICAL], draft=draft)
    Objective.objects.create(level=setup.levels["Estándar"], metric="resolve", kind="incident", minutes=STANDARD_INCIDENT)
    networks = setup.teams["Redes e infraestructura"]
    at_night = tree_of({"kind": ["incident"], "hours": ["closed"]})
    night = AssignmentDraft("Las caídas fuera de horario, a la guardia", at_night, networks, "on_call")
    switch_assignment(actor=setup.manager, rule=save_assignment(actor=setup.manager, draft=night), active=True)
    save_assignment(actor=setup.manager, draft=AssignmentDraft(
        "Impresoras por turnos", tree_of({"kind": ["incident"], "words": ["impresora"]}), setup.teams["Soporte técnico"], "round"))
    told = RuleDraft("Incidente mayor a quien lo pidió", "major", {None: MAJOR}, ["requester", "manager"])
    switch_rule(actor=setup.manager, rule=save_rule(actor=setup.manager, draft=told), active=True)
    _deep(setup)
    _nights(setup)


def _deep(setup: Setup) -> None:
    """What is promised to problems and changes that are opened from now on."""
    level = ServiceLevel.objects.create(institution=setup.org.institution, name="Problemas y cambios")
    Objective.objects.bulk_create(Objective(level=level, metric="resolve", kind=kind, minutes=minutes) for kind, minutes in DEEP.items())
    KindLevel.objects.bulk_create(KindLevel(institution=setup.org.institution, kind=kind, level=level) for kind in OWN_KINDS)


def _nights(setup: Setup) -> None:
    """Weeks on call of two teams, from last Monday on."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    start = timezone.make_aware(datetime.combine(monday, time(18)))
    for name in NIGHTS:
        plan_rota(actor=setup.manager, draft=RotaDraft(setup.teams[name], setup.agents[name], start, WEEKS))
