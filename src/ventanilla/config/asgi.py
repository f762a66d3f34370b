"""ASGI application: only the server-sent events (one worker), see `web/events`."""
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
application = get_asgi_application()
