"""What the verbs of correspondence and its archive are called in the log."""
from typing import Final

from django.utils.translation import gettext_noop as noop

VERBS: Final = {
    "archive.open_file": noop("Abrió un expediente"), "archive.place_file": noop("Cambió la ubicación de un expediente"),
    "archive.close_file": noop("Cerró un expediente"), "archive.cover": noop("Imprimió la carátula de un expediente"),
    "letter.whole_file": noop("Descargó el expediente"), "letter.receipt": noop("Emitió el acuse"),
    "letter.proof": noop("Descargó la constancia de la bitácora"), "letter.discard_upload": noop("Quitó un documento de la pila"),
    "letter.circular": noop("Envió una circular"), "letter.circular_reminded": noop("Recordó una circular a quien no la ha leído"),
    "letter.circular_cancelled": noop("Canceló una circular"), "letter.demo": noop("Cargó un asunto de demostración"),
    "letter.import": noop("Importó un asunto"), "letter.load": noop("Cargó un asunto"),
    "letter.registered_again": noop("Registró de nuevo un documento cancelado"),
    "letter.import_begun": noop("Empezó a importar un registro anterior"),
    "letter.import_received": noop("Recibió un registro anterior por importar"),
    "letter.relation": noop("Imprimió una relación de entrega"),
    "letter.slips": noop("Imprimió volantes de turno"),
    "letter.stack_begun": noop("Mandó registrar una pila de documentos"),
}
