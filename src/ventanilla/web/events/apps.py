"""Django's registration of the app."""
from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Eventos."""

    name = "ventanilla.web.events"
    label = "events"
    verbose_name = "Eventos"
