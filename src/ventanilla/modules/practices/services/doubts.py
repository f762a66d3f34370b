"""What a form says that somebody should look at again: dates out of order, figures, contacts, citations, the plan. It changes nothing.

An import notes the same when it reads a file; here it holds of every record, also of one that was written in the editor.
"""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.rules.citations import citations
from ventanilla.modules.practices.rules.contacts import is_web, telephone
from ventanilla.modules.practices.rules.figures import disordered, percentages
from ventanilla.modules.practices.rules.plans import plan_in_force, plan_of, plans

Values = Mapping[str, Any]
PHONES: Final = ("titular_telefono", "enlace_telefono")
ADDRESSES: Final = ("sitio_web", "sitio_otro")
SAID: Final = ("resultados_cualitativos", "resultados_cuantitativos", "resultados_indicadores")


@dataclass(frozen=True)
class Doubt:
    """A field (its key), its label, and what to look at, in a sentence."""

    key: str
    label: str
    text: str


def doubts(values: Values, generation: str) -> list[Doubt]:
    """In the order of the form. Values are canonical and clean; pure, no queries."""
    fields = definition(generation).fields
    found = [Doubt(key, fields[key].label, text) for check in _CHECKS for key, text in check(values) if key in fields]
    order = {key: n for n, key in enumerate(fields)}
    return sorted(found, key=lambda d: order[d.key])


def _dates(values: Values) -> Iterator[tuple[str, str]]:
    for earlier, later in disordered(values):
        yield later, _("Es anterior a otra fecha del formulario que debería ir antes (%(day)s).") % {"day": values[earlier]}


def _figures(values: Values) -> Iterator[tuple[str, str]]:
    for key in SAID:
        if any(one > 100 for one in percentages(str(values.get(key) or ""))):
            yield key, _("Hay un porcentaje mayor que 100: revise si es correcto.")


def _contacts(values: Values) -> Iterator[tuple[str, str]]:
    for key in PHONES:
        if values.get(key) and telephone(str(values[key])) is None:
            yield key, _("Un teléfono tiene diez dígitos, con lada.")
    for key in ADDRESSES:
        if values.get(key) and not is_web(str(values[key])):
            yield key, _("No parece una dirección web completa: empieza con https://.")


def _law(values: Values) -> Iterator[tuple[str, str]]:
    for key in ("fundamento_juridico", "fundamento_administrativo"):
        text = str(values.get(key) or "")
        found = citations(text)
        if key == "fundamento_juridico" and len(text) > 20 and not found:
            yield key, _("No se reconoce ninguna norma: empiece cada una por su nombre («Ley…», «Reglamento…»).")
        for one in found:
            if not one.complete and key == "fundamento_juridico":
                yield key, _("A «%(norm)s» le falta el medio o la fecha de publicación.") % {"norm": one.norm[:120]}


def _plan(values: Values) -> Iterator[tuple[str, str]]:
    said = plan_of(" ".join(str(values.get(key) or "") for key in ("plan_eje", "plan_estrategia", "plan_linea")))
    named = next((one for one in plans() if one.id == values.get("plan")), None)
    if named and said and named.id != said.id:
        text = _("Se eligió el plan %(named)s, pero el eje que se escribió es del plan %(said)s.")
        yield "plan", text % {"named": named.id, "said": said.id}
    chosen, day = named or said, _day(values.get("fecha_validacion"))
    now = plan_in_force(day) if day else None
    if chosen and now and chosen.id != now.id:
        text = _("Cuando se validó el formulario estaba vigente el plan %(now)s, no el %(chosen)s.")
        yield "plan", text % {"now": now.id, "chosen": chosen.id}


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


_CHECKS: Final = (_dates, _figures, _contacts, _law, _plan)
