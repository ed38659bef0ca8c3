"""The reader of JSON lines: whatever comes in whatever pieces, every line is a subject or an error without its text."""

from __future__ import annotations

import io
import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.cli.json_lines import LONGEST_LINE
from nightshift.cli.subject_lines import SubjectLine, blocks, read_line
from nightshift.guardrails.subjects import Subject

PIECES = [
    b'{"id": 1, "text": "a"}',
    b'{"id": "\xc3\xa9", "text": "b"}',
    b"\n",
    b"\n\n",
    b" \r\n",
    b'{"id": 3, "text": "half \\ud83d", "n": NaN}',
    b"nonsense",
    b"\xff",
    b"",
]


class Cut(io.BytesIO):
    """A stream that gives its content in pieces of the given sizes, then the rest."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        super().__init__(content)
        self._sizes = iter(sizes)

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(next(self._sizes, size))


def read(content: bytes, *sizes: int) -> list[SubjectLine]:
    return [line for block in blocks(Cut(content, list(sizes)), "user") for line in block]


def only(content: dict[str, Any]) -> SubjectLine:
    return read_line(1, json.dumps(content).encode(), "user")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), st.lists(st.integers(1, 30), max_size=40))
def test_the_lines_do_not_depend_on_how_the_input_is_cut(content: bytes, sizes: list[int]) -> None:
    assert read(content, *sizes) == read(content)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_there_are_as_many_answers_as_lines_that_are_not_blank(content: bytes) -> None:
    assert len(read(content)) == sum(bool(line.strip()) for line in io.BytesIO(content))


@given(st.binary(max_size=40))
def test_any_bytes_are_a_subject_or_an_error(line: bytes) -> None:
    read = read_line(1, line, "user")
    assert (read.subject is None) == (read.error is not None)


def test_the_last_line_needs_no_end() -> None:
    assert [line.key for line in read(b'{"id":1,"text":""}\n{"id":2,"text":""}')] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"\n", b"\n \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_in_is_nothing_out(content: bytes) -> None:
    assert read(content) == []


def test_blank_lines_are_skipped_and_still_counted() -> None:
    first, broken = read(b'\n{"id":1,"text":""}\n\n  \nnonsense\n\n')
    assert first.key == 1
    assert broken.error is not None
    assert broken.error.startswith("line 5 is not JSON")


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it() -> None:
    first, second = read(b'\xef\xbb\xbf{"id":1,"text":"a"}\n\xef\xbb\xbf{"id":2,"text":"b"}\n', 1, 2)
    assert (first.key, first.subject) == (1, Subject("a"))
    assert second.subject is None


def test_a_line_over_the_limit_is_an_error_and_the_next_one_is_read() -> None:
    long = b'{"id":1,"text":"' + b"a" * LONGEST_LINE + b'"}'
    huge, after = read(long + b'\n{"id":2,"text":"b"}\n')
    assert huge.error == "line 1 is longer than 67,108,864 bytes; way out: split the text"
    assert after.key == 2
    assert after.subject is not None


def test_a_line_over_the_limit_at_the_very_end_is_an_error_too() -> None:
    (huge,) = read(b"a" * (LONGEST_LINE + 1))
    assert huge.subject is None


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"{", "line 7 is not JSON"),
        (b"{'text': 'a'}", "line 7 is not JSON"),
        (b"NaN", "line 7 is not an object"),
        (b'{"text": "\xff"}', "line 7 is not JSON"),
        (b'{"text": "\xed\xa0\x80"}', "line 7 is not JSON"),
        (b'{"text": NaN', "line 7 is not JSON"),
        (b'{"text": NaN}', "line 7: text: missing; expected a string"),
        (b'{"text": "a", "n": NaN, "id": ' + b"9" * 5000 + b"}", "line 7 is not JSON"),
        (b"[" * 5000, "line 7 is not JSON"),
        (b'"text"', "line 7 is not an object"),
        (b"[]", "line 7 is not an object"),
        (b"null", "line 7 is not an object"),
        (b"{}", "line 7: text: missing; expected a string"),
        (b'{"text": null}', "line 7: text: missing; expected a string"),
        (b'{"text": 5}', "line 7: text: int; expected a string"),
        (b'{"text": ["a"]}', "line 7: text: list; expected a string"),
        (b'{"text": "a", "prompt": 5}', "line 7: prompt: int; expected a string"),
        (b'{"text": "a", "system": []}', "line 7: system: list; expected a string"),
        (b'{"text": "a", "sources": "b"}', "line 7: sources: expected a list of strings"),
        (b'{"text": "a", "sources": 0}', "line 7: sources: expected a list of strings"),
        (b'{"text": "a", "sources": ["b", 5]}', "line 7: sources: expected a list of strings"),
        (b'{"id": ' + b"[" * 500 + b"]" * 500 + b', "text": "a"}', "line 7: id: nested too deeply"),
    ],
)
def test_an_error_names_the_line_and_the_field(line: bytes, error: str) -> None:
    read = read_line(7, line, "user")
    assert read.subject is None
    assert read.error is not None
    assert read.error.startswith(error)


def test_an_error_keeps_the_id_where_there_is_one() -> None:
    assert only({"id": "row-9", "text": 5}).key == "row-9"


def test_an_error_does_not_quote_the_line() -> None:
    for line in (
        b'{"text": "hunter2" "}',
        b"hunter2",
        b'{"text": {"hunter2": 1}}',
        b'{"text": "a", "origin": "hunter2", "prompt": 1}',
    ):
        assert "hunter2" not in str(read_line(1, line, "user"))


@pytest.mark.parametrize("text", ["", " ", "\0", "a\0b", "\x1b[2J", "é", "😀", "a" * 1_000_000])
def test_the_text_arrives_as_it_was_sent(text: str) -> None:
    read = only({"id": 1, "text": text})
    assert read.subject is not None
    assert read.subject.text == text


HALF = [b'"a\\ud83d b"', b'"\\udc00"', b'"\\udc00\\ud83d"', b'"\\ud83d\\ude00 \\ud83d"']


@pytest.mark.parametrize("written", HALF)
def test_half_of_a_character_is_read_as_python_wrote_it(written: bytes) -> None:
    read = read_line(1, b'{"id": 5, "text": %b, "sources": [%b], "meta": %b}' % (written, written, written), "user")
    text = json.loads(written)
    assert (read.key, read.subject) == (5, Subject(text, sources=(text,)))


@pytest.mark.parametrize(
    "written", [*HALF, b"12345678901234567890123", b"1.50", b'["\\ud83d"]', b"[NaN]", b"NaN", b"5"]
)
def test_an_id_can_be_written_beside_what_is_not_json(written: bytes) -> None:
    read = read_line(1, b'{"text": "a", "weight": NaN, "id": %b}' % written, "user")
    answer = orjson.dumps({"id": read.key})
    assert json.loads(answer)["id"] == json.loads(written, parse_constant=lambda _: None)
    assert read.subject == Subject("a")


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
@pytest.mark.parametrize("field", [b"weight", b"origin", b"prompt", b"system", b"sources"])
def test_what_is_no_number_counts_as_missing(word: bytes, field: bytes) -> None:
    read = read_line(1, b'{"id": 5, "text": "a", "%b": %b}' % (field, word), "user")
    assert (read.key, read.subject) == (5, Subject("a"))


def test_what_an_answer_is_compared_with_arrives() -> None:
    read = only({"text": "a", "prompt": "b", "system": "c", "sources": ["d", "e"]})
    assert read.subject is not None
    assert (read.subject.prompt, read.subject.system, read.subject.sources) == ("b", "c", ("d", "e"))


def test_nulls_are_as_if_they_were_not_there() -> None:
    assert only({"text": "a", "prompt": None, "system": None, "sources": None, "origin": None}) == only({"text": "a"})


@pytest.mark.parametrize(
    ("named", "origin"),
    [
        (None, "user"), ("user", "user"), ("system", "system"), ("document", "document"), ("tool", "tool"),
        ("assistant", "assistant"), ("User", "user"), ("SYSTEM", "system"), (" tool ", "tool"),
        ("retrieved", "document"), ("Retrieved", "document"),
    ],
)  # fmt: skip
def test_an_origin_is_known_however_it_is_written(named: Any, origin: str) -> None:
    read = only({"text": "a", "origin": named})
    assert read.subject is not None
    assert (read.subject.origin, read.guessed) == (origin, False)


@pytest.mark.parametrize("named", ["web", "", "users", 5, 0, False, ["system"], {}])
def test_an_unknown_origin_counts_as_a_document_and_is_told(named: Any) -> None:
    read = only({"text": "a", "origin": named})
    assert read.subject is not None
    assert (read.subject.origin, read.guessed) == ("document", True)
