"""A request file while it is written, and what is known of it when it is complete."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nightshift.batch.shards.encoding import as_bytes
from nightshift.storage.lake import Lake

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class WrittenFile:
    """One request file, complete in the lake. `rows_uri` lists its row numbers, by request where several share one."""

    uri: str
    content_digest: str
    requests: int
    request_bytes: int
    user_bytes: int
    first_row: int
    last_row: int
    bundled: bool = False  # several rows share a request


def rows_uri(request_uri: str) -> str:
    """Where the row numbers of a request file stand."""
    return request_uri.removesuffix(".jsonl") + ".rows.parquet"


class OpenFile:
    """Lines go to a staged file beside its target; `close` makes them appear in the lake."""

    def __init__(self, lake: Lake, uri: str) -> None:
        self._lake, self._uri = lake, uri
        self._stack = ExitStack()
        self._path: Path = self._stack.enter_context(lake.create(uri))
        self._rows: list[pa.Table] = []  # row_number, user_bytes: one row per line
        self._begin()

    def append(self, table: pa.Table, lines: pa.LargeStringArray) -> None:
        """Rows (row_number, user_json) and their request lines; `members` and `items` where rows share requests."""
        import pyarrow as pa
        import pyarrow.compute as pc

        self._write(as_bytes(lines))
        lengths = pc.cast(pc.binary_length(table["user_json"]), pa.int64())
        shared = {name: table[name] for name in ("members", "items") if name in table.column_names}
        self._rows.append(pa.table({"row_number": table["row_number"], "user_bytes": lengths, **shared}))

    def take_out(self, numbers: NDArray[np.int64]) -> tuple[pa.Table, list[bytes]]:
        """Remove some rows, few enough to be held in memory; gives them for another file's `merge`."""
        import numpy as np
        import pyarrow as pa

        rows = pa.concat_tables(self._rows)
        leaves = np.isin(rows["row_number"].to_numpy(), numbers)
        lines: list[bytes] = []
        with self._rewriting() as present:
            for line, leaving in zip(present, leaves.tolist(), strict=True):
                if leaving:
                    lines.append(line)
                else:
                    self._write(line)
        self._rows = [rows.filter(pa.array(~leaves))]
        return rows.filter(pa.array(leaves)), lines

    def merge(self, rows: pa.Table, lines: Iterable[bytes]) -> None:
        """Put the rows of another file where they belong by number."""
        import numpy as np
        import pyarrow as pa

        all_rows = pa.concat_tables([*self._rows, rows])
        order = np.argsort(all_rows["row_number"].to_numpy(), kind="stable")
        arrives = order >= all_rows.num_rows - rows.num_rows
        arriving = iter(lines)
        with self._rewriting() as present:
            for from_outside in arrives.tolist():
                self._write(next(arriving if from_outside else present))
        self._rows = [all_rows.take(pa.array(order))]

    def close(self) -> WrittenFile:
        """The file is in the lake, with the row numbers beside it."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        self._file.close()
        self._stack.close()
        rows = pa.concat_tables(self._rows)
        listed = _listed(rows)
        numbers = listed["row_number"]
        with self._lake.create(rows_uri(self._uri)) as path:
            pq.write_table(listed, path)
        return WrittenFile(
            uri=self._uri,
            content_digest=self._hash.hexdigest(),
            requests=rows.num_rows,
            request_bytes=self._size,
            user_bytes=pc.sum(rows["user_bytes"]).as_py(),
            first_row=numbers[0].as_py(),
            last_row=numbers[-1].as_py(),
            bundled="members" in rows.column_names,
        )

    def _begin(self) -> None:
        self._file: IO[bytes] = self._path.open("wb")
        self._hash = hashlib.sha256()
        self._size = 0

    def _write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._hash.update(content)
        self._size += len(content)

    @contextmanager
    def _rewriting(self) -> Iterator[Iterator[bytes]]:
        """The present lines, while the file begins anew."""
        self._file.close()
        present = self._path.with_name(f"{self._path.name}.before")
        self._path.replace(present)
        self._begin()
        try:
            with present.open("rb") as lines:
                yield lines
        finally:
            present.unlink()


def _listed(rows: pa.Table) -> pa.Table:
    """Row numbers in the order of the lines; beside each its request and item where rows share requests."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "members" not in rows.column_names:
        return rows.select(["row_number"])
    members = rows["members"].combine_chunks()
    return pa.table(
        {
            "row_number": pc.list_flatten(members),
            "request": rows["row_number"].combine_chunks().take(pc.list_parent_indices(members)),
            "item": pc.list_flatten(rows["items"].combine_chunks()),
        }
    )
