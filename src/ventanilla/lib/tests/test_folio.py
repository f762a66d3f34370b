"""Masks write and read folios; a mask that cannot is refused in Spanish."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.lib.folio import Mask, MaskError


@given(st.sampled_from(["{unit}/{n}/{year}", "{n:06}-{yy}", "OF.{series}.{n:3}/{year}", "{unit}/E/{n}/{year}"]),
       st.integers(1, 10**9), st.integers(2000, 2099))
def test_what_is_written_is_read(mask, number, year):
    one = Mask(mask)
    assert one.read(one.write(number, unit="212C0101000200S", year=year, series="SAL")) == number


def test_the_pattern_of_the_form():
    assert Mask("{unit}/{n}/{year}").write(347, unit="212C0101000200S", year=2022) == "212C0101000200S/347/2022"


@pytest.mark.parametrize("mask", ["{unit}/{year}", "{n}{n}/{year}", "{n}", "{otro}/{n}/{year}", "{n}/{year"])
def test_masks_that_cannot_be(mask):
    with pytest.raises(MaskError):
        Mask(mask)


def test_without_years():
    assert Mask("{n:04}", yearly=False).write(7, unit="", year=2026) == "0007" and Mask("{n}/{year}").read("x") is None
