"""Picodollars are exact, and rounding never makes a limit or an estimate look smaller."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.finops.money import shown, shown_upwards, to_dollars, to_picodollars


@pytest.mark.parametrize(
    ("dollars", "picodollars"),
    [
        ("0", 0),
        ("1", 10**12),
        ("0.000000000001", 1),
        ("0.0000000000001", 1),
        ("0.0000000000011", 2),
        ("0.000000075", 75_000),
        ("5.00", 5 * 10**12),
    ],
)
def test_dollars_become_whole_picodollars_rounded_up(dollars: str, picodollars: int) -> None:
    assert to_picodollars(Decimal(dollars)) == picodollars


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_every_amount_that_a_database_holds_survives_the_round_trip(picodollars: int) -> None:
    assert to_picodollars(to_dollars(picodollars)) == picodollars


@given(st.decimals(min_value=0, max_value=9_000_000, places=14))
def test_rounding_goes_up_by_less_than_one(dollars: Decimal) -> None:
    assert 0 <= to_picodollars(dollars) - dollars * 10**12 < 1


@pytest.mark.parametrize(
    ("picodollars", "text"),
    [
        (0, "$0.00"),
        (1_234_567 * 10**12, "$1,234,567.00"),
        (5 * 10**12, "$5.00"),
        (5 * 10**11, "$0.50"),
        (12_345_678_000, "$0.01235"),
        (75_000, "$0.000000075"),
        (1, "$0.000000000001"),
    ],
)
def test_people_read_dollars(picodollars: int, text: str) -> None:
    assert shown(picodollars) == text


@given(st.integers(min_value=1, max_value=10**19))
def test_a_budget_of_what_an_estimate_is_said_to_need_is_enough_and_hardly_more(picodollars: int) -> None:
    said = Decimal(shown_upwards(picodollars).replace("$", "").replace(",", ""))
    assert picodollars <= to_picodollars(said) <= picodollars * Decimal("1.011") + 1
