"""Examples stay within their budget, the same for equal rows, and near to the row where that is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nightshift.prompts.example_selection import (
    BYTES_PER_TOKEN,
    CLOSING,
    OPENING,
    ExampleChoice,
    Nearest,
    Shown,
    first_within,
    with_nearest,
)

QUESTIONS = [
    "How many apples are in the basket?",
    "Where is my parcel, it was sent on Monday?",
    "The screen of my laptop is broken.",
    "My parcel arrived broken.",
    "荷物はいつ届きますか",
]
EXAMPLES = [({"text": text}, f"answer {place}") for place, text in enumerate(QUESTIONS)]


def nearest(most_tokens: int = 60) -> Nearest:
    return Nearest([Shown(one["text"], answer) for one, answer in EXAMPLES], [one for one, _ in EXAMPLES], most_tokens)


ONE = max(Shown(one["text"], answer).tokens for one, answer in EXAMPLES)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Has the PARCEL been sent yet?", 1),
        ("my laptop's screen flickers", 2),
        ("broken parcel", 3),
        ("apples, apples", 0),
        ("荷物が届きません", 4),
    ],
)
def test_the_example_that_shares_most_and_rarest_words_is_chosen(text: str, place: int) -> None:
    assert nearest(ONE).choose({"text": text}) == [place]


def test_those_chosen_stand_in_the_order_of_the_file() -> None:
    assert nearest(2 * ONE).choose({"text": "My parcel, sent on Monday, arrived broken"}) == [1, 3]


def test_a_row_like_none_gets_the_first_ones() -> None:
    assert nearest(2 * ONE).choose({"text": "zzz"})[:2] == [0, 1]


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=60), st.integers(1, 80))
def test_the_budget_is_kept_and_the_choice_is_the_row_s_alone(texts: list[str], text: str, most: int) -> None:
    shown = [Shown(one, "a") for one in texts]
    found = Nearest(shown, [{"text": one} for one in texts], most)
    chosen = found.choose({"text": text})
    assert chosen == sorted(set(chosen)) == found.choose({"text": text})
    assert sum(shown[place].tokens for place in chosen) <= most
    before = found.before({"text": text})
    assert (before == "") == (not chosen)
    assert len(before.encode()) <= BYTES_PER_TOKEN * most + len(f"{OPENING}\n{CLOSING}\n\n")


@given(st.lists(st.integers(1, 200), max_size=10), st.integers(1, 400))
def test_fixed_examples_are_the_first_ones_that_fit(lengths: list[int], most: int) -> None:
    shown = [Shown("x" * length, "a") for length in lengths]
    count = first_within(shown, most)
    assert sum(one.tokens for one in shown[:count]) <= most
    assert count == len(shown) or sum(one.tokens for one in shown[: count + 1]) > most
    assert first_within(shown, None) == len(shown)


def test_examples_stand_before_the_row_s_own_text_as_rows_are_rendered() -> None:
    message = with_nearest(lambda variables: f"Q: {variables['text']}", EXAMPLES, ONE)({"text": "broken laptop"})
    assert message == (
        f"{OPENING}\n<example>\nQ: The screen of my laptop is broken.\n<answer>\nanswer 2\n</answer>\n</example>\n"
        f"{CLOSING}\n\nQ: broken laptop"
    )


@pytest.mark.parametrize("content", [{"select": "nearest"}, {"most_tokens": 0}, {"select": "best", "most_tokens": 9}])
def test_a_choice_that_makes_no_sense_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExampleChoice.model_validate(content)
