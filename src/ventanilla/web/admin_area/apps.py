"""Django's registration of the app: its place in the menu, and the catalogues of the core."""
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdminAreaConfig(AppConfig):
    """Administración."""

    name = "ventanilla.web.admin_area"
    label = "admin_area"
    verbose_name = "Administración"

    def ready(self) -> None:
        """Register the menu item and the catalogues of the spine."""
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.web.admin_area.core_catalogues import register_all
        from ventanilla.web.ui.navigation import NavItem, register

        register(NavItem("administration", _("Administración"), "settings", "admin_area:home", 90,
                         (cap.ADMIN_ORGS, cap.ADMIN_CALENDARS, cap.ADMIN_CATALOGUES, cap.AUDIT), on_phone=True))
        register_all()
