"""Strategy and threshold for a prompt: the cheapest that keeps the promised quality and fits the deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from nightshift.tiering.evidence import FEWEST_ROWS, Evidence, evidence
from nightshift.tiering.guarantee import certified, percent, rows_needed, tail, upper_bound
from nightshift.tiering.strategies import Choice, Result, Strategy, run, thresholds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.cases import Cases

GRID = 20  # thresholds per strategy
DOUBTED = 0.5  # nothing is known of the prompt: what is more likely wrong than right is asked again
_ROUNDING = 1e-9
_ONLY_COMPARED = (
    "not guaranteed: answers were only compared with premium's, which shows nothing of what is right; "
    "ask for quality `of: premium`, or give the job references"
)


@dataclass(frozen=True)
class Wanted:
    """What a job asks for. `quality` is the share of right answers; or, with `of_premium`, the share of rows at which
    premium alone would not have done better. `waves` is how many batches fit before the deadline."""

    quality: float
    confidence: float = 0.95
    waves: int = 3
    of_premium: bool = False


@dataclass(frozen=True)
class Plan:
    """What to do and what to expect of it. Costs are dollars per 1,000 rows."""

    choice: Choice
    guaranteed: bool
    statement: str
    rows: int
    quality: float
    quality_low: float
    premium_share: float
    waves: int
    cost: float
    baseline_cost: float
    evidence: Evidence

    @property
    def saved(self) -> float:
        return 1 - self.cost / self.baseline_cost if self.baseline_cost else 0.0


class _Tried(NamedTuple):
    choice: Choice
    result: Result
    losses: int


def plan(cases: Cases, wanted: Wanted) -> Plan:
    """`cases` must be held back from the training of the scores in them: a score knows its own training rows."""
    found = evidence(cases.score, cases.light, cases.premium)
    sequences = _sequences(cases, wanted, found)
    error = (1 - wanted.confidence) / len(sequences)
    allowed = 1 - wanted.quality
    provable = can_prove(cases, wanted)
    passed = [
        tried
        for sequence in sequences
        for tried in certified([(tried, tried.losses) for tried in sequence], len(cases), allowed, error)
    ]
    if passed and len(cases) >= FEWEST_ROWS:
        told = _promise(wanted) if provable else _ONLY_COMPARED
        return _plan(min(passed, key=lambda tried: tried.result.total), cases, wanted, found, provable, told)
    everything = [tried for sequence in sequences for tried in sequence]
    fallback = _fallback(everything, cases, wanted)
    fewest = min(tried.losses for tried in everything)
    why = _not_guaranteed(fewest, len(cases), wanted, error) if provable else _ONLY_COMPARED
    return _plan(fallback, cases, wanted, found, False, why)


def carried_over(plan: Plan, in_use: Cases) -> Plan:
    """A plan made with scores of other weights, for those in use: they were trained on its cases.

    The same share of the rows is sent on. A threshold of one model means nothing to another, and what weights do on
    rows that they know proves nothing.
    """
    import numpy as np

    choice = plan.choice
    if choice.threshold is not None and plan.rows >= FEWEST_ROWS:  # that of fewer was not read from their scores
        (threshold,) = thresholds(choice.strategy, in_use, np.array([choice.share]))
        choice = replace(choice, threshold=float(threshold))
    told = f"not guaranteed: fewer than {FEWEST_ROWS} of these {plan.rows:,} graded cases are new to the weights"
    return replace(plan, choice=choice, guaranteed=False, statement=told)


def can_prove(cases: Cases, wanted: Wanted) -> bool:
    """Whether cases like these can ever promise what is wanted: who is the same as premium is not therefore right."""
    return cases.graded or wanted.of_premium


def choices(cases: Cases, *, direct: bool, waves: int) -> list[list[Choice]]:
    """What may be tried, each list from the safest (most premium) to the cheapest."""
    import numpy as np

    shares = np.linspace(1, 0, GRID + 1)
    found = [[Choice(Strategy.PREMIUM_ONLY)], [Choice(Strategy.LIGHT_ONLY, share=0.0)]]
    if direct:
        found.append(_graded(Choice(Strategy.DIRECT), cases, shares))
    if cases.doubt is not None and waves >= 2:
        found.append(_graded(Choice(Strategy.VERIFY), cases, shares))
    for opinions in range(1, len(cases.settled) + 1):
        if waves > opinions:
            found.append([Choice(Strategy.AGREEMENT, opinions=opinions)])
        if waves > opinions + 1 and cases.doubt is not None:
            found[-1] += _graded(Choice(Strategy.AGREEMENT, opinions=opinions), cases, shares[1:])
    return found


def _graded(choice: Choice, cases: Cases, shares: npt.NDArray[np.float64]) -> list[Choice]:
    cut = thresholds(choice.strategy, cases, shares)
    return [
        replace(choice, share=float(share), threshold=float(threshold))
        for share, threshold in zip(shares, cut, strict=True)
    ]


def _sequences(cases: Cases, wanted: Wanted, found: Evidence) -> list[list[_Tried]]:
    """A score without evidence is not used: what is then left reads answers instead of guessing from prompts."""
    listed = choices(cases, direct=found.better_than_chance, waves=wanted.waves)
    return [[_try(choice, cases, wanted) for choice in some] for some in listed]


def _try(choice: Choice, cases: Cases, wanted: Wanted) -> _Tried:
    result = run(choice, cases)
    lost = (cases.premium > result.right) if wanted.of_premium else (result.right < 1)
    return _Tried(choice, result, int(lost.sum()))


def _fallback(tried: list[_Tried], cases: Cases, wanted: Wanted) -> _Tried:
    """Not promised, but expected: the cheapest that met the quality on the cases there are; else the best.

    Direct routing is left to those who can promise it.
    """
    if len(cases) < FEWEST_ROWS:
        return _try(_without_evidence(cases, wanted.waves), cases, wanted)
    careful = [one for one in tried if one.choice.strategy is not Strategy.DIRECT]
    met = [one for one in careful if one.losses <= (1 - wanted.quality) * len(cases) + _ROUNDING]
    if met:
        return min(met, key=lambda one: one.result.total)
    return min(careful, key=lambda one: (one.losses, one.result.total))


def _without_evidence(cases: Cases, waves: int) -> Choice:
    """So few cases say nothing: cheap models that agree, else an answer read with suspicion, else premium for all."""
    opinions = min(len(cases.settled), waves - 1)
    if opinions > 0 and (cases.settled[opinions - 1].any() or not len(cases)):
        return Choice(Strategy.AGREEMENT, opinions=opinions)
    if cases.doubt is not None and waves >= 2:
        return Choice(Strategy.VERIFY, threshold=DOUBTED)
    return Choice(Strategy.PREMIUM_ONLY)


def _not_guaranteed(fewest_losses: int, rows: int, wanted: Wanted, error: float) -> str:
    """How many cases the best strategy would take, were it as good as on those there are."""
    asked = f"{percent(wanted.quality)} at {100 * wanted.confidence:.12g}% confidence"
    rate = fewest_losses / rows if rows else 0.0
    needed = rows_needed(rate, 1 - wanted.quality, error)
    needed = None if needed is None else max(needed, FEWEST_ROWS)
    if needed is None and _may_still_hold(fewest_losses, rows, wanted):
        return f"not guaranteed: {rows:,} graded cases are too few to tell {asked}"
    if needed is None or (rows and needed <= rows):
        best = f"{1 - rate:.1%}"
        return (
            f"not guaranteed: {asked} is too near to or above the {best} that the best strategy reached "
            f"on {rows:,} graded cases"
        )
    return f"not guaranteed: {rows:,} of {needed:,} graded cases that {asked} takes"


def _may_still_hold(losses: int, rows: int, wanted: Wanted) -> bool:
    """Whether so many losses are no surprise where the quality asked for is the true one."""
    return losses == 0 or 1 - tail(losses - 1, rows, 1 - wanted.quality) > 1 - wanted.confidence


def _promise(wanted: Wanted) -> str:
    meaning = "of rows no worse than premium" if wanted.of_premium else "right"
    return f"guaranteed: at least {percent(wanted.quality)} {meaning}, at {100 * wanted.confidence:.12g}% confidence"


def _plan(tried: _Tried, cases: Cases, wanted: Wanted, found: Evidence, sure: bool, statement: str) -> Plan:
    rows = max(len(cases), 1)
    return Plan(
        choice=tried.choice,
        guaranteed=sure,
        statement=statement,
        rows=len(cases),
        quality=1 - tried.losses / rows,
        quality_low=1 - upper_bound(tried.losses, len(cases), wanted.confidence),
        premium_share=tried.result.premium_share,
        waves=tried.result.waves,
        cost=1000 * tried.result.total / rows,
        baseline_cost=1000 * float(cases.baseline_cost.sum()) / rows,
        evidence=found,
    )
