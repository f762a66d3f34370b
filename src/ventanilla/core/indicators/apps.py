"""Django's registration of the app."""
from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indicadores."""

    name = "ventanilla.core.indicators"
    label = "indicators"
    verbose_name = "Indicadores"
