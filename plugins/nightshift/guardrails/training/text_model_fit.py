"""Both halves of a text model, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.phrases import PADS
from nightshift.guardrails.training.ngram_fit import fit_ngrams
from nightshift.guardrails.training.phrase_fit import fit_phrases, quantised

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.reading import Block
    from nightshift.guardrails.classifier.vectors import Vocabulary
    from nightshift.guardrails.training.passages import Windows
    from nightshift.storage.weights import Array

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FittedText:
    arrays: dict[str, Array]
    scales: dict[str, float]


def fit_text_model(windows: Windows, learn: npt.NDArray[np.bool_], vocabulary: Vocabulary) -> FittedText:
    """Learns from the windows of the rows in `learn` (a mask over rows)."""
    import numpy as np

    weights = balanced(windows.labels, windows.weights * learn[windows.owner])
    ngrams = fit_ngrams(windows.blocks, windows.labels, weights)
    table, texts = _rows(windows.blocks, vocabulary.vectors)
    used = np.flatnonzero(weights > 0)
    net = fit_phrases(
        table,
        [texts[place] for place in used],
        windows.labels[used].astype(np.float32),
        weights[used].astype(np.float32),
    )
    arrays, phrase_scale, phrase_bias = quantised(net)
    arrays |= ngrams.arrays()
    scales = {"ngrams": ngrams.scale, "phrases": phrase_scale, "bias": ngrams.bias + phrase_bias}
    return FittedText(arrays, scales)


def balanced(labels: Floats, weights: Floats) -> Floats:
    """Both classes weigh the same; the mean weight is one."""
    attacks, rest = weights[labels == 1].sum(), weights[labels == 0].sum()
    weighted = weights * (labels == 1) / max(attacks, 1e-9) + weights * (labels == 0) / max(rest, 1e-9)
    scaled: Floats = weighted * (weights > 0).sum() / weighted.sum()
    return scaled


def _rows(
    blocks: Sequence[Block], vectors: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int8], list[npt.NDArray[np.int64]]]:
    """One table for all blocks, and each window's rows in it (without pads)."""
    import numpy as np

    tables, texts = [vectors], []
    base = len(vectors)
    for block in blocks:
        rows = np.where(block.rows >= len(vectors), block.rows - len(vectors) + base, block.rows)
        texts += [rows[a + PADS : b] for a, b in zip(block.first, block.first[1:], strict=False)]
        tables.append(block.extra)
        base += len(block.extra)
    return np.concatenate(tables), texts
