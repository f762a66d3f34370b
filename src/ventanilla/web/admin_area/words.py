"""What the verbs of the log are called on screen: of core and administration here, of a module in its `screens/log_words.py`."""
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.words import steps_of

_verbs: dict[str, str] = {
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
    "catalogues.name_flow": noop("Cambió palabras de estados y pasos"), "catalogues.drop": noop("Quitó de un catálogo"),
    "cases.handover": noop("Consultó pendientes para entrega"), "cases.number_units": noop("Dio numeración a unidades"),
    "cases.recompute": noop("Recalculó plazos de un calendario"),
    "audit.erase": noop("Borró datos personales de la bitácora"), "orgs.open_account": noop("Abrió una cuenta"),
    "orgs.block_account": noop("Bloqueó una cuenta"), "orgs.unblock_account": noop("Desbloqueó una cuenta"),
    "orgs.drop_second_factor": noop("Quitó el segundo factor de una cuenta"),
    "account.sign_in": noop("Inició sesión"), "account.sign_out": noop("Cerró sesión"),
    "account.sign_in_failed": noop("No pudo iniciar sesión"), "institution.logo": noop("Cambió el logotipo"),
    "document.download": noop("Descargó un archivo"), "documents.store": noop("Recibió un archivo"),
    "documents.add_version": noop("Agregó una versión de un archivo"), "documents.lock": noop("Fijó un archivo"),
    "documents.rename": noop("Cambió el título de un archivo"), "exports.order": noop("Pidió una exportación"),
    "exports.cancel": noop("Canceló una exportación"), "privacy.save_notice": noop("Guardó un borrador del aviso de privacidad"),
    "privacy.publish_notice": noop("Publicó una versión del aviso de privacidad"),
    "privacy.acknowledge": noop("Conoció el aviso de privacidad"),
    "privacy.choose_desk": noop("Cambió la atención de datos personales"),
    "privacy.search": noop("Buscó los datos de una persona"), "privacy.tick": noop("Marcó lo que es de una persona"),
    "privacy.report": noop("Descargó un informe de acceso a datos personales"), "notices.choose": noop("Cambió sus avisos"),
    "sign_in": noop("Inició sesión"), "sign_out": noop("Cerró sesión"), "account.factor_added": noop("Agregó un segundo factor"),
    "account.factor_removed": noop("Quitó un segundo factor"), "account.password": noop("Cambió su contraseña"),
    "account.refused": noop("Se le negó la entrada"), "api.create_token": noop("Creó un acceso de la API"),
    "api.revoke_token": noop("Revocó un acceso de la API"),
    "api.subscribe": noop("Suscribió una dirección a los avisos de la API"),
    "api.renew_secret": noop("Cambió el secreto de una dirección de avisos"),
    "api.switch_webhook": noop("Encendió o apagó los avisos a una dirección"),
    "api.deliver_again": noop("Mandó otra vez un aviso de la API"),
    "audit.rebase": noop("Reinició la cadena de la bitácora después de una restauración"),
    "documents.copy": noop("Copió un archivo a otro asunto"), "documents.infected": noop("El antivirus rechazó un archivo"),
    "documents.read": noop("Reconoció el texto de un archivo"),
    "documents.reprocess": noop("Mandó reconocer otra vez un archivo"), "packages.install": noop("Instaló un paquete"),
    "questionnaires.create": noop("Creó un cuestionario"),
    "questionnaires.discard_draft": noop("Descartó el borrador de un cuestionario"),
    "questionnaires.invite": noop("Invitó a responder un cuestionario"),
    "questionnaires.publish": noop("Publicó una versión de un cuestionario"),
    "questionnaires.record": noop("Abrió un registro de respuestas"),
    "questionnaires.record_answers": noop("Guardó respuestas de un registro"),
    "questionnaires.rename": noop("Cambió el nombre de un cuestionario"),
    "questionnaires.renew": noop("Renovó una invitación a responder"), "questionnaires.retire": noop("Retiró un cuestionario"),
    "questionnaires.save_draft": noop("Guardó el borrador de un cuestionario"),
    "questionnaires.start_draft": noop("Empezó un borrador de cuestionario"),
    "questionnaires.submit": noop("Respondió un cuestionario"), "questionnaires.void": noop("Anuló una invitación a responder"),
    "privacy.add_identity": noop("Agregó una copia de identificación a una solicitud"),
    "privacy.forget_identity": noop("Se borró la copia de una identificación"),
    "privacy.read": noop("Consultó datos reunidos de una persona"),
    "privacy.read_identity": noop("Abrió la copia de una identificación"),
    "privacy.searched": noop("Terminó la búsqueda de los datos de una persona"),
}
_steps: dict[str, str] = {"register": noop("Registrar"), "attach": noop("Adjuntar"), "note": noop("Anotar"),
                          "complete": noop("Completar"), "reorganise": noop("Cambiar de unidad"), "recompute": noop("Recalcular el plazo")}


def register_verbs(words: Mapping[str, str]) -> None:
    """Called from a module's `ready()`: what its verbs of the log are called, each in Spanish and marked for translation."""
    _verbs.update(words)


def register_steps(words: Mapping[str, str]) -> None:
    """The same for what a module does to cases and is no step of a flow: "hang" of "incident.hang"."""
    _steps.update(words)


def has_words(verb: str) -> bool:
    """Whether somebody named it: whole, as a step (".hang"), or each that begins so ("servicedesk.liaison_")."""
    return verb in _verbs or verb.partition(".")[2] in _steps or (verb.endswith("_") and any(k.startswith(verb) for k in _verbs))


def verb_words(verb: str, institution_id: int | None) -> str:
    """"letter.answer" as "Oficio: Responder"; the verb itself when nobody named it."""
    if word := _verbs.get(verb):
        return _(word)
    slug, _sep, step = verb.partition(".")
    kind = next((k for k in kinds() if k.slug == slug), None)
    if kind is None:
        return verb
    flows = (kind.flow, TURN_FLOW, INFO_FLOW)
    label = next((found for f in flows if (found := steps_of(institution_id, f).get(step))), "") or _(_steps.get(step, step))
    return f"{kind.label}: {label}"
