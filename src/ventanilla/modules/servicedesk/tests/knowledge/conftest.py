"""The filters of the dashboards, until the list of tickets takes them into its own."""
import pytest


@pytest.fixture(autouse=True)
def _filters() -> None:
    from ventanilla.modules.servicedesk.screens.dashboards.filters import BoardFilters
    from ventanilla.modules.servicedesk.screens.lists import TicketFilters, Tickets

    if "abierto" not in TicketFilters.base_filters:
        Tickets.filters = type("TicketFilters", (TicketFilters, BoardFilters), {})
