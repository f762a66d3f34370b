"""The roll-up of the registry equals the plain count after random writes of several at once; the board reads it in few statements."""
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.indicators.tests.test_measures import dsn
from ventanilla.modules.practices.form import generations
from ventanilla.modules.practices.models import Practice, PracticeRevision, Tally
from ventanilla.modules.practices.services.figures import figures
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices
from ventanilla.modules.practices.services.tally import counts, fold, wrong

CHANGES = (
    "UPDATE practices_practice SET state = 'registered', public = true WHERE id = ANY(%(ids)s)",
    "UPDATE practices_practice SET state = 'withdrawn', public = false WHERE id = ANY(%(ids)s)",
    "UPDATE practices_practice SET agency = (ARRAY['', 'Finanzas', 'Salud'])[%(n)s], start_year = nullif(%(n)s, 2) WHERE id = ANY(%(ids)s)",
    "UPDATE practices_practice SET category = (ARRAY['{}', '{a}', '{a,b,a}']::text[])[%(n)s]::text[] WHERE id = ANY(%(ids)s)",
    "UPDATE practices_practice SET measured_at = now() - %(n)s * interval '300 days', measured = %(n)s = 1 WHERE id = ANY(%(ids)s)",
    "UPDATE practices_practice SET with_evidence = %(n)s = 2, transfers = %(n)s - 1, transferable = NOT transferable WHERE id = ANY(%(ids)s)",
    "WITH gone AS (DELETE FROM practices_tally RETURNING what, value, n) INSERT INTO practices_tally (what, value, n) "
    "SELECT what, value, sum(n) FROM gone GROUP BY 1, 2 HAVING sum(n) <> 0",
)


def some(count: int) -> list[Practice]:
    """Practices whose first revision is their current one."""
    w = make.world()
    made = create_practices(actor=w.north_head, drafts=[PracticeDraft(w.north, generations()[-1], {"transferible": n % 2 == 0}) for n in range(count)])
    for revision in PracticeRevision.objects.filter(practice__in=made):
        Practice.objects.filter(pk=revision.practice_id).update(current=revision)
    return made


def work(seed: int, ids: list[int]) -> None:
    rng = random.Random(seed)
    with psycopg.connect(dsn(), autocommit=True) as mine:
        for _n in range(25):
            try:
                with mine.transaction():
                    for _m in range(rng.randint(1, 2)):
                        mine.execute(rng.choice(CHANGES), {"ids": sorted(rng.sample(ids, rng.randint(1, 4))), "n": rng.randint(1, 3)})  # type: ignore[arg-type]
                    if rng.random() < 0.2:
                        raise psycopg.Rollback
            except psycopg.errors.DeadlockDetected:
                continue


@pytest.mark.django_db(transaction=True)
def test_equals_the_plain_count_after_random_writes_of_several_at_once() -> None:
    ids = [p.pk for p in some(12)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda seed: work(seed, ids), (1, 2, 3)))
    Practice.objects.filter(pk__in=ids[:8]).update(state="registered", public=True)
    before = counts()
    assert before["registered", ""] >= 8 and not wrong()
    fold()
    assert counts() == before and Tally.objects.count() == len(before) and not wrong()
    plain = Practice.objects.filter(state="registered")
    found, year = figures(), timedelta(days=365)
    assert found.registered == plain.count() and dict(found.ages)["Hasta un año"] == plain.filter(measured_at__gte=timezone.now() - year).count()
    assert {label: n for label, n, _q in found.agencies} == {a: plain.filter(agency=a).count() for a in ("Finanzas", "Salud")
                                                           if plain.filter(agency=a).exists()}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE practices_practice CASCADE")
    assert counts() == {} and not wrong()


@pytest.mark.django_db
def test_a_wrong_count_is_named_and_mended(django_assert_num_queries: Any) -> None:
    Practice.objects.filter(pk__in=[p.pk for p in some(2)]).update(state="registered", public=True, basis_until=timezone.localdate())
    Tally.objects.create(what="registered", n=3)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("practices_tally", stdout=said)
    assert "se guardan 5 y son 2" in said.getvalue()
    call_command("practices_tally", "--rebuild", stdout=said)
    call_command("practices_tally", stdout=said)
    assert "cuadran" in said.getvalue()
    with django_assert_num_queries(3):
        assert figures().registered == 2
    assert (figures().ending, figures().transferable) == (2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.update(public=False)
