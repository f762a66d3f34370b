"""Personal data in the demo: a notice with two versions, the unit that attends requests, and three requests in different states."""
from datetime import timedelta
from typing import Final

from django.utils import timezone

from ventanilla.config.demo_data.institution import Organisation
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.privacy.models import Receipt, SubjectRequest
from ventanilla.core.privacy.models.requests import SOURCE
from ventanilla.core.privacy.registry import Asked
from ventanilla.core.privacy.services import notices
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.services.gathering import gathered, tick
from ventanilla.core.privacy.services.searching import begin_search

UNIT: Final = "212C0101000400S"
SIGN_IN: Final = "transparencia"
UNTOLD: Final = ("solicitante", "enlace")
"""They have not opened the second version yet, and see it when they sign in."""
SIMPLE: Final = """El Instituto usa sus datos personales **para atender lo que usted pide**: registrarlo, turnarlo, responderle
y archivarlo.

No los comparte con terceros, salvo los casos que marca la ley. Puede pedir acceso, rectificación, cancelación u oposición en la
Unidad de Transparencia o en esta plataforma."""
SURVEYS: Final = "- Sus respuestas a encuestas, si las contesta: para mejorar el servicio.\n"
WHOLE: Final = """# Quién responde por sus datos

El Instituto Mexiquense de Vivienda y Hábitat, por conducto de su Unidad de Transparencia.

# Qué datos y para qué

- Nombre, cargo, correo y domicilio de quien escribe: para registrar su documento, responderle y entregarle el acuse.
- Lo que dice su documento y sus anexos: para resolver lo que pide.
- Sus respuestas a encuestas, si las contesta: para mejorar el servicio.

La lista completa, dato por dato, está en «Qué datos tratamos y para qué».

# Cuánto se conservan

Lo que fije la serie documental del expediente.

# Sus derechos

Acceso, rectificación, cancelación y oposición, sin costo.

*Texto inventado para la demostración: cada institución escribe el suyo con su área jurídica.*"""
ASKED: Final = (
    (("access",), "Rosa Elena Ávila Montes de Oca",
     "Quiero una copia de todos los datos que tienen de mí por mi trámite de escrituración."),
    (("rectification", "cancellation"), "Jacinto Peña Ñáñez", "Mi segundo apellido está mal escrito. Además, borren mi teléfono."),
    (("opposition",), "Lucía Ibáñez de la Cruz", "No quiero recibir encuestas ni correos."))


def write_privacy(org: Organisation) -> int:
    """Two versions, a year apart as far as the rules let; everybody but `UNTOLD` knows the second. Returns how many requests."""
    unit = org.units[UNIT]
    officer = org.people[unit.pk]["transparency"]
    verbs.choose_desk(actor=None, institution=org.institution, terms=verbs.DeskTerms(
        unit, "Planta baja, ventanilla 3, de 9 a 18 h", source=SOURCE))
    _versions(org.institution)
    return _requests(org, officer)


def _versions(institution: Institution) -> None:
    today = timezone.localdate()
    first = today - timedelta(days=200)
    for text, day in ((notices.NoticeText(SIMPLE, WHOLE.replace(SURVEYS, ""), valid_from=first), first),
                      (notices.NoticeText(SIMPLE, WHOLE, "Se dice para qué se usan sus respuestas a las encuestas.", today), today)):
        notices.save_notice(actor=None, institution=institution, text=text)
        made = notices.publish_notice(actor=None, institution=institution, day=day)
    institution.refresh_from_db()
    told = Person.objects.filter(institution=institution, user__isnull=False).exclude(
        email__in=[f"{name}@{institution.slug}.example" for name in UNTOLD])
    Receipt.objects.bulk_create(Receipt(institution=institution, notice=made, person=p, source="sign_in", at=timezone.now()) for p in told)


def _requests(org: Organisation, officer: Person) -> int:
    """One just received, one whose identity is to be proven, one that was granted with what was found."""
    made = [verbs.register_request(actor=None, institution=org.institution, draft=verbs.RequestDraft(
        rights, holder, details, email="", channel="web")).request for rights, holder, details in ASKED]
    verbs.require_proof(actor=officer, request=made[1], reason="Presente su identificación oficial y el acta en que consta su apellido.")
    verbs.admit(actor=officer, request=made[2], identity="Credencial para votar, cotejada en la ventanilla")
    row = SubjectRequest.objects.select_related("case").get(pk=made[2].pk)
    asked = Asked.of(row.holder, "", "")
    search = begin_search(actor=officer, request=row, asked=asked, patience=60)
    found = [f.key for g in gathered(actor=officer, search=search) for f in g.rows if not f.reserved]
    tick(actor=officer, request=row, asked=asked, ticked=found[:5], offered=found)
    verbs.resolve(actor=officer, request=row, text="Procede: dejará de recibir encuestas y avisos por correo.")
    return len(made)
