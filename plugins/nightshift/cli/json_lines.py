"""Numbered lines from a pipe as they come: who waits for an answer gets it, who pipes a file gets blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import orjson

READ_BYTES = 1 << 18  # what is worked on together when input comes faster than answers go out
LONGEST_LINE = 64 << 20  # bytes; more than any text that a provider takes
_BOM = b"\xef\xbb\xbf"  # Excel and PowerShell begin a file with it
_PLAIN = (str, int, type(None))  # ids that are the same after reading and writing


class Source(Protocol):
    """A binary stream."""

    def read1(self, size: int, /) -> bytes:
        """What has come, up to `size` bytes; waits only if nothing has."""
        ...


def numbered_lines(source: Source) -> Iterator[list[tuple[int, bytes | None]]]:
    """The lines that each read completes. `None` stands for one above the limit: of it only the length is kept."""
    number = 1
    for lines in _split(source):
        if number == 1 and lines[0] is not None:
            lines[0] = lines[0].removeprefix(_BOM)
        yield list(enumerate(lines, number))
        number += len(lines)


def _split(source: Source) -> Iterator[list[bytes | None]]:
    pieces, size = list[bytes](), 0
    while data := source.read1(READ_BYTES):
        first, *others = data.split(b"\n")
        size += len(first)
        if size <= LONGEST_LINE:
            pieces.append(first)
        else:
            pieces.clear()
        if others:
            yield [_line(pieces, size), *others[:-1]]
            pieces, size = [others[-1]], len(others[-1])
    if size:
        yield [_line(pieces, size)]


def _line(pieces: list[bytes], size: int) -> bytes | None:
    return b"".join(pieces) if size <= LONGEST_LINE else None


def written_id(key: Any, line: bytes) -> Any:
    """An id as it was written (orjson reads an integer of more than 64 bits as a float). Raises ValueError for one that
    cannot be."""
    if type(key) in _PLAIN:
        return key
    import json

    try:
        if isinstance(key, float):
            key = json.loads(line, parse_int=orjson.Fragment, parse_float=orjson.Fragment)["id"]
        orjson.dumps(key)
    except (RecursionError, orjson.JSONEncodeError) as error:
        raise ValueError("nested too deeply; expected a string or a number") from error
    return key
