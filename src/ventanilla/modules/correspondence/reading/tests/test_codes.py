"""Unit codes against the catalogue."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.modules.correspondence.reading import correct_code
from ventanilla.modules.correspondence.reading.codes import ACCEPT, distance
from ventanilla.modules.correspondence.specimens.units import UNITS

CODES = ("212C0101000200S", "212C0101000300S", "212C0101010100T", "207C0101040000L")


@pytest.mark.parametrize("read", ["212C0101000200S", "212C01010002005", "212C01010002008", "212CO101000200S", "2l2C0101000200S"])
def test_confused_characters_are_corrected(read: str) -> None:
    assert correct_code(read, CODES).code == "212C0101000200S"


def test_a_different_code_is_not_taken_for_its_neighbour() -> None:
    match = correct_code("212C0101000900S", CODES)
    assert match.code is None
    assert set(match.alternatives) >= {"212C0101000200S", "212C0101000300S"}


def test_two_equally_near_codes_are_alternatives() -> None:
    match = correct_code("212C0101000B00S", ("212C0101000800S", "212C0101000300S"))
    assert match.code is None
    assert len(match.alternatives) == 2


@pytest.mark.parametrize("read", ["212COIOI0I0I00T", "212C0I0I0I0I007T"])
def test_a_code_of_many_misread_characters_is_the_only_one_of_its_shape(read: str) -> None:
    match = correct_code(read, CODES)
    assert match.code == "212C0101010100T" and match.distance > ACCEPT


def test_nothing_near_nothing_proposed() -> None:
    assert correct_code("DGA", CODES).alternatives == ()
    assert correct_code("212C0101000200S", ()).code is None


@settings(max_examples=60)
@given(st.sampled_from(sorted(UNITS)), st.sampled_from(["5", "8", "S"]))
def test_a_misread_final_letter_never_gives_another_code(code: str, last: str) -> None:
    assert correct_code(code[:-1] + last, UNITS).code in (code, None) if code.endswith("S") else True


@given(st.text("0158SBO", max_size=8), st.text("0158SBO", max_size=8))
def test_distance_is_symmetric(a: str, b: str) -> None:
    assert distance(a, b, 99) == distance(b, a, 99)
