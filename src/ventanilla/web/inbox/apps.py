"""Django's registration of the app, and its place in the menu."""
from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Mi bandeja."""

    name = "ventanilla.web.inbox"
    label = "inbox"
    verbose_name = "Mi bandeja"

    def ready(self) -> None:
        """The first place of the menu, and its files and views."""
        from django.utils.translation import gettext_lazy as _

        from ventanilla.web.inbox import listed  # noqa: F401 - registers the list
        from ventanilla.web.ui.navigation import NavItem, register

        register(NavItem("inbox", _("Mi bandeja"), "inbox", "inbox", 10))
