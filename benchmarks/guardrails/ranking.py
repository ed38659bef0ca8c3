"""What a score is worth: how well it ranks, what its threshold does, and whether it can be read as a probability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
BINS = 10


@dataclass(frozen=True)
class Ranked:
    """Rows that were scored. `families` are the sources: recall at a false-positive rate is the mean over them."""

    labels: Labels
    scores: Floats
    families: Sequence[str]

    def auc(self) -> float:
        """The chance that a positive row scores above a benign one; a tie is half."""
        benign = np.sort(self.scores[self.labels == 0])
        positive = self.scores[self.labels == 1]
        below, up_to = np.searchsorted(benign, positive, "left"), np.searchsorted(benign, positive, "right")
        return float((below + up_to).mean() / 2 / len(benign))

    def recall_at(self, false_positives: float) -> float:
        """Mean over attack families, at the threshold that lets this share of benign rows through as attacks."""
        threshold = np.quantile(self.scores[self.labels == 0], 1 - false_positives)
        families = np.array(self.families)
        found = self.scores > threshold
        names = sorted({name for name, label in zip(self.families, self.labels.tolist(), strict=True) if label})
        return float(np.mean([found[(families == name) & (self.labels == 1)].mean() for name in names]))

    def at(self, threshold: float) -> AtThreshold:
        flagged = self.scores >= threshold
        hits, alarms = int(flagged[self.labels == 1].sum()), int(flagged[self.labels == 0].sum())
        positives, negatives = int((self.labels == 1).sum()), int((self.labels == 0).sum())
        return AtThreshold(hits / max(positives, 1), hits / max(hits + alarms, 1), alarms / max(negatives, 1))

    def brier(self) -> float:
        """Mean squared error of the score as a probability, both labels weighing the same."""
        return float((self._weights() * (self.scores - self.labels) ** 2).sum())

    def calibration_error(self) -> float:
        """Expected calibration error over ten bins, both labels weighing the same."""
        return sum(item.weight * abs(item.score - item.share) for item in self.reliability())

    def reliability(self) -> Iterator[Bin]:
        weights = self._weights()
        place = np.minimum((self.scores * BINS).astype(int), BINS - 1)
        for number in range(BINS):
            mine = place == number
            weight = float(weights[mine].sum())
            if weight:
                score = float((weights * self.scores)[mine].sum() / weight)
                share = float((weights * self.labels)[mine].sum() / weight)
                yield Bin(number / BINS, (number + 1) / BINS, int(mine.sum()), weight, score, share)

    def _weights(self) -> Floats:
        positives = int((self.labels == 1).sum())
        return np.where(self.labels == 1, 0.5 / max(positives, 1), 0.5 / max(len(self.labels) - positives, 1))


@dataclass(frozen=True)
class AtThreshold:
    recall: float
    precision: float
    false_positives: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


@dataclass(frozen=True)
class Bin:
    """Rows that scored from `low` to `high`: what they scored, and how many of them are positive."""

    low: float
    high: float
    rows: int
    weight: float
    score: float
    share: float
