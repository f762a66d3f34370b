"""Django's registration of the app; the bell's number."""
from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Eventos."""

    name = "ventanilla.web.events"
    label = "events"
    verbose_name = "Eventos"

    def ready(self) -> None:
        """Say how the shell counts unread notices."""
        from ventanilla.web.events.reads import unread_count
        from ventanilla.web.ui import navigation

        navigation.register_badge("notices", unread_count)
