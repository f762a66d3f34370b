"""What the life cycle, evidence and transfers tell the platform when the process starts; called from `apps.py`."""
from functools import partial


def register() -> None:
    """Kinds of case, lists, menu and the packages' history."""
    from django.utils.translation import gettext_lazy as _

    from ventanilla.core.cases.kinds import CaseKind, register_kind
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.practices import flow
    from ventanilla.modules.practices.screens import lists_life  # noqa: F401 - registers the lists
    from ventanilla.modules.practices.screens.bases import bases_panel
    from ventanilla.modules.practices.screens.common import register_panel
    from ventanilla.modules.practices.screens.evidence import evidence_panel
    from ventanilla.modules.practices.screens.life import life_panel
    from ventanilla.modules.practices.screens.naming import people_panel
    from ventanilla.modules.practices.screens.transfers import transfer_panel
    from ventanilla.modules.practices.services import lifecycle_telling as telling
    from ventanilla.modules.practices.services.lifecycle_relations import relations
    from ventanilla.web.admin_area.registry import AdminPlace, register_place
    from ventanilla.web.screens.addresses import by_number
    from ventanilla.web.ui.navigation import NavItem
    from ventanilla.web.ui.navigation import register as place

    for table, label, plural, address, told, icon in (
            (flow.REVIEW_FLOW, _("Revisión de práctica"), _("Revisiones de prácticas"), "practice_review", telling.REVIEW,
             "clipboard-check"),
            (flow.MEASUREMENT_FLOW, _("Medición de práctica"), _("Mediciones de prácticas"), "practice_measurement", telling.MEASUREMENT,
             "ruler-measure"),
            (flow.TRANSFER_FLOW, _("Transferencia de práctica"), _("Transferencias de prácticas"), "practice_transfer", telling.TRANSFER,
             "transfer"),
            (flow.ADOPTION_FLOW, _("Adopción de práctica"), _("Adopciones de prácticas"), "practice_adoption", telling.ADOPTION,
             "transfer-in")):
        register_kind(CaseKind(table.slug, label, plural, table, by_number(address), icon, relations=relations,
                               clock_mode=partial(flow.clock_mode, table), telling=told))
    for order, panel in enumerate((life_panel, evidence_panel, transfer_panel, bases_panel, people_panel), start=10):
        register_panel(order, panel)
    place(NavItem("practice_reviews", _("Revisiones"), "clipboard-check", "practice_reviews", 51, cap.PRACTICE_REVIEW, on_phone=False,
                  lists=("revisiones-practicas",)))
    place(NavItem("practice_evaluations", _("Mis evaluaciones"), "scale", "practice_evaluations", 52, cap.PRACTICE_EVALUATE,
                  on_phone=False))
    register_place(AdminPlace(cap.ADMIN_CATALOGUES, "practice_packages", "package-import", _("Paquetes de configuración"),
                              _("Instalar lo que otra institución preparó al transferir una práctica")))
