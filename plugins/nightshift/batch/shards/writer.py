"""Fills request files in row order, each up to the provider's limits on requests and bytes."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from nightshift.batch.services import Services
from nightshift.batch.shards.encoding import as_bytes, encode
from nightshift.errors import InvalidInput
from nightshift.providers.port import Capabilities, RequestTemplate

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class WrittenFile:
    """One request file, complete in the lake. `rows_uri` lists its row numbers."""

    uri: str
    content_digest: str
    requests: int
    request_bytes: int
    user_bytes: int
    first_row: int
    last_row: int


class RequestFiles:
    """Call `add` with tables of row_number and user_json in row order, then `finish`."""

    def __init__(self, services: Services, folder: str, template: RequestTemplate, limits: Capabilities) -> None:
        self._services, self._folder, self._template, self._limits = services, folder, template, limits
        self._open: _OpenFile | None = None
        self.written: list[WrittenFile] = []

    def add(self, table: pa.Table) -> None:
        import numpy as np

        if table.num_rows == 0:
            return
        lines = encode(table, self._template)
        ends = np.cumsum(np.diff(np.frombuffer(lines.buffers()[1], dtype=np.int64)[: len(lines) + 1]))
        start = 0
        while start < len(lines):
            file = self._open or self._start()
            room = self._limits.max_bytes_per_batch - file.size + (ends[start - 1] if start else 0)
            fitting = int(np.searchsorted(ends, room, side="right")) - start
            count = min(fitting, self._limits.max_requests_per_batch - file.requests, len(lines) - start)
            if count > 0:
                file.append(table.slice(start, count), lines.slice(start, count))
                start += count
            if start < len(lines):
                if file.requests == 0:
                    raise self._too_large(table["row_number"][start].as_py(), len(as_bytes(lines.slice(start, 1))))
                self._close()

    def finish(self) -> list[WrittenFile]:
        if self._open is not None:
            self._close()
        return self.written

    def _too_large(self, row_number: int, size: int) -> InvalidInput:
        return InvalidInput(
            "one row's request is larger than the provider takes in a whole batch",
            field="input",
            value=f"row {row_number}: {size} bytes",
            limit=f"{self._limits.max_bytes_per_batch} bytes",
            way_out="shorten the row's text, or the prompt's examples",
        )

    def _start(self) -> _OpenFile:
        self._open = _OpenFile(self._services, f"{self._folder}/{len(self.written):05d}.jsonl")
        return self._open

    def _close(self) -> None:
        assert self._open is not None
        self.written.append(self._open.close())
        self._open = None


class _OpenFile:
    def __init__(self, services: Services, uri: str) -> None:
        self._services, self._uri = services, uri
        self._stack = ExitStack()
        path = self._stack.enter_context(services.lake.create(uri))
        self._file: IO[bytes] = self._stack.enter_context(path.open("wb"))
        self._hash = hashlib.sha256()
        self._rows: list[pa.Table] = []
        self.size = self.requests = self._user_bytes = 0

    def append(self, table: pa.Table, lines: pa.LargeStringArray) -> None:
        import pyarrow.compute as pc

        content = as_bytes(lines)
        self._file.write(content)
        self._hash.update(content)
        self._rows.append(table.select(["row_number"]))
        self.size += len(content)
        self.requests += len(lines)
        self._user_bytes += pc.sum(pc.binary_length(table["user_json"])).as_py()

    def close(self) -> WrittenFile:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._stack.close()
        rows = pa.concat_tables(self._rows)
        with self._services.lake.create(rows_uri(self._uri)) as path:
            pq.write_table(rows, path)
        numbers = rows["row_number"]
        return WrittenFile(
            uri=self._uri,
            content_digest=self._hash.hexdigest(),
            requests=self.requests,
            request_bytes=self.size,
            user_bytes=self._user_bytes,
            first_row=numbers[0].as_py(),
            last_row=numbers[-1].as_py(),
        )


def rows_uri(request_uri: str) -> str:
    """Where the row numbers of a request file stand."""
    return request_uri.removesuffix(".jsonl") + ".rows.parquet"
