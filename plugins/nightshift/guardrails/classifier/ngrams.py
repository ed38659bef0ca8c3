"""Words and pairs of words with one weight each: what the training texts say outright.

The sum of the weights is divided by the length of the vector that the known words span, as in a TF-IDF model. A word
that was never learnt adds nothing to either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.tokens import Tokens, mixed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.tokens import Positions
    from nightshift.storage.weights import Array

_BUCKETS = 18  # bits of a key that tell where to look for it
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F


def ngrams(tokens: Tokens) -> tuple[npt.NDArray[np.uint32], Positions]:
    """The words and word pairs of a block, and the text each belongs to."""
    import numpy as np

    words = tokens.hashes
    owner = np.repeat(np.arange(len(tokens.first) - 1), np.diff(tokens.first))
    pairs = mixed(words[:-1] * np.uint64(_FIRST) + words[1:] * np.uint64(_SECOND))
    together = owner[1:] == owner[:-1]
    keys = np.concatenate([mixed(words * np.uint64(_FIRST)), pairs[together]])
    return (keys >> np.uint64(32)).astype(np.uint32), np.concatenate([owner, owner[1:][together]])


class Ngrams:
    """The weighted n-grams of one model. A text's score is a sum of whole numbers over the root of another."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        import numpy as np

        self._keys = arrays["ngram_keys"]  # sorted
        self._weights = arrays["ngram_weights"]
        self._squares = arrays["ngram_squares"]  # of the inverse document frequency
        buckets = np.bincount(self._keys >> np.uint32(32 - _BUCKETS), minlength=1 << _BUCKETS)
        self._first = np.concatenate([[0], np.cumsum(buckets)]).astype(np.int32)  # key of each bucket
        self._fullest = int(buckets.max(initial=0))

    def logits(self, keys: npt.NDArray[np.uint32], owner: Positions, texts: int) -> npt.NDArray[np.float64]:
        """One number per text, in units of the weights' scale. Each n-gram counts once in a text."""
        import numpy as np

        found, place = self._known(keys)
        once = np.unique(owner[found] << np.int64(32) | place)
        text, which = once >> np.int64(32), once & np.int64(0xFFFFFFFF)
        total = np.bincount(text, weights=self._weights[which], minlength=texts)
        square = np.bincount(text, weights=self._squares[which], minlength=texts)
        return total / np.sqrt(np.maximum(square, 1.0))

    def _known(self, keys: npt.NDArray[np.uint32]) -> tuple[Positions, Positions]:
        """Which of the keys were learnt, and where they stand among the learnt ones."""
        import numpy as np

        bucket = keys >> np.uint32(32 - _BUCKETS)
        first, last = self._first[bucket], self._first[bucket + np.uint32(1)]
        left = np.flatnonzero(first < last)
        found, places = [], []
        for step in range(self._fullest):
            place = first[left] + step
            inside = place < last[left]
            left, place = left[inside], place[inside]
            same = self._keys[place] == keys[left]
            found.append(left[same])
            places.append(place[same])
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(found), np.concatenate(places).astype(np.int64)
