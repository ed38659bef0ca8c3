"""From windows to one calibrated score per text.

The more windows a text has, the more likely one of them looks bad by chance. So the best window's logit is lowered by
the logarithm of their number before it becomes a probability. What else is known of a text (the strongest rule that
matched) is added.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.model import TextModel
    from nightshift.guardrails.classifier.passages import Passages

_DIGITS = 4


@dataclass(frozen=True)
class Calibration:
    """A text's logit is `slope * (best window - per_window * ln(windows)) + evidence_slope * evidence + offset`."""

    slope: float
    per_window: float
    evidence_slope: float
    offset: float

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Calibration:
        return cls(about["slope"], about["per_window"], about["evidence_slope"], about["offset"])

    def score(self, logit: float, windows: int, evidence: float = 0.0) -> float:
        lowered = logit - self.per_window * math.log(windows)
        return probability(self.slope * lowered + self.evidence_slope * evidence + self.offset)


@dataclass(frozen=True)
class Scored:
    """What a model says of every window of some texts."""

    logits: npt.NDArray[np.float64]
    owner: npt.NDArray[np.int64]  # the text of each window
    best: npt.NDArray[np.float64]  # per text
    counts: npt.NDArray[np.int64]


def score_windows(model: TextModel, read: Passages, texts: int) -> Scored:
    import numpy as np

    if not read.blocks:
        return Scored(np.zeros(0), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    logits = np.concatenate([model.logits(block) for block in read.blocks])
    passage = np.array([window.text for block in read.blocks for window in block.windows], dtype=np.int64)
    owner = np.asarray(read.owner, dtype=np.int64)[passage]
    best = np.full(texts, -np.inf)
    np.maximum.at(best, owner, logits)
    return Scored(logits, owner, best, np.bincount(owner, minlength=texts))


def probability(logit: float) -> float:
    """Rounded, so that it reads the same on every processor."""
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), _DIGITS)


def spans(
    scored: Scored, scores: Sequence[float], read: Passages, calibration: Calibration, threshold: float
) -> list[list[tuple[int, int]]]:
    """Where in the original the windows stand that carry a text over the threshold; of every other text nothing.

    That is each window that reaches it by itself, and the best one in any case. Windows that touch are one span.
    """
    found: list[list[tuple[int, int]]] = [[] for _ in scores]
    place = -1
    for block in read.blocks:
        for window in block.windows:
            place += 1
            text, logit = int(scored.owner[place]), float(scored.logits[place])
            if scores[text] < threshold:
                continue
            if logit == scored.best[text] or calibration.score(logit, int(scored.counts[text])) >= threshold:
                _add(found[text], *read.passages[window.text].span(window.start, window.end))
    return found


def _add(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Appends, or stretches the last span if both touch."""
    if spans and spans[-1][0] <= start <= spans[-1][1]:
        start, end = spans[-1][0], max(spans.pop()[1], end)
    spans.append((start, end))
