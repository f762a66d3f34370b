"""Django's registration of the app."""
from django.apps import AppConfig


class UiConfig(AppConfig):
    """Interfaz."""

    name = "ventanilla.web.ui"
    label = "ui"
    verbose_name = "Interfaz"

    def ready(self) -> None:
        """Listen to the sign-in events of the libraries."""
        from ventanilla.web.ui.signin_log import connect

        connect()
