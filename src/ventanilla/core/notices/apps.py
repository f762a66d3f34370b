"""Django's registration of the app."""
from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Avisos."""

    name = "ventanilla.core.notices"
    label = "notices"
    verbose_name = "Avisos"
