"""The tables of the catalogue in the API: what each row takes and tells. Names, units and people are those of the institution."""
from copy import copy
from typing import Any, Final, Literal
from uuid import UUID

from ninja import Field, Router, Schema
from pydantic import create_model
from pydantic.fields import FieldInfo

from ventanilla.core.orgs.models import Role
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.servicedesk.api.keeping.kept import Kept, named, serve
from ventanilla.modules.servicedesk.models import Offering, Service, ServiceFamily, ServiceLevel, Team
from ventanilla.web.api import shapes
from ventanilla.web.api.schemas import PersonRef, UnitRef

router = Router(tags=["Mesa: catálogo"])
Order = Field(100, ge=0, le=32_767)
Kind = Literal["", "request", "incident", "problem", "known_error", "change", "simple_change", "emergency_change"]


class FamilyIn(Schema):
    """A shelf of the catalogue."""

    name: str = Field(max_length=120, examples=["Sitios web"])
    order: int = Order
    active: bool = True


class ServiceIn(Schema):
    """A service; `family` by its name. An `internal` one exists only for the desk. `keep_years`: how long its closed tickets are kept, by
    the rule that `keep_source` names."""

    name: str = Field(max_length=160, examples=["Portal institucional"])
    family: str = Field("", examples=["Sitios web"])
    summary: str = Field("", max_length=20_000)
    owner: UUID | None = None
    internal: bool = False
    keep_years: int | None = Field(None, ge=1, le=100)
    keep_source: str = Field("", max_length=300)
    active: bool = True


class LevelIn(Schema):
    """A service level (SLA). `calendar` by its name; none: the hours of the team's unit."""

    name: str = Field(max_length=120, examples=["Estándar"])
    calendar: str | None = None
    active: bool = True


class ObjectiveIn(Schema):
    """A target: `metric` within `minutes` of coverage, for a kind (empty: any), a priority (0: any) and, of an OLA, a team."""

    level: str = Field("", examples=["Estándar"])
    metric: Literal["own", "resolve", "team"] = "resolve"
    kind: Kind = ""
    priority: int = Field(0, ge=0, le=4)
    minutes: int = Field(480, ge=1, le=2**31 - 1)
    team: str | None = None


class TeamIn(Schema):
    """A team of agents of a unit; 1 is the desk itself, 2 and 3 specialise. `automatic`: it shares out by itself."""

    name: str = Field(max_length=120, examples=["Redes"])
    unit: UUID | None = None
    tier: int = Field(1, ge=1, le=3)
    automatic: bool = False
    active: bool = True


class MemberIn(Schema):
    """A person of a team; `skills` are services, by name or key; `on_call` takes what arrives outside hours."""

    team: str = Field("", examples=["Redes"])
    person: UUID | None = None
    lead: bool = False
    on_call: bool = False
    skills: list[str] = Field([], max_length=200)
    capacity: int | None = Field(None, ge=1, le=32_767, description="Tickets a la vez; null: sin límite")


class CauseIn(Schema):
    """A cause with which tickets are resolved."""

    name: str = Field(max_length=160, examples=["Error de configuración"])
    order: int = Order
    active: bool = True


class HoldReasonIn(Schema):
    """Why a ticket waits, and which clocks stand still meanwhile: to take it, to resolve it, the agreements of teams."""

    text: str = Field(max_length=160, examples=["Falta información de quien solicita"])
    stops_own: bool = True
    stops_resolve: bool = True
    stops_team: bool = True
    order: int = Order
    active: bool = True


class CannedIn(Schema):
    """A text that agents begin with; of one team, or of all."""

    title: str = Field(max_length=120, examples=["Saludo"])
    text: str = Field("", max_length=20_000)
    team: str | None = None
    active: bool = True


class ChangeRuleIn(Schema):
    """Who may authorise changes of a risk (1 low to 3 high): holders of `role` (by its name), at least `quorum` of them."""

    risk: Literal[1, 2, 3] = 2
    role: str = Field("", examples=["Titular de unidad"])
    quorum: int = Field(1, ge=1, le=20)
    active: bool = True


class ChangeModelIn(Schema):
    """A routine change authorised once, by whom and which paper `authorised` says; simple changes of it need no authorisation."""

    name: str = Field(max_length=160, examples=["Alta de impresora"])
    team: str = Field("", examples=["Redes"])
    service: str | None = None
    plan: str = Field("", max_length=20_000)
    back_out: str = Field("", max_length=20_000)
    impact_text: str = Field("", max_length=4000)
    authorised: str = Field("", max_length=240, examples=["Dirección de TI, oficio 214/2026"])
    active: bool = True


class MailboxIn(Schema):
    """A mailbox that the desk reads by IMAP; its password is configuration of the server, never told nor taken here."""

    address: str = Field("", max_length=254, examples=["mesa@example.org"], pattern=r"^([^@\s]+@[^@\s]+)?$")
    name: str = Field("", max_length=120, description="Lo que se lee junto a la dirección en lo que envía; vacío: el nombre del equipo")
    plus: bool = Field(False, description="Su servidor entrega también lo que va a mesa+algo@…")
    team: str = ""
    offering: str | None = Field(None, description="Lo que pide cada correo: de ahí salen equipo, prioridad y nivel; null: nada se promete")
    agent: UUID | None = None
    unknown: Literal["refuse", "hold", "guest"] = "hold"
    host: str = Field("", max_length=255)
    port: int = Field(993, ge=1, le=65535)
    tls: bool = True
    user: str = Field("", max_length=255)
    folder: str = Field("INBOX", max_length=120)
    most_per_hour: int = Field(30, ge=0, le=32_767)
    active: bool = True


class RelationTypeIn(Schema):
    """A type of relation between configuration items, read both ways; `dependent` is the end that depends."""

    forward: str = Field("", max_length=60, examples=["depende de"])
    backward: str = Field("", max_length=60, examples=["sostiene a"])
    dependent: Literal["source", "target", "none"] = "source"
    impacts: bool = True
    order: int = Order
    active: bool = True


REFS: Final[dict[str, Any]] = {"owner": PersonRef | None, "person": PersonRef, "agent": PersonRef, "unit": UnitRef}


def _optional(given: type[Schema], name: str) -> type[Schema]:
    """The same fields, none of them needed: what is not named stays."""
    fields: dict[str, Any] = {n: (f.annotation, _free(f)) for n, f in given.model_fields.items()}
    return create_model(name, __base__=Schema, __doc__=f"{given.__doc__} What is not named stays.", __module__=__name__, **fields)


def _free(one: FieldInfo) -> FieldInfo:
    """A field with its limits, that need not be given."""
    free = copy(one)
    free.default = "" if one.is_required() else one.default
    return free


def _told(given: type[Schema], name: str) -> type[Schema]:
    """The row as it is told: its number, people and units by name, its key where others name it by that, and whether who asks keeps it
    where some are only read."""
    fields: dict[str, Any] = {n: (REFS.get(n, f.annotation), ...) for n, f in given.model_fields.items()}
    fields |= {"slug": (str, ...)} if given is ServiceIn else {"kept": (bool, ...)} if given is MailboxIn else {}
    return create_model(name, __base__=Schema, __doc__=given.__doc__, __module__=__name__, id=(int, ...), **fields)


def _page(shown: type[Schema], name: str) -> type[Schema]:
    """A page of rows."""
    return create_model(name, __base__=Schema, __doc__="A page; `next` is the address of the following one.", __module__=__name__,
                        items=(list[shown], ...), next=(str | None, ...))  # type: ignore[valid-type]


def _kept(path: str, slug: str, words: tuple[str, str], given: type[Schema], *, drops: bool = False, **names: Any) -> Kept:
    stem = f"Kept{given.__name__.removesuffix('In')}"
    shown = _told(given, stem)
    return Kept(path, slug, *words, given, _optional(given, f"{stem}Change"), shown, _page(shown, f"{stem}Page"), names, drops)


TABLES: Final = (
    _kept("families", "familias-de-servicios", ("una familia de servicios", "familias de servicios"), FamilyIn),
    _kept("services", "servicios", ("un servicio", "servicios"), ServiceIn, family=named(ServiceFamily), owner=shapes.person_of),
    _kept("levels", "niveles-de-servicio", ("un nivel de servicio", "niveles de servicio"), LevelIn, calendar=named(Calendar)),
    _kept("objectives", "metas-de-servicio", ("una meta de un nivel", "metas de los niveles de servicio"), ObjectiveIn,
          level=named(ServiceLevel), team=named(Team)),
    _kept("teams", "equipos", ("un equipo", "equipos"), TeamIn, unit=shapes.unit_of),
    _kept("members", "integrantes", ("a una persona de un equipo", "integrantes de los equipos"), MemberIn, drops=True,
          team=named(Team), person=shapes.person_of),
    _kept("causes", "causas", ("una causa", "causas"), CauseIn),
    _kept("hold-reasons", "motivos-de-espera", ("un motivo de espera", "motivos de espera"), HoldReasonIn),
    _kept("canned-answers", "respuestas-preparadas", ("una respuesta preparada", "respuestas preparadas"), CannedIn, team=named(Team)),
    _kept("change-rules", "autorizacion-de-cambios", ("quién autoriza un riesgo", "quién autoriza cada riesgo de cambio"), ChangeRuleIn,
          role=named(Role)),
    _kept("change-models", "modelos-de-cambio", ("un modelo de cambio", "modelos de cambio autorizados"), ChangeModelIn, team=named(Team),
          service=named(Service)),
    _kept("mailboxes", "buzones", ("un buzón", "buzones de correo"), MailboxIn, team=named(Team), offering=named(Offering),
          agent=shapes.person_of),
    _kept("ci-relation-types", "relaciones-entre-elementos", ("un tipo de relación", "tipos de relación entre elementos"), RelationTypeIn),
)
for table in TABLES:
    serve(router, table)
