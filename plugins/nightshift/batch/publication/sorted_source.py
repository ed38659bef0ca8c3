"""A Parquet file sorted by row_number, read forward window by window; memory is bounded by a batch and a window."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from nightshift.storage.lake import Lake

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 4_096


class SortedSource:
    """Call `take` with ascending windows that do not overlap."""

    def __init__(self, lake: Lake, uri: str) -> None:
        import pyarrow.parquet as pq

        self._stack = ExitStack()
        file = pq.ParquetFile(self._stack.enter_context(lake.open(uri)))
        self.schema: pa.Schema = file.schema_arrow
        self._batches = file.iter_batches(batch_size=BATCH_ROWS)
        self._ahead: pa.Table = self.schema.empty_table()
        self._ended = False

    def take(self, last: int) -> pa.Table:
        """All rows up to row `last` that were not taken before."""
        import pyarrow as pa
        import pyarrow.compute as pc

        taken = [self._ahead]
        while not self._ended and not self._reaches_past(taken[-1], last):
            batch = next(self._batches, None)
            if batch is None:
                self._end()
            else:
                taken.append(pa.Table.from_batches([batch]))
        table = pa.concat_tables(taken)
        count = pc.sum(pc.less_equal(table["row_number"], last)).as_py() or 0
        # An empty slice would keep the whole batch behind it in memory.
        self._ahead = table.slice(count) if count < table.num_rows else self.schema.empty_table()
        return table.slice(0, count)

    @property
    def is_exhausted(self) -> bool:
        """Nothing is left to take."""
        return self._ended and self._ahead.num_rows == 0

    @staticmethod
    def _reaches_past(table: pa.Table, last: int) -> bool:
        return table.num_rows > 0 and bool(table["row_number"][-1].as_py() > last)

    def _end(self) -> None:
        self._ended = True
        self._stack.close()
