"""Django's registration of the app: what the core keeps of people, and the paper of the report."""
from pathlib import Path

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Datos personales."""

    name = "ventanilla.core.privacy"
    label = "privacy"
    verbose_name = "Datos personales"

    def ready(self) -> None:
        """Declare the core's fields."""
        from ventanilla.core.exports.typeset import register_templates
        from ventanilla.core.privacy import declared

        register_templates("privacy", Path(__file__).parent / "papers")
        declared.register()
