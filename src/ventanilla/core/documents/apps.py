"""Django's registration of the app."""
from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documentos."""

    name = "ventanilla.core.documents"
    label = "documents"
    verbose_name = "Documentos"
