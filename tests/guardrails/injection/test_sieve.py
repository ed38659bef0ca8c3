"""However patterns are split and encoded, they are found as if each were searched for alone."""

from __future__ import annotations

import unicodedata

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.injection.scripts import Script, by_script, readable, script_of
from nightshift.guardrails.injection.searching import Alphabet, searchable
from nightshift.guardrails.injection.sieve import Sieve

POOLED = (
    r"ignor(?:iere|a)|ignoré|忽略|fr[uü]her|né?e|a\|é|(?:x|é)y",
    r"über|straße|[|é]z",
    r"プロンプト|prompt|\PLдай\PL",
    r"é{0,2}q|é+w|(?:я)?u|(?:é|я)v|(?:ая)+k|\pL9",
)
ENGLISH = (r"\bignore\b", r"<\|[a-z▁]{2,30}\|>", r"[“‘]now[^.!?\n]{0,9}?é|10 ?€", r"no\W+way|\bnow\b")
PIECES = ["ignore", "IGNORE", "Ignora", "ignoré", "忽略", "fruher", "FRÜHER", "ne", "née", "a|é", "xy", "éy", "<|im|>"]
PIECES += ["Über", "STRASSE", "straße", "|z", "éz", "プロンプト", "Prompt", "q", "ééq", "w", "éw", " ", "é", "É", "дай"]
PIECES += ["u", "яu", "v", "яv", "k", "аяk", "a9", "я9", "“now", "now", "10 €", "10€", "no", "way", ".", "<|▁im|>"]
TEXTS = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=6)
    .map("".join)
    .map(lambda text: unicodedata.normalize("NFKC", text))
    .filter(str.isprintable)
)
ALPHABET = Alphabet(ENGLISH)
SIEVE = Sieve([[pattern] for pattern in (*POOLED, *ENGLISH)], POOLED, ALPHABET)


@given(TEXTS)
def test_every_pattern_is_found_as_if_it_were_alone(text: str) -> None:
    alone = [at for at, pattern in enumerate((*POOLED, *ENGLISH)) if re2.search(f"(?i){pattern}", text)]
    assert SIEVE.passed(searchable(text), ALPHABET.encoded(text)) == alone


@given(TEXTS)
def test_an_encoded_text_keeps_every_position(text: str) -> None:
    encoded = ALPHABET.encoded(text)
    assert len(encoded) == len(text)
    for pattern in ENGLISH:
        found = [match.span() for match in ALPHABET.compiled(pattern).finditer(encoded)]
        assert found == [match.span() for match in re2.finditer(f"(?i){pattern}", text)]


def test_all_that_is_needed_must_occur() -> None:
    sieve = Sieve([["b"], ["a", "b"], ["c", "a"]], (), ALPHABET)
    assert sieve.passed(searchable("a b"), b"a b") == [0, 1]
    assert sieve.passed(searchable("a"), b"a") == []


def test_what_passes_keeps_its_order() -> None:
    sieve = Sieve([["b", "a"], ["b"], ["a"]], (), ALPHABET)
    assert sieve.passed(searchable("a b"), b"a b") == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "script"), [("a!", Script.ASCII), ("é–😀", Script.LATIN), ("я", Script.OTHER), ("忽", Script.OTHER)]
)
def test_the_script_of_a_text(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_alternatives_are_kept_in_order_for_the_scripts_that_can_match_them() -> None:
    pattern = r"я|a\|b|[|é](?:x|é)|é(?:x|y)|(?:é|я)?b"
    assert readable(pattern, Script.ASCII) == r"a\|b|[|é](?:x|é)|(?:é|я)?b"
    assert readable(pattern, Script.LATIN) == r"a\|b|[|é](?:x|é)|é(?:x|y)|(?:é|я)?b"
    assert readable(pattern, Script.OTHER) == pattern
    assert by_script(pattern)[Script.LATIN] == "é(?:x|y)"
