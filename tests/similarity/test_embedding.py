"""Texts to unit vectors: the same wherever a text stands; a provider is asked in bounded parts at a known cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from nightshift.errors import ProviderRefused
from nightshift.similarity.embedding import Made, ProviderEmbedding, TextLimits, word_vectors
from nightshift.similarity.matching import REFUSED, Matcher

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
    """A model that embeds a text by its length at three picodollars a character, and counts the requests."""

    name, digest = "m", "d"

    def __init__(self, failing: int | None = None) -> None:
        self.calls: list[list[str]] = []
        self._failing = failing  # the number of texts of a request that it refuses

    async def ask(self, texts: Sequence[str]) -> Made:
        self.calls.append(list(texts))
        if len(texts) == self._failing:
            raise ProviderRefused("no")
        return Made(tuple((float(len(text)), 2.0) for text in texts), 3 * sum(map(len, texts)))

    def embedding(self, context_tokens: int = 8191, texts_per_request: int = 256) -> ProviderEmbedding:
        return ProviderEmbedding(self, self.ask, TextLimits(context_tokens, texts_per_request))


def test_a_provider_is_asked_in_bounded_parts_and_the_cost_is_known() -> None:
    model = Counting()
    texts = ["x" * (number % 7 + 1) for number in range(600)]
    found = model.embedding().embed(texts)
    assert sorted(map(len, model.calls)) == [88, 256, 256]
    assert found.cost == 3 * sum(map(len, texts))
    assert found.vectors[5] == pytest.approx(np.array([6.0, 2.0]) / np.hypot(6, 2), abs=1e-6)
    assert model.embedding().embed([]).vectors.shape[0] == 0


def test_a_request_is_bounded_in_tokens_too() -> None:
    model = Counting()
    model.embedding().embed(["x" * 20_000] * 40)
    assert sorted(map(len, model.calls)) == [3, 37]


def test_a_text_that_may_be_too_long_or_is_empty_is_not_asked_for() -> None:
    model = Counting()
    found = model.embedding(context_tokens=10).embed(["short", "x" * 31, "", "brief"])
    assert model.calls == [["short", "brief"]]
    assert found.vectors[1:3].tolist() == [[0, 0], [0, 0]]
    assert not model.embedding(context_tokens=10).embed(["x" * 31]).vectors.any()
    assert Matcher(model.embedding(context_tokens=10)).cosines([("x" * 31, "x" * 31), ("short", "short")])[0] == REFUSED


def test_the_error_of_one_request_is_the_error_of_all() -> None:
    with pytest.raises(ProviderRefused):
        Counting(failing=44).embedding().embed(["text"] * 300)


def test_every_text_is_embedded_once_and_only_where_the_guard_lets_pass() -> None:
    model = Counting()
    matcher = Matcher(model.embedding())
    found = matcher.similarities(
        [("What is a?", "what is a"), ("What is a?", "what is b"), ("What is a?", "What is a?")]
    )
    assert found[0] > 0.9
    assert found[1] == -1
    assert list(map(len, model.calls)) == [2]
    assert matcher.cost == 3 * len("What is a?what is a")
