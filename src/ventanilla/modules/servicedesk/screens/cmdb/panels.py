"""What other parts show on the record of an item (tickets, changes…): each registers a panel when the process starts."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem


@dataclass(frozen=True)
class CIPanel:
    """A card of the record. `body` draws it for a person, or gives nothing: then there is no card."""

    slug: str
    order: int
    body: Callable[[Person, ConfigurationItem], Markup]


_panels: dict[str, CIPanel] = {}


def register_panel(panel: CIPanel) -> None:
    """Add a panel; the same slug again replaces it."""
    _panels[panel.slug] = panel


def panels_for(person: Person, item: ConfigurationItem) -> list[Any]:
    """The panels that have something to say, in order."""
    drawn = (p.body(person, item) for p in sorted(_panels.values(), key=lambda p: (p.order, p.slug)))
    return [body for body in drawn if body]
