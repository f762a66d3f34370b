"""What the configuration database tells the platform when the process starts: its list, menu, catalogues, papers."""
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.core.cases.kinds import Searchable, register_searchable
    from ventanilla.core.exports.typeset import register_templates
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.servicedesk.models.cmdb import RelationType
    from ventanilla.modules.servicedesk.screens import items
    from ventanilla.modules.servicedesk.screens.cmdb import lists  # noqa: F401 - registers the list
    from ventanilla.modules.servicedesk.screens.cmdb.panels import register_panel
    from ventanilla.modules.servicedesk.services.cmdb import referring
    from ventanilla.modules.servicedesk.services.cmdb.kinds import check_relation_type
    from ventanilla.web.admin_area.registry import AdminPlace, Catalogue, register_catalogue, register_place
    from ventanilla.web.ui.navigation import NavItem, register_action
    from ventanilla.web.ui.navigation import register as register_item

    referring.register()
    register_panel(items.PANEL)
    register_searchable(Searchable("ci", _("Elemento de configuración"), lambda pk: reverse("ci", args=[pk]), "sitemap"))
    register_templates("servicedesk", Path(__file__).parent / "papers")
    both = (cap.CMDB_READ, cap.CMDB_WRITE)
    register_item(NavItem("cmdb", _("Configuración"), "sitemap", "cmdb", 44, both, on_phone=False, lists=("configuracion",)))
    register_item(NavItem("impact", _("Impacto"), "affiliate", "cmdb_impact", 45, both, on_phone=False))
    register_action(NavItem("ci_new", _("Registrar elemento"), "plus", "ci_new", 60, cap.CMDB_WRITE))
    register_place(AdminPlace(cap.ADMIN_CATALOGUES, "cmdb_types", "sitemap", _("Tipos de elementos"),
                              _("Qué se inventaría, qué datos lleva cada tipo: sin programar")))
    register_place(AdminPlace((cap.ADMIN_CATALOGUES, cap.DESK_CATALOGUE), "blackouts", "calendar-off", _("Periodos sin cambios"),
                              _("Fechas en que no se cambia nada, o no se cambia algo: cierres, pagos, eventos")))
    register_catalogue(Catalogue(
        "relaciones-entre-elementos", _("Relaciones entre elementos"), RelationType,
        ("forward", "backward", "dependent", "impacts", "order", "active"), icon="link", order=("order", "pk"), check=check_relation_type,
        help=_("Cómo se leen las relaciones de la configuración, quién depende de quién y si transmiten las fallas.")))

