"""Django's registration of the app."""
from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Mi bandeja."""

    name = "ventanilla.web.inbox"
    label = "inbox"
    verbose_name = "Mi bandeja"
