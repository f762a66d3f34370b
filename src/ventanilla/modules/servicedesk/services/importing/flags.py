"""What is odd in an event of a log, by name: kept as it was written, and told."""
from typing import Final

from django.utils.translation import gettext_lazy as _

BACKWARDS: Final = "backwards"
SKIPS: Final = "skips"
EARLIER: Final = "earlier"
BEFORE_OPENING: Final = "before_opening"
STARTS_LATE: Final = "starts_late"
UNKNOWN_STATE: Final = "unknown_state"
COUNTER: Final = "counter"
NO_MOMENT: Final = "no_moment"
OTHER_END: Final = "other_end"

LABELS: Final = {
    BACKWARDS: _("El estado regresó"), SKIPS: _("El proceso no tiene ese paso"), EARLIER: _("Su fecha es anterior a la del evento previo"),
    BEFORE_OPENING: _("Su fecha es anterior a la apertura"), STARTS_LATE: _("El registro no comienza en «Nueva»"),
    UNKNOWN_STATE: _("Estado desconocido; se conservó el anterior"), COUNTER: _("Su contador de cambios no avanza"),
    NO_MOMENT: _("Su fecha no se pudo leer; se tomó la del evento previo"),
    OTHER_END: _("La fecha de solución declarada no es la de ningún evento"),
}
"""What each says to a person."""
