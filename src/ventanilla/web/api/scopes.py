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
KNOWLEDGE_READ: Final = "knowledge:read"
KNOWLEDGE_WRITE: Final = "knowledge:write"
REPORTS: Final = "reports:read"
DESK_READ: Final = "desk:read"
DESK_WRITE: Final = "desk:write"
CATALOGUES_WRITE: Final = "catalogues:write"
CALENDARS_WRITE: Final = "calendars:write"
NOTICES: Final = "notices:read"
PRIVACY_READ: Final = "privacy:read"
PRIVACY_WRITE: Final = "privacy:write"
WEBHOOKS: Final = "webhooks:write"

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
    KNOWLEDGE_READ: _("Consultar los artículos de ayuda y opinar de ellos"),
    KNOWLEDGE_WRITE: _("Escribir, revisar y publicar artículos de ayuda"),
    REPORTS: _("Consultar tableros, informes y encuestas"),
    DESK_READ: _("Consultar reglas de aviso, periodos sin cambios, candidatos y correo de la mesa"),
    DESK_WRITE: _("Cambiar reglas de aviso y periodos sin cambios, decidir candidatos y registrar correo"),
    PRIVACY_READ: _("Consultar solicitudes de datos personales y su informe"),
    PRIVACY_WRITE: _("Registrar y atender solicitudes de datos personales"),
    CATALOGUES_WRITE: _("Mantener el catálogo de servicios, sus niveles, equipos y tipos de elementos"),
    CALENDARS_WRITE: _("Publicar calendarios y aplicarlos a los plazos que corren"),
    WEBHOOKS: _("Consultar y mantener los webhooks"),
}
