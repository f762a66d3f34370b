"""Liaisons: proposed by letter, validated by the head, active with agreement and training, ended by letter."""
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.models import Liaison
from ventanilla.modules.servicedesk.services import liaisons as verbs
from ventanilla.modules.servicedesk.services.liaisons import LiaisonDraft
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.admin_area.accounts import inviting
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor

router = Router()
WRITE = Bearer(scopes.LIAISONS)
FACTS = ("state", "request_letter", "requested_at", "validated_at", "agreement_at", "trained_at", "active_at", "until", "ended_at",
         "change_letter")


def _out(row: Liaison) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS} | {
        "id": row.pk, "unit": shapes.unit_ref(row.unit), "person": shapes.person_ref(row.person)}


def seen(person: Person) -> QuerySet[Liaison]:
    """All of the institution for the desk; else those of the units that the person leads, and their own."""
    rows = Liaison.objects.filter(institution_id=person.institution_id).select_related("unit", "person")
    return rows if works_somewhere(person) else rows.filter(Q(unit_id__in=reach_of(person).within(cap.ROUTE)) | Q(person=person))


@router.get("/liaisons", response={200: list[own.LiaisonOut], **shaping.READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_liaisons", summary="Enlaces: los vigentes y los que están en trámite, por unidad")
def list_liaisons(request: HttpRequest, ended: bool = False) -> Any:
    """With `ended`, those that concluded, newest first. At most 1,000."""
    rows = seen(actor(request))
    rows = rows.filter(state="ended").order_by("-ended_at") if ended else rows.exclude(state="ended").order_by("unit__name", "pk")
    return [_out(r) for r in rows[:1000]]


@router.post("/liaisons", response={201: own.LiaisonOut, **shaping.CHANGES}, auth=WRITE, operation_id="request_liaison",
             summary="Proponer al enlace de una unidad, con su oficio")
def propose(request: HttpRequest, data: own.LiaisonIn) -> Any:
    """By the head of the unit or by the desk."""
    who = actor(request)
    person = shapes.person_of(who, data.person)
    if person is None:
        raise Refused(_("No existe esa persona."), "person")
    draft = LiaisonDraft(shapes.unit_of(who, data.unit), person, data.letter, data.until)
    return 201, _out(verbs.request_liaison(actor=who, draft=draft))


@router.get("/liaisons/{int:liaison}", response={200: own.LiaisonOut, **shaping.READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="get_liaison", summary="Un nombramiento")
def get_liaison(request: HttpRequest, liaison: int) -> Any:
    """404 when it is not the person's to see."""
    return _out(seen(actor(request)).get(pk=_small(liaison)))


@router.post("/liaisons/{int:liaison}/validate", response={200: own.LiaisonOut, **shaping.CHANGES}, auth=WRITE,
             operation_id="validate_liaison", summary="Validar: por la jefatura de la unidad")
def validate(request: HttpRequest, liaison: int) -> Any:
    """Nobody validates themselves. With agreement and training recorded before, the liaison is active at once."""
    who = actor(request)
    row = seen(who).get(pk=_small(liaison))
    with inviting(row.person):
        done = verbs.validate(actor=who, liaison=row)
    return _out(done)


@router.post("/liaisons/{int:liaison}/complete", response={200: own.LiaisonOut, **shaping.CHANGES}, auth=WRITE,
             operation_id="complete_liaison", summary="Registrar acuerdo y capacitación; con ambos queda activo")
def complete(request: HttpRequest, liaison: int, data: own.CompleteIn) -> Any:
    """By the desk. The one before them ends in the same moment; who gets an account also gets the link to choose a password."""
    who = actor(request)
    row = seen(who).get(pk=_small(liaison))
    with inviting(row.person):
        done = verbs.complete(actor=who, liaison=row, agreement=data.agreement, training=data.training)
    return _out(done)


@router.post("/liaisons/{int:liaison}/end", response={200: own.LiaisonOut, **shaping.CHANGES}, auth=WRITE, operation_id="end_liaison",
             summary="Concluir el nombramiento, con su oficio")
def end(request: HttpRequest, liaison: int, data: own.EndingIn) -> Any:
    """The unit has no liaison until another one is active."""
    who = actor(request)
    return _out(verbs.end_liaison(actor=who, liaison=seen(who).get(pk=_small(liaison)), letter=data.letter))


@router.post("/liaisons/{int:liaison}/extend", response={200: own.LiaisonOut, **shaping.CHANGES}, auth=WRITE,
             operation_id="extend_liaison", summary="Prorrogar el nombramiento, o quitarle su término, con su oficio")
def extend(request: HttpRequest, liaison: int, data: own.ExtendingIn) -> Any:
    """By the desk. Without `until` it lasts until it is changed."""
    who = actor(request)
    return _out(verbs.extend(actor=who, liaison=seen(who).get(pk=_small(liaison)), letter=data.letter, until=data.until))


def _small(number: int) -> int:
    """A number that the database can look up."""
    return number if -2**62 < number < 2**62 else -1
