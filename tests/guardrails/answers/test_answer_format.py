"""Answers that a program reads."""

from __future__ import annotations

import time

import pytest

from nightshift.guardrails.answers.answer_format import AnswerFormat
from nightshift.guardrails.answers.conformity import Conformity
from nightshift.guardrails.subjects import Batch, Subject

SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string", "pattern": "^[A-Z]"}}}
LABELS = ("billing", "technical fault")
ORDER = r"[A-Z]{2}-\d{4}"


def fits(check: AnswerFormat, text: str) -> bool:
    return check.detect(Batch([Subject(text, "assistant")])) == [[]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"city": "Bonn"}', True),
        (' {"city": "Bonn", "note": 1}\n', True),
        ('{"city": "bonn"}', False),
        ('{"city": 1}', False),
        ("{}", False),
        ('{"city": "Bonn"', False),
        ('Here: {"city": "Bonn"}', False),
        ('```json\n{"city": "Bonn"}\n```', False),
        ("", False),
        ("[" * 5000, False),
    ],
)
def test_json_has_to_fit_its_schema(text: str, expected: bool) -> None:
    assert fits(AnswerFormat.json(SCHEMA), text) is expected


@pytest.mark.parametrize("text", ["1", "null", "[]", '{"a": [1, 2]}'])
def test_without_a_schema_any_json_will_do(text: str) -> None:
    assert fits(AnswerFormat.json(None), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("billing", True),
        (" technical fault\n", True),
        ("Billing", False),
        ("billing.", False),
        ("billing, technical fault", False),
    ],
)
def test_an_answer_is_one_label_and_nothing_else(text: str, expected: bool) -> None:
    assert fits(AnswerFormat.labels(LABELS), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("AB-1234", True), ("AB-1234\n", True), ("AB-123", False), ("is AB-1234", False)]
)
def test_an_expression_describes_the_whole_answer(text: str, expected: bool) -> None:
    assert fits(AnswerFormat.expression(ORDER), text) is expected


@pytest.mark.parametrize("opening", ["```json\n", "```\n", "\n ```JSON\n"])
def test_a_fence_is_tolerated_where_the_rule_says_so(opening: str) -> None:
    text = f'{opening}{{"city": "Bonn"}}\n```\n'
    assert fits(AnswerFormat.json(SCHEMA, fenced=True), text)
    assert not fits(AnswerFormat.json(SCHEMA), text)
    assert not fits(AnswerFormat.json(SCHEMA, fenced=True), f"Here you are: {text}")


def test_a_problem_names_the_place_and_never_the_answer() -> None:
    assert Conformity(SCHEMA).problem('{"city": "canary"}') == "the answer breaks the schema at $.city (pattern)"


def test_an_answer_does_not_choose_how_long_its_schema_takes() -> None:
    check = AnswerFormat.json({"type": "string", "pattern": "^(a+)+$"})
    started = time.thread_time()
    assert not fits(check, '"' + "a" * 26 + '!"')
    assert time.thread_time() - started < 0.5


def test_a_recursive_schema_and_a_deep_answer_end_in_a_verdict() -> None:
    tree = {"$defs": {"node": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "$ref": "#/$defs/node"}
    assert fits(AnswerFormat.json(tree), "[[], [[]]]")
    assert not fits(AnswerFormat.json(tree), "[" * 900 + "1" + "]" * 900)
