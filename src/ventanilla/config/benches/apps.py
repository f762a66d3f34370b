"""The app of the command `bench`."""
from django.apps import AppConfig


class BenchesConfig(AppConfig):
    """Brings one command and no tables."""

    name = "ventanilla.config.benches"
    label = "benches"
