"""Which column of the old register is what, and how its cells are read: dates, states, numbers."""
import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as noop

from ventanilla.lib.spanish import fold, read_date

#: field -> (label, names by which old registers call it, folded and in lower case)
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "key": (noop("Clave única en el registro anterior"), ("id", "clave", "id_documento", "id_oficio", "consecutivo")),
    "folio": (noop("Folio"), ("folio", "no_folio", "num_folio", "numero de folio", "folio_entrada")),
    "received": (noop("Fecha de recepción"), ("fecha", "fecha de recepcion", "fecha_recepcion", "recibido", "fecha_entrada",
                                              "fecharecepcion", "fecha_recep", "fec_recepcion", "fecha_ingreso", "fecha de envio",
                                              "fecha_salida", "fecha de salida", "fecha_despacho")),
    "sent": (noop("Fecha de envío"), ("fecha_envio", "fecha_salida", "fecha de salida", "fecha_despacho")),
    "hour": (noop("Hora de recepción"), ("hora", "hora_recepcion", "hora_de_recepcion", "hora_entrada", "hora_recep")),
    "subject": (noop("Asunto"), ("asunto", "descripcion", "resumen", "tema")),
    "number": (noop("Número del documento"), ("oficio", "numero de oficio", "no_oficio", "num_oficio", "numero_documento")),
    "direction": (noop("Sentido"), ("sentido", "entrada/salida", "entrada o salida", "e/s", "recibido/enviado", "recibida/enviada",
                                    "movimiento", "tipo_movimiento", "tipo de movimiento", "tipo_registro", "tipo de registro")),
    "dated": (noop("Fecha del documento"), ("fecha del documento", "fecha_oficio", "fecha de oficio", "fecha_documento")),
    "organisation": (noop("Institución que envía"), ("dependencia", "institucion", "procedencia", "organismo", "remitente_dependencia")),
    "signatory": (noop("Quien firma"), ("remitente", "firma", "firmante", "nombre", "quien firma")),
    "post": (noop("Cargo"), ("cargo", "puesto")),
    "type": (noop("Tipo de documento"), ("tipo", "tipo de documento", "tipo_documento")),
    "unit": (noop("Unidad a cargo (clave o nombre)"), ("unidad", "area", "unidad_receptora", "area_receptora")),
    "sender_unit": (noop("Unidad que lo envía (clave o nombre)"), (
        "unidad que envia", "area que envia", "unidad_emisora", "area_emisora", "unidad_remitente", "area_remitente", "unidad_origen",
        "area_origen")),
    "addressee": (noop("Destinatario"), ("destinatario", "dirigido a", "dirigido_a")),
    "sheets": (noop("Hojas"), ("hojas", "fojas", "num_hojas")),
    "due": (noop("Vencimiento"), ("vencimiento", "fecha_limite", "fecha limite", "vence")),
    "state": (noop("Estado"), ("estado", "estatus", "status", "situacion")),
    "closed": (noop("Fecha de conclusión"), ("fecha_conclusion", "fecha de conclusion", "concluido", "fecha_cierre")),
    "delivered": (noop("Fecha de entrega (acuse)"), ("fecha_entrega", "fecha de entrega", "fecha_acuse", "fecha de acuse", "entregado el")),
    "conclusion": (noop("Cómo se concluyó"), ("conclusion", "resolucion", "observaciones")),
    "file": (noop("Archivo (ruta dentro de la carpeta)"), ("archivo", "ruta", "pdf", "documento", "nombre_archivo", "ruta_pdf",
                                                           "ruta_archivo")),
    "turn_unit": (noop("Turnado a (clave o nombre)"), ("turnado a", "turnado_a", "turnado", "area_turnada", "unidad_turnada", "destino")),
    "turn_sent": (noop("Fecha del turno"), ("fecha_turno", "fecha de turno", "turnado el")),
    "turn_due": (noop("Vencimiento del turno"), ("vencimiento_turno", "limite_turno", "fecha_limite_turno")),
    "turn_text": (noop("Instrucción"), ("instruccion", "indicaciones", "instrucciones")),
    "turn_answered": (noop("Fecha de la respuesta"), ("fecha_respuesta", "fecha de respuesta", "respondido el", "fecha_resp")),
    "turn_answer": (noop("Respuesta"), ("respuesta", "contestacion", "texto_respuesta")),
}
REQUIRED = ("subject", "received")
STATES = {
    "registered": ("", "registrado", "recibido", "nuevo", "abierto", "pendiente", "capturado", "en tramite", "enviado", "despachado"),
    "routed": ("turnado", "en proceso", "asignado", "en atencion"),
    "attended": ("atendido", "respondido", "contestado"),
    "concluded": ("concluido", "cerrado", "terminado", "finalizado", "resuelto", "descargado"),
    "archived": ("archivado", "en archivo"),
    "cancelled": ("cancelado", "anulado", "baja"),
}
WAYS = {
    "incoming": ("recibido", "recibida", "recibidos", "recibidas", "entrada", "entradas", "entrante", "recepcion", "ingreso", "ent", "e"),
    "outgoing": ("enviado", "enviada", "enviados", "enviadas", "salida", "salidas", "saliente", "despachado", "despachada", "despacho",
                 "expedido", "expedida", "emitido", "emitida", "envio", "sal", "s"),
    "internal": ("interno", "interna", "internos", "internas", "i", "memorandum", "memorandum interno"),
}
TYPED = frozenset(word for words in WAYS.values() for word in words if len(word) > 1 and not word.startswith("memorandum"))
"""Words by which a column of types tells the way; a memorandum there is a type."""
Row = Dictionary[str, str]


class Unreadable(ValueError):
    """A cell that cannot be read; the message is Spanish."""


@dataclass(frozen=True)
class Mapping:
    """Columns by field, and what the words of the register stand for: states, units, types of document and ways, by the word.

    `usual` is the way of a letter that does not say its own.
    """

    columns: Dictionary[str, str] = field(default_factory=dict)
    states: Dictionary[str, str] = field(default_factory=dict)
    units: Dictionary[str, str] = field(default_factory=dict)
    types: Dictionary[str, str] = field(default_factory=dict)
    directions: Dictionary[str, str] = field(default_factory=dict)
    usual: str = "incoming"
    name: str = "registro"

    def cell(self, row: Dictionary[str, str], name: str) -> str:
        """The text of a field in a row, or ""."""
        return row.get(self.columns.get(name, ""), "").strip()

    def missing(self) -> list[str]:
        """Labels of the fields without which nothing can be imported."""
        return [FIELDS[name][0] for name in REQUIRED if not self.columns.get(name)]

    def state(self, text: str) -> str:
        """Our state for theirs. Raises Unreadable for a word that nobody has explained."""
        word = said(self.states, text) or text
        found = word if word in STATES else next((ours for ours, words in STATES.items() if plain(word) in words), None)
        if found is None:
            raise Unreadable(f"No se conoce el estado «{text}»; diga a cuál equivale.")
        return found

    def way(self, text: str) -> str:
        """Received, sent or internal; the usual one for an empty cell. Raises Unreadable for a word that nobody has explained."""
        word = plain(said(self.directions, text) or text)
        found = word if word in WAYS else next((ours for ours, words in WAYS.items() if word in words), None)
        if word and found is None:
            raise Unreadable(f"No se conoce el sentido «{text}»; diga si es recibido, enviado o interno.")
        return found or self.usual


def plain(text: str) -> str:
    """A word as it is compared: without accents, in lower case, with single spaces."""
    return " ".join(fold(text).lower().split())


def said(words: Dictionary[str, str], text: str) -> str:
    """What a word of the register was said to stand for, or ""."""
    return next((value for word, value in words.items() if plain(word) == plain(text)), "")


_AREAS = re.compile(r"(?:tbl_|cat_)?(?:area|unidad|depart|depto|direccion)\w*(?: \(\d+\))?: ")
_NAMED = ("nombre", "area", "unidad", "descripcion", "nombre_area", "nombre_unidad", "departamento")
"""What a table of areas calls their names."""


def suggest(columns: Sequence[str]) -> dict[str, str]:
    """The likeliest column of each field, by its name; each column once. Another table (`turnos: fecha`) gives turns and files only."""
    names = {column: re.sub(r"[\s_.]+", "_", fold(column.rpartition(": ")[2]).lower()).strip("_") for column in columns}
    found: dict[str, str] = {}
    for name, (label, words) in FIELDS.items():
        wanted = [re.sub(r"[\s_.]+", "_", word) for word in (*words, fold(label).lower(), name)]
        hit = next((c for w in wanted for c, p in names.items()
                    if p == w and c not in found.values() and (": " not in c or name.startswith(("turn", "file")))), None)
        if hit:
            found[name] = hit
    if area := next((c for c in columns if _AREAS.match(fold(c).lower()) and names[c] in _NAMED), None):
        found.setdefault("turn_unit", area)
    if columns and names[columns[0]].startswith("id_") and columns[0] not in found.values():
        found.setdefault("key", columns[0])
    return found


_TIMES = ("%H:%M:%S", "%H:%M", "%H.%M", "%I:%M %p", "%I:%M:%S %p")
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.(\d+))?")
"""How spreadsheets save a date that lost its format: days since the end of 1899, and the part of the day that passed."""
_EPOCH = date(1899, 12, 30)


def moment(text: str, hour: str = "", default: time = time(9, 0)) -> datetime | None:
    """A moment in Mexico City, day first as Mexicans write; None for an empty cell or 0000-00-00. Raises Unreadable.

    `hour` is a cell of its own: it counts where the text has no hour and when it can be read.
    """
    plain = re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", fold(text).lower()).strip()
    if not plain or plain.startswith("0000"):
        return None
    if found := _SERIAL.fullmatch(plain):
        passed = timedelta(seconds=int(86400 * float(f"0.{found[2] or 0}")))
        day, rest = _EPOCH + timedelta(days=int(found[1])), str(passed) if passed else ""
    elif (read := read_date(re.sub(r"(?<=\d)t(?=\d)", " ", plain))) and 1900 <= read[0].year <= 2100:
        day, rest = read
    else:
        raise Unreadable(f"No se entiende la fecha «{text}».")
    given = _hour(rest, text)
    if given in (None, time(0)):
        given = _own_hour(hour) or given or default
    return timezone.make_aware(datetime.combine(day, given))


def _hour(text: str, whole: str) -> time | None:
    text = re.sub(r"((?<=:\d\d)\.\d+|z|[+-]\d\d:?\d\d| ?h(?:r|rs|oras?)?\.?)$", "", text.strip(" ,-"))
    text = re.sub(r"(?<=\d)(?=[ap]m$)", " ", text)
    for shape in _TIMES if text else ():
        try:
            return datetime.strptime(text, shape).time()  # noqa: DTZ007 - a civil time
        except ValueError:
            continue
    if text:
        raise Unreadable(f"No se entiende la hora de «{whole}».")
    return None


def _own_hour(text: str) -> time | None:
    try:
        return _hour(re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", fold(text).lower()), text)
    except Unreadable:
        return None


def whole(text: str, default: int = 1) -> int:
    """The first number in the text, at least 0."""
    found = re.search(r"\d{1,6}", text)
    return int(found[0]) if found else default
