"""Django's registration of the app."""
from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Listas."""

    name = "ventanilla.web.screens"
    label = "screens"
    verbose_name = "Listas"

    def ready(self) -> None:
        """Lists and saved views are places of Ctrl+K."""
        from ventanilla.web.screens.jumps import lists
        from ventanilla.web.ui.jumps import register_jumps

        register_jumps("lists", lists)
