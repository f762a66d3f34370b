"""The mailbox of the demo's desk and what came to it: requests of staff, an answer, an absence notice, strangers. All of it invented."""
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from django.apps import apps
from django.db import connection
from django.utils import timezone

from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.modules.servicedesk.models import Mailbox
from ventanilla.modules.servicedesk.services.mail import receive

ADDRESS: Final = "mesa@demo.example"
OFFERED: Final = "Falla de equipo de cómputo"
"""What most who write to it need; the desk reclassifies the others."""
ASKED: Final = (
    ("No puedo abrir el correo en el teléfono", "Buen día.\n\nDesde ayer me pide la contraseña una y otra vez.\n\nGracias."),
    ("Proyector para el jueves", "Necesitamos un proyector para la sesión del jueves a las 11 en la sala grande."),
    ("La impresora de recepción imprime rayado", "Sale una raya negra en todas las hojas desde el lunes."))
STRANGERS: Final = (
    ("ventas@proveedor.example", "Oferta de tóner compatible", "Tenemos el mejor precio del mercado."),
    ("maria.lopez@correo.example", "Duda sobre un trámite", "¿En qué ventanilla pregunto por mi escritura?"))


def write_mail(setup: Setup) -> int:
    """A mailbox without a server (nothing is fetched), and its first messages through the same door as real ones; how many there are."""
    box = Mailbox.objects.create(institution=setup.org.institution, address=ADDRESS, team=setup.teams["Mesa de ayuda"],
                                 agent=setup.agents["Mesa de ayuda"][0], unknown=Mailbox.Unknown.HOLD,
                                 offering=setup.offers[OFFERED][1].offering)
    people = [person for person in setup.liaisons.values() if person.email][: len(ASKED)]
    mails = [_mail(person.email, subject, text, n) for n, (person, (subject, text)) in enumerate(zip(people, ASKED, strict=False))]
    if people:
        mails.append(_mail(people[0].email, f"Re: {ASKED[0][0]}", "Se me olvidó decir que es un teléfono nuevo.", 10, reply_to=0))
        away = people[1 % len(people)].email
        mails.append(_mail(away, "Respuesta automática: estoy de comisión", "Regreso el lunes.", 11, automatic=True))
    mails += [_mail(sender, subject, text, 20 + n) for n, (sender, subject, text) in enumerate(STRANGERS)]
    _look_again()
    for raw in mails:
        receive(box=box, raw=raw)
    return len(mails)


def _look_again() -> None:
    """Two years were written in this very transaction: plans made for empty tables would read them whole at each message."""
    written = (apps.get_app_config(name) for name in ("orgs", "cases", "documents", "servicedesk"))
    tables = [model._meta.db_table for app in written for model in app.get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _mail(sender: str, subject: str, text: str, number: int, *, reply_to: int | None = None, automatic: bool = False) -> bytes:
    built = EmailMessage()
    built["From"], built["To"], built["Subject"] = sender, ADDRESS, subject
    built["Date"], built["Message-ID"] = format_datetime(timezone.now()), f"<demo{number}@demo.example>"
    if reply_to is not None:
        built["In-Reply-To"] = f"<demo{reply_to}@demo.example>"
    if automatic:
        built["Auto-Submitted"] = "auto-replied"
    built.set_content(text)
    return built.as_bytes()
