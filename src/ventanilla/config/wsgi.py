"""WSGI application: every page and the API."""
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import reverse

from ventanilla.config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What Django answers. What is known whole goes as a list: granian sends that with its head in one piece, where it would ask any other
    answer for its parts, and give up Python's lock for each."""
    answer = _django(environ, start_response)
    if not isinstance(answer, HttpResponse):
        return answer
    try:
        return [answer.content]
    finally:
        answer.close()


reverse("healthz")  # loads every page before the first is asked for
memory.settle()
