"""Which cascade a run gets: what is learnt decides, and where little is learnt it is a careful one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightshift.batch.job import Deployment, ResolvedTier
from nightshift.batch.tiering.cascade import WeightsInUse
from nightshift.batch.tiering.planning import Learnt, fixed_cascade, planned_cascade
from nightshift.batch.tiering.policy import CascadePolicy, QualityTarget, TierPolicy
from nightshift.finops.prices import look_up
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.model_registry.catalogue import find_model
from nightshift.tiering.answers.verifier import prior_verifier
from nightshift.tiering.difficulty.model import prior
from nightshift.tiering.outcomes import Opinion, Outcome

MODELS = ("gpt-4o-mini-2024-07-18", "gpt-4.1-nano-2025-04-14", "gpt-4o-2024-08-06")
NIGHT = timedelta(hours=12)
WEIGHTS = {"difficulty": WeightsInUse(digest="d"), "verifier": WeightsInUse(digest="v")}


def deployment(name: str) -> Deployment:
    model, now = find_model(name, field="tiers"), datetime.now(UTC)
    capabilities = find_capabilities(model.provider)
    named = (model.provider, capabilities.price_list, model.priced_model)
    return Deployment(
        model=name,
        model_digest="0",
        provider=model.provider,
        provider_model=model.provider_model,
        region="global",
        capabilities=capabilities,
        batch_price=look_up(*named, "batch", now),
        realtime_price=look_up(*named, "realtime", now),
    )


TIERS = tuple(ResolvedTier(name=name, deployments=(deployment(name),)) for name in MODELS)


def policy(**cascade: Any) -> TierPolicy:
    listed = [{"name": name, "deployments": [name]} for name in MODELS]
    return TierPolicy.model_validate({"tiers": listed, "cascade": {"strategy": "auto", **cascade}})


def learnt(outcomes: list[Outcome]) -> Learnt:
    return Learnt(outcomes, prior(), prior_verifier(), WEIGHTS)  # type: ignore[arg-type]


def graded(rows: int, light_right: float) -> list[Outcome]:
    """Rows of a prompt: premium always right, light in some, the second model agrees where light is right."""
    chance = random.Random(4)
    found = []
    for number in range(rows):
        right = chance.random() < light_right
        second = {"model": MODELS[1], "answer": f"#### {number + 1 if right else 77}", "correct": right}
        found.append(
            Outcome(
                prompt=f"How much is {number} plus 1?",
                light_correct=right,
                premium_correct=True,
                light_answer=f"#### {number + 1 if right else number + 3}",
                premium_answer=f"#### {number + 1}",
                opinions=(Opinion.model_validate(second),),
            )
        )
    return found


def test_what_the_policy_fixes_is_taken_as_it_is() -> None:
    verify = fixed_cascade(CascadePolicy(strategy="verify", threshold=0.4), WEIGHTS)  # type: ignore[arg-type]
    assert (verify.strategy, verify.threshold) == ("verify", 0.4)
    assert set(verify.weights) == {"verifier"}
    direct = fixed_cascade(CascadePolicy(strategy="direct", threshold=0.4), WEIGHTS)  # type: ignore[arg-type]
    assert set(direct.weights) == {"difficulty"}
    assert fixed_cascade(CascadePolicy(), WEIGHTS).strategy == "ladder"  # type: ignore[arg-type]


def test_a_light_model_that_is_nearly_always_right_gets_all_rows_with_a_promise() -> None:
    found = planned_cascade(policy(), QualityTarget(at_least=0.9), TIERS, NIGHT, learnt(graded(600, 0.99)))
    assert (found.strategy, found.guaranteed, found.cases) == ("light_only", True, 600)
    assert found.reason.startswith("guaranteed: at least 90.0% right, at 95% confidence; light only")
    assert found.expected is not None
    assert found.expected.cost < 0.1 * found.expected.premium_in_real_time


def test_agreement_is_chosen_where_the_light_model_alone_is_not_enough() -> None:
    outcomes = graded(600, 0.8)
    found = planned_cascade(policy(comparator="numeric"), QualityTarget(at_least=0.95), TIERS, NIGHT, learnt(outcomes))
    assert (found.strategy, found.guaranteed) == ("agreement", True)
    assert found.expected is not None
    assert found.expected.premium_share == pytest.approx(0.2, abs=0.05)


def in_prose(rows: list[Outcome]) -> list[Outcome]:
    """The same rows with two models that say the same in other words."""

    def said(answer: str | None, words: str) -> str:
        return words.format((answer or "").removeprefix("#### "))

    return [
        row.model_copy(
            update={
                "light_answer": said(row.light_answer, "The result of this sum is {}."),
                "opinions": tuple(
                    one.model_copy(update={"answer": said(one.answer, "Yes, the result of the sum is {}.")})
                    for one in row.opinions
                ),
            }
        )
        for row in rows
    ]


def test_recorded_opinions_in_prose_are_compared_as_a_run_by_embedding_would() -> None:
    outcomes, target = in_prose(graded(600, 0.8)), QualityTarget(at_least=0.95)
    near = policy(comparator="embedding", similarity=0.9)
    found = planned_cascade(near, target, TIERS, NIGHT, learnt(outcomes))
    assert (found.strategy, found.guaranteed) == ("agreement", True)
    assert found.comparator == "embedding"
    as_written = planned_cascade(policy(comparator="exact"), target, TIERS, NIGHT, learnt(outcomes))
    assert as_written.strategy != "agreement"


def test_an_embedding_model_is_not_asked_while_planning_nor_are_its_cosines_taken_for_those_of_word_vectors() -> None:
    near = policy(comparator="embedding", similarity=0.9, embedding="m")
    outcomes = in_prose(graded(600, 0.8))
    assert planned_cascade(near, QualityTarget(at_least=0.95), TIERS, NIGHT, learnt(outcomes)).strategy != "agreement"


def test_a_judge_is_not_asked_while_planning_so_agreement_is_chosen_only_without_evidence() -> None:
    judged, target = policy(comparator="judge", judge=MODELS[2]), QualityTarget(at_least=0.95)
    assert planned_cascade(judged, target, TIERS, NIGHT, learnt(graded(600, 0.8))).strategy != "agreement"
    careful = planned_cascade(judged, target, TIERS, NIGHT, learnt(graded(20, 0.8)))
    assert (careful.strategy, careful.comparator) == ("agreement", "judge")


def test_agreement_needs_a_comparator_so_without_one_premium_or_doubt_decides() -> None:
    found = planned_cascade(policy(), QualityTarget(at_least=0.95), TIERS, NIGHT, learnt(graded(600, 0.8)))
    assert found.strategy in ("verify", "premium_only")


def test_few_rows_promise_nothing_and_the_reason_counts_them() -> None:
    found = planned_cascade(policy(), QualityTarget(at_least=0.95), TIERS, NIGHT, learnt(graded(55, 0.99)))
    assert not found.guaranteed
    assert "not guaranteed: 55 of " in found.reason


@pytest.mark.parametrize(
    ("cascade", "time", "strategy"),
    [
        ({"comparator": "numeric"}, NIGHT, "agreement"),
        ({}, NIGHT, "verify"),
        ({"comparator": "numeric"}, timedelta(hours=5), "premium_only"),
        ({"comparator": "numeric", "hours_per_wave": 1}, timedelta(hours=5), "agreement"),
    ],
)
def test_with_too_little_evidence_answers_are_read_instead_of_guessed_as_far_as_time_allows(
    cascade: dict[str, Any], time: timedelta, strategy: str
) -> None:
    found = planned_cascade(policy(**cascade), QualityTarget(at_least=0.95), TIERS, time, learnt(graded(20, 1.0)))
    assert found.strategy == strategy
    assert not found.guaranteed
    assert "not guaranteed: 0 of" not in found.reason
    assert "too little evidence yet" in found.reason
    assert found.threshold == (0.5 if strategy == "verify" else None)


def test_rows_that_the_weights_were_trained_on_may_advise_but_promise_nothing() -> None:
    outcomes = graded(600, 0.99)
    known = learnt(outcomes)
    verifier = prior_verifier()
    verifier._seen = _digests(outcomes)  # as if it had been trained on them
    found = planned_cascade(
        policy(comparator="numeric"), QualityTarget(at_least=0.9), TIERS, NIGHT, replace(known, verifier=verifier)
    )
    assert not found.guaranteed
    assert found.reason == "not guaranteed: fewer than 50 of these 600 graded cases are new to the weights; light only"


def _digests(outcomes: list[Outcome]) -> Any:
    from nightshift.tiering.difficulty.model import digests

    return digests([row.prompt for row in outcomes])


@pytest.mark.parametrize(("rows", "compared"), [(600, 600), (600, 1), (20, 20)])
def test_rows_that_were_only_compared_with_premium_promise_nothing_of_what_is_right(rows: int, compared: int) -> None:
    outcomes = graded(rows, 0.99)
    outcomes[:compared] = [row.model_copy(update={"graded": False}) for row in outcomes[:compared]]
    found = planned_cascade(policy(), QualityTarget(at_least=0.9), TIERS, NIGHT, learnt(outcomes))
    assert not found.guaranteed
    assert found.reason.startswith("not guaranteed: answers were only compared with premium's")
    assert "`of: premium`" in found.reason
    of_premium = planned_cascade(policy(), QualityTarget(at_least=0.9, of="premium"), TIERS, NIGHT, learnt(outcomes))
    assert of_premium.guaranteed == (rows == 600)


def test_a_quality_relative_to_premium_does_not_ask_for_what_premium_cannot_do() -> None:
    outcomes = [row.model_copy(update={"premium_correct": row.light_correct}) for row in graded(600, 0.7)]
    target = QualityTarget(at_least=0.95, of="premium")
    found = planned_cascade(policy(), target, TIERS, NIGHT, learnt(outcomes))
    assert (found.strategy, found.guaranteed) == ("light_only", True)
    assert "no worse than premium" in found.reason
