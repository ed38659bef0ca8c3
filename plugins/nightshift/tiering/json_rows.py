"""Lines of JSON to objects, and what may be told of those that are none: no text, for it may be a customer's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from nightshift.errors import InvalidInput

_BOM = b"\xef\xbb\xbf"
_TABLE = "write JSON lines: pandas.{}('FILE').to_json('rows.jsonl', orient='records', lines=True)"
_WIDE = "write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE"
_KINDS = (
    ((b"\x1f\x8b",), "a gzip file", "unpack it: gunzip FILE"),
    ((b"PAR1",), "a Parquet file", _TABLE.format("read_parquet")),
    ((b"PK\x03\x04",), "a ZIP or Excel file", f"unpack it, or {_TABLE.format('read_excel')}"),
    ((b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{"), "UTF-16", _WIDE),
)
_SPELT = {"true", "false", "yes", "no", "t", "f", "y", "n", "0", "1", "0.0", "1.0"}
NAMES = ("prompt_name", "prompt_version", "task", "benchmark", "subject")


def rows_of_file(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, numbered from 1. Raises InvalidInput for another kind of file."""
    for number, line in enumerate(lines, 1):
        if number == 1:
            check_kind(line, name)
            line = line.removeprefix(_BOM)  # Excel and PowerShell write it
        if line.strip():
            yield number, line


def check_kind(start: bytes, name: str) -> None:
    """Raises InvalidInput where a file begins as one of another kind does."""
    for beginnings, kind, way_out in _KINDS:
        if start.startswith(beginnings):
            raise InvalidInput(f"{kind}, not JSON lines", field=name, way_out=way_out)


def object_of(line: bytes, name: str, number: int, way_out: str) -> dict[str, Any]:
    """The object that a line holds. Raises InvalidInput naming file, line and what is wrong with it."""
    where = f"{name}, line {number}"
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _not_json(line, where, number, error, way_out) from None
    if not isinstance(content, dict):
        raise InvalidInput("not an object", field=where, value=shown(content), way_out=way_out)
    return content


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    """Without the fields that are null, which are as good as absent."""
    return {field: value for field, value in content.items() if value is not None}


def truth(value: object) -> object:
    """True and false for 1 and 0, as tables export them; anything else as it is."""
    return bool(value) if type(value) in (int, float) and value in (0, 1) else value


def name_text(value: object) -> object:
    """A name that is a whole number, as text; anything else as it is."""
    return str(value) if type(value) is int else value


def task_of(row: Mapping[str, Any]) -> str:
    """The task whose outcomes teach something about a row: its prompt and version, else its task, else its subject.

    Empty where nothing names it: such rows have nothing in common whose words could be learnt.
    """
    given = {field: str(value) for field, value in present(row).items() if field in NAMES}
    if name := given.get("prompt_name"):
        return f"{name}@{version}" if (version := given.get("prompt_version")) else name
    return given.get("task", given.get("benchmark", "")) or given.get("subject", "")


def shown(value: object) -> object:
    """What may be shown of a value: numbers, and words that spell true or false."""
    if isinstance(value, str):
        return value if value.strip().lower() in _SPELT else f"text of {len(value)} characters"
    if isinstance(value, list | tuple):
        return f"list of {len(value)}"
    if isinstance(value, dict):
        return f"object of {len(value)}"
    return "null" if value is None else value


def _not_json(line: bytes, where: str, number: int, error: orjson.JSONDecodeError, way_out: str) -> InvalidInput:
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        way_out = "write the file as UTF-8, such as: iconv -f LATIN1 -t UTF-8 FILE"
        return InvalidInput(f"not UTF-8 at byte {wrong.start + 1}", field=where, way_out=way_out)
    if (found := _constant(line)) is not None:
        field, word = found
        way_out = "write null, or leave the field out"
        return InvalidInput(f"{word} is no number in JSON", field=f"{where}, {field}", way_out=way_out)
    if number == 1 and line.lstrip()[:1] not in b"{[" and any(mark in line for mark in b",;\t"):
        return InvalidInput("CSV by its looks, not JSON lines", field=where, way_out=_TABLE.format("read_csv"))
    return InvalidInput(f"not JSON: {error.msg} at character {error.colno}", field=where, way_out=way_out)


class _Constant(str):
    """NaN or Infinity: other writers of JSON allow them."""


def _constant(line: bytes) -> tuple[str, str] | None:
    try:
        content = json.loads(line, parse_constant=_Constant)
    except (ValueError, RecursionError):
        return None
    fields = content.items() if isinstance(content, dict) else ()
    return next(((field, str(value)) for field, value in fields if isinstance(value, _Constant)), None)
