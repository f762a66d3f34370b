"""ASGI application: only the server-sent events (one worker), see `web/events/stream.py`."""
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
django.setup()

from ventanilla.web.events.stream import application  # noqa: E402 - needs the registry of apps

__all__ = ["application"]
