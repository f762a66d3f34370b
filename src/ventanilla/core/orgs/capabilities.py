"""The capabilities that code and flows name. Roles bundle them, as data; people hold roles by grants.

Administering never implies reading cases.
"""
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

READ: Final = "cases.read"          # read the unit's matters up to the role's clearance
REGISTER: Final = "cases.register"  # register what arrives, hand out the receipt
ROUTE: Final = "cases.route"        # route, reassign, extend, evaluate answers
ANSWER: Final = "cases.answer"      # accept, answer or return what the unit received
CONCLUDE: Final = "cases.conclude"  # conclude, reopen, cancel
ARCHIVE: Final = "cases.archive"    # send to the current archive
MEASURE: Final = "cases.measure"    # boards and charts of the unit
EXPORT: Final = "cases.export"      # take lists away as files
ADMIN_ORGS: Final = "admin.orgs"    # units, people, posts, grants
ADMIN_CALENDARS: Final = "admin.calendars"
ADMIN_CATALOGUES: Final = "admin.catalogues"
ADMIN_API: Final = "admin.api"      # tokens and webhooks
DESK_CATALOGUE: Final = "desk.catalogue"  # keep the service catalogue of the teams of the unit
CMDB_READ: Final = "cmdb.read"    # configuration items of the institution, impact analysis
CMDB_WRITE: Final = "cmdb.write"  # register, change, relate and import them
PRACTICE_WRITE: Final = "practices.write"        # document the good practices of the unit
PRACTICE_REVIEW: Final = "practices.review"      # review presented ones, with observations
PRACTICE_EVALUATE: Final = "practices.evaluate"  # sit on evaluation panels
PRACTICE_REGISTRY: Final = "practices.registry"  # register, withdraw, call campaigns, attend transfers
PRIVACY_NOTICES: Final = "privacy.notices"  # write and publish privacy notices
PRIVACY_ATTEND: Final = "privacy.attend"    # attend requests about personal data
AUDIT: Final = "audit.read"         # the log of the institution

CATALOGUES: Final = (ADMIN_CATALOGUES, DESK_CATALOGUE)
"""Any of these opens the catalogues, each to its own."""
ADMINISTERING: Final = (ADMIN_ORGS, ADMIN_CALENDARS, *CATALOGUES, PRIVACY_NOTICES, AUDIT)
"""Any of these opens the administration area, each to its parts."""

LABELS: Final[dict[str, Any]] = {
    READ: lazy("Consultar los asuntos de la unidad"), REGISTER: lazy("Registrar correspondencia"),
    ROUTE: lazy("Turnar y evaluar respuestas"), ANSWER: lazy("Atender turnos"), CONCLUDE: lazy("Concluir asuntos"),
    ARCHIVE: lazy("Enviar al archivo de trámite"), MEASURE: lazy("Ver tableros e indicadores"),
    EXPORT: lazy("Exportar listas"), ADMIN_ORGS: lazy("Administrar unidades y personas"),
    ADMIN_CALENDARS: lazy("Administrar calendarios"), ADMIN_CATALOGUES: lazy("Administrar catálogos"),
    DESK_CATALOGUE: lazy("Llevar el catálogo de servicios de los equipos de la unidad"),
    CMDB_READ: lazy("Consultar los elementos de configuración"), CMDB_WRITE: lazy("Mantener los elementos de configuración"),
    PRACTICE_WRITE: lazy("Documentar buenas prácticas"), PRACTICE_REVIEW: lazy("Revisar buenas prácticas"),
    PRACTICE_EVALUATE: lazy("Evaluar buenas prácticas"), PRACTICE_REGISTRY: lazy("Llevar el registro de buenas prácticas"),
    PRIVACY_NOTICES: lazy("Publicar avisos de privacidad"), PRIVACY_ATTEND: lazy("Atender solicitudes de datos personales"),
    ADMIN_API: lazy("Administrar la API"), AUDIT: lazy("Consultar la bitácora"),
}

WORK: Final = (READ, REGISTER, ROUTE, ANSWER, CONCLUDE, ARCHIVE, MEASURE, EXPORT)
ROLES: Final[dict[str, tuple[str, tuple[str, ...], int]]] = {
    "head": ("Titular de unidad", (*WORK, PRACTICE_WRITE), 2),
    "overseer": ("Supervisión de las unidades que dependen", (READ, MEASURE, EXPORT), 2),
    "assistant": ("Asistente de titular", (READ, REGISTER, ROUTE, ANSWER, CONCLUDE, ARCHIVE, MEASURE, EXPORT), 1),
    "clerk": ("Oficialía de partes", (READ, REGISTER, ROUTE, ARCHIVE, EXPORT), 0),
    "staff": ("Personal de la unidad", (READ, ANSWER), 0),
    "practice_owner": ("Responsable de buenas prácticas", (READ, PRACTICE_WRITE, EXPORT), 0),
    "practice_reviewer": ("Revisión de buenas prácticas", (PRACTICE_REVIEW,), 0),
    "practice_evaluator": ("Evaluación de buenas prácticas", (PRACTICE_EVALUATE,), 0),
    "practice_registrar": ("Registro de buenas prácticas", (PRACTICE_REVIEW, PRACTICE_REGISTRY), 0),
    "desk_agent": ("Agente de la mesa de servicio", (READ, REGISTER, ROUTE, ANSWER, EXPORT, CMDB_READ), 0),
    "desk_engineer": ("Ingeniería de la mesa de servicio", (READ, ANSWER, EXPORT, CMDB_READ, CMDB_WRITE), 0),
    "desk_manager": ("Responsable de la mesa de servicio",
                     (READ, REGISTER, ROUTE, ANSWER, CONCLUDE, MEASURE, EXPORT, DESK_CATALOGUE, CMDB_READ, CMDB_WRITE), 0),
    "transparency": ("Unidad de Transparencia", (READ, EXPORT, PRIVACY_NOTICES, PRIVACY_ATTEND), 2),
    "archivist": ("Responsable de archivo", (READ, ARCHIVE, EXPORT), 0),
    "auditor": ("Órgano interno de control", (READ, MEASURE, EXPORT, AUDIT), 1),
    "admin": ("Administración de la plataforma", (ADMIN_ORGS, ADMIN_CALENDARS, ADMIN_CATALOGUES, ADMIN_API, AUDIT), 0),
}
