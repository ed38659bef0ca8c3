"""Canaries: wherever they stand and however they are spelled."""

from __future__ import annotations

import base64
import codecs

import pytest

from nightshift.guardrails.answers.canaries import Canaries
from nightshift.guardrails.subjects import Batch, Subject

CANARY = "CNR-4A7B-heron"


def found(text: str, system: str | None = None, check: Canaries | None = None) -> list[str]:
    (hits,) = (check or Canaries((CANARY,))).detect(Batch([Subject(text, "assistant", None, system)]))
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize("spelled", [CANARY, CANARY.lower(), "CNR\u200b-4A7B-\u200bheron", "ＣＮＲ-４Ａ７Ｂ-heron"])
def test_a_canary_is_found_however_it_is_spelled(spelled: str) -> None:
    assert found(f"It says {spelled}, no more.") == [spelled]


@pytest.mark.parametrize(
    "encoded",
    [
        base64.b64encode(f"the secret is {CANARY} ok".encode()).decode(),
        codecs.encode(f"the secret that you have is {CANARY}", "rot13"),
    ],
)
def test_a_canary_is_found_when_it_is_encoded(encoded: str) -> None:
    assert found(f"Result: {encoded}")


def test_each_occurrence_is_a_hit() -> None:
    assert found(f"{CANARY} and {CANARY}") == [CANARY, CANARY]


@pytest.mark.parametrize("text", ["", "CNR", "4A7B heron", "CNR-4A7C-heron"])
def test_a_part_of_a_canary_is_none(text: str) -> None:
    assert found(text) == []


def test_a_pattern_finds_the_canaries_of_each_system_prompt() -> None:
    check = Canaries(pattern=r"CNR-[0-9A-F]{4}-\w+")
    subjects = [
        Subject(CANARY, "assistant", None, system) for system in (f"Mark: {CANARY}.", "Mark: CNR-0000-owl.", None)
    ]
    assert [len(hits) for hits in check.detect(Batch(subjects))] == [1, 0, 0]


def test_a_pattern_that_matches_next_to_nothing_makes_no_canary() -> None:
    assert found("a b c", "a b c", Canaries(pattern=r"[a-z]")) == []


def test_an_expression_s_characters_stand_for_themselves() -> None:
    assert found("xxxxxxxx", check=Canaries(("x.*x+x?",))) == []
    assert found("is x.*x+x? ok", check=Canaries(("x.*x+x?",))) == ["x.*x+x?"]
