"""Django's registration of the app."""
from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Exportaciones."""

    name = "ventanilla.core.exports"
    label = "exports"
    verbose_name = "Exportaciones"

    def ready(self) -> None:
        """The parts of packages that the core brings."""
        from ventanilla.core.exports.packaging import core_parts

        core_parts.register()
