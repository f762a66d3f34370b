"""What a form says against itself: contradictions wait for a person with both readings; oddities of one text are warnings.

Each check looks at the drafts of the whole form and changes no value.
"""
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ventanilla.modules.practices.reading.codes import SENTENCES
from ventanilla.modules.practices.reading.drafts import Draft
from ventanilla.modules.practices.reading.model import Contradiction, Place, Residue
from ventanilla.modules.practices.reading.texts import Texts, machine_made, oddities, one_unit_two_names, says_no, texts_of
from ventanilla.modules.practices.rules.contacts import is_web, telephone
from ventanilla.modules.practices.rules.figures import disordered, progress, target
from ventanilla.modules.practices.rules.plans import plan_of

Drafts = Mapping[str, Draft]
CONTRADICTIONS: Final = frozenset({"si_y_no", "varias_opciones", "marca_ambigua", "copias_distintas", "dos_valores", "no_con_receptores",
                                   "no_con_datos", "si_con_motivo", "plan_distinto", "columnas_invertidas", "cifras_distintas",
                                   "fecha_incompleta"})
ASKED_WHEN_YES: Final = {
    "similares": ("similares_donde",), "mejoras": ("mejoras_acciones", "mejoras_resultados"),
    "fundamento": ("fundamento_juridico", "fundamento_administrativo"), "documentada": ("documentos", "documentos_otro"),
    "medicion": ("medicion_frecuencia", "medicion_instrumento", "medicion_elementos", "medicion_indicadores"),
    "satisfaccion": ("satisfaccion_como",), "certificacion": ("certificacion_norma", "certificacion_fecha", "certificacion_institucion"),
    "reconocimiento": ("reconocimiento_fecha", "reconocimiento_sector", "reconocimiento_institucion", "reconocimiento_tipo",
                       "reconocimiento_caracter"),
}
ASKED_WHEN_NO: Final = {"mejoras": "mejoras_porque_no", "fundamento": "fundamento_porque_no", "documentada": "documentada_porque_no",
                        "transferible": "transferible_porque_no"}


def check(drafts: Drafts, residue: list[Residue]) -> tuple[Contradiction, ...]:
    """Note what is odd at the fields; what must not be printed goes to the residue. Gives the contradictions, in printed order."""
    _quarantine(drafts["evidencia_grafica"], residue)
    texts = texts_of([(key, draft.value) for key, draft in drafts.items() if isinstance(draft.value, str) and len(draft.value) > 20])
    for one in _CHECKS:
        one(drafts, texts)
    if not any(drafts[key].value for key in ("plan_eje", "plan_estrategia", "plan_linea")):
        drafts["plan"].value = None  # a title that nobody filled in says nothing
    return tuple(Contradiction(code, (key,), SENTENCES[code]) for key, draft in drafts.items() if draft.alternatives
                 for code in draft.codes if code in CONTRADICTIONS)


def _quarantine(draft: Draft, residue: list[Residue]) -> None:
    if draft.value and machine_made(draft.value):
        residue.append(Residue("\n".join(draft.texts), Place(min(draft.lines), max(draft.lines)), "descripcion_de_imagen"))
        draft.value = None
        draft.warn("descripcion_de_imagen")


# --- contradictions --------------------------------------------------------------------------------------------


def _answers_against_details(drafts: Drafts, _: Texts) -> None:
    for key, details in ASKED_WHEN_YES.items():
        filled = [d for d in details if d in drafts and drafts[d].value and not says_no(drafts[d].value)]
        if drafts[key].value is False and filled:
            drafts[key].doubt("no_con_datos", f"{SENTENCES['no_con_datos']} ¿Cuál vale?",
                              [(False, "Así está marcado"), (True, "Hay respuestas que solo se dan cuando es Sí")])
    for key, reason in ASKED_WHEN_NO.items():
        if drafts[key].value is True and drafts[reason].value and not says_no(drafts[reason].value):
            drafts[key].doubt("si_con_motivo", f"{SENTENCES['si_con_motivo']} ¿Cuál vale?",
                              [(True, "Así está marcado"), (False, "Hay un motivo de por qué no")])


def _recipients(drafts: Drafts, _: Texts) -> None:
    if drafts["transferida"].value is False and drafts["receptores"].value:
        drafts["transferida"].doubt("no_con_receptores", f"{SENTENCES['no_con_receptores']} ¿Se ha transferido?",
                                    [(False, "Así está marcado"), (True, "Hay receptores marcados o nombrados")])


def _plan(drafts: Drafts, _: Texts) -> None:
    if not drafts["plan"].value:
        return
    named = plan_of(" ".join(str(drafts[key].value or "") for key in ("plan_eje", "plan_estrategia", "plan_linea")))
    if named and named.id != drafts["plan"].value:
        drafts["plan"].doubt("plan_distinto", f"{SENTENCES['plan_distinto']} ¿De qué plan es la vinculación?",
                             [(drafts["plan"].value, "Es el plan del título impreso"), (named.id, "Sus ejes son los que se escribieron")])


def _columns(drafts: Drafts, _: Texts) -> None:
    own, others = drafts["ventajas_propias"], drafts["ventajas_otras"]
    if not (own.value and others.value and says_no(own.value)) or says_no(others.value) or drafts["similares"].value is not False:
        return
    for draft, swapped in ((own, others.value), (others, own.value)):
        draft.doubt("columnas_invertidas", f"{SENTENCES['columnas_invertidas']} ¿Cuál es el texto de esta columna?",
                    [(draft.value, "Así está impreso"), (swapped, "Con las columnas intercambiadas")])


def _figures(drafts: Drafts, texts: Texts) -> None:
    done = drafts["cumplimiento"]
    if done.value is None or not texts.percent:
        return
    said = {str(one.normalize()): key for key, text in texts.pairs if len(text) > 30 for one in progress(text)}
    for number, _key in said.items():
        if float(number) != float(done.value):
            done.doubt("cifras_distintas", f"{SENTENCES['cifras_distintas']} ¿Cuál fue el cumplimiento?",
                       [(done.value, "Así está en 6.2"), (f"{float(number):g}", "Otra respuesta dice este avance")])


# --- warnings --------------------------------------------------------------------------------------------------


def _dates(drafts: Drafts, _: Texts) -> None:
    values = {key: drafts[key].value for key in _DATED if key in drafts and drafts[key].value}
    for _earlier, later in disordered(values):
        drafts[later].warn("periodo_invertido" if later == "periodo_al" else "fechas_en_desorden")


_DATED: Final = ("inicio", "mejora_fecha", "fecha_validacion", "periodo_de", "periodo_al", "certificacion_fecha", "reconocimiento_fecha")


def _contacts(drafts: Drafts, _: Texts) -> None:
    for key in ("titular_telefono", "enlace_telefono"):
        if drafts[key].value and telephone(drafts[key].value) is None:
            drafts[key].warn("telefono_invalido")
    for key in ("titular_extension", "enlace_extension"):
        if str(drafts[key].value or "").startswith("0"):
            drafts[key].warn("extension_con_ceros")
    for key in ("sitio_web", "sitio_otro"):
        if key in drafts and drafts[key].value and not is_web(drafts[key].value):
            drafts[key].warn("direccion_invalida")


def _targets(drafts: Drafts, _: Texts) -> None:
    goal, done = drafts["meta_programada"], drafts["cumplimiento"]
    if goal.value:
        amount = target(goal.value)
        if amount is None:
            goal.warn("meta_en_prosa")
        elif not amount.unit:
            goal.warn("meta_sin_unidad")
    if done.value is not None and not 0 <= float(done.value) <= 100:
        done.warn("porcentaje_fuera_de_rango")


def _choices(drafts: Drafts, _: Texts) -> None:
    for key in ("poblacion", "documentos"):
        if "otro" in (drafts[key].value or ()) and not drafts[f"{key}_otro"].value:
            drafts[key].warn("falta_cual")
    levels = drafts["nivel_transferencia"]
    if levels.value and "total" in levels.value and len(levels.value) > 1:
        levels.warn("varios_niveles")
    if drafts["fundamento"].value is True:
        for key in ("fundamento_juridico", "fundamento_administrativo"):
            if drafts[key].value and says_no(drafts[key].value):
                drafts[key].warn("no_aplica_con_si")


def _texts(drafts: Drafts, texts: Texts) -> None:
    for key, code in oddities(texts):
        drafts[key].warn(code)
    _styles(drafts)
    for key in one_unit_two_names(texts):
        drafts[key].warn("unidad_con_dos_nombres")


def _styles(drafts: Drafts) -> None:
    often = drafts["medicion_frecuencia"]
    if often.value and (len(often.value) > 60 or often.value.rstrip(".").count(". ")):
        often.warn("frecuencia_no_es_frecuencia")
    for one, other in (("mejoras_acciones", "mejoras_resultados"), ("operacion_antes", "operacion_despues")):
        signs = {found[1] for key in (one, other) if (found := re.match(r"\s*([-•*·–])\s", str(drafts[key].value or "")))}
        if len(signs) > 1:
            drafts[one].warn("vinetas_distintas")


_CHECKS: Final[Iterable[Callable[[Drafts, Texts], None]]] = (
    _answers_against_details, _recipients, _plan, _columns, _figures, _dates, _contacts, _targets, _choices, _texts)
