"""What goes wrong in the protocol, with the numbers that scripts look at (iTop's REST/JSON documentation, "Error codes")."""
from typing import Final

OK: Final = 0
UNAUTHORIZED: Final = 1
MISSING_VERSION: Final = 2
MISSING_JSON: Final = 3
INVALID_JSON: Final = 4
MISSING_USER: Final = 5
MISSING_PASSWORD: Final = 6
UNSUPPORTED_VERSION: Final = 10
UNKNOWN_OPERATION: Final = 11
UNSAFE: Final = 12
INVALID_PAGE: Final = 13
INTERNAL_ERROR: Final = 100


class ItopError(Exception):
    """A refusal that is answered with a code and a message; the transaction is undone."""

    def __init__(self, message: str, code: int = INTERNAL_ERROR) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def missing(*names: str) -> ItopError:
    """A stimulus lacks what it cannot do without."""
    return ItopError(f"Missing mandatory attribute(s) for applying the stimulus: {', '.join(names)}.")
