"""Damage that a client can notice."""

from __future__ import annotations

import json

import pytest

from nightshift.sandbox.mangling import truncate

LINES = [json.dumps({"row": number}) for number in range(4)]


@pytest.mark.parametrize("share", [number / 44 for number in range(3, 45)])
def test_a_truncated_file_never_ends_with_a_whole_line(tmp_path, share):
    path = tmp_path / "output.jsonl"
    path.write_text("".join(f"{line}\n" for line in LINES))
    truncate(path, share)

    *whole, last = path.read_text().split("\n")
    assert whole == LINES[: len(whole)]
    assert last not in ("", *LINES)
