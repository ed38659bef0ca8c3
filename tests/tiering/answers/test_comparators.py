"""When two answers are the same, and that doubt never counts as agreement."""

from __future__ import annotations

import pytest

from nightshift.errors import InvalidSpec
from nightshift.tiering.answers.comparators import Comparator, TextAgreement, find_comparator
from nightshift.tiering.answers.final_value import final_value


@pytest.mark.parametrize(
    ("comparator", "one", "two", "same"),
    [
        (Comparator.EXACT, "B ", "B", True),
        (Comparator.EXACT, "b", "B", False),
        (Comparator.NUMERIC, '{"reasoning": "5", "answer": "1,200"}', "so that is\n#### $1200.00", True),
        (Comparator.NUMERIC, "The answer is 7.", "7 apples cost 9 dollars", False),
        (Comparator.NUMERIC, "no idea", "no idea", False),
        (Comparator.LABEL, '{"label": "Très-bon"}', "tres bon.", True),
        (Comparator.LABEL, "refund", "return", False),
        (Comparator.LABEL, "", "", False),
        (Comparator.EXACT, "I'm sorry, I can't help", "I'm sorry, I can't help", False),
    ],
)
def test_pairs(comparator: Comparator, one: str, two: str, same: bool) -> None:
    assert TextAgreement(comparator).agree([(one, two), (two, one)]) == [same, same]


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("#### 42", 42),
        ('{"answer": "-3.5"}', -3.5),
        (r"so \boxed{17} wait 3", 17),
        ("12 then 15.", 15),
        ("none", None),
    ],
)
def test_final_values(answer: str, value: float | None) -> None:
    assert final_value(answer) == value


def test_an_unknown_comparator_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidSpec, match="exact, numeric, label"):
        find_comparator("fuzzy", field="--comparator")
