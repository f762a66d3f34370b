"""Catalogues of the service desk for the administration area."""
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import (
    CannedAnswer,
    Cause,
    ChangeModel,
    ChangeRule,
    HoldReason,
    Membership,
    Objective,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.services import canned, keeping, keeping_teams
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue


def _service(row: Service) -> None:
    row.slug = row.slug or slugify(row.name)[:80]
    if not row.slug:
        raise Refused(_("Escriba un nombre con letras."), "name")
    if row.keep_years == 0:
        row.keep_years = None
    if row.keep_years and not row.keep_source.strip():
        raise Refused(_("Diga qué norma o catálogo de disposición documental fija esos años."), "keep_source")


def _member(row: Membership) -> None:
    if row.person.institution_id != row.team.institution_id:
        raise Refused(_("La persona debe ser de la institución."), "person")
    row.skills = [_service_named(row, said) for said in row.skills if said.strip()]


def _service_named(row: Membership, said: str) -> str:
    """The key of the service that goes by that name or key."""
    found = Service.objects.filter(Q(name__iexact=said.strip()) | Q(slug=said.strip()), institution_id=row.team.institution_id).first()
    if found is None:
        raise Refused(_("No hay un servicio que se llame «%(name)s».") % {"name": said.strip()[:80]}, "skills")
    return found.slug


def _minutes(row: Objective) -> None:
    if row.minutes < 1:
        raise Refused(_("Escriba al menos un minuto."), "minutes")
    if row.metric == Objective.Metric.TEAM and row.team is None:
        raise Refused(_("Un acuerdo interno es de un equipo: elíjalo."), "team")


def _rule(row: ChangeRule) -> None:
    if row.role.institution_id != row.institution_id:
        raise Refused(_("Elija un rol de la institución."), "role")
    if not 1 <= row.quorum <= 20:
        raise Refused(_("Pida entre 1 y 20 autorizaciones."), "quorum")


def _model(row: ChangeModel) -> None:
    if row.team.institution_id != row.institution_id or (row.service and row.service.institution_id != row.institution_id):
        raise Refused(_("El equipo y el servicio deben ser de la institución."), "team")


def _team_moved(row: Team, changed: Collection[str]) -> str:
    """To what its open tickets are promised, when it went to another unit and some would change."""
    moved = "unit" in changed and Ticket.objects.filter(team=row, case__closed_at=None).exists()
    return reverse("team_effects", args=[row.pk]) if moved else ""


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of ticket for a list, with "any" first."""
    return [("", _("Todos")), *((flow.slug, str(kind_of(flow.slug).label)) for flow in FLOWS)]


KEPT: Mapping[str, Callable[[Person, QuerySet[Any]], QuerySet[Any]]] = {
    "familias-de-servicios": keeping.families, "servicios": keeping.services, "niveles-de-servicio": keeping.levels,
    "metas-de-servicio": keeping.goals, "causas": keeping.shared, "motivos-de-espera": keeping.shared,
    "respuestas-preparadas": keeping.texts, "equipos": keeping.teams, "integrantes": keeping_teams.members}
"""What service managers keep beside the administration, and which rows of it."""


def _services() -> Catalogue:
    """What can be asked for, and how long its tickets are kept."""
    return Catalogue("servicios", lazy("Mesa: servicios"), Service,
                     ("name", "family", "summary", "owner", "internal", "keep_years", "keep_source", "active"),
                     columns=("name", "family", "owner", "internal", "active"), icon="tools", check=_service, order=("name",),
                     helps={"keep_years": lazy("Desde que se cierra el ticket. Mientras corran, los datos personales que contiene quedan "
                                               "bloqueados; después pueden cancelarse a petición. Vacío: nada obliga a conservarlos.")})


def register_catalogues() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.modules.servicedesk.screens.promises_words import of_level, of_objective, of_team

    for kept in (
        Catalogue("equipos", lazy("Mesa: equipos"), Team, ("name", "unit", "tier", "automatic", "active"), icon="users-group",
                  among={"unit": keeping.units}, may=keeping_teams.check_unit,
                  effects=of_team, effects_of=("unit",), after=_team_moved,
                  helps={"automatic": lazy("Cada ticket nuevo se da a quien domina el servicio y tiene menos en la mano.")}),
        Catalogue("integrantes", lazy("Mesa: integrantes de los equipos"), Membership,
                  ("team", "person", "lead", "on_call", "skills", "capacity"), columns=("team", "person", "lead", "on_call", "capacity"),
                  icon="user-check", check=_member, owner="team__institution", may=keeping_teams.check_place, among={"team": keeping.teams},
                  dropped=lazy("¿Quitar a esta persona del equipo? Los tickets que tiene en la mano siguen siendo suyos hasta que se "
                               "asignen a alguien más."),
                  help=lazy("Quien es de un equipo recibe sus tickets y los lee. Entra quien ya atiende en la unidad del equipo, o "
                            "quien es de las unidades de quien lo agrega y ahí atiende."),
                  labels={"team": lazy("equipo"), "person": lazy("persona"), "skills": lazy("servicios que domina")},
                  helps={"on_call": lazy("Mientras el equipo no tenga una guardia con fechas (Guardias, en el tablero), recibe lo que "
                                         "llega fuera del horario."),
                         "skills": lazy("Servicios que domina, separados por comas: se le reparten primero."),
                         "capacity": lazy("Con esos tickets abiertos ya no se le reparten más. Vacío: sin límite.")}),
        Catalogue("familias-de-servicios", lazy("Mesa: familias de servicios"), ServiceFamily, ("name", "order", "active"), icon="folders",
                  order=("order", "name")),
        _services(),
        Catalogue("niveles-de-servicio", lazy("Mesa: niveles de servicio"), ServiceLevel, ("name", "calendar", "active"), icon="gauge",
                  order=("name",), help=lazy("Sin horario propio cuenta el del equipo que atiende."), effects=of_level,
                  after=lambda row, _changed: reverse("level_effects", args=[row.pk])),
        Catalogue("metas-de-servicio", lazy("Mesa: metas de cada nivel"), Objective,
                  ("level", "metric", "kind", "priority", "minutes", "team"), icon="target", check=_minutes, owner="level__institution",
                  labels={"level": lazy("nivel de servicio")}, choices={"kind": kind_choices}, effects=of_objective,
                  after=lambda row, _changed: reverse("level_effects", args=[row.level_id]),
                  help=lazy("Vale la más precisa: la que nombra el tipo gana a la de todos los tipos, y después la de una prioridad gana "
                            "a la de todas."),
                  helps={"kind": lazy("Un problema o un cambio suelen tener otro ritmo que una solicitud."),
                         "priority": lazy("1 urgente a 4 baja; 0 para todas."),
                         "minutes": lazy("Minutos dentro del horario de atención.")}),
        Catalogue("causas", lazy("Mesa: causas"), Cause, ("name", "order", "active"), icon="zoom-question", order=("order", "name")),
        Catalogue("motivos-de-espera", lazy("Mesa: motivos de espera"), HoldReason,
                  ("text", "stops_own", "stops_resolve", "stops_team", "order", "active"), icon="player-pause", order=("order", "text"),
                  help=lazy("Qué relojes se detienen mientras un ticket espera por él. Lo que ya espera conserva lo que decía entonces."),
                  helps={"stops_own": lazy("Sin marcar, ponerlo en espera no es tomarlo: alguien todavía debe hacerlo a tiempo.")}),
        Catalogue("autorizacion-de-cambios", lazy("Mesa: quién autoriza cambios"), ChangeRule, ("risk", "role", "quorum", "active"),
                  icon="shield-check", order=("risk", "pk"), check=_rule,
                  help=lazy("Sin renglones para un riesgo autoriza quien concluye asuntos en alguna unidad; basta una persona, dos si el "
                            "riesgo es alto. Nunca quien solicita ni quien implementa."),
                  helps={"role": lazy("Varios renglones del mismo riesgo suman roles."),
                         "quorum": lazy("Al menos cuántas personas; de varios renglones vale el mayor.")}),
        Catalogue("modelos-de-cambio", lazy("Mesa: modelos de cambio"), ChangeModel,
                  ("name", "team", "service", "plan", "back_out", "impact_text", "authorised", "active"),
                  columns=("name", "team", "authorised", "active"), icon="replace", order=("name",), check=_model,
                  help=lazy("Cambios de rutina que se autorizaron una vez: los cambios simples que salen de ellos no se autorizan uno por "
                            "uno.")),
        Catalogue("respuestas-preparadas", lazy("Mesa: respuestas preparadas"), CannedAnswer, ("title", "text", "team", "active"),
                  columns=("title", "team", "active"), icon="template", order=("title",), check=lambda row: canned.check(row.text),
                  helps={"text": lazy("Puede llevar datos del ticket entre llaves: Buenos días, {pide}. Atiendo su {numero}. Hay "
                                      "también {asunto}, {servicio}, {estado}, {vence}, {unidad}, {equipo} y {yo}, quien escribe.")}),
    ):
        register_catalogue(replace(kept, lent=cap.DESK_CATALOGUE, scope=KEPT[kept.slug]) if kept.slug in KEPT else kept)
