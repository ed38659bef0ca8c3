"""A word's meaning as a short vector of small integers, distilled from a sentence encoder.

A word that is not in the table is read in the longest known pieces, first to last, as the encoder reads it; its vector
is the mean of theirs. What cannot be read that way has one vector for its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.tokens import DIGIT, LETTER, Tokens, fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.storage.weights import Array, Weights

KIND = "words"
PAD = 0  # the row that stands between two texts
KINDS = 6  # rows before the first word: the pad, then one for unknown words of each kind
_LONGEST_WORD = 40
_LONGEST_PIECE = 16
_REMEMBERED = 20_000


class Vocabulary:
    """The table of words. Rows up to `len(vectors)` are the table's, those after it are read in pieces."""

    def __init__(self, words: list[str], vectors: npt.NDArray[np.int8], hashes: Array, rows: Array) -> None:
        self.vectors = vectors
        self._hashes, self._rows = hashes, rows
        self._whole = {word: row for row, word in enumerate(words, KINDS) if not word.startswith("##")}
        self._inner = {word[2:]: row for row, word in enumerate(words, KINDS) if word.startswith("##")}
        self._read: dict[str, bytes] = {}

    @classmethod
    def of(cls, weights: Weights) -> Vocabulary:
        arrays = weights.arrays
        words = arrays["words"].tobytes().decode().split("\n")
        return cls(words, arrays["vectors"], arrays["hashes"], arrays["rows"])

    def rows(self, tokens: Tokens, block: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
        """The row of every word of the block, and the vectors of the words that had to be read in pieces."""
        import numpy as np

        short = tokens.hashes.astype(np.uint32)
        place = np.minimum(np.searchsorted(self._hashes, short), len(self._hashes) - 1)
        known = self._hashes[place] == short
        rows = np.where(known, self._rows[place], tokens.kind + 1).astype(np.int64)
        readable = ~known & ((tokens.kind == LETTER) | (tokens.kind == DIGIT))
        unknown, first, which = np.unique(tokens.hashes[readable], return_index=True, return_inverse=True)
        if not len(unknown):
            return rows, np.zeros((0, self.vectors.shape[1]), dtype=np.int8)
        start, stop = tokens.start[readable][first].tolist(), tokens.stop[readable][first].tolist()
        kinds = tokens.kind[readable][first].tolist()
        read = [self._vector(block[a:b], kind) for a, b, kind in zip(start, stop, kinds, strict=True)]
        rows[readable] = len(self.vectors) + which
        return rows, np.frombuffer(b"".join(read), dtype=np.int8).reshape(len(read), -1)

    def _vector(self, word: str, kind: int) -> bytes:
        known = self._read.get(word)
        if known is None:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            known = self._read[word] = self._mean(self._pieces(fold(word)) or [kind + 1])
        return known

    def _mean(self, rows: list[int]) -> bytes:
        import numpy as np

        total, count = self.vectors[rows].sum(axis=0, dtype=np.int32), len(rows)
        rounded = np.sign(total) * ((2 * np.abs(total) + count) // (2 * count))
        mean: bytes = rounded.astype(np.int8).tobytes()
        return mean

    def _pieces(self, word: str) -> list[int]:
        """The longest pieces from left to right; none if a part of the word is unknown or the word is no word."""
        if len(word) > _LONGEST_WORD:
            return []
        found: list[int] = []
        start = 0
        while start < len(word):
            table = self._inner if start else self._whole
            for end in range(min(len(word), start + _LONGEST_PIECE), start, -1):
                row = table.get(word[start:end])
                if row is not None:
                    found.append(row)
                    start = end
                    break
            else:
                return []
        return found
