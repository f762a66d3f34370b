"""The short cuts of the chain: from any head to any entry in few steps."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.lib import auditproof


@given(st.integers(1, 10**7), st.data())
def test_every_entry_is_near_every_head(head: int, data: st.DataObject) -> None:
    target = data.draw(st.integers(1, head))
    steps = auditproof.path(head, target)
    assert steps[0] == head and steps[-1] == target and len(steps) <= 2 * head.bit_length() ** 2
    assert all(b in (a - 1, auditproof.jump_of(a)) for a, b in pairwise(steps))
