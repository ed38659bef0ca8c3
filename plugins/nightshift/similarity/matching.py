"""Guard and cosine together: how alike two texts are, where they may share an answer at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from nightshift.similarity.embedding import Embedding, known_words, word_vectors
from nightshift.similarity.meaning import Guard, same
from nightshift.similarity.spelling import Spelling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Similarities = npt.NDArray[np.float64]

REFUSED = -1.0  # the guard keeps the two apart, whatever their cosine


class Matcher:
    """Only texts that pass the guard are embedded."""

    def __init__(self, embedding: Embedding) -> None:
        self.embedding, self.guard = embedding, guard()
        self.cost = 0  # picodollars, of all embeddings so far

    def similarities(self, pairs: Sequence[tuple[str, str]]) -> Similarities:
        """The cosine of each pair, or REFUSED."""
        import numpy as np

        found = np.full(len(pairs), REFUSED)
        passed = [place for place, pair in enumerate(pairs) if self.may_share(*pair)]
        found[passed] = self.cosines([pairs[place] for place in passed])
        return found

    def may_share(self, one: str, other: str) -> bool:
        """What the guard says."""
        first, second = self.guard.meaning(one), self.guard.meaning(other)
        return first is not None and second is not None and same(first, second)

    def cosines(self, pairs: Sequence[tuple[str, str]]) -> Similarities:
        """The cosine of each pair, whatever the guard says, or REFUSED: a text has no vector. Each is embedded once."""
        import numpy as np

        if not pairs:
            return np.zeros(0)
        places = {text: place for place, text in enumerate(dict.fromkeys(text for pair in pairs for text in pair))}
        embedded = self.embedding.embed(list(places))
        self.cost += embedded.cost
        vectors = embedded.vectors
        one, other = ([places[pair[side]] for pair in pairs] for side in (0, 1))
        cosines: Similarities = np.einsum("ij,ij->i", vectors[one], vectors[other], dtype=np.float64)
        absent = ~np.any(vectors, axis=1, keepdims=True)[:, 0]
        cosines[absent[one] | absent[other]] = REFUSED
        return cosines


@lru_cache(maxsize=1)
def guard() -> Guard:
    """The guard with the words of the offline embedding."""
    return Guard(Spelling(known_words()))


def offline_matcher() -> Matcher:
    return Matcher(word_vectors())
