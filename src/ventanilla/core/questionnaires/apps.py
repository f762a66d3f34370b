"""Django's registration of the app: units and people can be referred to."""
from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Formularios."""

    name = "ventanilla.core.questionnaires"
    label = "questionnaires"
    verbose_name = "Formularios"

    def ready(self) -> None:
        """Register the kinds of reference of the core."""
        from ventanilla.core.questionnaires.references import register_core

        register_core()
