"""What can be wrong with a file, as a code in the database and a Spanish sentence on the screen."""
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: dict[str, Promise | str] = {
    "empty": gettext_lazy(
        "El archivo «{name}» está vacío (0 bytes). Revise que se haya copiado completo y vuelva a"
        " elegirlo."),
    "too_big": gettext_lazy(
        "El archivo «{name}» pesa más de {limit} MB, el máximo permitido. Divídalo o redúzcalo y "
        "vuelva a intentarlo."),
    "disk_full": gettext_lazy(
        "No hay espacio en el servidor para guardar «{name}». No se guardó nada; avise a la "
        "administración de la plataforma."),
    "unreadable_upload": gettext_lazy(
        "El archivo «{name}» no se recibió completo. No se guardó nada; vuelva a enviarlo."),
    "gone": gettext_lazy(
        "El archivo «{name}» ya no está guardado: se conserva un día desde que el formulario volvió con un error."
        " Elíjalo otra vez y vuelva a enviar."),
    "too_many": gettext_lazy(
        "Con «{name}» son más de {limit} archivos, lo que admite un envío. Quite alguno y mande los demás después."),
    "kept_full": gettext_lazy(
        "No se pudo conservar «{name}»: sus formularios sin terminar ya guardan {limit} MB."),
    "encrypted": gettext_lazy(
        "Está protegido con contraseña: se guardó, pero no se puede leer ni buscar su contenido."),
    "damaged": gettext_lazy(
        "Está dañado o incompleto: se guardó tal como llegó, pero no se puede leer su contenido."),
    "truncated": gettext_lazy("Al archivo le falta una parte: se leyó lo que llegó."),
    "disguised": gettext_lazy("El nombre dice «.{extension}», pero el contenido es otra cosa: {real}."),
    "pixels": gettext_lazy(
        "La imagen es demasiado grande ({megapixels} megapíxeles; el máximo es {limit}): se "
        "guardó, pero no se leyó."),
    "pages": gettext_lazy("Tiene {pages} páginas: se leyeron las primeras {limit}."),
    "ratio": gettext_lazy(
        "El contenido comprimido crece demasiado al abrirse: se guardó, pero no se abrió por "
        "seguridad."),
    "memory": gettext_lazy("Leerlo pide más memoria de la permitida: se guardó, pero no se leyó completo."),
    "time": gettext_lazy("Leerlo tarda más de lo permitido: se guardó, pero no se leyó completo."),
    "crash": gettext_lazy("No se pudo leer su contenido: se guardó tal como llegó."),
    "some_pages": gettext_lazy("No se pudieron leer algunas páginas: {pages}."),
    "no_ocr": gettext_lazy(
        "Falta el idioma español del reconocimiento de texto en el servidor (paquete tesseract-"
        "ocr-spa)."),
    "no_layer": gettext_lazy("Se leyó, pero no se pudo hacer el PDF con texto."),
    "infected": gettext_lazy(
        "El antivirus encontró «{signature}». El archivo quedó en cuarentena y nadie puede "
        "descargarlo."),
}


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, details: Mapping[str, Any]) -> str:
    """The sentence of a code in the active language; details that are missing show as an ellipsis."""
    if not code:
        return ""
    return str(SENTENCES.get(code, SENTENCES["crash"])).format_map(_Blank(details))


class DocumentError(Exception):
    """Something a person can be told: `message` is one or two plain sentences."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileRefused(DocumentError):
    """A file that was not stored; `code` and `name` say which and why."""

    def __init__(self, code: str, name: str, **details: Any) -> None:
        super().__init__(sentence(code, {"name": name, **details}))
        self.code, self.name = code, name


class NotServed(DocumentError):
    """A file that exists and is not handed out: not scanned yet, or in quarantine."""


class ScannerDown(Exception):
    """clamd does not answer; the file waits and the task is tried again."""


class NoRoom(Exception):
    """The disk is full; the file waits and the task is tried again."""


def not_scanned_yet() -> NotServed:
    """The file waits for the antivirus."""
    return NotServed(_("El archivo espera la revisión del antivirus. Intente de nuevo en unos minutos."))


def quarantined() -> NotServed:
    """The file is infected."""
    return NotServed(_("El archivo está en cuarentena porque el antivirus encontró un problema."))
