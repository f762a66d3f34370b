"""Django's registration of the app."""
from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "ventanilla.web.api"
    label = "api"
    verbose_name = "API"
