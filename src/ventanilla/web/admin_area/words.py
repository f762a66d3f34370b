"""What the verbs of the log are called on screen: of core and administration here, of a module in its `screens/log_words.py`."""
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.words import steps_of
from ventanilla.lib.spanish import fold
from ventanilla.web.admin_area.registry import catalogues

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
    "workdays.update_calendar": noop("Cambió el nombre o la vigencia de un calendario"),
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
    "api.choose_events": noop("Cambió de qué se avisa a una dirección"),
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


_things: dict[str, str] = {
    "case": noop("Asunto"), "document": noop("Archivo"), "response": noop("Respuestas"), "instrument": noop("Formulario"),
    "turn": noop("Turno"), "file": noop("Expediente"), "privacy_notice": noop("Aviso de privacidad"), "export": noop("Exportación"),
    "webhook": noop("Webhook"), "delivery": noop("Entrega de un webhook"), "token": noop("Clave de acceso"), "circular": noop("Circular"),
    "stack": noop("Registro de varios"), "package": noop("Paquete"), "import": noop("Importación"), "entries": noop("Bitácora"),
    "flow": noop("Palabras de estados y pasos"),
}
"""What entries are about, where it has no name of its own that the log may show."""
_DETAILS: Final = {
    "before": noop("Antes"), "after": noop("Después"), "from": noop("De"), "to": noop("A"), "reason": noop("Motivo"),
    "name": noop("Nombre"), "person": noop("Persona (número)"), "unit": noop("Unidad (número)"),
    "units": noop("Unidades (números)"), "role": noop("Función"),
    "version": noop("Versión (número)"), "number": noop("Número"), "note": noop("Motivo"), "rows": noop("Renglones"), "day": noop("Día"),
    "until": noop("Hasta"), "kind": noop("Tipo"), "step": noop("Paso"), "state": noop("Estado"), "source": noop("Fuente"),
    "digest": noop("Huella"), "bytes": noop("Tamaño en bytes"), "days": noop("Días"), "active": noop("Activo"), "events": noop("Eventos"),
    "url": noop("Dirección"), "scopes": noop("Permisos"), "expires": noop("Vence"), "added": noop("Agregado"), "removed": noop("Quitado"),
    "hours": noop("Horario"), "looked_at": noop("Plazos revisados"), "moved": noop("Plazos que cambiaron"), "flips": noop("Semáforos"),
    "appointment": noop("Nombramiento (número)"), "subtree": noop("También en las que dependen"), "value": noop("Valor"),
}


def detail_words(key: str) -> str:
    """What a part of an entry's detail is called; the key itself when nobody named it."""
    return _(_DETAILS[key]) if key in _DETAILS else key


def register_verbs(words: Mapping[str, str]) -> None:
    """Called from a module's `ready()`: what its verbs of the log are called, each in Spanish and marked for translation."""
    _verbs.update(words)


def register_things(words: Mapping[str, str]) -> None:
    """The same for what entries are about: "mail" of "mail:14"."""
    _things.update(words)


def thing_words(subject: str) -> str:
    """"mail:14" as "Correo de la mesa 14", of a long number its beginning; the subject itself when nobody named its kind."""
    kind, _sep, number = subject.partition(":")
    labels = {c.slug: c.label for c in catalogues()} | {slug: _(label) for slug, label in _things.items()}
    of_flow = next((k.label for k in kinds() if k.slug == number), number[:8])
    return f"{labels[kind]} {of_flow}" if kind in labels else subject


def verbs_said(text: str, institution_id: int | None) -> list[str]:
    """The verbs whose words contain a text, however it is accented."""
    wanted = fold(text.lower())
    flows = {k.slug: {s.name for f in (k.flow, TURN_FLOW, INFO_FLOW) for s in f.steps} for k in kinds()}
    known = [*_verbs, *(f"{slug}.{step}" for slug, steps in flows.items() for step in steps | _steps.keys())]
    return [verb for verb in known if wanted in fold(verb_words(verb, institution_id).lower())]


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
