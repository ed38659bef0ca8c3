"""Where a provider's lines and its sum for the whole batch disagree, the receipts follow the sum: that is billed.

What lines lack goes to the rows whose answers were not delivered; where every row has its line, the lines are wrong,
and all of them are scaled. Either way the receipts add up to the bill, to the token.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nightshift.batch import schemas
from nightshift.finops.prices import Billable, Price

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Billed(NamedTuple):
    """Tokens of a whole shard, as the provider adds them up."""

    input_tokens: int
    cached_input_tokens: int
    output_tokens: int


def agree_with_bill(path: Path, bill: Billed, claimed: Billed, lost: set[int], price: Price) -> int:
    """Rewrites the tokens and costs of an answers file in place; returns the whole cost in picodollars."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table: Any = pq.read_table(path)
    if table.num_rows == 0:  # nothing was delivered, and every row is asked again
        return price.cost(Billable(*bill))
    is_lost = _is_lost(table["row_number"].to_numpy(), lost)
    lacking = all(total >= known for total, known in zip(bill, claimed, strict=True))
    written = {name: table[name].to_numpy().astype("int64") for name in Billed._fields}
    columns = {
        name: _corrected(written[name], is_lost if lost and lacking else None, total, known)
        for name, total, known in zip(Billed._fields, bill, claimed, strict=True)
        if name != "cached_input_tokens"
    }
    # What came from a cache is part of the input, so it follows the input: a row has never more of it than input.
    columns["cached_input_tokens"] = _shares(columns["input_tokens"], min(bill.cached_input_tokens, bill.input_tokens))
    rows = zip(*(columns[name].tolist() for name in Billed._fields), strict=True)
    costs = [price.cost(Billable(*row)) for row in rows]
    for name, values in [*columns.items(), ("cost", costs)]:
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values, pa.int64()))
    # Small row groups, as they are read by: a whole shard in one would be decompressed at once.
    pq.write_table(table.cast(schemas.answers()), path, compression="lz4", row_group_size=8_192)
    return sum(costs)


def _corrected(
    written: NDArray[np.int64], is_lost: NDArray[np.bool_] | None, total: int, known: int
) -> NDArray[np.int64]:
    if is_lost is not None:
        return written + _shares(is_lost, total - known)
    return _shares(written if known else written == 0, total)


def _is_lost(numbers: NDArray[np.int64], lost: set[int]) -> NDArray[np.bool_]:
    import numpy as np

    return np.isin(numbers, sorted(lost))


def _shares(weights: Any, total: int) -> NDArray[np.int64]:
    """`total` in whole parts in proportion to the weights; the largest remainders get what is left."""
    import numpy as np

    wide = weights.astype("float64")
    if not wide.sum():
        wide = np.ones(len(wide))
    exact = total * wide / wide.sum()
    parts: NDArray[np.int64] = np.floor(exact).astype("int64")
    left = total - int(parts.sum())
    order = np.argsort(parts - exact, kind="stable")
    if left > 0:
        parts[order[:left]] += 1
    elif left < 0:  # floating point was off by one
        parts[order[left:]] -= 1
    return parts
