"""What waits for somebody's authorisation, and how many mails wait, against plain Python."""
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Approval
from ventanilla.modules.servicedesk.screens.waiting import waiting
from ventanilla.modules.servicedesk.services.approving import due_from
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def asked(d: Desk, people: Sequence[Person], chance: random.Random) -> None:
    """Ten tickets with one or two rounds of one to three steps, answered at random; some of them ended."""
    now = timezone.now()
    for n in range(10):
        case = d.ticket(subject=f"Asunto {n}")
        for back in range(chance.randint(1, 2)):
            for step in range(1, chance.randint(1, 3) + 1):
                some, quorum = chance.sample(people, chance.randint(1, len(people))), chance.randint(1, 2)
                verdicts = {p.pk: chance.choice(["", "", "yes", "yes", "no"]) for p in some}
                Approval.objects.bulk_create(Approval(
                    case=case, step=step, label="Paso", quorum=quorum, person=p, verdict=verdicts[p.pk],
                    at=now if verdicts[p.pk] else None, asked_at=now - timedelta(days=back)) for p in some)
        if chance.random() < 0.8:
            Case.objects.filter(pk=case.pk).update(state="approval")


def complete(rows: Sequence[Approval], step: int) -> bool:
    """Whether that step has the answers that it needs."""
    of = [r for r in rows if r.step == step]
    return bool(of) and sum(r.verdict == "yes" for r in of) >= max(r.quorum for r in of)


def oracle(person: Person) -> set[int]:
    """Ticket by ticket, without the statement."""
    found = set()
    for case in Case.objects.visible_to(person).filter(state="approval"):
        rows = list(Approval.objects.filter(case=case))
        rows = [r for r in rows if r.asked_at == max(x.asked_at for x in rows)]
        found |= {r.pk for r in rows if r.person_id == person.pk and not r.verdict and not complete(rows, r.step)
                  and (r.step == 1 or complete(rows, r.step - 1))}
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_waits_for_an_authorisation_equals_plain_python(d: Desk, seed: int) -> None:
    people = [d.agent, d.manager, d.engineer, d.world.south_1_head]
    asked(d, people, random.Random(seed))
    seen = 0
    for person in people:
        wanted = oracle(person)
        seen += len(wanted)
        assert set(due_from(person).values_list("pk", flat=True)) == wanted
        cases = len({a.case_id for a in Approval.objects.filter(pk__in=wanted)})
        told = [one.text.split()[0] for one in waiting(person)]
        assert told == ([str(cases)] if cases else []), "no mail is held"
    assert seen, "something waits for somebody"
