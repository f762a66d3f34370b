"""Django's registration of the app; pages of read documents become findable."""
from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Asuntos."""

    name = "ventanilla.core.cases"
    label = "cases"
    verbose_name = "Asuntos"

    def ready(self) -> None:
        """Index every version when its text is there."""
        from ventanilla.core.cases.search import index_version
        from ventanilla.core.documents.hooks import on_processed

        on_processed(index_version)
