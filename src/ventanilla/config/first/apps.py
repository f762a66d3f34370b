"""Django's registration of the app."""
from django.apps import AppConfig


class FirstConfig(AppConfig):
    """Primera institución."""

    name = "ventanilla.config.first"
    label = "first"
    verbose_name = "Primera institución"
