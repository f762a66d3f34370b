"""Which column of the old register is what, and how its cells are read: dates, states, numbers."""
import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_noop as noop

from ventanilla.lib.spanish import fold

#: field -> (label, names by which old registers call it, folded and in lower case)
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "key": (noop("Clave única en el registro anterior"), ("id", "clave", "id_documento", "id_oficio", "consecutivo")),
    "folio": (noop("Folio"), ("folio", "no_folio", "num_folio", "numero de folio", "folio_entrada")),
    "received": (noop("Fecha de recepción"), ("fecha", "fecha de recepcion", "fecha_recepcion", "recibido", "fecha_entrada",
                                              "fecharecepcion")),
    "subject": (noop("Asunto"), ("asunto", "descripcion", "resumen", "tema")),
    "number": (noop("Número del documento"), ("oficio", "numero de oficio", "no_oficio", "num_oficio", "numero_documento")),
    "dated": (noop("Fecha del documento"), ("fecha del documento", "fecha_oficio", "fecha de oficio", "fecha_documento")),
    "organisation": (noop("Institución que envía"), ("dependencia", "institucion", "procedencia", "organismo", "remitente_dependencia")),
    "signatory": (noop("Quien firma"), ("remitente", "firma", "firmante", "nombre", "quien firma")),
    "post": (noop("Cargo"), ("cargo", "puesto")),
    "type": (noop("Tipo de documento"), ("tipo", "tipo de documento", "tipo_documento")),
    "unit": (noop("Unidad a cargo (clave o nombre)"), ("unidad", "area", "unidad_receptora", "area_receptora")),
    "addressee": (noop("Destinatario"), ("destinatario", "dirigido a", "dirigido_a")),
    "sheets": (noop("Hojas"), ("hojas", "fojas", "num_hojas")),
    "due": (noop("Vencimiento"), ("vencimiento", "fecha_limite", "fecha limite", "vence")),
    "state": (noop("Estado"), ("estado", "estatus", "status", "situacion")),
    "closed": (noop("Fecha de conclusión"), ("fecha_conclusion", "fecha de conclusion", "concluido", "fecha_cierre")),
    "conclusion": (noop("Cómo se concluyó"), ("conclusion", "resolucion", "observaciones")),
    "file": (noop("Archivo (ruta dentro de la carpeta)"), ("archivo", "ruta", "pdf", "documento", "nombre_archivo")),
    "turn_unit": (noop("Turnado a (clave o nombre)"), ("turnado a", "turnado_a", "turnado", "area_turnada", "unidad_turnada", "destino")),
    "turn_sent": (noop("Fecha del turno"), ("fecha_turno", "fecha de turno", "turnado el")),
    "turn_due": (noop("Vencimiento del turno"), ("vencimiento_turno", "limite_turno", "fecha_limite_turno")),
    "turn_text": (noop("Instrucción"), ("instruccion", "indicaciones", "instrucciones")),
    "turn_answered": (noop("Fecha de la respuesta"), ("fecha_respuesta", "fecha de respuesta", "respondido el")),
    "turn_answer": (noop("Respuesta"), ("respuesta", "contestacion", "texto_respuesta")),
}
REQUIRED = ("subject", "received")
STATES = {
    "registered": ("", "registrado", "recibido", "nuevo", "abierto", "pendiente", "capturado", "en tramite"),
    "routed": ("turnado", "en proceso", "asignado", "en atencion"),
    "attended": ("atendido", "respondido", "contestado"),
    "concluded": ("concluido", "cerrado", "terminado", "finalizado", "resuelto", "descargado"),
    "archived": ("archivado", "en archivo"),
    "cancelled": ("cancelado", "anulado", "baja"),
}


class Unreadable(ValueError):
    """A cell that cannot be read; the message is Spanish."""


@dataclass(frozen=True)
class Mapping:
    """Columns by field, and what stands for what: states, units, and the defaults of a register."""

    columns: Dictionary[str, str] = field(default_factory=dict)
    states: Dictionary[str, str] = field(default_factory=dict)
    units: Dictionary[str, str] = field(default_factory=dict)
    name: str = "registro"

    def cell(self, row: Dictionary[str, str], name: str) -> str:
        """The text of a field in a row, or ""."""
        return row.get(self.columns.get(name, ""), "").strip()

    def missing(self) -> list[str]:
        """Labels of the fields without which nothing can be imported."""
        return [FIELDS[name][0] for name in REQUIRED if not self.columns.get(name)]

    def state(self, text: str) -> str:
        """Our state for theirs. Raises Unreadable for a word that nobody has explained."""
        word = fold(text).lower().strip()
        known = {fold(k).lower().strip(): v for k, v in self.states.items()}
        found = known.get(word) or next((ours for ours, words in STATES.items() if word in words), None)
        if found is None:
            raise Unreadable(f"No se conoce el estado «{text}»; diga a cuál equivale.")
        return found


def suggest(columns: Sequence[str]) -> dict[str, str]:
    """The likeliest column of each field, by its name; each column once."""
    plain = {column: re.sub(r"[\s_.]+", "_", fold(column).lower().strip()) for column in columns}
    found: dict[str, str] = {}
    for name, (label, words) in FIELDS.items():
        wanted = [re.sub(r"[\s_.]+", "_", word) for word in (*words, fold(label).lower(), name)]
        hit = next((c for w in wanted for c, p in plain.items() if p == w and c not in found.values()), None)
        if hit:
            found[name] = hit
    return found


_SHAPES = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d/%m/%y", "%Y/%m/%d", "%d.%m.%Y")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p")


def moment(text: str, default: time = time(9, 0)) -> datetime | None:
    """A moment in Mexico City, day first as Mexicans write; None for an empty cell or 0000-00-00. Raises Unreadable."""
    parts = re.split(r"[ T]", text.strip().replace("a. m.", "AM").replace("p. m.", "PM"), maxsplit=1)
    if not parts[0] or parts[0].startswith("0000"):
        return None
    day = _day(parts[0], text)
    hour = _hour(re.sub(r"(\.\d+|Z|[+-]\d\d:?\d\d)$", "", parts[1].strip()), text) if len(parts) > 1 and parts[1].strip() else default
    return timezone.make_aware(datetime.combine(day, hour))


def _day(text: str, whole: str) -> date:
    for shape in _SHAPES:
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a civil date
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    raise Unreadable(f"No se entiende la fecha «{whole}».")


def _hour(text: str, whole: str) -> time:
    for shape in _TIMES:
        try:
            return datetime.strptime(text, shape).time()  # noqa: DTZ007 - a civil time
        except ValueError:
            continue
    raise Unreadable(f"No se entiende la hora de «{whole}».")


def whole(text: str, default: int = 1) -> int:
    """The first number in the text, at least 0."""
    found = re.search(r"\d{1,6}", text)
    return int(found[0]) if found else default
