"""Sums are found between words and done again."""

from __future__ import annotations

import time

import pytest

from nightshift.tiering.answers.equations import equations


@pytest.mark.parametrize(
    "text",
    [
        "3 * 4 = 12",
        "He eats 3 apples x 4 days = 12 apples.",
        "So 16 cups - 2 cups = 14 cups are left",
        "$1,200.50 + $99.50 = $1,300",
        "100 / 3 = 33.33",
        "20% of it: 20% * 50 = 10",
        "5 / 20 = 0.25 = 25%",
        "(2 + 3) * 4 = 20 eggs",
        "- 4 * 55 = 220",
        "2 - 5 = -3",
        "30 - 6 = <<30-6=24>>24",
    ],
)
def test_right_sums_are_right(text: str) -> None:
    found = equations(text)
    assert len(found) >= 1
    assert not any(one.wrong for one in found)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3 * 4 = 13", 12), ("12 boxes - 5 boxes = 8 boxes", 7), ("2*3=6=12/3 so", 4), ("$20 + $5.50 = $26.50", 25.5)],
)
def test_wrong_sums_are_found(text: str, value: float) -> None:
    wrong = [one for one in equations(text) if one.wrong]
    assert [one.value for one in wrong][:1] == [value]


def test_what_is_no_sum_is_left_alone() -> None:
    assert equations("x = 4, a == b, 10-year plan = good, 1/0 = 0, call 555-1234") == []


def test_a_hostile_answer_takes_no_time() -> None:
    started = time.process_time()
    equations("1+" * 50_000 + "=" + "(" * 9_000 + "1 = " * 4_000)
    equations("1 = 2" + " " * 19_000)
    assert time.process_time() - started < 2
