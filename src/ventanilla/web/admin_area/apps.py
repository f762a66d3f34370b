"""Django's registration of the app."""
from django.apps import AppConfig


class AdminAreaConfig(AppConfig):
    """Administración."""

    name = "ventanilla.web.admin_area"
    label = "admin_area"
    verbose_name = "Administración"
