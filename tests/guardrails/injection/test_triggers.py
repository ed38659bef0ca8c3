"""Patterns that are looked for in several sets are found as if each were looked for alone."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.injection.triggers import Triggers, alternatives

PATTERNS = (
    r"\bignore\b", r"ignor(?:iere|a)|ignoré|忽略|fr[uü]her|né?e|a\|é|(?:x|é)y", r"<\|[a-z]{2,30}\|>",
    r"über|straße|[|é]z", r"プロンプト|prompt", r"é{0,2}q|é+w",
)  # fmt: skip
PIECES = ["ignore", "IGNORE", "Ignora", "ignoré", "忽略", "fruher", "FRÜHER", "ne", "née", "a|é", "xy", "éy", "<|im|>"]
PIECES += ["Über", "STRASSE", "straße", "|z", "éz", "プロンプト", "Prompt", "q", "ééq", "w", "éw", " ", "é"]
TRIGGERS = Triggers(PATTERNS)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=6).map("".join).filter(str.isprintable))
def test_every_pattern_is_found_as_if_it_were_alone(text: str) -> None:
    alone = {place for place, pattern in enumerate(PATTERNS) if re2.search(f"(?i){pattern}", text)}
    assert TRIGGERS.present(text) == alone


def test_nothing_occurs_in_nothing() -> None:
    assert TRIGGERS.present("") == frozenset()


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a", ["a"]),
        ("a|b", ["a", "b"]),
        ("(?:a|b)c|d", ["(?:a|b)c", "d"]),
        (r"[|]a|b", [r"[|]a", "b"]),
        (r"a\|b|c", [r"a\|b", "c"]),
        (r"\(a|b", [r"\(a", "b"]),
        ("(a(b|c)|d)|e", ["(a(b|c)|d)", "e"]),
        ("", [""]),
    ],
)
def test_bars_in_groups_and_classes_separate_nothing(pattern: str, parts: list[str]) -> None:
    assert alternatives(pattern) == parts
