"""Until the module's own list includes them: the addresses and the registry of knowledge."""
import pytest
from django.urls import NoReverseMatch, reverse

from ventanilla.core.cases.kinds import searchables


@pytest.fixture(autouse=True)
def _joined(settings: object) -> None:
    from ventanilla.modules.servicedesk import registry_knowledge
    if "article" not in searchables():
        registry_knowledge.register()
    try:
        reverse("help")
    except NoReverseMatch:
        settings.ROOT_URLCONF = "ventanilla.modules.servicedesk.tests.knowledge.joined_urls"  # type: ignore[attr-defined]
