"""What the verbs of the service desk are called in the log."""
from typing import Final

from django.utils.translation import gettext_noop as noop

VERBS: Final = {
    "servicedesk.repromise": noop("Aplicó las metas de un nivel de servicio"),
    "servicedesk.repromise_team": noop("Aplicó a los tickets de un equipo el horario de su unidad"),
    "servicedesk.objective_dropped": noop("Quitó una meta de un nivel de servicio"),
    "servicedesk.escalation_saved": noop("Guardó un aviso de un nivel de servicio"),
    "servicedesk.escalation_on": noop("Encendió un aviso de un nivel de servicio"),
    "servicedesk.escalation_off": noop("Apagó un aviso de un nivel de servicio"),
    "article.confirm": noop("Confirmó que un artículo sigue vigente"), "article.draft": noop("Guardó un borrador de artículo"),
    "article.helped": noop("Un artículo resolvió sin ticket"), "article.retire": noop("Retiró un artículo"),
    "article.vote": noop("Opinó de un artículo"), "blackout.call_off": noop("Canceló un periodo sin cambios"),
    "blackout.declare": noop("Declaró un periodo sin cambios"), "blackout.edit": noop("Editó un periodo sin cambios"),
    "blackout.skip": noop("Saltó una fecha de un periodo sin cambios"),
    "blackout.unskip": noop("Restituyó una fecha de un periodo sin cambios"),
    "cmdb.add": noop("Agregó un elemento de configuración"), "cmdb.attach": noop("Agregó un documento a un elemento"),
    "cmdb.detach": noop("Quitó un documento de un elemento"), "cmdb.impact_export": noop("Descargó un análisis de impacto"),
    "cmdb.load": noop("Cargó elementos de un archivo"), "cmdb.relate": noop("Relacionó dos elementos"),
    "cmdb.relation": noop("Corrigió o quitó una relación"), "cmdb.standard": noop("Instaló los tipos estándar de elementos"),
    "cmdb.type": noop("Guardó un tipo de elemento"), "cmdb.undo_load": noop("Deshizo una carga de elementos"),
    "cmdb.unrelate": noop("Terminó una relación"), "incident.affected": noop("Avisó que un incidente mayor le afecta"),
    "incident.not_affected": noop("Avisó que un incidente mayor ya no le afecta"),
    "mail.decide": noop("Decidió qué hacer con un correo"), "mail.keep": noop("Recibió un correo"),
    "mail.reprocess": noop("Procesó otra vez un correo"), "mail.set_aside": noop("Descartó un correo en revisión"),
    "on_call.drop": noop("Quitó una guardia"), "on_call.edit": noop("Editó una guardia"),
    "on_call.plan": noop("Planeó una guardia"), "on_call.rota": noop("Guardó un rol de guardias"),
    "problem.step_done": noop("Marcó como hecha una acción del plan"), "servicedesk.import": noop("Importó tickets"),
    "servicedesk.import_itop": noop("Importó datos de iTop"),
    "servicedesk.kind_level": noop("Cambió el nivel de servicio de un tipo de ticket"),
    "servicedesk.liaison_request": noop("Pidió el alta de un enlace"), "servicedesk.liaison_validate": noop("Validó a un enlace"),
    "servicedesk.liaison_complete": noop("Completó los requisitos de un enlace"),
    "servicedesk.liaison_end": noop("Terminó el nombramiento de un enlace"),
    "servicedesk.liaison_active": noop("Activó a un enlace"),
    "servicedesk.liaison_expired": noop("Venció el nombramiento de un enlace"),
    "servicedesk.liaison_extend": noop("Prorrogó el nombramiento de un enlace"),
    "servicedesk.paper_file": noop("Agregó un documento al expediente de un enlace"),
    "servicedesk.paper_withdraw": noop("Retiró un documento del expediente de un enlace"),
    "servicedesk.paper_issue": noop("Emitió un oficio de enlace"), "servicedesk.offering": noop("Guardó una oferta del catálogo"),
    "servicedesk.publish": noop("Publicó una versión de una oferta"), "servicedesk.retire": noop("Retiró una oferta"),
    "servicedesk.rule_saved": noop("Guardó una regla de aviso"), "servicedesk.rule_switched": noop("Encendió o apagó una regla de aviso"),
    "servicedesk.rule_moved": noop("Cambió el orden de una regla de aviso"),
    "servicedesk.assignment_saved": noop("Guardó una regla de asignación"),
    "servicedesk.assignment_switched": noop("Encendió o apagó una regla de asignación"),
    "servicedesk.assignment_moved": noop("Cambió el orden de una regla de asignación"),
    "candidate.accepted": noop("Aceptó una propuesta de problema"), "candidate.dismissed": noop("Descartó una propuesta de problema"),
}
THINGS: Final = {
    "mail": noop("Correo de la mesa"), "team": noop("Equipo"), "rule": noop("Regla de aviso"), "assignment": noop("Regla de asignación"),
    "level": noop("Nivel de servicio"), "article": noop("Artículo de ayuda"), "offering": noop("Oferta del catálogo"),
    "ci": noop("Elemento de configuración"), "blackout": noop("Periodo sin cambios"), "candidate": noop("Propuesta de problema"),
    "load": noop("Carga de elementos"), "citype": noop("Tipo de elemento"), "importedlog": noop("Bitácora importada"),
}
STEPS: Final = {
    "ask_instead": noop("Pedir la autorización a otra persona"), "carry_items": noop("Llevar los elementos relacionados"),
    "clear": noop("Revisar las coincidencias del cambio"), "decide": noop("Decidir una autorización"),
    "hang": noop("Ligar a otro ticket"), "tell_major": noop("Publicar un mensaje del incidente mayor"),
    "tick": noop("Marcar un paso de la lista"), "tie": noop("Relacionar"), "untie": noop("Quitar una relación"),
    "time": noop("Registrar tiempo"), "time_dropped": noop("Quitar tiempo"), "watch": noop("Seguir"),
    "unwatch": noop("Dejar de seguir"),
}
"""What is done to a ticket and is no step of its flow."""
