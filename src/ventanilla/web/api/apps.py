"""Django's registration of the app; webhooks read what the relay reads."""
from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "ventanilla.web.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Ask the relay for moves."""
        from ventanilla.web.api.webhooks import enqueue
        from ventanilla.web.events.relay import on_moves

        on_moves(enqueue)
