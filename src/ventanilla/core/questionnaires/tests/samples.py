"""Forms for the tests: the survey of the desk, an index of 120 criteria, the practice form of 96 fields."""
from typing import Any

LEVELS = [{"value": "muy_satisfecho", "label": "Muy satisfecho", "score": 3}, {"value": "satisfecho", "label": "Satisfecho", "score": 2},
          {"value": "poco", "label": "Poco satisfecho", "score": 1}, {"value": "nada", "label": "Nada satisfecho", "score": 0}]


def survey() -> dict[str, Any]:
    """Satisfaction with a service: four levels, and why when it was not good."""
    return {"thanks": "Gracias por su opinión.", "sections": [{"key": "servicio", "title": "El servicio", "fields": [
        {"key": "nivel", "type": "scale", "label": "¿Qué tan satisfecho quedó con la atención?", "required": True, "choices": LEVELS},
        {"key": "motivo", "type": "long_text", "label": "¿Qué faltó?", "required": True,
         "when": {"field": "nivel", "op": "in", "value": ["poco", "nada"]}},
        {"key": "volveria", "type": "yes_no", "label": "¿Usaría de nuevo el servicio?"},
        {"key": "medios", "type": "choices", "label": "¿Por qué medios se comunicó?", "max": 2, "choices": [
            {"value": "tel", "label": "Teléfono"}, {"value": "correo", "label": "Correo"}, {"value": "persona", "label": "En persona"}]},
        {"key": "minutos", "type": "integer", "label": "¿Cuántos minutos esperó?", "min": 0, "max": 600, "unit": "minutos"},
        {"key": "interno", "type": "text", "label": "Nota interna", "private": True}]}]}


def extra() -> dict[str, Any]:
    """Extra fields of a request: the name of the system, how many, since when, the equipment."""
    return {"sections": [{"key": "datos", "title": "Datos del servicio", "fields": [
        {"key": "sistema", "type": "text", "label": "Nombre del Sistema", "required": True},
        {"key": "unidad", "type": "reference", "label": "Unidad", "reference": "unit"},
        {"key": "monto", "type": "decimal", "label": "Monto", "decimals": 2, "min": 0},
        {"key": "desde", "type": "date", "label": "Desde"},
        {"key": "cuando", "type": "datetime", "label": "Cuándo"},
        {"key": "equipos", "type": "table", "label": "Equipos", "max": 5, "columns": [
            {"key": "serie", "type": "text", "label": "Serie", "required": True}, {"key": "piezas", "type": "integer", "label": "Piezas"}]},
        {"key": "nota", "type": "text", "label": "Nota del técnico", "private": True}]}]}


def index() -> dict[str, Any]:
    """Six dimensions of twenty criteria with weights, "no aplica" and evidence by address."""
    choices = [{"value": "si", "label": "Cumple", "score": 2}, {"value": "parcial", "label": "En parte", "score": 1},
               {"value": "no", "label": "No cumple", "score": 0}, {"value": "na", "label": "No aplica", "na": True}]
    return {"unanswered": "zero", "sections": [{
        "key": f"dimension_{d}", "title": f"Dimensión {d}", "weight": d, "fields": [
            {"key": f"c{d}_{n}", "type": "choice", "label": f"Criterio {d}.{n}", "weight": 1 + n % 3, "choices": choices,
             "evidence": "text", "evidence_required": n % 2 == 0} for n in range(1, 21)]} for d in range(1, 7)]}


def practice() -> dict[str, Any]:
    """Seven sections, 96 fields of every type, conditions and tables, as the form of a good practice has them."""
    kinds = ("text", "long_text", "yes_no", "date", "email", "phone", "url", "integer", "decimal", "choice", "choices", "table")
    sections = []
    for s in range(7):
        fields: list[dict[str, Any]] = []
        for n in range(14 if s < 5 else 13):
            kind = kinds[(s + n) % len(kinds)]
            one: dict[str, Any] = {"key": f"p{s + 1}_{n + 1}", "type": kind, "label": f"{s + 1}.{n + 1} Dato"}
            if kind in ("choice", "choices"):
                one["choices"] = [{"value": v, "label": v.title()} for v in ("federal", "estatal", "municipal")]
            if kind == "table":
                one["columns"] = [{"key": "accion", "type": "text", "label": "Acción"}, {"key": "resultado", "type": "long_text", "label": "Resultado"}]
            before = next((f for f in reversed(fields) if f["type"] == "yes_no"), None)
            if before and n % 3 == 0:
                one["when"] = {"field": before["key"], "op": "eq", "value": True}
            fields.append(one)
        sections.append({"key": f"seccion_{s + 1}", "title": f"Sección {s + 1}", "fields": fields})
    return {"sections": sections}


def everything() -> dict[str, Any]:
    """Every type of field once, with conditions on several of them."""
    return {"sections": [{"title": "Uno", "fields": [
        {"key": "texto", "type": "text", "label": "Texto", "max_length": 40, "pattern": "[A-Za-zÁ-ú ]+"},
        {"key": "largo", "type": "long_text", "label": "Largo", "min_length": 2},
        {"key": "entero", "type": "integer", "label": "Entero", "min": -5, "max": 50, "required": True},
        {"key": "decimal", "type": "decimal", "label": "Decimal", "decimals": 3},
        {"key": "dia", "type": "date", "label": "Día", "min": "2000-01-01"},
        {"key": "hora", "type": "datetime", "label": "Hora"},
        {"key": "si", "type": "yes_no", "label": "Sí", "yes_score": 1}]},
        {"title": "Dos", "when": {"field": "entero", "op": "ge", "value": 0}, "fields": [
            {"key": "una", "type": "choice", "label": "Una", "choices": [{"label": "A"}, {"label": "B"}, {"label": "C"}]},
            {"key": "varias", "type": "choices", "label": "Varias", "choices": [{"label": "X"}, {"label": "Y"}, {"label": "Z"}], "max": 2,
             "when": {"any": [{"field": "una", "op": "eq", "value": "a"}, {"field": "texto", "op": "contains", "value": "ala"}]}},
            {"key": "escala", "type": "scale", "label": "Escala", "choices": LEVELS, "required": True,
             "when": {"not": {"field": "varias", "op": "contains", "value": "x"}}},
            {"key": "tabla", "type": "table", "label": "Tabla", "max": 3, "when": {"field": "escala", "op": "le", "value": "poco"},
             "columns": [{"key": "a", "type": "text", "label": "A", "required": True}, {"key": "b", "type": "decimal", "label": "B"}]},
            {"key": "correo", "type": "email", "label": "Correo"}, {"key": "telefono", "type": "phone", "label": "Teléfono"},
            {"key": "liga", "type": "url", "label": "Liga", "when": {"field": "correo", "op": "filled"}},
            {"key": "archivo", "type": "file", "label": "Archivo"},
            {"key": "unidad", "type": "reference", "label": "Unidad", "reference": "unit"}]}]}
