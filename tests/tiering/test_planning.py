"""The planner: the cheapest that may be promised, in the waves there are, and honest where it cannot promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nightshift.tiering.cases import Cases
from nightshift.tiering.planning import Wanted, carried_over, plan
from nightshift.tiering.strategies import Choice, Strategy, run

MakeCases = Callable[..., Cases]


def test_a_good_score_saves_and_is_promised(make_cases: MakeCases) -> None:
    found = plan(make_cases(2_000), Wanted(0.85))
    assert found.guaranteed
    assert found.quality_low >= 0.85
    assert found.cost < found.baseline_cost / 2
    assert "guaranteed: at least 85.0% right" in found.statement


def test_too_few_cases_are_said_to_be_too_few(make_cases: MakeCases) -> None:
    found = plan(make_cases(40), Wanted(0.85))
    assert not found.guaranteed
    assert found.statement.startswith("not guaranteed: 40 of ")


def test_a_quality_nobody_reached_is_not_promised(make_cases: MakeCases) -> None:
    found = plan(make_cases(2_000), Wanted(0.999))
    assert not found.guaranteed
    assert "too near to or above" in found.statement


def test_a_score_that_knows_nothing_is_not_routed_by(make_cases: MakeCases) -> None:
    cases = make_cases(2_000, signal=0.0)
    found = plan(cases, Wanted(0.8))
    assert found.choice.strategy is not Strategy.DIRECT
    assert found.evidence.statement().startswith("no evidence that the score helps")


def test_a_strategy_that_needs_more_waves_than_fit_is_not_planned(make_cases: MakeCases) -> None:
    cases = make_cases(2_000)
    assert plan(cases, Wanted(0.85, waves=1)).waves == 1
    assert plan(replace(cases, score=np.zeros(2_000)), Wanted(0.85, waves=1)).choice.strategy is Strategy.PREMIUM_ONLY


def test_a_cheaper_second_model_is_cheaper_in_the_plan(make_cases: MakeCases) -> None:
    """Prices decide: an opinion that costs more than premium is not asked for."""
    cases = replace(make_cases(2_000, signal=0.0), doubt=None)
    assert plan(cases, Wanted(0.85)).choice.strategy is Strategy.AGREEMENT
    dear = replace(cases, opinion_costs=(np.full(2_000, 1.0),))
    assert plan(dear, Wanted(0.85)).choice.strategy is Strategy.PREMIUM_ONLY


def test_quality_may_be_asked_in_terms_of_premium(make_cases: MakeCases) -> None:
    cases = make_cases(2_000)
    found = plan(cases, Wanted(0.97, of_premium=True))
    lost = (cases.premium > run(found.choice, cases).right).mean()
    assert found.guaranteed
    assert lost < 0.03


def test_light_alone_is_planned_where_premium_is_worse(make_cases: MakeCases) -> None:
    found = plan(make_cases(1_000, light=0.99, premium=0.3, signal=0.0), Wanted(0.95))
    assert found.choice.strategy is Strategy.LIGHT_ONLY
    assert found.guaranteed


def test_no_cases_at_all_give_an_honest_plan(make_cases: MakeCases) -> None:
    found = plan(make_cases(300).take(np.zeros(0, dtype=np.int64)), Wanted(0.9))
    assert found.choice == Choice(Strategy.AGREEMENT, opinions=1)
    assert not found.guaranteed


def test_few_cases_are_no_reason_to_trust_the_light_model(make_cases: MakeCases) -> None:
    cases = make_cases(40, light=1.0)
    assert plan(cases, Wanted(0.95)).choice == Choice(Strategy.AGREEMENT, opinions=1)
    alone = replace(cases, settled=(), settled_right=(), opinion_costs=())
    assert plan(alone, Wanted(0.95)).choice == Choice(Strategy.VERIFY, threshold=0.5)
    assert plan(alone, Wanted(0.95, waves=1)).choice == Choice(Strategy.PREMIUM_ONLY)


def test_agreement_that_never_happens_is_not_planned_for_lack_of_cases(make_cases: MakeCases) -> None:
    cases = make_cases(40)
    silent = replace(cases, settled=(np.zeros(40, dtype=bool),), doubt=None)
    assert plan(silent, Wanted(0.95)).choice == Choice(Strategy.PREMIUM_ONLY)


def test_fewer_cases_than_evidence_takes_promise_nothing_though_they_all_went_well(make_cases: MakeCases) -> None:
    cases = replace(make_cases(45), light=np.ones(45))
    found = plan(cases, Wanted(0.9))
    assert not found.guaranteed
    assert found.statement == "not guaranteed: 45 of 50 graded cases that 90.0% at 95% confidence takes"


def test_few_losses_in_few_cases_do_not_say_that_a_quality_is_out_of_reach(make_cases: MakeCases) -> None:
    cases = make_cases(10)
    eight = replace(cases, light=np.zeros(10), premium=np.arange(10.0) > 1, settled=(), settled_right=())
    assert plan(eight, Wanted(0.95)).statement == (
        "not guaranteed: 10 graded cases are too few to tell 95.0% at 95% confidence"
    )
    assert "too near to or above the 80.0%" in plan(eight, Wanted(0.999)).statement


def test_premium_is_not_asked_where_it_is_as_often_wrong(make_cases: MakeCases) -> None:
    cases, right = make_cases(100, signal=0.0), np.arange(100.0) >= 10
    same = replace(cases, light=right, premium=right, settled=(), settled_right=(), doubt=None)
    for quality in (0.9, 0.95):  # reached exactly, and not reached
        assert plan(same, Wanted(quality)).choice.strategy is Strategy.LIGHT_ONLY


def test_for_other_weights_a_plan_keeps_its_share_and_not_its_threshold(make_cases: MakeCases) -> None:
    cases = make_cases(2_000)
    found = plan(replace(cases, settled=(), settled_right=(), doubt=None), Wanted(0.85))
    in_use = replace(cases, score=cases.score / 3)
    carried = carried_over(found, in_use)
    assert (found.choice.strategy, found.guaranteed, carried.guaranteed) == (Strategy.DIRECT, True, False)
    assert (in_use.score >= carried.choice.threshold).mean() == found.premium_share
    assert (in_use.score >= found.choice.threshold).mean() < found.premium_share / 2
    assert carried.statement == "not guaranteed: fewer than 50 of these 2,000 graded cases are new to the weights"
