"""Django's registration of the app."""
from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Exportaciones."""

    name = "ventanilla.core.exports"
    label = "exports"
    verbose_name = "Exportaciones"
