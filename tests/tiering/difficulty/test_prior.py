"""What is assumed before anything is learnt, and that learning from few rows does not undo it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nightshift.tiering.difficulty import prior as assumed
from nightshift.tiering.difficulty.features import NAMES
from nightshift.tiering.difficulty.model import DifficultyModel, load_model, prior
from nightshift.tiering.difficulty.training import train
from nightshift.tiering.outcomes import Outcome

MakeRows = Callable[..., list[Outcome]]
CHOICES = "\nA. {}\nB. {}\nC. {}\nD. {}\nAnswer:"

JUDGED_TOGETHER = (
    "Statement 1 | Every square is a rectangle. Statement 2 | Every rhombus is a square."
    + CHOICES.format("True, True", "False, False", "True, False", "False, True")
)
KNOWN_BY_MANY = "Which country has the longest coast?" + CHOICES.format("Russia", "Canada", "Norway", "Chile")
CASE = (
    "Ann sold land to Ben by contract. The deed was lost, and the buyer sued the seller for breach in court. Who wins?"
    + CHOICES.format("Ben, as buyer", "Ann, since no deed was recorded", "neither", "the court decides by equity")
)
SUM = "A mass of 3.25 kg moves at 12.7 m/s. What is its energy?" + CHOICES.format("262.1", "20.6", "41.3", "524.2")


@pytest.mark.parametrize("model", [prior(), load_model()], ids=["prior", "shipped"])
def test_statements_judged_together_and_cases_gain_more_than_what_is_widely_known(model: DifficultyModel) -> None:
    together, case, known, calculation = model.scores([JUDGED_TOGETHER, CASE, KNOWN_BY_MANY, SUM])
    assert min(together, case) > known
    assert calculation < min(together, case)  # a long sum in a letter: premium does not manage it either


def test_every_weight_is_of_a_feature() -> None:
    assert {name for weights in assumed._WEIGHTS.values() for name in weights} <= set(NAMES)


def test_a_field_that_no_row_was_about_keeps_what_is_assumed_of_it(make_rows: MakeRows) -> None:
    model = DifficultyModel(train(make_rows(600), trained_at="today"))
    of_law, of_nothing = model.scores(
        [f"{who} has 3 boxes and 4 boxes. How many boxes does she have?" for who in ("The plaintiff", "The neighbour")]
    )
    assert of_law > of_nothing + 0.01
