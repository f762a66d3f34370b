"""What counts as a number, wherever anything may be written."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.lib.numbers import LONGEST, whole


@given(st.integers(0, 10**LONGEST - 1))
def test_what_is_written_in_figures(number: int) -> None:
    assert whole(str(number)) == number < 2**63


@pytest.mark.parametrize("text", [
    None, "", " 7", "7 ", "-1", "+1", "1.0", "1e3", "0x1f", "1_000", "²", "٣", "７", "½", "Ⅷ", "\x00", "1\x00", "1\n", "9" * 19, "9" * 5000])
def test_all_else_is_none(text: str | None) -> None:
    assert whole(text) is None


def test_fewer_figures() -> None:
    assert whole("999999", 6) == 999_999 and whole("1000000", 6) is None


@given(st.text(max_size=25))
def test_never_raises(text: str) -> None:
    found = whole(text)
    assert found is None or str(found) == (text.lstrip("0") or "0")
