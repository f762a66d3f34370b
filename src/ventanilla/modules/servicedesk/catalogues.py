"""Catalogues of the service desk for the administration area."""
from django.db.models import Q
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


def register_catalogues() -> None:
    """Called once from the app's `ready()`."""
    for kept in (
        Catalogue("equipos", lazy("Mesa: equipos"), Team, ("name", "unit", "tier", "automatic", "active"), icon="users-group"),
        Catalogue("integrantes", lazy("Mesa: integrantes de los equipos"), Membership,
                  ("team", "person", "lead", "on_call", "skills"), columns=("team", "person", "lead", "on_call"),
                  icon="user-check", check=_member, owner="team__institution",
                  labels={"skills": lazy("servicios que domina")},
                  helps={"on_call": lazy("Recibe lo que llega fuera del horario de atención, cuando el equipo reparte solo."),
                         "skills": lazy("Servicios que domina, separados por comas: se le reparten primero.")}),
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
