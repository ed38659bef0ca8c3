"""The final answer and the whole cost of each row of one window.

A window's rows are consecutive, so a row's place is its number less the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BILLED = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cost")


@dataclass(frozen=True)
class Window:
    """`final` has one row per input row, nulls where there is no answer; `billed` sums all waves of this run."""

    prepared: pa.Table
    final: pa.Table
    billed: dict[str, np.ndarray[Any, np.dtype[np.int64]]]
    repeated: dict[int, int]  # row number -> earlier row with the same id


def build(prepared: pa.Table, answers: pa.Table, repeated: pa.Table) -> Window:
    """Joins one slice of prepared rows with all their answers."""
    import numpy as np
    import pyarrow as pa

    first = prepared["row_number"][0].as_py()
    places = answers["row_number"].to_numpy() - first
    waves = answers["wave"].to_numpy().astype(np.int64)
    order = np.lexsort((waves, places))  # stable: the last of equal places has the highest wave
    ordered = places[order]
    is_last = np.ones(len(order), dtype=bool)
    is_last[:-1] = ordered[1:] != ordered[:-1]
    chosen = np.full(prepared.num_rows, -1, dtype=np.int64)
    chosen[ordered[is_last]] = order[is_last]
    final = answers.take(pa.array(chosen, mask=chosen < 0))
    asked = answers["origin"].to_numpy() == 0
    billed = {name: _sums(places[asked], answers[name].to_numpy()[asked], prepared.num_rows) for name in BILLED}
    pairs = zip(repeated["row_number"].to_pylist(), repeated["first_row"].to_pylist(), strict=True)
    return Window(prepared, final, billed, dict(pairs))


def _sums(places: Any, values: Any, rows: int) -> Any:
    import numpy as np

    total = np.zeros(rows, dtype=np.int64)
    np.add.at(total, places, values)  # whole numbers: exact, unlike bincount's floats
    return total
