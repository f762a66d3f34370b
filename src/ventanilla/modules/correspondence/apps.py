"""Django's registration of the module, and its kind of case for the core's registry."""
from django.apps import AppConfig
from django.urls import reverse


class CorrespondenceConfig(AppConfig):
    """Correspondencia."""

    name = "ventanilla.modules.correspondence"
    label = "correspondence"
    verbose_name = "Correspondencia"

    def ready(self) -> None:
        """Tell the core about letters."""
        from ventanilla.core.cases.kinds import CaseKind, register_kind
        from ventanilla.modules.correspondence.flow import LETTER_FLOW

        register_kind(CaseKind("letter", "Correspondencia", "Correspondencia", LETTER_FLOW,
                               lambda case_id: reverse("letter", args=[case_id]), "mail"))
