"""A request line is what a JSON encoder would write, for every shape that a template can ask for."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.shards.encoding import as_bytes, encode
from nightshift.providers.port import RequestTemplate

PLAIN = RequestTemplate('{"custom_id":"', '","body":{"content":', "}}\n")
PADDED = RequestTemplate('{"recordId":"', '","text":', "}\n", id_digits=11)
# The user text inside of a longer string, as formats with one prompt string need it.
BARE = RequestTemplate('{"id":"', '","prompt":"[INST] ', ' [/INST]"}\n', bare_user=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def table(texts: list[str], first: int = 0, chunks: int = 1) -> pa.Table:
    numbers = pa.array(range(first, first + len(texts)), pa.int64())
    whole = pa.table({"row_number": numbers, "user_json": pa.array([json.dumps(text) for text in texts], pa.string())})
    if chunks == 1 or len(texts) < 2:
        return whole
    return pa.concat_tables([whole.slice(0, len(texts) // 2), whole.slice(len(texts) // 2)])


def encoded(texts: list[str], template: RequestTemplate, first: int = 0, chunks: int = 1) -> list[bytes]:
    lines = encode(table(texts, first, chunks), template)
    found = [bytes(as_bytes(lines.slice(number, 1))) for number in range(len(lines))]
    assert bytes(as_bytes(lines)) == b"".join(found)
    return found


@given(texts=st.lists(TEXTS, min_size=1, max_size=20), chunks=st.integers(1, 2))
def test_the_lines_are_the_naive_ones(texts: list[str], chunks: int) -> None:
    lines = encoded(texts, PLAIN, first=7, chunks=chunks)
    assert lines == [
        f'{{"custom_id":"{number}","body":{{"content":{json.dumps(text)}}}}}\n'.encode()
        for number, text in enumerate(texts, 7)
    ]


@given(texts=st.lists(TEXTS, min_size=1, max_size=20), chunks=st.integers(1, 2))
def test_a_user_text_within_a_longer_string_keeps_its_escapes(texts: list[str], chunks: int) -> None:
    for text, line in zip(texts, encoded(texts, BARE, chunks=chunks), strict=True):
        assert json.loads(line)["prompt"] == f"[INST] {text} [/INST]"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "00000000000"), (7, "00000000007"), (12_345_678_901, "12345678901"), (912_345_678_901, "912345678901")],
)
def test_an_id_is_padded_and_never_cut(number: int, expected: str) -> None:
    (line,) = encoded(["x"], PADDED, first=number)
    assert json.loads(line) == {"recordId": expected, "text": "x"}
    assert int(expected) == number


@pytest.mark.parametrize("template", [PLAIN, PADDED, BARE])
def test_no_rows_are_no_lines(template: RequestTemplate) -> None:
    assert len(encode(table([]), template)) == 0
