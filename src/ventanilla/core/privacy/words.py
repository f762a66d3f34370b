"""What declarations say again and again: legal basis, retention, reasons; and texts in which people may be named, declared by the dozen.

The law is Ley de Protección de Datos Personales en Posesión de Sujetos Obligados del Estado de México y Municipios; that its articles and
the faculties of each institution are the right ones is for the institution's lawyer to check.
"""
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.privacy.registry import PersonalData, Words
from ventanilla.core.privacy.services.erasing import hide_in

FACULTIES: Final = lazy("Facultades de la institución para atender lo que recibe (reglamento interior), y la ley estatal de protección de "
                        "datos personales en posesión de sujetos obligados")
DUTY: Final = lazy("Obligación de documentar todo acto de autoridad (Ley General de Archivos) y de responder por él")
STAFF: Final = lazy("Relación de trabajo de la persona servidora pública con la institución")
SECURITY: Final = lazy("Deber de seguridad de la ley estatal de protección de datos personales")
ASKED: Final = lazy("La propia solicitud de la persona, y la ley estatal de protección de datos personales")
WITH_CASE: Final = lazy("Lo mismo que el asunto: mientras está en trámite y, después, lo que fije su serie documental")
SERIES: Final = lazy("Lo que fije la serie documental de su expediente")
POST: Final = lazy("Mientras ocupa el puesto; después, como constancia de los actos en que intervino")
ACCOUNT: Final = lazy("Mientras exista la cuenta")
SENDERS: Final = lazy("Quien escribe a la institución o recibe de ella")
STAFFED: Final = lazy("Personas servidoras públicas")
REQUESTERS: Final = lazy("Quien pide un servicio y quien lo recibe")
NAMED: Final = lazy("Quien esté nombrado en el texto")
ANSWERED: Final = lazy("Quien responde")
CATALOGUE: Final = lazy("Texto de un catálogo de la institución, no de personas")
CONFIGURED: Final = lazy("Configuración de la plataforma")
TECHNICAL: Final = lazy("Dato técnico, sin nada de personas")
INSTITUTIONAL: Final = lazy("Dato de la institución o de sus unidades")
COPIED: Final = lazy("Repite lo de otra parte para buscarlo o mostrarlo; cambia con ella")
UNCHANGING: Final = lazy("Es constancia de quién hizo qué: la base de datos no deja cambiarla. Se conserva lo que el asunto")
OFFICIAL: Final = lazy("Nombre y cargo de quien actuó por la institución: constan en actos oficiales")


class Text(NamedTuple):
    """A table with texts in which somebody may be named: the columns, what a row is called, and the path to its case, if it has one."""

    model: str
    title: Words
    fields: Mapping[str, Words]
    case: str = ""
    owner: str = ""


def texts(part: Words, purpose: Words, given: list[Text]) -> Iterator[PersonalData]:
    """Declarations of working texts: found by the words in them, and the person's words go when they may."""
    for one in given:
        yield PersonalData(
            one.model.lower(), one.model, part, one.title, one.fields, NAMED, purpose, FACULTIES, WITH_CASE, looked=tuple(one.fields),
            owner=one.owner or (f"{one.case}__institution_id" if one.case else "institution_id"), case=one.case,
            title=_always(one.title), erase=hide_in(*one.fields))


def _always(title: Words) -> Callable[[Any], str]:
    return lambda _row: str(title)


def all_of(why: Words, *fields: str) -> dict[str, Words]:
    """The same reason for several columns."""
    return dict.fromkeys(fields, why)
