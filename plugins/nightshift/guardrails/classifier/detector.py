"""What both trained detectors do: score a batch once, and say where the reason stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.model import TextModel
from nightshift.guardrails.classifier.passages import passages_of, vocabulary
from nightshift.guardrails.classifier.scoring import Calibration, Scored, score_windows, spans
from nightshift.guardrails.classifier.weights import Weights
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch


class TrainedDetector:
    """A hit's score is that of its text. `threshold` is that of the weights unless another is given."""

    entity: str

    def __init__(self, weights: Weights, threshold: float | None = None) -> None:
        self._kind = weights.kind
        self._model = TextModel(weights.arrays, weights.card["scales"], vocabulary())
        self._calibration = Calibration.of(weights.card["calibration"])
        shipped: float = weights.card["threshold"]
        self.threshold = shipped if threshold is None else threshold

    def scores(self, batch: Batch) -> list[float]:
        """One number from 0 to 1 per subject, in the batch's order."""
        return batch.shared(f"classifier.{self._kind}.scores", self._calibrated)

    def _calibrated(self, batch: Batch) -> list[float]:
        scored = self._scored(batch)
        rows = zip(scored.best.tolist(), scored.counts.tolist(), self._evidence(batch), strict=True)
        return [self._calibration.score(best, count, evidence) for best, count, evidence in rows]

    def detect(self, batch: Batch) -> list[list[Hit]]:
        scores = self.scores(batch)
        if max(scores, default=0.0) < self.threshold:
            return [[] for _ in scores]
        return [
            [Hit(self.entity, start, end, score) for start, end in places]
            for places, score in zip(self._places(batch, scores), scores, strict=True)
        ]

    def best_windows(self, batch: Batch) -> list[tuple[int, int]]:
        """Where in each text the window stands that speaks most for the entity, whatever its score."""
        return batch.shared(f"classifier.{self._kind}.best", self._best)

    def _best(self, batch: Batch) -> list[tuple[int, int]]:
        never = math.inf  # no window reaches it by itself: the best one is left
        found = spans(self._scored(batch), [never] * len(batch), passages_of(batch), self._calibration, never)
        return [places[0] for places in found]

    def _places(self, batch: Batch, scores: Sequence[float]) -> list[list[tuple[int, int]]]:
        """Where the reason stands in each text that reaches the threshold."""
        return spans(self._scored(batch), scores, passages_of(batch), self._calibration, self.threshold)

    def _evidence(self, batch: Batch) -> Sequence[float]:
        """What else speaks for the entity in each text, from 0 to 1."""
        return [0.0] * len(batch)

    def _scored(self, batch: Batch) -> Scored:
        return batch.shared(
            f"classifier.{self._kind}", lambda batch: score_windows(self._model, passages_of(batch), len(batch))
        )
