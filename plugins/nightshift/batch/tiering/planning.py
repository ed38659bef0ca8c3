"""Which cascade a run uses. What the policy fixes is taken; what it leaves open is planned from graded outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from nightshift.batch.job import Deployment, ResolvedTier
from nightshift.batch.tiering.cascade import Cascade, Expected, Kind, PairComparator, Strategy, WeightsInUse
from nightshift.batch.tiering.policy import CascadePolicy, QualityTarget, TierPolicy
from nightshift.finops.prices import MILLION, Billable, Mode
from nightshift.tiering.answers.comparators import Comparator, TextAgreement

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.answers.comparators import Agreement
    from nightshift.tiering.answers.verifier import Verifier
    from nightshift.tiering.cases import Cases, Rate
    from nightshift.tiering.difficulty.model import DifficultyModel
    from nightshift.tiering.outcomes import Outcome
    from nightshift.tiering.planning import Plan
    from nightshift.tiering.strategies import Choice

    Floats = npt.NDArray[np.float64]

CHARACTERS_PER_TOKEN = 4  # for models that are billed by the character
FEWEST_ROWS = 50  # below, figures of these rows say nothing: whatever else is known decides
_READS: dict[Strategy, tuple[Kind, ...]] = {
    "direct": ("difficulty",), "verify": ("verifier",), "agreement": ("verifier",)
}  # fmt: skip


@dataclass(frozen=True)
class Learnt:
    """What is known of a prompt and these models. `outcomes` are sampled rows, asked at every tier."""

    outcomes: Sequence[Outcome]
    difficulty: DifficultyModel
    verifier: Verifier
    weights: dict[Kind, WeightsInUse]


def fixed_cascade(policy: CascadePolicy, weights: dict[Kind, WeightsInUse]) -> Cascade:
    """The cascade that a policy fixes itself."""
    if policy.strategy == "auto" or policy.strategy == "ladder":
        return Cascade()
    return _cascade(policy.strategy, policy.threshold, policy.comparator, weights).model_copy(
        update={"reason": f"the tier policy's {policy.strategy}"}
    )


def planned_cascade(
    policy: TierPolicy, target: QualityTarget, tiers: Sequence[ResolvedTier], time_left: timedelta, learnt: Learnt
) -> Cascade:
    """The cheapest cascade that keeps the quality on what was learnt and fits the deadline.

    Where little was learnt it is a careful one, and its reason says so.
    """
    from nightshift.tiering.planning import Wanted, carried_over
    from nightshift.tiering.planning import plan as planned
    from nightshift.tiering.repeats import each_prompt_once

    waves, learnt = _waves(policy.cascade, time_left), replace(learnt, outcomes=each_prompt_once(learnt.outcomes))
    fresh = unseen(learnt)
    enough = len(fresh.outcomes) >= FEWEST_ROWS
    cases = graded_cases(
        tiers, policy.cascade.comparator, fresh if enough else learnt, policy.cascade.similarity_offline
    )
    found = planned(cases, Wanted(target.at_least, target.confidence, waves, target.of == "premium"))
    if enough:
        return _chosen(found, policy.cascade.comparator, learnt.weights)
    if len(learnt.outcomes) >= FEWEST_ROWS:
        in_use = replace(cases, score=_scores_in_use(learnt), doubt=_doubts_in_use(learnt))
        return _chosen(carried_over(found, in_use), policy.cascade.comparator, learnt.weights)
    return _without_evidence(policy, waves, learnt, found.statement)


def unseen(learnt: Learnt) -> Learnt:
    """Rows that the weights were trained on prove nothing about them."""
    prompts = [row.prompt for row in learnt.outcomes]
    seen = learnt.difficulty.trained_on(prompts) | learnt.verifier.trained_on(prompts)
    return replace(learnt, outcomes=[row for row, known in zip(learnt.outcomes, seen, strict=True) if not known])


def _waves(policy: CascadePolicy, time_left: timedelta) -> int:
    """How many batches, one after the other, fit before the deadline."""
    return max(1, int(time_left / timedelta(hours=policy.hours_per_wave)))


def graded_cases(
    tiers: Sequence[ResolvedTier],
    comparator: Comparator | PairComparator | None,
    learnt: Learnt,
    similarity: float | None = None,
) -> Cases:
    """The rows with the scores of the weights in use and the prices in force.

    Opinions are left out where nothing compares them, or a provider's model would have to.
    """
    from nightshift.tiering.cases import Rates, cases

    first = [tier.deployments[0] for tier in tiers]
    rates = Rates(
        light=_rate(first[0]),
        premium=_rate(first[-1]),
        baseline=_rate(first[-1], "realtime"),
        opinions=tuple(_rate(deployment) for deployment in first[1:-1]),
    )
    agreement = _agreement(comparator, similarity)
    most = len(rates.opinions) if agreement is not None else 0
    outcomes = [row.model_copy(update={"opinions": row.opinions[:most]}) for row in learnt.outcomes]
    return cases(outcomes, rates, _scores(learnt), _doubts(learnt), agreement or TextAgreement(Comparator.EXACT))


def _scores(learnt: Learnt) -> Floats:
    """By models that have not seen the rows, where the model in use has."""
    from nightshift.tiering.difficulty.training import held_back_scores

    if learnt.difficulty.trained_on([row.prompt for row in learnt.outcomes]).any():
        return held_back_scores(learnt.outcomes)
    return _scores_in_use(learnt)


def _scores_in_use(learnt: Learnt) -> Floats:
    return learnt.difficulty.scores([row.prompt for row in learnt.outcomes], [row.of for row in learnt.outcomes])


def _doubts(learnt: Learnt) -> Floats | None:
    from nightshift.tiering.answers.verifier import held_back_doubts

    doubts = _doubts_in_use(learnt)
    if doubts is not None and learnt.verifier.trained_on([row.prompt for row in learnt.outcomes]).any():
        return held_back_doubts(learnt.outcomes)
    return doubts


def _doubts_in_use(learnt: Learnt) -> Floats | None:
    """None where an answer to read is missing."""
    answers = [row.light_answer for row in learnt.outcomes if row.light_answer is not None]
    if len(answers) < len(learnt.outcomes):
        return None
    return learnt.verifier.doubts([row.prompt for row in learnt.outcomes], answers)


def _agreement(comparator: Comparator | PairComparator | None, similarity: float | None) -> Agreement | None:
    """What compares recorded answers; None where that cannot be done here."""
    from nightshift.batch.agreement.embedding import EmbeddingAgreement
    from nightshift.similarity.embedding import word_vectors

    if isinstance(comparator, Comparator):
        return TextAgreement(comparator)
    return None if similarity is None else EmbeddingAgreement(word_vectors(), similarity)


def _rate(deployment: Deployment, mode: Mode | None = None) -> Rate:
    """Dollars per million tokens, in the way in which many rows would be asked."""
    from nightshift.tiering.cases import Rate

    price = deployment.price(mode or ("batch" if deployment.batch_price is not None else "realtime"))
    characters = MILLION * CHARACTERS_PER_TOKEN
    given, taken = Billable(MILLION, 0, 0, characters, 0), Billable(0, 0, MILLION, 0, characters)
    return Rate(price.cost(given) / 1e12, price.cost(taken) / 1e12)


def _without_evidence(policy: TierPolicy, waves: int, learnt: Learnt, statement: str) -> Cascade:
    """Too little is graded: two cheap models that agree, else an answer read with suspicion, else premium for all."""
    from nightshift.tiering.planning import DOUBTED

    comparator = policy.cascade.comparator
    if comparator is not None and len(policy.tiers) > 2 and waves >= 2:
        found = _cascade("agreement", None, comparator, learnt.weights)
    elif waves >= 2:
        found = _cascade("verify", DOUBTED, None, learnt.weights)
    else:
        found = _cascade("premium_only", None, None, learnt.weights)
    return found.model_copy(update={"reason": f"{statement}; too little evidence yet, so {_named(found)}"})


def _chosen(plan: Plan, comparator: Comparator | PairComparator | None, weights: dict[Kind, WeightsInUse]) -> Cascade:
    found = _cascade(_strategy(plan.choice), _threshold(plan.choice), comparator, weights)
    return found.model_copy(
        update={
            "opinions": plan.choice.opinions or None,
            "reason": f"{plan.statement}; {_named(found)}",
            "guaranteed": plan.guaranteed,
            "cases": plan.rows,
            "expected": Expected(
                quality=plan.quality,
                quality_low=plan.quality_low,
                premium_share=plan.premium_share,
                cost=plan.cost,
                premium_in_real_time=plan.baseline_cost,
            ),
        }
    )


def _strategy(choice: Choice) -> Strategy:
    from nightshift.tiering import strategies

    found: dict[strategies.Strategy, Strategy] = {
        strategies.Strategy.LIGHT_ONLY: "light_only",
        strategies.Strategy.PREMIUM_ONLY: "premium_only",
        strategies.Strategy.DIRECT: "direct",
        strategies.Strategy.VERIFY: "verify",
        strategies.Strategy.AGREEMENT: "agreement",
    }
    return found[choice.strategy]


def _threshold(choice: Choice) -> float | None:
    """Scores and doubts are from 0 to 1; the planner says "none" and "all" with numbers beyond."""
    return None if choice.threshold is None else min(max(choice.threshold, 0.0), 1.1)


def _cascade(
    strategy: Strategy,
    threshold: float | None,
    comparator: Comparator | PairComparator | None,
    weights: dict[Kind, WeightsInUse],
) -> Cascade:
    agreement = strategy == "agreement"
    return Cascade(
        strategy=strategy,
        threshold=threshold,
        comparator=comparator if agreement else None,
        together=agreement and threshold is None,
        weights={kind: weights[kind] for kind in _READS.get(strategy, ()) if threshold is not None},
    )


def _named(cascade: Cascade) -> str:
    name = cascade.strategy.replace("_", " ")
    return name if cascade.threshold is None else f"{name} from {cascade.threshold:.3f} on"
