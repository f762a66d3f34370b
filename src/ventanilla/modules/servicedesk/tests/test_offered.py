"""One key of the catalogue is offered to exactly whom the list offers it: the short way and the long way agree."""
from itertools import product

import pytest
from django.utils import timezone

from ventanilla.modules.servicedesk.models import Liaison, Offering, OfferingVersion, Service, ServiceFamily, Team
from ventanilla.modules.servicedesk.services.catalogue import COPIED, offered, offered_to
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


def test_the_key_and_the_list_agree() -> None:
    d, other, now = made(), made(), timezone.now()
    here = d.world.institution
    Liaison.objects.create(institution=here, unit=d.world.south, person=d.asker, state="active", requested_at=now, validated_at=now,
                           agreement_at=timezone.localdate(now), trained_at=timezone.localdate(now))
    closed = ServiceFamily.objects.create(institution=here, name="Otra", active=False)
    gone = Team.objects.create(institution=here, unit=d.world.north, name="Antes", active=False)
    copied = {name: getattr(d.version, name) for name in COPIED}
    parts = product(OfferingVersion.Audience, (False, True), ("on", "service", "family", "team"), ("published", "draft", "retired"))
    for n, (audience, internal, off, state) in enumerate(parts):
        service = Service.objects.create(
            institution=here, family=closed if off == "family" else d.version.offering.service.family, slug=f"s{n}", name=f"S {n}",
            internal=internal, active=off != "service")
        offering = Offering.objects.create(institution=here, service=service, slug=f"o{n}", name=f"O {n}")
        OfferingVersion.objects.create(institution=here, offering=offering, number=1, **{
            **copied, "audience": audience, "state": state, "published_at": None if state == "draft" else now,
            "team_id": gone.pk if off == "team" else d.first.pk})
    slugs = [*Offering.objects.filter(institution=here).values_list("slug", flat=True), "nada"]
    counts = []
    for person in (d.asker, d.asker_head, d.agent, d.manager, other.agent, other.asker):
        listed = set(offered_to(person).filter(offering__slug__in=slugs, institution=here).values_list("offering__slug", flat=True))
        assert {s for s in slugs if (v := offered(person, s)) and v.institution_id == here.pk} == listed
        counts.append(len(listed & {f"o{n}" for n in range(72)}))
    assert counts == [2, 1, 6, 6, 0, 0], "a liaison sees two, others one, the desk all that is in force"
