"""What promises tell the platform when the process starts: whom the relay tells of moves, and the place of service levels."""
from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.servicedesk.services.promises.escalating import rearm_moved
    from ventanilla.web.admin_area.registry import AdminPlace, register_place
    from ventanilla.web.events.relay import on_moves

    on_moves(rearm_moved)
    register_place(AdminPlace((cap.ADMIN_CATALOGUES, cap.DESK_CATALOGUE), "service_levels", "gauge", _("Niveles de servicio"),
                              _("Lo que se promete por tipo y prioridad, qué cambia en lo abierto, y a quién se avisa")))
