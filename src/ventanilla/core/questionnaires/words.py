"""Translates what the pure part says, and says the refusals of the verbs."""
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition import DefinitionError, Message

if TYPE_CHECKING:
    from ventanilla.core.questionnaires.models import Response


def said(message: Message) -> str:
    """The sentence in the language of the reader."""
    text = _(message.text)
    return text % message.params if message.params else text


def all_said(errors: Mapping[str, Message]) -> dict[str, str]:
    """Errors by key, in the language of the reader."""
    return {key: said(message) for key, message in errors.items()}


class Invalid(Refused):
    """Values that cannot be taken; `errors` is by key of the field ("tabla.0.columna" in tables)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values()), ""), next(iter(errors), ""))
        self.errors = dict(errors)


class BadDefinition(Refused):
    """A definition with mistakes; `problems` are (path, where, what)."""

    def __init__(self, error: DefinitionError) -> None:
        self.problems = [(p.path, p.where, said(p.message)) for p in error.problems]
        super().__init__("; ".join(f"{where}: {what}" if where else what for _path, where, what in self.problems[:5]))


class Closed(Refused):
    """A link that cannot be answered (any more). `reason`: unknown, answered, expired, void, robot, too_soon.

    `response` is the one of the link, None for an unknown link.
    """

    def __init__(self, reason: str, message: str, response: "Response | None" = None) -> None:
        self.reason, self.response = reason, response
        super().__init__(message)
