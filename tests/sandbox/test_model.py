"""The stand-in model's vectors: unit vectors, the same for the same text, near for texts that share words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from nightshift.sandbox.model import StandInModel

SAID, AGAIN, ELSE = "How long does a refund take?", "How long will a REFUND take", "Where is my invoice?"


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("size", [256, 1536])
def test_texts_that_share_words_are_near_each_other(size: int) -> None:
    said, again, other = StandInModel().vectors([SAID, AGAIN, ELSE], size)
    assert len(said) == size
    assert cosine(said, again) > 0.7
    assert abs(cosine(said, other)) < 0.3


@pytest.mark.parametrize("text", [SAID, "!?", "ä", "x" * 20_000])
def test_a_text_has_one_vector_of_length_one(text: str) -> None:
    first, again = StandInModel().vectors([text, text], 1536)
    assert first == again
    assert math.isclose(cosine(first, first), 1, abs_tol=1e-5)
