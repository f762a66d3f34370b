"""Agreement of evaluators: values worked out by hand."""
import pytest

from ventanilla.modules.practices.agreement import agreement, weighted_kappa


def test_kappa_of_known_tables() -> None:
    assert weighted_kappa([(0, 0), (2, 2), (4, 4)]) == 1
    assert weighted_kappa([(0, 4), (4, 0)]) == -1
    assert weighted_kappa([(3, 3), (3, 3)]) is None, "nobody varies: chance alone would give the same"
    assert weighted_kappa([]) is None
    # pairs (1,2) (2,2) (3,4): observed (1+0+1)/3; expected mean of (a-b)^2 over all nine = (1+1+9+0+0+4+1+1+1)/9 = 2
    assert weighted_kappa([(1, 2), (2, 2), (3, 4)]) == pytest.approx(1 - (2 / 3) / 2)


def test_shares_spread_and_three_people() -> None:
    found = agreement([{"a": 1, "b": 3}, {"a": 1, "b": 4}], [{"x": 50.0, "y": 10.0}, {"x": 50.0, "y": 60.0}])
    assert (found.criteria, found.equal, found.near) == (2, 0.5, 1.0)
    assert (found.spread, found.far) == ({"x": 0.0, "y": 50.0}, ["y"])
    three = agreement([{"a": 0, "b": 4}, {"a": 0, "b": 4}, {"a": 4, "b": 0}], [{}, {}, {}])
    assert three.kappa == pytest.approx((1 - 1 - 1) / 3)
    assert agreement([{"a": 1}], [{"x": 1.0}]).equal is None
