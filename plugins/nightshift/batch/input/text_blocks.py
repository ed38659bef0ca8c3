"""Whole lines of a text file in bounded blocks, and the faults of its encoding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from nightshift.batch.input.columns import MEBIBYTE
from nightshift.errors import InvalidInput

UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Block(NamedTuple):
    """Whole lines; `offset` is the position of the first byte, `line` the number of lines before it."""

    data: bytes
    offset: int
    line: int


def line_blocks(stream: BinaryIO, uri: str, *, limit: int, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """Cuts the stream after line feeds only. A line longer than `limit` is refused before it is in memory."""
    parts: list[bytes] = []
    pending = line = 0
    offset = start
    for chunk in _chunks(stream, min(MEBIBYTE, limit), None if end is None else end - start):
        first_end = chunk.find(b"\n")
        if pending + (len(chunk) if first_end < 0 else first_end) > limit:
            raise row_too_long(uri, line + 1, offset, limit)
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            parts.append(chunk)
            pending += len(chunk)
            continue
        block = Block(b"".join([*parts, chunk[:cut]]), offset, line)
        yield block
        offset += len(block.data)
        line += block.data.count(b"\n")
        parts, pending = [chunk[cut:]], len(chunk) - cut
    if pending:
        yield Block(b"".join(parts), offset, line)


def _chunks(stream: BinaryIO, size: int, length: int | None) -> Iterator[bytes]:
    left = length
    while left is None or left > 0:
        chunk = stream.read(size if left is None else min(size, left))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


def checked(blocks: Iterator[Block], uri: str) -> Iterator[Block]:
    """The same blocks, each known as UTF-8; a byte order mark at the start is taken off."""
    for block in blocks:
        if block.offset == 0:
            _refuse_wide_encoding(block.data, uri)
        try:
            block.data.decode()
        except UnicodeDecodeError as error:
            raise _not_utf8(block, error.start, uri) from None
        if block.offset == 0 and block.data.startswith(UTF8_BOM):
            block = Block(block.data[len(UTF8_BOM) :], len(UTF8_BOM), 0)
        if block.data:
            yield block


def _refuse_wide_encoding(data: bytes, uri: str) -> None:
    for mark, name in _WIDE_BOMS:
        if data.startswith(mark):
            raise InvalidInput(
                f"the file is encoded as {name}",
                field="input.uri",
                value=uri,
                limit="UTF-8",
                way_out=f"convert it: iconv -f {name} -t UTF-8 old > new",
            )


def _not_utf8(block: Block, position: int, uri: str) -> InvalidInput:
    line = block.line + block.data.count(b"\n", 0, position) + 1
    return InvalidInput(
        f"line {line:,} is not valid UTF-8 (byte offset {block.offset + position:,})",
        field="input.uri",
        value=uri,
        limit="UTF-8",
        way_out="convert it from its real encoding, for example: iconv -f WINDOWS-1252 -t UTF-8 old > new",
    )


def row_too_long(uri: str, line: int, offset: int, limit: int) -> InvalidInput:
    return InvalidInput(
        f"the row that starts in line {line:,} (byte offset {offset:,}) holds a cell or line above the limit",
        field="input.uri",
        value=uri,
        limit=f"{limit:,} bytes",
        way_out="split or drop that row; if it is not meant to be that long, look there for a lost quote or line end",
    )
