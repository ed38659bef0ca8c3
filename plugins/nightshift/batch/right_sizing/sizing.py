"""The curve of cost against quality of one subject, the cheapest strategy that is as good, and what it would save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nightshift.batch.outcomes.judged import comparator_of, model_of
from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.right_sizing.costs import with_real_costs
from nightshift.batch.right_sizing.present import Present, presents
from nightshift.batch.right_sizing.strategy_now import Here, here, strategy_now
from nightshift.batch.services import Services
from nightshift.batch.tier_learning.in_use import weights_of
from nightshift.batch.tiering.planning import Learnt, graded_cases, unseen
from nightshift.batch.tiering.weights_in_use import difficulty_model, verifier
from nightshift.tiering.guarantee import rows_needed, upper_bound
from nightshift.tiering.planning import Plan, Wanted, can_prove, choices, plan
from nightshift.tiering.repeats import each_prompt_once
from nightshift.tiering.sizing import Point, points
from nightshift.tiering.strategies import Result, run

if TYPE_CHECKING:
    from nightshift.tiering.cases import Cases

FEWEST_CASES = 50  # below that a curve is noise
CONFIDENCE = 0.95
_TYPICAL_QUALITY = 0.95  # where nothing says what quality there is now
_SEQUENCES = 5  # how many ways the planner usually tries
_NORMAL_95 = 1.96


@dataclass(frozen=True)
class Move:
    """The strategy that would be moved to. Savings are dollars per 30 days at the volume of the last 30 days."""

    plan: Plan
    saves: float
    saves_low: float
    saves_high: float


@dataclass(frozen=True)
class Sizing:
    """One subject. `cases` are the sampled rows that the weights in use were not trained on; without enough of them
    there is no curve. `here` is the present strategy on these rows."""

    present: Present
    cases: int
    graded_cases: int
    verdict: str
    here: Here | None = None
    curve: list[Point] = field(default_factory=list)
    move: Move | None = None


def right_sizing(services: Services, application: str | None = None, prompt: str | None = None) -> list[Sizing]:
    """Every prompt that was run in the last 30 days. `prompt` is a name, or `name@version`."""
    return [_sized(services, present) for present in presents(services, application, prompt)]


def _sized(services: Services, present: Present) -> Sizing:
    if len(present.latest.tiers) < 2:
        return Sizing(present, 0, 0, "one tier: there is nothing to choose")
    learnt, rows = _learnt(services, present)
    graded = sum(row.graded for row in rows)
    if len(rows) < FEWEST_CASES:
        needed = rows_needed(0.0, 1 - _wanted(present).quality, (1 - CONFIDENCE) / _SEQUENCES) or FEWEST_CASES
        return Sizing(present, len(rows), graded, _not_enough(present, len(rows), max(needed, FEWEST_CASES)))
    job = present.latest
    policy = job.tier_policy.cascade
    compared_by = policy.comparator or comparator_of(job)
    cases = with_real_costs(graded_cases(job.tiers, compared_by, learnt, policy.similarity_offline), rows)
    now = strategy_now(job.cascade, rows, cases)
    if now is None:
        compared = job.cascade.comparator
        return Sizing(
            present, len(rows), graded, f"agreement by {compared} cannot be tried on {len(rows):,} sampled rows"
        )
    wanted = _wanted(present, now)
    found = plan(cases, wanted)
    move = _move(present, found, now, run(found.choice, cases))
    curve = points(cases, limits=False)
    return Sizing(present, len(rows), graded, _verdict(present, move, wanted, cases), here(now, cases), curve, move)


def _learnt(services: Services, present: Present) -> tuple[Learnt, Sequence[CollectedOutcome]]:
    """What admission would know: rows that the weights in use have seen prove nothing."""
    job, subject = present.latest, present.subject
    sets = read_outcome_sets(
        services,
        subject.application,
        subject.prompt,
        subject.light,
        subject.premium,
        sandbox=subject.sandbox,
        prompt_digest=job.prompt.digest,
        opinions=tuple(model_of(job, tier) for tier in range(1, len(job.tiers) - 1)),
    )
    rows = each_prompt_once(sets)
    scores = weights_of(services, subject.application, "difficulty", subject.sandbox)
    doubts = weights_of(services, subject.application, "verifier", subject.sandbox)
    learnt = Learnt(rows, difficulty_model(services, scores), verifier(services, doubts), {})
    fresh = unseen(learnt)
    kept = {id(row) for row in fresh.outcomes}
    return fresh, [row for row in rows if id(row) in kept]


def _move(present: Present, found: Plan, now: Result, then: Result) -> Move:
    """Row by row: what two strategies cost on the same row differs less than what two rows cost."""
    import numpy as np

    difference = now.cost - then.cost
    error = _NORMAL_95 * float(np.std(difference, ddof=1)) / len(difference) ** 0.5
    each = float(difference.mean())
    return Move(found, present.asked * each, present.asked * (each - error), present.asked * (each + error))


def _verdict(present: Present, move: Move, wanted: Wanted, cases: Cases) -> str:
    found = move.plan
    if move.saves <= 0:
        return f"stay: nothing cheaper is known to reach {wanted.quality:.1%} on {len(cases):,} sampled cases"
    saved = (
        f"{found.choice.name} saves ${move.saves:,.4g} in 30 days "
        f"(95% interval ${move.saves_low:,.4g} to ${move.saves_high:,.4g})"
    )
    if found.guaranteed:
        return f"{saved}; {found.statement}"
    if not can_prove(cases, wanted):
        return f"{saved}, but {found.statement}"
    tried = choices(cases, direct=found.evidence.better_than_chance, waves=wanted.waves)
    needed = rows_needed(1 - found.quality, 1 - wanted.quality, (1 - wanted.confidence) / len(tried))
    if needed is not None and needed > len(cases):
        return f"{saved}, but {_not_enough(present, len(cases), needed)}"
    return f"{saved}, but {found.statement}"


def _not_enough(present: Present, cases: int, needed: int) -> str:
    way_out = (
        "its trial rows will bring them"
        if present.latest.tier_policy.trial_share > 0
        else f"switch on trial_share in the tier policy {present.latest.spec.tiers}"
    )
    return f"not enough: {cases:,} of {needed:,} sampled cases; {way_out}"


def _wanted(present: Present, now: Result | None = None) -> Wanted:
    """The quality that was asked for; else what can be said of the present one: its lower bound."""
    job = present.latest
    asked = job.spec.quality or job.tier_policy.cascade.quality
    waves = len(job.tiers)
    if asked is not None:
        return Wanted(asked.at_least, asked.confidence, waves, asked.of == "premium")
    interval = present.quality_interval
    quality = interval[0] if interval else _TYPICAL_QUALITY
    if now is not None:
        quality = 1 - upper_bound(int((now.right < 1).sum()), len(now.right), CONFIDENCE)
    return Wanted(min(max(quality, 0.01), 0.999), CONFIDENCE, waves)
