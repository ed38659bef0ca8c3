"""Answers that are near each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from nightshift.batch.agreement.embedding import MOST_FAILURES, EmbeddingAgreement
from nightshift.errors import BudgetExceeded, NightshiftError, ProviderRefused, ProviderUnavailable
from nightshift.similarity.embedding import Embedded, word_vectors
from nightshift.similarity.matching import Matcher

SAID = "The order can be returned within 30 days of delivery."
AGAIN = "Yes, you can have your order returned to us within 30 days of the delivery."
LATER = "The order can be returned within 60 days of delivery."
ELSE = "The order number is printed on the label, and 30 of these days are over."
REFUSAL = "I'm sorry, but I can't help with that."


def agree(*pairs: tuple[str, str], similarity: float = 0.9) -> list[bool]:
    return EmbeddingAgreement(word_vectors(), similarity).agree(list(pairs))


def test_pairs_come_out_in_their_order_whatever_is_between_them() -> None:
    pairs = [(SAID, AGAIN), (SAID, LATER), ("", ""), (SAID, ELSE), (AGAIN, SAID), (REFUSAL, REFUSAL), (SAID, AGAIN)]
    assert agree(*pairs) == [True, False, False, False, True, False, True]
    assert agree() == []


def test_the_policys_similarity_is_the_least_cosine() -> None:
    assert agree((SAID, AGAIN), similarity=0.9) == [True]
    assert agree((SAID, AGAIN), similarity=0.95) == [False]


def test_the_same_text_agrees_at_any_similarity() -> None:
    assert agree((SAID, f" {SAID}\n"), similarity=1.0) == [True]


def test_a_cosine_does_not_outweigh_a_number() -> None:
    assert agree((SAID, LATER), similarity=0.01) == [False]


def test_opposites_do_not_agree_however_near_they_are() -> None:
    opposites = [
        ("The landlord pays the tenant.", "The tenant pays the landlord."),
        ("The message that you sent us is spam.", "The message that you sent us is fraud."),
        ("The review that you sent us is mixed.", "The review that you sent us is favourable."),
        ("For this order you will get a refund.", "For this order you will get a replacement."),
    ]
    assert (Matcher(word_vectors()).cosines(opposites) >= 0.85).all(), "the cosine alone would not do"
    assert agree(*opposites, similarity=0.85) == [False] * len(opposites)


class Model:
    """An embedding that fails the first times it is asked."""

    name, digest = "m", "d"

    def __init__(self, failures: int, error: NightshiftError) -> None:
        self.asked = 0
        self._failures, self._error = failures, error

    def embed(self, texts: Sequence[str]) -> Embedded:
        self.asked += 1
        if self.asked <= self._failures:
            raise self._error
        return word_vectors().embed(texts)


NO_ROOM = BudgetExceeded("no room", field="budget_usd", way_out="raise it")


@pytest.mark.parametrize("error", [ProviderUnavailable("down"), ProviderRefused("no"), NO_ROOM], ids=str)
def test_answers_whose_embeddings_cannot_be_had_do_not_agree_unless_they_are_the_same(error: NightshiftError) -> None:
    model = Model(1, error)
    agreement = EmbeddingAgreement(model, 0.9)
    assert agreement.agree([(SAID, AGAIN), (SAID, SAID)]) == [False, True]
    assert agreement.agree([(SAID, AGAIN)]) == [True]


def test_a_model_that_is_down_is_not_asked_for_the_rest_of_the_wave() -> None:
    model = Model(100, ProviderUnavailable("down"))
    agreement = EmbeddingAgreement(model, 0.9)
    assert [agreement.agree([(SAID, AGAIN)]) for _ in range(MOST_FAILURES + 2)] == [[False]] * (MOST_FAILURES + 2)
    assert model.asked == MOST_FAILURES


def test_no_model_is_asked_after_the_deadline() -> None:
    model = Model(0, NO_ROOM)
    past, future = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
    assert EmbeddingAgreement(model, 0.9, past).agree([(SAID, AGAIN)]) == [False]
    assert model.asked == 0
    assert EmbeddingAgreement(model, 0.9, future).agree([(SAID, AGAIN)]) == [True]
