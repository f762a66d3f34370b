"""Django's registration of the app."""
from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Bitácora."""

    name = "ventanilla.core.audit"
    label = "audit"
    verbose_name = "Bitácora"
