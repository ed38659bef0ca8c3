"""Texts to unit vectors: the same wherever a text stands; a provider is asked in bounded parts at a known cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from nightshift.finops.prices import Price
from nightshift.providers.port import Embeddings, Target
from nightshift.similarity.embedding import ProviderEmbedding, word_vectors
from nightshift.similarity.matching import Matcher

TEXTS = ["How do I reset my password?", "A robe takes 2 bolts of blue fiber.", "", "zzxqj kwvyq"]


def test_offline_vectors_have_length_one_and_nothing_is_zero_but_nothing() -> None:
    vectors = word_vectors().embed(TEXTS).vectors
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths == pytest.approx([1, 1, 0, 1], abs=1e-5)
    assert vectors.dtype == np.float32


def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    alone = word_vectors().embed(TEXTS[:1]).vectors[0]
    assert word_vectors().embed(TEXTS * 1200).vectors[4] == pytest.approx(alone, abs=1e-6)


def test_close_texts_are_closer_than_others() -> None:
    near, far = Matcher(word_vectors()).cosines([(TEXTS[0], "How can I reset the password"), (TEXTS[0], TEXTS[1])])
    assert near > 0.8 > far


class Counting:
    """A provider that embeds a text by its length and counts the calls."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        self.calls.append(len(texts))
        return Embeddings(tuple((float(len(text)), 2.0) for text in texts), sum(map(len, texts)))


def test_a_provider_is_asked_in_bounded_parts_and_the_cost_is_known() -> None:
    provider = Counting()
    price = Price("m", "realtime", input=3, cached_input=3, output=0, version="test")
    embedding = ProviderEmbedding("m", "d", provider, Target("m"), price)  # type: ignore[arg-type]
    texts = ["x" * (number % 7 + 1) for number in range(600)]
    found = embedding.embed(texts)
    assert sorted(provider.calls) == [88, 256, 256]
    assert found.cost == 3 * sum(map(len, texts))
    assert found.vectors[5] == pytest.approx(np.array([6.0, 2.0]) / np.hypot(6, 2), abs=1e-6)
    assert embedding.embed([]).vectors.shape[0] == 0


def test_every_text_is_embedded_once_and_only_where_the_guard_lets_pass() -> None:
    provider = Counting()
    price = Price("m", "realtime", input=3, cached_input=3, output=0, version="test")
    matcher = Matcher(ProviderEmbedding("m", "d", provider, Target("m"), price))  # type: ignore[arg-type]
    found = matcher.similarities(
        [("What is a?", "what is a"), ("What is a?", "what is b"), ("What is a?", "What is a?")]
    )
    assert found[0] > 0.9
    assert found[1] == -1
    assert provider.calls == [2]
    assert matcher.cost == 3 * len("What is a?what is a")
