"""The standard instrument of evaluation: the five factors of the state's guide, weighted, each by criteria on a scale of five points.

Source of the factors: "Guía Técnica para la Identificación, Registro y Evaluación de las Buenas Prácticas" (vinculación y congruencia,
originalidad, relevancia, impacto, oportunidad). Weights and criteria are the product's own beginning; an institution publishes its own
version as data, and each review keeps the version that it began with.
"""
from typing import Any, Final

SCALE: Final = (("no", "No se observa", 0), ("poco", "Poco", 1), ("medio", "Medianamente", 2), ("mucho", "Mucho", 3),
                ("pleno", "Plenamente", 4))
FACTORS: Final[tuple[tuple[str, str, int, str, tuple[tuple[str, str], ...]], ...]] = (
    ("vinculacion", "Vinculación y congruencia", 20, "Qué tanto responde a la ley, al plan de desarrollo y a su propio objetivo.", (
        ("vinculacion_norma", "Se apoya en un fundamento jurídico o administrativo vigente y claro."),
        ("vinculacion_plan", "Contribuye de manera directa a una línea de acción del plan de desarrollo."),
        ("vinculacion_congruencia", "El problema, el objetivo, las acciones y los resultados concuerdan entre sí."))),
    ("originalidad", "Originalidad", 15, "Qué tan nueva es en su ámbito, y qué la distingue de otras parecidas.", (
        ("originalidad_nuevo", "Es nueva en su ámbito, o mejora de manera notable lo que ya se hacía."),
        ("originalidad_ventajas", "Tiene ventajas claras frente a prácticas similares."))),
    ("relevancia", "Relevancia", 20, "Qué tan importante es el problema y a cuánta gente llega.", (
        ("relevancia_problema", "Atiende un problema importante y bien descrito."),
        ("relevancia_poblacion", "Beneficia a una población amplia o que más lo necesita."))),
    ("impacto", "Impacto", 30, "Qué cambió, con qué evidencia.", (
        ("impacto_resultados", "Los resultados se demuestran con indicadores y metas."),
        ("impacto_cambio", "La operación de después es claramente mejor que la de antes."),
        ("impacto_satisfaccion", "Se mide la satisfacción de quien la usa, y es buena."))),
    ("oportunidad", "Oportunidad", 15, "Si llega a tiempo, se sostiene y puede adoptarse en otro lugar.", (
        ("oportunidad_tiempo", "Llega en el momento en que se necesita y sigue vigente."),
        ("oportunidad_transferible", "Está documentada y puede transferirse a otra institución."))),
)
DEFINITION: Final[dict[str, Any]] = {
    "intro": "Califique cada criterio por lo que dice y demuestra la ficha. Nadie más verá sus respuestas hasta que todos terminen.",
    "unanswered": "zero",
    "sections": [
        {"key": key, "title": title, "help": said, "weight": weight, "fields": [
            *({"key": one, "type": "scale", "label": label, "required": True,
               "choices": [{"value": v, "label": text, "score": points} for v, text, points in SCALE]} for one, label in criteria),
            {"key": f"{key}_porque", "type": "long_text", "label": f"¿Por qué? ({title.lower()})", "required": True, "max_length": 3000}]}
        for key, title, weight, said, criteria in FACTORS],
}
LABELS: Final[dict[str, str]] = {key: title for key, title, *_rest in FACTORS}
