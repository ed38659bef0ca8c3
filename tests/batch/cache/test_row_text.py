"""What a row has asked, less the prompt around it."""

from __future__ import annotations

from typing import Any

import pytest

from nightshift.batch.cache.row_text import row_text, text_of_values
from nightshift.batch.rendering import user_text
from nightshift.prompts.repository import PromptVersion


def prompt(user: str, *names: str, origin: str = "user") -> PromptVersion:
    variables: dict[str, Any] = {name: {"description": name, "origin": origin} for name in names}
    config = {"description": "d", "owner": "o", "variables": variables}
    return PromptVersion.model_validate(
        {"name": "p", "version": "1.0.0", "digest": "d", "config": config, "system": "", "user": user, "examples": []}
    )


@pytest.mark.parametrize("origin", ["user", "document"])
def test_what_stands_around_every_row_is_cut_off(origin: str) -> None:
    version = prompt("Solve this.\n{{ q }}\nGo!", "q", origin=origin)
    assert row_text(version)(user_text(version)({"q": "What is 2 + 2?"})) == "What is 2 + 2?"


def test_between_two_values_the_prompt_stays() -> None:
    version = prompt("Compare {{ a }} with {{ b }}.", "a", "b")
    assert row_text(version)(user_text(version)({"a": "x", "b": "y"})) == "x with y"


def test_a_message_of_another_form_stays_whole() -> None:
    version = prompt("{% if q == 'x' %}Short: {% else %}Long: {% endif %}{{ q }}", "q")
    cut = row_text(version)
    assert cut("Long: y") == "y"
    assert cut("Short: x") == "Short: x"
    assert row_text(prompt("Always the same", "q"))("Always the same") == "Always the same"


def test_a_pair_is_written_as_values() -> None:
    one, two = text_of_values(prompt("Say {{ q }}", "q")), text_of_values(prompt("{{ a }} or {{ b }}", "a", "b"))
    assert one("x") == one({"q": "x"}) == "x"
    assert two({"a": "x", "b": "y"}) == "x or y"
    assert [two("x"), two({"a": "x"}), two({"a": "x", "b": 2}), one(None)] == [None] * 4
