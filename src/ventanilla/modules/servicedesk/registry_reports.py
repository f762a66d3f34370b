"""The place of the reports in the menu; called from `apps.py`."""
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.web.ui import navigation


def register() -> None:
    """Offer the monthly report to whoever measures."""
    navigation.register(navigation.NavItem("desk_report", _("Informe de la mesa"), "report-analytics", "desk_report", 44, cap.MEASURE,
                                           on_phone=False))
