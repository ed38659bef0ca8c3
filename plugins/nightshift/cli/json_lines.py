"""Numbered lines from a pipe as they come: who waits for an answer gets it, who pipes a file gets blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

READ_BYTES = 1 << 18
LONGEST_LINE = 64 << 20  # bytes; more than any text that a provider takes
TOO_LONG = b"too long"


def blocks(source: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    number, pieces, size, descriptor = 0, list[bytes](), 0, source.fileno()
    while data := os.read(descriptor, READ_BYTES):
        first, *others = data.split(b"\n")
        size += len(first)
        if size <= LONGEST_LINE:  # of a longer line only its length is kept
            pieces.append(first)
        if not others:
            continue
        lines = [b"".join(pieces) if size <= LONGEST_LINE else TOO_LONG, *others[:-1]]
        yield list(enumerate(lines, number + 1))
        number += len(lines)
        pieces, size = [others[-1]], len(others[-1])
    if size:
        yield [(number + 1, b"".join(pieces) if size <= LONGEST_LINE else TOO_LONG)]
