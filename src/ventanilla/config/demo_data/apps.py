"""Django's registration of the demo: only its commands."""
from django.apps import AppConfig


class DemoDataConfig(AppConfig):
    """Institución de demostración."""

    name = "ventanilla.config.demo_data"
    label = "demo_data"
