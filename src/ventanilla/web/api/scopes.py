"""What a token may be used for; a token never does more than its person may."""
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READ: Final = "cases:read"
WRITE: Final = "cases:write"
REGISTER: Final = "letters:register"
TICKETS: Final = "tickets:open"
LIAISONS: Final = "liaisons:write"
CMDB_READ: Final = "cmdb:read"
CMDB_WRITE: Final = "cmdb:write"
FILES_READ: Final = "files:read"
FILES_WRITE: Final = "files:write"
CATALOGUES: Final = "catalogues:read"
NOTICES: Final = "notices:read"

SCOPES: Final[dict[str, str | Promise]] = {
    READ: _("Consultar asuntos, turnos e historia"),
    WRITE: _("Turnar, atender, responder, evaluar y concluir"),
    REGISTER: _("Registrar correspondencia"),
    TICKETS: _("Abrir tickets de la mesa de servicio"),
    LIAISONS: _("Proponer, validar y concluir enlaces"),
    CMDB_READ: _("Consultar la configuración y el impacto"),
    CMDB_WRITE: _("Mantener la configuración"),
    FILES_READ: _("Descargar documentos"),
    FILES_WRITE: _("Adjuntar documentos"),
    CATALOGUES: _("Consultar unidades, personas y catálogos"),
    NOTICES: _("Consultar y marcar sus avisos"),
}
