"""The promise holds: bounds against known values, and 1,000 resampled histories of recorded outcomes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import beta, binom

from nightshift.tiering.answers.comparators import Comparator, TextAgreement
from nightshift.tiering.answers.verifier import held_back_doubts
from nightshift.tiering.cases import Cases, Rate, Rates, cases
from nightshift.tiering.difficulty.training import held_back_scores
from nightshift.tiering.guarantee import certified, percent, rows_needed, tail, upper_bound
from nightshift.tiering.outcomes import Outcome
from nightshift.tiering.planning import Wanted, plan
from nightshift.tiering.strategies import run

HISTORIES = 1_000


@pytest.mark.parametrize(("losses", "rows", "allowed"), [(0, 50, 0.05), (12, 300, 0.06), (900, 20_000, 0.05)])
def test_the_tail_is_the_binomial_one(losses: int, rows: int, allowed: float) -> None:
    assert tail(losses, rows, allowed) == pytest.approx(binom.cdf(losses, rows, allowed), rel=1e-6)


def test_the_upper_bound_is_clopper_and_pearsons() -> None:
    assert upper_bound(12, 300, 0.95) == pytest.approx(beta.ppf(0.95, 13, 288), abs=1e-6)
    assert upper_bound(0, 0, 0.95) == 1.0


def test_the_first_failure_ends_the_sequence() -> None:
    assert certified([("safe", 0), ("too much", 90), ("lucky", 0)], 300, 0.05, 0.05) == ["safe"]


def test_rows_needed_are_enough_and_no_fewer() -> None:
    needed = rows_needed(0.02, 0.05, 0.05)
    assert needed is not None
    assert tail(int(np.ceil(needed * 0.02)), needed, 0.05) <= 0.05
    assert rows_needed(0.05, 0.05, 0.05) is None


@pytest.mark.parametrize("quality", [0.80, 0.84, 0.88])
def test_the_promise_is_missed_no_more_often_than_stated(quality: float, make_cases: Callable[..., Cases]) -> None:
    """The true quality of a plan is that on the whole population which the histories are drawn from."""
    assert_kept(make_cases(20_000, signal=0.45, seed=9), quality, often=quality < 0.88)


def test_the_promise_holds_on_recorded_outcomes(recorded: Callable[[str], list[Outcome]]) -> None:
    """Mixtral's answers to GSM8K, read by a verifier that has not seen them, and gpt-4's where it doubts."""
    rows = recorded("gsm8k_dev.jsonl")
    rates = Rates(Rate(0.3, 0.3), Rate(5, 15), Rate(10, 30))
    agreement = TextAgreement(Comparator.NUMERIC)
    assert_kept(cases(rows, rates, held_back_scores(rows), held_back_doubts(rows), agreement), 0.8, often=True)


def assert_kept(population: Cases, quality: float, *, often: bool) -> None:
    """A promise that is never given is kept too easily, so some must be given where `often`."""
    wanted = Wanted(quality, confidence=0.9)
    generator = np.random.default_rng(17)
    promised = missed = 0
    for _ in range(HISTORIES):
        found = plan(population.take(generator.integers(0, len(population), 300)), wanted)
        promised += found.guaranteed
        missed += found.guaranteed and run(found.choice, population).quality < quality
    assert missed <= (1 - wanted.confidence) * HISTORIES
    assert promised > 0.2 * HISTORIES or not often


@pytest.mark.parametrize(
    ("quality", "said"), [(0.95, "95.0%"), (0.9499, "94.99%"), (0.9999, "99.99%"), (0.9556, "95.56%"), (1.0, "100.0%")]
)
def test_a_quality_is_not_rounded_into_a_better_one(quality: float, said: str) -> None:
    assert percent(quality) == said
