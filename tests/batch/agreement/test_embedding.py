"""Answers that are near each other."""

from __future__ import annotations

from nightshift.batch.agreement.embedding import EmbeddingAgreement
from nightshift.similarity.embedding import word_vectors
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
