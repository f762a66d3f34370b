"""Figures of surveys against independent counts: intervals by another way, a year of 99.86 %, rates, months, comments."""
import math
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import AnswersDraft, record_answers, submit, void
from ventanilla.core.questionnaires.statistics import by_month, comments, results, wilson
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import again, asked, human, published


def by_bisection(successes: int, n: int) -> tuple[float, float]:
    """The shares p at which the observed one lies exactly 1.96 standard errors away: found by halving, not by a formula."""
    z, share = 1.959963984540054, successes / n

    def far(p: float) -> float:
        return abs(share - p) - z * math.sqrt(p * (1 - p) / n)

    def root(low: float, high: float) -> float:
        for _step in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if (far(middle) > 0) == (far(low) > 0) else (low, middle)
        return (low + high) / 2

    return (0.0 if successes == 0 else root(0.0, share)), (1.0 if successes == n else root(1.0, share))


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_equals_the_one_found_by_bisection(pair: tuple[int, int]) -> None:
    found, (low, high) = wilson(*pair), by_bisection(*pair)
    assert math.isclose(found.low, low, abs_tol=1e-9) and math.isclose(found.high, high, abs_tol=1e-9)
    assert 0 <= found.low <= pair[0] / pair[1] <= found.high <= 1


def test_intervals_at_the_ends() -> None:
    assert wilson(0, 0) == wilson(0, 0).__class__(0.0, 1.0)
    assert wilson(0, 10).low == 0 and math.isclose(wilson(0, 10).high, 0.27753279, abs_tol=1e-8)  # 1.96²/(10+1.96²)
    assert wilson(10, 10).high == 1 and math.isclose(wilson(10, 10).low, 0.72246721, abs_tol=1e-8)
    for wrong in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError):
            wilson(*wrong)


def when(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))


@pytest.mark.django_db
def test_a_year_of_99_86_percent_is_reproduced(django_assert_num_queries: Any) -> None:
    version = published(make.world().institution, samples.survey())
    start = when(2021, 1, 1, 0)
    drafts = [AnswersDraft(version, {"nivel": "satisfecho" if n in (300, 900) else "muy_satisfecho"}, at=start + timedelta(hours=6 * n))
              for n in range(1400)]
    record_answers(actor=None, drafts=[*drafts, AnswersDraft(version, {"nivel": "nada", "motivo": "Otro año"}, at=when(2022, 1, 1, 0))])
    with django_assert_num_queries(6):
        found = results(Response.objects.all(), instrument_id=version.instrument_id, since=start, until=when(2022, 1, 1, 0))
    level = next(q for q in found.questions if q.field.key == "nivel")
    assert found.submitted == level.n == 1400
    assert [(o.label, o.count, f"{o.share * 100:.2f}") for o in level.options] == [
        ("Muy satisfecho", 1398, "99.86"), ("Satisfecho", 2, "0.14"), ("Poco satisfecho", 0, "0.00"), ("Nada satisfecho", 0, "0.00")]
    interval = level.options[0].interval
    assert (f"{interval.low * 100:.2f}", f"{interval.high * 100:.2f}") == ("99.48", "99.96")
    assert level.mean == pytest.approx((1398 * 3 + 2 * 2) / 1400) and found.score == pytest.approx(100 * level.mean / 3, abs=1e-3)
    months = by_month(Response.objects.all(), instrument_id=version.instrument_id)
    assert sum(m.submitted for m in months) == 1401 and months[0].first.isoformat() == "2021-01-01" and months[0].submitted == 124


@pytest.mark.django_db
def test_figures_equal_an_independent_count_over_two_versions() -> None:
    w = make.world()
    version, random, sent = published(w.institution, samples.survey()), Random(5), []
    for n in range(60):
        raw: dict[str, Any] = {"nivel": random.choice(["muy_satisfecho", "satisfecho", "poco"]), "motivo": f"Tardó {n}"}
        raw |= {"medios": random.sample(["tel", "correo", "persona"], random.randint(1, 2))} if n % 3 else {}
        raw |= {"minutos": random.randint(0, 90)} if n % 2 else {}
        raw |= {"volveria": bool(n % 4)} if n % 5 else {}
        sent.append(raw)
    record_answers(actor=None, drafts=[AnswersDraft(version, raw | {"interno": "x"}) for raw in sent])
    new = samples.survey()
    new["sections"][0]["fields"] = [f for f in new["sections"][0]["fields"] if f["key"] != "minutos"]
    latest = again(version.instrument, new)
    record_answers(actor=None, drafts=[AnswersDraft(latest, {"nivel": "satisfecho"})])
    waiting = [asked(latest) for _n in range(4)]
    submit(secret=waiting[0].secret, raw={"nivel": "muy_satisfecho"}, proof=human())
    void(actor=None, response=waiting[1].response, reason="prueba")
    found = results(Response.objects.measured_by(w.head), instrument_id=version.instrument_id)
    by_key = {q.field.key: q for q in found.questions}
    assert "interno" not in by_key and (found.submitted, found.invited, found.answered) == (62, 3, 1)
    assert found.rate == pytest.approx(1 / 3) and found.rate_interval == wilson(1, 3)
    levels = Counter(r["nivel"] for r in sent) + Counter({"satisfecho": 1, "muy_satisfecho": 1})
    assert {o.value: o.count for o in by_key["nivel"].options if o.count} == levels
    media = Counter(m for r in sent for m in r.get("medios", ()))
    assert {o.value: o.count for o in by_key["medios"].options} == media and by_key["medios"].n == sum("medios" in r for r in sent)
    minutes = sorted(r["minutos"] for r in sent if "minutos" in r)
    one = by_key["minutos"]
    assert not one.current and one.n == 30 and one.mean == pytest.approx(sum(minutes) / 30) and one.median == (minutes[14] + minutes[15]) / 2
    assert (one.minimum, one.maximum) == (minutes[0], minutes[-1])
    yes = by_key["volveria"].options
    assert [o.count for o in yes] == [sum(r.get("volveria") is v for r in sent) for v in (True, False)]
    assert by_key["motivo"].n == levels["poco"]
    told = comments(Response.objects.visible_to(w.head), instrument_id=version.instrument_id, key="motivo", limit=5)
    assert len(told) == 5 and all(c.text.startswith("Tardó") for c in told)


@pytest.mark.django_db
def test_figures_of_the_cases_that_are_asked_for_and_of_the_units_that_one_measures() -> None:
    w, other = make.world(), make.world()
    version = published(w.institution, samples.survey())
    north, root = make.letter(w, unit=w.north, actor=w.north_head), make.letter(w)
    record_answers(actor=None, drafts=[AnswersDraft(version, {"nivel": v}, case=c) for c, v in (
        (north, "muy_satisfecho"), (root, "satisfecho"), (root, "satisfecho"))])

    def count(person: Any, cases: Any = None) -> int:
        found = Response.objects.measured_by(person)
        return results(found.of_cases(cases) if cases is not None else found, instrument_id=version.instrument_id).submitted

    assert [count(p) for p in (w.head, w.north_head, w.staff, w.admin, other.head)] == [3, 1, 0, 0, 0]
    assert count(w.head, Case.objects.filter(unit=w.north)) == 1
