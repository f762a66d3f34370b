"""Django's registration of the app."""
from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Listas."""

    name = "ventanilla.web.screens"
    label = "screens"
    verbose_name = "Listas"
