"""`ventanilla demo_signins`: who may sign in to the demo, one person per role."""
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Print the sign-ins of the demo."""

    help = "Muestra con qué correo entra una persona de cada función de la demostración."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per role; says when the password would not be accepted."""
        from ventanilla.config.demo_data.signins import signins
        from ventanilla.web.ui.demo import DEMO_PASSWORD

        rows = signins()
        if not rows:
            self.stdout.write("No está cargada la institución de demostración (ventanilla load demo).")
            return
        wide = max(len(row.email) for row in rows)
        for row in rows:
            self.stdout.write(f"  {row.email:<{wide}}  {row.role} · {row.unit} ({row.name})")
        self.stdout.write(f"  Contraseña de todas las cuentas: {DEMO_PASSWORD}")
        if not settings.DEMO:
            self.stdout.write("  (ahora no se acepta: VENTANILLA_DEMO no vale 1)")
