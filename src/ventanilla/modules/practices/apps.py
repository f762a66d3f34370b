"""Django's registration of the registry of good practices."""
from django.apps import AppConfig


class PracticesConfig(AppConfig):
    """Buenas prácticas."""

    name = "ventanilla.modules.practices"
    label = "practices"
    verbose_name = "Buenas prácticas"

    def ready(self) -> None:
        """Tell the core and the pages about practices."""
        from ventanilla.modules.practices import personal, registry_life, registry_records
        from ventanilla.modules.practices.screens.log_words import THINGS, VERBS
        from ventanilla.web.admin_area.words import register_things, register_verbs

        registry_records.register()
        registry_life.register()
        personal.register()
        register_verbs(VERBS)
        register_things(THINGS)
