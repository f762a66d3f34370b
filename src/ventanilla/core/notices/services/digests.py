"""The daily digest: one mail per person with what arrived since the last one and is still unread."""
from itertools import groupby

from django.db import models, transaction
from django.utils import timezone

from ventanilla.core.notices.kinds import DIGEST
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.notices.services.mails import address_of, digest_of
from ventanilla.core.orgs.models import Person


def write_digests(limit: int = 500) -> int:
    """Write the mails of up to `limit` people and mark their notices; returns how many people were looked at. Who left gets none.

    Killed halfway nothing is lost or doubled: mail and mark are one transaction.
    """
    with transaction.atomic():
        ids = list(_waiting().order_by("person_id").values_list("person_id", flat=True).distinct()[:limit])
        people = {p.pk: p for p in Person.objects.filter(pk__in=ids, active=True).select_related("user", "institution")}
        rows = list(_waiting().select_for_update(of=("self",)).filter(person_id__in=ids).order_by("person_id", "id"))
        day = timezone.localdate().isoformat()
        mails = [digest_of(unread, people[person_id], day)
                 for person_id, group in groupby(rows, key=lambda n: n.person_id)
                 if (unread := [n for n in group if n.read_at is None]) and person_id in people and address_of(people[person_id])]
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[n.pk for n in rows]).update(digested_at=timezone.now())
    return len(ids)


def _waiting() -> models.QuerySet[Notice]:
    return Notice.objects.filter(mail=DIGEST, digested_at=None)
