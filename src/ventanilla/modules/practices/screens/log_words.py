"""What the verbs of good practices are called in the log."""
from typing import Final

from django.utils.translation import gettext_noop as noop

VERBS: Final = {
    "practice.arrival": noop("Recibió un formato de práctica"), "practice.comment": noop("Comentó una práctica"),
    "practice.create": noop("Creó una práctica"), "practice.decide": noop("Decidió sobre una práctica"),
    "practice.edit": noop("Editó una práctica"), "practice.import": noop("Importó una práctica"),
    "practice.migrate": noop("Pasó una práctica a otra versión del formato"),
    "practice.open": noop("Abrió el expediente de una práctica"),
    "practice.settle": noop("Atendió una observación de una práctica"),
    "practice_review.evaluate_one": noop("Evaluó una práctica"),
    "practices.choose_desk": noop("Cambió quién registra las prácticas"), "practices.indicator": noop("Guardó un indicador"),
    "practices.indicator_end": noop("Terminó un indicador"), "practices.norm": noop("Guardó un fundamento jurídico"),
    "practices.norm_drop": noop("Quitó un fundamento jurídico"), "practices.package": noop("Hizo un paquete firmado"),
    "practices.package_bring": noop("Trajo un paquete firmado"), "practices.plan": noop("Guardó el plan de medición"),
    "practices.seal": noop("Selló una presentación"), "practices.state_value": noop("Registró el valor de un indicador"),
    "practices.target": noop("Guardó una meta"), "practices.target_drop": noop("Quitó una meta"),
    "practices.withdraw": noop("Retiró una práctica"), "practices.evidence": noop("Agregó evidencia"),
    "practices.evidence_drop": noop("Quitó evidencia"), "practices.result": noop("Guardó un resultado"),
    "practices.result_drop": noop("Quitó un resultado"), "practices.campaign": noop("Guardó una campaña"),
    "practices.campaign_call": noop("Publicó una convocatoria"), "practices.campaign_close": noop("Cerró una convocatoria"),
    "practices.campaign_publish": noop("Publicó la clasificación de una campaña"),
    "practice_review.observe_field": noop("Observó un campo de una práctica"),
    "practice_review.drop_observation": noop("Quitó una observación de una práctica"),
    "practice_review.answer_observation": noop("Respondió una observación de una práctica"),
    "practice_review.settle_observation": noop("Dio por atendida una observación de una práctica"),
    "practice_transfer.requirements": noop("Guardó los requisitos de una transferencia"),
    "practice_transfer.step": noop("Agregó un paso a una transferencia"),
    "practice_transfer.step_done": noop("Marcó como hecho un paso de una transferencia"),
    "practices.same_person": noop("Dijo si dos nombres son de la misma persona"),
    "practices.same_person_undo": noop("Deshizo lo dicho sobre dos nombres"),
}
THINGS: Final = {
    "practice": noop("Buena práctica"), "campaign": noop("Convocatoria"), "norm": noop("Norma"), "named": noop("Persona nombrada"),
    "installation": noop("Paquete firmado"),
}
