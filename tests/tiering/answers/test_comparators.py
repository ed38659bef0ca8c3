"""When two answers are the same, and that doubt never counts as agreement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift.errors import InvalidSpec
from nightshift.tiering.answers.comparators import Comparator, TextAgreement, agreement_key, find_comparator
from nightshift.tiering.answers.final_value import final_value

RECORDED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "routing" / "gsm8k_answers_dev.jsonl"


@pytest.mark.parametrize(
    ("comparator", "one", "two", "same"),
    [
        (Comparator.EXACT, "B ", "B", True),
        (Comparator.LABEL, "high\u2011risk", "high-risk", True),
        (Comparator.LABEL, "positive\u200b", "positive", True),
        (Comparator.LABEL, "\u2705 ~yes~", "Yes", True),
        (Comparator.LABEL, "\u300c\u80af\u5b9a\u300d", "\u80af\u5b9a", True),
        (Comparator.LABEL, "\u20131", "1", False),
        (Comparator.EXACT, "b", "B", False),
        (Comparator.EXACT, "I'm sorry, I can't help", "I'm sorry, I can't help", False),
        (Comparator.NUMERIC, '{"reasoning": "5", "answer": "1,200"}', "so that is\n#### $1200.00", True),
        (Comparator.NUMERIC, "#### 3/4 cup", '{"answer": 0.75}', True),
        (Comparator.NUMERIC, "Answer: 3 million", "#### 3,000,000", True),
        (Comparator.NUMERIC, "-0", "0", True),
        (Comparator.NUMERIC, "The answer is 7.", "7 apples cost 9 dollars", False),
        (Comparator.NUMERIC, "no idea", "no idea", False),
        (Comparator.NUMERIC, "#### 1000000", "#### 1000001", False),
        (Comparator.NUMERIC, "#### 123456789012", "#### 123456789013", False),
        (Comparator.NUMERIC, "#### 0.0000001", "#### 0.0000009", False),
        (Comparator.NUMERIC, "The answer is 2/3", "The answer is 2/5", False),
        (Comparator.NUMERIC, "Answer: 6.02e23", "Answer: 6.02e5", False),
        (Comparator.NUMERIC, "3 × 10^5", "3 × 10^8", False),
        (Comparator.NUMERIC, "Answer: 3 million", "Answer: 3", False),
        (Comparator.NUMERIC, "#### \u22125", "#### 5", False),
        (Comparator.NUMERIC, "#### 86 glasses and 42 plates", "#### 86 glasses and 42 plates", False),
        (Comparator.NUMERIC, "#### " + "9" * 400, "#### " + "9" * 400, False),
        (Comparator.LABEL, '{"label": "Très-bon"}', "tres bon.", True),
        (Comparator.LABEL, "- **Refund**", "refund", True),
        (Comparator.LABEL, "(B)", "b.", True),
        (Comparator.LABEL, "\u22121", "-1", True),
        (Comparator.LABEL, "refund", "return", False),
        (Comparator.LABEL, "", "", False),
        (Comparator.LABEL, "-1", "1", False),
        (Comparator.LABEL, "-$1", "$1", False),
        (Comparator.LABEL, "1.5", "1 5", False),
        (Comparator.LABEL, "1/2", "1 2", False),
        (Comparator.LABEL, "C++", "C", False),
        (Comparator.LABEL, "C#", "C", False),
        (Comparator.LABEL, "A-", "A", False),
        (Comparator.LABEL, "<18", ">18", False),
        (Comparator.LABEL, "दिन", "दान", False),
    ],
)
def test_pairs(comparator: Comparator, one: str, two: str, same: bool) -> None:
    assert TextAgreement(comparator).agree([(one, two), (two, one)]) == [same, same]
    keys = agreement_key(comparator, one), agreement_key(comparator, two)
    assert (keys[0] is not None and keys[0] == keys[1]) is same  # as the main job compares


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("#### 42", 42),
        ("The answer is:\n18", 18),
        ("The final answer is:\n\n$18$", 18),
        ("**The answer is** 18.", 18),
        ("#### \n\n42", 42),
        ('{"answer": "-3.5"}', -3.5),
        ('{"answer": 1,234}', 1234),
        ('{"final_answer": "$1,200"}', 1200),
        (r'{"answer": "\\boxed{18}"}', 18),
        (r"so \boxed{17} wait 3", 17),
        (r"\boxed{\frac{3}{4}}", 0.75),
        (r"$\boxed{1{,}234\text{ dollars}}$", 1234),
        (r"\boxed{18 \, \text{cm}^2}", 18),
        (r"\(x = 5\)", 5),
        ("12 then 15.", 15),
        ('{"total": 15}', 15),
        ("$1,234.50", 1234.5),
        ("**18**", 18),
        ("**Answer:** *18*", 18),
        ("The answer is **$18.50**.", 18.5),
        ("The answer is 18. That is 3 times 6.", 18),
        ("Answer: 3 * 6 = 18 dollars", 18),
        ("18 dollars per day", 18),
        ("#### 18/hour", 18),
        ("#### 18kg", 18),
        ("#### 18-inch boards", 18),
        ("49 fourth-grade boys", 49),
        ("762 M&Ms", 762),
        ("16 quarters", 16),
        ("#### -$5", -5),
        ("#### - 5", -5),
        ("Result:\n- 5 apples", 5),
        ("3+4=<<3+4=7>>7 apples", 7),
        ("#### 24 2/3", 74 / 3),
        ("3 \u00d7 10^5", 300_000),
        (r"\boxed{3 \times 10^{5}}", 300_000),
        ("$3.5 million", 3_500_000),
    ],
)
def test_final_values(answer: str, value: float) -> None:
    assert final_value(answer) == value


@pytest.mark.parametrize(
    "answer",
    [
        "", "none", "#### 5; 6",
        "4 left\n#### cannot be shared", '{"reasoning": "7", "answer": "18', '{"answer": "3 and 4"}',
        r"\boxed{18", "x + 5", "#### 2 + 0.5x", "5x", "3k", "$3M", "2^10", r"2\sqrt{3}", r"2\pi", "5!", "2½", "3-5",
        "between 3 and 5", "1 000 000", "12,34", "1.234.567", "3:30", "2024-05-18", "5 and a half",
        "3 quarters of it", "half of 18", "negative 5", "x > 5", "5/0", "1e999", "9" * 5_000,
        "The answer is " + "9" * 400,
    ],
    ids=lambda answer: repr(answer[:20]),
)  # fmt: skip
def test_what_is_not_one_number_and_its_unit_has_no_value(answer: str) -> None:
    assert final_value(answer) is None


def test_recorded_answers_are_read_but_for_those_that_give_no_single_number() -> None:
    if not RECORDED.exists():
        pytest.skip("shared/data/routing/gsm8k_answers_dev.jsonl is not beside this checkout")
    rows = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    read = [(answer, final_value(answer["text"])) for row in rows for answer in row["answers"].values()]
    assert [answer["correct"] for answer, value in read if value is None] == [False] * 14
    assert sum(value == answer["value"] for answer, value in read) >= 3242


def test_an_unknown_comparator_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidSpec, match="exact, numeric, label"):
        find_comparator("fuzzy", field="--comparator")
