"""The one password of the demonstration: known to everybody, so it opens nothing outside demo mode."""
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

DEMO_PASSWORD: Final = "demo-ventanilla"  # public on purpose


class RefuseDemoPassword:
    """First of the backends: outside demo mode that password is refused before any other backend looks at it."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Raise PermissionDenied, which ends the attempt as a failed one; else let the next backend decide."""
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            raise PermissionDenied
