"""Part of admit: which models a run asks in which order, by the policy or by what was learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from nightshift.batch.job import ResolvedTier
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec
from nightshift.batch.tier_learning.in_use import weights_of
from nightshift.batch.tiering.cascade import Cascade, Kind, WeightsInUse
from nightshift.batch.tiering.planning import Learnt, fixed_cascade, planned_cascade
from nightshift.batch.tiering.policy import QualityTarget, TierPolicy
from nightshift.batch.tiering.weights_in_use import difficulty_model, verifier
from nightshift.errors import InvalidSpec
from nightshift.prompts.repository import PromptVersion
from nightshift.tiering.outcomes import Outcome


@dataclass(frozen=True)
class Asked:
    """What a job brings to the choice. `sandbox` is what the sandbox answers with, None where real models answer."""

    spec: JobSpec
    prompt: PromptVersion
    policy: TierPolicy
    tiers: tuple[ResolvedTier, ...]
    time_left: timedelta
    sandbox: str | None


def resolve_cascade(services: Services, asked: Asked) -> Cascade:
    """Who is asked when. Raises InvalidSpec where the spec and the policy contradict each other."""
    target = asked.spec.quality or asked.policy.cascade.quality
    _check_cascade(asked.spec, asked.policy, target)
    weights = _weights(services, asked)
    if target is None:
        return fixed_cascade(asked.policy.cascade, weights)
    learnt = Learnt(
        outcomes=_outcomes(services, asked),
        difficulty=difficulty_model(services, weights["difficulty"]),
        verifier=verifier(services, weights["verifier"]),
        weights=weights,
    )
    return planned_cascade(asked.policy, target, asked.tiers, asked.time_left, learnt)


def _outcomes(services: Services, asked: Asked) -> Sequence[Outcome]:
    """Graded rows of this prompt and these models; with the middle tiers' opinions where there are any to compare."""
    light, *middle, premium = (tier.deployments[0].model for tier in asked.tiers)
    read = partial(
        read_outcome_sets,
        services,
        asked.spec.application,
        f"{asked.prompt.name}@{asked.prompt.version}",
        light,
        premium,
        sandbox=asked.sandbox,
        prompt_digest=asked.prompt.digest,
    )
    compared = read(opinions=tuple(middle)) if middle and asked.policy.cascade.comparator is not None else []
    return compared or read()


def _weights(services: Services, asked: Asked) -> dict[Kind, WeightsInUse]:
    """The application's own weights, where some were learnt and approved; else the shipped ones."""
    kinds: tuple[Kind, ...] = ("difficulty", "verifier")
    return {kind: weights_of(services, asked.spec.application, kind, asked.sandbox) for kind in kinds}


def _check_cascade(spec: JobSpec, policy: TierPolicy, target: QualityTarget | None) -> None:
    wanted = policy.cascade.strategy
    if target is None and wanted == "auto":
        raise InvalidSpec(
            "its tier policy leaves the choice to the planner, which needs to know the quality to keep",
            field="quality",
            value=None,
            way_out="add `quality: {at_least: 0.95}`, or choose a tier policy with a strategy of its own",
        )
    if target is not None and len(policy.tiers) < 2:
        raise InvalidSpec(
            "there is nothing to choose between: the tier policy has one tier",
            field="quality",
            value=target.at_least,
            limit="two tiers or more",
            way_out="leave `quality` out, or choose a tier policy with a cheaper and a better tier",
        )
    if target is not None and spec.bundle_rows > 1:
        raise InvalidSpec(
            "what a quality is promised on are rows that were asked alone",
            field="bundle_rows",
            value=spec.bundle_rows,
            limit="1 with `quality`",
            way_out="leave one of the two out",
        )
    if "wrong" in spec.escalate_on and (target is not None or wanted != "ladder"):
        raise InvalidSpec(
            "a cascade decides without knowing the right answers",
            field="escalate_on",
            value="wrong",
            limit="strategy ladder, without `quality`",
            way_out="drop `wrong`: the grades are in the results all the same",
        )
