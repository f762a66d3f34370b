"""`ventanilla institution create --name … --admin-email …`: the first institution and who administers it."""
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ventanilla.config.first.making import Wanted, make, one_time_link
from ventanilla.core.orgs.services.setup import Refused


class Command(BaseCommand):
    """Asks nothing, unless `--ask-password` and a terminal."""

    help = "Crea una institución lista para trabajar y a quien la administra; muestra el enlace para elegir su contraseña."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Names and the administrator's e-mail."""
        parser.add_argument("--name", required=True, help="nombre completo de la institución")
        parser.add_argument("--admin-email", required=True, help="correo con el que inicia sesión quien administra")
        parser.add_argument("--short-name", default="", help="siglas o nombre corto")
        parser.add_argument("--slug", default="", help="clave en direcciones (se toma del nombre corto)")
        parser.add_argument("--root-name", default="", help="nombre de la unidad raíz (el de la institución)")
        parser.add_argument("--root-code", default="", help="clave de la unidad raíz, como 212C0101000000S")
        parser.add_argument("--admin-name", nargs=3, default=("Administración", "de la plataforma", ""),
                            metavar=("NOMBRE", "APELLIDO1", "APELLIDO2"), help="nombre y apellidos de quien administra")
        parser.add_argument("--ask-password", action="store_true", help="pregunta la contraseña en esta terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, then say how to enter."""
        password = self._asked() if options["ask_password"] else None
        names = ("name", "admin_email", "short_name", "slug", "root_name", "root_code")
        try:
            person = make(Wanted(**{n: options[n] for n in names}, admin_name=tuple(options["admin_name"]), password=password))
        except Refused as refused:
            raise CommandError(refused.message) from refused
        assert person.user is not None
        self.stdout.write(f"Quedó creada «{person.institution.name}» ({person.institution.slug}). Administra {person.email}.")
        if person.user.has_usable_password():
            self.stdout.write(f"Inicie sesión en {settings.BASE_URL}/entrar/")
            return
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(f"Elija la contraseña aquí (sirve una vez, durante {days} días):\n{one_time_link(person.user)}")

    def _asked(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("--ask-password necesita una terminal; sin ella se muestra un enlace de un solo uso.")
        password = getpass("Contraseña: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if getpass("Otra vez: ") != password:
            raise CommandError("Las dos contraseñas no son iguales. No se creó nada.")
        return password
