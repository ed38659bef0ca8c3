"""The verifier: better than chance before it learnt anything, better after, and on recorded answers above its goal."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nightshift.errors import Misconfigured
from nightshift.tiering.answers.verifier import Verifier, held_back_doubts, prior_verifier, train_verifier
from nightshift.tiering.curves import apgr
from nightshift.tiering.outcomes import Outcome

PROMPT = "Ann has 3 boxes with 4 apples each. How many apples does she have?"


def test_the_prior_doubts_wrong_sums_refusals_and_odd_results() -> None:
    answers = ["3 * 4 = 12\n#### 12", "3 * 4 = 13\n#### 13", "I'm sorry, I cannot answer.", "3 * 4 = 12, so #### -12.5"]
    good, *bad = prior_verifier().doubts([PROMPT] * 4, answers).tolist()
    assert min(bad) > good


def test_recorded_answers_are_told_apart(recorded: Callable[[str], list[Outcome]]) -> None:
    rows = recorded("gsm8k_dev.jsonl")
    light = np.array([row.light_correct for row in rows], dtype=float)
    premium = np.array([row.premium_correct for row in rows], dtype=float)
    assert apgr(held_back_doubts(rows), light, premium) >= 0.70
    untrained = prior_verifier().doubts([row.prompt for row in rows], [row.light_answer or "" for row in rows])
    assert apgr(untrained, light, premium) >= 0.65


def test_one_row_has_the_doubt_of_nothing_learnt_and_no_warning() -> None:
    row = Outcome(prompt=PROMPT, light_correct=True, premium_correct=True, light_answer="#### 12")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(held_back_doubts([row])).all()
        assert np.isfinite(held_back_doubts([row] * 3)).all()


def test_weights_of_another_way_to_read_answers_are_refused() -> None:
    row = Outcome(prompt=PROMPT, light_correct=True, premium_correct=True, light_answer="#### 12")
    weights = train_verifier([row] * 100, trained_at="today")
    assert weights is not None
    Verifier(weights)
    earlier = replace(weights, card={name: value for name, value in weights.card.items() if name != "reads"})
    with pytest.raises(Misconfigured, match="reads answers in another way"):
        Verifier(earlier)


def test_an_endless_number_is_no_number() -> None:
    answers = ["The answer is " + "9" * 400, "9" * 5_000, "1" * 400 + " + 1 = " + "1" * 400]
    assert np.isfinite(prior_verifier().doubts(["8" * 400] * 3, answers)).all()


def test_too_few_answers_teach_nothing() -> None:
    row = Outcome(prompt=PROMPT, light_correct=True, premium_correct=True, light_answer="#### 12")
    assert train_verifier([row] * 20, trained_at="today") is None
