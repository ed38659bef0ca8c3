"""Texts to unit vectors: offline from word vectors, or by a provider's embedding model."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from nightshift.guardrails.classifier.tokens import tokenise
from nightshift.guardrails.classifier.vectors import KIND, KINDS, Vocabulary
from nightshift.guardrails.classifier.weights import load, models_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.finops.prices import Price
    from nightshift.providers.port import Provider, Target

    Vectors = npt.NDArray[np.float32]

_BLOCK = 2_000  # texts
_TEXTS_PER_CALL = 256
_CALLS_AT_ONCE = 4


@dataclass(frozen=True)
class Embedded:
    """One unit vector per text, in order; zeros where there was nothing to read. `cost` is in picodollars."""

    vectors: Vectors
    cost: int = 0


class Embedding(Protocol):
    """`digest` names the weights: vectors of different digests are never compared."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Embedded: ...


class WordVectors:
    """The mean of a text's word vectors, rare words counting more. Free, offline, and blind to the order of words."""

    name = "offline"

    def __init__(self, vocabulary: Vocabulary, digest: str) -> None:
        self._vocabulary, self.digest = vocabulary, digest

    def embed(self, texts: Sequence[str]) -> Embedded:
        import numpy as np

        blocks = [self._block(texts[start : start + _BLOCK]) for start in range(0, len(texts), _BLOCK)]
        width = self._vocabulary.vectors.shape[1]
        return Embedded(np.concatenate(blocks) if blocks else np.zeros((0, width), dtype=np.float32))

    def _block(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        found = tokenise(texts)
        rows, extra = self._vocabulary.rows(found, "\n" + "\n".join(texts) + "\n")
        known = len(self._vocabulary.vectors)
        table = np.concatenate([self._vocabulary.vectors, extra])[rows].astype(np.float32)
        # The table is in order of frequency, most frequent first; a word read in pieces is a rare one.
        rank = np.where(rows < known, np.maximum(rows - KINDS, 0) + 1, known)
        weighted = table * np.log1p(rank)[:, None].astype(np.float32)
        sums = np.zeros((len(texts) + 1, table.shape[1]), dtype=np.float32)
        owner = np.repeat(np.arange(len(texts)), np.diff(found.first))
        np.add.at(sums, owner, weighted)
        return unit(sums[:-1])


class ProviderEmbedding:
    """An embedding model behind the provider port, a bounded number of texts per call and calls at once."""

    def __init__(self, name: str, digest: str, provider: Provider, target: Target, price: Price) -> None:
        self.name, self.digest = name, digest
        self._provider, self._target, self._price = provider, target, price

    def embed(self, texts: Sequence[str]) -> Embedded:
        import numpy as np

        if not texts:
            return Embedded(np.zeros((0, 1), dtype=np.float32))
        return asyncio.run(self._embed(texts))

    async def _embed(self, texts: Sequence[str]) -> Embedded:
        import numpy as np

        from nightshift.finops.prices import Billable

        turn = asyncio.Semaphore(_CALLS_AT_ONCE)

        async def part(start: int) -> tuple[Vectors, int]:
            async with turn:
                found = await self._provider.embed(texts[start : start + _TEXTS_PER_CALL], self._target)
            used = Billable(found.input_tokens, 0, 0, found.input_characters, 0)
            return np.asarray(found.vectors, dtype=np.float32), self._price.cost(used)

        done = await asyncio.gather(*(part(start) for start in range(0, len(texts), _TEXTS_PER_CALL)))
        return Embedded(unit(np.concatenate([vectors for vectors, _ in done])), sum(cost for _, cost in done))


def unit(vectors: Vectors) -> Vectors:
    """Each row at length one; a row of zeros stays."""
    import numpy as np

    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return scaled


@lru_cache(maxsize=1)
def word_vectors() -> WordVectors:
    """The offline embedding that comes with the platform."""
    path = models_folder() / "words.bin"
    return WordVectors(Vocabulary.of(load(path, KIND)), hashlib.sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The whole words of the offline embedding's table."""
    words = load(models_folder() / "words.bin", KIND).arrays["words"].tobytes().decode().split("\n")
    return frozenset(word for word in words if word.isalpha())
