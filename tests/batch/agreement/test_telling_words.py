"""Answers that a cosine takes for the same, and what keeps them apart."""

from __future__ import annotations

import pytest

from nightshift.batch.agreement.telling_words import may_agree
from nightshift.similarity.embedding import word_vectors
from nightshift.similarity.matching import Matcher

RETURNED = "The order can be returned within 30 days of delivery."

APART = [
    (RETURNED, "The order can be returned within 14 days of delivery."),
    (RETURNED, "The order can be returned within 30 weeks of delivery."),
    (RETURNED, "The order cannot be returned within 30 days of delivery."),
    (RETURNED, "The order can't be returned within 30 days of delivery."),
    ("You can open it, but you cannot sell it.", "You can sell it, but you cannot open it."),
    ("Paris is the capital of that country.", "London is the capital of that country."),
    ("In the final Germany beat Brazil.", "In the final Brazil beat Germany."),
    ("It is safe to use with the children.", "It is unsafe to use with the children."),
    ("The prices will increase in the next year.", "The prices will decrease in the next year."),
    ("Only dogs may travel free of charge.", "Dogs may travel free of charge."),
    ("It costs $5 per month.", "It costs €5 per month."),
    ("It takes five minutes to do this.", "It takes six minutes to do this."),
    ("The tool to use for this is `rm`.", "The tool to use for this is `mv`."),
    ("Hunde fahren kostenlos mit.", "Hunde fahren nicht kostenlos mit."),
    ('{"label": "billing"}', '{"label": "delivery"}'),
]
TOGETHER = [
    (RETURNED, "You can return the order within 30 days after it was delivered."),
    (RETURNED, "The order can be returned within thirty days of delivery."),
    ("It costs $1,000.00 per month.", "It costs 1000 dollars per month."),
    ("It is 5 percent more than before.", "It is 5% more than before."),
    ("The capital of that country is **Paris**.", "Paris is the capital of that country."),
    ("1. The cable is loose.\n2. The fuse is gone.", "The cable is loose, and the fuse is gone."),
    ("You can't open this.", "You cannot open this."),
    ("Hunde fahren kostenlos mit.", "hunde fahren kostenlos mit"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_tells_two_answers_apart_is_seen_from_both_sides(one: str, other: str) -> None:
    assert not may_agree(one, other)
    assert not may_agree(other, one)


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_another_wording_of_the_same_is_left_to_the_cosine(one: str, other: str) -> None:
    assert may_agree(one, other)
    assert may_agree(other, one)


def test_the_cosine_alone_would_have_taken_them_for_the_same() -> None:
    """Why this is needed at all."""
    assert (Matcher(word_vectors()).cosines(APART[:8]) >= 0.9).all()
