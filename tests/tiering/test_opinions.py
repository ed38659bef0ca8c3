"""Opinions of one model stand under one another, whatever order the rows have; what is missing is told."""

from __future__ import annotations

import numpy as np
import pytest

from nightshift.errors import InvalidSpec
from nightshift.tiering.answers.comparators import Comparator, TextAgreement
from nightshift.tiering.cases import Rate, Rates, cases
from nightshift.tiering.opinions import opinions_of
from nightshift.tiering.outcomes import Opinion, Outcome

ONE = Rate(1, 1)


def row(*opinions: tuple[str, str], light: str | None = "5") -> Outcome:
    """Opinions as (model, answer)."""
    further = tuple(Opinion(model=model, answer=answer, correct=True) for model, answer in opinions)
    return Outcome(prompt="p", light_correct=False, premium_correct=True, light_answer=light, opinions=further)


def answers(*rows: Outcome) -> dict[str, list[str]]:
    return {one.model: [opinion.answer for opinion in one.opinions] for one in opinions_of(rows).columns}


def test_models_are_matched_by_name() -> None:
    assert answers(row(("a", "1"), ("b", "2")), row(("b", "3"), ("a", "4"))) == {"a": ["1", "4"], "b": ["2", "3"]}


def test_without_names_the_place_counts() -> None:
    found = opinions_of([row(("", "1"), ("", "2")), row(("", "3"), ("", "4"))]).columns
    assert [[one.answer for one in column.opinions] for column in found] == [["1", "3"], ["2", "4"]]


def test_a_model_that_was_asked_twice_has_two_opinions() -> None:
    assert len(opinions_of([row(("a", "1"), ("a", "2"))]).columns) == 2


def test_a_model_that_some_rows_lack_is_left_out_and_told() -> None:
    found = opinions_of([row(("a", "1"), ("b", "2")), row(("b", "3")), row(("b", "3"))])
    assert [one.model for one in found.columns] == ["b"]
    assert found.missing == "Left out of agreement: 2 of 3 rows have no opinion of a."


def test_rows_without_light_answers_are_told() -> None:
    found = opinions_of([row(("a", "1")), row(("a", "1"), light=None)])
    assert found == ((("a", 0),), (), "No agreement: 1 of 2 rows do not bring their light answer.")
    assert opinions_of([row(light=None)]) == ((), (), "")


def test_a_name_per_row_does_not_flood_the_sentence() -> None:
    found = opinions_of([row((f"model-{number}", "1")) for number in range(50)])
    assert found.missing.endswith("2; and of 47 further models.")


def test_agreement_and_prices_follow_the_models() -> None:
    """Model a says what light says; its price and its answers are its own in either order."""
    rows = [row(("a", "5"), ("b", "6")), row(("b", "7"), ("a", "5"))]
    found = cases(
        rows, Rates(ONE, ONE, ONE, (Rate(0, 4), Rate(0, 8))), np.zeros(2), None, TextAgreement(Comparator.NUMERIC)
    )
    assert found.settled[0].tolist() == [True, True]
    assert [costs.tolist() for costs in found.opinion_costs] == [[1e-6, 1e-6], [2e-6, 2e-6]]


def test_an_opinion_without_a_price_names_the_option_and_the_models() -> None:
    with pytest.raises(InvalidSpec) as caught:
        cases(
            [row(("a", "5"), ("b", "6"))],
            Rates(ONE, ONE, ONE, (ONE,)),
            np.zeros(2),
            None,
            TextAgreement(Comparator.EXACT),
        )
    assert str(caught.value) == (
        "--opinion: rows bring opinions of more models than there are prices; value: 1; limit: 2; "
        "way out: --opinion 0.0375/0.15, or a model of the catalogue, once per further model: a, b"
    )
