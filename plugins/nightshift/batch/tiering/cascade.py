"""The cascade of one run: strategy, threshold and weights, fixed at admission."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.model_in_use import ModelInUse
from nightshift.storage.documents import Document
from nightshift.tiering.answers.comparators import Comparator

Strategy = Literal["ladder", "light_only", "premium_only", "direct", "verify", "agreement"]
Kind = Literal["difficulty", "verifier"]


class PairComparator(StrEnum):
    """How two answers are compared where each must be read beside the other. The other comparators make keys."""

    EMBEDDING = "embedding"  # near each other, with the same numbers, names and denials
    JUDGE = "judge"  # each bears out the other, in the eyes of a model


class PairCheck(Document):
    """What a comparator of pairs needs: the least cosine and the digest of the embedding, or a model that judges.

    `embedding_model` is None for the word vectors that come with the platform.
    """

    similarity: float | None = None
    embedding: str | None = None
    embedding_model: EmbeddingInUse | None = None
    judge: ModelInUse | None = None


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
    comparator: Comparator | PairComparator | None = None
    pair_check: PairCheck | None = None
    opinions: int | None = None  # agreement: how many tiers above the first are asked before the last; None: all
    together: bool = False  # agreement: the second opinion is asked in the first wave, of every row
    weights: dict[Kind, WeightsInUse] = Field(default_factory=dict)
    reason: str = "the tier policy's ladder"
    guaranteed: bool = False
    cases: int = 0
    expected: Expected | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which model answers a row; the figures that led there do not."""
        parts: dict[str, Any] = {
            "strategy": self.strategy,
            "threshold": self.threshold,
            "comparator": self.comparator,
            "opinions": self.opinions,
            "together": self.together,
            "weights": {kind: found.digest for kind, found in self.weights.items()},
        }
        if self.pair_check is not None:
            # The embedding's digest says which model; the prices of the day decide nothing.
            left_out: dict[str, Any] = {"embedding_model": True, "judge": {"price"}}
            parts["pair_check"] = self.pair_check.model_dump(mode="json", exclude=left_out)
        return parts

    @property
    def compares_pairs(self) -> bool:
        """Whether answers are read beside each other to find out whether they agree."""
        return isinstance(self.comparator, PairComparator)

    @property
    def reads_answers(self) -> bool:
        """Whether a doubt about each answer decides something."""
        return self.strategy in ("verify", "agreement") and self.threshold is not None
