"""Weights of words and word pairs: logistic regression on TF-IDF vectors, solved to the end (no random numbers)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.reading import Block
    from nightshift.storage.weights import Array

    Floats = npt.NDArray[np.float64]

_RARE = 2  # an n-gram seen in fewer windows is not learnt
_STRICTNESS = 0.5  # of the L2 penalty
_STEPS = 120
_UNIT = 1 / 16  # of the inverse document frequency, and of its square
_LARGEST = 32_000  # weights are 16-bit


@dataclass(frozen=True)
class FittedNgrams:
    keys: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int16]
    squares: npt.NDArray[np.int16]
    scale: float  # a whole-number logit times this is a logit
    bias: float

    def arrays(self) -> dict[str, Array]:
        """As `Ngrams` and the weights have them."""
        return {"ngram_keys": self.keys, "ngram_weights": self.weights, "ngram_squares": self.squares}


def fit_ngrams(blocks: Sequence[Block], labels: Floats, weights: Floats) -> FittedNgrams:
    """`labels` and `weights` have one number per window of the blocks; a window of weight 0 is not learnt from."""
    import numpy as np

    pairs = _pairs(blocks)
    used = weights[pairs[0]] > 0
    window, key = pairs[0][used], pairs[1][used]
    keys, which, frequency = np.unique(key, return_inverse=True, return_counts=True)
    kept = frequency >= _RARE
    renumbered = np.cumsum(kept) - 1
    known = kept[which]
    idf = np.log((1 + (weights > 0).sum()) / (1 + frequency[kept])) + 1
    squares = np.rint(idf**2 / _UNIT).astype(np.int16)
    matrix = _matrix(window[known], renumbered[which[known]], idf, squares, len(labels))
    solution = _solve(matrix, labels, weights)
    learnt = solution[:-1] * idf
    unit = float(np.abs(learnt).max() / _LARGEST) or 1.0
    return FittedNgrams(
        keys[kept], np.rint(learnt / unit).astype(np.int16), squares, unit / float(np.sqrt(_UNIT)), float(solution[-1])
    )


def _pairs(blocks: Sequence[Block]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Window and n-gram, each pair once."""
    import numpy as np

    base = 0
    found = []
    for block in blocks:
        found.append(np.unique((block.owner + base).astype(np.uint64) << np.uint64(32) | block.ngrams))
        base += len(block.windows)
    both = np.concatenate(found)
    return (both >> np.uint64(32)).astype(np.int64), (both & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _matrix(window: npt.NDArray[np.int64], column: npt.NDArray[np.int64], idf: Floats, squares: Any, rows: int) -> Any:
    import numpy as np
    from scipy import sparse

    length = np.sqrt(np.maximum(np.bincount(window, weights=squares[column], minlength=rows), 1) * _UNIT)
    return sparse.csr_matrix((idf[column] / length[window], (window, column)), shape=(rows, len(idf)))


def _solve(matrix: Any, labels: Floats, weights: Floats) -> Floats:
    import numpy as np
    from scipy.optimize import minimize

    turned = matrix.T.tocsr()
    signs = np.where(labels > 0, 1.0, -1.0)

    def loss(point: Floats) -> tuple[float, Floats]:
        margins = matrix @ point[:-1] + point[-1]
        pull = weights * (1 / (1 + np.exp(-margins)) - (labels > 0))
        value = (weights * np.logaddexp(0, -signs * margins)).sum() + _STRICTNESS / 2 * (point[:-1] @ point[:-1])
        return float(value), np.append(turned @ pull + _STRICTNESS * point[:-1], pull.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found
