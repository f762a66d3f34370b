"""Catalogues of the service desk for the administration area."""
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import (
    CannedAnswer,
    Cause,
    HoldReason,
    Membership,
    Objective,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
)
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue


def _service(row: Service) -> None:
    row.slug = row.slug or slugify(row.name)[:80]
    if not row.slug:
        raise Refused(_("Escriba un nombre con letras."), "name")


def _member(row: Membership) -> None:
    if row.person.institution_id != row.team.institution_id:
        raise Refused(_("La persona debe ser de la institución."), "person")


def _minutes(row: Objective) -> None:
    if row.minutes < 1:
        raise Refused(_("Escriba al menos un minuto."), "minutes")
    if row.metric == Objective.Metric.TEAM and row.team is None:
        raise Refused(_("Un acuerdo interno es de un equipo: elíjalo."), "team")


def register_catalogues() -> None:
    """Called once from the app's `ready()`."""
    for kept in (
        Catalogue("equipos", lazy("Mesa: equipos"), Team, ("name", "unit", "tier", "automatic", "active"), icon="users-group"),
        Catalogue("integrantes", lazy("Mesa: integrantes de los equipos"), Membership, ("team", "person", "lead", "on_call"),
                  icon="user-check", check=_member, owner="team__institution"),
        Catalogue("familias-de-servicios", lazy("Mesa: familias de servicios"), ServiceFamily, ("name", "order", "active"), icon="folders",
                  order=("order", "name")),
        Catalogue("servicios", lazy("Mesa: servicios"), Service, ("name", "family", "summary", "owner", "internal", "active"),
                  columns=("name", "family", "owner", "internal", "active"), icon="tools", check=_service, order=("name",)),
        Catalogue("niveles-de-servicio", lazy("Mesa: niveles de servicio"), ServiceLevel, ("name", "calendar", "active"), icon="gauge",
                  order=("name",), help=lazy("Sin horario propio cuenta el del equipo que atiende.")),
        Catalogue("metas-de-servicio", lazy("Mesa: metas de cada nivel"), Objective, ("level", "metric", "priority", "minutes", "team"),
                  icon="target", check=_minutes, owner="level__institution",
                  helps={"priority": lazy("1 urgente a 4 baja; 0 para todas."),
                         "minutes": lazy("Minutos dentro del horario de atención.")}),
        Catalogue("causas", lazy("Mesa: causas"), Cause, ("name", "order", "active"), icon="zoom-question", order=("order", "name")),
        Catalogue("motivos-de-espera", lazy("Mesa: motivos de espera"), HoldReason, ("text", "order", "active"), icon="player-pause",
                  order=("order", "text")),
        Catalogue("respuestas-preparadas", lazy("Mesa: respuestas preparadas"), CannedAnswer, ("title", "text", "team", "active"),
                  columns=("title", "team", "active"), icon="template", order=("title",)),
    ):
        register_catalogue(kept)
