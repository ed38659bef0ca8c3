"""Lines from a pipe: a byte order mark belongs to none of them."""

from __future__ import annotations

import codecs
import io

from nightshift.cli.json_lines import numbered_lines
from nightshift.cli.subject_lines import blocks


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    found = list(numbered_lines(io.BytesIO(codecs.BOM_UTF8 + b"one\n" + codecs.BOM_UTF8 + b"two")))
    assert found == [[(1, b"one")], [(2, codecs.BOM_UTF8 + b"two")]]


def test_a_file_of_a_spreadsheet_is_screened_from_its_first_line_on() -> None:
    read = next(blocks(io.BytesIO(codecs.BOM_UTF8 + b'{"id": 1, "text": "a"}\n'), "user"))
    assert [(line.key, line.error) for line in read] == [(1, None)]
