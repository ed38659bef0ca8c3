"""Texts to unit vectors: offline from word vectors, or by a provider's embedding model."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nightshift.errors import NightshiftError
from nightshift.guardrails.asking import ask_each
from nightshift.guardrails.classifier.tokens import tokenise
from nightshift.guardrails.classifier.vectors import KIND, KINDS, Vocabulary
from nightshift.guardrails.classifier.weights import load, models_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

_BLOCK = 2_000  # texts
_TOKENS_PER_CALL = 250_000  # the least that a provider takes in one request, less a margin: models/catalogue.yaml
_CALLS_AT_ONCE = 8
_BYTES_PER_TOKEN = 3  # as in shards/planning.py


@dataclass(frozen=True)
class Embedded:
    """One unit vector per text, in order; zeros where there was nothing to read. `cost` is in picodollars."""

    vectors: Vectors
    cost: int = 0


class Made(NamedTuple):
    """What one call has given: a vector per text, in order, and its cost in picodollars."""

    vectors: Sequence[Sequence[float]]
    cost: int


class TextLimits(NamedTuple):
    """What a model takes: tokens of one text, texts of one request."""

    context_tokens: int
    texts_per_request: int


# Texts to vectors in one call, booked where it is to be booked.
Ask = Callable[[Sequence[str]], Awaitable[Made]]


class Identity(Protocol):
    """`digest` names the weights: vectors of different digests are never compared."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...


class Embedding(Identity, Protocol):
    """Whatever makes vectors."""

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
    """An embedding model behind the provider port, a bounded number of texts per request and requests at once.

    A text that is empty, or that may be too long for the model, is not asked for: its vector is zeros.
    """

    def __init__(self, identity: Identity, ask: Ask, limits: TextLimits) -> None:
        self.name, self.digest = identity.name, identity.digest
        self._ask, self._limits = ask, limits

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Raises the first error, once all calls have ended; what the others have given is lost, and paid."""
        import numpy as np

        places = [
            place for place, text in enumerate(texts) if text and most_tokens(text) <= self._limits.context_tokens
        ]
        parts = list(_parts(places, texts, self._limits.texts_per_request))
        answers = ask_each(parts, lambda part: self._ask([texts[place] for place in part]), _CALLS_AT_ONCE, self.name)
        made: list[Made] = []
        for answer in answers:
            if isinstance(answer, NightshiftError):
                raise answer
            made.append(answer)
        width = len(made[0].vectors[0]) if made else 1
        vectors = np.zeros((len(texts), width), dtype=np.float32)
        for part, found in zip(parts, made, strict=True):
            vectors[part] = np.asarray(found.vectors, dtype=np.float32)
        return Embedded(unit(vectors), sum(found.cost for found in made))


def most_tokens(text: str) -> int:
    """A bound on the tokens of a text: docs/decisions/0006."""
    return -(-len(text.encode(errors="surrogatepass")) // _BYTES_PER_TOKEN) + 1


def _parts(places: Sequence[int], texts: Sequence[str], most: int) -> Iterator[list[int]]:
    """The places of the texts of each call."""
    part: list[int] = []
    tokens = 0
    for place in places:
        here = most_tokens(texts[place])
        if part and (len(part) == most or tokens + here > _TOKENS_PER_CALL):
            yield part
            part, tokens = [], 0
        part.append(place)
        tokens += here
    if part:
        yield part


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
