"""The border: good rows are read, bad ones are named by line, field and value, and never quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.errors import InvalidInput
from nightshift.tiering.outcomes import parse_outcomes, read_outcomes

GOOD = b'{"prompt": "2 + 2?", "light_correct": true, "premium_correct": true, "benchmark": "sums", "more": 1}\n'


def test_reads_rows_and_skips_empty_lines() -> None:
    rows = parse_outcomes([GOOD, b"\n", GOOD], "rows.jsonl")
    assert [row.of for row in rows] == ["sums", "sums"]


def test_ones_and_zeros_are_true_and_false() -> None:
    row = parse_outcomes([b'{"prompt": "x", "light_correct": 0, "premium_correct": 1}'], "rows.jsonl")[0]
    assert (row.light_correct, row.premium_correct) == (False, True)
    with pytest.raises(InvalidInput, match="value: 2"):
        parse_outcomes([b'{"prompt": "x", "light_correct": 2, "premium_correct": 1}'], "rows.jsonl")


def test_a_prompt_with_its_version_is_a_task_of_its_own() -> None:
    line = GOOD.replace(b'"more": 1', b'"prompt_name": "n", "prompt_version": "2.0.0"')
    assert parse_outcomes([line], "rows.jsonl")[0].of == "n@2.0.0"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"not json", "rows.jsonl, line 2: not JSON"),
        (b"[1]", "rows.jsonl, line 2: not an object; value: 'list'"),
        (b'{"prompt": "x", "light_correct": true}', "rows.jsonl, line 2, premium_correct"),
        (b'{"prompt": "x", "light_correct": "yes", "premium_correct": true}', "light_correct: Input should be a valid"),
        (b'{"prompt": "", "light_correct": true, "premium_correct": true}', "rows.jsonl, line 2, prompt"),
    ],
)
def test_a_bad_row_is_named(line: bytes, named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_outcomes([GOOD, line], "rows.jsonl")
    assert named in str(refused.value)
    assert "way out: one JSON object per line" in str(refused.value)


def test_the_text_of_a_bad_field_is_not_quoted() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_outcomes([b'{"prompt": "x", "light_correct": "my secret", "premium_correct": true}'], "rows.jsonl")
    assert "secret" not in str(refused.value)
    assert "text of 9 characters" in str(refused.value)


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"\n")
    with pytest.raises(InvalidInput, match="no outcome rows"):
        read_outcomes([tmp_path / "rows.jsonl"])
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_outcomes([tmp_path / "missing.jsonl"])
