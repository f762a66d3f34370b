"""Django's registration of the app."""
from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """Días hábiles."""

    name = "ventanilla.core.workdays"
    label = "workdays"
    verbose_name = "Días hábiles"
