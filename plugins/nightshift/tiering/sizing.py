"""Where a prompt stands on its curve of cost against quality, what moving would save, and how to learn without risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from nightshift.tiering.strategies import Choice, Strategy, run

if TYPE_CHECKING:
    from nightshift.tiering.cases import Cases

POINTS = 10
TRIAL_SHARE = 0.01


@dataclass(frozen=True)
class Point:
    """One choice on the curve. Cost is dollars per 1,000 rows; `of_baseline` its share of premium in real time."""

    choice: Choice
    quality: float
    premium_share: float
    cost: float
    of_baseline: float
    waves: int


@dataclass(frozen=True)
class RightSizing:
    """The present point and the cheapest that is at least as good on the same cases; the same one where none is."""

    present: Point
    better: Point

    @property
    def saves(self) -> float:
        """Dollars per 1,000 rows."""
        return self.present.cost - self.better.cost


def points(cases: Cases, *, limits: bool = True) -> list[Point]:
    """Every strategy that the cases allow. `limits` adds random and oracle, which nobody can choose."""
    scored = [Strategy.DIRECT, *([Strategy.VERIFY] if cases.doubt is not None else [])]
    scored += [Strategy.RANDOM, Strategy.ORACLE] if limits else []
    found = [Choice(Strategy.LIGHT_ONLY, share=0.0), Choice(Strategy.PREMIUM_ONLY)]
    found += [Choice(strategy, share=step / POINTS) for strategy in scored for step in range(1, POINTS)]
    found += [Choice(Strategy.AGREEMENT, opinions=count) for count in range(1, len(cases.settled) + 1)]
    return [point(choice, cases) for choice in found]


def point(choice: Choice, cases: Cases) -> Point:
    result = run(choice, cases)
    baseline = float(cases.baseline_cost.sum())
    return Point(
        choice=replace(choice, threshold=None),
        quality=result.quality,
        premium_share=result.premium_share,
        cost=1000 * result.total / max(len(cases), 1),
        of_baseline=result.total / baseline if baseline else 0.0,
        waves=result.waves,
    )


def right_size(cases: Cases, present: Choice) -> RightSizing:
    here = point(present, cases)
    as_good = [one for one in points(cases, limits=False) if one.quality >= here.quality and one.cost < here.cost]
    return RightSizing(here, min(as_good, key=lambda one: one.cost, default=here))


def trial_rows(digests: Sequence[str], share: float = TRIAL_SHARE, *, seed: str) -> list[int]:
    """The rows that another tier answers too. By digest: the same row is in the sample in every retry and every run
    of the same seed, and nobody can choose which."""
    limit = int(share * 2**64)
    return [
        place
        for place, digest in enumerate(digests)
        if int.from_bytes(blake2b(f"{seed}/{digest}".encode(), digest_size=8).digest()) < limit
    ]
