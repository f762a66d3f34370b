"""Django's registration of the app, and the export of answers."""
from django.apps import AppConfig


class QuestionnairePagesConfig(AppConfig):
    """Páginas de formularios."""

    name = "ventanilla.web.questionnaires"
    label = "questionnaire_pages"
    verbose_name = "Páginas de formularios"

    def ready(self) -> None:
        """Answers can be exported."""
        from ventanilla.web.questionnaires import exports  # noqa: F401 - registers the export
