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
    "practices.withdraw": noop("Retiró una práctica"),
}
