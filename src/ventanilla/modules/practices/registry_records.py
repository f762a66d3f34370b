"""What records, editor and registry tell the platform when the process starts; called from `apps.py`."""
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Practices are found by the one search; their list, papers and places in the menu."""
    from ventanilla.core.cases.kinds import Searchable, register_searchable
    from ventanilla.core.exports.typeset import register_templates
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.modules.practices.screens import lists  # noqa: F401 - registers the list
    from ventanilla.modules.practices.services.choices import readable
    from ventanilla.web.ui.navigation import NavItem, register_action
    from ventanilla.web.ui.navigation import register as place

    register_searchable(Searchable("practice", _("Buena práctica"), _address, "award", reading=readable))
    register_templates("practices", Path(__file__).parent / "papers")
    place(NavItem("practices", _("Buenas prácticas"), "award", "practices", 50, on_phone=False,
                  lists=("practicas", "transferencias-practicas")))
    register_action(NavItem("practice_new", _("Documentar una práctica"), "award", "practice_new", 70, cap.PRACTICE_WRITE))


def _address(pk: int) -> str:
    return reverse("practice", args=[pk])
