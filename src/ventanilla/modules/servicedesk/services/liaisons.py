"""Liaisons: asked for by letter, validated by the head, active with agreement and training; changed only by letter."""
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.cases.places import refresh
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.accounts import open_account
from ventanilla.core.orgs.services.posts import head_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Liaison, Ticket
from ventanilla.modules.servicedesk.services.working import works_somewhere


@dataclass(frozen=True)
class LiaisonDraft:
    """Who is proposed for which unit, by which letter, and until when (a local date; None: until changed)."""

    unit: Unit
    person: Person
    letter: str
    until: date | None = None


@transaction.atomic
def request_liaison(*, actor: Person, draft: LiaisonDraft) -> Liaison:
    """Propose a liaison: by the head of the unit, or by the desk that got the letter. Raises NotAllowed and Refused."""
    if draft.person.institution_id != draft.unit.institution_id or actor.institution_id != draft.unit.institution_id:
        raise NotAllowed
    if not (works_somewhere(actor) or leads(actor, draft.unit)):
        raise NotAllowed
    if draft.person.unit_id != draft.unit.pk:
        raise Refused(_("El enlace debe ser de la propia unidad; %(name)s es de otra.") % {"name": draft.person.name}, "person")
    if not clean_text(draft.letter):
        raise Refused(_("Anote el número del oficio con el que se solicita."), "letter")
    if Liaison.objects.filter(unit=draft.unit, person=draft.person).exclude(state=Liaison.State.ENDED).exists():
        raise Refused(_("Esa persona ya es, o ya se propuso como, enlace de la unidad."), "person")
    row = Liaison.objects.create(institution_id=draft.unit.institution_id, unit=draft.unit, person=draft.person, until=draft.until,
                                 request_letter=clean_text(draft.letter)[:120], requested_at=timezone.now())
    _log(actor, row, "request")
    if (head := head_of(draft.unit)[0]) and head != actor:
        with override(SPANISH):
            title = _("Valide al enlace de su unidad")
        notify(recipients=[head.pk], draft=NoticeDraft("approval", title, f"liaison:{row.pk}",
                                                       f"{draft.person.name}: {draft.unit.name}", _address(row)))
    return row


def led_by(person: Person) -> list[int]:
    """The units whose liaisons the person may look after without being of the desk: where they may route."""
    return reach_of(person).within(cap.ROUTE)


def leads(person: Person, unit: Unit) -> bool:
    """Whether the person heads the unit, or may route in it."""
    return head_of(unit)[0] == person or reach_of(person).can(cap.ROUTE, unit.pk)


@transaction.atomic
def validate(*, actor: Person, liaison: Liaison) -> Liaison:
    """The immediate superior agrees; where agreement and training were recorded before, the liaison is active at once.

    Nobody validates themselves. Raises NotAllowed and Refused.
    """
    row = _locked(actor, liaison)
    if actor == row.person or not leads(actor, row.unit):
        raise NotAllowed(_("Sólo la jefatura de la unidad valida a su enlace."))
    if row.state != Liaison.State.REQUESTED:
        raise Refused(_("Ya estaba validado."))
    row.state, row.validated_at, row.validated_by = Liaison.State.VALIDATED, timezone.now(), actor
    row.save()
    _log(actor, row, "validate")
    _activate_complete(actor, row)
    return row


@transaction.atomic
def complete(*, actor: Person, liaison: Liaison, agreement: date | None, training: date | None) -> Liaison:
    """Record agreement and training (local dates). With both, and validated, the account opens: the liaison is active,
    and may sign in.

    The liaison before them ends in the same moment and the unit's open tickets pass to the new one. Raises NotAllowed
    (not of the desk) and Refused.
    """
    row = _locked(actor, liaison)
    if not works_somewhere(actor):
        raise NotAllowed
    row.agreement_at, row.trained_at = agreement or row.agreement_at, training or row.trained_at
    if any(d and d > timezone.localdate() for d in (row.agreement_at, row.trained_at)):
        raise Refused(_("La fecha no puede quedar en el futuro."), "agreement")
    row.save()
    _log(actor, row, "complete")
    _activate_complete(actor, row)
    return row


def _activate_complete(actor: Person, row: Liaison) -> None:
    """In whichever order the three things came."""
    if row.state == Liaison.State.VALIDATED and row.agreement_at and row.trained_at:
        _activate(actor, row)


def _activate(actor: Person, row: Liaison) -> None:
    before = Liaison.objects.select_for_update().filter(unit=row.unit, state=Liaison.State.ACTIVE).first()
    if before:
        _end(actor, before, row.request_letter)
        with override(SPANISH):
            told(before, "ended", _("Dejó de ser enlace de su unidad"), _(
                "Desde ahora pide por %(unit)s %(name)s. Las solicitudes abiertas de la unidad pasaron a esa persona.") % {
                    "unit": row.unit.name, "name": row.person.name}, head=False)
    row.state, row.active_at = Liaison.State.ACTIVE, timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("Otra persona quedó como enlace de la unidad en este momento.")) from error
    if row.person.user_id is None and row.person.email:
        row.person.user = open_account(actor=None, person=row.person)  # not before agreement and training are recorded
    moved = _hand_over(row.unit, row.person)
    record("servicedesk.liaison_active", actor=actor, institution_id=row.institution_id, subject=f"unit:{row.unit_id}",
           detail={"liaison": row.pk, "before": before.pk if before else None, "tickets": moved})
    _tell_active(row)


@override(SPANISH)
def _tell_active(row: Liaison) -> None:
    notify(recipients=[row.person_id], draft=NoticeDraft(
        "system", _("Ya es enlace de su unidad"), f"liaison:{row.pk}:active",
        _("Puede pedir servicios en nombre del personal de %(unit)s.") % {"unit": row.unit.name}, reverse("portal")))
    told(row, "started", _("Su unidad tiene enlace"), _("%(name)s ya pide servicios por %(unit)s.") % {
        "name": row.person.name, "unit": row.unit.name}, liaison=False)


def _hand_over(unit: Unit, person: Person) -> int:
    """The open tickets of the unit open to the new liaison; returns how many."""
    cases = list(Ticket.objects.filter(unit=unit, case__closed_at=None).values_list("case_id", flat=True))
    Party.objects.filter(case__in=cases, role=Party.Role.LIAISON).exclude(person=person).delete()
    Party.objects.bulk_create([Party(case_id=c, person=person, role=Party.Role.LIAISON, since=timezone.now()) for c in cases],
                              ignore_conflicts=True)
    refresh(cases)
    return len(cases)


@transaction.atomic
def end_liaison(*, actor: Person, liaison: Liaison, letter: str) -> Liaison:
    """The unit has no liaison until another one is active. By letter. Raises NotAllowed and Refused."""
    row = _locked(actor, liaison)
    if not (works_somewhere(actor) or leads(actor, row.unit)):
        raise NotAllowed
    if not clean_text(letter):
        raise Refused(_("Anote el número del oficio de cambio."), "letter")
    _end(actor, row, letter)
    with override(SPANISH):
        told(row, "ended", _("Concluyó el nombramiento de enlace"), _(
            "%(name)s dejó de ser enlace de %(unit)s por el oficio %(letter)s.") % {
                "name": row.person.name, "unit": row.unit.name, "letter": row.change_letter})
    return row


@transaction.atomic
def extend(*, actor: Person, liaison: Liaison, letter: str, until: date | None) -> Liaison:
    """The desk records that a letter gives the appointment another last day (None: until changed). Raises NotAllowed and Refused."""
    row = _locked(actor, liaison)
    if not works_somewhere(actor):
        raise NotAllowed
    if not clean_text(letter):
        raise Refused(_("Anote el número del oficio de prórroga."), "letter")
    if until is not None and until < timezone.localdate():
        raise Refused(_("El nuevo término no puede quedar en el pasado."), "until")
    before, row.until = row.until, until
    row.save(update_fields=["until"])
    record("servicedesk.liaison_extend", actor=actor, institution_id=row.institution_id, subject=f"unit:{row.unit_id}", detail={
        "liaison": row.pk, "letter": clean_text(letter)[:120], "before": str(before or ""), "until": str(until or "")})
    return row


def told(row: Liaison, what: str, title: str, body: str, *, liaison: bool = True, head: bool = True) -> None:
    """The liaison and the head of the unit are told a fact of the appointment, once each."""
    boss = head_of(row.unit)[0] if head else None
    ids = [*([row.person_id] if liaison else []), *([boss.pk] if boss and boss.pk != row.person_id else [])]
    notify(recipients=ids, draft=NoticeDraft("system", title, f"liaison:{row.pk}:{what}", body, _address(row)))


def _address(row: Liaison) -> str:
    return reverse("liaison", args=[row.pk])


def _end(actor: Person, row: Liaison, letter: str) -> None:
    row.state, row.ended_at, row.change_letter = Liaison.State.ENDED, timezone.now(), clean_text(letter)[:120]
    row.save()
    Party.objects.filter(person=row.person, role=Party.Role.LIAISON, case__closed_at=None, case__ticket__unit=row.unit).delete()
    _log(actor, row, "end")


def _locked(actor: Person, liaison: Liaison) -> Liaison:
    """The unit's appointments are changed one at a time: a hundred at once never make two active ones."""
    if actor.institution_id != liaison.institution_id:
        raise NotAllowed
    Unit.objects.select_for_update(of=("self",)).get(pk=liaison.unit_id)
    row = Liaison.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=liaison.pk)
    if row.state == Liaison.State.ENDED:
        raise Refused(_("Ese nombramiento ya concluyó."))
    return row


def _log(actor: Person, row: Liaison, what: str) -> None:
    record(f"servicedesk.liaison_{what}", actor=actor, institution_id=row.institution_id, subject=f"unit:{row.unit_id}",
           detail={"liaison": row.pk, "person": row.person_id, "state": row.state})


def open_of_unit(unit: Unit) -> int:
    """How many tickets of the unit are open."""
    return Case.objects.filter(ticket__unit=unit, closed_at=None).count()
