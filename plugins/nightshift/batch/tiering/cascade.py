"""The cascade of one run: strategy, threshold and weights, fixed at admission."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nightshift.storage.documents import Document
from nightshift.tiering.answers.comparators import Comparator

Strategy = Literal["ladder", "light_only", "premium_only", "direct", "verify", "agreement"]
Kind = Literal["difficulty", "verifier"]


class WeightsInUse(Document):
    """Which trained weights a run reads. `uri` is None where they are the shipped ones."""

    digest: str
    uri: str | None = None


class Expected(Document):
    """What the strategy gave on graded rows. Costs are dollars per 1,000 rows, of all waves."""

    quality: float
    quality_low: float
    premium_share: float
    cost: float
    premium_in_real_time: float


class Cascade(Document):
    """`reason` says in a sentence why this one; `guaranteed` whether it is a promise (`cases` graded rows)."""

    strategy: Strategy = "ladder"
    threshold: float | None = None
    comparator: Comparator | None = None
    together: bool = False  # agreement: the second opinion is asked in the first wave, of every row
    weights: dict[Kind, WeightsInUse] = Field(default_factory=dict)
    reason: str = "the tier policy's ladder"
    guaranteed: bool = False
    cases: int = 0
    expected: Expected | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which model answers a row; the figures that led there do not."""
        return {
            "strategy": self.strategy,
            "threshold": self.threshold,
            "comparator": self.comparator,
            "together": self.together,
            "weights": {kind: found.digest for kind, found in self.weights.items()},
        }

    @property
    def reads_answers(self) -> bool:
        """Whether a doubt about each answer decides something."""
        return self.strategy in ("verify", "agreement") and self.threshold is not None
