"""What a head or liaison leaves pending: the list handed over to whoever follows (acta de entrega-recepción)."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Tray
from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.core.orgs.services.setup import NotAllowed, administer

HEADINGS: Final = (lazy("Folio"), lazy("Asunto"), lazy("Unidad"), lazy("Situación"), lazy("Dirigido a"), lazy("Recibido"), lazy("Vence"),
                   lazy("Desde"))
MOMENTS: Final = HEADINGS[5:]


@dataclass(frozen=True)
class Pending:
    """One matter that waits; moments are aware. `mine`: addressed to the person by name."""

    folio: str
    subject: str
    unit: str
    situation: str
    mine: bool
    received_at: datetime
    due_at: datetime | None
    since: datetime

    def cells(self) -> tuple[object, ...]:
        """In the order of HEADINGS."""
        return (self.folio, self.subject, self.unit, self.situation, _("Persona") if self.mine else _("Unidad"),
                self.received_at, self.due_at, self.since)


@dataclass(frozen=True)
class Unread:
    """How many wait in one place of a unit that the reader may not read; `mine`: addressed to the person by name."""

    unit: str
    situation: str
    mine: bool
    count: int

    def text(self) -> str:
        """Instead of the subject."""
        return ngettext("%(num)s asunto que no puede leer quien sacó esta lista", "%(num)s asuntos que no puede leer quien sacó esta lista",
                        self.count) % {"num": f"{self.count:,}"}

    def cells(self) -> tuple[object, ...]:
        """In the order of HEADINGS."""
        return "—", self.text(), self.unit, self.situation, _("Persona") if self.mine else _("Unidad"), None, None, None


@dataclass(frozen=True)
class Handover:
    """The report: whose, of which units, on which day, its rows by unit and due date, and how many more the reader may not read."""

    person: Person
    units: Sequence[Unit]
    day: date
    rows: Sequence[Pending]
    unread: Sequence[Unread]

    @property
    def hidden(self) -> int:
        """How many more wait than are listed."""
        return sum(one.count for one in self.unread)

    def who_reads(self) -> str:
        """Who gets the list with what this reader does not see."""
        user = self.person.user
        if self.person.active and user and user.is_active:
            words = _("Con su contenido la saca %(name)s desde su cuenta, o quien administre y además pueda leer en esas unidades.")
        else:
            words = _("%(name)s ya no puede entrar: con su contenido la saca quien administre y además pueda leer en esas unidades.")
        return words % {"name": self.person.name}


def handover(*, actor: Person, person: Person, day: date | None = None) -> Handover:
    """Everything that waits in the units which the person heads or is liaison of on `day` (local, default
    today), and what is addressed to them by name. Logged.

    The person themself or the administration asks; subjects only of what the asker may read. Raises NotAllowed.
    """
    if actor.institution_id != person.institution_id:
        raise NotAllowed
    if actor.pk != person.pk:
        administer(actor, person.institution_id)
    day = day or timezone.localdate()
    units = units_of(person, day)
    waiting = Tray.objects.filter(Q(unit__in=units) | Q(person=person)).exclude(tab=Tray.Tab.DONE)
    seen = waiting.filter(case__in=Case.objects.visible_to(actor))
    rows = [_row(t, person) for t in seen.select_related("case", "unit").order_by("unit__sort_key", "order_at", "id")]
    record("cases.handover", actor=actor, institution_id=person.institution_id, subject=f"person:{person.pk}",
           detail={"units": [u.pk for u in units], "rows": len(rows), "day": day})
    return Handover(person, units, day, rows, _unread(waiting, rows, person))


def _unread(waiting: QuerySet[Tray], rows: Sequence[Pending], person: Person) -> list[Unread]:
    listed = Counter((r.unit, r.situation, r.mine) for r in rows)
    places = waiting.order_by("unit__sort_key", "tab").values_list("unit__name", "tab", "person_id")
    every: Counter[tuple[str, str, bool]] = Counter()
    for unit, tab, holder, count in places.annotate(count=Count("pk")):
        every[unit, str(Tray.Tab(tab).label), holder == person.pk] += count
    return [Unread(*place, count) for place, count in (every - listed).items()]


def units_of(person: Person, day: date) -> list[Unit]:
    """Units in which the person is head or liaison on that day."""
    held = Appointment.objects.filter(valid_on(day), person=person, post__kind__in=[PostKind.HEAD, PostKind.LIAISON])
    return list(Unit.objects.filter(posts__in=held.values("post")).distinct())


def _row(tray: Tray, person: Person) -> Pending:
    return Pending(tray.case.folio, tray.case.subject, tray.unit.name, str(Tray.Tab(tray.tab).label),
                   tray.person_id == person.pk, tray.case.received_at, tray.due_at, tray.since)
