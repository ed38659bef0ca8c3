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
    ("The landlord pays the tenant.", "The tenant pays the landlord."),
    ("Both agree that the landlord pays the tenant.", "Both agree that the tenant pays the landlord."),
    ("The employer pays the employee.", "The employee pays the employer."),
    ("The dog chases the cat.", "The dog is chased by the cat."),
    ("The money goes from the tenant to the bank.", "The money goes to the tenant from the bank."),
    ("You must pay us for this.", "We must pay you for this."),
    ("The message is spam.", "The message is fraud."),
    ("The review is mixed.", "The review is favourable."),
    ("You will get a refund for this order.", "You will get a replacement for this order."),
    ("You must return the order.", "You may return the order."),
    ("The fee was paid to the bank.", "The fee will be paid to the bank."),
    ("All of the orders can be returned.", "Some of the orders can be returned."),
    ("He voted for the law.", "He voted against the law."),
    ("You can return the order.", "You can return the order if it is unopened."),
    ("It is certain that they will pay.", "It is almost certain that they will pay."),
    ("The answer to this is A.", "The answer to this is B."),
    ("The low of the day is -5 degrees.", "The low of the day is 5 degrees."),
    ("It must be > 5 to pass the test.", "It must be < 5 to pass the test."),
    ("It is $5 for the one and €3 for the other.", "It is €5 for the one and $3 for the other."),
    ("It is 5 in May, 3 in June and 5 in July.", "It is 5 in May, 3 in June and 3 in July."),
    # The same, and kept apart all the same: what can be said in another order can be said the other way round.
    (RETURNED, "You can return the order within 30 days of delivery."),
    ("The capital of that country is **Paris**.", "Paris is the capital of that country."),
    ("You can get a refund for this.", "You can get your money back for this."),
]
TOGETHER = [
    (RETURNED, "Yes, you can have your order returned to us within 30 days of the delivery."),
    (RETURNED, "The orders may be returned within 30 days of delivery."),
    (RETURNED, "The order can be returned within thirty days of delivery."),
    ("It costs $1,000.00 per month.", "It costs 1000 dollars per month."),
    ("It is 5 percent more than before.", "It is 5% more than before."),
    ("The capital of that country is **Paris**.", "The capital of that country is Paris, a big city."),
    ("1. The cable is loose.\n2. The fuse is gone.", "The cable is loose, and the fuse is gone."),
    ("You can't open this.", "You cannot open this."),
    ("He tries to stop the charge.", "He tried to stop the charges."),
    ("Don't open it, and don't sell it.", "Do not open it and do not sell it."),
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
