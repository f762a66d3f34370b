"""Django's registration of the pages of personal data."""
from django.apps import AppConfig


class PrivacyPagesConfig(AppConfig):
    """Páginas de datos personales."""

    name = "ventanilla.web.privacy"
    label = "privacy_pages"
    verbose_name = "Páginas de datos personales"

    def ready(self) -> None:
        """Register the kind of case, its list, the places of menu and administration, and what the pages themselves keep of people."""
        from django.utils.translation import gettext_lazy as _

        from ventanilla.core.cases.kinds import CaseKind, register_kind
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.core.privacy.flow import KIND, REQUEST_FLOW, clock_mode
        from ventanilla.core.privacy.services.requests import relations
        from ventanilla.web.admin_area.registry import AdminPlace, register_place
        from ventanilla.web.privacy import declared, lists  # noqa: F401 - registers the list
        from ventanilla.web.screens.addresses import by_number
        from ventanilla.web.ui.navigation import NavItem, register

        register_kind(CaseKind(KIND, _("Solicitud de datos personales"), _("Solicitudes de datos personales"), REQUEST_FLOW,
                               by_number("privacy:request"), "shield-lock", relations=relations, clock_mode=clock_mode))
        register(NavItem("privacy", _("Datos personales"), "shield-lock", "privacy:requests", 60, cap.PRIVACY_ATTEND, on_phone=False,
                         lists=("datos-personales",)))
        register_place(AdminPlace(cap.PRIVACY_NOTICES, "privacy:versions", "file-text", _("Aviso de privacidad"),
                                  _("Versiones del aviso integral y simplificado, y quién las conoce")))
        register_place(AdminPlace((cap.PRIVACY_NOTICES, cap.ADMIN_ORGS), "privacy:desk", "shield-lock", _("Atención de datos personales"),
                                  _("Qué unidad atiende el acceso, la rectificación, la cancelación y la oposición, y en qué plazos")))
        declared.register()
