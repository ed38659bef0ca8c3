"""Ways to use a light and a premium model on the same rows, and what each would have given: pure functions of cases.

Every strategy says per row whether the final answer is right, whether premium was asked, and what all waves cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.cases import Cases

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

_ORDER = 20261122


class Strategy(StrEnum):
    """How it is decided which rows premium answers."""

    LIGHT_ONLY = "light only"
    PREMIUM_ONLY = "premium only"
    DIRECT = "direct"  # by the difficulty score, before anything is asked
    VERIFY = "verify"  # the light answer is read first; premium where it is doubtful
    AGREEMENT = "agreement"  # cheap models answer until two agree; premium where none do
    RANDOM = "random"  # a limit: what any score must beat
    ORACLE = "oracle"  # a limit: knows the outcome


@dataclass(frozen=True)
class Choice:
    """A strategy with its settings. `share` of the rows, those with the highest scores or doubts, are sent on;
    agreement asks for `opinions` beside the light answer, `share` of the rows only."""

    strategy: Strategy
    share: float = 1.0
    opinions: int = 0
    threshold: float | None = None

    @property
    def name(self) -> str:
        return f"agreement of {self.opinions + 1}" if self.strategy is Strategy.AGREEMENT else self.strategy.value


@dataclass(frozen=True)
class Result:
    """What a choice would have given on some cases, row by row. Of random routing: what is expected of each row."""

    right: Floats
    escalated: Mask | Floats
    cost: Floats
    waves: int

    @property
    def quality(self) -> float:
        return float(self.right.mean()) if len(self.right) else 0.0

    @property
    def premium_share(self) -> float:
        return float(self.escalated.mean()) if len(self.right) else 0.0

    @property
    def total(self) -> float:
        """Dollars."""
        return float(self.cost.sum())


def run(choice: Choice, cases: Cases) -> Result:
    """What `choice` gives on `cases`. A threshold, where it has one, decides instead of the share."""
    if choice.strategy is Strategy.AGREEMENT:
        return _agreement(choice, cases)
    if choice.strategy is Strategy.RANDOM:
        return _expected(choice.share, cases)
    sent = _sent(choice, cases)
    right = _where(sent, cases.premium, cases.light)
    if choice.strategy is Strategy.VERIFY:
        return Result(right, sent, cases.light_cost + sent * cases.premium_cost, 2)
    return Result(right, sent, _where(sent, cases.premium_cost, cases.light_cost), 1)


def ranking(strategy: Strategy, cases: Cases) -> Floats:
    """What the strategy orders rows by, highest first to premium; random and the fixed ones order nothing."""
    if strategy is Strategy.DIRECT:
        return cases.score
    if strategy is Strategy.VERIFY or strategy is Strategy.AGREEMENT:
        return cases.score if cases.doubt is None else cases.doubt
    return cases.premium - cases.light  # the oracle's


def thresholds(strategy: Strategy, cases: Cases, shares: Floats) -> Floats:
    """The score from which on the given shares of the rows lie. Read from scores only, never from outcomes.

    To six decimals, as `nightshift tier score` writes scores: a threshold that is copied decides as this one does.
    """
    import numpy as np

    ordered = np.sort(ranking(strategy, cases))[::-1]
    places = np.round(shares * len(ordered)).astype(int)
    above = np.append(ordered, -np.inf)
    cut = np.where(places == 0, np.inf, above[np.maximum(places, 1) - 1])
    return np.minimum(np.floor(cut * 1e6) / 1e6, cut)


def _sent(choice: Choice, cases: Cases) -> Mask:
    import numpy as np

    if choice.strategy is Strategy.LIGHT_ONLY:
        return np.zeros(len(cases), dtype=bool)
    if choice.strategy is Strategy.PREMIUM_ONLY:
        return np.ones(len(cases), dtype=bool)
    by = ranking(choice.strategy, cases)
    if choice.threshold is not None:
        return np.asarray(by >= choice.threshold)
    sent = np.zeros(len(cases), dtype=bool)
    ties = np.random.default_rng(_ORDER).random(len(cases))
    sent[np.lexsort((ties, -by))[: round(choice.share * len(cases))]] = True
    return sent


def _expected(share: float, cases: Cases) -> Result:
    """Premium for any row with the same chance."""
    import numpy as np

    right = cases.light + share * (cases.premium - cases.light)
    cost = cases.light_cost + share * (cases.premium_cost - cases.light_cost)
    return Result(right, np.full(len(cases), share), cost, 1)


def _agreement(choice: Choice, cases: Cases) -> Result:
    """Light first where only a share is doubted; then one further opinion per wave; premium where no two agree."""
    import numpy as np

    everywhere = choice.share >= 1.0 and choice.threshold is None
    asked = np.ones(len(cases), dtype=bool) if everywhere else _sent(choice, cases)
    right, cost = cases.light.copy(), cases.light_cost.copy()
    open_rows = asked
    for k in range(choice.opinions):
        cost = cost + open_rows * cases.opinion_costs[k]
        now = open_rows & cases.settled[k]
        right = _where(now, cases.settled_right[k], right)
        open_rows = open_rows & ~cases.settled[k]
    right = _where(open_rows, cases.premium, right)
    cost = cost + open_rows * cases.premium_cost
    # Asked of every row, the first opinion rides in the light answers' wave.
    return Result(right, open_rows, cost, choice.opinions + 2 - everywhere)


def _where(mask: Mask, yes: Floats, no: Floats) -> Floats:
    import numpy as np

    return np.where(mask, yes, no)
