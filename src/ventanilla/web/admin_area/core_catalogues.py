"""The catalogues of the spine: instructions, routing rules, folio series."""
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ventanilla.core.cases.models import FolioSeries, Instruction, RoutingRule
from ventanilla.core.cases.models.turns import RELATIONS, Turn
from ventanilla.core.cases.services.numbering import check_series, number_units
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.models.units import Level
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.admin_area.registry import Catalogue, Filling, register_catalogue

NAMED: Final = 5


def _purposes(empty: bool) -> list[tuple[str, str]]:
    return ([("", _("Cualquiera"))] if empty else []) + [(v, str(label)) for v, label in Turn.Purpose.choices]


def _relations() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in RELATIONS.items()]


def _levels() -> list[tuple[str, str]]:
    return [("", _("Cualquiera")), *((v, str(label)) for v, label in Level.choices)]


def _uses() -> list[tuple[str, str]]:
    return [("incoming", _("Entrada")), ("outgoing", _("Salida")), ("internal", _("Interno")), ("ticket", _("Servicios")),
            ("petition", _("Peticiones"))]


def _told(row: RoutingRule) -> None:
    if not (row.allowed or row.reason.strip()):
        raise Refused(_("Escriba por qué no, y por dónde sí: es lo que leerá quien quiera turnar así."), "reason")


def _number_units(person: Person) -> tuple[int, list[str]]:
    done = number_units(actor=person, institution=person.institution)
    return done.made, [words % {"units": _named(units)} for units, words in (
        (done.alike, _("Sin numerar, porque escribirían los mismos folios que otra unidad: %(units)s. Cámbieles la clave, o ponga {unit} "
                       "en la máscara de la unidad superior.")),
        (done.long, _("Sin numerar, porque el folio no cabría: %(units)s. Acorte la clave.")),
        (done.bare, _("Sin numerar, porque no tienen clave ni siglas: %(units)s."))) if units]


def _named(units: Sequence[Unit]) -> str:
    names = [unit.name for unit in units[:NAMED]]
    rest = len(units) - len(names)
    return ", ".join(names) + (ngettext(" y otra %(n)s", " y otras %(n)s", rest) % {"n": rest} if rest else "")


def register_all() -> None:
    """Called once from the app's `ready()`."""
    register_catalogue(Catalogue(
        "instrucciones", lazy("Instrucciones"), Instruction, ("text", "purpose", "amount", "order", "active"),
        choices={"purpose": lambda: _purposes(False)}, order=("order", "text"), icon="message",
        help=lazy("Lo que se pide al turnar, con su término usual.")))
    register_catalogue(Catalogue(
        "reglas-de-turnado", lazy("Reglas de turnado"), RoutingRule,
        ("order", "relation", "level", "max_distance", "purpose", "allowed", "reason"),
        choices={"relation": _relations, "level": _levels, "purpose": lambda: _purposes(True)}, order=("order", "pk"),
        icon="arrows-sort", help=lazy("Quién puede turnar a quién. Decide la primera regla que corresponde."), check=_told,
        labels={"relation": lazy("La unidad que recibe es, para quien turna")},
        helps={"order": lazy("Se leen de menor a mayor."), "max_distance": lazy("Vacío: a cualquier distancia."),
               "allowed": lazy("Sin marcar, la regla niega."), "reason": lazy("Obligatorio en la regla que niega: diga por dónde sí.")},
        dropped=lazy("¿Quitar esta regla? Desde ahora deciden las demás; si ninguna corresponde, se permite.")))
    register_catalogue(Catalogue(
        "numeracion", lazy("Numeración"), FolioSeries, ("unit", "slug", "mask", "yearly", "active"),
        choices={"slug": _uses}, order=("unit__sort_key", "slug"), icon="hash", check=check_series,
        help=lazy("Máscara del folio de cada oficialía y uso."),
        labels={"unit": lazy("Unidad")},
        helps={"mask": lazy("{unit} clave de la unidad, {n} número, {year} año. Por ejemplo {unit}/{n}/{year}.")},
        filling=Filling(lazy("Numerar las unidades que faltan"), _number_units,
                        lazy("Se agregaron %(n)s series, como las de la unidad superior."))))
