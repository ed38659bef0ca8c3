"""The border: good rows are read, bad ones are named by line, field and value, and never quoted."""

from __future__ import annotations

import subprocess
import sys
import traceback
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


def test_what_tables_and_other_writers_make_of_optional_fields_is_taken() -> None:
    lines = [
        b'{"prompt": "x", "light_correct": 1.0, "premium_correct": 0.0, "reference": ["1", "2"], "light_answer": null}',
        b'{"prompt": "x", "light_correct": 1, "premium_correct": 1, "opinions": null, "graded": null, "task": 7}',
        b'{"prompt": "x", "light_correct": 1, "premium_correct": 1, "prompt_name": "n", "prompt_version": 2}',
        b'{"prompt": "x", "light_correct": 1, "premium_correct": 1, "opinions": [{"model": null, "answer": "a", '
        b'"correct": 1.0}]}',
    ]
    floats, nulls, numbers, opinion = parse_outcomes(lines, "rows.jsonl")
    assert (floats.light_correct, floats.premium_correct, floats.light_answer) == (True, False, None)
    assert (nulls.opinions, nulls.graded, nulls.of) == ((), True, "7")
    assert numbers.of == "n@2"
    assert (opinion.opinions[0].model, opinion.opinions[0].correct) == ("", True)


def test_a_row_that_nothing_names_is_of_no_task() -> None:
    rows = parse_outcomes([GOOD.replace(b"benchmark", b"other"), GOOD.replace(b"benchmark", b"subject")], "rows.jsonl")
    assert [row.of for row in rows] == ["", "sums"]


def test_a_prompt_with_its_version_is_a_task_of_its_own() -> None:
    line = GOOD.replace(b'"more": 1', b'"prompt_name": "n", "prompt_version": "2.0.0"')
    assert parse_outcomes([line], "rows.jsonl")[0].of == "n@2.0.0"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"not json", "rows.jsonl, line 2: not JSON"),
        (b"[1]", "rows.jsonl, line 2: not an object; value: 'list of 1'"),
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


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ('"prompt": [{"role": "user", "content": "my secret"}]', "prompt: .*'list of 1'; way out: .*join the texts"),
        ('"light_answer": {"said": "my secret"}', "light_answer: .*value: 'object of 1';"),
        ('"light_correct": null', "light_correct: Field required; value: 'null'"),
        ('"light_correct": "True"', "light_correct: .*value: 'True'"),
        (
            '"opinions": [{"answer": "my secret", "correct": null}]',
            r"opinions.0.correct: Field required; value: 'null'",
        ),
        ('"light_answer": NaN', "line 1, light_answer: NaN is no number in JSON; way out: write null"),
    ],
)
def test_a_value_is_shown_by_its_kind(fields: str, told: str) -> None:
    good = '"prompt": "my secret", "light_correct": true, "premium_correct": true'
    with pytest.raises(InvalidInput, match=told) as refused:
        parse_outcomes([f"{{{good}, {fields}}}".encode()], "rows.jsonl")
    assert "secret" not in "".join(traceback.format_exception(refused.value))


def test_standard_input_is_named_by_a_dash() -> None:
    code = "from pathlib import Path; from nightshift.tiering.outcomes import *; print(len(read_outcomes([Path('-')])))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, input=GOOD + GOOD, capture_output=True, check=True).stdout == b"2\n"
    failed = subprocess.run(command, input=b"{", capture_output=True, check=False)
    assert b"InvalidInput: standard input, line 1: not JSON" in failed.stderr


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "rows.jsonl").write_bytes(b"{")
    with pytest.raises(InvalidInput, match=r"one/rows\.jsonl, line 1: not JSON"):
        read_outcomes([tmp_path / "one" / "rows.jsonl"])


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"\n")
    with pytest.raises(InvalidInput, match="no outcome rows"):
        read_outcomes([tmp_path / "rows.jsonl"])
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_outcomes([tmp_path / "missing.jsonl"])
