"""Labelled pairs from JSON lines, and which of them have a text in common."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from nightshift.errors import InvalidInput
from nightshift.similarity.pairs import Pair, distinct, groups, read_pairs


def test_lines_become_pairs(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"a": "x", "b": "y", "same": true}\n\n{"a": "x", "b": "z", "same": false, "note": 1}\n')
    assert read_pairs(path) == [Pair("x", "y", True), Pair("x", "z", False)]


def test_a_byte_order_mark_and_numbers_for_true_and_false_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + b'{"a": "x", "b": "y", "same": 1}\n{"a": "x", "b": "z", "same": 0.0}\n')
    assert read_pairs(path) == [Pair("x", "y", True), Pair("x", "z", False)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not an object; value: 'list of 0'"),
        ('{"a": "x", "b": "y"}', "line 2, same: no labelled pair; value: 'missing'; limit: 'true or false"),
        ('{"a": "x", "b": "y", "same": null}', "line 2, same: no labelled pair; value: 'null'"),
        ('{"a": "x", "b": 2, "same": true}', "line 2, b: no labelled pair; value: 2; limit: 'a text"),
        ('{"a": ["CANARY"], "b": "y", "same": true}', "line 2, a: no labelled pair; value: 'list of 1'"),
        ('{"a": "x", "b": "y", "same": "CANARY"}', "line 2, same: no labelled pair; value: 'text of 6 characters'"),
    ],
)
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"a": "x", "b": "y", "same": true}\n' + line)
    with pytest.raises(InvalidInput, match=f"pairs.jsonl, {told}.*way out: one JSON object per line") as refused:
        read_pairs(path)
    assert "CANARY" not in str(refused.value)


def test_a_repeated_pair_is_one_pair_whichever_text_comes_first() -> None:
    pairs = [Pair("a", "b", False), Pair("b", "a", False), Pair("a", "b", True), Pair("a", "c", False)]
    assert distinct([*pairs, *pairs]) == [pairs[0], *pairs[2:]]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_pairs(tmp_path / "none.jsonl")


def test_pairs_are_one_group_through_others() -> None:
    pairs = [Pair("a", "b", True), Pair("c", "d", True), Pair("d", "b", False), Pair("e", "f", False)]
    assert groups(pairs) == [0, 0, 0, 1]
