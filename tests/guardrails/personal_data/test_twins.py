"""A text as it would be typed on an English keyboard, place by place."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.personal_data.twins import ascii_twin, quoted_twin
from nightshift.guardrails.secrets import Secrets

# Made up: joined here so that no scanner of repositories takes it for a real one.
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("plain text", "plain text"),
        ("４１１１－１１", "4111-11"),
        (r"a\nb\tc\rd", "a \nb \tc  d"),
        (r"say \"yes\"", "say   yes  "),
        (r"C:\dir\x and \d+", r"C:\dir\x and \d+"),
    ],
)
def test_a_twin_is_read_place_by_place(text: str, twin: str) -> None:
    assert ascii_twin(text) == twin
    assert len(twin) == len(text)


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        (r"say \"yes\"\nand ４", r"say \"yes\" " + "\nand 4"),
        (r'{"a": "b\nc"}', '{"a": "b \nc"}'),
        (r"a\nb, c\nd", "a \nb, c \nd"),
        (r"x=Zz9\new!x", r"x=Zz9\new!x"),
        (r"x=Zz9\nB=2", "x=Zz9 \nB=2"),
    ],
)
def test_a_quoted_twin_keeps_what_may_belong_to_a_value(text: str, twin: str) -> None:
    assert quoted_twin(text) == twin
    assert len(twin) == len(text)


@pytest.mark.parametrize("before", [r"\n", r"\t", r"\r\n", r"\\n", r"{\"value\": \"", r"line one\n"])
@pytest.mark.parametrize(
    "value", ["123-45-6789", "+49 171 3920123", "DE89370400440532013000", "anna@example.com", "203.0.113.77", KEY]
)
def test_what_follows_an_escape_is_found_to_the_character(before: str, value: str) -> None:
    text = before + value + r"\nend"
    found = [*PersonalData().detect_text(text), *Secrets().detect_text(text)]
    assert [text[hit.start : hit.end] for hit in found] == [value]


def test_a_secret_ends_where_an_escape_begins() -> None:
    text = r"DB_PASSWORD=Tr0ub4dor!x1\nB=2"
    (hit,) = Secrets().detect_text(text)
    assert text[hit.start : hit.end] == "Tr0ub4dor!x1"


@pytest.mark.parametrize("text", [r"C:\new\table\root", r"password=C:\temp\notes", r"re.split(r'\r?\n', text)"])
def test_paths_and_expressions_with_backslashes_are_nothing(text: str) -> None:
    assert [*PersonalData().detect_text(text), *Secrets().detect_text(text)] == []
