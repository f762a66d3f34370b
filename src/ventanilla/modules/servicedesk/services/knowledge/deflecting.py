"""How much asking is saved: help shown while a form is filled in, opened, useful, and the tickets that were opened anyway."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models import Article, HelpOffer, OfferingVersion
from ventanilla.modules.servicedesk.services.knowledge.reading import readable
from ventanilla.modules.servicedesk.services.knowledge.writing import vote

_SHOWN = """
INSERT INTO servicedesk_helpoffer AS h (uuid, institution_id, person_id, version_id, shown, opened, at)
VALUES (%(uuid)s, %(institution)s, %(person)s, %(version)s, %(shown)s::bigint[], %(opened)s::bigint[], %(at)s)
ON CONFLICT (uuid) DO UPDATE SET
  shown = ARRAY(SELECT DISTINCT x FROM unnest(h.shown || excluded.shown) x ORDER BY x),
  opened = ARRAY(SELECT DISTINCT x FROM unnest(h.opened || excluded.opened) x ORDER BY x)
WHERE h.person_id = excluded.person_id AND NOT (h.shown @> excluded.shown AND h.opened @> excluded.opened)
"""
_DEFLECTION = """
SELECT count(*) FILTER (WHERE shown <> '{}'), count(*) FILTER (WHERE opened <> '{}'), count(*) FILTER (WHERE helped_id IS NOT NULL),
  count(*) FILTER (WHERE helped_id IS NOT NULL AND c.id IS NULL), count(*) FILTER (WHERE shown <> '{}' AND c.id IS NOT NULL)
FROM servicedesk_helpoffer h LEFT JOIN cases_case c ON c.uuid = h.uuid
WHERE h.institution_id = %s AND h.at >= %s AND h.at < %s
"""


@dataclass(frozen=True)
class Deflection:
    """Forms in which help was shown, opened, said to be useful, useful and without a ticket, and shown but sent as a ticket anyway."""

    shown: int
    opened: int
    helped: int
    saved: int
    asked: int

    @property
    def rate(self) -> float | None:
        """Share of the forms with help that ended without a ticket because it helped, 0..1; None without any."""
        return self.saved / self.shown if self.shown else None


def note_help(person: Person, form: UUID, *, version: OfferingVersion | None = None, shown: Sequence[int] = (),
              opened: Sequence[int] = ()) -> None:
    """Remember which articles (ids) were shown or opened beside a form; only the person's own form is written to."""
    if not shown and not opened:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, {"uuid": form, "institution": person.institution_id, "person": person.pk, "at": timezone.now(),
                                "version": version.pk if version else None, "shown": sorted(shown), "opened": sorted(opened)})


@transaction.atomic
def helped(*, actor: Person, form: UUID, article: Article, version: OfferingVersion | None = None) -> HelpOffer:
    """The article answered: the person does not send the form. Counts once a form, and as a vote. Raises NotAllowed."""
    if not readable(actor).filter(pk=article.pk).exists():
        raise NotAllowed
    note_help(actor, form, version=version, shown=[article.pk], opened=[article.pk])
    offer = HelpOffer.objects.select_for_update().get(uuid=form)
    if offer.person_id != actor.pk:
        raise NotAllowed
    vote(actor=actor, article=article, helpful=True)
    if offer.helped_id is None:
        offer.helped = article
        offer.save(update_fields=["helped"])
        record("article.helped", actor=actor, institution_id=offer.institution_id, subject=f"article:{article.pk}",
               detail={"form": str(form)})
    return offer


OFFERS: Final[dict[str, tuple[Any, Q]]] = {
    "mostrada": (lazy("Se mostró ayuda"), ~Q(shown=[])), "abierta": (lazy("Se abrió un artículo"), ~Q(opened=[])),
    "sirvio": (lazy("Dijo que le sirvió"), Q(helped__isnull=False)),
    "sin-ticket": (lazy("Terminó sin ticket"), Q(helped__isnull=False, sent=False)),
    "pidio": (lazy("Pidió de todos modos"), ~Q(shown=[]) & Q(sent=True))}
"""What `deflection` counts: its words, and which forms."""


def offers_of(institution: Institution, since: datetime, until: datetime, which: str) -> QuerySet[HelpOffer]:
    """The very forms that a figure of `deflection` counts, newest first."""
    rows = HelpOffer.objects.filter(institution=institution, at__gte=since, at__lt=until)
    rows = rows.annotate(sent=Exists(Case.objects.filter(uuid=OuterRef("uuid"))))
    return rows.filter(OFFERS[which][1]).select_related("version__offering__service").order_by("-at", "-pk")


def deflection(institution: Institution, since: datetime, until: datetime) -> Deflection:
    """Of the forms begun in the period (aware moments, the last excluded)."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFLECTION, [institution.pk, since, until])
        return Deflection(*cursor.fetchone())
