"""What rules of notification and of assignment tell the platform when it starts: whom the relay tells of moves, and their places."""
from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.servicedesk.services.rules import tell_by_rules
    from ventanilla.web.admin_area.registry import AdminPlace, register_place
    from ventanilla.web.events.relay import on_moves

    who = (cap.ADMIN_CATALOGUES, cap.DESK_CATALOGUE)
    on_moves(tell_by_rules)
    register_place(AdminPlace(who, "rules", "bell", _("Reglas de aviso"),
                              _("A quién se avisa de qué pasa con los tickets, y con qué palabras; se ensayan antes de encenderlas")))
    register_place(AdminPlace(who, "assignments", "route", _("Reglas de asignación"),
                              _("Qué equipo, y quién de él, recibe cada solicitud que llega; se ensayan antes de encenderlas")))
