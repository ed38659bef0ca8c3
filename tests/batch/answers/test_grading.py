"""What the numeric grader reads, and that it says unreadable rather than guess."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.answers.grading import grade, read_number, same_number

RECORDED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "routing" / "gsm8k_answers_dev.jsonl"


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("42", "42"),
        ("  42\n", "42"),
        ("-7", "-7"),
        ("\u22127", "-7"),
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("3.50", "3.5"),
        (".5", "0.5"),
        ("12.", "12"),
        ("1e3", "1000"),
        ("1,234", "1234"),
        ("1,234,567.89", "1234567.89"),
        ("$20", "20"),
        ("$ 1,000.00", "1000"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("25%", "25"),
        ("3/4", "0.75"),
        ("-1/2", "-0.5"),
        ("12 apples", "12"),
        ("The total is $18.", "18"),
        ("First 3, then 4, so 7", "7"),
        ("Reasoning: 3 + 4\nSo it is 7", "7"),
        ("pages 3-5", "5"),
        ("Result:\n- 5 apples", "5"),
        ("#### 12", "12"),
        ("3 steps\n#### 1,200\nDone in 5 minutes", "1200"),
        (r"so \boxed{12} is right, see 3", "12"),
        ("Answer: 12\nChecked in 2 ways", "12"),
        ("**Answer:** 12 apples\n\nHope this helps", "12"),
        ("**Answer**: 12\n(3 steps)", "12"),
        ("The final answer is 12.\nIt took 3 steps.", "12"),
        ("My answer needs 3 steps.\nThe total is 42", "42"),
    ],
)
def test_a_plain_answer_gives_its_last_or_marked_number(answer: str, number: str) -> None:
    assert read_number(answer) == number


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ('{"reasoning": "1 + 2", "answer": "3"}', "3"),
        ('{"answer": 3}', "3"),
        ('{"answer": 3.0, "confidence": 99}', "3"),
        ('{"final_answer": "$1,200"}', "1200"),
        ('{"result": -4}', "-4"),
        ('```json\n{"reasoning": "7", "answer": "3"}\n```', "3"),
        ('```\n{"answer": "3"}\n```', "3"),
        ('Here {is} it:\n```json\n{"answer": "3"}\n```\nThat {makes} 9.', "3"),
        ('Sure. {"answer": "3"} I checked 9 times.', "3"),
        ('{"reasoning": "a\nb\tc", "answer": "3"}', "3"),
        ('{"reasoning": "use ```5```", "answer": "3"}', "3"),
        ('{"answer": "25%"}', "25"),
        ('{"answer": "1/2"}', "0.5"),
    ],
)
def test_a_json_answer_gives_its_answer_key(answer: str, number: str) -> None:
    assert read_number(answer) == number


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ('{"reasoning": "he said "7" and", "answer": "3"}', "3"),
        ('{"reasoning": "5", "answer": 1,234}', "1234"),
        ('{"answer": "3", "reasoning": "because 7', "3"),
        ('{"answer": 3, "reasoning": "because 7', "3"),
        ('Here it is:\n```json\n{"answer": "3", "reasoning": "because 7', "3"),
    ],
)
def test_broken_json_gives_a_complete_answer(answer: str, number: str) -> None:
    assert read_number(answer) == number


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   ",
        "I cannot say.",
        "twelve",
        "5/0",
        '{"reasoning": "3 + 4 = 7"}',
        '{"answer": true}',
        '{"answer": null}',
        '{"answer": [3]}',
        '{"answer": {"value": 3}}',
        '{"answer": "none"}',
        '{"answer": NaN}',
        '{"answer": 1e999}',
        '{"reasoning": "first 3 and then 4',
        'Here it is:\n```json\n{"reasoning": "first 3\nand then 4',
        '{"reasoning": "7", "answer": 12',
        '{"reasoning": "7", "answer": 12,34',
        '{"reasoning": "7", "answer": "12',
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        '{"answer": ' + "9" * 5_000 + "}",
    ],
    ids=lambda answer: repr(answer[:40]),
)
def test_what_cannot_be_read_without_guessing_is_unreadable(answer: str) -> None:
    assert read_number(answer) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_way_to_write_a_number_reads_the_same(number: float) -> None:
    for text in (f"{number}", f"{number:,}", f"Answer: {number:,}", json.dumps({"answer": f"{number:,}"})):
        read = read_number(text)
        assert read is not None
        assert same_number(read, str(number)) is True


@given(st.text())
def test_any_text_is_read_or_unreadable_and_never_an_error(text: str) -> None:
    read = read_number(text)
    assert read is None or re.fullmatch(r"-?\d+(\.\d+)?", read)


@pytest.mark.parametrize(
    "unit", ["```json {", "```", "{", '{"a":', "answer: ", '"answer": ', "1,", "$", "1/", "-", "9", "\\boxed{"]
)
def test_a_model_that_repeats_itself_is_read_in_linear_time(unit: str) -> None:
    def seconds(characters: int) -> float:
        started = time.thread_time()
        read_number(unit * (characters // len(unit)))
        return time.thread_time() - started

    short, long = min(seconds(30_000) for _ in range(3)), min(seconds(120_000) for _ in range(3))
    assert long < 10 * short + 0.02


@pytest.mark.parametrize(
    ("reading", "reference", "expected"),
    [
        ("3", "3", "correct"),
        ("3", "3.0", "correct"),
        ("1200", "1,200", "correct"),
        ("0.75", "3/4", "correct"),
        ("3", "4", "wrong"),
        ("3", "-3", "wrong"),
        (None, "3", "unreadable"),
        (None, None, "unreadable"),
        ("3", None, None),
        ("3", "no number", None),
    ],
)
def test_a_reading_is_compared_by_value(reading: str | None, reference: str | None, expected: str | None) -> None:
    assert grade(reading, reference) == expected


def test_recorded_answers_of_real_models_are_read_as_a_person_would() -> None:
    """The other reading: the text after the last `"answer":`, stripped of everything but its digits."""
    if not RECORDED.exists():
        pytest.skip("shared/data/routing/gsm8k_answers_dev.jsonl is not beside this checkout")
    rows = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    texts = [answer["text"] for row in rows for answer in row["answers"].values()]
    by_hand = [(text, number) for text in texts if (number := _by_hand(text)) is not None]
    assert len(by_hand) > 3000
    assert [text for text, number in by_hand if read_number(text) != number] == []


def _by_hand(text: str) -> str | None:
    _, marker, tail = text.rpartition('"answer":')
    value = tail.split("}")[0].strip().strip('",')
    if not marker or len(re.findall(r"[0-9][0-9.,]*", value)) != 1:
        return None
    digits = re.sub(r"[^0-9.\-]", "", value).rstrip(".-")
    return digits.rstrip("0").rstrip(".") if "." in digits else str(int(digits))
