"""Near-duplicates: equal but for case, white space and the mark at the end; careful where these could matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.similarity.normal_form import normal_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is the capital of France?", "  what is  the capital of france"),
        ("It\u2019s \u201cfine\u201d \u2013 really.", 'it\'s "fine" - really'),
        ("\uff26\uff55\uff4c\uff4c", "full"),
        ("hello there\nmy friend", "Hello there my friend!"),
        ("WHAT IS IT???", "what is it?"),
        ("Wo liegt Bonn?", "wo liegt bonn"),
        ("one\r\n\r\n\r\n2 two", "one\n2 two"),
    ],
)
def test_near_duplicates_have_one_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 mW", "5 MW"),
        ("x\u00b2", "x2"),
        ("You come from Berlin?", "You come from Berlin."),
        ("1 2\n3 4", "1 2 3 4"),
        ("a US citizen", "a us citizen"),
        ("C++ is old", "C is old"),
        ("what WHO says", "what who says"),
        ("3.5", "35"),
        ("-5", "5"),
        ("def f(x):\n    return x", "def f(x):\n  return x"),
        ("snake_Case", "snake_case"),
        ("Stra\u00dfe", "strase"),
        ("A. yes\nB. no", "A. yes B. no"),
    ],
)
def test_what_could_matter_stays(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@given(st.text())
def test_the_form_of_a_form_is_itself(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
