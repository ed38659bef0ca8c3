"""Labelled pairs from JSON lines, and which of them have a text in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.errors import InvalidInput
from nightshift.similarity.pairs import Pair, groups, read_pairs


def test_lines_become_pairs(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"a": "x", "b": "y", "same": true}\n\n{"a": "x", "b": "z", "same": false, "note": 1}\n')
    assert read_pairs(path) == [Pair("x", "y", True), Pair("x", "z", False)]


@pytest.mark.parametrize("line", ["{", "[]", '{"a": "x", "b": "y"}', '{"a": "x", "b": 2, "same": true}',
                                  '{"a": "x", "b": "y", "same": 1}'])  # fmt: skip
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"a": "x", "b": "y", "same": true}\n' + line)
    with pytest.raises(InvalidInput, match=r"pairs \(line 2\): no labelled pair.*way out"):
        read_pairs(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_pairs(tmp_path / "none.jsonl")


def test_pairs_are_one_group_through_others() -> None:
    pairs = [Pair("a", "b", True), Pair("c", "d", True), Pair("d", "b", False), Pair("e", "f", False)]
    assert groups(pairs) == [0, 0, 0, 1]
