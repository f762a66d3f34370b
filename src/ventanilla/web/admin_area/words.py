"""What the verbs of the log are called on screen."""
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.words import steps_of

VERBS: Final = {
    "orgs.create_institution": noop("Creó la institución"), "orgs.update_institution": noop("Cambió la institución"),
    "orgs.add_unit": noop("Agregó una unidad"), "orgs.update_unit": noop("Editó una unidad"),
    "orgs.move_unit": noop("Movió una unidad"), "orgs.close_unit": noop("Cerró una unidad"),
    "orgs.merge": noop("Fusionó unidades"), "orgs.recode": noop("Cambió claves de unidades"),
    "orgs.add_person": noop("Agregó a una persona"), "orgs.update_person": noop("Editó a una persona"),
    "orgs.appoint": noop("Nombró en un puesto"), "orgs.replace": noop("Sustituyó en un puesto"),
    "orgs.end_appointment": noop("Terminó un nombramiento"), "orgs.give": noop("Dio una función"),
    "orgs.revoke": noop("Quitó una función"), "orgs.delegate": noop("Delegó"),
    "orgs.declare_absence": noop("Registró una ausencia"), "orgs.end_absence": noop("Terminó una ausencia"),
    "orgs.save_role": noop("Guardó una función"), "orgs.import_units": noop("Importó unidades"),
    "orgs.import_people": noop("Importó personas"), "workdays.create_calendar": noop("Creó un calendario"),
    "workdays.publish_version": noop("Publicó una versión de calendario"), "catalogues.save": noop("Guardó en un catálogo"),
    "catalogues.name_flow": noop("Cambió palabras de estados y pasos"),
    "catalogues.drop": noop("Quitó de un catálogo"),
    "cases.handover": noop("Consultó pendientes para entrega"),
    "cases.recompute": noop("Recalculó plazos de un calendario"), "audit.erase": noop("Borró datos personales de la bitácora"),
    "archive.open_file": noop("Abrió un expediente"), "archive.place_file": noop("Cambió la ubicación de un expediente"),
    "archive.close_file": noop("Cerró un expediente"), "archive.cover": noop("Imprimió la carátula de un expediente"),
    "orgs.open_account": noop("Abrió una cuenta"), "orgs.block_account": noop("Bloqueó una cuenta"),
    "orgs.unblock_account": noop("Desbloqueó una cuenta"), "account.sign_in": noop("Inició sesión"),
    "account.sign_out": noop("Cerró sesión"), "account.sign_in_failed": noop("No pudo iniciar sesión"),
    "letter.whole_file": noop("Descargó el expediente"), "letter.receipt": noop("Emitió el acuse"),
    "letter.proof": noop("Descargó la constancia de la bitácora"), "institution.logo": noop("Cambió el logotipo"),
    "letter.discard_upload": noop("Quitó un documento de la pila"), "letter.circular": noop("Envió una circular"),
    "letter.demo": noop("Cargó un asunto de demostración"), "letter.import": noop("Importó un asunto"),
    "letter.load": noop("Cargó un asunto"), "document.download": noop("Descargó un archivo"),
    "documents.store": noop("Recibió un archivo"), "documents.add_version": noop("Agregó una versión de un archivo"),
    "documents.lock": noop("Fijó un archivo"), "documents.rename": noop("Cambió el título de un archivo"),
    "exports.order": noop("Pidió una exportación"), "exports.cancel": noop("Canceló una exportación"),
    "servicedesk.repromise": noop("Aplicó las metas de un nivel de servicio"),
    "servicedesk.repromise_team": noop("Aplicó a los tickets de un equipo el horario de su unidad"),
    "servicedesk.objective_dropped": noop("Quitó una meta de un nivel de servicio"),
    "servicedesk.escalation_saved": noop("Guardó un aviso de un nivel de servicio"),
    "servicedesk.escalation_on": noop("Encendió un aviso de un nivel de servicio"),
    "servicedesk.escalation_off": noop("Apagó un aviso de un nivel de servicio"),
    "privacy.save_notice": noop("Guardó un borrador del aviso de privacidad"),
    "privacy.publish_notice": noop("Publicó una versión del aviso de privacidad"),
    "privacy.acknowledge": noop("Conoció el aviso de privacidad"),
    "privacy.choose_desk": noop("Cambió la atención de datos personales"),
    "privacy.search": noop("Buscó los datos de una persona"), "privacy.tick": noop("Marcó lo que es de una persona"),
    "privacy.report": noop("Descargó un informe de acceso a datos personales"),
    "notices.choose": noop("Cambió sus avisos"), "sign_in": noop("Inició sesión"), "sign_out": noop("Cerró sesión"),
}
_STEPS: Final = {"register": noop("Registrar"), "attach": noop("Adjuntar"), "note": noop("Anotar"),
                 "complete": noop("Completar"), "reorganise": noop("Cambiar de unidad"), "recompute": noop("Recalcular el plazo")}


def verb_words(verb: str, institution_id: int | None) -> str:
    """"letter.answer" as "Oficio: Responder"; the verb itself when nobody named it."""
    if verb in VERBS:
        return _(VERBS[verb])
    slug, _sep, step = verb.partition(".")
    kind = next((k for k in kinds() if k.slug == slug), None)
    if kind is None:
        return verb
    flows = (kind.flow, TURN_FLOW, INFO_FLOW)
    label = next((found for f in flows if (found := steps_of(institution_id, f).get(step))), "") or _(_STEPS.get(step, step))
    return f"{kind.label}: {label}"
