"""Windows' logits to one score per row, put together as the detectors do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.scoring import Calibration
from nightshift.guardrails.injection.detector import raised
from nightshift.guardrails.training.passages import Ruled, Windows, best_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def best_windows(windows: Windows, logits: Floats, rows: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Each row's best window, and how many it has; single sentences do not count."""
    import numpy as np

    wide = np.array([piece is None for piece in windows.pieces])
    return best_of(logits[wide], windows.owner[wide], rows)


def row_scores(
    windows: Windows, logits: Floats, rules: Sequence[Ruled], calibration: Calibration, rows: int
) -> list[float]:
    """`rules`: what they say of each row; empty for a detector without any."""
    best, counts = best_windows(windows, logits, rows)
    said = rules or [Ruled(0.0, False)] * rows
    columns = zip(best.tolist(), counts.tolist(), said, strict=True)
    scores = [raised(calibration.score(logit, count, one.evidence), one.is_plain) for logit, count, one in columns]
    sentences = [
        (row, logit, piece)
        for row, logit, piece in zip(windows.owner.tolist(), logits.tolist(), windows.pieces, strict=True)
        if piece
    ]
    many = Counter(row for row, _, _ in sentences)
    for row, logit, piece in sentences:
        score = calibration.score(logit, many[row], piece.evidence)
        scores[row] = max(scores[row], raised(score, piece.is_plain))
    return scores
