"""People and the posts they hold: edit, appoint, end, replace; who heads a unit on a day."""
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Absence, Appointment, Person, Post, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, administer
from ventanilla.core.orgs.services.tables import spanish
from ventanilla.lib.spanish import fold

_PERSON: Final = ("given_name", "surname_1", "surname_2", "email", "phone", "unit_id", "active")


@dataclass(frozen=True)
class PersonChange:
    """New values of a person; inactive people cannot sign in to the institution."""

    given_name: str
    surname_1: str
    surname_2: str = ""
    email: str = ""
    phone: str = ""
    unit_id: int | None = None
    active: bool = True


@transaction.atomic
def update_person(*, actor: Person | None, person: Person, change: PersonChange) -> Person:
    """Edit a person. Raises NotAllowed (also for a unit of another institution)."""
    administer(actor, person.institution_id)
    row = Person.objects.select_for_update().get(pk=person.pk)
    if change.unit_id and not Unit.objects.filter(pk=change.unit_id, institution_id=row.institution_id).exists():
        raise NotAllowed
    changed = [f for f in _PERSON if getattr(row, f) != getattr(change, f)]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, getattr(change, name))
    row.save(update_fields=changed)
    record("orgs.update_person", actor=actor, institution_id=row.institution_id, subject=f"person:{row.pk}",
           detail={"fields": changed}, personal={f: getattr(row, f) for f in changed})
    return row


def valid_on(day: date) -> Q:
    """Rows whose period [valid_from, valid_to) holds on `day`, a local date."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


@transaction.atomic
def appoint(*, actor: Person | None, person: Person, unit: Unit, kind: str, title: str = "",
            since: date = date(2020, 1, 1)) -> Appointment:
    """Give a person a post of the unit (made when missing) from `since`, a local date.

    Raises NotAllowed; Refused when the post has a holder: use `replace`.
    """
    administer(actor, unit.institution_id)
    if person.institution_id != unit.institution_id:
        raise NotAllowed
    post = _post(unit, kind, title)
    appointment = _hold(post, person, since, "")
    record("orgs.appoint", actor=actor, institution_id=unit.institution_id, subject=f"unit:{unit.pk}",
           detail={"person": person.pk, "kind": kind, "from": since})
    return appointment


def _post(unit: Unit, kind: str, title: str) -> Post:
    if kind == PostKind.HEAD:
        post, _made = Post.objects.get_or_create(unit=unit, kind=kind, defaults={"title": title or spanish(PostKind.HEAD.label)})
        return _titled(post, title)
    name = title or spanish(PostKind(kind).label)
    free = Post.objects.filter(unit=unit, kind=kind, title=name).exclude(
        appointments__in=Appointment.objects.filter(valid_to=None)).first()
    return free or Post.objects.create(unit=unit, kind=kind, title=name, order=1 + Post.objects.filter(
        unit=unit, kind=kind).count())


def _titled(post: Post, title: str) -> Post:
    """A title that was given is the post's from now on."""
    if title and post.title != title:
        post.title = title
        post.save(update_fields=["title"])
    return post


def held_post(unit: Unit, kind: str, title: str, day: date) -> Post | None:
    """The post of that kind whose holder somebody replaces on `day` (local); of several its title says which. None: nobody holds one.

    Refused when it cannot be told which is meant.
    """
    held = Appointment.objects.filter(valid_on(day), post__unit=unit, post__kind=kind)
    posts = list(Post.objects.filter(appointments__in=held).order_by("order"))
    if title and kind != PostKind.HEAD:
        posts = [post for post in posts if fold(post.title).lower() == fold(title).lower()]
        if not posts:
            raise Refused(_("Nadie ocupa en la unidad un puesto con esa denominación."), "title")
    if len(posts) > 1:
        raise Refused(_("%(n)s personas ocupan un puesto así: sustituya a una desde la página de la unidad.")
                      % {"n": len(posts)}, "replace")
    return posts[0] if posts else None


def _hold(post: Post, person: Person, since: date, source: str) -> Appointment:
    try:
        with transaction.atomic():
            made = Appointment.objects.create(post=post, person=person, valid_from=since, source=source)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS orgs_appointment_one_holder IMMEDIATE")
                cursor.execute("SET CONSTRAINTS orgs_appointment_one_holder DEFERRED")
    except IntegrityError as error:
        raise Refused(_("Otra persona ocupa el puesto en esas fechas; sustitúyala."), "person") from error
    return made


@transaction.atomic
def end_appointment(*, actor: Person | None, appointment: Appointment, day: date | None = None) -> Appointment:
    """The person leaves the post: `day` (local, default today) is the first without them. Idempotent.

    One that had not begun by then is withdrawn (its history stays): whom it would have replaced on a day to come goes on.
    """
    unit = appointment.post.unit
    administer(actor, unit.institution_id)
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    day = day or timezone.localdate()
    if row.valid_to is not None and row.valid_to <= day:
        return row
    if row.valid_from >= day:
        row.delete()
        before = Appointment.objects.filter(post=row.post_id, valid_to=row.valid_from, valid_to__gt=timezone.localdate())
        before.update(valid_to=row.valid_to)
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    record("orgs.end_appointment", actor=actor, institution_id=unit.institution_id, subject=f"unit:{unit.pk}",
           detail={"appointment": appointment.pk, "person": row.person_id, "day": day})
    return row


@transaction.atomic
def replace(*, actor: Person | None, post: Post, person: Person, since: date | None = None,
            source: str = "", title: str = "") -> Appointment:
    """`person` takes the post over from its holder on `since` (local), with a new title when one is given. Raises NotAllowed, Refused."""
    administer(actor, post.unit.institution_id)
    if person.institution_id != post.unit.institution_id:
        raise NotAllowed
    since = since or timezone.localdate()
    before = None
    while current := Appointment.objects.select_for_update().filter(valid_on(since), post=post).first():
        if current.person_id == person.pk:
            return current
        end_appointment(actor=actor, appointment=current, day=since)
        before = current.person_id
    made = _hold(_titled(post, title), person, since, source)
    record("orgs.replace", actor=actor, institution_id=post.unit.institution_id, subject=f"unit:{post.unit_id}",
           detail={"post": post.pk, "person": person.pk, "before": before, "from": since})
    return made


def holders(unit_id: int, kind: str, day: date) -> QuerySet[Person]:
    """Active people who hold posts of that kind in the unit on `day`, in the order of the posts."""
    held = Appointment.objects.filter(valid_on(day), post__unit_id=unit_id, post__kind=kind, person__active=True)
    return Person.objects.filter(appointments__in=held).order_by("appointments__post__order", "pk").distinct()


def head_of(unit: Unit, day: date | None = None) -> tuple[Person | None, bool]:
    """Who heads the unit on `day` (local, default today), and whether they act for somebody or a vacancy.

    The holder of the head's post; while away, who acts for them; in a vacancy the first deputy who is
    there, else the head of the unit above. (None, False) when nobody is found up to the root.
    """
    day = day or timezone.localdate()
    head = holders(unit.pk, PostKind.HEAD, day).first()
    if head:
        present = _present(head, day)
        if present:
            return present, present.pk != head.pk
    for deputy in holders(unit.pk, PostKind.DEPUTY, day):
        if not away(deputy, day):
            return deputy, True
    if unit.parent is None:
        return None, False
    above, _acting = head_of(unit.parent, day)
    return above, above is not None


def away(person: Person, day: date) -> Absence | None:
    """The absence that covers `day`, or None."""
    return Absence.objects.select_related("acting").filter(person=person, valid_from__lte=day, valid_to__gt=day).first()


def _present(person: Person, day: date) -> Person | None:
    """The person, or who acts for them through any chain of absences; None when the chain ends, closes or comes to somebody
    who left the institution."""
    seen: set[int] = set()
    current: Person | None = person
    while current and current.active and current.pk not in seen:
        absence = away(current, day)
        if absence is None:
            return current
        seen.add(current.pk)
        current = absence.acting
    return None
