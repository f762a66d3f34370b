"""Django's registration of the app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Interfaz."""

    name = "ventanilla.web.ui"
    label = "ui"
    verbose_name = "Interfaz"
