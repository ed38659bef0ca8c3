"""What neighbouring words mean together: filters over one to three word vectors, and how strongly each answers at best.

All weights are small integers and all sums stay below 2**24, so single-precision products are exact and a text's score
does not depend on the texts beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.tokens import Positions
    from nightshift.storage.weights import Array

WIDTHS = (1, 2, 3)
PADS = max(WIDTHS) - 1


class Phrases:
    """The filters of one model. `filters[width]` holds one matrix per word it looks at."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        import numpy as np

        filters = [arrays[f"filters_{width}"] for width in WIDTHS]  # each (words, dimensions, filters)
        self._columns = np.concatenate([matrix for group in filters for matrix in group], axis=1).astype(np.float32)
        self._count = filters[0].shape[2]
        self._bias = arrays["filter_bias"].astype(np.float32)
        self._head = arrays["filter_head"].astype(np.float64)
        self._mean = arrays["mean_head"].astype(np.float64)

    def logits(
        self, rows: Positions, first: Positions, vectors: npt.NDArray[np.int8], extra: npt.NDArray[np.int8]
    ) -> npt.NDArray[np.float64]:
        """One number per text. The rows of text `i`, two pads and its words, stand from `first[i]` to `first[i + 1]`.

        After the last text stand two more pads: no filter ever sees the words of two texts.
        """
        import numpy as np

        used, place = _distinct(rows, len(vectors) + len(extra))
        known = int(np.searchsorted(used, len(vectors)))  # sorted: first the rows of the table, then the extra ones
        table = np.concatenate([vectors[used[:known]], extra[used[known:] - len(vectors)]]).astype(np.float32)
        answers = self._strongest(table @ self._columns, place, first)
        sums = np.add.reduceat(table[place[: first[-1]]], first[:-1], axis=0).astype(np.float64)
        words = np.maximum(np.diff(first) - PADS, 1)
        return np.asarray(answers @ self._head + (sums @ self._mean) / np.sqrt(words))

    def _strongest(self, products: npt.NDArray[np.float32], place: Positions, first: Positions) -> Array:
        import numpy as np

        best = []
        column = 0
        for width in WIDTHS:
            found = products[place[: first[-1]], column : column + self._count]
            for step in range(1, width):
                column += self._count
                found += products[place[step : first[-1] + step], column : column + self._count]
            column += self._count
            best.append(np.maximum.reduceat(found, first[:-1], axis=0))
        answers = np.maximum(np.concatenate(best, axis=1) + self._bias, 0)
        return answers.astype(np.float64)


def _distinct(rows: Positions, count: int) -> tuple[Positions, Positions]:
    """The rows that occur, and the place of each among them."""
    import numpy as np

    seen = np.zeros(count, dtype=bool)
    seen[rows] = True
    used = np.flatnonzero(seen)
    places = np.empty(count, dtype=np.int64)
    places[used] = np.arange(len(used))
    return used, places[rows]
