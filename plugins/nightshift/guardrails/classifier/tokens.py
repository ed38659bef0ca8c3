"""Texts to hashed words, a whole block of texts at a time: one pass of array operations, no loop over words.

A word's hash is a polynomial in its characters modulo 2**64, read off a running sum of the block. Those sums wrap
exactly, so a word has the same hash wherever it stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]
    Positions = npt.NDArray[np.int64]

SPACE, LETTER, DIGIT, SIGN, IDEOGRAPH = range(5)

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2**64
_MIX = 0xD6E8FEB86659FD93
_FOLDED = 0x600  # below: Latin, Greek, Cyrillic, Hebrew; the scripts above have no case
_LAST = 0xFFFF
_SPACES = ((0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF))
_SIGNS = ((0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x2BFF), (0x3001, 0x303F), (0xFE10, 0xFE6F), (0xFFE0, 0xFFFF))
_IDEOGRAPHS = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))


@dataclass(frozen=True)
class Tokens:
    """The words of a block of texts. Text `i` owns the words from `first[i]` up to `first[i + 1]`."""

    hashes: Hashes
    start: Positions  # in the characters of the block: a line break, then each text and a line break
    stop: Positions
    kind: npt.NDArray[np.uint8]
    first: Positions


def tokenise(texts: Sequence[str]) -> Tokens:
    import numpy as np

    block = "\n" + "\n".join(texts) + "\n"
    codes = np.frombuffer(block.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    edges = np.ones(len(texts) + 1, dtype=np.int64)  # where each text begins; the last is the end of the block
    np.cumsum(np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts)), out=edges[1:])
    edges[1:] += 1
    kinds, folded = _tables()
    known = np.minimum(codes, _LAST)
    kind, letters = kinds[known], folded[known]
    if not block.isascii() and codes.max() > _LAST:
        kind, letters = _beyond(codes, kind, letters)
    powers, inverses = _powers(1 << len(codes).bit_length())
    running = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(letters * powers[: len(codes)], out=running[1:])
    start, stop = _bounds(kind, codes)
    hashes = mixed((running[stop] - running[start]) * inverses[start])
    return Tokens(hashes, start, stop, kind[start], np.searchsorted(start, edges))


def fold(word: str) -> str:
    """A word in the letters it is hashed by."""
    return "".join(_fold(letter) if ord(letter) < _FOLDED else letter for letter in word)


def mixed(hashes: Hashes) -> Hashes:
    """Spreads what tells two hashes apart over all their bits."""
    import numpy as np

    shaken: Hashes = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(_MIX)
    return shaken ^ (shaken >> np.uint64(29))


def _bounds(kind: npt.NDArray[np.uint8], codes: npt.NDArray[np.uint32]) -> tuple[Positions, Positions]:
    """Where each word begins, and the end of the part of it that is hashed: of a run of signs only the first."""
    import numpy as np

    begins = np.empty(len(kind), dtype=bool)
    begins[0] = kind[0] != SPACE
    changed = kind[1:] != kind[:-1]
    other_sign = (kind[1:] == SIGN) & (codes[1:] != codes[:-1])
    begins[1:] = (kind[1:] != SPACE) & (changed | other_sign | (kind[1:] == IDEOGRAPH))
    start = np.flatnonzero(begins)
    ends = np.ones(len(kind), dtype=bool)
    ends[:-1] = begins[1:] | (kind[1:] == SPACE)
    stop = np.flatnonzero(ends & (kind != SPACE)) + 1
    return start, np.where(kind[start] == SIGN, start + 1, stop)


@cache
def _powers(count: int) -> tuple[Hashes, Hashes]:
    import numpy as np

    def powers(base: int) -> Hashes:
        factors = np.full(count, base, dtype=np.uint64)
        factors[0] = 1
        return np.multiply.accumulate(factors)

    return powers(_BASE), powers(pow(_BASE, -1, 1 << 64))


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], Hashes]:
    """Of every character up to U+FFFF its kind, and the letter it counts as: lower case, no accents, one digit."""
    import numpy as np

    kinds = np.full(_LAST + 1, LETTER, dtype=np.uint8)
    folded = np.arange(_LAST + 1, dtype=np.uint64)
    for ranges, kind in ((_SPACES, SPACE), (_SIGNS, SIGN), (_IDEOGRAPHS, IDEOGRAPH)):
        for low, high in ranges:
            kinds[low : high + 1] = kind
    for code in range(_FOLDED):
        kinds[code], folded[code] = _kind(chr(code)), ord(_fold(chr(code)))
    return kinds, folded


def _kind(character: str) -> int:
    if character.isspace() or not character.isprintable():
        return SPACE
    if character.isdigit():
        return DIGIT
    return LETTER if character.isalpha() or unicodedata.combining(character) else SIGN


@cache
def _fold(character: str) -> str:
    if character.isspace():
        return " "
    if character.isdigit():
        return "0"
    return unicodedata.normalize("NFD", character.lower())[0]


def _beyond(
    codes: npt.NDArray[np.uint32], kind: npt.NDArray[np.uint8], letters: Hashes
) -> tuple[npt.NDArray[np.uint8], Hashes]:
    """Characters above U+FFFF: pictures are signs, rare ideographs are words, tags are spaces."""
    import numpy as np

    far = np.flatnonzero(codes > _LAST)
    code = codes[far]
    kind[far] = np.where(code >= 0xE0000, SPACE, np.where(code >= 0x20000, IDEOGRAPH, SIGN))
    letters[far] = code
    return kind, letters
