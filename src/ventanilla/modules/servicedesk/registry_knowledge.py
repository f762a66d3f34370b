"""What knowledge, proposed problems and dashboards tell the platform; called from `apps.py`."""
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Articles are found by the one search; their list; their places in the menu."""
    from ventanilla.core.cases.kinds import Searchable, register_searchable
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.servicedesk.screens.knowledge import lists  # noqa: F401 - registers the list
    from ventanilla.web.ui.navigation import NavItem
    from ventanilla.web.ui.navigation import register as place

    register_searchable(Searchable("article", _("Artículo de ayuda"), _address, "help-circle"))
    place(NavItem("help", _("Ayuda"), "help-circle", "help", 41, on_phone=False, lists=("articulos",)))
    place(NavItem("boards", _("Tablero de la mesa"), "layout-dashboard", "boards", 42, (cap.ANSWER, cap.ROUTE, cap.MEASURE),
                  on_phone=False))


def _address(pk: int) -> str:
    return reverse("article", args=[pk])
