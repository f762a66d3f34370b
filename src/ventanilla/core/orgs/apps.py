"""Django's registration of the app."""
from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Organización."""

    name = "ventanilla.core.orgs"
    label = "orgs"
    verbose_name = "Organización"
