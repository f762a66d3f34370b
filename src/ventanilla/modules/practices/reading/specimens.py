"""Invented practices, filled in completely and consistently, to read again: the truth is known because it was made here."""
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from ventanilla.core.questionnaires.definition import Field, check
from ventanilla.modules.practices.form import definition, generations

_SUBJECTS: Final = ("La ventanilla", "El sistema", "La brigada", "El módulo", "La dirección", "El equipo de trabajo", "Cada enlace",
                    "La unidad")
_VERBS: Final = ("registra", "turna", "revisa", "publica", "mide", "atiende", "digitaliza", "difunde", "concentra")
_THINGS: Final = ("las solicitudes de la ciudadanía", "los expedientes de obra", "las citas médicas", "los trámites de licencias",
                  "el padrón de árboles urbanos", "las quejas por baches y luminarias", "los permisos de vía pública",
                  "las becas de educación básica")
_WAYS: Final = ("en línea y sin costo", "con folio único", "en menos de tres días hábiles", "con acuse electrónico",
                "desde cualquier teléfono",
                "con apoyo de 12 municipios", "según el artículo 8, fracción II", "(véase el manual, pág. 4)",
                "a 1,250 personas al mes",
                "por correo y en persona; también los sábados", "conforme a «Atención Primero»",
                "con pingüinos, ñandúes y Ñoquis de prueba")
_PLACES: Final = ("Ayuntamiento de San Ejemplo", "Instituto de la Muestra", "Secretaría de Ensayos", "Comisión de Pruebas y Ficción")
_NAMES: Final = ("Ana Sofía Ejemplo Muestra", "José Ángel Prueba Ñáñez", "Lic. María Ficticia Güemes", "Mtro. Iván Supuesto de la O")
_AXES: Final = {"2017-2023": "Eje 2: Gobierno Capaz y Responsable", "2023-2029": "Eje 4. Bienestar social"}


def specimen(seed: int) -> tuple[str, dict[str, Any]]:
    """A generation and a canonical record of it, the same for the same seed."""
    chance = Random(seed)
    generation = generations()[seed % len(generations())]
    raw = {key: _answer(field, chance) for key, field in definition(generation).fields.items()}
    raw |= _consistent(chance, set(raw))
    for key in [key for key in raw if _may_lack(definition(generation).fields[key], chance)]:
        raw[key] = None
    checked = check(definition(generation), raw, partial=True)
    assert checked.ok, {key: str(error) for key, error in checked.errors.items()}
    return generation, checked.values


def _may_lack(field: Field, chance: Random) -> bool:
    return not field.required and field.key not in ("plan", "plan_eje", "fecha_validacion") and chance.random() < 0.12


def _answer(field: Field, chance: Random) -> Any:
    if field.type in ("choice", "choices"):
        values = [c.value for c in field.choices]
        return chance.choice(values) if field.type == "choice" else chance.sample(values, chance.randint(1, min(3, len(values))))
    if field.type == "table":
        chosen = chance.sample([c.value for c in field.columns[0].choices], 2)
        order = [c.value for c in field.columns[0].choices]
        return [{"ambito": one, "nombre": chance.choice(_PLACES)} for one in sorted(chosen, key=order.index)]
    made: dict[str, Callable[[], Any]] = {
        "yes_no": lambda: chance.random() < 0.6, "date": lambda: _day(chance, 2018, 700), "decimal": lambda: str(chance.randint(40, 100)),
        "email": lambda: f"persona.{chance.randint(1, 99)}@example.org", "phone": lambda: f"722555{chance.randint(0, 9999):04}"}
    return made[field.type]() if field.type in made else _text(field, chance)


def _text(field: Field, chance: Random) -> str:
    if field.type == "long_text" and field.key not in ("medicion_frecuencia", "meta_programada"):
        return " ".join(_sentence(chance) for _ in range(chance.randint(1, 6)))
    short = {"medicion_frecuencia": "Trimestral.", "meta_programada": f"{chance.randint(2, 900)} solicitudes atendidas"}
    if field.key in short:
        return short[field.key]
    if field.key.startswith(("sitio", "red_")):
        return f"https://www.example.org/{field.key}/{chance.randint(1, 99)}"
    if field.key.endswith("_nombre"):
        return chance.choice(_NAMES)
    return f"{chance.choice(_PLACES)} {chance.randint(1, 99)}"


def _sentence(chance: Random) -> str:
    return f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_THINGS)} {chance.choice(_WAYS)}."


def _day(chance: Random, year: int, days: int) -> str:
    return (date(year, 1, 1) + timedelta(days=chance.randint(0, days))).isoformat()


def _consistent(chance: Random, keys: set[str]) -> dict[str, Any]:
    """What must fit together: dates in order, an axis of the plan that is named, no reasons where the answer is Yes."""
    plan = chance.choice(list(_AXES))
    dates = {"inicio": _day(chance, 2015, 600), "mejora_fecha": _day(chance, 2019, 300), "fecha_validacion": _day(chance, 2022, 300),
             "periodo_de": "2021-01-01", "periodo_al": "2021-12-31"}
    fixed = {"plan": plan, "plan_eje": _AXES[plan], "titular_extension": "9012", "enlace_extension": "0045",
             "meta_programada": "120 trámites"}
    return {key: value for key, value in (dates | fixed).items() if key in keys}
