"""What lists and facets repeat of a revision: options, years and yes or no, derived from its values in one place."""
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.lib.recurrence import features
from ventanilla.lib.spanish import fold
from ventanilla.modules.practices.form import definition

ELECTRONIC: Final[tuple[tuple[str, Any, str], ...]] = (
    ("tramite_en_linea", lazy("Trámite o solicitud en línea"),
     r"en linea|por internet|via internet|ventanilla (unica|electronica|digital)"),
    ("portal", lazy("Portal o página web"), r"\bportal|pagina web|sitio web|micrositio"),
    ("aplicacion_movil", lazy("Aplicación móvil"), r"\bapp\b|aplicacion(es)? movil|telefono movil|dispositivos? movil"),
    ("sistema", lazy("Sistema informático"), r"\bsistemas? (informatic|de informacion|automatizad|web|digital)|\bplataforma|\bsoftware"),
    ("firma_electronica", lazy("Firma o sello electrónico"), r"firma electronica|sello electronico|firmas? digital"),
    ("pago_en_linea", lazy("Pago en línea"), r"pagos? (en linea|electronic|por internet)"),
    ("expediente_digital", lazy("Expediente o archivo digital"),
     r"expediente (digital|electronico)|digitaliza|archivo (digital|electronico)"),
    ("codigo_qr", lazy("Código QR o de barras"), r"\bqr\b|codigos? de barras"),
    ("correo", lazy("Correo y mensajes electrónicos"), r"correos? electronic|mensajeria|\bsms\b|whatsapp|\bchat"),
    ("redes_sociales", lazy("Redes sociales"), r"redes sociales|facebook|twitter|youtube"),
    ("videoconferencia", lazy("Videoconferencia o aula virtual"), r"videoconferenc|videollamad|virtual|a distancia"),
    ("datos_abiertos", lazy("Datos abiertos e interoperabilidad"), r"datos abiertos|interopera|servicios? web\b|\bapi\b|bases? de datos"),
    ("geografico", lazy("Mapas y ubicación"), r"georrefer|geolocal|cartograf|\bgps\b|mapa digital"),
)
"""Elements of electronic government recognised in 2.6, which the form asks as free text: (slug, label, folded pattern)."""
_PATTERNS: Final = tuple((slug, re.compile(pattern)) for slug, _label, pattern in ELECTRONIC)


def columns_of(values: Mapping[str, Any], generation: str) -> dict[str, Any]:
    """The columns of `Practice` that repeat what a revision says; `completeness` 0..100."""
    electronic = fold(" ".join(str(values.get(k) or "") for k in ("gobierno_electronico", "nivel_automatizacion"))).lower()
    said = " ".join(str(values.get(k) or "") for k in ("nombre", "descripcion", "problematica", "objetivo"))
    return {
        "generation": generation, "title": str(values.get("nombre") or "")[:300], "agency": str(values.get("dependencia") or "")[:200],
        "category": _listed(values.get("categoria")), "population": _listed(values.get("poblacion")),
        "scope": _listed(values.get("ambito")),
        "egov": [slug for slug, pattern in _PATTERNS if pattern.search(electronic)], "start_year": _year(values.get("inicio")),
        "transferable": values.get("transferible"), "measured": values.get("medicion"), "recognised": values.get("reconocimiento"),
        "certified": values.get("certificacion"), "completeness": completeness(definition(generation), values).percent,
        "features": list(features(said))[:60],
    }


def _listed(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []


def _year(value: Any) -> int | None:
    try:
        return date.fromisoformat(str(value)).year
    except ValueError:
        return None


class Progress:
    """How much of a form, or of one of its sections, is answered: `asked` and `answered` count; `missing` are keys, in order."""

    def __init__(self) -> None:
        self.asked, self.answered = 0, 0
        self.missing: list[str] = []
        self.sections: dict[str, Progress] = {}

    @property
    def percent(self) -> int:
        """0..100; of nothing asked, 100."""
        return 100 * self.answered // self.asked if self.asked else 100

    def count(self, key: str, there: bool) -> None:
        """One more question."""
        self.asked += 1
        self.answered += there
        if not there:
            self.missing.append(key)


def completeness(form: Definition, values: Mapping[str, Any]) -> Progress:
    """Counted are required questions, and those that an answer given before asks for ("Sí": ¿dónde?). What is optional never lacks."""
    whole = Progress()
    for section in form.sections:
        part = whole.sections[section.key] = Progress()
        for one in section.fields:
            if _counts(one, values):
                for place in (part, whole):
                    place.count(one.key, values.get(one.key) not in (None, "", []))
    return whole


def _counts(one: Field, values: Mapping[str, Any]) -> bool:
    if one.when is None:
        return one.required
    return one.when.holds(values) and all(values.get(key) is not None for key in one.when.names())
