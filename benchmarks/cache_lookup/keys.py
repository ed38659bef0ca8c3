"""Random 128-bit keys: those in the cache, and those that are looked up, half of which are in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

KEY_BYTES = 16
CHUNK = 100_000  # keys that are read or written together


def write_keys(folder: Path, rows: int) -> None:
    """Files `cached` and `asked`, each with so many keys one after another."""
    import numpy as np

    chance = np.random.default_rng(20261122)
    cached = chance.integers(0, 256, (rows, KEY_BYTES), dtype=np.uint8)
    new = chance.integers(0, 256, (rows - rows // 2, KEY_BYTES), dtype=np.uint8)
    asked = np.concatenate([cached[chance.permutation(rows)[: rows // 2]], new])
    chance.shuffle(asked)
    cached.tofile(folder / "cached")
    asked.tofile(folder / "asked")


def read_keys(path: Path) -> Iterator[list[bytes]]:
    """The keys of a file in lists of CHUNK."""
    with path.open("rb") as file:
        while content := file.read(CHUNK * KEY_BYTES):
            yield [content[place : place + KEY_BYTES] for place in range(0, len(content), KEY_BYTES)]


def answer_to(key: bytes) -> bytes:
    """A short answer, the same in every cache."""
    return b"The answer is %d." % int.from_bytes(key[:4], sys.byteorder)


def peak_megabytes() -> float:
    """Of this process since it was started; what getrusage counts begins with the size of the parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
