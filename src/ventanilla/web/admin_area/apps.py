"""Django's registration of the app: its place in the menu, and the catalogues of the core."""
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from ventanilla.core.orgs.models import Person
    from ventanilla.web.ui.jumps import Jump


class AdminAreaConfig(AppConfig):
    """Administración."""

    name = "ventanilla.web.admin_area"
    label = "admin_area"
    verbose_name = "Administración"

    def ready(self) -> None:
        """Register the menu item, the catalogues of the spine, and units and people as things to find."""
        from ventanilla.core.cases.kinds import Searchable, register_searchable
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.web.admin_area.core_catalogues import register_all
        from ventanilla.web.ui.jumps import register_jumps
        from ventanilla.web.ui.navigation import NavItem, register

        register_jumps("administration", _parts)
        register(NavItem("administration", _("Administración"), "settings", "admin_area:home", 90,
                         cap.ADMINISTERING, on_phone=True))
        register_all()
        register_searchable(Searchable("unit", _("Unidades"), lambda pk: reverse("directory:unit", args=[pk]), "sitemap",
                                       everybody=True))
        register_searchable(Searchable("person", _("Personas"), lambda pk: reverse("directory:person", args=[pk]), "user",
                                       everybody=True))


def _parts(person: "Person") -> "Iterator[Jump]":
    from ventanilla.web.admin_area.views.home import jumps_to

    return jumps_to(person)
